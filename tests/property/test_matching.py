"""What must hold of matching whatever the people and the position: hard needs, hours, order, and the exact optimum,
compared on tiny cases with every way there is."""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker_tui.matching.constraints import checks, open_to
from broker_tui.matching.model import STEP, Citizen, Company, Need, Position, Slot, Task
from broker_tui.matching.needs import clashes
from broker_tui.matching.results import Composed, Params, Stays, Team
from broker_tui.matching.score import rank, score
from broker_tui.matching.team import compose

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
AREAS, SKILLS = ("kitchen", "office"), ("filing", "cooking")
NINE = 9 * 60
SLOTS = (Slot(1, NINE, NINE + 60), Slot(1, NINE + 30, NINE + 90), Slot(6, NINE, NINE + 60), Slot(2, NINE, NINE + 30))
TIMES = ((Slot(1, NINE, NINE + 120),), (Slot(1, NINE, NINE + 60), Slot(2, NINE, NINE + 90)), (Slot(6, 480, 960),))
NEEDS = (
    Need("max_lifting", True, 5),
    Need("no_customers"),
    Need("quiet", False, 0),
    Need("few_tasks", True, 1),
    Need("max_day_hours", True, 60),
    Need("not_before", True, NINE + 15),
    Need("flexible_time", False),
)


@st.composite
def tasks(draw: st.DrawFn, number: int) -> Task:
    """One small task."""
    fixed = draw(st.sampled_from([(), (), (), *((slot,) for slot in SLOTS)]))
    demands: dict[str, int | bool] = draw(
        st.dictionaries(st.sampled_from(["lifting_kg", "noise", "customer_contact"]), st.sampled_from([0, 1, 10]))
    )
    return Task(
        id=f"t{number}",
        minutes=fixed[0].minutes if fixed else STEP * draw(st.integers(1, 5)),
        area=draw(st.sampled_from(AREAS)),
        must=draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 2), max_size=1)),
        trainable=draw(st.booleans()),
        demands=demands,
        complete=draw(st.sampled_from([True, True, False])),
        fixed=fixed,
        adds_value=True,
        share=draw(st.sampled_from([None, None, 1, 3])),
        min_slice=draw(st.sampled_from([30, 60])),
    )


@st.composite
def people(draw: st.DrawFn, number: int) -> Citizen:
    """One citizen."""
    return Citizen(
        id=f"c{number}",
        capacity=STEP * draw(st.integers(1, 8)),
        committed=draw(st.sampled_from([0, 0, 30])),
        competences=draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 3))),
        needs=tuple(draw(st.lists(st.sampled_from(NEEDS), max_size=2, unique=True))),
        wishes=tuple(draw(st.lists(st.sampled_from(AREAS), max_size=1))),
        availability=draw(st.sampled_from([None, *TIMES, (Slot(1, 480, 960), Slot(6, 480, 960))])),
        travel=draw(st.sampled_from([{}, {"co": 10}, {"co": 20}, {"co": 50}])),
        travel_limit=draw(st.sampled_from([None, 40, 60])),
    )


@st.composite
def cases(draw: st.DrawFn, most_tasks: int = 3, most_people: int = 4) -> tuple[Position, tuple[Citizen, ...], Params]:
    """A small position with its candidates."""
    position = Position(
        id="p",
        company=Company(id="co"),
        tasks=tuple(draw(tasks(n)) for n in range(draw(st.integers(1, most_tasks)))),
    )
    citizens = tuple(draw(people(n)) for n in range(draw(st.integers(1, most_people))))
    stays = tuple(Stays(c.id) for c in citizens[: draw(st.sampled_from([0, 0, 0, 1]))])
    most, share = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return position, citizens, Params(max_team=most, share=share, max_shared=draw(st.integers(0, 2)), stays=stays)


