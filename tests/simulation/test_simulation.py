"""300 worlds in every run; every planted bug must be found."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres_lab import Postgres
from tests.simulation.planted import BUGS
from tests.simulation.running import Total, many, one, templates
from tests.simulation.world import CARED_FOR

WORLDS, PARTS = 300, 10
SEEDS = tomllib.loads((Path(__file__).parent / "seeds.toml").read_text(encoding="utf-8"))
INVARIANTS = {f"I{n}" for n in range(1, 12)}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with templates() as place:
        yield place


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_in_any_world(folder: Path, part: int) -> None:
    share = WORLDS // PARTS
    first = (1, 926_720, CARED_FOR)[part % 3] + part // 3 * share
    total = Total()
    for result in many(range(first, first + share), folder, 1):
        total.add(result)
    assert not total.broken, [(result.seed, result.broken) for result in total.broken]
    assert total.looked.keys() == INVARIANTS
    assert len(total.faults) > 20
    assert total.faults["hub gone"] > 0


@pytest.mark.parametrize("seed", SEEDS["mended"])
def test_what_was_mended_stays_mended(folder: Path, seed: int) -> None:
    assert one(seed, folder).broken == ""


def test_every_planted_bug_has_a_seed() -> None:
    assert SEEDS["planted"].keys() == BUGS.keys()
    assert len(SEEDS["planted"]) >= 12


@pytest.mark.parametrize("bug", SEEDS["planted"])
def test_a_planted_bug_is_found(folder: Path, bug: str) -> None:
    seed = SEEDS["planted"][bug]
    assert one(seed, folder).broken == "", "this seed is broken without the bug"
    assert one(seed, folder, bug).broken != ""


def test_a_seed_is_the_same_world_on_postgresql(folder: Path, postgres: Postgres) -> None:
    seeds = (1, 2, 3)
    embedded = [one(seed, folder) for seed in seeds]
    with templates(postgres) as place:
        served = [one(seed, place, address=postgres.address) for seed in seeds]
    assert [result.broken for result in served] == [""] * len(seeds)
    assert [result.digest for result in served] == [result.digest for result in embedded]


def test_a_seed_is_one_world_whatever_the_order_of_sets() -> None:
    script = (
        "from tests.simulation.running import one, templates\n"
        "with templates() as folder: print([one(seed, folder).digest for seed in (3, 4)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for number in ("1", "2")
    }
    assert len(said) == 1
    assert said != {"[]\n"}
