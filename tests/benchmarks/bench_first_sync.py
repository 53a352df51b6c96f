"""A new laptop's first sync over loopback: its time, what a broker who saves meanwhile waits, and the app's memory."""

import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from broker_tui.domain.clock import SystemClock
from broker_tui.services.ports import Write
from broker_tui.services.syncing import Syncing
from broker_tui.storage.store import SqlStore
from sync.hub.admin import Administration, opened
from sync.hub.state import Actor
from sync.protocol import Op, PushRequest
from sync.records import SHARED, new_id
from sync.transport import HttpHub
from tests.benchmarks.bench_sync import contacts, process
from tests.contract.sync.worlds import Keys, hub_template, sql_store, store_template
from tests.e2e.laptop import Hub, Laptop
from tests.e2e.terminal import broker

RECORDS = 5_000
SECONDS, WAIT = 4.0, 0.050
"""Asked of a first sync, and of one save beside it; what fails is twice that."""
MANY, MEMORY = 50_000, 250
"""Records of a very large caseload, and the most MB the app may ever hold while it takes them in."""


@pytest.mark.benchmark
def test_first_sync_and_a_save_beside_it(tmp_path: Path, seed: int) -> None:
    """5,000 records into an empty encrypted caseload, with a save every tenth of a second."""
    hub_template(tmp_path / "hub")
    store_template(tmp_path / "full")
    shutil.copytree(tmp_path / "full", tmp_path / "empty")
    service = opened(tmp_path / "hub")
    admin = Administration(service)
    member = admin.add_member("Mette Invented")
    codes = [admin.code(member.staff_id) for _ in range(2)]
    service.store.close()
    full, empty = sql_store(tmp_path / "full"), sql_store(tmp_path / "empty")
    for write in contacts(random.Random(seed), RECORDS):
        full.save([write])
    port = tmp_path / "port"
    command = ("-c", "from sync.hub.cli import main; main()", "serve", "--data", str(tmp_path / "hub"), "--quiet")
    with process(*command, "--port", "0", "--port-file", str(port), port_file=port) as url:

        def laptop(store: SqlStore, code: str) -> Syncing:
            made = Syncing(store, SystemClock(), lambda url, signer: HttpHub(url, signer, SystemClock()), Keys())
            made.enrol(url, code)
            return made

        one = laptop(full, codes[0])
        one.run()
        two = laptop(empty, codes[1])
        waits: list[float] = []
        over = threading.Event()

        def save() -> None:
            while not over.wait(0.1):
                started = time.perf_counter()
                empty.save([Write("create", "company", new_id(), SHARED, {"name": "Firma"})])
                waits.append(time.perf_counter() - started)

        saver = threading.Thread(target=save)
        saver.start()
        started = time.perf_counter()
        received = two.run().received
        took = time.perf_counter() - started
        over.set()
        saver.join()
        one.close()
        two.close()
    full.close()
    empty.close()
    assert received >= RECORDS
    assert waits
    print(
        f"first sync of {received:,} records: {took:.2f} s (asked {SECONDS}); {len(waits)} saves beside it: "
        f"median {statistics.median(waits) * 1000:.0f} ms, worst {max(waits) * 1000:.0f} ms (asked {WAIT * 1000:.0f})"
    )
    assert took <= 2 * SECONDS
    assert max(waits) <= 2 * WAIT


def filled(folder: Path, staff: str, count: int, seed: int) -> None:
    """So many records of one person at a hub, without a laptop."""
    service = opened(folder)
    actor = Actor(staff, new_id())
    writes = contacts(random.Random(seed), count)
    for start in range(0, count, 500):
        items = []
        for write in writes[start : start + 500]:
            op = new_id()
            made = Op(
                op=op, chain=op, id=write.id, type=write.type, scope=write.scope, kind="create", patch=dict(write.patch)
            )
            items.append(msgspec.Raw(msgspec.json.encode(made)))
        answers = service.push(actor, PushRequest(batch=new_id(), items=items)).items
        assert all(b'"applied"' in bytes(answer) for answer in answers)
    service.store.close()


def peak(pid: int) -> float:
    """The most memory a process ever held, in MB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1000


@pytest.mark.benchmark
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_during_a_first_sync_of_50_000_records(tmp_path: Path, seed: int) -> None:
    """The program in a terminal takes a caseload of 50,000 in, and so does the command; neither ever holds 250 MB."""
    with Hub(tmp_path / "hub") as hub:
        hub.run("broker", "add", "Ane Bro")
        staff = next(m.staff_id for m in _members(hub.folder) if m.name == "Ane Bro")
        filled(hub.folder, staff, MANY, seed)
        screen, command = Laptop(tmp_path / "screen"), Laptop(tmp_path / "command")
        for laptop in (screen, command):
            laptop.run("init", "--name", "Ane Bro")
            laptop.run("enrol", hub.url, "-", stdin=hub.code("Ane Bro"))
        with screen.unlocked() as terminal:
            app = terminal.children()[0]
            before = peak(app)
            started = time.perf_counter()
            terminal.press("f7", "f7")
            terminal.wait_for(lambda shown: re.search(r"↓ 5\d[.,]?\d{3}", shown) is not None, patience=900)
            took = time.perf_counter() - started
            most = peak(app)
            terminal.press("/")
            terminal.wait_for("Skriv to bogstaver")
            terminal.write("person")
            terminal.wait_for("Person 1")
            after = peak(app)
            terminal.kill_app()
        secret = tmp_path / "command.passphrase"
        running = subprocess.Popen(
            broker("sync", "--json", "--home", str(command.home), "--passphrase-file", str(secret)),
            stdout=subprocess.DEVNULL,
        )
        _, code, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(code)
        assert running.returncode == 0
        assert len(command.json("list", "contacts", "--limit", "100000")) >= MANY - 40
    ordered = used.ru_maxrss / 1000
    print(
        f"first sync of {MANY:,} records: {took:.0f} s; the app held {before:.0f} MB before, at most {most:.0f}, "
        f"{after:.0f} after a search; the command at most {ordered:.0f} MB (asked {MEMORY})"
    )
    assert max(most, after, ordered) <= MEMORY


def _members(folder: Path) -> list[Any]:
    service = opened(folder)
    try:
        return list(Administration(service).members())
    finally:
        service.store.close()
