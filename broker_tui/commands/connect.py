"""What can be done while the cases wait for the hub."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("connect.now", "s,f7", "sync_now", N_("sync now"), N_("Send and fetch now (or F7)"), ("synk", "send")),
    Command("connect.enrol", "e", "enrol", N_("join a hub"), N_("Join the municipality's hub with a code"), ("enrol",)),
    Command("connect.lock", "ctrl+l", "app.lock", N_("lock"), N_("Lock the caseload now"), ("lås",), "always", True),
    Command("connect.quit", "ctrl+q", "app.quit", N_("quit"), N_("Close the program"), (), "always", True),
)
