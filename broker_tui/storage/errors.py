"""Driver errors become the program's own, so that nothing above storage knows which database lies below."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2

from broker_tui.domain.views import StoreFull

NOT_WRITTEN = frozenset({8, 10, 13, 14})  # SQLITE_READONLY, IOERR, FULL, CANTOPEN
DAMAGED = frozenset({11, 26})  # SQLITE_CORRUPT, NOTADB


class StoreDamaged(OSError):
    """The database no longer reads: restore a backup."""

    exit_code = 7


class StoreBusy(OSError):
    """Another program holds the database."""

    exit_code = 8


@contextmanager
def translated() -> Iterator[None]:
    """Turn driver errors of the body into `StoreFull`, `StoreDamaged` or `StoreBusy`; others are our own mistakes.

    The chain is cut: the driver's words can quote a statement.
    """
    try:
        yield
    except dbapi2.DatabaseError as error:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in NOT_WRITTEN:
            raise StoreFull("nothing was saved: the disk is full or cannot be written") from None
        if primary in DAMAGED:
            raise StoreDamaged("the database is damaged") from None
        if primary in (5, 6):  # SQLITE_BUSY, SQLITE_LOCKED
            raise StoreBusy("another program holds the database") from None
        raise
