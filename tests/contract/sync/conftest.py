"""The combinations of laptop and hub every promise is tested on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL

from tests.contract.sync.worlds import (
    FakeWorld,
    HandClock,
    HubWorld,
    Laptop,
    ServiceWorld,
    encrypted,
    hub_template,
    memory_store,
    served,
    store_template,
)

if TYPE_CHECKING:
    from tests.postgres_lab import Postgres

MakeLaptop = Callable[[str], Laptop]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty hub and an empty caseload."""
    folder = tmp_path_factory.mktemp("templates")
    hub_template(folder / "hub")
    store_template(folder / "laptop")
    return folder


@pytest.fixture(params=["fake hub", "hub", "hub on postgresql"])
def world(request: pytest.FixtureRequest, templates: Path, tmp_path: Path) -> Iterator[HubWorld]:
    """A hub."""
    if request.param == "fake hub":
        yield FakeWorld()
        return
    if request.param == "hub":
        with served(ServiceWorld, templates, tmp_path) as real:
            yield real
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database() as url, served(ServiceWorld, templates, tmp_path, url) as real:
        yield real


@pytest.fixture
def real_hub(templates: Path, tmp_path: Path, database: URL | None) -> Iterator[ServiceWorld]:
    """The hub itself, for what no fake knows."""
    with served(ServiceWorld, templates, tmp_path, database) as real:
        yield real


@pytest.fixture
def real_laptop(real_hub: ServiceWorld, templates: Path, tmp_path: Path) -> Iterator[Laptop]:
    """A broker's encrypted laptop in the folder `laptop`, joined with that hub."""
    made = encrypted(real_hub, templates, tmp_path / "laptop").join(real_hub.add_broker("Mette"))
    yield made
    made.close()


@pytest.fixture(params=["memory", "encrypted"])
def laptop(request: pytest.FixtureRequest, world: HubWorld, templates: Path, tmp_path: Path) -> Iterator[MakeLaptop]:
    """Makes enrolled laptops for a person."""
    made: list[Laptop] = []

    def make(staff_id: str) -> Laptop:
        if request.param == "memory":
            made.append(Laptop(world, memory_store(), HandClock()))
        else:
            made.append(encrypted(world, templates, tmp_path / f"laptop{len(made)}"))
        return made[-1].join(staff_id)

    yield make
    for machine in made:
        machine.close()


@pytest.fixture
def mette(world: HubWorld) -> str:
    """A broker."""
    return world.add_broker("Mette Invented")
