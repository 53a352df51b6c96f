"""F2: what the day asks for, the most urgent first, and why each row stands there."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.today import COMMANDS
from broker_tui.domain.views import TodayItem
from broker_tui.i18n import _
from broker_tui.screens import handover_lines, today_rows
from broker_tui.screens.today_acts import TodayActs
from broker_tui.screens.today_groups import GROUPINGS, Grouping
from broker_tui.screens.today_preview import TodayPreview
from broker_tui.screens.today_read import read_day
from broker_tui.screens.today_rows import Day
from broker_tui.screens.today_why import short_why
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines, LineWidget
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.spans import Line, line


class Rule(LineWidget):
    """The line above the reasons."""

    def line_at(self, y: int) -> Line:
        """All of it."""
        return line((glyph("rule") * self.size.width, "rule"))


class TodayScreen(TodayActs):
    """The day's work as one list."""

    DEFAULT_CSS = """
    TodayScreen #day { height: 1fr; }
    TodayScreen #why { height: 4; padding: 0 3; }
    TodayScreen #why.-rules { height: 5; }
    TodayScreen #why Rule { height: 1; width: 1fr; }
    TodayScreen.-wide #why, TodayScreen.-broad #why { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "today"
    reads = frozenset(
        {
            *("citizen", "case", "company", "follow_up", "promise", "memo", "consent", "contact", "role_assignment"),
            *("draft", "fact", "placement", "hours", "goal", "handover", "conflict"),
        }
    )

    _grouping: Grouping = "day"
    _show_aside = False

    def body(self) -> Iterable[Widget]:
        """List and reasons."""
        with Horizontal(id="day"):
            yield RowList(columns=today_rows.columns(), id="rows")
            yield TodayPreview(id="preview")
        with Vertical(id="why"):
            yield Rule()
            yield Lines(id="why-lines")

    def load(self) -> None:
        """Read the day; the first time what was agreed is shown before the programmes are read."""
        services, today = self.services, self.clock_today
        if self.day.whole:
            self._read_whole()
            return

        def shown(day: Day) -> None:
            self._show(day)
            self._read_whole()

        self.read(
            lambda: read_day(services, today, rules=False), shown, group="today", description="read what is agreed"
        )

    def _read_whole(self) -> None:
        services, today = self.services, self.clock_today
        self.read(lambda: read_day(services, today, rules=True), self._show, group="today", description="read today")

    def on_screen_resume(self) -> None:
        """Drafts come and go without a change of records, so the list is read again."""
        self.stale = True

    def _show(self, day: Day) -> None:
        came = day.whole and not self.day.whole and self.day.items
        self.day = day
        self.redraw(to_top=bool(came) and self._at_top)
        self.query_one(TodayPreview).read_again()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def _at_top(self) -> bool:
        """Whether the cursor still stands where it began."""
        first = next((row.key for row in self._rows_drawn), None)
        return first is None or self.rows.cursor_key == first

    _rows_drawn: tuple[Row, ...] = ()

    def redraw(self, *, to_top: bool = False) -> None:
        """Show the day again; `to_top`: what is more urgent came in above a cursor nobody has moved."""
        rows, today, day = self.rows, self.clock_today, self.day
        rows.set_empty(line(self._empty()))
        rows.set_margin(2 if self.wide else 3)
        items = today_rows.rows(day, today, self.guard, self._grouping, aside=self._show_aside)
        self._rows_drawn = tuple(item for item in items if isinstance(item, Row))
        rows.set_rows(items, self._rows_drawn[0].key if to_top and self._rows_drawn else None)
        rows.foot = today_rows.foot(day, aside=self._show_aside)
        self.set_title(*today_rows.title(day, today, self._grouping))
        self.query_one("#why").set_class(day.rules, "-rules")
        self._show_why()

    def _empty(self) -> str:
        if not self.day.anybody:
            return _("Nobody is on the caseload yet: ^N and then citizen.")
        return _("Nothing is due the next fourteen days. ^N makes a follow-up, a promise or a memo.")

    @property
    def item(self) -> TodayItem | None:
        """What the row under the cursor is about."""
        key = self.rows.cursor_key
        every = (*self.day.items, *(entry.item for entry in self.day.aside))
        return next((item for item in every if item.id == key), None)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say why this row stands there."""
        event.stop()
        self._show_why()
        self.refresh_bindings()

    def _show_why(self) -> None:
        item = self.item
        self.query_one(TodayPreview).show(item)
        cells = self.query_one("#why").size.width - 6
        told = () if item is None else short_why(item, self.clock_today, self.guard, cells)
        self.query_one("#why-lines", Lines).update(*told)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open what the row is about."""
        event.stop()
        if event.key.startswith("draft:"):
            for entry in self.day.drafts:
                if f"draft:{entry.draft.key}" == event.key:
                    self.broker.continue_draft(entry.draft)
            return
        if event.key.startswith((handover_lines.OFFER, handover_lines.LATE)):
            self.broker.go("sync")
            return
        item = self.item
        if item is None:
            return
        if item.citizen_id is not None:
            self.broker.open_citizen(item.citizen_id)
        elif item.company_id is not None:
            self.broker.open_company(item.company_id)
        else:
            self.broker.edit_plan(item.kind, item.record_id, focus="what")

    def action_group(self) -> None:
        """Another grouping."""
        self._grouping = GROUPINGS[(GROUPINGS.index(self._grouping) + 1) % len(GROUPINGS)]
        self.redraw()

    def action_aside(self) -> None:
        """Show what was left aside, or hide it."""
        self._show_aside = not self._show_aside
        self.redraw()
        if not self.day.aside:
            self.broker.answer("", _("Nothing is left aside."))
