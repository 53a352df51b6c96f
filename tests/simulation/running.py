"""Many worlds side by side, and what they come to together."""

import multiprocessing
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from tests.memory_disk import memory_disk
from tests.postgres_lab import Postgres
from tests.simulation.planted import BUGS
from tests.simulation.world import Result, World, prepare


@dataclass
class Total:
    """What many seeds came to."""

    seeds: int = 0
    steps: int = 0
    saves: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    broken: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Take one seed in."""
        self.seeds, self.steps, self.saves = self.seeds + 1, self.steps + result.steps, self.saves + result.saves
        self.faults.update(result.faults)
        self.looked.update(result.looked)
        if result.broken:
            self.broken.append(result)


@contextmanager
def templates(server: Postgres | None = None) -> Iterator[Path]:
    """The folder every world starts from and lives under; with a server the hubs live there."""
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=memory_disk(), ignore_cleanup_errors=True) as place:
        prepare(Path(place), server)
        yield Path(place)


@cache
def _connected(address: tuple[str, Path] | None) -> Postgres | None:
    return None if address is None else Postgres(*address)


def one(seed: int, folder: Path, planted: str = "", address: tuple[str, Path] | None = None) -> Result:
    """One world, in a folder of its own that is gone afterwards; with a planted bug, if one is named."""
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
        world = World(seed, folder, Path(place), _connected(address))
        with BUGS[planted]() if planted else _nothing():
            return world.run()


def many(
    seeds: Iterable[int], folder: Path, jobs: int, planted: str = "", address: tuple[str, Path] | None = None
) -> Iterator[Result]:
    """Worlds side by side, in the order of their seeds; `address` of a server for their hubs."""
    work = partial(one, folder=folder, planted=planted, address=address)
    if jobs == 1:
        yield from map(work, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(work, seeds, chunksize=2)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
