"""The way to the hub's database: one engine, a read and a write transaction, nothing about records.

SQLite is run in WAL with synchronous=FULL: an answer is only given for what a power cut cannot take. SQLite has one
writer, so writers queue in this process rather than at the file.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

DATABASE = "hub.sqlite3"
BUSY_SECONDS = 10
_MODE = "hub_synchronous"
_SQLITE = (
    *(
        "page_size=8192",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-4000",
    ),
    "wal_autocheckpoint=2000",  # 16 MB: a full batch is about 1 MB, and not every one should pay for a checkpoint
)


class Store:
    """An open database."""

    def __init__(self, engine: Engine, folder: Path | None = None) -> None:
        self.engine = engine
        self.folder = folder
        self._writing: AbstractContextManager[Any] = (
            threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @classmethod
    def at(cls, folder: Path) -> "Store":
        """The embedded database in the data folder of a hub."""
        return cls.connect(URL.create("sqlite+pysqlite", database=str(folder / DATABASE)), folder)

    @classmethod
    def connect(cls, url: URL, folder: Path | None = None) -> "Store":
        """A database by its SQLAlchemy URL, and the data folder with what is no table (the recovery key)."""
        if url.get_backend_name() != "sqlite":
            return cls(create_engine(url, pool_pre_ping=True), folder)
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)
        return cls(engine, folder)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent picture of the database."""
        with self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self, durable: bool = True) -> Iterator[Connection]:
        """A transaction that commits at the end of the block, or leaves nothing.

        Args:
            durable: False for what a power cut may take back, such as a used nonce; it costs no wait for the disk.
        """
        with self._writing, self.engine.connect() as conn:
            conn.execution_options(**{_MODE: "FULL" if durable else "NORMAL"})
            with conn.begin():
                yield conn

    def fold_log(self) -> None:
        """Fold SQLite's write-ahead log in and cut it: what was erased stands there too."""
        if self.engine.dialect.name == "sqlite":
            with self._writing, self.engine.connect() as conn:
                # by its cursor: the PRAGMA does nothing inside a transaction, which SQLAlchemy would begin
                cursor = conn.connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                cursor.close()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def _sqlite_settings(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # the driver must not begin by itself: see `_sqlite_begin`
    cursor = dbapi.cursor()
    for pragma in _SQLITE:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(conn: Connection) -> None:
    mode = conn.get_execution_options().get(_MODE)
    if mode is None:
        conn.exec_driver_sql("BEGIN")
        return
    conn.exec_driver_sql(f"PRAGMA synchronous={mode}")
    # a deferred transaction that turns writer half-way fails at once instead of waiting its turn
    conn.exec_driver_sql("BEGIN IMMEDIATE")
