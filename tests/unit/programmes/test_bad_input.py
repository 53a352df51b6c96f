"""What facts may do wrong, each with its defined answer: never a crash, never a silent drop."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from broker_tui.programmes import loading
from broker_tui.programmes.engine import evaluate
from broker_tui.programmes.facts import Fact, written
from broker_tui.programmes.results import Evaluation, Obligation

WEEKLY, MONTHLY = "fsm2.step2.weekly-contact", "fsm2.step2.monthly-contact"
SEARCH = date(2021, 2, 8)


def facts(*more: dict[str, Any]) -> list[Fact]:
    """Somebody in step 2 of fsm2 since 8 February 2021."""
    start = [
        {"fact": "role", "on": SEARCH, "role": "broker", "person": "B"},
        {"fact": "cv", "on": SEARCH},
        {"fact": "job_goal", "on": SEARCH},
        {"fact": "registration", "on": SEARCH, "system": "min_plan", "item": "broker_name"},
    ]
    return [written(entry) for entry in (*start, *more)]


def call(on: date, **more: Any) -> dict[str, Any]:
    return {"fact": "contact", "on": on, "kind": "phone", "participants": ["citizen", "broker"], **more}


def said(found: list[Fact], on: date, name: str = "fsm2", **known: Any) -> Evaluation:
    return evaluate(loading.program(name), found, on, **known)


def one(evaluation: Evaluation, rule: str) -> Obligation:
    return next(o for o in evaluation.obligations if o.rule == rule)


def test_a_contact_that_lies_ahead_does_not_count_yet() -> None:
    found = facts(call(date(2021, 2, 20)))
    assert one(said(found, date(2021, 2, 18)), WEEKLY).due == date(2021, 2, 15)
    assert one(said(found, date(2021, 2, 20)), WEEKLY).due == date(2021, 2, 27)


def test_facts_may_come_in_any_order() -> None:
    found = facts(call(date(2021, 2, 12)), call(date(2021, 2, 10)), call(date(2021, 2, 16)))
    assert said(found, date(2021, 2, 17)) == said(found[::-1], date(2021, 2, 17))


def test_of_two_answers_on_one_day_the_one_written_later_counts() -> None:
    group = {"fact": "group_decision", "on": "2021-02-10", "group": "1", "entered": "2021-02-10"}
    other = {**group, "group": "2", "entered": "2021-02-11"}
    for pair in ((group, other), (other, group)):
        assert said(facts(*pair), date(2021, 2, 12)).step == "group2"
    other["entered"] = "2021-02-09"
    assert said(facts(group, other), date(2021, 2, 12)).step == "step2"


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    wrong, right = call(date(2021, 2, 16), id="a"), call(date(2021, 2, 12), id="b", replaces="a")
    assert one(said(facts(wrong), date(2021, 2, 17)), WEEKLY).due == date(2021, 2, 23)
    assert one(said(facts(wrong, right), date(2021, 2, 17)), WEEKLY).due == date(2021, 2, 19)


def test_a_placement_without_a_start_asks_nothing_that_counts_from_it() -> None:
    found = facts({"fact": "placement", "placement": "A", "type": "internship", "company": "A"})
    found += [written({"fact": "agreement", "on": date(2021, 3, 1), "placement": "A"})]
    evaluation = said(found, date(2021, 6, 1))
    assert MONTHLY not in [o.rule for o in evaluation.obligations]
    assert evaluation.step in ("step2", "step3")


def test_a_case_of_which_nothing_is_known_stands_at_its_first_step() -> None:
    for name in loading.PROGRAMMES:
        evaluation = said([], date(2021, 6, 1), name)
        assert not evaluation.final
        assert [o.rule for o in evaluation.obligations if o.state == "overdue"] == []


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2021, 1, 31), date(2021, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 3, 29)),
        (date(2021, 12, 31), date(2022, 1, 31)),
    ],
)
def test_a_month_ends_with_the_month(start: date, due: date) -> None:
    begun = start - timedelta(days=40)
    terms = [
        {"fact": kind, "on": start, "placement": "A", **more}
        for kind, more in (
            ("placement", {"type": "ordinary_employment", "company": "A", "start": start}),
            ("agreement", {}),
            ("follow_up_plan", {}),
            ("company_contact", {"name": "N"}),
        )
    ]
    early = [on_day(fact, begun) for fact in facts()]
    evaluation = said([*early, *(written(entry) for entry in terms)], start + timedelta(days=1))
    assert one(evaluation, MONTHLY).due == due


def on_day(fact: Fact, on: date) -> Fact:
    """The same fact on another day."""
    return msgspec.structs.replace(fact, on=on)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2021-03-27T10:00+01:00", "2021-03-28T11:00+02:00"),
        ("2021-10-30T10:00+02:00", "2021-10-31T09:00+01:00"),
        ("2021-06-01T10:00+02:00", "2021-06-02T10:00+02:00"),
    ],
)
def test_the_reply_timer_counts_elapsed_hours_whatever_the_clock_does(asked: str, due: str) -> None:
    day = date.fromisoformat(asked[:10])
    found = [
        written({"fact": "visitation", "on": day - timedelta(days=9)}),
        written({"fact": "role", "on": day - timedelta(days=9), "role": "broker"}),
        written(
            {
                "fact": "contact",
                "on": day,
                "at": asked,
                "kind": "text",
                "direction": "in",
                "needs_reply": True,
                "participants": ["citizen"],
            }
        ),
    ]
    timer = one(said(found, day, "uif2"), "uif2.broker.reply-24h")
    assert timer.due_at == datetime.fromisoformat(due)


def test_a_step_confirmed_under_an_older_definition_keeps_showing_it() -> None:
    confirmed = {"fact": "step", "on": SEARCH, "step": "step2", "by": "A. Bro", "version": "2019.0"}
    evaluation = said(facts(confirmed), date(2021, 2, 20))
    assert evaluation.confirmed is not None
    assert evaluation.confirmed.version == "2019.0"
    assert evaluation.version != "2019.0"
    assert evaluation.step == "step2"


def test_facts_of_a_kind_the_programme_never_asks_for_change_nothing() -> None:
    strange = facts({"fact": "weather", "on": SEARCH, "sky": "grey"})
    assert said(strange, date(2021, 2, 20)) == said(facts(), date(2021, 2, 20))


def test_a_pause_that_ends_before_it_begins_is_no_pause() -> None:
    odd = {"fact": "pause", "type": "exemption", "on": date(2021, 2, 20), "until": date(2021, 2, 10)}
    assert one(said(facts(odd), date(2021, 2, 25)), WEEKLY).state == "overdue"
