"""Moving among receipts while the field keeps the focus."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

COMMANDS = (
    Command("receipts.open", "enter", "open", N_("open"), N_("What this receipt covers"), (), "row", True),
    Command("receipts.down", "down", "move(1)", N_("down"), N_("Next"), (), "hidden", True),
    Command("receipts.up", "up", "move(-1)", N_("up"), N_("Previous"), (), "hidden", True),
    Command("receipts.page-down", "pagedown", "page(1)", N_("page down"), N_("Further down"), (), "hidden", True),
    Command("receipts.page-up", "pageup", "page(-1)", N_("page up"), N_("Further up"), (), "hidden", True),
)
