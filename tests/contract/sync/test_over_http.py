"""The heart of the promises once more, with nothing faked: encrypted store, signed requests, a real port, the hub."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL as Address

from broker_tui.domain.clock import SystemClock
from sync.errors import Cause, SyncError
from sync.ports import Signer
from sync.protocol import StatusRequest
from sync.transport import HttpHub, network_seems_up
from tests.contract.sync.conftest import MakeLaptop
from tests.contract.sync.test_bad_days import (
    test_a_code_works_once,
    test_every_request_arriving_twice_changes_nothing,
    test_the_line_breaks_after_each_request_in_turn,
)
from tests.contract.sync.test_two_laptops import (
    test_a_moved_contact_leaves_the_wrong_person,
    test_what_one_laptop_saves_stands_on_the_other,
)
from tests.contract.sync.worlds import HandClock, HttpWorld, Keys, Laptop, encrypted, served

__all__ = [
    "test_a_code_works_once",
    "test_a_moved_contact_leaves_the_wrong_person",
    "test_every_request_arriving_twice_changes_nothing",
    "test_the_line_breaks_after_each_request_in_turn",
    "test_what_one_laptop_saves_stands_on_the_other",
]


@pytest.fixture
def world(templates: Path, tmp_path: Path, database: Address | None) -> Iterator[HttpWorld]:
    """A hub on loopback."""
    with served(HttpWorld, templates, tmp_path, database) as real:
        yield real


@pytest.fixture
def laptop(world: HttpWorld, templates: Path, tmp_path: Path) -> Iterator[MakeLaptop]:
    """Makes enrolled laptops for a person."""
    made: list[Laptop] = []

    def make(staff_id: str) -> Laptop:
        made.append(encrypted(world, templates, tmp_path / f"laptop{len(made)}"))
        return made[-1].join(staff_id)

    yield make
    for machine in made:
        machine.close()


@pytest.fixture
def pair(laptop: MakeLaptop, mette: str) -> tuple[Laptop, Laptop]:
    """Two laptops of one broker that have synced once."""
    one, two = laptop(mette), laptop(mette)
    one.run()
    two.run()
    return one, two


class OffClock(SystemClock):
    """A machine whose clock was set back a day."""

    def now(self):  # type: ignore[no-untyped-def]  # the same as its parent's
        return super().now() - timedelta(days=1)


def test_a_clock_set_back_a_day_is_corrected_by_the_hub(world: HttpWorld, mette: str) -> None:
    enrolled: list[Signer] = []
    original = world.line

    def line(signer: Signer | None) -> HttpHub:
        if signer is not None:
            enrolled.append(signer)
        return HttpHub(world.url, signer, OffClock())

    world.line = line  # type: ignore[method-assign]  # the machine with the wrong clock
    from tests.contract.sync.worlds import memory_store

    machine = Laptop(world, memory_store(), HandClock()).join(mette)
    machine.company("Company")
    assert machine.run().unsent == 0
    world.line = original  # type: ignore[method-assign]  # put back
    machine.close()
    hub = HttpHub(world.url, enrolled[0], OffClock())
    hub.status(StatusRequest())
    assert abs(hub.clock_offset - timedelta(days=1)) < timedelta(seconds=5)
    hub.close()


def test_a_stranger_is_refused(world: HttpWorld) -> None:
    keys = Keys()
    hub = world.line(keys.signer(keys.new(), "019a0000-0000-7000-8000-000000000001"))
    with pytest.raises(SyncError) as caught:
        hub.status(StatusRequest())
    assert caught.value.cause is Cause.DEVICE_UNKNOWN
    hub.close()


def test_somebody_listens_or_not(world: HttpWorld) -> None:
    assert network_seems_up(world.url)
    assert not network_seems_up("http://127.0.0.1:1")
    assert not network_seems_up("https://nowhere.invalid")
