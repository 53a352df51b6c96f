"""A new laptop's first sync over loopback, and what a broker who saves meanwhile waits for it."""

import random
import shutil
import statistics
import threading
import time
from pathlib import Path

import pytest

from broker_tui.domain.clock import SystemClock
from broker_tui.services.ports import Write
from broker_tui.services.syncing import Syncing
from broker_tui.storage.store import SqlStore
from sync.hub.admin import Administration, opened
from sync.records import SHARED, new_id
from sync.transport import HttpHub
from tests.benchmarks.bench_sync import contacts, process
from tests.contract.sync.worlds import Keys, hub_template, sql_store, store_template

RECORDS = 5_000
SECONDS, WAIT = 4.0, 0.050
"""Asked of a first sync, and of one save beside it; what fails is twice that."""


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
