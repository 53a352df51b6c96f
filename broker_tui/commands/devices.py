"""What can be done on the list of one's own laptops."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command(
        "devices.lost",
        "x",
        "lost",
        N_("report lost"),
        N_("Report this laptop lost: the hub takes nothing from it any more"),
        ("tabt", "stjålet", "stolen", "mistet"),
    ),
)
