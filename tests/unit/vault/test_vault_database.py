"""The database: the opening sequence, damage, and what lies on the disk after a kill."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from broker_tui.vault import (
    Cause,
    DatabaseDamaged,
    DatabaseMissing,
    NotAVault,
    Vault,
    VaultError,
    VaultInUse,
    WrongPassphrase,
    opening,
)
from tests.unit.vault.vault_helpers import CHEAP, OTHER, PASSPHRASE, make, opens, rows

HELPERS = Path(__file__).parent
CANARIES = ("Kanariefugl Ørsted", "010190-0000", "hemmelighedskræmmer")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def database(home: Path) -> Path:
    return home / "vault.db"


def test_both_connections_have_the_settings_that_keep_text_off_the_disk(home: Path) -> None:
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        writer, reader = unlocked.connect(), unlocked.connect_reader()
        for connection in (writer, reader):
            for pragma, value in {
                "temp_store": 2,
                "cipher_use_hmac": "1",
                "cipher_page_size": "4096",
                "journal_mode": "wal",
                "synchronous": 2,
                "secure_delete": 1,
                "foreign_keys": 1,
                "trusted_schema": 0,
                "cell_size_check": 1,
                "mmap_size": 0,
                "busy_timeout": 5000,
                "cache_size": -65536,
            }.items():
                assert connection.execute(f"PRAGMA {pragma}").fetchone()[0] == value, pragma
        assert reader.execute("PRAGMA query_only").fetchone()[0] == 1
        with pytest.raises(Exception, match="readonly"):
            reader.execute("DELETE FROM note")
        writer.close()
        reader.close()


def test_a_temp_store_on_disk_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SETTINGS", ("PRAGMA temp_store = 1",))
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked, pytest.raises(VaultError):
        unlocked.connect()


def test_wrong_keys_are_refused_in_silence(database: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for key in (b"", b"\0" * 32, PASSPHRASE.encode()):
        with pytest.raises(DatabaseDamaged) as refusal:
            opening.open_writer(database, key)
        assert refusal.value.__cause__ is None
        assert key.hex() not in str(refusal.value) or not key
    assert capfd.readouterr() == ("", "")


def test_file_looks_like_noise(database: Path) -> None:
    data = database.read_bytes()
    assert not data.startswith(b"SQLite format 3")
    assert len({data[n : n + 16] for n in range(0, len(data), 16)}) == len(data) // 16


def test_wrong_passphrase_counts_and_is_not_called_damage(home: Path) -> None:
    with pytest.raises(WrongPassphrase) as refusal:
        Vault.unlock(home, OTHER, CHEAP)
    assert (refusal.value.cause, refusal.value.exit_code) == (Cause.WRONG_PASSPHRASE, 3)
    assert Vault.attempts(home).failed == 1
    assert opens(home, PASSPHRASE)


def test_a_cut_database_is_called_damaged(home: Path, database: Path) -> None:
    whole = database.read_bytes()
    for length in (0, 1, 511, 512, 4095, 4096, 8192, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
        database.write_bytes(whole[:length])
        with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked, pytest.raises(DatabaseDamaged) as refusal:
            unlocked.connect()
        assert (refusal.value.cause, refusal.value.exit_code) == (Cause.DATABASE_DAMAGED, 7), length
        assert database.stat().st_size == length, "a refused file is left as it is"
    database.write_bytes(whole)
    assert opens(home, PASSPHRASE)


def test_flipped_bytes_are_found_at_opening_or_by_the_check(home: Path, database: Path) -> None:
    from broker_tui.vault import check

    whole = database.read_bytes()
    for position in range(7, len(whole), len(whole) // 60):
        flipped = bytearray(whole)
        flipped[position] ^= 0x10
        database.write_bytes(flipped)
        with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
            try:
                found = bool(check(unlocked))
            except DatabaseDamaged:
                found = True
        assert found, position
    database.write_bytes(whole)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        assert check(unlocked) == []


def test_missing_plain_and_foreign_databases_are_told_apart(home: Path, database: Path, tmp_path: Path) -> None:
    database.unlink()
    with pytest.raises(DatabaseMissing) as missing:
        Vault.unlock(home, PASSPHRASE, CHEAP)
    assert missing.value.exit_code == 7
    plain = sqlite3.connect(database)
    plain.execute("CREATE TABLE t (x)")
    plain.close()
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked, pytest.raises(NotAVault):
        unlocked.connect()
    make(tmp_path / "other")
    database.write_bytes((tmp_path / "other" / "vault.db").read_bytes())
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked, pytest.raises(DatabaseDamaged):
        unlocked.connect()


def test_an_unencrypted_database_without_header_is_no_vault(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "vault.db")
    plain.execute("CREATE TABLE t (x)")
    plain.close()
    with pytest.raises(NotAVault):
        Vault.unlock(tmp_path, PASSPHRASE, CHEAP)
    with pytest.raises(VaultError) as refusal:
        Vault.create(tmp_path, PASSPHRASE, CHEAP)
    assert refusal.value.cause is Cause.VAULT_EXISTS


def test_an_older_header_put_back_is_noticed(home: Path) -> None:
    old = (home / "vault.hdr").read_bytes()
    Vault.change_passphrase(home, PASSPHRASE, OTHER, CHEAP)
    with Vault.unlock(home, OTHER, CHEAP) as unlocked:
        unlocked.connect().close()
        assert not unlocked.header_is_older
    for name in ("vault.hdr", "vault.hdr.bak"):
        (home / name).write_bytes(old)
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        unlocked.connect().close()
        assert unlocked.header_is_older


HOLDER = """
import sys, sqlite3
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.unit.vault.vault_helpers import CHEAP, PASSPHRASE
from broker_tui.vault import Vault
home, kind = Path(sys.argv[2]), sys.argv[3]
canaries = sys.stdin.readline().strip().split("|")
if kind == "vault":
    unlocked = Vault.unlock(home, PASSPHRASE, CHEAP)
    connection = unlocked.connect()
