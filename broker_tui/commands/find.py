"""Moving among what was found while the field keeps the focus."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("find.open", "enter", "open", N_("open"), N_("Open what was found"), (), "row", True),
    Command("find.down", "down", "move(1)", N_("down"), N_("Next"), (), "hidden", True),
    Command("find.up", "up", "move(-1)", N_("up"), N_("Previous"), (), "hidden", True),
    Command("find.page-down", "pagedown", "page(1)", N_("page down"), N_("Further down"), (), "hidden", True),
    Command("find.page-up", "pageup", "page(-1)", N_("page up"), N_("Further up"), (), "hidden", True),
)
