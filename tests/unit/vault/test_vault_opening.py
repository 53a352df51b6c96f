"""How a database is opened: T2, T3, T4, T44."""

import math
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from broker_tui.vault import VaultError, opening
from tests.fakes.keys import KEY, open_store
from tests.unit.storage.conftest import Office

PAGE = 4096


@pytest.fixture
def full(tmp_path: Path) -> Path:
    store = open_store(tmp_path)
    office = Office(store)
    for number in range(10):
        who = office.person(f"Person {number}")
        for _ in range(20):
            office.contact(who, note="kvaksalverknoglen " * 20)
    store.close()
    return tmp_path / opening.NAME


def test_t2_every_connection_keeps_its_scratch_in_memory_and_spills_nothing(full: Path) -> None:
    connection = opening.open_writer(full, KEY)
    assert connection.execute("PRAGMA temp_store").fetchone()[0] == 2
    connection.execute("PRAGMA cache_size = 20").fetchall()
    connection.execute("CREATE TEMP TABLE big (text)")
    connection.executemany(
        "INSERT INTO big VALUES (?)", [(f"kvaksalver {number % 997} " * 8,) for number in range(60_000)]
    )
    cursor = connection.execute("SELECT text FROM big ORDER BY text DESC")
    cursor.fetchone()
    folder = Path("/proc/self/fd")
    if folder.exists():
        links = [os.readlink(link) for link in folder.iterdir() if link.is_symlink()]
        assert [link for link in links if "etilqs" in link] == []
    connection.close()


def test_t2_a_connection_that_would_spill_is_refused(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tuple("PRAGMA temp_store = 1" if "temp_store" in line else line for line in opening.SETTINGS)
    assert settings != opening.SETTINGS
    monkeypatch.setattr(opening, "SETTINGS", settings)
    with pytest.raises(VaultError):
        opening.open_writer(full, KEY)


@pytest.mark.parametrize("key", ["none", "other", "passphrase"])
def test_t3_any_other_key_opens_nothing_and_says_nothing_on_the_terminal(full: Path, key: str) -> None:
    code = """
import sys
from sqlcipher3 import dbapi2
from pathlib import Path
from broker_tui.vault import opening, VaultError
path, key = Path(sys.argv[1]), sys.argv[2]
try:
    if key == "other":
        opening.open_writer(path, bytes(32))
    else:
        connection = dbapi2.connect(str(path))
        connection.execute("PRAGMA cipher_log_level = NONE")
        if key == "passphrase":
            connection.execute("PRAGMA key = 'gråspurv under tagskægget'")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
except (VaultError, dbapi2.DatabaseError):
    sys.exit(7)
"""
    done = subprocess.run([sys.executable, "-c", code, str(full), key], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (7, b"", b"")


def test_t4_the_file_looks_like_noise_from_its_first_byte(full: Path) -> None:
    data = full.read_bytes()
    assert not data.startswith(b"SQLite format 3")
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        counts = Counter(page).values()
        entropy = -sum(count / len(page) * math.log2(count / len(page)) for count in counts)
        assert entropy > 7.9, start // PAGE


def test_t44_the_cipher_is_set_as_measured(full: Path) -> None:
    connection = opening.open_writer(full, KEY)

    def pragma(name: str) -> str:
        return str(connection.execute(f"PRAGMA {name}").fetchone()[0])

    assert (pragma("cipher_memory_security"), pragma("cipher_page_size")) == ("0", "4096")
    assert (pragma("cipher_hmac_algorithm"), pragma("cipher_use_hmac")) == ("HMAC_SHA512", "1")
    assert (pragma("journal_mode"), pragma("synchronous"), pragma("secure_delete")) == ("wal", "2", "1")
    connection.close()
    with pytest.raises(dbapi2.DatabaseError):
        dbapi2.connect(str(full)).execute("SELECT count(*) FROM sqlite_master")
