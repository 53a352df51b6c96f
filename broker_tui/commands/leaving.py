"""What can be done on Storage time."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("leaving.fetch", "h", "fetch", N_("fetch back"), N_("Fetch this person back with the next sync")),
    Command("leaving.days", "d", "days", N_("days"), N_("How many days closed cases stay on this laptop")),
)