@st.composite
def tight_cases(draw: st.DrawFn) -> tuple[Position, tuple[Citizen, ...], Params]:
    """Everybody can do most, hours are short: tasks must be shared."""
    some = [
        Task(
            id=f"t{n}",
            minutes=STEP * draw(st.integers(2, 6)),
            must=draw(st.sampled_from([{}, {}, {"filing": 1}])),
            complete=True,
            share=draw(st.sampled_from([None, None, 3])),
            min_slice=draw(st.sampled_from([30, 60])),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    able = st.sampled_from([{"filing": 1}, {"filing": 1}, {}])
    citizens = tuple(
        Citizen(
            id=f"c{n}",
            capacity=STEP * draw(st.integers(2, 5)),
            competences=draw(able),
            needs=draw(st.sampled_from([(), (), (), (Need("few_tasks", True, 1),)])),
            travel={"co": draw(st.sampled_from([10, 10, 20]))},
            travel_limit=40,
        )
        for n in range(draw(st.integers(2, 4)))
    )
    return (
        Position(id="p", company=Company(id="co"), tasks=tuple(some)),
        citizens,
        Params(share=draw(st.integers(1, 3))),
    )


def week(citizen: Citizen) -> int:
    """Minutes somebody can be there in a week at most."""
    free = citizen.availability or tuple(Slot(day, 0, 1440) for day in range(1, 6))
    limit = citizen.hard("max_day_hours") or 1440
    days = {slot.day for slot in free}
    return sum(min(limit, sum(slot.minutes for slot in free if slot.day == day)) for day in days)


def room_for(citizen: Citizen, given: dict[str, int], position: Position) -> bool:
    """Whether somebody's tasks can be kept in a week, reckoned day by day."""
    limit = citizen.hard("max_day_hours")
    by_id = {task.id: task for task in position.tasks}
    slots = [slot for task in given for slot in by_id[task].slots]
    if any(a.day == b.day and a.start < b.end and b.start < a.end for a, b in combinations(slots, 2)):
        return False
    free = citizen.availability or tuple(Slot(day, 0, 1440) for day in range(1, 6))
    room = 0
    for day in {slot.day for slot in free}:
        whole = sum(slot.minutes for slot in free if slot.day == day)
        taken = sum(slot.minutes for slot in slots if slot.day == day)
        if taken > min(whole, limit or whole):
            return False
        room += (min(whole, limit or whole) - taken) // STEP * STEP
    few = citizen.hard("few_tasks")
    loose = sum(minutes for task, minutes in given.items() if not by_id[task].slots)
    return loose <= room and (few is None or len(given) <= few)


def splits(
    task: Task, who: Sequence[Citizen], share: int, partial: bool, open_: set[tuple[str, str]]
) -> Iterator[dict[str, int]]:
    """Every way to give out one task."""
    able = [citizen for citizen in who if (citizen.id, task.id) in open_]
    most = 1 if task.slots else task.share or share
    whole, least = task.minutes, min(task.min_slice, task.minutes)
    if partial:
        yield {}
    for count in range(1, min(most, len(able)) + 1):
        for chosen in combinations(able, count):
            amounts: list[tuple[int, ...]] = [()]
            for _ in chosen:
                amounts = [(*a, x) for a in amounts for x in range(least, whole - sum(a) + 1, STEP)]
            for amount in amounts:
                if sum(amount) == whole or (partial and most > 1):
                    yield {citizen.id: x for citizen, x in zip(chosen, amount, strict=True)}


def ways(
    position: Position, who: Sequence[Citizen], params: Params, partial: bool
) -> Iterator[dict[str, dict[str, int]]]:
    """Every way in which a group can share a position."""
    open_ = {(c.id, t.id) for c in who for t in position.tasks if open_to(checks(c, t, position.company), hours=False)}

    def given_out(left: Sequence[Task], given: dict[str, dict[str, int]]) -> Iterator[dict[str, dict[str, int]]]:
        if not left:
            if all(given[c.id] and room_for(c, given[c.id], position) for c in who):
                yield given
            return
        for split in splits(left[0], who, params.share, partial, open_):
            if all(sum(given[c.id].values()) + split.get(c.id, 0) <= c.residual for c in who):
                more = {c.id: given[c.id] | ({left[0].id: split[c.id]} if c.id in split else {}) for c in who}
                yield from given_out(left[1:], more)

    yield from given_out(position.tasks, {c.id: {} for c in who})


def figures(position: Position, who: Sequence[Citizen], given: dict[str, dict[str, int]]) -> tuple[int, Any, int, int]:
    """Shared tasks, points, tasks with a backup, minutes."""
    by_id = {task.id: task for task in position.tasks}
    shared = sum(sum(task in mine for mine in given.values()) > 1 for task in by_id)
    points = sum(
        (score(c, by_id[t], position.company).total * x for c in who for t, x in given[c.id].items()), Fraction(0)
    )
    backups = 0
    for task in by_id.values():
        done = any(task.id in mine for mine in given.values())
        backups += done and any(
            task.id not in given[c.id]
            and open_to(checks(c, task, position.company), hours=False)
            and min(c.residual, week(c)) - sum(given[c.id].values()) >= 60
            for c in who
        )
    return shared, points, backups, sum(sum(mine.values()) for mine in given.values())


def brute(position: Position, citizens: Sequence[Citizen], params: Params, partial: bool) -> tuple[Any, ...] | None:
    """The best there is, by trying everything."""
    must = {one.citizen for one in params.stays}
    best: tuple[Any, ...] | None = None
    for size in range(1, params.max_team + 1):
        for who in combinations(sorted(citizens, key=lambda c: c.id), size):
            if not must <= {c.id for c in who}:
                continue
            for way in ways(position, who, params, partial):
                shared, points, backups, minutes = figures(position, who, way)
                if shared <= params.max_shared:
                    rest = (0,) if partial else (-backups,)
                    key = (-minutes, size, shared, -points, *rest, tuple(c.id for c in who))
                    best = key if best is None or key < best else best
    return best


def told(position: Position, citizens: Sequence[Citizen], team: Team, partial: bool) -> tuple[Any, ...]:
    """What the engine found, as the same figures."""
    who = [c for m in team.members for c in citizens if c.id == m.citizen]
    way = {m.citizen: {s.task: s.minutes for s in m.shares} for m in team.members}
    shared, points, backups, minutes = figures(position, who, way)
    assert len(team.shared) == shared
    assert team.mean * minutes == points
    assert team.minutes == minutes
    assert len({b.task for b in team.backups}) == backups
    rest = (0,) if partial else (-backups,)
    return -minutes, len(who), shared, -points, *rest, tuple(c.id for c in who)


def found(case: tuple[Position, tuple[Citizen, ...], Params]) -> Composed:
    return compose(*case)


@QUICK
@given(st.one_of(cases(), tight_cases()))
def test_the_search_finds_what_trying_everything_finds(case: tuple[Position, tuple[Citizen, ...], Params]) -> None:
    position, citizens, _ = case
    said = found(case)
    assert not said.limited
    whole = brute(*case, partial=False)
    assert (said.team is None) == (whole is None)
    if said.team:
        assert told(position, citizens, said.team, False) == whole
        return
    part = brute(*case, partial=True)
    assert (said.partial is None) == (part is None)
    if said.partial:
        assert told(position, citizens, said.partial, True) == part


@QUICK
@given(cases(most_tasks=5, most_people=7))
def test_hard_needs_hours_and_residuals(case: tuple[Position, tuple[Citizen, ...], Params]) -> None:
    position, citizens, params = case
    said = found(case)
    by_id = {task.id: task for task in position.tasks}
    people_by_id = {citizen.id: citizen for citizen in citizens}
    for team in (said.team, said.alternative, said.partial):
        if team is None:
            continue
        missing = dict(team.missing)
        assert len(team.members) <= params.max_team
        assert {one.citizen for one in params.stays} <= {m.citizen for m in team.members}
        for task in position.tasks:
            done = sum(s.minutes for m in team.members for s in m.shares if s.task == task.id)
            assert done == task.minutes - missing.get(task.id, 0)
        for member in team.members:
            citizen = people_by_id[member.citizen]
            given_out = {share.task: share.minutes for share in member.shares}
            assert 0 < sum(given_out.values()) <= citizen.residual
            assert room_for(citizen, given_out, position)
            for task_id in given_out:
                hard = [need for need in citizen.needs if need.hard]
                assert not [clash for need in hard for clash in clashes(need, by_id[task_id])]
    for ranked in rank(position, citizens).ranked:
        given_out = {part.task: part.minutes for part in ranked.parts}
        citizen = people_by_id[ranked.citizen]
        assert 0 < sum(given_out.values()) <= citizen.residual
        assert room_for(citizen, given_out, position)
        assert all(open_to(checks(citizen, by_id[task], position.company)) for task in given_out)
        assert 0 <= ranked.fit <= 100


@QUICK
@given(cases(most_tasks=4, most_people=6), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing(
    case: tuple[Position, tuple[Citizen, ...], Params], rng: random.Random
) -> None:
    position, citizens, params = case
    mixed_tasks, mixed = list(position.tasks), list(citizens)
    rng.shuffle(mixed_tasks)
    rng.shuffle(mixed)
    other = msgspec.structs.replace(position, tasks=tuple(mixed_tasks))
    assert compose(other, mixed, params) == compose(position, citizens, params)
    assert rank(other, mixed) == rank(position, citizens)


@QUICK
@given(cases(most_tasks=4, most_people=5), st.sampled_from(["c", "a0", "zz"]))
def test_somebody_ineligible_changes_nothing(case: tuple[Position, tuple[Citizen, ...], Params], name: str) -> None:
    position, citizens, params = case
    stranger = Citizen(id=name, capacity=600, refused_companies=("co",), availability=TIMES[0])
    before, after = compose(position, citizens, params), compose(position, [stranger, *citizens], params)
    assert (after.team, after.alternative, after.partial) == (before.team, before.alternative, before.partial)
    assert rank(position, [stranger, *citizens]).ranked == rank(position, citizens).ranked


@QUICK
@given(cases(most_tasks=3, most_people=5))
def test_a_single_change_that_is_said_to_help_does(case: tuple[Position, tuple[Citizen, ...], Params]) -> None:
    said = found(case)
    solved = [one for one in said.relaxations if one.team]
    assert not (said.team and said.relaxations)
    assert not solved or len(solved) == len(said.relaxations)
    before = said.partial.minutes if said.partial else 0
    for one in said.relaxations:
        assert one.team is None or not one.team.missing
        assert one.team is not None or one.covered > before
