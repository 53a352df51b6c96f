"""The list of the program: rows, headings and an optional header drawn by one widget.

Only visible rows are laid out, so thousands of rows scroll as fifty do, and nothing in a row is ever parsed as markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from broker_tui.i18n import N_, _
from broker_tui.widgets.columns import Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import background
from broker_tui.widgets.palette import State, palette
from broker_tui.widgets.row_source import Heading, Item, ListSource, PagedSource, Provider, Row, Source
from broker_tui.widgets.spans import EMPTY, Line, Role, Span, blank, cut, ends, fit, line

__all__ = ["Heading", "Item", "Row", "RowList"]

GUTTER = 3


class RowList(ScrollView, can_focus=True):
    """Rows with a cursor, headings between them, a header above and a foot below."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RowList { height: 1fr; width: 1fr; scrollbar-size: 0 0; overflow-x: hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "activate", N_("open"), id="list.open", key_display="Enter"),
        Binding("down,j", "move(1)", N_("down"), show=False, id="list.down"),
        Binding("up,k", "move(-1)", N_("up"), show=False, id="list.up"),
        Binding("pagedown", "page(1)", N_("page down"), show=False, id="list.page-down"),
        Binding("pageup", "page(-1)", N_("page up"), show=False, id="list.page-up"),
        Binding("g,home", "edge(-1)", N_("first"), show=False, id="list.first"),
        Binding("G,end", "edge(1)", N_("last"), show=False, id="list.last"),
        Binding("space", "mark", N_("mark"), show=False, id="list.mark"),
    ]

    foot: reactive[Line] = reactive(EMPTY)
    """Muted line under the rows, left; empty for none."""
    sorted_by: reactive[str] = reactive("")
    """Key of the column the rows are sorted by."""

    @dataclass
    class Activated(Message):
        """The row under the cursor is to be opened."""

        row_list: "RowList"
        key: str

        @property
        def control(self) -> "RowList":
            """The list, so that `@on(..., "#id")` works."""
            return self.row_list

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another row (None: on nothing)."""

        row_list: "RowList"
        key: str | None

        @property
        def control(self) -> "RowList":
            """The list."""
            return self.row_list

    @dataclass
    class Marked(Message):
        """The set of marked rows changed."""

        row_list: "RowList"
        keys: frozenset[str]

        @property
        def control(self) -> "RowList":
            """The list."""
            return self.row_list

    def __init__(
        self,
        *,
        columns: Columns | None = None,
        empty: Line = EMPTY,
        header: bool = False,
        markable: bool = False,
        airy: bool = False,
        count_below: bool = True,
        right_margin: int = 3,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make an empty list.

        Args:
            columns: how rows with `cells` are laid out; None when rows bring their own `content`.
            empty: the sentence shown when there are no rows, with the key that fills the list.
            header: show the column titles above.
            markable: let Space mark rows.
            airy: an empty line between rows of several lines (when the screen has 30 rows or more).
            count_below: say in the foot how many rows are out of sight below.
            right_margin: cells kept empty at the right (2 before a sheet).
            id: widget id.
            classes: CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self._columns = columns
        self._empty = empty
        self._header = header and columns is not None
        self._markable = markable
        self._airy = airy
        self._count_below = count_below
        self._right_margin = right_margin
        self._source: Source = ListSource(())
        self._cursor: int | None = None
        self._cursor_key: str | None = None
        self._marks: frozenset[str] = frozenset()

    # What is shown

    def set_rows(self, items: Sequence[Item], cursor: str | None = None) -> None:
        """Show other rows; the cursor stays on its row, or goes to the one with key `cursor`."""
        self._show(ListSource(items, airy=self._airy), cursor)

    def set_provider(
        self,
        count: int,
        provider: Provider,
        find: Callable[[str], int | None] | None = None,
        cursor: str | None = None,
    ) -> None:
        """Show `count` rows that are asked for as they come into sight.

        Args:
            count: number of rows.
            provider: gives the rows of `(offset, limit)`; called while drawing, so it must be quick.
            find: the index of a key among all rows, to keep the cursor when the rows are replaced.
            cursor: key of the row to go to.
        """
        self._show(PagedSource(count, provider, find), cursor)

    def _show(self, source: Source, cursor: str | None) -> None:
        before = self._cursor or 0
        self._source = source
        wanted = cursor if cursor is not None else self._cursor_key
        index = source.find(wanted) if wanted is not None else None
        if index is None:
            index = self._selectable(min(before, source.count - 1), 1)
            if index is None:
                index = self._selectable(source.count - 1, -1)
        self._measure()
        self._put_cursor(index)
        self.refresh()

    def set_empty(self, empty: Line) -> None:
        """Say something else when there are no rows."""
        self._empty = empty
        self.refresh()

    def set_margin(self, cells: int) -> None:
        """Keep other cells empty at the right."""
        self._right_margin = cells
        self.refresh()

    @property
    def columns(self) -> Columns | None:
        """How rows are laid out."""
        return self._columns

    def set_columns(self, columns: Columns) -> None:
        """Lay the rows out in other columns."""
        self._columns = columns
        self.refresh()

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor."""
        return self._cursor_key

    @property
    def count(self) -> int:
        """Number of rows and headings."""
        return self._source.count

    @property
    def marks(self) -> frozenset[str]:
        """Keys of the marked rows."""
        return self._marks

    def unmark(self) -> None:
        """Take all marks away."""
        self._set_marks(frozenset())

    def go_to(self, key: str) -> bool:
        """Put the cursor on a row; False when it is not in the list."""
        index = self._source.find(key)
        if index is None:
            return False
        self._put_cursor(index)
        return True

    # Geometry

    @property
    def _top(self) -> int:
        return 1 if self._header else 0

    @property
    def _bottom(self) -> int:
        overflows = self._count_below and self._source.height + self._top > self.size.height
        return 1 if self.foot or overflows else 0

    @property
    def _room(self) -> int:
        return max(1, self.size.height - self._top - self._bottom)

    def _measure(self) -> None:
        self.virtual_size = Size(self.size.width, self._source.height + self._top + self._bottom)

    def watch_foot(self) -> None:
        """A foot takes one line."""
        self._measure()

    def on_resize(self) -> None:
        """Keep the cursor in sight when the room changes."""
        self._measure()
        self._follow()

    # Cursor

    def _selectable(self, index: int, step: int) -> int | None:
        while 0 <= index < self._source.count:
            item = self._source.item(index)
            if isinstance(item, Row) and item.selectable:
                return index
            index += step
        return None

    def _put_cursor(self, index: int | None) -> None:
        item = self._source.item(index) if index is not None else None
        key = item.key if isinstance(item, Row) else None
        self._cursor = index if key is not None else None
        moved = key != self._cursor_key
        self._cursor_key = key
        self._follow()
        self.refresh()
        if moved:
            self.post_message(self.Highlighted(self, key))

    def _follow(self) -> None:
        if self._cursor is None or not self.size.height:
            return
        top = self._source.top(self._cursor)
        bottom = top + self._source.lines(self._cursor)
        above = self._source.item(self._cursor - 1) if self._cursor else None
        if isinstance(above, Heading):
            top -= 1  # a row stays together with the heading of its group
        offset = self.scroll_offset.y
        if top < offset:
            self.scroll_to(y=0 if self._cursor == 0 else top, animate=False, immediate=True)
        elif bottom > offset + self._room:
            self.scroll_to(y=bottom - self._room, animate=False, immediate=True)

    def action_move(self, step: int) -> None:
        """Move the cursor by one row, over headings."""
        start = self._cursor if self._cursor is not None else (-1 if step > 0 else self._source.count)
        index = self._selectable(start + step, step)
        if index is not None:
            self._put_cursor(index)

    def action_page(self, step: int) -> None:
        """Move the cursor by as many lines as are in sight."""
        if self._cursor is None:
            return
        y = self._source.top(self._cursor) + step * self._room
        index, _line = self._source.at(max(0, min(y, self._source.height - 1)))
        target = self._selectable(max(0, index), step)
        if target is None:
            target = self._selectable(max(0, index), -step)
        if target is not None:
            self._put_cursor(target)

    def action_edge(self, step: int) -> None:
        """Move the cursor to the first or last row."""
        start = 0 if step < 0 else self._source.count - 1
        index = self._selectable(start, -step)
        if index is not None:
            self._put_cursor(index)

    def action_activate(self) -> None:
        """Open the row under the cursor."""
        if self._cursor_key is not None:
            self.post_message(self.Activated(self, self._cursor_key))

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        if self._markable and self._cursor_key is not None:
            self._set_marks(self._marks ^ {self._cursor_key})
            self.action_move(1)

    def _set_marks(self, marks: frozenset[str]) -> None:
        if marks != self._marks:
            self._marks = marks
            self.refresh()
            self.post_message(self.Marked(self, marks))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a row; a second click opens it."""
        y = event.y - self._top
        if not 0 <= y < self._room:
            return
        index, part = self._source.at(y + self.scroll_offset.y)
        row = self._source.item(index)
        on_row = part >= 0 and isinstance(row, Row) and row.selectable and part < self._source.lines(index)
        if not on_row:
            return
        if index == self._cursor and event.chain > 1:
            self.action_activate()
        else:
            self._put_cursor(index)

    def on_focus(self) -> None:
        """The cursor row looks different with focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor row looks different without focus."""
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line of the widget."""
        content, state = self._line(y)
        return palette(self).strip(cut(content, self.size.width), self.size.width, background(self), state)

    def _line(self, y: int) -> tuple[Line, State]:
        text_width = self.size.width - GUTTER - self._right_margin
        if self._header and y == 0 and self._columns is not None:
            return blank(GUTTER) + self._columns.header(text_width, self.sorted_by), "rest"
        if self._bottom and y == self.size.height - 1:
            return blank(GUTTER) + self._foot_line(text_width), "rest"
        y -= self._top
        if not self._source.count:
            return (blank(GUTTER) + cut(self._empty, text_width), "rest") if y == 0 else (EMPTY, "rest")
        y += self.scroll_offset.y
        index, part = self._source.at(y)
        item = self._source.item(index)
        if item is None or part < 0 or part >= self._source.lines(index):
            return EMPTY, "rest"
        if isinstance(item, Heading):
            title = line((item.title, item.role), blank(2), (item.count, "muted"))
            return blank(GUTTER) + ends(title, item.note, text_width), "rest"
        state: State = "rest"
        if index == self._cursor:
            state = "cursor" if self.has_focus else "blurred"
        return self._gutter(item, part, state) + self._row_line(item, part, text_width), state

    def _gutter(self, row: Row, part: int, state: State) -> Line:
        role: Role = "accent" if state == "cursor" else "edge"
        bar = Span(" ", "text") if state == "rest" else Span(glyph("cursor"), role)
        drawn = Span(row.sign, row.sign_role)
        if row.key in self._marks:
            drawn = Span(glyph("marked"), "accent")
        return (bar, *fit((drawn,) if part == 0 else EMPTY, 1), Span(" "))

    def _row_line(self, row: Row, part: int, cells: int) -> Line:
        if part:
            return cut(row.more[part - 1], cells)
        if row.cells and self._columns is not None:
            return self._columns.row(row.cells, cells)
        return cut(row.content, cells)

    def _foot_line(self, cells: int) -> Line:
        last, _part = self._source.at(min(self._source.height, self.scroll_offset.y + self._room) - 1)
        below = (
            sum(1 for index in range(last + 1, self._source.count) if isinstance(self._source.item(index), Row))
            if isinstance(self._source, ListSource)
            else self._source.count - last - 1
        )
        more = line((f"{_('{count} more').format(count=below)} {glyph('more')}", "muted")) if below > 0 else EMPTY
        return ends(self.foot, more if self._count_below else EMPTY, cells)
