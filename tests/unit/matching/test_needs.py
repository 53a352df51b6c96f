"""Every need of the vocabulary against every kind of demand, and the hard constraints one by one."""

from datetime import date
from typing import Any

import pytest

from broker_tui.matching.constraints import RULES, askable, checks, open_to
from broker_tui.matching.model import BadInput, Citizen, Company, Mitigation, Need, Slot, Task
from broker_tui.matching.needs import DEMANDS, NEEDS, clashes

HERE = Company(id="co")
MONDAY_9_TO_11 = (Slot(1, 540, 660),)


def task(**fields: Any) -> Task:
    return Task(**{"id": "t", "minutes": 120, "complete": True, **fields})


def citizen(**fields: Any) -> Citizen:
    return Citizen(**{"id": "c", "capacity": 240, "availability": (Slot(1, 480, 960),), **fields})


def keys(one: Citizen, other: Task, company: Company = HERE) -> list[str]:
    return [check.key for check in checks(one, other, company) if check.verdict != "passed"]


CONFLICTS = [
    ("max_lifting", 5, {"lifting_kg": 5}, {"lifting_kg": 6}),
    ("max_lifting", None, {"lifting_kg": 0}, {"lifting_kg": 1}),
    ("max_standing", 20, {"standing_min": 20}, {"standing_min": 21}),
    ("max_sitting", 30, {"sitting_min": 30}, {"sitting_min": 31}),
    ("max_walking", 10, {"walking_min": 10}, {"walking_min": 11}),
    ("max_walking", 10, {}, {"stairs": True}),
    ("quiet", 0, {"noise": 0}, {"noise": 1}),
    ("quiet", 1, {"noise": 1}, {"noise": 2}),
    ("no_customers", None, {"customer_contact": False}, {"customer_contact": True}),
    ("few_people", None, {}, {"crowded": True}),
    ("not_alone", None, {}, {"alone": True}),
    ("breaks", 45, {}, {"no_free_breaks": True}),
    ("own_pace", None, {}, {"paced": True}),
    ("no_time_pressure", None, {}, {"time_critical": True}),
    ("flexible_time", None, {}, {"fixed_time": True}),
    ("clear_instruction", None, {}, {"self_directed": True}),
    ("no_screen", 60, {"screen_min": 60}, {"screen_min": 61}),
    ("no_repetition", None, {}, {"repetitive": True}),
    ("no_dust_chemicals", None, {}, {"dust_chemicals": True}),
    ("no_driving", None, {}, {"driving": True}),
    ("indoor", None, {"indoor_only": True}, {"outdoor": True}),
    ("outdoor", None, {"outdoor": True}, {"indoor_only": True}),
]


@pytest.mark.parametrize(("code", "value", "fine", "conflict"), CONFLICTS)
def test_conflicts(code: str, value: int | None, fine: dict[str, int], conflict: dict[str, int]) -> None:
    need = Need(code, True, value)
    assert list(clashes(need, task(demands=fine))) == []
    assert [verdict for _, verdict in clashes(need, task(demands=conflict))] == ["conflict"]
    assert {verdict for _, verdict in clashes(need, task(complete=False))} == {"unknown"}
    promised = tuple(Mitigation(demand, date(2026, 3, 2), "Bente Prøve") for demand in conflict)
    assert list(clashes(need, task(demands=conflict, mitigated=promised))) == []


def test_the_table_tries_every_need_and_every_demand_has_words() -> None:
    by_hours = {"not_before", "not_after", "max_day_hours", "few_tasks"}
    assert {row[0] for row in CONFLICTS} | by_hours == set(NEEDS)
    assert {code for kind in NEEDS.values() for code in kind.demands} == set(DEMANDS)
    assert all(need.da and need.en for need in NEEDS.values())
    assert all(demand.da and demand.en for demand in DEMANDS.values())


