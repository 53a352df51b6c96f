"""What must hold of the engine whatever is known about a case: order, irrelevance, time, and that what it asks can be
done. Cases are the worked examples and random courses drawn from what the rules themselves ask for."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from broker_tui.domain.dates import add_months
from broker_tui.domain.workdays import is_closed
from broker_tui.programmes import loading
from broker_tui.programmes.conditions import lister
from broker_tui.programmes.course import Course
from broker_tui.programmes.definition import Cadence, Definition, Review, Slots, WindowCount
from broker_tui.programmes.engine import course_of, evaluate
from broker_tui.programmes.facts import Fact, moved, written
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import OWED, SETTLED, Evaluation
from broker_tui.programmes.sampling import closers, closing_facts
from broker_tui.programmes.verify import Situation, examples

EXAMPLES = Path(__file__).parents[1] / "examples"
SITUATIONS = [situation for found in examples(EXAMPLES) for situation in found]
START = date(2021, 1, 4)
CYCLE = timedelta(days=28 * 365 + 7)
"""28 years: the weekdays and leap days fall as before."""
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
case = pytest.mark.parametrize("case", SITUATIONS, ids=lambda situation: situation.name)


def said(case: Situation, facts: Sequence[Fact] | None = None) -> Evaluation:
    """What the engine says about an example, perhaps with other facts."""
    given_facts = case.facts if facts is None else facts
    return evaluate(case.program, given_facts, case.today, known_from=case.known_from, now=case.now)


@st.composite
def courses(draw: st.DrawFn) -> Situation:
    """A random course: what some of the rules ask for, at random days, with contacts, a placement and pauses."""
    program = loading.program(draw(st.sampled_from(loading.PROGRAMMES)))
    today = START + timedelta(days=draw(st.integers(0, 420)))
    rules = draw(st.lists(st.sampled_from(sorted(program.rules)), max_size=25))
    day = st.integers(-30, 420).map(lambda n: START + timedelta(days=n))
    facts: list[Fact] = []
    for name in draw(st.lists(st.sampled_from(["A", "B"]), max_size=2, unique=True)):
        start = draw(day)
        facts += [
            written(raw)
            for raw in (
                {
                    "fact": "placement",
                    "on": start,
                    "placement": name,
                    "company": name,
                    "type": "internship",
                    "start": start,
                },
                {"fact": "agreement", "on": start, "placement": name},
                {"fact": "follow_up_plan", "on": start, "placement": name},
                {"fact": "company_contact", "on": start, "placement": name, "name": "N"},
            )
        ]
        if draw(st.booleans()):
            facts.append(
                written(
                    {
                        "fact": "placement_end",
                        "on": start + timedelta(days=draw(st.integers(0, 90))),
                        "placement": name,
                        "how": "interrupted",
                    }
                )
            )
    for rule in rules:
        for entry in closers(program, rule):
            raw = {k: ("A" if v == "@current" else v) for k, v in entry.items() if not _is_placeholder(v)}
            facts.append(written({**raw, "on": draw(day)}))
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["meeting", "phone", "video", "text", "letter"]))
        outcome = draw(st.sampled_from(["reached", "reached", "not_reached", "no_show"]))
        facts.append(
            written(
                {
                    "fact": "contact",
                    "on": draw(day),
                    "kind": kind,
                    "outcome": outcome,
                    "participants": ["citizen", "broker"],
                }
            )
        )
    if draw(st.booleans()):
        begun = draw(day)
        kind = draw(st.sampled_from(["exemption", "lawful_absence", "hold"]))
        facts.append(
            written(
                {"fact": "pause", "type": kind, "on": begun, "until": begun + timedelta(days=draw(st.integers(0, 40)))}
            )
        )
    numbered = [msgspec.structs.replace(fact, id=f"f{n}") for n, fact in enumerate(facts)]
    return Situation("random", program, tuple(numbered), today, None, None, {})


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("@") and value != "@current"


def check_order(case: Situation, seed: int) -> None:
    """The order in which facts are given does not matter."""
    mixed = list(case.facts)
    random.Random(seed).shuffle(mixed)
    assert said(case, mixed) == said(case)


def check_irrelevant(case: Situation) -> None:
    """A fact nobody asks for, and one that has not happened yet, change nothing."""
    strange = Fact(kind="weather", on=case.today, values={"sky": "blue"})
    ahead = [
        msgspec.structs.replace(fact, on=case.today + timedelta(days=1), id="ahead", until=None)
        for fact in case.facts
        if fact.kind in ("contact", "registration", "pause")
    ]
    assert said(case, [*case.facts, strange, *ahead[:3]]) == said(case)


def check_shift(case: Situation) -> None:
    """28 years later everything is as it was, with holidays and the programme's own days moved along."""
    program = _moved_program(case.program)
    later = evaluate(
        program,
        [moved(fact, CYCLE) for fact in case.facts],
        case.today + CYCLE,
        known_from=case.known_from + CYCLE if case.known_from else None,
        now=case.now + CYCLE if case.now else None,
        closed=lambda day: is_closed(day - CYCLE),
    )
    now = said(case)
    assert (later.step, later.since) == (now.step, _later(now.since))
    assert later.missing_exit == now.missing_exit
    told = [(o.rule, o.state, o.days, o.due) for o in later.obligations]
    assert told == [(o.rule, o.state, o.days, _later(o.due)) for o in now.obligations]


