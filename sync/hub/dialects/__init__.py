"""How each database keeps the hub's promises: one picture for a reader, whole or nothing for a writer, kept for good.

The embedded SQLite has one writer at a time, in one process. PostgreSQL has many, in many processes; there a writer
locks what it is about to judge, and is run anew when the database says that another one came between.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError


class Unusable(Exception):
    """A database the hub cannot or must not work on; the message is a sentence for the administrator."""


class Dialect(Protocol):
    """What differs between databases."""

    engine: Engine
    tries: int
    """How often a transaction is begun before its failure counts."""

    def reading(self, person: str) -> AbstractContextManager[Connection]:
        """A transaction that sees one picture; with `person` at most what this one may see."""
        ...

    def writing(self, durable: bool) -> AbstractContextManager[Connection]:
        """A transaction that commits at the end; `durable` waits until no power cut can take it back."""
        ...

    def again(self, error: DBAPIError) -> bool:
        """Whether the same work may succeed if it is begun once more."""
        ...

    def check(self) -> None:
        """Refuse a database whose own safeguards would not hold.

        Raises:
            Unusable: with the reason.
        """
        ...

    def fold_log(self) -> None:
        """Let go of what was deleted, as far as the database can."""
        ...


Maker = Callable[[URL, int], Dialect]


def dialect_of(url: URL, tenant: int) -> Dialect:
    """The dialect a database speaks.

    Raises:
        Unusable: the hub knows none for it.
    """
    name = url.get_backend_name()
    if name == "sqlite":
        from sync.hub.dialects.sqlite import Sqlite

        return Sqlite(url, tenant)
    if name == "postgresql":
        from sync.hub.dialects.postgresql import Postgresql  # late: its driver is an extra

        return Postgresql(url, tenant)
    raise Unusable("the hub keeps its data in the embedded database or in PostgreSQL; nothing else is known here")
