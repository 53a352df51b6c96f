"""The numbers and choices a municipality sets for a programme."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command(
        "local.profile", "p", "profile", N_("profile"), N_("Take over a ready-made profile"), ("preset", "kommune")
    ),
    Command("local.reset", "r", "reset", N_("as the programme"), N_("Back to what the programme says"), ("nulstil",)),
    Command("local.back", "b", "back_again", N_("set back"), N_("As it was before the last change"), ("fortryd",)),
    Command("local.programme", "tab", "programme(1)", N_("programme"), N_("The next programme"), (), "row", True),
    Command("local.before", "shift+tab", "programme(-1)", N_("programme"), N_("The one before"), (), "hidden", True),
)
