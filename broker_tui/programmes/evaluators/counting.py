"""So many events in a window of days: once (`window_count`), or window after window (`slots`)."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from broker_tui.programmes.conditions import lister
from broker_tui.programmes.definition import Rule, Slots, WindowCount
from broker_tui.programmes.evaluators.settle import by_calendar
from broker_tui.programmes.expressions import Length, length, number
from broker_tui.programmes.results import Count, Obligation, Reason, State

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course
    from broker_tui.programmes.evaluators import Check
    from broker_tui.programmes.program import Program

_DAY = timedelta(days=1)


def checkpoints(start: date, last: date, count: int) -> tuple[date, ...]:
    """`count` even checkpoints; the last one is the last day of the window (domain 3.9, `pace`)."""
    days = (last - start).days + 1
    found = [start + timedelta(days=k * days // count) for k in range(1, count)]
    return (*found, last)


def window_count(rule: Rule, what: WindowCount, program: "Program") -> "Check":
    """At least `minimum` events in `[since, since + length)`; what is missing when it is over cannot be repaired."""
    since_of, span = program.reckon(what.since), length(what.length, program.params)
    ends_of = program.reckon(what.ends) if what.ends else None
    minimum, soon = number(what.minimum, program.params), number(what.soon, program.params)
    events_of = lister(what.counts, program.params, program.reckon)

    def check(course: "Course") -> Obligation | tuple[()]:
        today = course.today
        start = since_of(course)
        if start is None or start > today:
            return ()
        last = span.after(start, course) - _DAY
        inside = [day for day in events_of(course) if start <= day <= last]
        done = len(inside)
        points = checkpoints(start, last, what.pace) if what.pace else ()
        behind = False
        if points and done < minimum:
            place = -(-(done + 1) * what.pace // minimum) - 1
            behind = today > points[min(place, len(points) - 1)]
        count = Count(start=start, end=last, done=done, minimum=minimum, behind=behind, checkpoints=points)
        ends = ends_of(course) if ends_of else None
        state: State
        reason = None
        closed_on = None
        if done >= minimum:
            state, closed_on = "closed", inside[minimum - 1]
        elif ends is not None and ends <= min(today, last):
            return ()
        elif rule.id in course.waivers:
            state = "waived"
        elif course.known_from is not None and start < course.known_from and rule.id not in course.settlements:
            state, reason = "unknown", Reason("before_program")
        elif today > last:
            state = "missed"
        else:
            state = by_calendar(today, last, soon)
        return Obligation(
            rule=rule.id,
            state=state,
            key=start.isoformat(),
            due=last,
            act_by=course.act_by(last) if state in ("open", "due_soon") else None,
            since=start,
            clock=what.since,
            closed_on=closed_on,
            attention=behind,
            count=count,
            reason=reason,
        )

    return check


def slots(rule: Rule, what: Slots, program: "Program") -> "Check":
    """Window after window from a day on; each needs its events, and one that is over without them stays missed.

    A course that ends inside a window closes it as not applicable, unless more than `grace` of it had passed.
    """
    since_of = program.reckon(what.since)
    until_of = program.reckon(what.until) if what.until else None
    every = length(what.every, program.params)
    most = number(what.slots, program.params) if what.slots is not None else 400
    each = number(what.each, program.params)
    grace = length(what.grace, program.params) if what.grace else None
    events_of = lister(what.counts, program.params, program.reckon)

    def check(course: "Course") -> tuple[Obligation, ...]:
        today, start = course.today, since_of(course)
        if start is None or start > today:
            return ()
        until = until_of(course) if until_of else None
        events = events_of(course)
        found: list[Obligation] = []
        for k in range(most):
            begin = _nth(start, every, k, course)
            if begin > today or (until is not None and begin > until):
                break
            last = _nth(start, every, k + 1, course) - _DAY
            if until is not None and until < last and (grace is None or grace.after(begin, course) > until):
                break
            last = last if until is None else min(last, until)
            inside = [day for day in events if begin <= day <= last]
            found.append(_slot(course, rule, begin, last, inside, each, what.since))
        return tuple(found)

    return check


def _nth(start: date, every: Length, k: int, course: "Course") -> date:
    """The first day of window `k`, reckoned from the start, so that month ends do not drift."""
    return Length(every.count * k, every.unit).after(start, course) if k else start


def _slot(
    course: "Course", rule: Rule, begin: date, last: date, inside: list[date], each: int, clock: str
) -> Obligation:
    today = course.today
    count = Count(start=begin, end=last, done=len(inside), minimum=each)
    state: State
    reason = None
    if len(inside) >= each:
        state = "closed"
    elif rule.id in course.waivers:
        state = "waived"
    elif course.known_from is not None and begin < course.known_from and rule.id not in course.settlements:
        state, reason = "unknown", Reason("before_program")
    elif today > last:
        state = "missed"
    else:
        state = by_calendar(today, last, 7)
    return Obligation(
        rule=rule.id,
        state=state,
        key=begin.isoformat(),
        opens=begin,
        due=last,
        act_by=course.act_by(last) if state in ("open", "due_soon") else None,
        since=begin,
        clock=clock,
        closed_on=inside[each - 1] if state == "closed" else None,
        count=count,
        reason=reason,
    )
