"""What can still be read of a damaged database, row by row.

Only the journal is indispensable: every save of this laptop is in it, whole. With it come drafts, settings and the
audit log. An error leaves SQLCipher's connection unusable, so each one costs a new connection; stretches that read
well are read whole.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

OP_COLUMNS = (
    *("seq", "op", "tx", "together", "mine", "type", "record_id", "scope", "former_scope", "kind", "v", "base_rev"),
    *("chain", "after_op", "patch", "before", "closes", "at", "staff", "device", "undoes", "ack_status", "ack_rev"),
    *("ack_seq", "acked_at", "receipt", "problem", "stable"),
)
AUDIT_COLUMNS = (
    *("seq", "ts", "device", "actor", "action", "entity", "entity_id", "detail", "purpose", "version", "mac"),
)
_PAIRS = {"draft": 5, "setting": 2, "laptop": 2, "departed": 3}
"""Small tables without row numbers, with their number of columns."""
_INDEXES = {"op": ("op_record", "op_scope"), "audit": ("audit_entity",)}
"""Indexes that name every row of a table, so that what does not read can be told from what never was."""
_BEYOND = 1_000
"""How far past the last number known elsewhere rows are looked for when neither table nor index tells."""


@dataclass(slots=True)
class Salvaged:
    """Rows as they lay there. `lost`: numbers of the journal that could not be read; where its indexes do not read
    either, some of them may never have been used. `sure`: none beyond those can be missing."""

    ops: list[dict[str, Any]] = field(default_factory=list)
    audit: list[tuple[Any, ...]] = field(default_factory=list)
    pairs: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    lost: int = 0
    sure: bool = True


class Salvage:
    """Reads one damaged database.

    Args:
        connect: opens it for reading; asked again after every error.
        known: a journal number that is known to exist (of the newest backup).
        told: called with the numbers done and all.
    """

    def __init__(
        self, connect: "Callable[[], Connection]", known: int = 0, told: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._known = known
        self._told = told

    def run(self) -> Salvaged:
        """Read everything that reads.

        Raises:
            VaultError: the database does not open at all: nothing can be read.
        """
        found = Salvaged()
        try:
            self._open()
            numbers = self._numbers("op", self._known)
            for row in self._rows("op", OP_COLUMNS, numbers, found):
                found.ops.append(dict(zip(OP_COLUMNS, row, strict=True)))
                self._told(len(found.ops), len(numbers))
            found.sure = not isinstance(numbers, range)
            lines = self._numbers("audit", 0)
            found.audit = list(self._rows("audit", AUDIT_COLUMNS, lines, Salvaged()))
            for table, count in _PAIRS.items():
                found.pairs[table] = self._pairs(table, count)
        finally:
            self._close()
        return found

    def _open(self) -> "Connection":
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]] | None:
        """Rows, or None when one of them does not read."""
        try:
            rows: list[tuple[Any, ...]] = self._open().execute(sql, values).fetchall()
            return rows
        except dbapi2.DatabaseError:
            self._close()
            return None

    def _numbers(self, table: str, known: int) -> Sequence[int]:
        """The numbers of all rows, from the table or one of its indexes; else those there may be."""
        for source in ("", *(f" INDEXED BY {name}" for name in _INDEXES[table])):
            rows = self._read(f"SELECT seq FROM {table}{source}")
            if rows is not None:
                return sorted(row[0] for row in rows)
        return range(1, known + _BEYOND + 1)

    def _rows(
        self, table: str, columns: tuple[str, ...], numbers: Sequence[int], found: Salvaged
    ) -> Iterator[tuple[Any, ...]]:
        """Rows by number; a stretch that does not read is halved until single rows are left."""
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE seq BETWEEN ? AND ? ORDER BY seq"
        waiting = [numbers] if numbers else []
        while waiting:
            part = waiting.pop()
            rows = self._read(sql, (part[0], part[-1]))
            if rows is not None:
                yield from rows
            elif len(part) == 1:
                found.lost += 1
            else:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]

    def _pairs(self, table: str, count: int) -> list[tuple[Any, ...]]:
        """A small table from both ends, as far as each reads."""
        rows: dict[Any, tuple[Any, ...]] = {}
        for order in ("ASC", "DESC"):
            try:
                for row in self._open().execute(f"SELECT * FROM {table} ORDER BY 1 {order}"):
                    rows[row[0]] = row[:count]
            except dbapi2.DatabaseError:
                self._close()
        return list(rows.values())
