"""What only a database with several writers can get wrong: every test here has a database of its own on the server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL

from tests.hub_lab import Lab

if TYPE_CHECKING:
    from tests.postgres_lab import Postgres


@pytest.fixture
def address(postgres: "Postgres") -> Iterator[URL]:
    """A database with an empty hub."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def lab(tmp_path: Path, address: URL) -> Iterator[Lab]:
    """A hub on it."""
    lab = Lab.at(tmp_path / "hub", address)
    yield lab
    lab.service.store.close()


@pytest.fixture
def beside(lab: Lab, address: URL) -> Iterator[Callable[[], Lab]]:
    """The same hub in what might be another process: a store, a pool and caches of its own."""
    made: list[Lab] = []

    def another() -> Lab:
        assert lab.service.store.folder is not None
        made.append(Lab.of(lab.service.store.folder, address))
        return made[-1]

    yield another
    for one in made:
        one.service.store.close()
