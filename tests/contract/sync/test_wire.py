"""What a sync costs on the line, every byte counted both ways, headers included, with the real hub and transport."""

import random
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.contract.sync.worlds import HandClock, HttpWorld, Laptop, sql_store

IDLE, IDLE_LINE, DAY, CHANGES = 1024, 1536, 20 * 1024, 60
"""Bytes of both bodies of a sync with nothing to do, and of its whole exchange with headers and signature; bytes of a
day's work, and how many changes that is."""
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
WORDS = (
    *("samtale", "aftale", "virksomhed", "lager", "praktik", "timer", "næste", "uge", "ringer", "selv", "kørekort"),
    *("lyst", "rolig", "køkken", "plads", "møde", "formiddag", "opgave", "kollega", "pause", "bus", "mentor", "prøve"),
)


class Meter:
    """A relay before a port that counts what passes.

    Attributes:
        sent, received: bytes from and to the laptop.
        requests: request lines seen.
        bodies: bytes of the bodies, both ways.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent = self.received = self.requests = self.bodies = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def reset(self) -> None:
        self.sent = self.received = self.requests = self.bodies = 0

    def close(self) -> None:
        for one in (self._listener, *self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                laptop, _ = self._listener.accept()
            except OSError:
                return
            hub = socket.create_connection(("127.0.0.1", self.port))
            self._sockets += [laptop, hub]
            threading.Thread(target=self._pump, args=(laptop, hub, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(hub, laptop, False), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        try:
            while data := source.recv(65536):
                self.bodies += sum(int(length) for length in _LENGTH.findall(data))
                if up:
                    self.sent += len(data)
                    self.requests += data.count(b"POST /v1/")
                else:
                    self.received += len(data)
                target.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def world(templates: Path, tmp_path: Path) -> Iterator[HttpWorld]:
    made = HttpWorld(Path(shutil.copytree(templates / "hub", tmp_path / "hub")))
    yield made
    made.close()


@contextmanager
def metered(world: HttpWorld, folder: Path, staff: str) -> Iterator[tuple[Laptop, Meter]]:
    """A laptop that reaches the hub through a meter, joined and up to date."""
    meter = Meter(int(world.url.rsplit(":", 1)[1]))
    world.url = meter.url
    clock = HandClock()
    laptop = Laptop(world, sql_store(folder, clock), clock).join(staff)
    laptop.run()
    try:
        yield laptop, meter
    finally:
        laptop.close()
        meter.close()


def test_a_sync_with_nothing_to_do_is_one_small_request(world: HttpWorld, templates: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(templates / "laptop", tmp_path / "laptop"))
    with metered(world, folder, world.add_broker("Mette")) as (laptop, meter):
        laptop.citizen()
        laptop.run()
        laptop.run()
        meter.reset()
        laptop.run()
        print(f"idle: {meter.requests} request, {meter.sent} B up, {meter.received} B down, bodies {meter.bodies} B")
        assert meter.requests == 1
        assert meter.bodies <= IDLE
        assert meter.sent + meter.received <= IDLE_LINE


def test_a_days_work_is_small_on_the_line(world: HttpWorld, templates: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = Path(shutil.copytree(templates / "laptop", tmp_path / "laptop"))
    with metered(world, folder, world.add_broker("Mette")) as (laptop, meter):
        people = [laptop.citizen(f"Person {n}") for n in range(20)]
        companies = [laptop.company(f"Firma {n}") for n in range(10)]
        laptop.run()
        meter.reset()
        for n in range(CHANGES):
            if n % 6 == 5:
                laptop.write("patch", chance.choice(companies), {"note": " ".join(chance.choices(WORDS, k=15))})
            else:
                laptop.contact(chance.choice(people), " ".join(chance.choices(WORDS, k=30)))
        assert laptop.run().acknowledged == CHANGES
        print(f"{CHANGES} changes: {meter.requests} requests, {meter.sent} B up, {meter.received} B down")
        assert meter.sent + meter.received <= DAY
