"""The register of a mastery course team: its days, and how each participant met on them (domain A9).

It is read from the same facts and by the same rules as the participants' cases, so that list and card cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families import mastery_attendance as attendance
from broker_tui.programmes.families.mastery_calendar import Team, team_of, week_of
from broker_tui.programmes.families.mastery_group import group_state

MARKS = ("present", "late", "left_early", "sick", "cancelled", "agreed", "no_show", "worked", "not_held")
"""What a participant may be marked with, in the order of their keys; `blank` takes a mark away."""
_RULES = {
    "teaching": "mastery.phase3.absence-follow-up",
    "internship": "mastery.phase4.absence-company",
    "worked": "mastery.phase4.day-off-reminder",
}

Phase = Literal["not_planned", "preparing", "teaching", "internship", "ended"]
SlotType = Literal["teaching", "weekly_teaching"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One day the team meets.

    Attributes:
        session: id of the fact in which the day is written down; "" while it is only planned.
        planned: it lies in the team's timetable.
        cancelled: it was called off.
        week: week of the teaching or of the internship, from 1; 0 before either.
    """

    on: date
    type: SlotType
    session: str = ""
    planned: bool = True
    cancelled: bool = False
    reason: str = ""
    week: int = 0


@dataclass(frozen=True, slots=True)
class Timetable:
    """A team and its days, oldest first."""

    team: Team
    phase: Phase
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An absence nobody has got in touch about.

    Attributes:
        rule: the rule it falls under.
        key: which of the rule's demands it is.
        due: the last day for the contact.
    """

    rule: str
    key: str
    due: date


@dataclass(frozen=True, slots=True)
class Meeting:
    """How one participant has met.

    Attributes:
        marks: by day and type; the mark and the id of the fact that holds it.
        waiting: the absence whose contact is due first; None when none waits.
    """

    marks: Mapping[tuple[date, str], tuple[str, str]]
    waiting: Waiting | None


def timetable(course: Course) -> Timetable:
    """The team whose facts the course holds."""
    team = team_of(course)
    told = {
        (fact.on, str(fact.get("type"))): fact
        for fact in course.facts.of("session")
        if fact.get("type") in attendance.GROUP_DAYS
    }
    planned: dict[tuple[date, str], SlotType] = {(day, "teaching"): "teaching" for day in team.teaching_days}
    planned |= {(day, "weekly_teaching"): "weekly_teaching" for day in team.weekly_days}
    slots = []
    for on, kind in sorted({*told, *planned}):
        fact = told.get((on, kind))
        slots.append(
            Slot(
                on=on,
                type="teaching" if kind == "teaching" else "weekly_teaching",
                session=fact.id if fact is not None else "",
                planned=(on, kind) in planned,
                cancelled=bool(fact is not None and fact.get("cancelled")),
                reason=str((fact.get("reason") if fact is not None else "") or ""),
                week=max(0, week_of(on, team.t0 if kind == "teaching" else team.internship) + 1),
            )
        )
    return Timetable(team, _phase(team, course.today), tuple(slots))


def _phase(team: Team, today: date) -> Phase:
    if team.t0 is None or team.internship is None or team.end is None:
        return "not_planned"
    if today < team.t0:
        return "preparing"
    if today < team.internship:
        return "teaching"
    return "internship" if today <= team.end else "ended"


def meeting(course: Course) -> Meeting:
    """How the participant of a case has met, marks merged as everywhere: any mark beats a blank, a later an earlier."""
    found = attendance.marks(course)
    open_ = [chain for chain in attendance.absences(course, found) if chain.contacted is None]
    first = min(open_, key=lambda chain: chain.due, default=None)
    return Meeting(
        {(one.on, one.type): (one.mark, one.fact.id) for one in found},
        Waiting(_RULES[first.where], first.fact.id or first.on.isoformat(), first.due) if first is not None else None,
    )


def size_state(course: Course, count: int) -> str:
    """What so many participants mean: `too_small`, `allowed`, `recommended` or `too_large` (A7)."""
    return group_state(course, count)


def session_values(slot: Slot, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is written down of a day when it is first marked, or called off."""
    return {**(known or {"group": True}), "type": slot.type}


def unmarked(slot: Slot, meetings: Iterable[Meeting]) -> int:
    """How many participants have no mark on a day that was not called off: blank is not present."""
    if slot.cancelled:
        return 0
    return sum(found.marks.get((slot.on, slot.type), ("blank", ""))[0] == "blank" for found in meetings)


def nearest_slot(slots: tuple[Slot, ...], today: date) -> int:
    """Which day to show first: today's, else the last one held, else the first to come."""
    past = [place for place, slot in enumerate(slots) if slot.on <= today]
    return past[-1] if past else 0


def of_team(facts: Iterable[Fact], team: str) -> list[Fact]:
    """The facts of one team; what names no team is about all of them."""
    return [fact for fact in facts if fact.get("team") in (None, team)]
