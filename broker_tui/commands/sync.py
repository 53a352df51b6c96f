"""What can be done on Sync."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("sync.now", "s", "sync_now", N_("sync now"), N_("Send and fetch now (or F7)"), ("synk", "send")),
    Command(
        "sync.mine",
        "1",
        "settle('mine')",
        N_("mine"),
        N_("Settle the difference with my value"),
        ("conflict",),
        "hidden",
    ),
    Command(
        "sync.theirs",
        "2",
        "settle('theirs')",
        N_("theirs"),
        N_("Settle the difference with their value"),
        ("conflict",),
        "hidden",
    ),
    Command("sync.both", "3", "settle('both')", N_("both"), N_("Keep both texts"), (), "hidden"),
    Command(
        "sync.before",
        "b,0",
        "settle('before')",
        N_("before"),
        N_("Go back to the value before both changes"),
        ("conflict",),
        "hidden",
    ),
    Command("sync.correct", "r", "correct", N_("correct"), N_("Open the record the hub refused"), ("refused",)),
    Command("sync.retry", "t", "retry", N_("send again"), N_("Send the refused change once more"), (), "hidden"),
    Command("sync.discard", "x", "discard_refused", N_("give up"), N_("Give the refused change up"), (), "hidden"),
    Command(
        "sync.unsent",
        "a",
        "unsent",
        N_("all unsent"),
        N_("Everything that is unsent, by person and company"),
        ("usendt", "outbox"),
    ),
    Command(
        "sync.ready",
        "o",
        "ready",
        N_("ready?"),
        N_("Ready for the road: what to see to before leaving"),
        ("klar", "tur", "check"),
    ),
    Command("sync.enrol", "e", "enrol", N_("join a hub"), N_("Join the municipality's hub with a code"), ("enrol",)),
    Command(
        "sync.receipts",
        "k",
        "receipts",
        N_("receipts"),
        N_("All receipts: by number, day or name"),
        (),
        "row",
        True,
    ),
)
