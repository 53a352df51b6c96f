"""Find over 50,000 notes, newest first: 200 seeded queries of two letters or more.

Run with `python -m pytest -s -m benchmark tests/benchmarks/bench_find.py`.
"""

import functools
import random
import statistics
from pathlib import Path

import pytest

from broker_tui.services.ports import Page
from tests.benchmarks.storage_figures import caseload, milliseconds, pages, vocabulary
from tests.fakes.keys import open_store

NOTES = 50_000
QUERIES = 200
P95_MS = 50.0


@pytest.mark.benchmark
def test_find(tmp_path: Path, seed: int) -> None:
    """The 95th percentile of a query's time stays under the limit."""
    rng = random.Random(seed)
    store = open_store(tmp_path)
    for page, cursors in pages(caseload(rng, 300, NOTES, 30)):
        store.apply_page(page, cursors, {})
    words = vocabulary(rng)
    times = []
    for _ in range(QUERIES):
        typed = [rng.choice(words)[: rng.choice((2, 2, 3, 4, 6))] for _ in range(rng.choice((1, 1, 2, 3)))]
        text = " ".join(word if len(word) > 1 else f"{word}a" for word in typed)
        times.append(milliseconds(functools.partial(store.find, text, types=None, page=Page(limit=50))))
    store.close()
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"find: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, worst {max(times):.1f} ms")
    assert p95 <= P95_MS
