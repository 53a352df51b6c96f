"""What a writer holds while it judges, where there are several writers: one shared lock, then the feeds it moves.

A feed's counter row is the lock: it moves in the transaction that writes the entries, so the order of commits is the
order of the feed. Two writers of one case always meet at a feed, for a case is read by somebody; who changes that from
outside (the administrator, an erasure, roles that ran out) holds the whole tenant alone. Nothing may be judged that was
read before these locks were held.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

from sqlalchemy import BigInteger, Connection, Insert, bindparam, func, select
from sqlalchemy.exc import TimeoutError as Busy

from sync.hub import tables as t

_key = bindparam("key", type_=BigInteger)
_shared = select(func.pg_advisory_xact_lock_shared(_key))
_alone = select(func.pg_advisory_xact_lock(_key))
_patient = select(*(func.set_config(name, "0", True) for name in ("statement_timeout", "lock_timeout")))


class Overtaken(Busy):
    """What was read before the locks were held is no longer so; the work must be begun anew."""


def several_writers(conn: Connection) -> bool:
    """Whether others may write while this transaction does; SQLite lets one in at a time."""
    return conn.dialect.name == "postgresql"


def hold_tenant(conn: Connection, tenant: int, *, alone: bool) -> None:
    """Wait for the tenant: beside other writers, or alone."""
    if several_writers(conn):
        conn.execute(_alone if alone else _shared, {"key": _number(f"tenant {tenant}")})


def hold_schema(conn: Connection) -> None:
    """Wait until nobody else brings the database to a newer schema."""
    if several_writers(conn):
        conn.execute(_patient)  # building an index takes as long as it takes, and so does waiting for who builds it
        conn.execute(_alone, {"key": _number("schema")})


def make_feeds(conn: Connection, tenant: int, feeds: Sequence[str]) -> None:
    """Counters at nought for feeds that have none: a row that is not there cannot be locked."""
    if several_writers(conn):
        rows = [{"tenant": tenant, "feed": feed, "seq": 0, "chain": ""} for feed in sorted(feeds)]
        conn.execute(_add_feed(), rows)


@cache
def _add_feed() -> Insert:
    from sqlalchemy.dialects.postgresql import insert  # late: a hub on the embedded database starts sooner without it

    return insert(t.feed).on_conflict_do_nothing()


def _number(name: str) -> int:
    """A name as the number PostgreSQL wants, the same in every process."""
    digest = hashlib.blake2b(f"jobcenter-hub {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
