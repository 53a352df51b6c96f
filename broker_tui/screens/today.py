"""F2: what the day asks for, the most urgent first, and why each row stands there."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.today import COMMANDS
from broker_tui.domain.views import CaseCard, ContactRow, NotFound, TodayItem
from broker_tui.i18n import _, ngettext
from broker_tui.screens import registry, today_rows
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.today_rows import Day, DraftRow
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines, LineWidget
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.spans import EMPTY, Line, ends, line

_PREVIEW_DELAY = 0.12


class Rule(LineWidget):
    """The line above the reasons."""

    def line_at(self, y: int) -> Line:
        """All of it."""
        return line((glyph("rule") * self.size.width, "rule"))


class TodayScreen(PlaceScreen):
    """The day's work as one list."""

    DEFAULT_CSS = """
    TodayScreen #day { height: 1fr; }
    TodayScreen #why { height: 4; padding: 0 3; }
    TodayScreen #why Rule { height: 1; width: 1fr; }
    TodayScreen #preview { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; overflow: hidden; }
    TodayScreen.-wide #preview, TodayScreen.-broad #preview { display: block; }
    TodayScreen.-broad #preview { width: 60; }
    TodayScreen.-wide #why, TodayScreen.-broad #why { display: none; }
    TodayScreen:ansi #preview { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "today"
    reads = frozenset(
        ("citizen", "case", "company", "follow_up", "promise", "memo", "consent", "contact", "role_assignment", "draft")
    )

    _day = Day((), (), (), anybody=True)
    _by_area = False
    _asked: tuple[CaseCard, ContactRow | None] | None = None

    def body(self) -> Iterable[Widget]:
        """List and reasons."""
        with Horizontal(id="day"):
            yield RowList(columns=today_rows.columns(), id="rows")
            with Vertical(id="preview"):
                yield Lines(wrapped=True, id="preview-why")
                yield Lines(id="preview-curve")
                yield Lines(wrapped=True, id="preview-last")
        with Vertical(id="why"):
            yield Rule()
            yield Lines(id="why-lines")

    def load(self) -> None:
        """Read the day."""
        services, today = self.services, self.clock_today

        def work() -> Day:
            items = tuple(services.today.items(today))
            areas = tuple((area, tuple(group)) for area, group in services.today.by_area(today))
            drafts = tuple(DraftRow(draft, _name(draft.about)) for draft in services.drafts.all())
            anybody = bool(items) or services.people.count(status="all") > 0
            return Day(items, areas, drafts, anybody)

        def _name(about: str | None) -> str:
            if about is None:
                return ""
            try:
                return services.people.card(about, today).citizen.record.name
            except NotFound:
                pass
            try:
                return services.companies.card(about, today).company.record.name
            except NotFound:
                return ""

        self.read(work, self._show, group="today", description="read today")

    def on_screen_resume(self) -> None:
        """Drafts come and go without a change of records, so the list is read again."""
        self.stale = True

    def _show(self, day: Day) -> None:
        self._day = day
        self.redraw()

    def redraw(self) -> None:
        """Show the day again."""
        rows = self.query_one("#rows", RowList)
        rows.set_empty(line(self._empty()))
        rows.set_margin(2 if self.wide else 3)
        rows.set_rows(today_rows.rows(self._day, self.clock_today, self.guard, self._by_area))
        self.set_title(*today_rows.title(self._day.items, self.clock_today, self._by_area))
        self._show_why()

    def _empty(self) -> str:
        if not self._day.anybody:
            return _("Nobody is on the caseload yet: ^N and then citizen.")
        return _("Nothing is due the next fourteen days. ^N makes a follow-up, a promise or a memo.")

    @property
    def _item(self) -> TodayItem | None:
        key = self.query_one("#rows", RowList).cursor_key
        return next((item for item in self._day.items if item.id == key), None)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say why this row stands there."""
        event.stop()
        self._asked = None
        self._show_why()
        item = self._item
        if self.wide and item is not None and item.citizen_id is not None:
            self.set_timer(_PREVIEW_DELAY, lambda: self._ask(item))
        self.refresh_bindings()

    def _ask(self, item: TodayItem) -> None:
        if self._item is not item or item.citizen_id is None:
            return
        services, today, citizen_id = self.services, self.clock_today, item.citizen_id

        def work() -> tuple[CaseCard, ContactRow | None]:
            last = services.people.contacts(citizen_id, limit=1)
            return services.people.card(citizen_id, today), last[0] if last else None

        def show(found: tuple[CaseCard, ContactRow | None]) -> None:
            if self._item is not None and self._item.citizen_id == found[0].citizen.id:
                self._asked = found
                self._show_why()

        self.read(work, show, group="preview", description="read preview", failed=lambda e: isinstance(e, NotFound))

    def _show_why(self) -> None:
        item, today, guard = self._item, self.clock_today, self.guard
        beside = self.query_one("#preview-why", Lines)
        if item is None:
            self.query_one("#why-lines", Lines).update()
            beside.update()
        else:
            cells = self.query_one("#why").size.width - 6
            self.query_one("#why-lines", Lines).update(*today_rows.short_why(item, today, guard, cells))
            beside.update(*today_rows.sheet_head(item, today, guard, self._sheet_cells))
        asked = self._asked if item is not None else None
        self.query_one("#preview-curve", Lines).update(*(self._curve(asked[0]) if asked else ()))
        self.query_one("#preview-last", Lines).update(*(self._last(*asked) if asked else ()))

    @property
    def _sheet_cells(self) -> int:
        return (60 if self.app.size.width >= 150 else 42) - 4

    def _curve(self, card: CaseCard) -> tuple[Line, ...]:
        from broker_tui.screens.case_curve import curve_data
        from broker_tui.widgets.hours_curve import render_curve

        data = curve_data(card, (), self.clock_today)[0]
        if not data.begun:
            return ()
        ansi = self.app.current_theme.ansi
        return (EMPTY, *render_curve(data, self._sheet_cells, 7, lanes=False, ansi=ansi))

    def _last(self, card: CaseCard, contact: ContactRow | None) -> tuple[Line, ...]:
        title = line((_("Last contact"), "strong"))
        if contact is None or card.last_contact is None:
            return EMPTY, title, line((_("none yet"), "muted"))
        days = (self.clock_today - card.last_contact).days
        away = ngettext("{count} day ago", "{count} days ago", days).format(count=days)
        record = contact.entry.record
        words = record.note or record.agreed or ""
        return EMPTY, ends(title, line((away, "muted")), self._sheet_cells), self.guard.note(words[:400])

    # Acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts on a row need one of the right kind."""
        item = self._item if self.is_mounted and self.query("#rows") else None
        if action in ("visit", "move_date", "done"):
            return item is not None
        if action == "contact":
            return item is not None and item.citizen_id is not None
        return super().check_action(action, parameters)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open what the row is about."""
        event.stop()
        if event.key.startswith("draft:"):
            for entry in self._day.drafts:
                if f"draft:{entry.draft.key}" == event.key:
                    self.broker.continue_draft(entry.draft)
            return
        item = self._item
        if item is None:
            return
        if item.citizen_id is not None:
            self.broker.open_citizen(item.citizen_id)
        elif item.company_id is not None:
            self.broker.open_company(item.company_id)
        else:
            self.broker.edit_plan(item.kind, item.record_id, focus="what")

    def action_contact(self) -> None:
        """A contact; it completes the follow-up of the row."""
        item = self._item
        if item is not None and item.citizen_id is not None:
            follow_up = item.record_id if item.kind == "follow_up" else None
            self.broker.new_contact(item.citizen_id, follow_up_id=follow_up)

    def action_visit(self) -> None:
        """A visit to the company of the row."""
        item = self._item
        if item is not None:
            citizens = (item.citizen_id,) if item.citizen_id else ()
            self.broker.new_visit(item.company_id, citizen_ids=citizens)

    def action_move_date(self) -> None:
        """Change the row, beginning with its date."""
        item = self._item
        if item is None:
            return
        if item.kind == "consent":
            self.broker.new_consent(item.citizen_id)
        else:
            self.broker.edit_plan(item.kind, item.record_id, citizen_id=item.citizen_id)

    def action_done(self) -> None:
        """Complete what is agreed, promised or noted; a consent is asked for again."""
        item = self._item
        if item is None:
            return
        plans, today, record = self.services.plans, self.clock_today, item.record_id
        if item.kind == "consent":
            self.broker.new_consent(item.citizen_id)
            return
        complete = {
            "follow_up": lambda: plans.complete(record, today),
            "promise": lambda: plans.complete_promise(record, today),
            "memo": lambda: plans.complete_memo(record, today),
        }[item.kind]
        name = today_rows.who(item, self.guard)
        self.act(complete, _("Done: {who}").format(who=name))

    def action_area(self) -> None:
        """Group by area, or by day again."""
        self._by_area = not self._by_area
        self.redraw()

    def action_walk_in(self) -> None:
        """Somebody who is on no caseload yet."""
        self.broker.new_walk_in()

    def action_walk_ins(self) -> None:
        """Those on no caseload yet."""
        self.app.push_screen(registry.walk_ins())
