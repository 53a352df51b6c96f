"""10,000 contacts from one laptop to the hub and down to another, against the floor of the same run.

Everything real: encrypted stores, signed requests, the hub's own process with WAL and synchronous=FULL. Push ends
when the laptop has stored the acknowledgements, pull when all is committed in an empty store.
"""

import gc
import gzip
import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import URL as Address

from broker_tui.domain.clock import SystemClock
from broker_tui.services.ports import Write
from broker_tui.services.syncing import Syncing
from broker_tui.storage.store import SqlStore
from sync.hub.admin import Administration, opened
from sync.hub.places import Place
from sync.ports import Applied
from sync.records import canonical, case_scope, new_id
from sync.transport import HttpHub
from tests.contract.sync.worlds import Keys, hub_template, sql_store, store_template

RECORDS = 10_000
PUSH_RATIO, PULL_RATIO = 0.35, 0.35
ROUNDS = 3
WORDS = (
    *("samtale", "aftale", "virksomhed", "lager", "praktik", "timer", "næste"),
    *("uge", "ringer", "selv", "kørekort", "lyst", "rolig", "køkken", "plads"),
)


@contextmanager
def process(*command: str, port_file: Path) -> Iterator[str]:
    """A server of its own; its address."""
    running = subprocess.Popen([sys.executable, *command])
    try:
        deadline = time.monotonic() + 30
        while not port_file.exists():
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port_file.read_text(encoding='utf-8').strip()}"
    finally:
        running.terminate()
        running.wait(20)


def contacts(rng: random.Random, count: int) -> list[Write]:
    """40 citizens and contacts of about 600 bytes."""
    citizens = [new_id() for _ in range(40)]
    writes = [Write("create", "citizen", c, case_scope(c), {"name": f"Person {n}"}) for n, c in enumerate(citizens)]
    while len(writes) < count:
        citizen = rng.choice(citizens)
        doc = {
            "citizen_id": citizen,
            "kind": "phone",
            "direction": "in",
            "outcome": "reached",
            "occurred_on": "2026-09-11",
            "occurred_at": "2026-09-11T10:30:00+02:00",
            "two_way": True,
            "note": " ".join(rng.choice(WORDS) for _ in range(62)),
        }
        writes.append(Write("create", "contact", new_id(), case_scope(citizen), doc))
    return writes


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spent(sync: Syncing, store: SqlStore) -> float:
    """Seconds of a sync until the last acknowledgement, or else the last page, is stored."""
    started = done = time.perf_counter()
    record, apply = store.record_answers, store.apply_page

    def recorded(*arguments: Any) -> None:
        nonlocal done
        record(*arguments)
        done = time.perf_counter()

    def applied(*arguments: Any, **named: Any) -> Applied:
        nonlocal done
        result = apply(*arguments, **named)
        if not pushing:
            done = time.perf_counter()
        return result

    pushing = store.unsent_count() > 0
    with patch.object(store, "record_answers", recorded), patch.object(store, "apply_page", applied):
        sync.run()
    return done - started


def floor(folder: Path, writes: list[Write]) -> tuple[float, float]:
    """Seconds to push and to pull the same bytes with nothing around them."""
    folder.mkdir()

    def local(name: str) -> sqlite3.Connection:
        db = sqlite3.connect(folder / name, isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE r(id TEXT PRIMARY KEY, body TEXT NOT NULL, rev INTEGER)")
        return db

    one, two = local("one.db"), local("two.db")
    rows = [(w.id, canonical({"id": w.id, **w.patch}).decode()) for w in writes]
    one.executemany("INSERT INTO r(id, body) VALUES(?,?)", rows)

    def push(http: httpx.Client) -> None:
        found = one.execute("SELECT id, body FROM r WHERE rev IS NULL ORDER BY id").fetchall()
        body = gzip.compress("\n".join(body for _, body in found).encode(), 6)
        assert http.post("/push", content=body).json()["accepted"] == len(writes)
        one.execute("BEGIN")
        one.executemany("UPDATE r SET rev = 1 WHERE id = ?", [(row[0],) for row in found])
        one.execute("COMMIT")

    def pull(http: httpx.Client) -> None:
        lines = [line.split(" ", 1) for line in http.post("/pull").text.splitlines()]
        two.execute("BEGIN")
        two.executemany(
            "INSERT OR REPLACE INTO r VALUES(?,?,?)", [(json.loads(body)["id"], body, seq) for seq, body in lines]
        )
        two.execute("COMMIT")

    port = folder / "port"
    with (
        process("-m", "tests.benchmarks.floor_app", str(folder / "floor.db"), str(port), port_file=port) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=60) as http,
    ):
        return timed(lambda: push(http)), timed(lambda: pull(http))


