"""What can be done while the screen is turned towards an employer: nothing but turning it back."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("turned.down", "down,pagedown,j,space", "scroll(8)", N_("read on"), N_("Read on"), (), "hidden"),
    Command("turned.up", "up,pageup,k", "scroll(-8)", N_("up"), N_("Go back up"), (), "hidden"),
    Command(
        "turned.back", "escape,q", "turn_back", N_("back"), N_("Turn the screen back; names are hidden"), (), "always"
    ),
)
