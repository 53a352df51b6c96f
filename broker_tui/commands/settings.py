"""What can be done on Settings."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command(
        "settings.passphrase",
        "p",
        "passphrase",
        N_("passphrase"),
        N_("Change the passphrase"),
        ("password",),
        "row",
        True,
    ),
    Command(
        "settings.local",
        "l",
        "local",
        N_("programmes"),
        N_("What the municipality sets for its programmes"),
        ("local", "kommune", "profile", "lokale"),
        "row",
        True,
    ),
    Command(
        "settings.backups",
        "b",
        "backups",
        N_("backups"),
        N_("Backups, and whether the caseload is sound"),
        ("kopi",),
        "row",
        True,
    ),
    Command(
        "settings.leaving",
        "o",
        "leaving",
        N_("storage time"),
        N_("Whose closed cases leave this laptop, and when"),
        ("retention", "sletning", "opbevaring"),
        "row",
        True,
    ),
    Command("settings.code", "r", "recovery", N_("recovery code"), N_("Make a new recovery code"), (), "row", True),
)
