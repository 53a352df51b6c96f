"""A page of changes in the broker's words, by whom they are about. Thousands scroll as fifty do."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from textual.widget import Widget

from broker_tui.domain.views import ChangeGroup, ChangeRow
from broker_tui.screens import sync_lines
from broker_tui.screens.base import PlaceScreen
from broker_tui.widgets.columns import Columns
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import Line, line

_FRAME = 2
"""Lines of a group beside its changes: its heading, and the empty line before that."""


class Outline:
    """Where each line of a grouped list comes from, without reading what stands in it."""

    def __init__(self, groups: Sequence[ChangeGroup]) -> None:
        """Lay the groups out one under the other."""
        self.groups = tuple(groups)
        sizes = [len(group.numbers) + _FRAME for group in self.groups]
        self._starts = [0, *accumulate(sizes)]
        self.changes = sum(len(group.numbers) for group in self.groups)

    @property
    def lines(self) -> int:
        """All lines; the first group has no empty line before it."""
        return max(0, self._starts[-1] - 1)

    def at(self, index: int) -> tuple[ChangeGroup, int]:
        """The group of a line, and the place in it: -2 empty, -1 heading, otherwise the number of the change."""
        group = bisect_right(self._starts, index + 1) - 1
        return self.groups[group], index + 1 - self._starts[group] - _FRAME


class ChangesScreen(PlaceScreen):
    """A grouped list; Enter opens the record. Subclasses say which changes, and what their page is called."""

    place = "sync"

    _outline = Outline(())

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self._known: dict[str, ChangeRow] = {}

    def groups(self) -> list[ChangeGroup]:
        """Whom it is about; called on a worker thread."""
        raise NotImplementedError

    def names(self) -> tuple[Line, Line]:
        """Title, and what stands at its right end."""
        raise NotImplementedError

    def columns(self) -> Columns:
        """How the rows are laid out."""
        return sync_lines.grouped_columns()

    def nothing(self) -> str:
        """The sentence for an empty list."""
        return ""

    def row(self, change: ChangeRow) -> Row:
        """A change as a row."""
        return sync_lines.grouped_row(change, self.clock_today, self.guard)

    @property
    def count(self) -> int:
        """How many changes there are."""
        return self._outline.changes

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield RowList(columns=self.columns(), count_below=False, id="changes")

    def load(self) -> None:
        """Read whom it is about; the rows are read as they come into sight."""
        self.read(self.groups, self._show, group="changes", description="read changes")

    def data_changed(self, note: Any) -> None:
        """Any change may belong here or no longer."""
        if self.is_current:
            self.load()
        else:
            self.stale = True

    def _show(self, groups: list[ChangeGroup]) -> None:
        self._outline, self._known = Outline(groups), {}
        self.redraw()

    def redraw(self) -> None:
        """Show the list again."""
        rows = self.query_one("#changes", RowList)
        rows.set_empty(line((self.nothing(), "muted")))
        rows.set_provider(self._outline.lines, self._provide)
        self.set_title(*self.names())

    def _provide(self, offset: int, limit: int) -> Sequence[Item]:
        places = [self._outline.at(index) for index in range(offset, offset + limit)]
        numbers = [group.numbers[at] for group, at in places if at >= 0]
        found = iter(self.services.sync.changes(numbers))
        items: list[Item] = []
        for group, at in places:
            if at == -_FRAME:
                items.append(Heading(""))
            elif at < 0:
                items.append(Heading(sync_lines.group_name(group, self.guard), str(len(group.numbers))))
            elif (change := next(found, None)) is not None:
                self._known[change.op_id] = change
                items.append(self.row(change))
        return items

    @property
    def chosen(self) -> ChangeRow | None:
        """The change under the cursor."""
        return self._known.get(self.query_one("#changes", RowList).cursor_key or "")

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open the record."""
        event.stop()
        if self.chosen is not None:
            self.broker.open_record(self.chosen)