def product(folder: Path, templates: Path, writes: list[Write], database: Address | None = None) -> tuple[float, float]:
    """Seconds to push from a full laptop and to pull into an empty one; the hub finds its database as `serve` does."""
    shutil.copytree(templates, folder)
    service = opened(folder / "hub", place=Place(folder / "hub", database))
    admin = Administration(service)
    member = admin.add_member("Mette Invented")
    codes = [admin.code(member.staff_id) for _ in range(2)]
    service.store.close()
    one, two = sql_store(folder / "full"), sql_store(folder / "laptop")
    port = folder / "port"
    serve = (
        "-c",
        "from sync.hub.cli import main; main()",
        "serve",
        "--data",
        str(folder / "hub"),
        "--port",
        "0",
        "--port-file",
        str(port),
        "--quiet",
        *("--per-minute", "0"),
    )
    with process(*serve, port_file=port) as url:
        took = []
        for store, code in zip((one, two), codes, strict=True):
            sync = Syncing(store, SystemClock(), lambda url, signer: HttpHub(url, signer, SystemClock()), Keys())
            sync.enrol(url, code)
            took.append(spent(sync, store))
            receipt = sync.receipts()[0]
            assert (receipt.unsent, receipt.outcome, receipt.refused) == (0, "ok", ())
            sync.close()
    assert two.contact_count(str(writes[-1].patch["citizen_id"])) > 0
    one.close()
    two.close()
    return took[0], took[1]


def fill(folder: Path, writes: list[Write]) -> None:
    """Everything saved on a laptop, nothing sent."""
    full = sql_store(folder)
    full._writer.execute("PRAGMA synchronous = OFF")
    for write in writes:
        full.save([write])
    full.close()
    gc.collect()
    gc.freeze()  # as the app and the hub do once they have started; the heap of a test run is not theirs


@pytest.mark.benchmark
def test_push_and_pull_beside_the_floor(tmp_path: Path, seed: int) -> None:
    """The ratios the program promises; absolute figures are printed."""
    templates = tmp_path / "templates"
    hub_template(templates / "hub")
    store_template(templates / "laptop")
    writes = contacts(random.Random(seed), RECORDS)
    size = statistics.mean(len(canonical({"id": write.id, **write.patch})) for write in writes)
    shutil.copytree(templates / "laptop", templates / "full")
    fill(templates / "full", writes)
    floors, products = [], []
    for n in range(ROUNDS):  # in turn, so that other work on the machine meets both
        floors.append(floor(tmp_path / f"floor{n}", writes))
        products.append(product(tmp_path / f"product{n}", templates, writes))
    ratios = []
    for name, column in (("push", 0), ("pull", 1)):
        base, ours = (statistics.median(run[column] for run in runs) for runs in (floors, products))
        ratios.append(base / ours)
        print(
            f"{name}: {RECORDS / ours:,.0f}/s of {size:.0f} B, floor {RECORDS / base:,.0f}/s, ratio {base / ours:.2f}"
        )
    assert ratios[0] >= PUSH_RATIO
    assert ratios[1] >= PULL_RATIO
