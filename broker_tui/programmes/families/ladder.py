"""What guarantee and fsm2 share: clarify, search, be at a company, and back to the search when a placement ends.

The criteria of the search belong to a placement, so they empty themselves after an interruption; those of the
clarification persist (domain 1.9, 2.9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from broker_tui.programmes import placements as stays
from broker_tui.programmes.course import Course
from broker_tui.programmes.placements import Placement

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Search:
    """How a case stands between clarification and company.

    Attributes:
        step: step1, step2 or step3.
        since: the day it began.
        first: the day step 1 was complete.
        search_since: the day the present or latest search began.
        reentry: whether that search began after a placement.
    """

    step: str
    since: date | None
    first: date | None
    search_since: date | None
    reentry: bool


def climb(
    course: Course, first_criteria: Sequence[str], started: date | None, second_criteria: Sequence[str] = ()
) -> Search:
    """The step by its criteria. `started`: the day step 1 began. `second_criteria`: the exit rules of the search; with
    them a waived criterion counts as met, and so does a step 3 that was set by hand.

    A case of which the clarification is not known at all, but a company course is, has left the clarification.
    """
    _forget_assumed_company(course)
    days = [course.met(rule) for rule in first_criteria]
    known = [day for day in days if day is not None]
    bridge = course.number("bridge_days")
    current = course.current
    complete = company_since(course, current) or _complete_by_rules(course, second_criteria)
    if len(known) < len(days) and (known or not (complete or _been_at_company(course))):
        return Search("step1", started, None, None, False)
    first = max(known, default=None)
    again = _search_again(course, first, bridge)
    search_since, reentry = (first, False) if again is None else (again, True)
    since = complete or _company_goes_on(course, current, bridge)
    if since is not None:
        return Search("step3", since, first, search_since, reentry)
    return Search("step2", search_since, first, search_since, reentry)


def _forget_assumed_company(course: Course) -> None:
    """A step 3 set by hand holds until a placement ends; then only the clarification before it counts as done."""
    assumed = course.assumed
    former = stays.last_ended(course.placements, course.today)
    if assumed is None or former is None or assumed.get("step") != "step3" or former.last_day is None:
        return
    if former.last_day >= assumed.on:
        course.assumed = msgspec.structs.replace(assumed, values={**assumed.values, "step": "step2"})


def _complete_by_rules(course: Course, rules: Sequence[str]) -> date | None:
    """The day the last exit rule of the search was met or waived for the current placement, or assumed without one."""
    held = course.current is not None or (course.assumed is not None and course.assumed.get("step") == "step3")
    days = [course.met(rule) for rule in rules] if held else []
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _been_at_company(course: Course) -> bool:
    return any(p.started(course.today) and company_since(course, p) is not None for p in course.placements)


def _search_again(course: Course, first: date | None, bridge: int) -> date | None:
    """The day after the last placement that no other one followed or outlasted; None when the search was never left.

    A placement that was cancelled before it began never ended a search.
    """
    alive = [p for p in course.placements if p.started(course.today) or p is course.current]
    over = [p for p in alive if p.ended(course.today) and p.last_day is not None]
    for former in sorted(over, key=lambda p: (p.last_day or date.min, p.id), reverse=True):
        last = former.last_day or date.min
        if first is not None and last < first:
            return None
        limit = last + timedelta(days=bridge)
        if not any(_outlasts(p, last, limit) for p in alive if p is not former):
            return last + _DAY
    return None


def _outlasts(other: Placement, last: date, limit: date) -> bool:
    """Whether a placement began before the bridge was over and went on after `last`."""
    begins = other.signed_on is not None and other.start is not None and other.start <= limit
    return begins and (other.last_day is None or other.last_day > last)


def _company_goes_on(course: Course, current: Placement | None, bridge: int) -> date | None:
    """Since when a case is at a company although the agreement signed last lacks plan or contact person: within a
    bridge, or because a complete placement is still under way and the next has not begun."""
    if current is None:
        return None
    former = stays.last_ended(course.placements, course.today)
    if former is not None and stays.bridged(former, current, bridge):
        kept = stays.chain_start(course.placements, course.today, bridge)
        began = next((p for p in course.placements if p.start == kept), former)
        return company_since(course, began) or began.signed_on or began.start
    if current.started(course.today):
        return None
    going = [p for p in course.placements if p.under_way(course.today)]
    return max((day for p in going if (day := company_since(course, p)) is not None), default=None)


def company_since(course: Course, placement: Placement | None) -> date | None:
    """The day agreement, follow-up plan and company contact person of a placement were all there."""
    if placement is None or placement.signed_on is None:
        return None
    days = (placement.signed_on, placement.plan_on, placement.contact_on)
    known = [day for day in days if day is not None and day <= course.today]
    return max(known) if len(known) == len(days) else None
