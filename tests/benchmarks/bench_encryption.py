"""T43: what encryption costs, against the same driver without a key in the same run; and how long unlocking takes."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from broker_tui.storage import search_index
from broker_tui.vault import Argon2idDerivation, Vault, opening
from tests.benchmarks.storage_figures import note, vocabulary
from tests.fakes.keys import KEY, database

ROWS = 20_000
ROUNDS = 5
MOST = {"insert": 1.6, "point read": 1.3, "scan": 1.3, "search": 1.3}
OWN_PART = 0.4
"""Seconds of unlocking that are not the derivation."""


def plain(path: Path) -> Any:
    """The same driver and settings, no key."""
    connection = dbapi2.connect(str(path))
    for setting in opening.SETTINGS:
        connection.execute(setting).fetchall()
    return connection


def spent(work: Callable[[], object]) -> float:
    """Seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.benchmark
def test_t43_the_encrypted_profile_against_a_plain_one(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    words = vocabulary(rng)
    rows = [(f"{number:032x}", note(rng, words, 60)) for number in range(ROWS)]
    points = [rng.choice(rows)[0] for _ in range(5_000)]
    asked = [rng.choice(words)[:5] for _ in range(60)]
    took: dict[str, dict[str, float]] = {name: {"keyed": 1e9, "plain": 1e9} for name in MOST}
    for number in range(ROUNDS):
        for kind in ("keyed", "plain") if number % 2 else ("plain", "keyed"):
            folder = tmp_path / f"{kind}{number}"
            folder.mkdir()
            connection = opening.open_writer(database(folder), KEY) if kind == "keyed" else plain(folder / "plain.db")
            figures = _figures(connection, rows, points, asked)
            connection.close()
            for name, seconds in figures.items():
                took[name][kind] = min(took[name][kind], seconds)
    for name, most in MOST.items():
        ratio = took[name]["keyed"] / took[name]["plain"]
        print(f"{name}: {took[name]['keyed'] * 1000:.0f} ms keyed, {ratio:.2f} of plain (asked {most})")
    for name, most in MOST.items():
        assert took[name]["keyed"] / took[name]["plain"] <= most, name


def _figures(connection: Any, rows: list[tuple[str, str]], points: list[str], asked: list[str]) -> dict[str, float]:
    connection.execute("CREATE TABLE entry (id TEXT PRIMARY KEY, text TEXT)")
    connection.execute(search_index.TABLES[1])

    def insert() -> None:
        with connection:
            connection.executemany("INSERT INTO entry VALUES (?, ?)", rows)

    def scan() -> None:
        connection.execute("SELECT count(*), sum(length(text)) FROM entry WHERE text NOT LIKE '%@@%'").fetchone()

    def read() -> None:
        for point in points:
            connection.execute("SELECT text FROM entry WHERE id = ?", (point,)).fetchone()

    def search() -> None:
        for word in asked:
            connection.execute(
                "SELECT rowid FROM note_text WHERE note_text MATCH ? LIMIT 50", (f'"{word}"*',)
            ).fetchall()

    figures = {"insert": spent(insert)}
    with connection:
        texts = [(number, text) for number, (_id, text) in enumerate(rows, 1)]
        connection.executemany("INSERT INTO note_text (rowid, folded) VALUES (?, ?)", texts)
    scan()
    figures["scan"] = min(spent(scan) for _ in range(3))
    read()
    figures["point read"] = min(spent(read) for _ in range(3))
    search()
    figures["search"] = min(spent(search) for _ in range(3))
    return figures


@pytest.mark.benchmark
def test_t43_unlocking_takes_about_half_a_second(tmp_path: Path) -> None:
    home = tmp_path / "home"
    passphrase = "gråspurv under tagskægget"
    Vault.create(home, passphrase)[0].close()
    derivation = Argon2idDerivation()
    alone = min(spent(lambda: derivation.derive(b"x" * 20, b"y" * 16, derivation.params)) for _ in range(3))

    def unlock() -> None:
        from broker_tui.bootstrap import services_over

        services_over(Vault.unlock(home, passphrase)).close()

    whole = min(spent(unlock) for _ in range(3))
    print(f"unlock: {whole:.2f} s, derivation alone {alone:.2f} s, own part {whole - alone:.2f} s (asked {OWN_PART})")
    assert 0.1 <= whole <= 3.0
    assert whole - alone <= 2 * OWN_PART
