"""The line breaks after each single byte of a conversation, in both directions: nothing is lost, nothing doubled.

The real transport and the real hub over loopback, real encrypted caseloads. CI takes every so many bytes from a seeded
start; all of them: `pytest -m slow tests/contract/sync/test_every_byte.py`.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sync.errors import SyncError
from sync.hub import tables as t
from sync.records.types import Contact
from tests.contract.sync.worlds import HttpWorld, Laptop, encrypted, served
from tests.relay import Relay, Way

STEP = 211
"""Bytes between two cuts in CI."""


class Talk:
    """Two laptops of one broker, one of them behind a line that is cut; what was saved, for the account at the end."""

    def __init__(self, world: HttpWorld, folder: Path, templates: Path) -> None:
        self.world = world
        staff = self.world.add_broker("Mette")
        direct = self.world.url
        self.line = Relay(int(direct.rsplit(":", 1)[1]))
        self.world.url = self.line.url
        self.near = self._laptop(folder / "near", templates, staff)
        self.world.url = direct
        self.far = self._laptop(folder / "far", templates, staff)
        self.citizen = self.near.citizen()
        self.company = self.near.company()
        self.near.run()
        self.far.run()
        self.saved: set[str] = set()
        self.changes = self.ops()

    def _laptop(self, folder: Path, templates: Path, staff: str) -> Laptop:
        laptop = encrypted(self.world, templates, folder).join(staff)
        laptop.run()
        return laptop

    def ops(self) -> int:
        """Operations the hub ever accepted."""
        with self.world.service.store.read() as conn:
            return int(conn.execute(select(func.count()).select_from(t.op)).scalar_one())

    def cut(self, way: Way, after: int) -> bool:
        """Work on both sides, a sync cut there, and one that is not; whether the line broke at all."""
        far = self.far.contact(self.citizen, f"far {way} {after}")
        self.far.run()
        mine = [self.near.contact(self.citizen, f"near {n} {way} {after}") for n in range(2)]
        self.near.write("patch", self.company, {"note": f"{way} {after}"})
        self.line.arm(way, after)
        with suppress(SyncError):
            self.near.run()
        struck = self.line.struck
        self.line.heal()
        receipt = self.near.run()
        assert (receipt.unsent, receipt.refused, receipt.outcome) == (0, (), "ok"), f"{way} {after}"
        assert self.near.doc(far, "contact"), f"what the other laptop wrote did not come, {way} {after}"
        self.saved |= {far, *mine}
        self.changes += 4
        assert self.ops() == self.changes, f"the hub took a change twice or not at all, {way} {after}"
        return struck

    def account(self) -> None:
        """Both laptops hold exactly what was saved."""
        self.far.run()
        for laptop in (self.near, self.far):
            found = [entry.id for entry in laptop.store.entries(Contact, where={"citizen_id": self.citizen})]
            assert sorted(found) == sorted(self.saved)
        assert self.near.doc(self.company) == self.far.doc(self.company)

    def close(self) -> None:
        self.near.close()
        self.far.close()
        self.line.close()


@pytest.fixture
def talk(templates: Path, tmp_path: Path) -> Iterator[Talk]:
    with served(HttpWorld, templates, tmp_path) as world:
        made = Talk(world, tmp_path, templates)
        yield made
        made.close()


def cut_all(talk: Talk, start: int, step: int) -> int:
    """Cut both directions from `start` on until the conversation is shorter; how often the line broke."""
    times = 0
    for way in ("up", "down"):
        after = start
        while talk.cut(way, after):
            times += 1
            after += step
    talk.account()
    print(f"cut {times} times, {talk.changes} changes at the hub, {len(talk.saved)} contacts on both laptops")
    return times


def test_i1_a_line_cut_anywhere_loses_and_doubles_nothing(talk: Talk, seed: int) -> None:
    start = random.Random(seed).randrange(STEP)
    assert cut_all(talk, start, STEP) > 20


@pytest.mark.slow
def test_i1_a_line_cut_at_every_byte_loses_and_doubles_nothing(talk: Talk) -> None:
    assert cut_all(talk, 0, 1) > 4_000
