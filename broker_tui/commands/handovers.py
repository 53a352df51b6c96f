"""What can be done on Sync with hand-overs."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("handover.accept", "y", "accept", N_("take over"), N_("Take this case over"), ("ja", "accept", "overtag")),
    Command("handover.decline", "d", "decline", N_("decline"), N_("Decline this case"), ("nej", "afslå")),
    Command("handover.withdraw", "w", "withdraw_offer", N_("take back"), N_("Take your offer back"), ("fortryd",)),
    Command(
        "handover.pack",
        "p",
        "pack",
        N_("pack"),
        N_("The hand-over pack: one page before the first meeting"),
        ("pakke", "overblik"),
    ),
    Command(
        "handover.take-in",
        "i",
        "take_in",
        N_("take it in"),
        N_("Let it be as the colleague wanted it"),
        ("tag ind", "late"),
    ),
    Command(
        "handover.put-away", "v", "put_away", N_("put it away"), N_("Leave everything as it is"), ("læg væk", "late")
    ),
)
