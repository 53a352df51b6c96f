"""What can be done with the list of what is unsent."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("unsent.now", "s", "sync_now", N_("sync now"), N_("Send what is listed here now"), ("synk", "send")),
)
