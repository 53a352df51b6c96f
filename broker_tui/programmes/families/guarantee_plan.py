"""A follow-up plan of `guarantee` that says how often instead of on which days (domain 1.7, G-F10)."""

from collections.abc import Iterator
from datetime import date, timedelta

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.placements import day_named

STEPS = {"weekly": 7, "fortnightly": 14}
"""Days between two follow-ups; `monthly` goes by the calendar."""


def spell_out(course: Course) -> None:
    """Add the days of plans told as an interval to the planned days; a later plan for the placement takes over.

    A plan without a last day runs to the end of its placement, or for the year in which contact is demanded.
    """
    plans = [fact for fact in course.facts.of("follow_up_plan") if fact.get("interval") and fact.get("first")]
    if not plans:
        return
    every = course.facts.of("follow_up_plan")
    made: list[Fact] = []
    for plan in plans:
        name = plan.get("placement")
        over = min((one.on for one in every if one.get("placement") == name and one.on > plan.on), default=None)
        made += [
            Fact(kind="planned", on=day, values={"placement": name})
            for day in _days(course, plan)
            if over is None or day < over
        ]
    course.facts.put("planned", sorted([*course.facts.of("planned"), *made], key=lambda fact: fact.on))


def _days(course: Course, plan: Fact) -> Iterator[date]:
    first = day_named(plan, "first")
    if first is None:
        return
    stay = next((p for p in course.placements if p.id == plan.get("placement")), None)
    last = day_named(plan, "last") or (stay.planned_end if stay is not None else None)
    longest = add_months(first, course.number("monthly_window_months"))
    last = min(last, longest) if last is not None else longest
    day, place = first, 0
    while day <= last:
        yield day
        place += 1
        step = STEPS.get(str(plan.get("interval")))
        day = first + timedelta(days=step * place) if step is not None else add_months(first, place)
