"""What a sync costs on the line, every byte counted both ways, headers included, with the real hub and transport."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.sync.worlds import HttpWorld, Laptop, encrypted, served
from tests.relay import Relay

IDLE, IDLE_LINE, DAY, CHANGES = 1024, 1536, 20 * 1024, 60
"""Bytes of both bodies of a sync with nothing to do, and of its whole exchange with headers and signature; bytes of a
day's work, and how many changes that is."""
WORDS = (
    *("samtale", "aftale", "virksomhed", "lager", "praktik", "timer", "næste", "uge", "ringer", "selv", "kørekort"),
    *("lyst", "rolig", "køkken", "plads", "møde", "formiddag", "opgave", "kollega", "pause", "bus", "mentor", "prøve"),
)


@pytest.fixture
def world(templates: Path, tmp_path: Path) -> Iterator[HttpWorld]:
    with served(HttpWorld, templates, tmp_path) as made:
        yield made


@pytest.fixture
def line(world: HttpWorld) -> Iterator[Relay]:
    """What laptops made from now on reach the hub through."""
    made = Relay(int(world.url.rsplit(":", 1)[1]))
    world.url = made.url
    yield made
    made.close()


@pytest.fixture
def one(world: HttpWorld, line: Relay, templates: Path, tmp_path: Path) -> Iterator[Laptop]:
    """A laptop that has joined and is up to date."""
    laptop = encrypted(world, templates, tmp_path / "laptop").join(world.add_broker("Mette"))
    laptop.run()
    yield laptop
    laptop.close()


def test_a_sync_with_nothing_to_do_is_one_small_request(one: Laptop, line: Relay) -> None:
    one.citizen()
    one.run()
    one.run()
    line.reset()
    one.run()
    print(f"idle: {line.requests} request, {line.sent} B up, {line.received} B down, bodies {line.bodies} B")
    assert line.requests == 1
    assert line.bodies <= IDLE
    assert line.sent + line.received <= IDLE_LINE


def test_a_days_work_is_small_on_the_line(one: Laptop, line: Relay, seed: int) -> None:
    chance = random.Random(seed)
    people = [one.citizen(f"Person {n}") for n in range(20)]
    companies = [one.company(f"Firma {n}") for n in range(10)]
    one.run()
    line.reset()
    for n in range(CHANGES):
        if n % 6 == 5:
            one.write("patch", chance.choice(companies), {"note": " ".join(chance.choices(WORDS, k=15))})
        else:
            one.contact(chance.choice(people), " ".join(chance.choices(WORDS, k=30)))
    assert one.run().acknowledged == CHANGES
    print(f"{CHANGES} changes: {line.requests} requests, {line.sent} B up, {line.received} B down")
    assert line.sent + line.received <= DAY
