"""Scores, ranking and teams where the worked examples do not reach, and what the example files refuse."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from broker_tui.matching.model import BadInput, Citizen, Company, Need, Position, Slot, Task
from broker_tui.matching.results import Params, Stays
from broker_tui.matching.score import rank, rounded, score
from broker_tui.matching.team import compose
from broker_tui.matching.verify import ExampleFault, verify

EXAMPLES = Path(__file__).parents[2] / "examples" / "matching"
HERE = Company(id="co")
WEEK = tuple(Slot(day, 480, 960) for day in range(1, 6))


def position(*tasks: Task) -> Position:
    return Position(id="p", company=HERE, tasks=tasks)


def task(name: str, minutes: int = 120, **fields: Any) -> Task:
    return Task(**{"id": name, "minutes": minutes, "complete": True, "adds_value": True, **fields})


def citizen(name: str, minutes: int = 240, **fields: Any) -> Citizen:
    return Citizen(**{"id": name, "capacity": minutes, "availability": WEEK, **fields})


def test_every_worked_example_of_matching_holds() -> None:
    said = verify(EXAMPLES)
    assert said.failed == ()
    assert said.held == said.total >= 11


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(151, 2), 1, "75.5"),
        (Fraction("75.75"), 1, "75.8"),
        (Fraction("-41.6667"), 1, "-41.7"),
        (Fraction("96.25"), 2, "96.25"),
        (Fraction("0.05"), 1, "0.1"),
    ],
)
def test_rounding_is_half_up(value: Fraction, places: int, expected: str) -> None:
    assert rounded(value, places) == Decimal(expected)


def test_the_five_parts() -> None:
    one = citizen(
        "c",
        competences={"filing": 1, "phone": 1},
        needs=(Need("quiet", False, 0), Need("own_pace", False)),
        wishes=("a", "b", "c", "d"),
        travel={"co": 15},
        travel_limit=60,
    )
    work = task(
        "t", must={"filing": 2}, plus={"phone": 1, "post": 1}, area="d", demands={"noise": 1}, time_critical=True
    )
    parts = score(one, work, HERE)
    assert parts.competences == 40 * Fraction(2, 4)
    assert parts.wish == 15
    assert parts.accommodation == Fraction(15, 2)
    assert parts.value == 5
    assert parts.travel == Fraction(15, 2)
    assert parts.total == parts.citizen_points + parts.company_points
    assert [score(one, task("t", area=area), HERE).wish for area in "abcx"] == [25, 20, 15, Fraction(15, 2)]
    bare = score(citizen("c"), task("t"), HERE)
    assert [bare.competences, bare.wish, bare.travel] == [40, Fraction(25, 2), 5]


def test_a_demand_nobody_knows_is_no_broken_wish_but_gives_no_points_for_calm() -> None:
    unknown = score(citizen("c", needs=(Need("quiet", False, 0),)), task("t", complete=False), HERE)
    assert [unknown.accommodation, unknown.value] == [15, 5]


def test_the_ranking_gives_hours_to_the_best_task_first_and_whole_fixed_tasks() -> None:
    tasks = task("a", 120, area="x"), task("b", 120, fixed=(Slot(1, 540, 660),), area="y"), task("c", 60, area="y")
    (one,) = rank(position(*tasks), [citizen("c", 210, wishes=("x",))]).ranked
    assert [(part.task, part.minutes) for part in one.parts] == [("a", 120), ("c", 60)]
    assert one.cov == Fraction(180, 300)


def test_three_may_share_a_task_where_that_is_allowed() -> None:
    people = [citizen(name, 120) for name in "abc"]
    assert compose(position(task("t", 360)), people).team is None
    team = compose(position(task("t", 360)), people, Params(share=3)).team
    assert team is not None
    assert [one.task for one in team.shared] == ["t"]
    assert team.shared[0].first == "a"


def test_at_most_eight_tasks_and_forty_candidates_are_searched_and_it_says_so() -> None:
    nine = [task(f"t{n}", 60 if n < 8 else 30) for n in range(9)]
    said = compose(position(*nine), [citizen("c", 600)])
    assert said.team is not None
    assert (said.limited, said.left_out) == (True, ("t8",))
    crowd = [citizen(f"c{n:02}", 120, wishes=("x",) if n > 40 else ()) for n in range(60)]
    said = compose(position(task("t", 240, area="x")), crowd, Params(stays=(Stays("c00"),)))
    assert said.limited
    assert said.team is not None
    assert [member.citizen for member in said.team.members] == ["c00", "c41"]
    assert not compose(position(task("t", 60)), crowd[:40]).limited


def test_who_should_stay_must_be_there_and_fit_something() -> None:
    with pytest.raises(BadInput, match="should stay"):
        compose(position(task("t")), [citizen("a")], Params(stays=(Stays("b"),)))
    with pytest.raises(BadInput, match="twice"):
        rank(position(task("t")), [citizen("a"), citizen("a")])
    lost = citizen("b", refused_companies=("co",))
    said = compose(position(task("t")), [citizen("a"), lost], Params(stays=(Stays("b"),)))
    assert (said.team, said.partial) == (None, None)
    assert [one.task for one in said.uncovered] == ["t"]
    assert compose(position(task("t")), []).uncovered[0].reasons == ()


def test_a_task_for_one_person_is_not_left_half_done() -> None:
    said = compose(position(task("t", 240, share=1)), [citizen("a", 120)])
    assert said.partial is None
    assert [(one.kind, one.minutes) for one in said.relaxations] == []
    half = compose(position(task("t", 240, share=1), task("u", 60)), [citizen("a", 180)])
    assert [(one.kind, one.task, one.minutes) for one in half.relaxations] == [("hours", "t", 120)]


def test_an_example_that_does_not_hold_and_files_that_cannot_be_read(tmp_path: Path) -> None:
    entry = {"id": "X", "tasks": [{"id": "t", "hours": 2.5}], "citizens": [{"id": "c", "capacity": 2.5}]}
    file = tmp_path / "own.json"

    def written(**fields: Any) -> Path:
        file.write_text(json.dumps({"matching": [{**entry, **fields}]}), "utf-8")
        return file

    assert verify(written(expect={"team": {"hours": {"c": {"t": 2.5}}}})).held == 1
    (failure,) = verify(written(expect={"team": {"size": 2}})).failed
    assert (failure.expected, failure.got) == ("team size = 2", "team size = 1")
    assert verify(written(expect={"team": {"hours": {"c": {}}}})).held == 0
    assert verify(written(expect={"team": {"weather": 1}})).held == 0
    for fields, words in (
        ({"expect": {"weather": 1}}, "no expectation"),
        ({"tasks": [{"id": "t", "hours": 1, "rain": 1}]}, "rain"),
        ({"tasks": [{"id": "t", "hours": 1, "fixed": ["someday"]}]}, "someday"),
        ({"tasks": [{"id": "t", "hours": "two"}]}, "number of hours"),
        ({"citizens": [{"id": "c", "needs": ["humour"]}]}, "no need"),
        ({"citizens": [{"id": "c", "needs": [{"need": "not_before", "value": "nine"}]}]}, "08:00"),
        ({"citizens": [{"id": "c", "needs": [{"need": "few_tasks", "value": 1, "loud": True}]}]}, "loud"),
        ({"params": {"max_team": 10}}, "1 to 9"),
        ({"params": {"stays": [{"citizen": "z"}]}}, "should stay"),
        ({"tasks": "none"}, "tasks"),
    ):
        with pytest.raises(ExampleFault, match=words):
            verify(written(**fields))
    file.write_text("{", "utf-8")
    with pytest.raises(ExampleFault, match="cannot be read"):
        verify(file)
