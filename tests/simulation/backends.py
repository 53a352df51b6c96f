"""Where the hub of a world keeps its records: in the embedded database, or in one of its own on a real PostgreSQL."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, event

from sync.hub.dialects.sqlite import Sqlite
from sync.hub.places import Place
from sync.hub.store import DATABASE, Store
from tests.postgres_lab import Postgres

T = TypeVar("T")


class HubDown(Exception):
    """The hub's process ended in the middle of a request."""


class StoppingStore(Store):
    """A database whose process can end before or after the next commit."""

    stop: str | None = None

    @contextmanager
    def write(self, durable: bool = True) -> Iterator[Connection]:
        with super().write(durable=False) as conn:  # no power fails here, and waiting for the disk is half the time
            yield conn

    def commit(self, work: Callable[[Connection], T], durable: bool = True) -> T:
        def stopping(conn: Connection) -> T:
            done = work(conn)
            if self.stop == "before":
                raise HubDown
            return done

        done = super().commit(stopping, durable=False)
        if self.stop == "after":
            raise HubDown
        return done


class Backend(Protocol):
    """The database of one hub."""

    def open(self) -> StoppingStore:
        """The database, opened; one at a time."""

    def copy(self) -> str:
        """Keep a copy while nobody has it open; returns what it is called."""

    def put_back(self, copy: str) -> None:
        """The database as it was when it was copied; nobody has it open."""

    def close(self) -> None:
        """Clean up."""


class Embedded:
    """SQLite in the hub's folder."""

    def __init__(self, template: Path, folder: Path) -> None:
        self._folder = Path(shutil.copytree(template, folder))
        self._copies = 0

    def open(self) -> StoppingStore:
        return StoppingStore(_one_engine(self._folder / DATABASE), self._folder)

    def copy(self) -> str:
        self._copies += 1
        return str(shutil.copytree(self._folder, self._folder.with_name(f"hub-copy{self._copies}")))

    def put_back(self, copy: str) -> None:
        shutil.rmtree(self._folder)
        shutil.copytree(copy, self._folder)

    def close(self) -> None: ...


_file: list[Path] = []


def _one_engine(file: Path) -> Sqlite:
    """The dialect of the embedded database, turned to another file; one hub at a time lives in this process.

    A world opens its hub a dozen times, and a third of its time went into compiling the same statements anew.
    """
    _file[:] = [file]
    return _turning()


@cache
def _turning() -> Sqlite:
    dialect = Sqlite(URL.create("sqlite+pysqlite", database="turned.sqlite3"), 1)

    def turn(_dialect: object, _record: object, arguments: list[Any], _named: object) -> None:
        arguments[0] = str(_file[0])

    event.listen(dialect.engine, "do_connect", turn)
    return dialect


class OnServer:
    """A database on the server, made from a template as its copies are."""

    def __init__(self, template: Path, folder: Path, server: Postgres, database: str) -> None:
        self._folder = Path(shutil.copytree(template, folder))
        self._server = server
        self._name = f"world_{uuid.uuid4().hex}"
        self._made = [self._name]
        server.duplicate(database, self._name)

    def open(self) -> StoppingStore:
        return StoppingStore.connect(self._server.url(self._name), self._folder)

    def copy(self) -> str:
        self._made.append(f"world_{uuid.uuid4().hex}")
        self._server.duplicate(self._name, self._made[-1])
        return self._made[-1]

    def put_back(self, copy: str) -> None:
        self._server.drop(self._name)
        self._server.duplicate(copy, self._name)

    def close(self) -> None:
        for name in self._made:
            self._server.drop(name)


def place_of(folder: Path, server: Postgres | None, database: str) -> Place:
    """The place the template of all worlds is made in."""
    if server is None:
        return Place(folder)
    server.duplicate("template0", database)
    return Place(folder, server.url(database))
