"""Rules that are done once: criterion, deadline, recurring review, checklist, gate."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from broker_tui.programmes.conditions import filled, matcher
from broker_tui.programmes.definition import Checklist, Cond, Criterion, Deadline, Gated, Review, Rule
from broker_tui.programmes.evaluators.settle import Timing, dated
from broker_tui.programmes.expressions import number
from broker_tui.programmes.facts import ALWAYS
from broker_tui.programmes.pauses import extend, running
from broker_tui.programmes.results import Obligation, Reason

if TYPE_CHECKING:
    from datetime import date

    from broker_tui.programmes.course import Course
    from broker_tui.programmes.evaluators import Check
    from broker_tui.programmes.program import Program


def criterion(rule: Rule, what: Criterion, program: "Program") -> "Check":
    """Open until the evidence is there; with a due day it can be late."""
    if what.due is not None or what.opens is not None or what.attention is not None:
        return deadline(
            rule,
            Deadline(
                due=what.due or "",
                closed_by=what.closed_by,
                opens=what.opens,
                floor=what.floor,
                debt=what.debt,
                attention=what.attention,
                soon=what.soon,
            ),
            program,
        )
    met = program.condition(what.closed_by)
    lacking = parts(what.closed_by, program)
    waiting = Obligation(rule=rule.id, state="open")
    name = rule.id

    def check(course: "Course") -> Obligation:
        day = met(course)
        if day is not None:
            return Obligation(rule=name, state="closed", closed_on=None if day == ALWAYS else day)
        if name in course.spoken:
            return dated(course, rule, Timing())
        return Obligation(rule=name, state="open", missing=lacking(course)) if lacking is not None else waiting

    return check


def deadline(rule: Rule, what: Deadline, program: "Program") -> "Check":
    """No later than a day; the evidence counts by its own day."""
    met = program.condition(what.closed_by)
    due_of = program.reckon(what.due) if what.due else None
    since_of = program.reckon(what.since) if what.since else None
    opens_of = program.reckon(what.opens) if what.opens else None
    floor_of = program.reckon(what.floor) if what.floor else None
    attention_of = program.reckon(what.attention) if what.attention else None
    lacking = parts(what.closed_by, program)
    soon, extend_by = number(what.soon, program.params), tuple(what.extend)
    knowable = what.closed_by.past is not None
    clock = what.since or ""
    again = isinstance(what, Review)

    def check(course: "Course") -> Obligation | tuple[()]:
        since = since_of(course) if since_of else None
        if since_of is not None and since is None:
            return ()
        key = since.isoformat() if again and since is not None else ""  # each round is a demand of its own
        due = due_of(course) if due_of else None
        closed_on: date | None = met(course)
        if closed_on == ALWAYS:  # met by something without a day of its own: not held against anybody as late
            closed_on = since or (min(due, course.today) if due is not None else course.today)
        floor = floor_of(course) if floor_of else None
        if closed_on is not None and floor is not None:
            closed_on = max(closed_on, floor)
        paused = False
        if extend_by and due is not None and since is not None:
            spans = course.pauses(extend_by)
            due = extend(since, due, spans, closed_on or course.today)
            paused = closed_on is None and running(spans, course.today) is not None
        if paused and due is not None:
            return Obligation(
                rule=rule.id,
                state="paused",
                key=key,
                since=since,
                clock=clock,
                days=(due - course.today).days,
                debt=what.debt,
                reason=Reason("paused"),
            )
        late = attention_of(course) if attention_of and closed_on is None else None
        return dated(
            course,
            rule,
            Timing(
                due=due,
                since=since,
                clock=clock,
                key=key,
                opens=opens_of(course) if opens_of else None,
                closed_on=closed_on,
                soon=soon,
                red=what.red,
                debt=what.debt,
                attention=late is not None and course.today >= late,
                missing=lacking(course) if lacking is not None and closed_on is None else (),
                knowable=knowable,
            ),
        )

    return check


def checklist(rule: Rule, what: Checklist, program: "Program") -> "Check":
    """All fields filled, taking together what was written over time; the day the last of them was filled closes it."""
    tests = [(name, matcher(spec, program.params)) for name, spec in what.where.items()]
    extra = [(tuple(more.keys), program.condition(more.if_)) for more in what.keys_if]
    since_of = program.reckon(what.since) if what.since else None
    due_of = program.reckon(what.due) if what.due else None
    soon = number(what.soon, program.params)

    def check(course: "Course") -> Obligation:
        wanted: list[str] = list(what.keys)
        for keys, holds in extra:
            if holds(course) is not None:
                wanted += keys
        low = since_of(course) if since_of else None
        seen: dict[str, Any] = {}
        for fact in course.facts.of(what.of):
            if (low is None or fact.on >= low) and all(test(fact.values.get(name), course) for name, test in tests):
                for key in wanted:
                    if key not in seen and filled(fact.values.get(key)):
                        seen[key] = fact.on
        missing = tuple(key for key in wanted if key not in seen)
        due = due_of(course) if due_of else None
        closed_on = None if missing else max((seen[key] for key in wanted), default=course.today)
        if closed_on == ALWAYS:  # held from the beginning, so in time
            closed_on = low or min(course.today, due or course.today)
        return dated(
            course,
            rule,
            Timing(
                due=due,
                since=low,
                clock=what.since or "",
                closed_on=closed_on,
                soon=soon,
                debt=what.debt,
                missing=missing,
            ),
        )

    return check


def gate(rule: Rule, what: Gated, program: "Program") -> "Check":
    """Asked only once armed; holds the act back until the evidence is there."""
    armed = program.condition(what.armed) if what.armed else None
    met = program.condition(what.closed_by)
    since_of = program.reckon(what.since) if what.since else None

    def check(course: "Course") -> Obligation | tuple[()]:
        begun = armed(course) if armed else None
        if armed is not None and begun is None:
            return ()
        since = since_of(course) if since_of else None if begun == ALWAYS else begun
        closed_on = met(course)
        if closed_on == ALWAYS:
            closed_on = since or course.today
        return dated(course, rule, Timing(since=since, clock=what.since or "", closed_on=closed_on))

    return check


def parts(cond: Cond, program: "Program") -> "Callable[[Course], tuple[str, ...]] | None":
    """Which named parts of an `all` condition are not met; None when it names none."""
    named = [(part.name, program.condition(part)) for part in cond.all or () if part.name]
    if not named:
        return None
    return lambda course: tuple(name for name, met in named if met(course) is None)


def kinds(cond: Cond) -> Sequence[str]:
    """The fact kinds a condition reads anywhere."""
    from broker_tui.programmes.conditions import kinds_of

    parts = [*(cond.all or ()), *(cond.any or ()), *((cond.not_,) if cond.not_ else ())]
    own = list(kinds_of(cond))
    if cond.value is not None:
        own.append(cond.value.partition(".")[0])
    return [*own, *(kind for part in parts for kind in kinds(part))]
