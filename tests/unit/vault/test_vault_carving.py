"""Reading pages without SQLite: the same rows, none of them from a page whose seal is broken."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker_tui.vault import opening
from broker_tui.vault.carving import PAGE, Pages, carve, read_pages

KEY = bytes(range(32))
SHAPE = frozenset({(True, 4)})


def _write(path: Path, rows: list[tuple[Any, ...]]) -> None:
    connection = opening.open_writer(path, KEY)
    connection.executemany("INSERT INTO thing VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, tuple[Any, ...]]]:
    """A database with values of every kind, some longer than several pages."""
    path = tmp_path_factory.mktemp("carving") / "vault.db"
    opening.create_database(path, KEY, "0" * 32)
    connection = opening.open_writer(path, KEY)
    connection.execute("CREATE TABLE thing (n INTEGER PRIMARY KEY, text TEXT, number REAL, rest BLOB)")
    connection.commit()
    connection.close()
    dice = random.Random(5)
    rows = [
        (n, "ærlig æble " * dice.choice([0, 1, 30, 400, 2000]), n / 3, dice.randbytes(dice.choice([0, 5, 9000])))
        for n in range(1, 300)
    ]
    _write(path, rows)
    return path, {row[0]: row for row in rows}


def _carved(pages: Pages) -> dict[int, tuple[Any, ...]]:
    return {row.rowid: (row.rowid, *row.values[1:]) for row in carve(pages, SHAPE)}


def test_a_sound_database_gives_every_row_as_sqlite_does(base: tuple[Path, dict[int, tuple[Any, ...]]]) -> None:
    path, rows = base
    pages = read_pages(path, KEY)
    assert _carved(pages) == rows
    assert pages.whole
    assert not pages.bad


def test_the_wrong_key_gives_nothing(base: tuple[Path, dict[int, tuple[Any, ...]]]) -> None:
    pages = read_pages(base[0], bytes(32))
    assert not pages.sound
    assert not pages.whole


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), count=st.integers(1, 40), cut=st.booleans())
def test_t25_damage_costs_the_rows_on_it_and_never_changes_one(
    base: tuple[Path, dict[int, tuple[Any, ...]]], tmp_path: Path, seed: int, count: int, cut: bool
) -> None:
    path, rows = base
    dice = random.Random(seed)
    data = bytearray(path.read_bytes())
    hit = [dice.randrange(16, len(data)) for _ in range(count)]
    for at in hit:
        data[at] ^= 1 << dice.randrange(8)
    if cut:
        del data[dice.randrange(PAGE, len(data)) :]
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(data)
    pages = read_pages(damaged, KEY)
    found = _carved(pages)
    assert found.items() <= rows.items(), "what is read is what was written"
    if pages.whole:
        assert found == rows, "nothing is missing that is not said to be"


def test_two_swapped_pages_are_used_by_neither_number(
    base: tuple[Path, dict[int, tuple[Any, ...]]], tmp_path: Path
) -> None:
    data = base[0].read_bytes()
    one, two = data[5 * PAGE : 6 * PAGE], data[9 * PAGE : 10 * PAGE]
    (tmp_path / "v.db").write_bytes(data[: 5 * PAGE] + two + data[6 * PAGE : 9 * PAGE] + one + data[10 * PAGE :])
    assert {6, 10} <= read_pages(tmp_path / "v.db", KEY).bad


def test_what_lies_only_in_the_log_is_read_also_behind_a_broken_frame(
    base: tuple[Path, dict[int, tuple[Any, ...]]], tmp_path: Path
) -> None:
    path = tmp_path / "vault.db"
    shutil.copy(base[0], path)
    connection = opening.open_writer(path, KEY)
    connection.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
    for n in range(1000, 1040):
        connection.execute("INSERT INTO thing VALUES (?, 'i loggen', 1.5, x'00')", (n,))
        connection.commit()
    left = tmp_path / "killed"
    left.mkdir()
    for name in ("vault.db", "vault.db-wal"):
        shutil.copy(tmp_path / name, left / name)
    connection.close()
    assert set(range(1000, 1040)) <= _carved(read_pages(left / "vault.db", KEY)).keys()
    log = bytearray((left / "vault.db-wal").read_bytes())
    log[32 + 24 + 500] ^= 1  # in the first frame: SQLite reads nothing of the log from there on
    (left / "vault.db-wal").write_bytes(log)
    assert set(range(1000, 1040)) <= _carved(read_pages(left / "vault.db", KEY)).keys()
    assert read_pages(left / "vault.db", KEY).whole, "later frames hold the page again"
    behind = bytearray(log)
    behind[-500] ^= 1
    (left / "vault.db-wal").write_bytes(behind)
    assert not read_pages(left / "vault.db", KEY).whole, "an older page stands for the newest one"
    log[:32] = bytes(32)
    (left / "vault.db-wal").write_bytes(log)
    assert set(range(1000, 1040)) <= _carved(read_pages(left / "vault.db", KEY)).keys()


def test_a_save_that_was_not_finished_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    opening.create_database(path, KEY, "0" * 32)
    connection = opening.open_writer(path, KEY)
    connection.execute("CREATE TABLE thing (n INTEGER PRIMARY KEY, text TEXT, number REAL, rest BLOB)")
    connection.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
    connection.execute("INSERT INTO thing VALUES (1, 'fast', 0, x'')")
    connection.commit()
    connection.execute("INSERT INTO thing VALUES (2, 'halv', 0, x'')")
    connection.commit()
    log = (tmp_path / "vault.db-wal").read_bytes()
    left = tmp_path / "killed"
    left.mkdir()
    shutil.copy(path, left / "vault.db")
    connection.close()
    at = len(log) - (24 + PAGE)
    (left / "vault.db-wal").write_bytes(log[: at + 4] + bytes(4) + log[at + 8 :])  # without its mark of the end
    assert _carved(read_pages(left / "vault.db", KEY)).keys() == {1}
