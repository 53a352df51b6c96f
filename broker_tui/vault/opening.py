"""The one place where the encrypted database is opened, always by the same sequence (security.md 4.3).

The order matters: SQLCipher writes to standard error when the key is wrong unless it is told not to first, and
settings made before the key are forgotten. Any failure closes the connection.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui.vault.errors import (
    Cause,
    DatabaseDamaged,
    DatabaseMissing,
    DatabaseUnavailable,
    NotAVault,
    VaultError,
)

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

NAME = "vault.db"
PLAIN_START = b"SQLite format 3\0"
PAGE = 4096
BUSY_MS = 5000
LOG_PAGES = 4000
"""The write-ahead log is folded in by the save that makes it this long; SQLite's own 1000 comes four times as often."""
CACHE_KIB = 64 * 1024  # security.md 1.5: without it reads cost two to three times as much
DAMAGE_CODES = (11, 26)  # SQLITE_CORRUPT, SQLITE_NOTADB
BUSY_CODES = (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED

SETTINGS = (
    "PRAGMA temp_store = 2",  # anything else spills plain text into temporary files (security.md 1.4)
    f"PRAGMA cache_size = -{CACHE_KIB}",
    "PRAGMA journal_mode = WAL",
    f"PRAGMA wal_autocheckpoint = {LOG_PAGES}",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
)
IDENTITY = "CREATE TABLE IF NOT EXISTS vault_identity (vault TEXT NOT NULL, gen INTEGER NOT NULL) STRICT"


def refuse_plain(path: Path) -> None:
    """Refuse what is no encrypted database before any driver touches it.

    Raises:
        DatabaseMissing: there is no such file.
        DatabaseDamaged: the file is empty or does not end with a whole page.
        NotAVault: it is a plain SQLite database.
        DatabaseUnavailable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(PAGE)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise DatabaseMissing from None
    except OSError:
        raise DatabaseUnavailable from None
    if start.startswith(PLAIN_START):
        raise NotAVault
    # A kill in the middle of a checkpoint can leave half a page; then the write-ahead log has the whole one.
    wal = path.with_name(path.name + "-wal")
    if size < PAGE or (size % PAGE and not (wal.exists() and wal.stat().st_size)):
        raise DatabaseDamaged


def open_writer(path: Path, key: bytes) -> "Connection":
    """The writing connection to an existing database.

    Raises:
        VaultError: the database is missing, damaged, plain or held by another program.
    """
    refuse_plain(path)
    return _open(path, key, "rw")


def open_reader(path: Path, key: bytes) -> "Connection":
    """A second connection that can only read.

    Raises:
        VaultError: as `open_writer`.
    """
    refuse_plain(path)
    connection = _open(path, key, "rw")
    connection.execute("PRAGMA query_only = ON")
    return connection


def create_database(path: Path, key: bytes, vault: str) -> None:
    """Make an empty encrypted database that knows which vault it belongs to."""
    connection = _open(path, key, "rwc")
    try:
        connection.execute(IDENTITY)
        connection.execute("INSERT INTO vault_identity (vault, gen) VALUES (?, 1)", (vault,))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def identity(connection: "Connection") -> tuple[str, int]:
    """The vault a database belongs to and the newest header generation it has seen.

    Raises:
        DatabaseDamaged: it is empty: SQLite takes a file without pages for a new database.
    """
    from sqlcipher3 import dbapi2

    try:
        row = connection.execute("SELECT vault, gen FROM vault_identity").fetchone()
    except dbapi2.DatabaseError:
        raise DatabaseDamaged from None
    if row is None:
        raise DatabaseDamaged
    return str(row[0]), int(row[1])


def remember_generation(connection: "Connection", generation: int) -> None:
    """Note the newest header generation, so that an older header put back is noticed."""
    connection.execute("UPDATE vault_identity SET gen = ?", (generation,))
    connection.commit()


def translate(error: Exception) -> VaultError:
    """The vault error a driver error stands for."""
    code = getattr(error, "sqlite_errorcode", None)
    text = str(error)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in BUSY_CODES or "locked" in text:
        return DatabaseUnavailable(Cause.DATABASE_BUSY)
    if primary in DAMAGE_CODES or "not a database" in text or "malformed" in text:
        return DatabaseDamaged()
    return DatabaseUnavailable()


def _open(path: Path, key: bytes, mode: str) -> "Connection":
    from sqlcipher3 import dbapi2

    uri = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        connection = dbapi2.connect(uri, uri=True, check_same_thread=False, timeout=BUSY_MS / 1000)
    except dbapi2.Error as error:
        raise translate(error) from None
    try:
        _prepare(connection, key)
    except dbapi2.Error as error:
        connection.close()
        # The driver's text can quote a statement; the chain is cut so that no key reaches a log.
        raise translate(error) from None
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: "Connection", key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not _value(connection, "cipher_version") or str(_value(connection, "cipher_use_hmac")) != "1":
        raise DatabaseUnavailable  # a driver without encryption would write plain text
    for setting in SETTINGS:
        connection.execute(setting).fetchall()
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}").fetchall()
    if str(_value(connection, "temp_store")) != "2":
        raise DatabaseUnavailable


def _value(connection: "Connection", pragma: str) -> object:
    row = connection.execute(f"PRAGMA {pragma}").fetchone()
    return row[0] if row else None
