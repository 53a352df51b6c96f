"""Course teams of `mastery`: who is on one, the days it meets, and how each participant met (domain A9).

Marks are facts in each participant's own case, so that nobody's attendance stands on another's card; the team, its days
and notes are facts all of its cases share and name nobody. Two laptops that mark the same person on the same day make
two facts, and the engine's rule decides: any mark beats a blank, a later one an earlier; both stay in the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker_tui.domain.case_facts import fact_of
from broker_tui.domain.views import NotFound, Saved
from broker_tui.programmes.course import Course
from broker_tui.programmes.families import mastery_register as register
from broker_tui.programmes.families.mastery_register import MARKS, Meeting, Slot, Timetable
from broker_tui.programmes.results import Obligation
from broker_tui.services.base import Service
from broker_tui.services.case_reading import form_facts
from broker_tui.services.programmes import Programmes, Standing
from sync.records import types
from sync.records.types import Case

PROGRAMME: types.Programme = "mastery"
_SEEN = ("overdue", "missed", "due_soon", "open")


@dataclass(frozen=True, slots=True)
class Participant:
    """One person of this caseload on the team."""

    standing: Standing
    meeting: Meeting

    @property
    def signals(self) -> Mapping[str, Any]:
        """What the programme computes about the person."""
        return self.standing.evaluation.signals


@dataclass(frozen=True, slots=True)
class TeamSheet:
    """A team as its page shows it.

    Attributes:
        accepted: how many were accepted as written down; None while nobody wrote it.
        size: what that number means (`too_small`, `allowed`, `recommended`, `too_large`); "" without a number.
        owed: what the programme asks of the team now.
    """

    name: str
    timetable: Timetable
    participants: tuple[Participant, ...]
    accepted: int | None
    size: str
    owed: tuple[Obligation, ...]

    def unmarked(self, slot: Slot) -> int:
        """How many have no mark on a day."""
        return register.unmarked(slot, (one.meeting for one in self.participants))


@dataclass(frozen=True)
class Teams(Service):
    """The use cases of course teams."""

    programmes: Programmes

    # reading

    def names(self) -> list[str]:
        """All teams by name: those written down, and those somebody is on."""
        return sorted({*self.programmes.teams(PROGRAMME), *self._members().values()})

    def sheet(self, name: str) -> TeamSheet:
        """Everything about one team.

        Raises:
            NotFound: no such team.
        """
        if name not in self.names():
            raise NotFound("team")
        today = self.clock.today()
        program = self.programmes.program(PROGRAMME)
        course = Course(program, self._facts(name), today)
        people = self._members()
        mine = [one for one in self.programmes.standings(today) if people.get(one.citizen_id) == name]
        accepted, _day = course.facts.value("group", "accepted")
        owed = self.programmes.of_level(PROGRAMME, "team", today, name)
        return TeamSheet(
            name=name,
            timetable=register.timetable(course),
            participants=tuple(
                Participant(one, register.meeting(Course(program, self.programmes.facts(one.case_id), today)))
                for one in mine
                if one.programme == PROGRAMME
            ),
            accepted=accepted,
            size=register.size_state(course, accepted) if isinstance(accepted, int) else "",
            owed=tuple(one for one in owed if one.state in _SEEN),
        )

    def people(self, name: str) -> tuple[str, ...]:
        """The names of those on a team, so that a text all its cases share can be kept free of them."""
        inside = [citizen for citizen, team in self._members().items() if team == name]
        found = (self.store.entry(types.Citizen, citizen) for citizen in inside)
        return tuple(entry.record.name for entry in found if entry is not None)

    # writing

    def found(self, name: str, t0: date, weeks: int | None = None, weekday: str | None = None) -> Saved:
        """Write a new team down.

        Raises:
            InvalidInput: no name, or one that is taken.
        """
        batch, name = self.batch(), name.strip()
        if not name:
            batch.fault("name", "required")
        elif name.casefold() in {one.casefold() for one in self.names()}:
            batch.fault("name", "team_exists", team=name)
        told = {"team": name, "name": name, "t0": t0, "teaching_weeks": weeks, "weekly_weekday": weekday}
        batch.fact("team", self.clock.today(), told, PROGRAMME, team=name)
        return batch.save()

    def join(self, case_id: str, name: str) -> Saved:
        """Put a person on a team; who was on another one moves, with what was prepared kept (A9).

        Raises:
            NotFound: no such team.
            InvalidInput: the case is in another programme, or the person is on the team already.
        """
        case = self.require(Case, case_id)[1]
        if name not in self.names():
            raise NotFound("team")
        batch = self.batch()
        if case.programme != PROGRAMME:
            batch.fault("case", "not_in_programme", programme=PROGRAMME)
        elif self._members().get(case.citizen_id) == name:
            batch.fault("case", "on_team_already", team=name)
        batch.fact("team_member", self.clock.today(), {"team": name}, PROGRAMME, about=(case_id, case))
        return batch.save()

    def mark(self, name: str, slot: Slot, marks: Mapping[str, str]) -> Saved:
        """Mark participants on a day; the day is written down with the first mark.

        Args:
            name: the team.
            slot: its day.
            marks: one of `MARKS`, or `blank`, by case.

        Raises:
            InvalidInput: a day to come, a day that was called off, or no such mark.
        """
        batch = self.batch()
        if slot.on > self.clock.today():
            batch.fault("on", "in_future", date=slot.on)
        if slot.cancelled:
            batch.fault("on", "session_cancelled")
        program = self.programmes.program(PROGRAMME)
        for case_id, mark in marks.items():
            case = self.require(Case, case_id)[1]
            if mark not in (*MARKS, "blank"):
                batch.fault("mark", "no_fact_code", known=", ".join(MARKS))
            course = Course(program, self.programmes.facts(case_id), self.clock.today())
            before, fact_id = register.meeting(course).marks.get((slot.on, slot.type), ("blank", ""))
            if before != mark:
                told = {"type": slot.type, "mark": mark}
                batch.fact("attendance", slot.on, told, PROGRAMME, about=(case_id, case), replaces=fact_id or None)
        if batch.writes and not slot.session:
            batch.fact("session", slot.on, register.session_values(slot), PROGRAMME, team=name)
        return batch.save()

    def call_off(self, name: str, slot: Slot, reason: str) -> Saved:
        """Write down that a day was cancelled by us, with why; undo brings it back.

        Raises:
            InvalidInput: no reason.
        """
        batch = self.batch()
        if not reason.strip():
            batch.fault("reason", "required")
        known = self.store.entry(types.Fact, slot.session) if slot.session else None
        told = register.session_values(slot, known.record.values if known is not None else None)
        told |= {"cancelled": True, "reason": reason.strip()}
        replaces = known.id if known is not None else None
        batch.fact("session", slot.on, told, PROGRAMME, team=name, replaces=replaces)
        return batch.save()

    # parts

    def _shared(self) -> list[Any]:
        return self.store.entries(types.Fact, where={"citizen_id": None, "programme": PROGRAMME}, replaced=False)

    def _facts(self, name: str) -> list[Any]:
        program = self.programmes.program(PROGRAMME)
        found = [fact_of(entry) for entry in self._shared() if entry.record.team in (None, name)]
        for entry in self.store.entries(types.Form, where={"citizen_id": None, "programme": PROGRAMME}):
            if entry.record.team in (None, name):
                found += form_facts(program, [entry])
        return register.of_team(found, name)

    def _members(self) -> dict[str, str]:
        """The team each person is on now, by citizen, told by a fact or in a form."""
        found: dict[str, str] = {}
        for one in self.programmes.standings(self.clock.today()):
            if one.programme == PROGRAMME:
                told = [fact for fact in self.programmes.facts(one.case_id) if fact.kind == "team_member"]
                last = max(told, key=lambda fact: (fact.on, fact.id), default=None)
                if last is not None and last.get("team"):
                    found[one.citizen_id] = str(last.get("team"))
        return found
