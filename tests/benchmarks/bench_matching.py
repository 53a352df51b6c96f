"""What it costs to compose a team: eight tasks, forty candidates, teams of three, with and without a solution.

Processor time counts: one thread computes, and other work on the machine must not fail a figure.

Run with `python -m pytest -s -m benchmark tests/benchmarks/bench_matching.py`.
"""

import random
import time

import pytest

from broker_tui.matching.model import Citizen, Company, Need, Position, Slot, Task
from broker_tui.matching.team import compose

LIMIT_S, UNSOLVED_S = 4.0, 8.0
"""Without a team the partial cover, its reasons and every single change are searched as well."""
SKILLS = ("cleaning", "filing", "kitchen", "packing", "service")
WEEK = tuple(Slot(day, 480, 960) for day in range(1, 6))


def position(rng: random.Random, tasks: int = 8) -> Position:
    """Tasks of one to four hours, each asking a competence and some lifting; one at a fixed time."""
    made = [
        Task(
            id=f"t{n}",
            minutes=120 if n == 0 else 30 * rng.randint(2, 8),
            area=rng.choice(SKILLS),
            must={rng.choice(SKILLS): rng.randint(1, 2)},
            demands={"lifting_kg": rng.choice((0, 5, 10))},
            complete=True,
            adds_value=True,
            fixed=(Slot(2, 540, 660),) if n == 0 else (),
        )
        for n in range(tasks)
    ]
    return Position(id="p", company=Company(id="co"), tasks=tuple(made))


def people(rng: random.Random, hours: tuple[int, int], able: float, count: int = 40) -> list[Citizen]:
    """Candidates with so many hours, able to do such a part of what is asked."""
    return [
        Citizen(
            id=f"c{n:02}",
            capacity=30 * rng.randint(2 * hours[0], 2 * hours[1]),
            competences={skill: rng.randint(1, 3) for skill in SKILLS if rng.random() < able},
            needs=(Need("max_lifting", True, 5),) if rng.random() < 0.3 else (),
            wishes=tuple(rng.sample(SKILLS, 2)),
            availability=WEEK,
            travel={"co": rng.choice((10, 15, 20, 30, 45))},
            travel_limit=60,
        )
        for n in range(count)
    ]


@pytest.mark.benchmark
@pytest.mark.parametrize(
    ("name", "hours", "able"),
    [
        ("roomy", (1, 12), 0.5),
        ("everybody can", (4, 9), 1.0),
        ("short of hours", (2, 5), 0.8),
        ("rare skills", (1, 12), 0.25),
    ],
)
def test_a_team_is_found_in_time(name: str, hours: tuple[int, int], able: float, seed: int) -> None:
    times, found = [], []
    for run in range(5):
        rng = random.Random(seed + run)
        asked, crowd = position(rng), people(rng, hours, able)
        started = time.process_time()
        said = compose(asked, crowd)
        times.append(time.process_time() - started)
        assert not said.limited
        found.append(str(len(said.team.members)) if said.team else "none")
    print(f"matching, {name}: worst {max(times):.2f} s, teams of {', '.join(found)}")
    solved = [spent for spent, size in zip(times, found, strict=True) if size != "none"]
    assert max(solved, default=0.0) < LIMIT_S
    assert max(times) < UNSOLVED_S
