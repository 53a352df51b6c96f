"""The one entry: a definition, the facts of a case and a day in; what is owed out. Pure and deterministic."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from broker_tui.programmes.course import Closed, Course
from broker_tui.programmes.definition import Level
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.program import Program, ReadyRule
from broker_tui.programmes.results import Confirmed, Evaluation, Gate, Obligation


def evaluate(
    program: Program,
    facts: Iterable[Fact],
    today: date,
    *,
    known_from: date | None = None,
    now: datetime | None = None,
    closed: Closed | None = None,
    kpis: bool = False,
) -> Evaluation:
    """What the programme says about a case.

    Args:
        program: the definition, ready to run.
        facts: everything known about the case, its project and its team, in any order.
        today: the day to look from; later facts are not known yet.
        known_from: the day this program began to know the case; clocks from before show as unknown.
        now: the moment, for reply timers; without it they go by the day.
        closed: whether a day is a weekend or holiday; by default the Danish calendar.
        kpis: compute the figures too.
    """
    course = course_of(program, facts, today, known_from=known_from, now=now, closed=closed)
    obligations: list[Obligation] = []
    for ready in program.by_state.get(course.step, ()):
        found = ready.check(course) if ready.always else asked(ready, course)
        if isinstance(found, Obligation):
            obligations.append(found)
        else:
            obligations += found
    obligations.sort(key=_urgency)
    unmet = [o for o in obligations if _holds_back(program, o)]
    return Evaluation(
        programme=program.id,
        version=program.definition.version,
        today=today,
        step=course.step,
        since=course.since,
        sub=course.sub,
        final=course.final,
        reason=course.decided_by,
        missing_exit=missing_exit(program, course),
        exit_proposed=course.exit_proposed,
        evidence=course.evidence,
        obligations=tuple(obligations),
        signals={name: value for name, value in course.signals.items() if value is not None},
        gates=_gates(program, course, unmet),
        kpis=figures(program, course) if kpis else {},
        confirmed=_confirmed(course),
        changes=tuple(course.changes),
        explainable=tuple(sorted(course.explainable)),
    )


def course_of(program: Program, facts: Iterable[Fact], today: date, **known: Any) -> Course:
    """The case as the rules see it, step and signals computed."""
    course = Course(program, facts, today, **known)
    program.family.derive(course)
    course.final = course.step in program.finals
    if course.step not in ("", None) and course.since is not None:
        course.days.setdefault(f"{course.step}.since", course.since)
    return course


def asked(ready: ReadyRule, course: Course) -> Sequence[Obligation]:
    """What one rule asks of the course in its present step; nothing when it does not apply."""
    if ready.condition is not None and ready.condition(course) is None:
        return ()
    if ready.begins is not None and ((day := ready.begins(course)) is None or day > course.today):
        return ()
    if ready.ends is not None and (day := ready.ends(course)) is not None and day <= course.today:
        return ()
    found = ready.check(course)
    return (found,) if isinstance(found, Obligation) else found


def evaluate_level(program: Program, facts: Iterable[Fact], today: date, level: Level) -> tuple[Obligation, ...]:
    """What the rules about the local project, a course team or a company ask, from facts about that alone."""
    course = course_of(program, facts, today)
    mine = (ready for ready in program.rules.values() if ready.rule.level == level)
    found = [obligation for ready in mine for obligation in asked(ready, course)]
    return tuple(sorted(found, key=_urgency))


def missing_exit(program: Program, course: Course) -> tuple[str, ...]:
    """Exit criteria of the present step that are not met; alternatives in one entry, joined by "|"."""
    missing: dict[str, list[str]] = {}
    met: set[str] = set()
    for rule in program.exits.get(course.step, ()):
        ready = program.rules[rule.id]
        if ready.condition is not None and ready.condition(course) is None:
            continue
        group = rule.alternative or rule.id
        if course.met(rule.id) is not None:
            met.add(group)
        missing.setdefault(group, []).append(rule.id)
    return tuple("|".join(ids) for group, ids in missing.items() if group not in met)


def _holds_back(program: Program, obligation: Obligation) -> bool:
    """Whether an act that waits for the rule still waits; some rules no waiver settles."""
    if obligation.state == "waived":
        return program.rules[obligation.rule].rule.never_waived
    return obligation.state not in ("closed", "closed_late", "met_to_window_end", "info")


def _gates(program: Program, course: Course, unmet: Sequence[Obligation]) -> dict[str, Gate]:
    """Each gate with what blocks it; a gate nobody waits for yet is left out."""
    if not program.definition.gates:
        return {}
    waiting = {o.rule: o for o in unmet}
    gates: dict[str, Gate] = {}
    for name, words in program.definition.gates.items():
        shown = program.gate_shown.get(name)
        if words.shown is not None and (shown is None or shown(course) is None):
            continue
        hard = [r for r in program.gate_rules[name] if r.rule.id in waiting]
        soft = [r for r in program.soft_rules[name] if r.rule.id in waiting]
        soft = [r for r in soft if waiting[r.rule.id].state != "explained"]
        needed = program.gate_needs.get(name)
        lacks = needed is not None and needed(course) is None
        gates[name] = Gate(
            open=not hard and not lacks,
            failing=tuple(r.rule.id for r in (hard or (program.gate_rules[name] if lacks else ()))),
            soft=tuple(r.rule.id for r in soft),
            never_waived=tuple(r.rule.id for r in hard if r.rule.never_waived),
        )
    return gates


def figures(program: Program, course: Course) -> dict[str, Any]:
    """The figures of the case: a number, or (count, of how many), under the rule or `<programme>.kpi.<name>`."""
    from broker_tui.programmes.definition import Kpi

    measures = getattr(program.family, "MEASURES", {})
    found = {f"{program.id}.kpi.{name.replace('_', '-')}": measure(course) for name, measure in measures.items()}
    for ready in program.rules.values():
        if isinstance(ready.rule.evaluator, Kpi) and (measure := measures.get(ready.rule.evaluator.measure)):
            found[ready.rule.id] = measure(course)
    return found


def _confirmed(course: Course) -> Confirmed | None:
    """The latest confirmation of a step by a person."""
    found = course.facts.of("step")
    if not found:
        return None
    last = found[-1]
    return Confirmed(step=str(last.get("step")), on=last.on, by=last.get("by"), version=last.get("version"))


_PLACE = {
    "overdue": 0,
    "missed": 1,
    "due_soon": 2,
    "open": 3,
    "unknown": 4,
    "blocked": 5,
    "explained": 6,
    "paused": 7,
    "upcoming": 8,
    "met_to_window_end": 9,
    "info": 10,
    "waived": 11,
    "closed_late": 12,
    "closed": 13,
    "na": 14,
}


def _urgency(obligation: Obligation) -> tuple[int, date, str, str]:
    return (_PLACE[obligation.state], obligation.due or date.max, obligation.rule, obligation.key)
