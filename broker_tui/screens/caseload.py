"""F3: the caseload as one list, paged from the vault, with saved views, sort, filter and marks."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.caseload import COMMANDS
from broker_tui.domain.views import CaseCard, CaseRow
from broker_tui.i18n import _, ngettext, words
from broker_tui.screens import caseload_rows, registry
from broker_tui.screens.beside_list import BesideList
from broker_tui.screens.caseload_read import PAGE, Asked, Found, joined, read_page, read_whole, rows_at
from broker_tui.screens.caseload_rows import SORTS, VIEWS, Which
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.spans import EMPTY, Line, line


class CaseloadScreen(BesideList[CaseCard]):
    """The people of the broker."""

    DEFAULT_CSS = """
    CaseloadScreen #list { height: 1fr; }
    CaseloadScreen #preview { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; scrollbar-size: 0 0; }
    CaseloadScreen.-wide #preview, CaseloadScreen.-broad #preview { display: block; }
    CaseloadScreen.-broad #preview { width: 60; }
    CaseloadScreen:ansi #preview { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "caseload"
    reads = frozenset(
        {
            *("citizen", "case", "contact", "follow_up", "promise", "memo", "placement", "hours", "role_assignment"),
            *("fact", "goal", "consent"),
        }
    )

    which = Which()
    sort = "next"
    descending = False
    _found: Found | None = None

    def body(self) -> Iterable[Widget]:
        """List and preview."""
        with Horizontal(id="list"):
            yield RowList(columns=caseload_rows.columns(), header=True, markable=True, id="rows")
            with VerticalScroll(id="preview", can_focus=False):
                yield Lines(id="preview-lines")

    # Reading

    @property
    def _asked(self) -> Asked:
        """What the list is to show now."""
        return Asked(self.which, self.sort, self.descending)

    def load(self) -> None:
        """Read a page and show it, then everything with what the programmes say; afterwards only the latter."""
        services, today, asked = self.services, self.clock_today, self._asked
        if self._found is not None and self._found.evaluated:
            self._read_whole()
            return

        def shown(found: Found) -> None:
            self._show(found)
            self._read_whole()

        self.read(
            lambda: read_page(services, asked, today),
            shown,
            group="caseload",
            description="read a page of the caseload",
        )

    def _read_whole(self) -> None:
        services, today, asked = self.services, self.clock_today, self._asked
        self.read(
            lambda: read_whole(services, asked, today), self._show, group="caseload", description="read the caseload"
        )

    def _show(self, found: Found) -> None:
        if found.asked == self._asked:
            self._found = found
            self.redraw()

    def _provide(self, offset: int, limit: int) -> Sequence[Row]:
        found = self._found
        if found is None:
            return []
        rows: Sequence[CaseRow] = found.rows[offset : offset + limit]
        if not found.whole and offset + limit > len(found.rows):
            rows = rows_at(self.services, found.asked, self.clock_today, offset, limit)
        if not found.whole:
            rows = joined(rows, found.stages)
        today, guard = self.clock_today, self.guard
        return [caseload_rows.row(row, found.stages.get(row.case_id or ""), today, guard) for row in rows]

    def _place_of(self, citizen_id: str) -> int | None:
        """Where a person is among all rows, so that the cursor stays on them."""
        rows = self._found.rows if self._found is not None else ()
        return next((place for place, row in enumerate(rows) if row.citizen_id == citizen_id), None)

    def redraw(self) -> None:
        """Show what was read again."""
        rows, found = self.rows, self._found
        if found is None:
            return
        rows.set_margin(2 if self.wide else 3)
        rows.set_columns(caseload_rows.columns())
        rows.sorted_by = "" if self.which.view.this_week else self.sort
        rows.set_empty(line((self._empty(), "muted")))
        rows.set_provider(found.count, self._provide, self._place_of)
        rows.foot = self._foot(found)
        cells = self.app.size.width - 6
        self.set_title(*caseload_rows.tabs(self.which, found.count, cells, wide=self.wide))
        self.show_preview()

    def _foot(self, found: Found) -> Line:
        """What is not in the list, or not sent yet."""
        if found.troubles:
            named = ", ".join(words.badge(name) for name in found.troubles)
            text = _("The rules of {programmes} cannot be used; what they ask is not here.").format(programmes=named)
            return line((f"{glyph('soon')} ", "warn"), text)
        unsent = sum(1 for row in found.rows[:PAGE] if row.unsent)
        text = ngettext("{count} case has unsent", "{count} cases have unsent", unsent).format(count=unsent)
        return line((f"{text} {glyph('unsent')}", "muted")) if unsent else EMPTY

    def _empty(self) -> str:
        if self.which == Which():
            return _("Nobody is on the caseload yet: n puts the first person on it.")
        return _("Nobody here. 1 shows all open cases.")

    # Preview

    def card_reader(self, key: str) -> Callable[[], CaseCard]:
        """The card, as of today."""
        services, today = self.services, self.clock_today
        return lambda: services.people.card(key, today)

    def key_of(self, card: CaseCard) -> str:
        """Whose card it is."""
        return card.citizen.id

    def preview(self, card: CaseCard, cells: int) -> Iterable[Line]:
        """The card in short."""
        case = card.current_case
        stage = self._found.stages.get(case.id) if case is not None and self._found is not None else None
        return caseload_rows.preview(card, stage, self.clock_today, self.guard, cells)

    # Acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts on a row need one."""
        if action in ("contact", "visit", "plan"):
            return self.is_mounted and bool(self.query("#rows")) and self.rows.cursor_key is not None
        if action == "unmark":
            return self.is_mounted and bool(self.query("#rows")) and bool(self.rows.marks)
        return super().check_action(action, parameters)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open the card."""
        event.stop()
        self.broker.open_citizen(event.key)

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        """Say how many are marked."""
        event.stop()
        count = len(event.keys)
        if count:
            text = ngettext("{count} marked", "{count} marked", count).format(count=count)
            self.broker.answer("", f"{glyph('marked')} {text}")
        self.refresh_bindings()

    def action_team(self) -> None:
        """The course teams."""
        self.broker.open_team()

    def action_contact(self) -> None:
        """A contact with the person under the cursor."""
        self.broker.new_contact(self.rows.cursor_key)

    def action_visit(self) -> None:
        """A visit about the person under the cursor, at the company where they are placed."""
        key = self.rows.cursor_key
        if key is None:
            return
        card = self.services.people.card(key, self.clock_today)
        running = [e.record.company_id for e in card.placements if e.record.status == "active" and not e.deleted]
        company_id = running[-1] if len(running) == 1 else None
        self.broker.new_visit(company_id, citizen_ids=(key,))

    def action_plan(self) -> None:
        """A follow-up with the person under the cursor, or one with each of the marked."""
        if not self.rows.marks:
            self.broker.new_follow_up(self.rows.cursor_key)
            return
        form = registry.plan_many_form(sorted(self.rows.marks))
        self.broker.fill_in(form, lambda outcome: self.rows.unmark() if outcome.tx else None)

    def action_new(self) -> None:
        """A new person."""
        self.broker.new_citizen()

    def action_substitute(self) -> None:
        """A colleague stands in for some days."""
        self.broker.fill_in(registry.substitute_form())

    def action_unmark(self) -> None:
        """No marks."""
        self.rows.unmark()

    def action_view(self, key: int) -> None:
        """A saved view."""
        self.which = Which(VIEWS[key - 1])
        self.load()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self.descending = False
        self.load()

    def action_turn(self) -> None:
        """The other way round."""
        self.descending = not self.descending
        self.load()

    def action_filter(self) -> None:
        """Choose an area or a programme."""

        def chosen(found: str | None) -> None:
            if found is None:
                return
            kind, _colon, value = found.partition(":")
            area = value if kind == "area" else None
            self.which = Which(self.which.view, area, value if kind == "programme" else None)
            self.load()

        self.app.push_screen(registry.caseload_filter(), chosen)
