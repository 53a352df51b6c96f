"""What guarantee and fsm2 share: clarify, search, be at a company, and back to the search when a placement ends.

The criteria of the search belong to a placement, so they empty themselves after an interruption; those of the
clarification persist (domain 1.9, 2.9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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


def climb(course: Course, first_criteria: Sequence[str], started: date | None) -> Search:
    """The step by its criteria. `started`: the day step 1 began."""
    days = [course.met(rule) for rule in first_criteria]
    known = [day for day in days if day is not None]
    bridge = course.number("bridge_days")
    current, former = course.current, stays.last_ended(course.placements, course.today)
    complete = company_since(course, current)
    if len(known) < len(days) and not (complete and not known):
        return Search("step1", started, None, None, False)
    first = max(known, default=None)
    search_since, reentry = first, False
    if former is not None and former.last_day is not None and (first is None or former.last_day >= first):
        search_since, reentry = former.last_day + _DAY, True
    if former is not None and stays.bridged(former, current, bridge):
        kept = stays.chain_start(course.placements, course.today, bridge)
        began = next((p for p in course.placements if p.start == kept), former)
        return Search("step3", company_since(course, began) or complete or began.signed_on, first, search_since, False)
    if complete is not None:
        return Search("step3", complete, first, search_since, reentry)
    return Search("step2", search_since, first, search_since, reentry)


def company_since(course: Course, placement: Placement | None) -> date | None:
    """The day agreement, follow-up plan and company contact person of a placement were all there."""
    if placement is None or placement.signed_on is None:
        return None
    days = (placement.signed_on, placement.plan_on, placement.contact_on)
    known = [day for day in days if day is not None and day <= course.today]
    return max(known) if len(known) == len(days) else None


def live_placement(course: Course) -> Placement | None:
    """The placement that is under way, the latest begun first."""
    alive = [p for p in course.placements if p.under_way(course.today) and p.signed_on is not None]
    return max(alive, key=lambda p: (p.start or date.min, p.id), default=None)
