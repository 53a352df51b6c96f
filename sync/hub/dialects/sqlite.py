"""The embedded database: WAL with synchronous=FULL, so an answer is only given for what a power cut cannot take.

SQLite has one writer, so writers queue in this process rather than at the file.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError

BUSY_SECONDS = 10
_MODE = "hub_synchronous"
_SETTINGS = (
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


class Sqlite:
    """One file, one writer."""

    tries = 1

    def __init__(self, url: URL, _tenant: int) -> None:
        self.engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
        event.listen(self.engine, "connect", _set)
        event.listen(self.engine, "begin", _begin)
        self._writer = threading.Lock()

    @contextmanager
    def reading(self, _person: str) -> Iterator[Connection]:
        """A transaction of its own; WAL gives it one picture."""
        with self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def writing(self, durable: bool) -> Iterator[Connection]:
        """The one writer there is."""
        with self._writer, self.engine.connect() as conn:
            conn.execution_options(**{_MODE: "FULL" if durable else "NORMAL"})
            with conn.begin():
                yield conn

    def again(self, _error: DBAPIError) -> bool:
        """Never: nobody comes between."""
        return False

    def check(self) -> None:
        """The file has no users to tell apart."""

    def fold_log(self) -> None:
        """Fold the write-ahead log in and cut it: what was erased stands there too."""
        with self._writer, self.engine.connect() as conn:
            # by its cursor: the PRAGMA does nothing inside a transaction, which SQLAlchemy would begin
            cursor = conn.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            cursor.close()


def _set(dbapi: Any, _record: object) -> None:
    dbapi.isolation_level = None  # the driver must not begin by itself: see `_begin`
    cursor = dbapi.cursor()
    for pragma in _SETTINGS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(conn: Connection) -> None:
    mode = conn.get_execution_options().get(_MODE)
    if mode is None:
        conn.exec_driver_sql("BEGIN")
        return
    conn.exec_driver_sql(f"PRAGMA synchronous={mode}")
    # a deferred transaction that turns writer half-way fails at once instead of waiting its turn
    conn.exec_driver_sql("BEGIN IMMEDIATE")
