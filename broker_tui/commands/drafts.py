"""What can be done with a draft beside going on with it."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("drafts.discard", "x", "discard", N_("throw away"), N_("Throw this draft away"), ("discard", "slet")),
)
