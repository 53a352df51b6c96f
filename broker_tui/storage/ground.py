"""What all parts of the store stand on: one writing and one reading connection, transactions, and who is told.

The writer is used by one thread at a time, a transaction each, with BEGIN IMMEDIATE and COMMIT written out. The reader
only ever sees what is committed. Listeners are called after the commit and outside every lock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Condition, Lock, local
from typing import TYPE_CHECKING, Any, Literal, overload

from sqlcipher3 import dbapi2

from broker_tui.domain.clock import DENMARK, Clock
from broker_tui.domain.views import Me, StoreSealed
from broker_tui.services.ports import ChangeListener, ChangeNote
from broker_tui.storage import projection, schema
from broker_tui.storage.errors import translated
from sync.records import new_id

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection


LACKS_OWN = "sync.lacks_own"
"""Row of `laptop`: operations this device once sent may be missing here."""
FOLD_EVERY = 2000
"""Changes of the hub after which the write-ahead log is folded in: less than what makes a save do it."""
CHECKED = "sync.checked"
"""Row of `laptop`: when this caseload was last compared with the hub's; empty when that is due whatever the time."""


@dataclass(slots=True)
class Transaction:
    """One open write transaction and what it touched."""

    connection: "Connection"
    origin: Literal["local", "sync"] = "local"
    types: set[str] = field(default_factory=set)
    scopes: set[str] = field(default_factory=set)
    audit_head: tuple[int, bytes] | None = None
    """Number and seal of the newest line of the audit log, once this transaction has read it."""

    def touched(self, type_name: str, *scopes: str) -> None:
        """Note what listeners will be told."""
        self.types.add(type_name)
        self.scopes.update(scopes)


class Turns:
    """The lock on the writer. A waiting save comes before a waiting page: a pull has the next page ready at once, and
    whoever just let a plain lock go often takes it again, page after page."""

    def __init__(self) -> None:
        self._free = Condition()
        self._busy = False
        self._saves = 0

    @contextmanager
    def taken(self, origin: Literal["local", "sync"] = "local") -> Iterator[None]:
        """Hold the lock; a save has to wait for one page at most."""
        with self._free:
            if origin == "sync":
                self._free.wait_for(lambda: not self._busy and not self._saves)
            else:
                self._saves += 1
                try:
                    self._free.wait_for(lambda: not self._busy)
                finally:
                    self._saves -= 1
            self._busy = True
        try:
            yield
        finally:
            with self._free:
                self._busy = False
                self._free.notify_all()


class Ground:
    """Connections, locks, identity and listeners of the store."""

    def __init__(self, writer: "Connection", reader: "Connection", clock: Clock, audit_key: bytes) -> None:
        schema.prepare(writer)
        writer.isolation_level = None
        reader.isolation_level = None
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._audit_key = audit_key
        self._turns = Turns()
        self._read_lock = Lock()
        self._listeners: list[ChangeListener] = []
        self._ending = local()
        self._unfolded = 0
        self._final = False
        self._me = self._read_me()

    def subscribe(self, callback: ChangeListener) -> None:
        """Call `callback` after each commit that changed records."""
        self._listeners.append(callback)

    def take_no_more(self, final: bool = True) -> None:
        """From now on nothing is saved, and nobody is told that it was: what was read before is all there is."""
        with self._turns.taken():
            self._final = final

    def close(self) -> None:
        """Close both connections; the write-ahead log is folded into the database first."""
        with self._turns.taken(), self._read_lock:
            self._reader.close()
            with suppress(dbapi2.DatabaseError):  # a full disk keeps the log, and nothing is lost
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._writer.close()

    def me(self) -> Me:
        """Whose laptop this is."""
        return self._me

    def set_me(self, me: Me) -> None:
        """Say whose laptop this is."""
        with self._writing() as tx:
            self._put_laptop(tx.connection, "me", {name: getattr(me, name) for name in Me.__slots__})
        self._me = me

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds")

    @contextmanager
    def _writing(self, origin: Literal["local", "sync"] = "local") -> Iterator[Transaction]:
        """One transaction: all of the body or nothing of it."""
        with self._turns.taken(origin), translated():
            if self._final:
                raise StoreSealed("nothing was saved: this caseload takes no more")
            connection = self._writer
            transaction = Transaction(connection, origin)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield transaction
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk may have rolled back already
                    connection.execute("ROLLBACK")
                raise
        if transaction.types:
            note = ChangeNote(frozenset(transaction.types), frozenset(transaction.scopes), origin)
            for listener in list(self._listeners):
                listener(note)

    def _fold_aside(self, changes: int) -> None:
        """Now and then, fold the write-ahead log in beside the work, so that no save has to do it while others wait.

        The reading connection does it: saves go on meanwhile, only reads wait.
        """
        self._unfolded += changes
        if self._unfolded >= FOLD_EVERY:
            self._unfolded = 0
            with self._read_lock, translated():
                self._reader.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._read_lock, translated():
            return self._reader.execute(sql, values).fetchall()

    def _row(self, sql: str, values: Sequence[Any] = ()) -> Any:
        with self._read_lock, translated():
            return self._reader.execute(sql, values).fetchone()

    def _put_laptop(self, connection: "Connection", name: str, value: Any) -> None:
        connection.execute("INSERT OR REPLACE INTO laptop VALUES (?, ?)", (name, projection.dumps(value)))

    def _read_again(self, connection: "Connection") -> None:
        """Read the feeds from their start, every document of them: what the hub counts on being here may be gone."""
        connection.execute("DELETE FROM feed")
        self._put_laptop(connection, LACKS_OWN, True)

    def _read_me(self) -> Me:
        row = self._row("SELECT value FROM laptop WHERE name = 'me'")
        if row is not None:
            return Me(**projection.loads(row[0]))
        me = Me(new_id(), "", new_id(), "", False)
        self._me = me
        self.set_me(me)
        return me


@overload
def moment(stamp: str) -> datetime: ...
@overload
def moment(stamp: None) -> None: ...
@overload
def moment(stamp: str | None) -> datetime | None: ...
def moment(stamp: str | None) -> datetime | None:
    """A stored timestamp as a value."""
    return None if stamp is None else datetime.fromisoformat(stamp)


@overload
def local_moment(stamp: str) -> datetime: ...
@overload
def local_moment(stamp: None) -> None: ...
@overload
def local_moment(stamp: str | None) -> datetime | None: ...
def local_moment(stamp: str | None) -> datetime | None:
    """A stored timestamp in Danish local time."""
    return None if stamp is None else datetime.fromisoformat(stamp).astimezone(DENMARK)


def utc(stamp: str) -> str:
    """A timestamp as it is stored where it orders rows."""
    return datetime.fromisoformat(stamp).astimezone(UTC).isoformat(timespec="milliseconds")


def marks(count: int) -> str:
    """`count` placeholders."""
    return ", ".join("?" * count)
