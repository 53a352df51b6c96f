"""F1: the keys that work on the page in front, made from the live bindings."""

from collections.abc import Iterable
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from broker_tui.commands import command_by_id
from broker_tui.help import texts
from broker_tui.i18n import _
from broker_tui.widgets.key_line import KeyHint, KeyLine, key_name
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line, fit, line


def help_rows(screen: Screen[Any]) -> list[Item]:
    """Here, lists and fields, everywhere: each key once, with its sentence."""
    here: dict[str, Row] = {}
    moves: dict[str, Row] = {}
    everywhere: dict[str, Row] = {}
    keys: dict[str, list[str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if active.enabled and binding.id:
            keys.setdefault(binding.id, []).append(key_name(binding.key))
    for active in screen.active_bindings.values():
        binding = active.binding
        if not active.enabled or not binding.id:
            continue
        command = command_by_id(binding.id)
        words = command.title() if command else _(binding.description)
        row = Row(binding.id, content=fit(line((" ".join(keys[binding.id]), "key")), 16) + line(words), selectable=True)
        if command is None:
            moves[binding.id] = row
        elif command.scope == "app":
            everywhere[binding.id] = row
        else:
            here[binding.id] = row
    items: list[Item] = []
    for name, group in ((_("Here"), here), (_("In lists and fields"), moves), (_("Everywhere"), everywhere)):
        if group:
            items.append(Heading(name))
            items += group.values()
    return items


class HelpScreen(Sheet[None]):
    """Keys, and below them a few sentences on how the program thinks."""

    DEFAULT_CSS = """
    HelpScreen #sheet-body { padding: 0; }
    HelpScreen #help-rows { height: 15; }
    HelpScreen.-airy #help-rows { height: 28; }
    """

    def __init__(self, screen: Screen[Any]) -> None:
        """Explain `screen`."""
        super().__init__()
        self._items = [*help_rows(screen), *_notes()]

    def heading(self) -> Line:
        """What this is."""
        return line((_("The keys that work here"), "strong"))

    def body(self) -> Iterable[Widget]:
        """A list that scrolls."""
        rows = RowList(id="help-rows")
        rows.set_rows(self._items)
        yield rows

    def keys(self) -> KeyLine:
        """How to leave."""
        return KeyLine(
            (KeyHint(f"{key_name('up')} {key_name('down')}", _("scroll"), ""),),
            (KeyHint(_("Esc"), _("close"), "escape"),),
        )

    def on_mount(self) -> None:
        """The arrows scroll at once."""
        self.query_one("#help-rows").focus()


def _notes() -> list[Item]:
    items: list[Item] = []
    for number, (title, sentences) in enumerate(texts.notes()):
        items.append(Heading(title))
        items += [Row(f"note:{number}:{place}", content=line(text)) for place, text in enumerate(sentences)]
    return items
