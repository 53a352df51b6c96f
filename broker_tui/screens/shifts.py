"""The week of a flex-job workplace: one row per person, one key per mark, and the way to sheet and mentor time."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.shifts import COMMANDS
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.families.flexjob_shifts import BLANK, MARKS, monday_of
from broker_tui.screens import registry, shifts_lines
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.evidence_way import may_fill
from broker_tui.services.shifts import SHEET, WeekSheet, Worker
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.spans import EMPTY, ends, line

FORMS = ("F-F13", "F-F11", "F-F12", "F-F10", "F-F8", "F-X17")
"""What is written about one person besides the marks: illness, follow-up on both sides, mentor, agreement, shifts."""


class ShiftsScreen(PlaceScreen):
    """One workplace; without one the first."""

    DEFAULT_CSS = """
    ShiftsScreen #day { height: 1; padding: 0 3; }
    ShiftsScreen #workers { margin: 1 0 0 0; height: 1fr; }
    ShiftsScreen #about { height: 2; padding: 0 3; }
    ShiftsScreen #legend { height: 1; padding: 0 3; margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "companies"
    reads = frozenset(("fact", "form", "case", "citizen", "placement", "hours", "company"))

    def __init__(self, company_id: str = "") -> None:
        """Begin at a workplace, today."""
        super().__init__(id="shifts")
        self.company_id = company_id
        self.day: date | None = None
        self._places: list[tuple[str, str]] = []
        self._sheet: WeekSheet | None = None
        self._read = False

    def body(self) -> Iterable[Widget]:
        """The day, the people, the one under the cursor, what the digits mean."""
        yield Lines(EMPTY, id="day")
        yield RowList(columns=shifts_lines.columns(date.min, date.max), header=True, id="workers")
        yield Lines(EMPTY, EMPTY, id="about")
        yield Lines(shifts_lines.legend(), id="legend")

    @property
    def rows(self) -> RowList:
        """The people."""
        return self.query_one("#workers", RowList)

    def load(self) -> None:
        """Read the week."""
        shifts, wanted, monday = self.services.shifts, self.company_id, monday_of(self._day)

        def work() -> tuple[list[tuple[str, str]], WeekSheet | None]:
            places = shifts.places()
            place = wanted or (places[0][0] if places else "")
            return places, shifts.sheet(place, monday) if place else None

        self.read(work, self._show, group="shifts", description="read the week")

    def _show(self, found: tuple[list[tuple[str, str]], WeekSheet | None]) -> None:
        self._places, self._sheet = found
        self._read = True
        if self._sheet is not None:
            self.company_id = self._sheet.company_id
        self.redraw()
        self.refresh_bindings()

    @property
    def _day(self) -> date:
        return self.day or self.clock_today

    def redraw(self) -> None:
        """Workplace, day and people."""
        sheet, day = self._sheet, self._day
        self.rows.set_empty(line((self._empty(), "muted")))
        if sheet is None:
            self.set_title(line((_("Shifts"), "strong")))
            self.rows.set_rows([])
            return
        self.set_title(*shifts_lines.title(sheet))
        right = shifts_lines.unmarked_line(sheet, day, self.clock_today)
        self.query_one("#day", Lines).update(ends(shifts_lines.day_line(day), right, max(20, self.size.width - 6), 2))
        self.rows.set_columns(shifts_lines.columns(sheet.monday, day))
        self.rows.set_rows(shifts_lines.items(sheet, day, self.guard))
        self._draw_about()

    def _draw_about(self) -> None:
        self.query_one("#about", Lines).update(*shifts_lines.about(self.person, self._day, self.guard))

    def _empty(self) -> str:
        if not self._read:
            return ""
        return _("Nobody is in flex job here in this week.") if self._sheet else _("Nobody is in flex job yet.")

    # What is in front

    @property
    def person(self) -> Worker | None:
        """Who is under the cursor."""
        key = self.rows.cursor_key if self.is_mounted and self.query("#workers") else None
        return next((one for one in self._people() if shifts_lines.key_of(one) == key), None)

    def _people(self) -> tuple[Worker, ...]:
        return self._sheet.workers if self._sheet is not None else ()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Keys and the lines below follow the row."""
        event.stop()
        self._draw_about()
        self.refresh_bindings()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The person's job."""
        event.stop()
        if self.person is not None:
            self.broker.open_citizen(self.person.standing.citizen_id, "job")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marks need a day that has come and somebody in the job on it; most else needs somebody."""
        person = self.person
        come = self._day <= self.clock_today
        if action in ("mark", "hours"):
            return person is not None and come and person.job.active(self._day)
        if action in ("contact", "about"):
            return person is not None
        if action in ("sheet", "mentor"):
            return person is not None and monday_of(self._day) <= self.clock_today
        if action == "usual":
            return come and bool(self._usual())
        if action == "other":
            return len(self._places) > 1
        return super().check_action(action, parameters)

    # Days

    def action_day(self, step: int) -> None:
        """Another day; another week is read."""
        before = monday_of(self._day)
        self.day = self._day + timedelta(days=step)
        self._turned(before)

    def action_now(self) -> None:
        """Today."""
        before = monday_of(self._day)
        self.day = None
        self._turned(before)

    def _turned(self, before: date) -> None:
        if monday_of(self._day) != before:
            self.load()
        else:
            self.redraw()
            self.refresh_bindings()

    # Marks

    def action_mark(self, digit: int) -> None:
        """Mark the person, and go on to the next; a part of a shift asks how long."""
        person = self.person
        if person is None:
            return
        mark = MARKS[digit - 1] if digit else BLANK
        if mark == "partial":
            self._ask_hours(person, mark)
            return
        shifts, day = self.services.shifts, self._day
        words = {**shifts_lines.mark_words(), BLANK: _("no mark")}
        case_id, job_id = person.standing.case_id, person.job.id
        name = self.guard.name(person.standing.citizen_name)
        said = f"{name}: {words[mark]}"
        if mark == "sick":
            said = _("{name}: ill. f writes the sick report down.").format(name=name)
        self.act(lambda: shifts.mark(case_id, job_id, day, mark), said)
        self.rows.action_move(1)

    def action_usual(self) -> None:
        """Everybody with a usual shift on the day was present."""
        shifts, day, found = self.services.shifts, self._day, self._usual()
        said = ngettext("{count} marked present", "{count} marked present", len(found)).format(count=len(found))
        marks = [(one.standing.case_id, one.job.id) for one in found]
        self.act(lambda: shifts.mark_many(marks, day, "present"), said)

    def _usual(self) -> list[Worker]:
        return [one for one in self._people() if self._day in one.week.expected and one.job.active(self._day)]

    def action_hours(self) -> None:
        """Hours planned and worked on the day."""
        if self.person is not None:
            shift = self.person.week.shifts.get(self._day)
            known = shift.mark if shift is not None and shift.mark != BLANK else "present"
            self._ask_hours(self.person, known)

    def _ask_hours(self, person: Worker, mark: str) -> None:
        self.broker.fill_in(
            registry.shift_form(
                "hours",
                person.standing.citizen_id,
                case_id=person.standing.case_id,
                job_id=person.job.id,
                day=self._day.isoformat(),
                mark=mark,
            )
        )

    # Ways on

    def action_sheet(self) -> None:
        """The hours sheet of the week: the one that was begun, or a new one with the hours the marks give."""
        person = self.person
        if person is None:
            return
        shifts, monday = self.services.shifts, monday_of(self._day)
        case_id, job_id, citizen_id = person.standing.case_id, person.job.id, person.standing.citizen_id

        def work() -> str:
            found = shifts.sheets(case_id, job_id, monday)
            return found[0].id if found else shifts.begin_sheet(case_id, job_id, monday).ids[0]

        self.read(
            work,
            lambda record: self.broker.open_form(citizen_id, case_id, SHEET, record),
            group="sheet",
            description="the hours sheet of the week",
        )

    def action_mentor(self) -> None:
        """Mentor time of the week."""
        if self.person is not None:
            self.broker.fill_in(
                registry.shift_form(
                    "mentor",
                    self.person.standing.citizen_id,
                    case_id=self.person.standing.case_id,
                    job_id=self.person.job.id,
                    day=monday_of(self._day).isoformat(),
                )
            )

    def action_contact(self) -> None:
        """Log a contact."""
        if self.person is not None:
            self.broker.new_contact(self.person.standing.citizen_id)

    def action_about(self) -> None:
        """A form about the person."""
        person = self.person
        if person is None:
            return
        standing, known = person.standing, shapes.forms(person.standing.programme)
        offered = [
            (form, both(known[form])) for form in FORMS if form in known and may_fill(self.services, known[form])
        ]

        def chosen(form: str | None) -> None:
            if form is not None:
                self.broker.open_form(standing.citizen_id, standing.case_id, form)

        question = _("What is written about {name}?").format(name=self.guard.name(standing.citizen_name))
        self.app.push_screen(registry.choose_menu(question, offered), chosen)

    def action_other(self) -> None:
        """Choose another workplace."""

        def chosen(company_id: str | None) -> None:
            if company_id is not None:
                self.company_id = company_id
                self.load()

        self.app.push_screen(registry.choose_menu(_("Which workplace?"), self._places), chosen)
