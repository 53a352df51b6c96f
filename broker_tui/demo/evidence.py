"""What a programme would have on an invented person: facts, course days, and the step a broker confirmed."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, get_args

from broker_tui.demo import team, words
from broker_tui.demo.created import create
from broker_tui.domain.case_facts import CaseRecords, facts_of
from broker_tui.domain.facts import Fact
from broker_tui.domain.views import Entry
from broker_tui.programmes import loading
from broker_tui.programmes.engine import course_of
from broker_tui.services.ports import Write
from sync.records import RECORD_TYPES, SHARED, case_scope, types, view
from sync.records.types import Case, CaseRole, Contact, RoleAssignment

_FAMILIES = {
    "contact": "contacts",
    "placement": "placements",
    "hours": "hours",
    "goal": "goals",
    "follow_up": "follow_ups",
    "consent": "consents",
    "role_assignment": "roles",
}


class Evidence:
    """Draws what is on file, with the numbers and words of the caseload it belongs to.

    Args:
        rng: the caseload's own source of numbers, so that a seed gives the same again.
        today: the day the caseload is looked at.
        staff_id: whose caseload it is.
        staff: ids of the colleagues by role; may be filled later.
        say: a pair of words in the caseload's language.
    """

    def __init__(
        self,
        rng: random.Random,
        today: date,
        staff_id: str,
        staff: dict[str, str],
        say: Callable[[words.Pair], str],
    ) -> None:
        self.today = today
        self.staff_id = staff_id
        self._random = rng
        self._staff = staff
        self._say = say
        self._teams: set[str] = set()

    def of(self, person: Write, course: list[Write], step: str, start: date, *, later: bool) -> Iterator[Write]:
        """Most of what the programme asks of this person on the way to the step; `later`: it is not the first one."""
        from broker_tui.demo import programme_facts as draw

        records = _records([person, *course], self.staff_id)
        case, programme = records.case, records.case.record.programme
        program = loading.program(programme)
        course_team = team.facts(step, self.today) if programme == "mastery" else []
        begins = team.start_of(step, self.today) if course_team else None
        begun = draw.seeds(programme, step, start, begins)
        if course_team:
            begun += team.attendance(step, self.today, self._random)
        known = [*facts_of(records), *course_team, *begun]
        days = draw.moments(program, start, self.today, step, begins)
        made = draw.drawn(program, known, days, self._random, self._say)
        if course_team:
            yield from self._team_writes(step, case, course_team)
        for fact in (*begun, *made):
            yield from self._fact_write(fact, case)
        if self._random.random() < 0.75 and later:
            yield from self._confirmed(case, step, [*known, *made])

    def _confirmed(self, case: Entry[Case], step: str, known: list[Fact]) -> Iterator[Write]:
        """The broker confirmed the step on the day it began."""
        program = loading.program(case.record.programme)
        course = course_of(program, known, self.today)
        if course.step != step or course.since is None:
            return
        scope, name = case_scope(case.record.citizen_id), self._say(("Ane Bro", "Ane Bro"))
        told: dict[str, object] = {"step": step, "by": name, "version": program.definition.version}
        yield create(
            types.Fact(
                kind="step",
                occurred_on=course.since,
                citizen_id=case.record.citizen_id,
                case_id=case.id,
                programme=case.record.programme,
                staff_id=self.staff_id,
                values=told,
            ),
            scope,
        )
        change = {"step": step, "step_since": course.since.isoformat(), "step_confirmed_by": name}
        yield Write("patch", "case", case.id, scope, change)

    def _fact_write(self, fact: Fact, case: Entry[Case]) -> Iterator[Write]:
        """A drawn fact as the record a broker would have made."""
        citizen_id, scope = case.record.citizen_id, case_scope(case.record.citizen_id)
        if fact.kind == "contact":
            present = list(fact.get("participants") or ["citizen"])
            staff = next((self._staff[role] for role in present if role in self._staff), self.staff_id)
            yield create(
                Contact(
                    citizen_id=citizen_id,
                    occurred_on=fact.on,
                    kind=fact.get("kind", "meeting"),
                    outcome="reached",
                    participants=present,
                    staff_id=staff,
                    place="jobcenter",
                    topics=list(fact.get("topics") or []),
                    note=self._say(self._random.choice(words.CONTACT_NOTES)),
                ),
                scope,
            )
        elif fact.kind == "role" and fact.get("role") in get_args(CaseRole):
            role = fact.get("role")
            yield create(
                RoleAssignment(
                    citizen_id=citizen_id,
                    staff_id=self._staff.get(role, self.staff_id),
                    role=role,
                    start=fact.on,
                    case_id=case.id,
                ),
                scope,
            )
        else:
            yield create(
                types.Fact(
                    kind=fact.kind,
                    occurred_on=fact.on,
                    until=fact.until,
                    citizen_id=citizen_id,
                    case_id=case.id,
                    programme=case.record.programme,
                    staff_id=self.staff_id,
                    values=dict(fact.values),
                ),
                scope,
            )

    def _team_writes(self, step: str, case: Entry[Case], course_team: list[Fact]) -> Iterator[Write]:
        """The team once, and that this person is in it."""
        name = team.name_of(step)
        if name not in self._teams:
            self._teams.add(name)
            for fact in course_team:
                yield create(
                    types.Fact(
                        kind=fact.kind, occurred_on=fact.on, programme="mastery", team=name, values=dict(fact.values)
                    ),
                    SHARED,
                )
        yield create(
            types.Fact(
                kind="team_member",
                occurred_on=course_team[0].on,
                citizen_id=case.record.citizen_id,
                case_id=case.id,
                programme="mastery",
                values={"team": name},
            ),
            case_scope(case.record.citizen_id),
        )


def _records(writes: list[Write], me: str) -> CaseRecords:
    """The records of one person as the engine's facts are made from them."""
    entries: dict[str, list[Entry[Any]]] = {name: [] for name in (*_FAMILIES, "citizen", "case")}
    for write in writes:
        if write.type in entries:
            entries[write.type].append(Entry(write.id, view(dict(write.patch), RECORD_TYPES[write.type].struct)))
    families = {field: tuple(entries[name]) for name, field in _FAMILIES.items()}
    return CaseRecords(citizen=entries["citizen"][0], case=entries["case"][0], me=me, **families)
