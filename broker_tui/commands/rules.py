"""Reading what the programmes ask: the list of rules, in which one types, and the page of one rule."""

from broker_tui.commands.command import Command
from broker_tui.i18n import N_

LIST = (
    Command("rules.open", "enter", "open", N_("read"), N_("Read the rule"), (), "row", True),
    Command("rules.programme", "tab", "programme(1)", N_("programme"), N_("The next programme"), (), "row", True),
    Command("rules.back", "shift+tab", "programme(-1)", N_("programme"), N_("The one before"), (), "hidden", True),
    Command("rules.down", "down", "move(1)", N_("down"), N_("Next"), (), "hidden", True),
    Command("rules.up", "up", "move(-1)", N_("up"), N_("Previous"), (), "hidden", True),
    Command("rules.page-down", "pagedown", "page(1)", N_("page down"), N_("Further down"), (), "hidden", True),
    Command("rules.page-up", "pageup", "page(-1)", N_("page up"), N_("Further up"), (), "hidden", True),
)
PAGE = (
    Command("rule.done", "d", "done", N_("do it"), N_("Record what closes it"), ("close", "luk")),
    Command("rule.list", "r", "list", N_("all rules"), N_("The rules of this programme"), ("programme", "regler")),
)
COMMANDS = (*LIST, *PAGE)
