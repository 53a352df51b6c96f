"""The register of a course team: one day at a time, one row per participant, one key per mark."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.team import COMMANDS
from broker_tui.domain.views import NotFound
from broker_tui.i18n import _, ngettext
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.families.mastery_register import MARKS, Slot, nearest_slot
from broker_tui.screens import registry, team_lines
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.evidence_way import may_fill
from broker_tui.services.teams import Participant, TeamSheet
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.spans import EMPTY, ends, line
from sync.records.types import Fact

TEAM_FORM, SESSION_FORM = "F-M14", "F-M15"


class TeamScreen(PlaceScreen):
    """One team; without a name the one of the person in front, or the first."""

    DEFAULT_CSS = """
    TeamScreen #day { height: 1; padding: 0 3; }
    TeamScreen #participants { margin: 1 0 0 0; height: 1fr; }
    TeamScreen #legend { height: 1; padding: 0 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    place = "caseload"
    reads = frozenset(("fact", "form", "case", "citizen", "role_assignment", "contact"))

    def __init__(self, name: str = "") -> None:
        """Begin at a team."""
        super().__init__(id="team")
        self.team = name
        self._names: tuple[str, ...] = ()
        self._sheet: TeamSheet | None = None
        self._place: int | None = None
        self._read = False

    def body(self) -> Iterable[Widget]:
        """The day, the participants, what the digits mean."""
        yield Lines(EMPTY, id="day")
        yield RowList(columns=team_lines.columns(), header=True, id="participants")
        yield Lines(team_lines.legend(), id="legend")

    @property
    def rows(self) -> RowList:
        """The participants."""
        return self.query_one("#participants", RowList)

    def load(self) -> None:
        """Read the team."""
        teams, wanted = self.services.teams, self.team

        def work() -> tuple[tuple[str, ...], TeamSheet | None]:
            names = tuple(teams.names())
            name = wanted if wanted in names else (names[0] if names else "")
            try:
                return names, teams.sheet(name) if name else None
            except NotFound:  # withdrawn meanwhile
                return names, None

        self.read(work, self._show, group="team", description="read the team")

    def _show(self, found: tuple[tuple[str, ...], TeamSheet | None]) -> None:
        self._names, self._sheet = found
        self._read = True
        if self._sheet is not None:
            if self.team != self._sheet.name:
                self.team, self._place = self._sheet.name, None
            slots = self._sheet.timetable.slots
            if self._place is None or self._place >= len(slots):
                self._place = nearest_slot(slots, self.clock_today)
        self.redraw()
        self.refresh_bindings()

    def redraw(self) -> None:
        """Team, day and participants."""
        sheet, slot = self._sheet, self.slot
        self.rows.set_empty(line((self._empty(), "muted")))
        if sheet is None:
            self.set_title(line((_("Course teams"), "strong")))
            self.query_one("#day", Lines).update(EMPTY)
            self.rows.set_rows([])
            return
        self.set_title(*team_lines.title(sheet))
        left = team_lines.day_line(sheet, self._place or 0)
        right = team_lines.unmarked_line(sheet, slot, self.clock_today) if slot is not None else EMPTY
        self.query_one("#day", Lines).update(ends(left, right, max(20, self.size.width - 6), 2))
        self.rows.set_rows(team_lines.items(sheet, slot, self.guard, self.clock_today))

    def _empty(self) -> str:
        return _("There is no course team yet: N writes one down.") if self._read else ""

    # What is in front

    @property
    def slot(self) -> Slot | None:
        """The day that is shown."""
        slots = self._sheet.timetable.slots if self._sheet is not None else ()
        return slots[self._place] if self._place is not None and self._place < len(slots) else None

    @property
    def person(self) -> Participant | None:
        """The participant under the cursor."""
        key = self.rows.cursor_key if self.is_mounted and self.query("#participants") else None
        return next((one for one in self._people() if one.standing.case_id == key), None)

    @property
    def rule(self) -> tuple[str, str] | None:
        """The rule about the team under the cursor, and which of its demands."""
        key = self.rows.cursor_key if self.is_mounted and self.query("#participants") else None
        if key is None or not key.startswith(team_lines.RULE):
            return None
        name, _at, which = key.removeprefix(team_lines.RULE).partition("@")
        return name, which

    def _people(self) -> tuple[Participant, ...]:
        return self._sheet.participants if self._sheet is not None else ()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Keys follow the row."""
        event.stop()
        self.refresh_bindings()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The person's card, or what closes the rule."""
        event.stop()
        if self.person is not None:
            self.broker.open_citizen(self.person.standing.citizen_id)
        else:
            self.action_done()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marks need a day that has come and was not called off; most else needs somebody."""
        slot = self.slot
        held = slot is not None and not slot.cancelled and slot.on <= self.clock_today
        needs: dict[str, Callable[[], object]] = {
            "mark": lambda: held and self.person is not None,
            "rest": lambda: held and self._blank(),
            "contact": lambda: self.person is not None,
            "about": lambda: self.person is not None,
            "done": lambda: self.person is not None or self.rule is not None,
            "note": self._people,
            "form": self._people,
            "call_off": lambda: held,
            "join": lambda: self._sheet is not None,
            "other": lambda: len(self._names) > 1,
        }
        if action in needs:
            return bool(needs[action]())
        return super().check_action(action, parameters)

    # Days

    def action_day(self, step: int) -> None:
        """Another day."""
        slots = self._sheet.timetable.slots if self._sheet is not None else ()
        if slots:
            self._place = min(max(0, (self._place or 0) + step), len(slots) - 1)
            self.redraw()
            self.refresh_bindings()

    def action_now(self) -> None:
        """The latest day."""
        self._place = None
        if self._sheet is not None:
            self._place = nearest_slot(self._sheet.timetable.slots, self.clock_today)
        self.redraw()
        self.refresh_bindings()

    # Marks

    def action_mark(self, digit: int) -> None:
        """Mark the person, and go on to the next."""
        slot, person = self.slot, self.person
        if slot is None or person is None:
            return
        mark = MARKS[digit - 1] if digit else "blank"
        words = {**team_lines.mark_words(), "blank": _("no mark")}
        name = self.guard.name(person.standing.citizen_name)
        self._keep(slot, {person.standing.case_id: mark}, f"{name}: {words[mark]}")
        self.rows.action_move(1)

    def action_rest(self) -> None:
        """Everybody without a mark was present."""
        slot, blank = self.slot, self._blank()
        if slot is None:
            return
        said = ngettext("{count} marked present", "{count} marked present", len(blank)).format(count=len(blank))
        self._keep(slot, dict.fromkeys(blank, "present"), said)

    def _blank(self) -> list[str]:
        """The cases without a mark on the day that is shown."""
        slot = self.slot
        return [
            one.standing.case_id
            for one in self._people()
            if slot is not None and one.meeting.marks.get((slot.on, slot.type), ("blank", ""))[0] == "blank"
        ]

    def _keep(self, slot: Slot, marks: dict[str, str], said: str) -> None:
        teams, name = self.services.teams, self.team
        self.act(lambda: teams.mark(name, slot, marks), said)

    # Ways on

    def action_contact(self) -> None:
        """Log a contact."""
        if self.person is not None:
            self.broker.new_contact(self.person.standing.citizen_id)

    def action_done(self) -> None:
        """What closes the rule under the cursor, or the absence of the person that waits for a contact."""
        if self.rule is not None:
            one = next(iter(self._people()), None)
            if one is not None:
                self.broker.close_rule(one.standing.citizen_id, one.standing.case_id, *self.rule)
            return
        if self.person is None:
            return
        standing, waiting = self.person.standing, self.person.meeting.waiting
        if waiting is not None:
            self.broker.close_rule(standing.citizen_id, standing.case_id, waiting.rule, waiting.key)
        else:
            self.broker.new_contact(standing.citizen_id)

    def action_about(self) -> None:
        """A form about the person: what is lacking first."""
        person = self.person
        if person is None:
            return
        standing, known = person.standing, shapes.forms(person.standing.programme)
        offered = [
            (form, " · ".join(part for part in (both(known[form]), lacking) if part))
            for form, lacking in team_lines.forms_of(person)
            if form in known and may_fill(self.services, known[form])
        ]

        def chosen(form: str | None) -> None:
            if form is not None:
                self.broker.open_form(standing.citizen_id, standing.case_id, form)

        question = _("What is written about {name}?").format(name=self.guard.name(standing.citizen_name))
        self.app.push_screen(registry.choose_menu(question, offered), chosen)

    def action_note(self) -> None:
        """The form about the day; it names nobody and is shared by all cases of the team."""
        self._open(SESSION_FORM)

    def action_form(self) -> None:
        """The form about the team."""
        self._open(TEAM_FORM)

    def _open(self, form: str) -> None:
        one = self.person or next(iter(self._people()), None)
        if one is not None:
            self.broker.open_form(one.standing.citizen_id, one.standing.case_id, form)

    def action_call_off(self) -> None:
        """The day was cancelled by us."""
        if self.slot is not None:
            self.broker.fill_in(registry.team_form("call_off", team=self.team, slot=self.slot))

    def action_join(self) -> None:
        """Put a person on the team."""
        programmes, today = self.services.programmes, self.clock_today
        inside = {one.standing.citizen_id for one in self._people()}

        def chosen(citizen_id: str | None) -> None:
            if citizen_id is None:
                return
            self.read(
                lambda: next(
                    (s for s in programmes.standings(today) if s.citizen_id == citizen_id and s.programme == "mastery"),
                    None,
                ),
                lambda found: self._join(found.case_id if found is not None else None),
                group="join",
                description="find the case",
            )

        self.app.push_screen(registry.person_picker(_("Who joins the team?"), exclude=sorted(inside)), chosen)

    def _join(self, case_id: str | None) -> None:
        if case_id is None:
            self.broker.answer("refused", _("The person has no open case in mastery: N on the card opens one."))
            return
        teams, name = self.services.teams, self.team
        self.act(lambda: teams.join(case_id, name), _("On the team: {name}").format(name=name))

    def action_other(self) -> None:
        """Choose another team."""

        def chosen(name: str | None) -> None:
            if name is not None:
                self.team, self._place = name, None
                self.load()

        names = [(name, name) for name in self._names]
        self.app.push_screen(registry.choose_menu(_("Which team?"), names), chosen)

    def action_found(self) -> None:
        """A new team; then it is shown."""

        def done(outcome: registry.Outcome) -> None:
            made = outcome.record_id and self.services.store.entry(Fact, outcome.record_id)
            if made:
                self.team, self._place = made.record.team or "", None
                self.load()

        self.broker.fill_in(registry.team_form("found"), done)
