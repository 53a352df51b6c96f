"""At least once per interval, rolling from the last event that counts (domain section 0.3, points 5 to 7)."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from broker_tui.programmes.conditions import lister
from broker_tui.programmes.definition import Cadence, Rule
from broker_tui.programmes.evaluators.settle import Clock, by_calendar, rolling
from broker_tui.programmes.expressions import Length, length, number
from broker_tui.programmes.pauses import last_resume, running
from broker_tui.programmes.results import Obligation, Reason, State

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course
    from broker_tui.programmes.evaluators import Check
    from broker_tui.programmes.program import Program

_DAY = timedelta(days=1)


def default_soon(every: Length) -> int:
    """How many days before the due day it is due soon, by the length of the interval."""
    if every.unit == "m":
        return 7
    return 2 if every.count <= 7 else 3 if every.count <= 14 else 7


def cadence(rule: Rule, what: Cadence, program: "Program") -> "Check":
    """The running interval as one obligation; nothing while its window is not open."""
    since_of, until_of = program.reckon(what.since), program.reckon(what.until) if what.until else None
    every = length(what.every, program.params)
    first = length(what.first, program.params) if what.first else None
    opens_after = length(what.opens_after, program.params) if what.opens_after else None
    events_of = lister(what.counts, program.params, program.reckon)
    resume_of = [program.reckon(name) for name in what.resume]
    soon = default_soon(every) if what.soon is None else number(what.soon, program.params)
    pauses = tuple(what.pauses)
    blocked = program.condition(what.blocked) if what.blocked else None

    def check(course: "Course") -> Obligation | tuple[Obligation, ...]:
        today = course.today
        start = since_of(course)
        if start is None or today < start:
            return ()
        end = until_of(course) if until_of else None
        if end is not None and today >= end:
            return ()
        if blocked is not None and blocked(course) is not None:
            return Obligation(rule=rule.id, state="blocked", since=start, clock=what.since, reason=Reason("blocked"))
        spans = course.pauses(pauses) if pauses else ()
        if (pause := running(spans, today)) is not None:
            return Obligation(rule=rule.id, state="paused", since=pause[0], clock="pause", reason=Reason("paused"))
        events = events_of(course)
        last = events[-1] if events else None
        met, said_open = _said(course, rule.id)
        if met is not None:
            last = met if last is None else max(last, met)
        anchor, name = start, what.since
        if last is not None and last >= anchor:
            anchor, name = last, "last"
        for reckoned in resume_of:
            if (day := reckoned(course)) is not None and day <= today and day > anchor:
                anchor, name = day, "resume"
        if (day := last_resume(spans, today)) is not None and day > anchor:
            anchor, name = day, "resume"
        step = first if first is not None and name != "last" else every

        def after(day: date) -> date:
            return every.after(day, course)

        clock = Clock(anchor, step.after(anchor, course))
        rolling(course, rule, clock, after)
        due, opens = clock.due, opens_after.after(anchor, course) if opens_after else None
        state: State
        reason = None
        before = course.known_from
        if clock.state is not None:
            state = clock.state
        elif end is not None and due is not None and due >= end:
            state, due, reason = "met_to_window_end", None, Reason("window_ends", {"next": clock.due, "end": end})
        elif (
            before is not None
            and due is not None
            and not said_open
            and (clock.anchor or anchor) < before
            and (name != "last" or due < before)
        ):
            state, reason = "unknown", Reason("before_program")
        else:
            state = _before(by_calendar(today, due or today, soon, what.red), today, opens)
        late = due is not None and today > due
        running_now = Obligation(
            rule=rule.id,
            state=state,
            key=(clock.anchor or anchor).isoformat(),
            opens=opens,
            due=due,
            act_by=course.act_by(due) if due is not None and state in ("open", "due_soon", "overdue") else None,
            since=clock.anchor,
            clock=name,
            days=(today - due).days if due is not None and state == "overdue" else 0,
            attention=late and not what.red,
            window=(start, end - _DAY) if end is not None else None,
            reason=reason,
        )
        return (running_now, _waived(rule, clock.waived)) if clock.waived is not None else running_now

    return check


def _before(state: State, today: date, opens: date | None) -> State:
    """Upcoming until the day it opens."""
    return "upcoming" if state == "open" and opens is not None and today < opens else state


def _waived(rule: Rule, interval: tuple[date, date]) -> Obligation:
    """The interval before the running one: reported as waived, never as met."""
    since, due = interval
    return Obligation(rule=rule.id, state="waived", key=since.isoformat(), due=due, since=since)


def _said(course: "Course", rule: str) -> tuple[date | None, bool]:
    """What the broker said about the time before this program: a day on which it was done, or that it is open."""
    found = course.settlements.get(rule)
    if not found:
        return None, False
    last = found[-1]
    return (last.on, False) if last.get("state") == "met" else (None, True)
