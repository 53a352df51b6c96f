"""The way to the hub's database: a read and a write transaction, and work that is begun anew; nothing about records."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from sync.hub.dialects import Dialect, dialect_of
from sync.hub.locking import Overtaken

DATABASE = "hub.sqlite3"
ONLY_TENANT = 1
"""The tenant of a database that serves one jobcenter."""
_PAUSE = 0.02
T = TypeVar("T")


class Store:
    """An open database, seen as one tenant."""

    def __init__(self, dialect: Dialect, folder: Path | None = None, tenant: int = ONLY_TENANT) -> None:
        self._dialect = dialect
        self.folder = folder
        self.tenant = tenant

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The embedded database in the data folder of a hub."""
        return cls.connect(URL.create("sqlite+pysqlite", database=str(folder / DATABASE)), folder)

    @classmethod
    def connect(cls, url: URL, folder: Path | None = None, tenant: int = ONLY_TENANT) -> Self:
        """A database by its SQLAlchemy URL, and the data folder with what is no table (the hub's keys).

        Raises:
            Unusable: the hub does not know such a database.
        """
        return cls(dialect_of(url, tenant), folder, tenant)

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine."""
        return self._dialect.engine

    @contextmanager
    def read(self, person: str = "") -> Iterator[Connection]:
        """One consistent picture of the database; for `person`, a staff id, where the database can hold that too."""
        with self._dialect.reading(person) as conn:
            yield conn

    @contextmanager
    def write(self, durable: bool = True) -> Iterator[Connection]:
        """A transaction that commits at the end of the block, or leaves nothing.

        Args:
            durable: False for what a power cut may take back, such as a used nonce; it costs no wait for the disk.
        """
        with self._dialect.writing(durable) as conn:
            yield conn

    def commit(self, work: Callable[[Connection], T], durable: bool = True) -> T:
        """Do work in a write transaction; it is begun anew, on what is there then, when another writer came between.

        Args:
            work: changes nothing but the database, for it may run more than once.
            durable: as in `write`.
        """
        left = self._dialect.tries
        while True:
            left -= 1
            try:
                with self._dialect.writing(durable) as conn:
                    return work(conn)
            except Overtaken:
                if not left:
                    raise
            except DBAPIError as error:
                if not left or not self._dialect.again(error):
                    raise
            time.sleep(_PAUSE * (self._dialect.tries - left) * random.random())  # noqa: S311 - or they meet again

    def check(self) -> None:
        """Refuse a database whose own safeguards would not hold.

        Raises:
            Unusable: with the reason.
        """
        self._dialect.check()

    def fold_log(self) -> None:
        """Let go of what was deleted, as far as the database can."""
        self._dialect.fold_log()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
