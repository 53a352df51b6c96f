"""Storage time: whose closed cases leave this laptop and when, and who has left. The hub keeps the record."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.leaving import COMMANDS
from broker_tui.domain.views import Departure, InvalidInput
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.format import moment, short_date
from broker_tui.i18n.leaving_words import HELD, WHY
from broker_tui.screens import registry
from broker_tui.screens.base import PlaceScreen, Reader
from broker_tui.services.retention import LONGEST, SHORTEST, Leaving
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.form import Form
from broker_tui.widgets.row_list import Heading, Row, RowList
from broker_tui.widgets.sheet import FormSheet
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import TextField


class LeavingScreen(PlaceScreen):
    """One list: first who leaves, then who has left."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    reads = frozenset({"case", "citizen", "follow_up", "promise", "memo", "conflict"})

    _leaving: tuple[Leaving, ...] = ()
    _gone: tuple[Departure, ...] = ()
    _days = 0
    _fixed = False

    def body(self) -> Iterable[Widget]:
        """One list."""
        columns = (Column("on", _("Leaves"), width=13), Column("who", _("Who"), min_width=20))
        yield RowList(columns=Columns((*columns, Column("why", _("Why"), width=34, drop=1))), id="rows")

    def load(self) -> None:
        """Read both."""
        retention = self.services.retention

        def found(read: tuple[list[Leaving], list[Departure], int, bool]) -> None:
            self._leaving, self._gone, self._days, self._fixed = tuple(read[0]), tuple(read[1]), read[2], read[3]
            self.redraw()

        self.read(
            lambda: (retention.leaving(), retention.departures(), retention.days, retention.set_by_hub),
            found,
            group="leaving",
            description="read who leaves",
        )

    def redraw(self) -> None:
        """Show the rows."""
        rows = self.query_one("#rows", RowList)
        rows.set_empty(line((self._nobody(), "muted")))
        items: list[Heading | Row] = []
        if self._leaving:
            items.append(Heading("leaving", _("Leaves this laptop with a sync")))
            items += [self._row(one) for one in self._leaving]
        if self._gone:
            items.append(Heading("gone", _("Has left")))
            items += [self._past(one) for one in self._gone]
        rows.set_rows(items)
        self.set_title(line((_("Storage time"), "strong")), line((self.term(), "muted")))
        self.refresh_bindings()

    def term(self) -> str:
        """How long closed cases stay."""
        words = ngettext("closed cases stay {count} day", "closed cases stay {count} days", self._days)
        return words.format(count=self._days)

    def _nobody(self) -> str:
        if not self.services.me.enrolled:
            return _("Nobody leaves: this laptop has no hub yet and holds the only copy.")
        return _("Nobody: there are no closed cases on this laptop.")

    def _row(self, one: Leaving) -> Row:
        held = ", ".join(_(HELD[name]) for name in one.held)
        why = line((_("stays: {what}").format(what=held), "warn")) if held else line((self._when_closed(one), "muted"))
        cells: dict[str, Line] = {
            "on": line((short_date(one.on), "muted")),
            "who": line((self.guard.name(one.name), "name")),
            "why": why,
        }
        return Row(one.citizen_id, cells)

    def _when_closed(self, one: Leaving) -> str:
        return _("closed {day}").format(day=short_date(one.closed_on))

    def _past(self, one: Departure) -> Row:
        cells: dict[str, Line] = {
            "on": line((moment(one.at, self.clock_today), "muted")),
            "who": line((one.citizen_id[:8], "muted")),
            "why": line((_(WHY.get(one.why, one.why)), "muted")),
        }
        return Row(f"gone:{one.citizen_id}", cells)

    @property
    def _chosen(self) -> str:
        return (self.query_one("#rows", RowList).cursor_key if self.query("#rows") else None) or ""

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The person's card."""
        event.stop()
        if not event.key.startswith("gone:"):
            self.app.push_screen(registry.case_card(event.key))

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Only somebody who left can be fetched back."""
        event.stop()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Fetch back those whose case closed; the days where the municipality has not said them."""
        if action == "fetch":
            gone = self._chosen.removeprefix("gone:") if self.is_mounted else ""
            return any(one.citizen_id == gone and one.why == "closed" for one in self._gone)
        if action == "days":
            return not self._fixed
        return super().check_action(action, parameters)

    def action_fetch(self) -> None:
        """Let the person come back."""
        citizen_id = self._chosen.removeprefix("gone:")

        def done(_count: Any) -> None:
            self.load()
            self.broker.answer("ok", _("The person comes back with the next sync."))

        self.read(
            lambda: self.services.retention.call_back(citizen_id), done, group="act", description="call a person back"
        )

    def action_days(self) -> None:
        """Another number of days."""

        def done(changed: bool | None) -> None:
            if changed:
                self.load()
                self.broker.answer("ok", _("Kept. It holds from the next sync."))

        self.app.push_screen(DaysSheet(self._days), done)


class DaysSheet(FormSheet[bool | None], Reader):
    """One number."""

    def __init__(self, days: int) -> None:
        """Open on what holds now."""
        super().__init__()
        self._days = days

    def heading(self) -> Line:
        """What this is."""
        return line((_("Days on this laptop"), "strong"))

    def body(self) -> Iterable[Widget]:
        """The number."""
        with Form():
            yield TextField("days", _("Days"), value=str(self._days), label_width=12)

    def on_mount(self) -> None:
        """Begin in it."""
        self.query_one(Form).fields()["days"].focus()

    def action_done(self) -> None:
        """Keep it."""
        form = self.query_one(Form)
        text = form.values()["days"].strip()
        if not text.isdecimal():
            bounds = {"low": SHORTEST, "high": LONGEST}
            form.show_errors({"days": self.broker.field_error("days", "out_of_bounds", bounds)})
            return
        self.read(
            lambda: self.services.retention.set_days(int(text)),
            lambda _nothing: self.dismiss(True),
            group="days",
            description="keep retention",
            failed=self._failed,
        )

    def _failed(self, error: Exception) -> bool:
        if not isinstance(error, InvalidInput):
            return False
        errors = {fault.field: self.broker.field_error(fault.field, fault.code, fault.args) for fault in error.errors}
        self.query_one(Form).show_errors(errors)
        return True
