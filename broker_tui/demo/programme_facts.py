"""What the programmes would have on an invented person: the evidence on the way to a step, most of it, not all.

It is drawn from the rules themselves. Step by step the engine says what is asked, and a broker who is good but human
records it: what leads on always, what is mandatory mostly, what is recommended often.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from broker_tui.demo import words
from broker_tui.domain.facts import Fact
from broker_tui.programmes.engine import course_of, evaluate
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import OWED, Obligation
from broker_tui.programmes.sampling import closing_facts

LEFT_OUT = frozenset(
    (
        *("placement", "placement_end", "placement_cancelled", "hours", "planned"),
        *("step", "explanation", "waiver", "settled", "snooze"),
    )
)
"""Kinds that come from records of their own, or that only a person says."""
DILIGENCE = {"M": 0.85, "R": 0.6, "A": 0.2}
"""How often what nobody waits for is recorded, by severity."""
_NEVER = (
    *("interrupt", "exit", "withdrawn", "not_target", "sanction", "back-referral", "exempt"),
    *("min-length", "substance", "treatment", "capacity-m", "stepup", "retreat", "parallel", "postpone"),
)
"""Rules about things that should not simply happen to everybody."""
Say = Callable[[words.Pair], str]


def seeds(programme: str, step: str, start: date, team_start: date | None = None) -> list[Fact]:
    """How a course of the programme begins: what no rule asks for because everything else counts from it."""
    if programme == "uif2":
        route = Fact(kind="intake", on=start, id="route", values={"entry_route": "preparatory"})
        return [route, Fact(kind="preparation_started", on=start, id="prep", values={"by": "S. Kofoed"})]
    if programme == "flexjob":
        values = {"minutes": 420, "source": "internship", "intensity_pct": 60}
        return [Fact(kind="capacity_estimate", on=start + timedelta(days=4), id="capacity", values=values)]
    if programme == "mastery" and team_start is not None and step != "phase1":
        told = {"outcome": "held", "attendees": ["caseworker"], "told_four_days": True, "told_internship": True}
        return [
            Fact(
                kind="preparation_talk", on=team_start - timedelta(days=20), id="talk", values={**told, "motivation": 4}
            )
        ]
    return []


def moments(program: Program, start: date, today: date, goal: str, team_start: date | None) -> list[tuple[str, date]]:
    """The days on which the broker sits down and writes, one per step until `goal`."""
    path = [step.code for step in program.definition.steps if not step.final]
    upto = path.index(goal) if goal in path else 0
    if team_start is not None:
        offsets = dict(zip(path, (-40, -12, 16, 45, 125), strict=False))
        days = [(code, team_start + timedelta(days=offsets.get(code, 0))) for code in path[: upto + 1]]
        return [(code, min(max(day, start), today)) for code, day in days]
    days_between = (today - start).days
    spread = [start + timedelta(days=max(1, days_between * (n + 1) // (upto + 2))) for n in range(upto + 1)]
    return list(zip(path, spread, strict=False))


def drawn(
    program: Program,
    known: Sequence[Fact],
    days: Sequence[tuple[str, date]],
    rng: random.Random,
    say: Say,
) -> list[Fact]:
    """Facts that take a person to the last step of `days`; what leads out of that one is left open.

    Args:
        program: the programme.
        known: what the typed records and the beginning of the course say already.
        days: the steps with the day on which their evidence is written down.
        rng: where chance comes from.
        say: picks the language.
    """
    found: list[Fact] = []
    for step, on in days:
        for _round in range(3):
            if program.rank(course_of(program, [*known, *found], on).step) > program.rank(step):
                break
            more = _recorded(program, [*known, *found], on, rng, leave=step == days[-1][0])
            if not more:
                break
            found += [_dressed(fact, rng, say) for fact in more]
    return found


def _recorded(program: Program, known: Sequence[Fact], on: date, rng: random.Random, *, leave: bool) -> list[Fact]:
    """What a broker writes down on a day; `leave`: what leads out of the step stays open."""
    course = course_of(program, known, on)
    said = evaluate(program, known, on)
    found: list[Fact] = []
    leads_on = {rule for entry in said.missing_exit for rule in entry.split("|")[:1]}
    for owed in said.obligations:
        rule = program.rules[owed.rule].rule
        if owed.state not in OWED or any(word in owed.rule for word in _NEVER if owed.rule not in leads_on):
            continue
        if rule.kind == "exit":
            if leave or owed.rule not in leads_on:
                continue
        elif (
            rule.kind != "entry"
            and not (rule.gates and rule.severity == "M" and not leave)
            and rng.random() > DILIGENCE[rule.severity] * (0.5 if leave else 1)
        ):
            continue
        more = [f for f in _closing(course, owed) if f.kind not in LEFT_OUT and f.get("placement") != "new"]
        if not leave or course_of(program, [*known, *found, *more], on).step == said.step:
            found += more
    return found


def _closing(course: Any, owed: Obligation) -> list[Fact]:
    return [msgspec.structs.replace(fact, on=min(fact.on, course.today)) for fact in closing_facts(course, owed)]


def _dressed(fact: Fact, rng: random.Random, say: Say) -> Fact:
    """The fact with words somebody could have written in the place of a placeholder."""
    values = {name: _worded(name, value, rng, say) for name, value in fact.values.items()}
    return msgspec.structs.replace(fact, values=values)


def _worded(name: str, value: Any, rng: random.Random, say: Say) -> Any:
    if value == "x":
        return say(rng.choice(words.FACT_WORDS.get(name, words.FACT_WORDS[""])))
    if isinstance(value, list) and "x" in value:
        pool = words.FACT_WORDS.get(name, words.FACT_WORDS[""])
        return [say(pair) for pair in rng.sample(pool, min(len(pool), len(value) + 1))]
    return value
