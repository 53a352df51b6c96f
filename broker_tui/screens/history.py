"""Everything that was changed on this laptop or came in, the newest first; own changes can be taken back one by one."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.history import COMMANDS
from broker_tui.domain.views import LogRow
from broker_tui.i18n import _
from broker_tui.screens import registry, where_lines
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.log_pane import log_columns, log_row
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import line

_STRETCH = 200


class HistoryScreen(PlaceScreen):
    """The journal in words."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "today"

    _rows: tuple[LogRow, ...] = ()
    _more = True

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield RowList(columns=log_columns(), header=True, id="rows")

    def load(self) -> None:
        """Read from the newest."""
        self._rows = ()
        self._read_on()

    def data_changed(self, note: Any) -> None:
        """Everything changes the history."""
        if self.is_current:
            self.load()
        else:
            self.stale = True

    def _read_on(self) -> None:
        offset, people = len(self._rows), self.services.people

        def found(rows: list[LogRow]) -> None:
            self._rows = (*self._rows[:offset], *rows)
            self._more = len(rows) == _STRETCH
            self.redraw()

        self.read(lambda: people.log(None, offset, _STRETCH), found, group="history", description="read history")

    def redraw(self) -> None:
        """Show the rows."""
        rows = self.query_one("#rows", RowList)
        rows.set_empty(line((_("Nothing was changed yet."), "muted")))
        rows.set_rows([log_row(row, self.clock_today) for row in self._rows])
        self.set_title(line((_("History"), "strong")))

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Where the change is: here, at the hub, elsewhere."""
        event.stop()
        row = self.chosen
        if row is not None:
            self.app.push_screen(registry.read_sheet(*where_lines.where(row, self.clock_today)))

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """At the end, read on."""
        event.stop()
        if self._more and self._rows and event.key == self._rows[-1].op_id:
            self._read_on()
        self.refresh_bindings()

    @property
    def chosen(self) -> LogRow | None:
        """The change under the cursor."""
        key = self.query_one("#rows", RowList).cursor_key if self.query("#rows") else None
        return next((row for row in self._rows if row.op_id == key), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only own changes can be taken back."""
        if action == "take_back":
            row = self.chosen if self.is_mounted else None
            return row is not None and row.mine and bool(row.tx)
        return super().check_action(action, parameters)

    def action_take_back(self) -> None:
        """Take the save of this row back, after a question."""
        row = self.chosen
        if row is None:
            return
        tx = row.tx

        def answered(yes: bool | None) -> None:
            if yes:
                self.read(
                    lambda: self.services.journal.undo(tx),
                    lambda _saved: self.broker.answer("ok", _("Taken back."), undo=True),
                    group="act",
                    description="undo",
                )

        ask = Question(_("Take this change back?"), "t", _("take it back"), _("keep it"), opened_by="z")
        self.app.push_screen(ask, answered)
