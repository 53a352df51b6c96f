"""Ordinary hours of `guarantee`: paid by the employer without subsidy (domain 1.9, G-Q1, G-Q2, G-Q11)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.common import month_end
from broker_tui.programmes.placements import Placement

PAID = ("ordinary_employment", "combined", "")
"""Placement types whose agreed ordinary minutes count; internship and wage subsidy count 0, an unknown type counts."""
_DAY = timedelta(days=1)


class Segment(NamedTuple):
    """Agreed ordinary minutes a week over a stretch of days; no last day while it goes on."""

    start: date
    end: date | None
    minutes: int

    def covers(self, day: date) -> bool:
        """Whether it is active on `day`."""
        return self.start <= day and (self.end is None or day <= self.end)


def segments(course: Course) -> list[Segment]:
    """All segments of all placements with ordinary hours; several employers stand beside each other."""
    stays = {p.id: p for p in course.placements}
    terms: dict[str, list[Fact]] = {}
    for fact in course.facts.of("hours"):
        if fact.get("measure", "ordinary") == "ordinary":
            terms.setdefault(str(fact.get("placement") or ""), []).append(fact)
    signed = _signed(course)
    found: list[Segment] = []
    for name in dict.fromkeys((*terms, *signed)):
        stay = stays.get(name)
        if stay is None and name not in terms:
            continue
        if stay is not None and (stay.type not in PAID or stay.cancelled_on is not None):
            continue
        found += _of_one(terms.get(name, []), stay, signed.get(name, 0))
    return found


def _signed(course: Course) -> dict[str, int]:
    """Ordinary minutes written in the agreement itself, by placement: the first terms, until others are agreed."""
    return {
        str(fact.get("placement")): int(fact.get("ordinary_minutes"))
        for fact in course.facts.of("agreement")
        if fact.get("ordinary_minutes")
    }


def _of_one(terms: Sequence[Fact], stay: Placement | None, signed: int) -> list[Segment]:
    first = stay.start if stay is not None else None
    last = stay.last_day if stay is not None else None
    steps = [(max(fact.on, first or ALWAYS), fact.until, _minutes(fact)) for fact in terms]
    if signed and first is not None and all(start > first for start, _until, _minutes in steps):
        steps.insert(0, (first, None, signed))
    found: list[Segment] = []
    for place, (start, until, minutes) in enumerate(steps):
        following = steps[place + 1][0] - _DAY if place + 1 < len(steps) else None
        end = min((day for day in (until, following, last) if day is not None), default=None)
        if end is None or end >= start:
            found.append(Segment(start, end, minutes))
    return found


def _minutes(fact: Fact) -> int:
    return int(fact.get("minutes") or 0)


def active(found: Sequence[Segment], day: date) -> list[Segment]:
    """Segments with paid minutes on a day."""
    return [one for one in found if one.minutes > 0 and one.covers(day)]


def recorded(course: Course) -> dict[str, int]:
    """Actual paid minutes by calendar month, written `2021-08`."""
    stays = {p.id: p.type for p in course.placements}
    totals: dict[str, int] = {}
    for fact in course.facts.of("actual_hours"):
        if stays.get(str(fact.get("placement") or ""), "") in PAID:
            month = str(fact.get("month") or f"{fact.on:%Y-%m}")
            totals[month] = totals.get(month, 0) + _minutes(fact)
    return totals


def minutes_in_month(course: Course, found: Sequence[Segment], day: date) -> int:
    """Recorded minutes of the calendar month of `day` if there are any, else the agreed ones.

    A segment that holds the whole month counts its minutes x 52 / 12, one that holds a part of it by the day.
    """
    actual = recorded(course).get(f"{day:%Y-%m}")
    if actual is not None:
        return actual
    first, last = day.replace(day=1), month_end(day)
    total = 0.0
    for one in found:
        begin, end = max(one.start, first), min(one.end or last, last)
        if (begin, end) == (first, last):
            total += one.minutes * 52 / 12
        elif begin <= end:
            total += one.minutes / 7 * ((end - begin).days + 1)
    return round(total)


def thirty_hours(course: Course, found: Sequence[Segment]) -> str:
    """What shows that the exit level is reached: an agreed level today, or one calendar month; "" when nothing does."""
    wanted = course.number("exit_hours_month") * 60
    now = active(found, course.today)
    week = sum(one.minutes for one in now)
    if week * 52 >= wanted * 12 and now:
        return f"{hours_a_month(week)} from {max(one.start for one in now).isoformat()}"
    reached = sorted(month for month, minutes in recorded(course).items() if minutes >= wanted)
    return f"month {reached[0]}" if reached else ""


def hours_a_month(week: int) -> str:
    """Weekly minutes as hours a month; rounded down, so that nothing below 30 reads as 30."""
    tenths = week * 52 * 10 // (12 * 60)
    return f"{tenths // 10}.{tenths % 10} hours a month"
