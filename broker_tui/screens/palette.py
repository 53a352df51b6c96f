"""Ctrl+P: every action the page in front allows, found by Danish or English words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.commands import bindings_of, command_by_id
from broker_tui.commands.find import COMMANDS as MOVES
from broker_tui.domain.text import fold
from broker_tui.i18n import _
from broker_tui.widgets.bar_input import BarInput
from broker_tui.widgets.key_line import KeyHint, KeyLine, key_name
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import ends, line

_ROWS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: its sentence, the key that also does it, the words that find it, and how to do it."""

    id: str
    title: str
    key: str
    words: tuple[str, ...]
    action: str
    node: DOMNode


def entries(screen: Screen[Any]) -> list[Entry]:
    """What `screen` allows now, in the order of its keys."""
    found: dict[str, Entry] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        command = command_by_id(binding.id)
        if command is None or not active.enabled or command.id in found or command.id == "app.palette":
            continue
        title = command.title()
        words = tuple(fold(word) for word in (title, command.description, _(command.label), *command.aliases))
        found[command.id] = Entry(command.id, title, key_name(binding.key), words, binding.action, active.node)
    return list(found.values())


def matching(every: Iterable[Entry], text: str) -> list[Entry]:
    """The entries whose words hold all words of `text`; those that begin with it come first."""
    wanted = fold(text).split()
    if not wanted:
        return list(every)
    kept: list[tuple[int, Entry]] = []
    for entry in every:
        if all(any(part in word for word in entry.words) for part in wanted):
            begins = any(word.startswith(wanted[0]) for word in entry.words)
            kept.append((0 if begins else 1, entry))
    return [entry for _rank, entry in sorted(kept, key=lambda pair: pair[0])]


class PaletteScreen(Sheet[tuple[str, DOMNode] | None]):
    """A field and the actions; closes with the one to run."""

    DEFAULT_CSS = """
    PaletteScreen #sheet-body { padding: 0; }
    PaletteScreen #palette-field { margin: 0 3 1 3; width: 1fr; }
    PaletteScreen #actions { height: 12; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(MOVES)
    AUTO_FOCUS = "#palette-field"

    def __init__(self, screen: Screen[Any]) -> None:
        """Offer what `screen` allows now."""
        super().__init__()
        self._entries = entries(screen)
        self._typed_last = ""

    def body(self) -> Iterable[Widget]:
        """Field and actions."""
        field = BarInput(id="palette-field", placeholder=_("what do you want to do?"), select_on_focus=False)
        field.cursor_blink = False
        yield field
        actions = RowList(id="actions", empty=line((_("No action is called that."), "muted")))
        actions.can_focus = False
        yield actions

    def keys(self) -> KeyLine:
        """Two keys."""
        return KeyLine((KeyHint(_("Enter"), _("do it"), "enter"),), (KeyHint(_("Esc"), _("close"), "escape"),))

    def on_mount(self) -> None:
        """Show all."""
        self._show("")

    def _show_typed(self) -> None:
        typed = self.query_one("#palette-field", BarInput).value
        if typed != self._typed_last:
            self._show(typed)

    def _show(self, text: str) -> None:
        self._typed_last = text
        cells = self.app.size.width - 6
        rows = [
            Row(entry.id, content=ends(line(entry.title), line((entry.key, "key")), cells))
            for entry in matching(self._entries, text)
        ]
        actions = self.query_one("#actions", RowList)
        actions.set_rows(rows, rows[0].key if rows else None)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """A click on an action."""
        event.stop()
        self.action_open()

    def action_move(self, step: int) -> None:
        """Another action."""
        self.query_one("#actions", RowList).action_move(step)

    def action_page(self, step: int) -> None:
        """Actions further on."""
        self.query_one("#actions", RowList).action_page(step)

    def action_open(self) -> None:
        """Close with the action under the cursor."""
        (self.focused or self).call_later(self._open)

    def _open(self) -> None:
        self._show_typed()
        key = self.query_one("#actions", RowList).cursor_key
        chosen = next((entry for entry in self._entries if entry.id == key), None)
        self.dismiss((chosen.action, chosen.node) if chosen else None)
