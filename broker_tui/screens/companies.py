"""F4: the companies as one list, paged from the vault."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.companies import LIST
from broker_tui.domain.views import CompanyCard, CompanyRow
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.format import dated
from broker_tui.screens import company_preview, say
from broker_tui.screens.beside_list import BesideList
from broker_tui.screens.caseload_rows import due_words
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.spans import EMPTY, Line, line

SORTS = ("name", "stage", "last_visit", "area")


class CompaniesScreen(BesideList[CompanyCard]):
    """The workplaces the broker knows."""

    DEFAULT_CSS = """
    CompaniesScreen #list { height: 1fr; }
    CompaniesScreen #preview { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; }
    CompaniesScreen.-wide #preview, CompaniesScreen.-broad #preview { display: block; }
    CompaniesScreen.-broad #preview { width: 60; }
    CompaniesScreen:ansi #preview { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(LIST)
    place = "companies"
    reads = frozenset(("company", "company_contact", "company_visit", "placement", "follow_up", "promise"))

    sort = "name"
    stage: str | None = None
    _count = 0

    def body(self) -> Iterable[Widget]:
        """List and preview."""
        with Horizontal(id="list"):
            yield RowList(columns=company_columns(), header=True, id="rows")
            with Vertical(id="preview"):
                yield Lines(id="preview-lines")

    def load(self) -> None:
        """Read how many there are; rows are asked for as they come into sight."""
        companies, stage = self.services.companies, self.stage
        self.read(lambda: companies.count(stage=stage), self._show, group="companies", description="count companies")

    def _show(self, count: int) -> None:
        self._count = count
        self.redraw()

    def redraw(self) -> None:
        """Show the list again."""
        rows = self.rows
        rows.set_margin(2 if self.wide else 3)
        rows.set_columns(company_columns())
        rows.sorted_by = self.sort
        empty = _("No companies yet: n makes the first.") if self.stage is None else _("No company in this stage.")
        rows.set_empty(line((empty, "muted")))
        rows.set_provider(self._count, self._provide)
        shown = say.word("company_stage", self.stage) if self.stage else _("All companies")
        counted = ngettext("{count} company", "{count} companies", self._count).format(count=self._count)
        self.set_title(line((shown, "strong")), line((counted, "text")))
        self.show_preview()

    def _provide(self, offset: int, limit: int) -> Sequence[Row]:
        found = self.services.companies.rows(
            stage=self.stage, sort=self.sort, offset=offset, limit=limit, today=self.clock_today
        )
        return [company_row(row, self.clock_today) for row in found]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts on a row need one."""
        if action in ("visit", "plan"):
            return self.is_mounted and bool(self.query("#rows")) and self.rows.cursor_key is not None
        return super().check_action(action, parameters)

    def card_reader(self, key: str) -> Callable[[], CompanyCard]:
        """The card, as of today."""
        services, today = self.services, self.clock_today
        return lambda: services.companies.card(key, today)

    def key_of(self, card: CompanyCard) -> str:
        """Whose card it is."""
        return card.company.id

    def preview(self, card: CompanyCard, cells: int) -> Iterable[Line]:
        """The card in short."""
        return company_preview.preview(card, self.clock_today, self.guard, cells)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open the card."""
        event.stop()
        self.broker.open_company(event.key)

    def action_visit(self) -> None:
        """A visit."""
        self.broker.new_visit(self.rows.cursor_key)

    def action_plan(self) -> None:
        """A follow-up with the company."""
        self.broker.new_follow_up(None, company_id=self.rows.cursor_key)

    def action_new(self) -> None:
        """A new company."""
        self.broker.new_company()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self.load()

    def action_stage(self) -> None:
        """The next stage, after the last all."""
        stages: list[str | None] = [None, *(code for code, _word in say.codes("company_stage"))]
        self.stage = stages[(stages.index(self.stage) + 1) % len(stages)]
        self.load()


def company_columns() -> Columns:
    """The columns of the list."""
    return Columns(
        (
            Column("name", _("Name"), min_width=20),
            Column("stage", _("Stage"), width=14),
            Column("placed", _("Placed"), width=8, align="right", gap=1),
            Column("last_visit", _("Last visit"), width=13),
            Column("next", _("Next"), width=13, drop=1),
            Column("unsent", "", width=1, drop=2, gap=1),
            Column("area", _("Area"), width=16, from_width=100),
            Column("industry", _("Industry"), width=18, from_width=120),
        )
    )


def company_row(found: CompanyRow, today: date) -> Row:
    """One company."""
    nothing = line((glyph("none"), "faint"))
    overdue = found.next_due is not None and found.next_due < today
    cells = {
        "name": line((found.name, "name")),
        "stage": line((say.word("company_stage", found.stage), "text" if found.stage == "active" else "muted")),
        "placed": line((str(found.placed), "num")) if found.placed else nothing,
        "last_visit": line((dated(found.last_visit), "muted")) if found.last_visit else nothing,
        "next": due_words(found.next_due, today),
        "unsent": line((glyph("unsent"), "accent")) if found.unsent else EMPTY,
        "area": line((found.area or "", "muted")),
        "industry": line((found.industry or "", "muted")),
    }
    return Row(found.company_id, cells, sign=glyph("overdue") if overdue else "", sign_role="err")
