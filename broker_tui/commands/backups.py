"""What can be done on Backups."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command(
        "backups.now", "b", "now", N_("back up now"), N_("Write a backup at once and prove it"), ("sikkerhedskopi",)
    ),
    Command(
        "backups.file", "f", "to_file", N_("to a file"), N_("Write a backup to a file, such as on a stick"), ("usb",)
    ),
    Command("backups.check", "t", "check", N_("check"), N_("Read the whole caseload and say whether it is sound")),
)
