"""PostgreSQL: many writers in many processes.

Writers run READ COMMITTED and lock what they judge (`locking`); readers run REPEATABLE READ, so that a page of a feed
and its head are one picture. Each transaction says whose tenant it is for: the policies of the tables show no row of
another one, whatever a query forgot.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, bindparam, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from sync.hub.dialects import Unusable

POOL = 8
"""Connections a process keeps; twice that at most. Its threads share one interpreter, more would only wait."""
_POOL_SECONDS = 10
_TIMES = {
    "statement_timeout": "30s",  # the longest work is one role that opens a case with thousands of records
    "lock_timeout": "10s",  # then the laptop is told `busy` and comes again
    "idle_in_transaction_session_timeout": "60s",  # a process that hangs must not hold a feed for ever
}
_PLANS = {
    "enable_seqscan": "off",  # each query has its index; plans made while a table is small are kept
}
_AGAIN = {"40001", "40P01", "23505"}
"""Overtaken, deadlocked, or another process wrote the same row first: the work is judged anew on what is there now."""
_TENANT, _PERSON, _COMMIT = "hub.tenant", "hub.person", "synchronous_commit"
_only_tenant = select(func.set_config(_TENANT, bindparam("tenant"), True))
_tenant_and_person = _only_tenant.add_columns(func.set_config(_PERSON, bindparam("person"), True))
_tenant_unhurried = _only_tenant.add_columns(func.set_config(_COMMIT, "off", True))
_bypasses = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
_CLEARED = ("record", "op", "refused", "open_conflict", "scope_grant", "feed_entry")


class Postgresql:
    """A database server."""

    tries = 6

    def __init__(self, url: URL, tenant: int) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in (_TIMES | _PLANS).items())
        try:
            self.engine = create_engine(
                url.set(drivername="postgresql+psycopg"),
                isolation_level="READ COMMITTED",
                pool_size=POOL,
                max_overflow=POOL,
                pool_timeout=_POOL_SECONDS,
                pool_pre_ping=True,  # a server that was started again costs no laptop an answer
                use_native_hstore=False,  # not looked for at each start
                hide_parameters=True,  # the message of an error may be printed; a value may name somebody
                connect_args={"options": options, "connect_timeout": 5, "application_name": "jobcenter-hub"},
            )
        except ImportError:
            raise Unusable('PostgreSQL needs its driver: pip install "broker-tui[hub,postgresql]"') from None
        self._readers = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._tenant = str(tenant)

    @contextmanager
    def reading(self, person: str) -> Iterator[Connection]:
        """One snapshot, which cannot write."""
        with self._readers.connect() as conn, conn.begin():
            conn.execute(_tenant_and_person, {"tenant": self._tenant, "person": person})
            yield conn

    @contextmanager
    def writing(self, durable: bool) -> Iterator[Connection]:
        """One of several writers; what is not durable is answered before it lies on the disk."""
        with self.engine.connect() as conn, conn.begin():
            conn.execute(_only_tenant if durable else _tenant_unhurried, {"tenant": self._tenant})
            yield conn

    def again(self, error: DBAPIError) -> bool:
        """Whether another process came between. A lost connection is not: nobody knows if it had committed."""
        return getattr(error.orig, "sqlstate", None) in _AGAIN

    def check(self) -> None:
        """Refuse a role that row-level security does not bind."""
        with self.engine.connect() as conn:
            if conn.execute(_bypasses).scalar():
                raise Unusable(
                    "the hub must not work as a role that is superuser or has BYPASSRLS: the database would not keep"
                    " jobcenters apart; give it a role of its own"
                )

    def fold_log(self) -> None:
        """Free the rows that were deleted. Log archives and backups keep theirs until they run out."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("SET statement_timeout = 0"))
            try:
                conn.execute(text(f"VACUUM (SKIP_LOCKED) {', '.join(_CLEARED)}"))  # else autovacuum comes by
            finally:
                conn.execute(text("RESET statement_timeout"))
