"""Where a hub lives: a data folder with its keys, and beside or instead of the embedded database one on a server."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from sync.hub.dialects import Unusable
from sync.hub.schema import SchemaTooNew, current_step, migrate
from sync.hub.store import DATABASE, ONLY_TENANT, Store

VARIABLE = "JOBCENTER_HUB_DATABASE"
"""Environment variable with the address of the database; a password may stand in it."""
_FORM = "postgresql://hub@db.example/hub"


def address(text: str, *, shown: bool) -> URL:
    """The address of a database as it was given.

    Args:
        text: a URL.
        shown: others on this machine can read it, as every argument of a command; then no password may stand in it.

    Raises:
        Unusable: it cannot be used, or must not be given like this.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise Unusable(f"this is no address of a database; one looks like {_FORM}") from None
    if url.get_backend_name() != "postgresql":
        raise Unusable(f"this is no address of a PostgreSQL database; one looks like {_FORM}")
    if shown and (url.password is not None or "password" in url.query or "sslpassword" in url.query):
        raise Unusable(f"a password in a command can be read by others; put the address into {VARIABLE} instead")
    return url


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one jobcenter's hub.

    Attributes:
        folder: the hub's keys, and the embedded database if there is no other.
        database: a database on a server, which may serve several jobcenters.
        tenant: the jobcenter's number in that database.
    """

    folder: Path
    database: URL | None = None
    tenant: int = ONLY_TENANT

    def __post_init__(self) -> None:
        if self.database is None and self.tenant != ONLY_TENANT:
            raise Unusable("the embedded database serves one jobcenter; --tenant goes with --database")

    def __str__(self) -> str:
        return str(self.folder) if self.database is None else f"the database, number {self.tenant}"

    def store(self) -> Store:
        """The database, opened; it may be empty.

        Raises:
            Unusable: it cannot be reached, or is none the hub may work on.
        """
        if self.database is None:
            return Store.at(self.folder)
        store = Store.connect(self.database, self.folder, self.tenant)
        try:
            store.check()
        except OperationalError as error:
            store.close()
            reason = str(error.orig).strip().splitlines() or ["no reason given"]
            raise Unusable(f"the database cannot be reached: {reason[-1].strip()}") from None
        except Unusable:
            store.close()
            raise
        return store

    def is_empty(self) -> bool:
        """Whether there are no tables yet."""
        if self.database is None:
            return not (self.folder / DATABASE).exists()
        store = self.store()
        try:
            with store.read() as conn:
                return current_step(conn) is None
        finally:
            store.close()

    def current(self) -> Store:
        """The database, opened and brought to this program's schema.

        Raises:
            Unusable: this program or this role cannot bring it there.
        """
        store = self.store()
        try:
            migrate(store)
        except SchemaTooNew:
            store.close()
            raise Unusable("this hub was used by a newer program; update this one") from None
        except ProgrammingError:
            store.close()
            raise Unusable(
                "the database needs this program's tables, and this role may not make them;"
                " run jobcenter-hub migrate once as the role that owns them"
            ) from None
        return store