else:
    connection = sqlite3.connect(home / "plain.db")
    connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA cache_size = 20")
connection.execute("CREATE TABLE person (name, cpr, note)")
connection.execute("CREATE VIRTUAL TABLE search USING fts5(text)")
for turn in range(2):
    for n in range(2000):
        connection.execute("INSERT INTO person VALUES (?, ?, ?)", (*canaries[:2], canaries[2] * 5 + str(n)))
        connection.execute("INSERT INTO search VALUES (?)", (" ".join(canaries),))
    if turn == 0:
        connection.commit()
connection.execute("CREATE TEMP TABLE t AS SELECT * FROM person ORDER BY note DESC")
print("ready", flush=True)
sys.stdin.read()
"""


def _hold(home: Path, kind: str = "vault") -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(HELPERS), str(home), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdin.write("|".join(CANARIES) + "\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "ready\n"
    return holder


def _end(holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.communicate()


def _hits(folder: Path) -> int:
    needles = [text.encode(coding) for text in CANARIES for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    needles += [b"CREATE TABLE", b"SQLite format 3", PASSPHRASE.encode()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return sum(path.read_bytes().count(needle) for path in files for needle in needles)


def _temporary_files(pid: int) -> list[str]:
    """Open files of a process that no folder shows, where the system tells (SQLite's spilled sorts)."""
    folder = Path(f"/proc/{pid}/fd")
    links = [os.readlink(link) for link in folder.iterdir() if int(link.name) > 2] if folder.exists() else []
    return [link for link in links if "etilqs" in link or "(deleted)" in link]


def test_no_file_holds_a_canary_in_the_middle_of_a_transaction_or_after_a_kill(home: Path, tmp_path: Path) -> None:
    holder = _hold(home)
    assert (home / "vault.db-wal").stat().st_size > 100_000
    assert _hits(home) == 0
    assert _temporary_files(holder.pid) == []
    _end(holder)
    assert _hits(home) == 0
    with Vault.unlock(home, PASSPHRASE, CHEAP) as unlocked:
        connection = unlocked.connect()
        assert connection.execute("SELECT count(*) FROM person").fetchone()[0] == 2000
        connection.close()

    plain = tmp_path / "plain"
    plain.mkdir()
    _end(_hold(plain, "plain"))
    assert _hits(plain) > 1000, "the scanner finds what is there"


def test_second_instance_is_told_who_has_it_and_a_killed_one_lets_go(home: Path) -> None:
    holder = _hold(home)
    try:
        for attempt in (
            lambda: Vault.unlock(home, PASSPHRASE, CHEAP),
            lambda: Vault.change_passphrase(home, PASSPHRASE, OTHER, CHEAP),
            lambda: Vault.create(home, PASSPHRASE, CHEAP),
        ):
            with pytest.raises(VaultInUse) as refusal:
                attempt()
            assert refusal.value.holder == holder.pid
            assert refusal.value.exit_code == 8
    finally:
        _end(holder)
    assert opens(home, PASSPHRASE)


def test_the_lock_is_free_after_every_refusal(home: Path) -> None:
    with pytest.raises(WrongPassphrase):
        Vault.unlock(home, OTHER, CHEAP)
    first = Vault.unlock(home, PASSPHRASE, CHEAP)
    with pytest.raises(VaultInUse):
        Vault.unlock(home, PASSPHRASE, CHEAP)
    first.close()
    first.close()
    with Vault.unlock(home, PASSPHRASE, CHEAP) as again:
        assert rows(again) == 500
    with pytest.raises(RuntimeError):
        again.derive("audit")
