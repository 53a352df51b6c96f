"""Why a rule is due for a case, or why it is not: the answer of the programme browser.

Slower than `evaluate` and asked for one rule at a time, so it may look at every fact again.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from broker_tui.programmes.conditions import head, kinds_of
from broker_tui.programmes.course import Course
from broker_tui.programmes.definition import Cadence, Cond, Info, Kpi, Slots, WindowCount
from broker_tui.programmes.engine import asked, course_of
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.program import Program, ReadyRule
from broker_tui.programmes.results import Obligation, Reason


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What the rule asks of the case, and the reasons in order of weight.

    Reasons: `not_in_step`, `condition`, `not_begun`, `over`, `no_clock`, `info`, `counted` (the last event that
    counted), `near_miss` (an event since then that does not count, and what it lacks), `state`.
    """

    rule: str
    obligations: tuple[Obligation, ...]
    reasons: tuple[Reason, ...]


_ELSEWHERE = frozenset(("not_in_step", "condition", "info", "kpi"))
"""Reasons after which what was counted is of no interest."""


def explain(program: Program, facts: Iterable[Fact], today: date, rule: str, **known: Any) -> Explanation:
    """Why `rule` stands as it does.

    Raises:
        KeyError: the programme has no such rule.
    """
    ready = program.rules[rule]
    course = course_of(program, facts, today, **known)
    found = tuple(asked(ready, course)) if course.step in ready.states else ()
    reasons = _absence(ready, course, found)
    if not any(reason.code in _ELSEWHERE for reason in reasons):
        reasons += _counting(ready, course)
    reasons += [Reason("state", {"state": o.state, "since": o.since, "clock": o.clock}) for o in found]
    return Explanation(rule=rule, obligations=found, reasons=tuple(reasons))


def _absence(ready: ReadyRule, course: Course, found: tuple[Obligation, ...]) -> list[Reason]:
    """Why there is no obligation."""
    if found:
        return []
    if isinstance(ready.rule.evaluator, Info):
        return [Reason("info")]
    if isinstance(ready.rule.evaluator, Kpi):
        return [Reason("kpi")]
    if course.step not in ready.states:
        return [Reason("not_in_step", {"step": course.step, "steps": list(ready.rule.live or ready.rule.steps)})]
    if ready.condition is not None and ready.condition(course) is None:
        return [Reason("condition")]
    if ready.begins is not None and ((day := ready.begins(course)) is None or day > course.today):
        return [Reason("not_begun", {"day": day})]
    if ready.ends is not None and (day := ready.ends(course)) is not None and day <= course.today:
        return [Reason("over", {"day": day})]
    return [Reason("no_clock", {"clock": getattr(ready.rule.evaluator, "since", None) or ""})]


def _counting(ready: ReadyRule, course: Course) -> list[Reason]:
    """The last event that counted, and those since that nearly did."""
    what = ready.rule.evaluator
    if not isinstance(what, Cadence | WindowCount | Slots):
        return []
    reasons: list[Reason] = []
    conds = [what.counts] if head(what.counts) != "any" else list(what.counts.any or ())
    start = course.program.reckon(what.since)(course)
    for cond in conds:
        if head(cond) not in ("fact", "contact"):
            continue
        every = [f for kind in kinds_of(cond) for f in course.facts.of(kind)]
        good = [f for f in every if not lacking(cond, f, course)]
        last = max((f.on for f in good), default=None)
        if last is not None:
            reasons.append(Reason("counted", {"day": last}))
        floor = max((day for day in (last, start) if day is not None), default=date.min)
        for fact in every:
            if fact.on >= floor and fact not in good:
                for lack in lacking(cond, fact, course):
                    reasons.append(Reason("near_miss", {"day": fact.on, "lack": lack, "kind": fact.get("kind")}))
    return reasons


def lacking(cond: Cond, fact: Fact, course: Course) -> list[str]:
    """What a fact lacks to count: `kind`, `text`, `outcome`, `citizen`, `broker`, `group`, or the name of a field."""
    from broker_tui.programmes.conditions import matcher

    lacks: list[str] = []
    if cond.contact is not None:
        kind = fact.get("kind")
        present = fact.get("participants") or ()
        if fact.get("outcome", "reached") != "reached":
            lacks.append("outcome")
        if kind == "text" and ("text_two_way" not in cond.contact or not fact.get("two_way")):
            lacks.append("text" if fact.get("two_way") else "one_way_text")
        elif kind != "text" and kind not in cond.contact:
            lacks.append("kind")
        lacks += [role for role in cond.with_ if role not in present]
        if cond.by and not any(
            role in present
            or (role == "broker" and "substitute" in present and course.facts.has_role("substitute", fact.on))
            for role in cond.by
        ):
            lacks.append(cond.by[0])
        if fact.get("group") and not fact.get("individual_note"):
            lacks.append("group")
    lacks += [name for name, spec in cond.where.items() if not matcher(spec, course.params)(fact.get(name), course)]
    return lacks
