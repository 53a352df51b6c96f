"""What works in a visit note beside saving and leaving."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command(
        "visit.citizen",
        "ctrl+n",
        "citizen",
        N_("citizen"),
        N_("A part about one citizen more"),
        ("borger",),
        "row",
        True,
    ),
)