@pytest.mark.parametrize(
    ("code", "fine", "conflict"), [("not_before", 540, 541), ("not_after", 660, 659), ("max_day_hours", 120, 119)]
)
def test_times(code: str, fine: int, conflict: int) -> None:
    fixed = task(fixed=MONDAY_9_TO_11)
    assert list(clashes(Need(code, True, fine), fixed)) == []
    assert list(clashes(Need(code, True, conflict), fixed)) == [("fixed_time", "conflict")]
    assert list(clashes(Need(code, True, conflict), task())) == []
    assert list(clashes(Need(code, True, conflict), task(complete=False))) == [("fixed_time", "unknown")]
    let_go = (Mitigation("fixed_time", date(2026, 3, 2), "Bente Prøve"),)
    assert list(clashes(Need(code, True, conflict), task(fixed=MONDAY_9_TO_11, mitigated=let_go))) == []


def test_every_constraint_passes_by_name() -> None:
    found = checks(citizen(), task(), HERE)
    assert [check.rule for check in found] == list(RULES)
    assert open_to(found)


@pytest.mark.parametrize(
    ("person", "work", "said"),
    [
        ({"competences": {"filing": 1}}, {"must": {"filing": 2}}, ["competence"]),
        ({}, {"must": {"filing": 2}, "trainable": True}, []),
        ({"needs": (Need("not_alone"),)}, {"demands": {"alone": 1}}, ["need.not_alone"]),
        ({"needs": (Need("not_alone", False),)}, {"demands": {"alone": 1}}, []),
        ({"needs": (Need("quiet", True, 0),)}, {"unknown": ("noise",)}, ["ask.noise"]),
        ({}, {"fixed": MONDAY_9_TO_11}, []),
        ({}, {"fixed": (Slot(6, 540, 660),)}, ["time"]),
        ({"availability": (Slot(1, 480, 600), Slot(1, 600, 700))}, {"fixed": MONDAY_9_TO_11}, []),
        ({"availability": (Slot(1, 480, 600), Slot(1, 630, 700))}, {"fixed": MONDAY_9_TO_11}, ["time"]),
        ({"availability": None}, {"fixed": MONDAY_9_TO_11}, ["ask.availability"]),
        ({}, {"demands": {"fixed_time": True}}, ["ask.fixed_time"]),
        ({"travel": {"co": 31}, "travel_limit": 30}, {}, ["travel"]),
        ({"travel": {"co": 30}, "travel_limit": 30}, {}, []),
        ({"refused_areas": ("kitchen",)}, {"area": "kitchen"}, ["area_refused"]),
        ({"refused_companies": ("co",)}, {}, ["company_refused"]),
        ({"committed": 210}, {}, ["hours"]),
        ({"committed": 180}, {}, []),
        ({"committed": 180}, {"min_slice": 90}, ["hours"]),
        ({"committed": 180}, {"share": 1}, ["hours"]),
        ({"capacity": None}, {}, ["capacity_unknown"]),
    ],
)
def test_constraints(person: dict[str, Any], work: dict[str, Any], said: list[str]) -> None:
    assert keys(citizen(**person), task(**work)) == said


def test_an_excluded_company_and_who_may_see_a_need() -> None:
    assert keys(citizen(), task(), Company(id="co", excluded=True)) == ["company_excluded"]
    found = checks(citizen(needs=(Need("no_driving"),)), task(complete=False), HERE)
    assert askable(found)
    assert not open_to(found)
    assert [check.rule for check in found if check.sensitive] == ["H2"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Need("humour"), "no need"),
        (lambda: Need("not_before"), "say how much"),
        (lambda: Need("few_tasks", True, 0), "too small"),
        (lambda: task(demands={"humour": 1}), "no demand"),
        (lambda: task(minutes=45), "half hours"),
        (lambda: task(share=4), "1 to 3"),
        (lambda: task(fixed=(Slot(1, 540, 600),)), "make up its hours"),
        (lambda: task(must={"filing": 4}), "level"),
        (lambda: citizen(capacity=-30), "less than none"),
        (lambda: Slot(8, 0, 60), "weekday"),
        (lambda: Slot(1, 60, 60), "ends after"),
    ],
)
def test_what_cannot_be_matched_is_refused_in_words(make: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        make()
