"""My laptops: name, since when, last sync; and reporting one lost. What stands here the hub said just now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.devices import COMMANDS
from broker_tui.domain.clock import DENMARK
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.format import moment
from broker_tui.screens import sync_lines
from broker_tui.screens.base import PlaceScreen
from broker_tui.services.devices import OwnLaptop
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import EMPTY, Line, line


class DevicesScreen(PlaceScreen):
    """A row for each laptop."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "sync"

    _laptops: tuple[OwnLaptop, ...] = ()
    _asking = True

    def body(self) -> Iterable[Widget]:
        """One list."""
        columns = (
            Column("name", _("Laptop"), min_width=18),
            Column("enrolled", _("Joined"), width=14),
            Column("last", _("Last sync"), width=14),
            Column("state", "", width=22),
        )
        yield RowList(columns=Columns(columns), header=True, id="rows")

    def load(self) -> None:
        """Ask the hub."""
        self._asking = True
        self.redraw()
        self.read(
            self.services.devices.all, self._found, group="devices", description="ask for laptops", failed=self._failed
        )

    def _found(self, laptops: Sequence[OwnLaptop]) -> None:
        self._laptops, self._asking = tuple(laptops), False
        self.redraw()
        self.refresh_bindings()

    def _failed(self, error: Exception) -> bool:
        self._asking = False
        self.redraw()
        sentence = sync_lines.error_sentence(error)
        if sentence is None:
            return False
        self.broker.answer("refused", sentence)
        return True

    def redraw(self) -> None:
        """Show the rows."""
        rows = self.query_one("#rows", RowList)
        waiting = _("Asking the hub …") if self._asking else _("The hub did not answer; the list is at the hub alone.")
        rows.set_empty(line((waiting, "muted")))
        rows.set_rows([self._row(one) for one in self._laptops])
        count = ngettext("{count} laptop", "{count} laptops", len(self._laptops)).format(count=len(self._laptops))
        self.set_title(line((_("My laptops"), "strong")), line((count, "muted")) if self._laptops else EMPTY)

    def _row(self, one: OwnLaptop) -> Row:
        def at(when: datetime | None) -> Line:
            return line((moment(when.astimezone(DENMARK), self.clock_today), "muted")) if when else EMPTY

        state = line((_("this laptop"), "muted")) if one.this else EMPTY
        if one.shut_out is not None:
            state = line((_("shut out"), "err"))
        cells = {
            "name": line((one.name or one.id[:8], "name")),
            "enrolled": at(one.enrolled),
            "last": at(one.last_sync),
            "state": state,
        }
        return Row(one.id, cells)

    @property
    def _chosen(self) -> OwnLaptop | None:
        key = self.query_one("#rows", RowList).cursor_key
        return next((one for one in self._laptops if one.id == key), None)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Keys for the laptop under the cursor."""
        event.stop()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Another one that is not shut out can be reported lost."""
        if action == "lost":
            one = self._chosen
            return one is not None and not one.this and one.shut_out is None
        return super().check_action(action, parameters)

    def action_lost(self) -> None:
        """Report the laptop lost, after a question."""
        one, devices = self._chosen, self.services.devices
        if one is None:
            return
        sentence = _("Report {name} lost? The hub takes nothing from it any more; only IT lets it in again.")

        def done(laptops: Sequence[OwnLaptop]) -> None:
            self._found(laptops)
            self.broker.answer("ok", _("Reported lost. Tell IT at once: they decide about wiping it and the notice."))

        def answered(yes: bool | None) -> None:
            if yes:
                self.read(
                    lambda: devices.report_lost(one.id),
                    done,
                    group="devices",
                    description="report lost",
                    failed=self._failed,
                )

        question = Question(sentence.format(name=one.name or one.id[:8]), "t", _("it is lost"), _("no"), opened_by="x")
        self.app.push_screen(question, answered)
