"""What can be done in the history."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (Command("history.undo", "z", "take_back", N_("take back"), N_("Take this change back"), ("undo",)),)
