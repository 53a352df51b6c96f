"""Shifts and weeks of a flex job: one mark a day and job, presence and effective hours of a week (domain B7, B9).

Register, card and rules read marks here, so that they cannot disagree. The unit is the shift, or the week where the
hours are placed freely; a week begins on Monday.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.flexjob_jobs import Job, day_of, effective_halves, number_of

MARKS = ("present", "late", "left_early", "partial", "sick", "cancelled", "agreed", "no_show", "na")
"""What a shift may be marked with, in the order of their keys; `blank` takes a mark away."""
BLANK = "blank"
MET = frozenset({"present", "late", "left_early", "partial"})
NOT_COUNTED = frozenset({"", BLANK, "agreed", "na"})
"""Marks that say nothing about whether somebody met."""
_SAME_AS = timedelta(days=7)
_PATTERN_WEEKS = 2
"""How many weeks back a shift on the same weekday makes one expected again."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One planned day of one job as it counts after merging.

    Attributes:
        job: the placement it belongs to; "" when nobody said.
        planned: minutes that were planned; None when nobody said.
        worked: minutes that were worked, as told.
        fact: the fact that holds the mark in force.
    """

    on: date
    job: str
    mark: str
    planned: int | None
    worked: int | None
    fact: Fact

    @property
    def presence(self) -> int | None:
        """Minutes somebody was there: as told, none for absence, all that was planned; None when it is not known."""
        if self.worked is not None:
            return self.worked
        if self.mark not in MET:
            return 0
        return None if self.mark == "partial" else self.planned


@dataclass(frozen=True, slots=True)
class Week:
    """A week of one job.

    Attributes:
        shifts: the marks by day.
        expected: days of the job on which a shift is usual and none is marked yet.
        presence: minutes somebody was there; None while nothing is known.
        unknown: how many shifts somebody met at whose hours nobody wrote down.
        effective: minutes by the agreed intensity to the nearest half hour, or what the sheets of the week say.
        sheets: the hours sheets of the week, one for each line.
        approved: the sheets are there and every one names who approved it.
        mentor: minutes of mentor time written down for the week; None when nobody did.
    """

    monday: date
    shifts: Mapping[date, Shift]
    expected: frozenset[date]
    presence: int | None
    unknown: int
    effective: int | None
    sheets: tuple[Fact, ...]
    approved: bool
    mentor: int | None
    mentor_fact: Fact | None


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def shifts(course: Course) -> list[Shift]:
    """One shift per day and job, oldest first: any mark beats a blank, a later entry an earlier one (A9)."""
    found: dict[tuple[date, str], Shift] = {}
    for fact in course.facts.of("shift"):
        mark, job = str(fact.get("mark") or BLANK), str(fact.get("placement") or "")
        if (fact.on, job) not in found or mark != BLANK:
            planned, worked = number_of(fact.get("minutes")), number_of(fact.get("worked_minutes"))
            found[fact.on, job] = Shift(fact.on, job, mark, planned, worked, fact)
    return sorted(found.values(), key=lambda one: one.on)


def week(course: Course, job: Job, monday: date) -> Week:
    """How a week of a job went."""
    mine = [one for one in shifts(course) if one.job in ("", job.id)]
    days = [monday + timedelta(days=n) for n in range(7)]
    here = {one.on: one for one in mine if one.on in days}
    marked = {day for day, one in here.items() if one.mark != BLANK}
    known = [one.presence for one in here.values() if one.mark != BLANK]
    told = [minutes for minutes in known if minutes is not None]
    presence = sum(told) if told else None
    sheets = tuple(fact for fact in course.facts.of("effective_sheet") if _of_week(fact, monday, job))
    if sheets:
        effective: int | None = sum(sheet_minutes(fact) for fact in sheets)
        if presence is None:
            presence = sum(number_of(fact.get("presence_minutes")) or 0 for fact in sheets)
    else:
        effective = None if presence is None else 30 * effective_halves(presence, job.intensity)
    mentor = [fact for fact in course.facts.of("mentor_time") if _of_week(fact, monday, job)]
    working = [] if job.flexible else [day for day in days if job.active(day)]
    return Week(
        monday=monday,
        shifts=here,
        expected=frozenset(_usual(mine, working) - marked),
        presence=presence,
        unknown=sum(minutes is None for minutes in known),
        effective=effective,
        sheets=sheets,
        approved=bool(sheets) and all(fact.get("approved_by") for fact in sheets),
        mentor=sum(number_of(fact.get("minutes")) or 0 for fact in mentor) if mentor else None,
        mentor_fact=mentor[-1] if mentor else None,
    )


def planned_minutes(course: Course, job: Job, day: date) -> int | None:
    """How long a shift on `day` usually is: as on that weekday last, else as the latest one; None when unknown."""
    mine = [one for one in shifts(course) if one.job in ("", job.id) and one.on < day and one.planned is not None]
    same = [one for one in mine if one.on.weekday() == day.weekday()]
    return (same or mine)[-1].planned if mine else None


def _usual(found: Sequence[Shift], days: Iterable[date]) -> set[date]:
    """Days with a shift on the same weekday in one of the two weeks before."""
    had = {one.on for one in found if one.mark not in (BLANK, "na")}
    return {day for day in days if any(day - n * _SAME_AS in had for n in range(1, _PATTERN_WEEKS + 1))}


def _of_week(fact: Fact, monday: date, job: Job) -> bool:
    day = day_of(fact.get("week")) or fact.on
    return monday_of(day) == monday and fact.get("placement") in (None, "", job.id)


def sheet_minutes(fact: Fact) -> int:
    """Effective minutes of a sheet's line; presence where nothing else is said."""
    told = number_of(fact.get("effective_minutes"))
    return told if told is not None else number_of(fact.get("presence_minutes")) or 0
