"""Puts what was salvaged on top of a backup: every save it does not hold, in the order they were made, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from broker_tui.domain.audit import AuditLine, sealed
from broker_tui.domain.views import NotFound
from broker_tui.services.ports import Write
from broker_tui.storage.audit import AuditPart
from broker_tui.storage.ground import Transaction
from broker_tui.storage.journal import JournalPart, changed
from broker_tui.storage.leaving import take_away
from broker_tui.storage.projection import loads
from broker_tui.storage.salvage import OP_COLUMNS, Salvaged
from sync.records import RecordError, Scope

_HERE = ("projection", "audit.anchor")
"""Rows of `laptop` that belong to the database they lie in."""
_ADD_OP = f"INSERT INTO op ({', '.join(OP_COLUMNS[1:])}) VALUES ({', '.join('?' * (len(OP_COLUMNS) - 1))})"


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many saves were put back, how many of them nobody but this laptop has, and how many drafts."""

    operations: int
    unsent: int
    drafts: int


class ReplayPart(JournalPart, AuditPart):
    """Taking salvaged rows in."""

    def replay(self, found: Salvaged) -> Replayed:
        """All in one transaction; doing it twice changes nothing more.

        The feeds are read again from their start with the next sync: what the backup lacks of the hub comes from there.
        """
        with self._writing() as transaction:
            connection = transaction.connection
            known = {row[0] for row in connection.execute("SELECT op FROM op")}
            added = [op for op in found.ops if op["mine"] and op["op"] not in known]
            for op in added:
                self._view(transaction, op)
                connection.execute(_ADD_OP, [op[name] for name in OP_COLUMNS[1:]])
            drafts = self._pairs(transaction, found)
            self._lines(transaction, found.audit)
            self._read_again(connection)
        self._me = self._read_me()
        return Replayed(len(added), sum(op["ack_status"] is None for op in added), drafts)

    def _view(self, transaction: Transaction, op: dict[str, Any]) -> None:
        """The record as the save left it; one that came from the hub after the backup comes again with a sync."""
        closes = tuple(loads(op["closes"])) if op["closes"] else ()
        write = Write(op["kind"], op["type"], op["record_id"], Scope(op["scope"]), loads(op["patch"]), closes)
        try:
            change = changed(transaction.connection, write, op["at"])
        except (NotFound, RecordError):
            return
        if change is not None:
            self._store(transaction, change, op["at"])

    def _pairs(self, transaction: Transaction, found: Salvaged) -> int:
        connection = transaction.connection
        drafts = found.pairs.get("draft", [])
        for row in drafts:
            connection.execute(
                "INSERT INTO draft VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE "
                'SET "values" = excluded."values", saved_at = excluded.saved_at WHERE excluded.saved_at > saved_at',
                row,
            )
        connection.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", found.pairs.get("setting", []))
        own = [row for row in found.pairs.get("laptop", []) if row[0] not in _HERE]
        connection.executemany("INSERT OR REPLACE INTO laptop VALUES (?, ?)", own)
        gone = {row[0] for row in connection.execute("SELECT scope FROM departed")}
        for scope, at, why in found.pairs.get("departed", []):  # a backup from before still holds them
            if scope not in gone:
                take_away(transaction, scope.removeprefix("case:"), why, at)
        return len(drafts)

    def _lines(self, transaction: Transaction, rows: Sequence[tuple[Any, ...]]) -> None:
        """Lines of the audit log that follow from the last one here, as far as they follow from each other."""
        connection = transaction.connection
        head = connection.execute("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        last, before = (head[0], bytes.fromhex(head[1] or "")) if head else (0, bytes(32))
        for row in rows:
            line = AuditLine(*(*row[:-1], row[-1] or ""))
            if line.seq <= last:
                continue
            if line.seq != last + 1 or not before or sealed(self._audit_key, before, line).hex() != line.mac:
                break
            self._put_line(connection, line)
            last, before = line.seq, bytes.fromhex(line.mac)
