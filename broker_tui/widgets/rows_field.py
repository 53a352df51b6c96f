"""Rows of a form: each on one line, added, opened and taken away by key; what stands in a row is edited in a sheet."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from broker_tui.i18n import N_, _
from broker_tui.widgets.field import LABEL_WIDTH, Field
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import Line, Span, line

RowTexts = dict[str, str]
"""A row as typed, by sub-field."""
Told = Callable[[Mapping[str, str]], Line]
"""A row as one line."""


class RowLines(LineWidget, can_focus=True):
    """The rows, and a last line that adds one."""

    DEFAULT_CSS = """
    RowLines { width: 1fr; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("open"), id="rows.open", key_display="Enter"),
        Binding("n,plus", "add", N_("new row"), id="rows.add"),
        Binding("x,delete", "remove", N_("take away"), id="rows.remove"),
    ]

    @dataclass
    class Asked(Message):
        """A row is to be opened (one past the last: a new one) or taken away."""

        index: int
        remove: bool = False

    def __init__(self, told: Told) -> None:
        """Start without rows."""
        super().__init__()
        self._told = told
        self.rows: tuple[Mapping[str, str], ...] = ()
        self._at = 0

    def show(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Show other rows."""
        self.rows = tuple(rows)
        self._at = min(self._at, len(self.rows))
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line each, and one to add."""
        return len(self.rows) + 1

    def line_at(self, y: int) -> Line:
        """A row, or the way to a new one."""
        here = self.has_focus and y == self._at
        bar = Span(glyph("cursor"), "accent") if here else Span(glyph("field"), "edge")
        if y < len(self.rows):
            return line(bar, " ", (f"{y + 1}  ", "muted"), self._told(self.rows[y]))
        return line(bar, " ", (f"{glyph('for')} ", "key"), (_("new row"), "text" if here else "muted"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a row can be taken away."""
        return action != "remove" or self._at < len(self.rows)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        self.post_message(self.Asked(self._at))

    def action_add(self) -> None:
        """A new row."""
        self.post_message(self.Asked(len(self.rows)))

    def action_remove(self) -> None:
        """Take the row away."""
        self.post_message(self.Asked(self._at, remove=True))

    def on_key(self, event: events.Key) -> None:
        """Arrows stay within the rows up to their ends."""
        step = {"up": -1, "down": 1}.get(event.key)
        if step is not None and 0 <= self._at + step <= len(self.rows):
            event.stop()
            event.prevent_default()
            self._at += step
            self.refresh()
            self.refresh_bindings()

    def on_click(self, event: events.Click) -> None:
        """A click opens a row."""
        if 0 <= event.y <= len(self.rows):
            self._at = event.y
            self.action_open()

    def on_focus(self) -> None:
        """The bar takes the accent."""
        self.refresh()

    def on_blur(self) -> None:
        """The bar is calm again."""
        self.refresh()


class RowsField(Field):
    """Rows with their label; the value is a JSON list of what is typed in each."""

    @dataclass
    class Asked(Message):
        """The form is to open row `index` in a sheet, or to take it away."""

        field: "RowsField"
        index: int
        remove: bool

    def __init__(self, key: str, label: str, *, told: Told, value: str = "", label_width: int = LABEL_WIDTH) -> None:
        """Make a field; `told` says a row in one line."""
        super().__init__(key, label, label_width=label_width)
        self._lines = RowLines(told)
        self._lines.rows = tuple(rows_of(value))

    def make_control(self) -> Widget:
        """The lines."""
        return self._lines

    @property
    def rows(self) -> list[RowTexts]:
        """The rows as typed."""
        return [dict(row) for row in self._lines.rows]

    @property
    def value(self) -> str:
        """All rows."""
        return rows_text(self._lines.rows)

    def set_value(self, value: str) -> None:
        """Show other rows without telling anybody."""
        self._lines.show(rows_of(value))
        self.error = ""

    def put(self, index: int, row: Mapping[str, str] | None) -> None:
        """Replace, add or (None) take away a row, as the broker does."""
        rows = self.rows
        rows[index : index + 1] = [] if row is None else [dict(row)]
        self._lines.show(rows)
        self.error = ""
        self.post_message(self.Changed(self, self.value))

    def on_row_lines_asked(self, event: RowLines.Asked) -> None:
        """Pass the wish on."""
        event.stop()
        self.post_message(self.Asked(self, event.index, event.remove))


def rows_of(value: str) -> list[RowTexts]:
    """The rows of a value; nothing for a value of another kind of field."""
    try:
        found = json.loads(value or "[]")
    except ValueError:
        return []
    rows = found if isinstance(found, list) else []
    return [{str(name): str(text) for name, text in row.items()} for row in rows if isinstance(row, dict)]


def rows_text(rows: Sequence[Mapping[str, str]]) -> str:
    """The value of rows; empty for none."""
    kept = [{name: text for name, text in row.items() if text} for row in rows]
    return json.dumps(kept, ensure_ascii=False) if kept else ""