def _later(day: date | None) -> date | None:
    return None if day is None else day + CYCLE


_MOVED: dict[int, Program] = {}


def _moved_program(program: Program) -> Program:
    if id(program) not in _MOVED:
        made: Definition = program.definition
        params = {
            name: msgspec.structs.replace(param, value=_moved_value(param.value)) for name, param in made.params.items()
        }
        _MOVED[id(program)] = Program(msgspec.structs.replace(made, params=params), loading.vocabulary())
    return _MOVED[id(program)]


def _moved_value(value: Any) -> Any:
    if isinstance(value, date):
        return value + CYCLE
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-":
        return (date.fromisoformat(value) + CYCLE).isoformat()
    return value


def check_more_contact(case: Situation, back: int) -> None:
    """One more contact that counts never makes an obligation more overdue."""
    before = said(case)
    extra = Fact(
        kind="contact",
        on=case.today - timedelta(days=back),
        id="extra",
        values={"kind": "meeting", "outcome": "reached", "participants": ["citizen", "broker"]},
    )
    after = said(case, [*case.facts, extra])
    assume(after.step == before.step)
    for rule in {o.rule for o in before.obligations if isinstance(case.program.rules[o.rule].rule.evaluator, Cadence)}:
        assert _overdue(after, rule) <= _overdue(before, rule), rule


def _overdue(evaluation: Evaluation, rule: str) -> int:
    return max((o.days for o in evaluation.obligations if o.rule == rule), default=0)


def check_closable(case: Situation) -> list[str]:
    """Every obligation that can be dealt with says what closes it, and recording exactly that closes it."""
    known: dict[str, Any] = {"known_from": case.known_from, "now": case.now}
    course = course_of(case.program, case.facts, case.today, **known)
    wrong: list[str] = []
    for found in said(case).obligations:
        if found.state not in OWED:
            continue
        facts = closing_facts(course, found)
        if not facts:
            wrong.append(f"{found.id}: nothing closes it")
            continue
        recorded = [msgspec.structs.replace(f, id=f"closing{n}") for n, f in enumerate(facts)]
        after = said(case, [*case.facts, *recorded])
        same = next((o for o in after.obligations if o.id == found.id), None)
        if same is None or same.state in SETTLED or same.state == "met_to_window_end":
            continue
        rolling = isinstance(case.program.rules[found.rule].rule.evaluator, Cadence | Review)
        if rolling and case.today in (found.since, same.since):
            continue  # the interval began today, so one more event today begins no other
        if found.count is not None and same.count is not None and same.count.done > found.count.done:
            continue
        if found.count is not None and case.today in _counted(course, found.rule):
            continue  # the same for rules that count: they count days, and today is one of them already
        wrong.append(f"{found.id}: still {same.state} after {[f.kind for f in facts]}")
    return wrong


def _counted(course: Course, rule: str) -> Sequence[date]:
    """The days a counting rule has counted."""
    what = course.program.rules[rule].rule.evaluator
    if not isinstance(what, Slots | WindowCount):
        return ()
    return lister(what.counts, course.program.params, course.program.reckon)(course)


@case
def test_order_and_irrelevance_of_facts_on_the_examples(case: Situation) -> None:
    check_order(case, 7)
    check_irrelevant(case)


@case
def test_the_examples_hold_28_years_later(case: Situation) -> None:
    check_shift(case)


@case
def test_what_the_examples_owe_can_be_closed(case: Situation) -> None:
    assert check_closable(case) == []


@QUICK
@given(courses(), st.integers(0, 1000))
def test_order_and_irrelevance_of_facts(case: Situation, seed: int) -> None:
    check_order(case, seed)
    check_irrelevant(case)


@QUICK
@given(courses())
def test_nothing_changes_in_28_years(case: Situation) -> None:
    check_shift(case)


@QUICK
@given(courses(), st.integers(0, 60))
def test_a_later_contact_never_makes_anything_more_overdue(case: Situation, back: int) -> None:
    check_more_contact(case, back)


@QUICK
@given(courses())
def test_what_is_owed_can_be_closed(case: Situation) -> None:
    note(f"{case.program.id} on {case.today}")
    assert check_closable(case) == []


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(1, 24))
def test_a_month_later_keeps_the_day_or_ends_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
