"""The combinations of laptop and hub every promise is tested on."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from broker_tui.services.ports import Store
from tests.contract.sync.worlds import (
    FakeWorld,
    HandClock,
    HubWorld,
    Laptop,
    ServiceWorld,
    hub_template,
    memory_store,
    sql_store,
    store_template,
)

MakeLaptop = Callable[[str], Laptop]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty hub and an empty caseload."""
    folder = tmp_path_factory.mktemp("templates")
    hub_template(folder / "hub")
    store_template(folder / "laptop")
    return folder


@pytest.fixture(params=["fake hub", "hub"])
def world(request: pytest.FixtureRequest, templates: Path, tmp_path: Path) -> Iterator[HubWorld]:
    """A hub."""
    if request.param == "fake hub":
        yield FakeWorld()
        return
    real = ServiceWorld(Path(shutil.copytree(templates / "hub", tmp_path / "hub")))
    yield real
    real.close()


@pytest.fixture(params=["memory", "encrypted"])
def laptop(request: pytest.FixtureRequest, world: HubWorld, templates: Path, tmp_path: Path) -> Iterator[MakeLaptop]:
    """Makes enrolled laptops for a person."""
    made: list[Laptop] = []
    numbers = count()

    def make(staff_id: str) -> Laptop:
        clock = HandClock()
        if request.param == "memory":
            store: Store = memory_store()
        else:
            folder = Path(shutil.copytree(templates / "laptop", tmp_path / f"laptop{next(numbers)}"))
            store = sql_store(folder, clock)
        made.append(Laptop(world, store, clock))
        return made[-1].join(staff_id)

    yield make
    for machine in made:
        machine.close()


@pytest.fixture
def mette(world: HubWorld) -> str:
    """A broker."""
    return world.add_broker("Mette Invented")
