"""The line breaks after each single byte of a conversation, in both directions: nothing is lost, nothing doubled.

The real transport and the real hub over loopback, real encrypted caseloads. CI takes every so many bytes from a seeded
start; all of them: `pytest -m slow tests/contract/sync/test_every_byte.py`.
"""

import random
import shutil
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import func, select

from sync.errors import SyncError
from sync.hub import tables as t
from sync.records.types import Contact
from tests.contract.sync.worlds import HandClock, HttpWorld, Laptop, sql_store

STEP = 211
"""Bytes between two cuts in CI."""
Way = Literal["up", "down"]
Pair = tuple[socket.socket, socket.socket]


class Cutter:
    """A relay before a port that breaks everything after so many bytes of one direction, until it is healed.

    Attributes:
        struck: it broke since it was armed.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = threading.Lock()
        self._way: Way | None = None
        self._left = 0
        self.struck = False
        self._open: list[Pair] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def arm(self, way: Way, after: int) -> None:
        """Let `after` more bytes of a direction through."""
        with self._lock:
            self._way, self._left, self.struck = way, after, False

    def heal(self) -> None:
        """A line that works."""
        with self._lock:
            self._way = None

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for pair in list(self._open):
            self._hang_up(pair)

    def _serve(self) -> None:
        while True:
            try:
                laptop, _ = self._listener.accept()
            except OSError:
                return
            if self.struck and self._way is not None:
                laptop.close()
                continue
            hub = socket.create_connection(("127.0.0.1", self._port))
            with self._lock:
                self._open.append((laptop, hub))
            for way in ("up", "down"):
                threading.Thread(target=self._pump, args=((laptop, hub), way), daemon=True).start()

    def _pump(self, pair: Pair, way: Way) -> None:
        source, target = pair if way == "up" else pair[::-1]
        try:
            while data := source.recv(65536):
                with self._lock:
                    cut = self._way == way and len(data) > self._left
                    piece = data[: self._left] if cut else data
                    if self._way == way:
                        self._left -= len(piece)
                    self.struck = self.struck or cut
                target.sendall(piece)
                if cut:
                    break
        except OSError:
            pass
        finally:
            self._hang_up(pair)

    def _hang_up(self, pair: Pair) -> None:
        """Reset, so that nobody waits for a goodbye; once for each pair, and never another one than its own."""
        with self._lock:
            if pair not in self._open:
                return
            self._open.remove(pair)
        for one in pair:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Talk:
    """Two laptops of one broker, one of them behind a line that is cut; what was saved, for the account at the end."""

    def __init__(self, folder: Path, templates: Path) -> None:
        self.world = HttpWorld(Path(shutil.copytree(templates / "hub", folder / "hub")))
        staff = self.world.add_broker("Mette")
        direct = self.world.url
        self.cutter = Cutter(int(direct.rsplit(":", 1)[1]))
        self.world.url = self.cutter.url
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
        clock = HandClock()
        shutil.copytree(templates / "laptop", folder)
        laptop = Laptop(self.world, sql_store(folder, clock), clock).join(staff)
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
        self.cutter.arm(way, after)
        with suppress(SyncError):
            self.near.run()
        struck = self.cutter.struck
        self.cutter.heal()
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
        self.cutter.close()
        self.world.close()


@pytest.fixture
def talk(templates: Path, tmp_path: Path) -> Iterator[Talk]:
    made = Talk(tmp_path, templates)
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
