"""Choose a person or a company: type a few letters, the newest first while nothing is typed."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.i18n import N_, _
from broker_tui.screens import say
from broker_tui.screens.base import Reader
from broker_tui.widgets.badges import programme_cell
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import BarInput

LIMIT = 50


class RecordPicker(Sheet[str | None], Reader):
    """A line to type in and the rows that answer to it."""

    DEFAULT_CSS = """
    RecordPicker #sheet-body { padding: 0; }
    RecordPicker BarInput { margin: 0 3 1 3; }
    RecordPicker RowList { height: 10; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("choose"), id="picker.choose", key_display="Enter", priority=True),
        Binding("down", "move(1)", N_("down"), show=False, id="picker.down", priority=True),
        Binding("up", "move(-1)", N_("up"), show=False, id="picker.up", priority=True),
    ]

    def __init__(self, title: str, *, begin: str = "", exclude: Sequence[str] = ()) -> None:
        """Ask with `title`, with `begin` typed already, never offering `exclude`."""
        super().__init__()
        self._title_text = title
        self._begin = begin
        self._exclude = frozenset(exclude)
        self._shown_for: str | None = None

    def rows(self, text: str) -> list[Row]:
        """What answers to `text`; called on a worker thread."""
        raise NotImplementedError

    def list_columns(self) -> Columns:
        """How rows are laid out."""
        raise NotImplementedError

    def heading(self) -> Line:
        """The question."""
        return line((self._title_text, "strong"))

    def body(self) -> Iterable[Widget]:
        """Line and rows."""
        typed = BarInput(self._begin, _("name, number or area"), select_on_focus=False)
        typed.cursor_blink = False
        yield typed
        rows = RowList(columns=self.list_columns(), empty=line((_("Nobody answers to that."), "muted")))
        rows.can_focus = False
        yield rows

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(BarInput).focus()
        self._look(self._begin)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    def _look(self, text: str) -> None:
        wanted = text.strip()
        self.read(lambda: (wanted, self.rows(wanted)), self._show, group="pick", description="look up")

    def _show(self, answer: tuple[str, list[Row]]) -> None:
        self._shown_for, rows = answer
        found = [row for row in rows if row.key not in self._exclude]
        self.query_one(RowList).set_rows(found, cursor=found[0].key if found else None)

    def action_move(self, step: int) -> None:
        """Move the cursor while one types."""
        self.query_one(RowList).action_move(step)

    def action_choose(self) -> None:
        """Close with the row under the cursor; what was typed last is looked up first.

        What is typed after that is for the page below, so it waits for the looking up.
        """
        text = self.query_one(BarInput).value.strip()

        def chosen(answer: tuple[str, list[Row]]) -> None:
            self._show(answer)
            key = self.query_one(RowList).cursor_key
            if key is not None:
                self.dismiss(key)
            self.broker.release_keys(self)

        def failed(_error: Exception) -> bool:
            self.broker.release_keys(self)
            return False

        cursor = self.query_one(RowList).cursor_key
        if cursor is not None and text == self._shown_for:
            self.dismiss(cursor)
        else:
            self.broker.hold_keys(self)
            self.read(
                lambda: (text, self.rows(text)), chosen, group="pick", description="look up and choose", failed=failed
            )

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """A double click chooses."""
        event.stop()
        self.dismiss(event.key)

    def on_click(self, event: events.Click) -> None:
        """Typing goes on after a click on a row."""
        self.query_one(BarInput).focus()


class PersonPicker(RecordPicker):
    """Closes with the id of a citizen."""

    def list_columns(self) -> Columns:
        """Name, programme, area."""
        return Columns((Column("name", width=26), Column("programme", width=13), Column("area")))

    def rows(self, text: str) -> list[Row]:
        """People whose name, number or area answers to `text`."""
        people, today = self.services.people, self.clock_today
        if not text:
            every = people.rows(status="all", sort="name", limit=LIMIT, today=today)
            cases = {row.citizen_id: row for row in every}
            return [self._row(row.citizen_id, row.name, row.programme, row.step, row.area) for row in cases.values()]
        found: list[Row] = []
        for hit in self.services.search.find(text, types=["citizen"], limit=LIMIT):
            card = people.card(hit.open_id, today)
            case = card.current_case
            programme = case.record.programme if case else None
            step = case.record.step if case else None
            found.append(
                self._row(card.citizen.id, card.citizen.record.name, programme, step, card.citizen.record.area)
            )
        return found

    def _row(self, key: str, name: str, programme: str | None, step: str | None, area: str | None) -> Row:
        cells = {
            "name": line((self.guard.name(name), "name")),
            "programme": programme_cell(*say.badge(programme, step), 7),
            "area": line((area or "", "muted")),
        }
        return Row(key, cells)


class CompanyPicker(RecordPicker):
    """Closes with the id of a company."""

    def list_columns(self) -> Columns:
        """Name, stage, area."""
        return Columns((Column("name", width=30), Column("stage", width=12), Column("area")))

    def rows(self, text: str) -> list[Row]:
        """Companies whose name, number or area answers to `text`."""
        companies, today = self.services.companies, self.clock_today
        if not text:
            return [
                self._row(row.company_id, row.name, say.word("company_stage", row.stage), row.area)
                for row in companies.rows(limit=LIMIT, today=today)
            ]
        found: dict[str, Row] = {}
        for hit in self.services.search.find(text, types=["company"], limit=LIMIT):
            company = companies.card(hit.open_id, today).company
            record = company.record
            found[company.id] = self._row(company.id, record.name, say.word("company_stage", record.stage), record.area)
        return list(found.values())

    def _row(self, key: str, name: str, stage: str, area: str | None) -> Row:
        cells = {"name": line((name, "name")), "stage": line((stage, "muted")), "area": line((area or "", "muted"))}
        return Row(key, cells)
