"""Saving, and what the journal tells: one transaction per save, one operation per changed record.

The journal is outbox, history and undo in one. An operation is unsent as long as the hub has not named it in an
answer (`ack_status IS NULL`), in quarantine or not; nothing else says so.
"""

import json
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from broker_tui.domain.views import NotFound, Saved
from broker_tui.services.ports import Operation, Write
from broker_tui.storage import rows
from broker_tui.storage.audit import AuditPart
from broker_tui.storage.ground import Transaction, moment, utc
from broker_tui.storage.projection import dumps, loads
from broker_tui.storage.rows import Row
from sync.merge import former
from sync.records import RECORD_TYPES, Doc, RecordError, RecordType, Scope, check, new_id, normal, patched

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

_ADD_OP = """INSERT INTO op (op, tx, together, mine, type, record_id, scope, former_scope, kind, v, base_rev, chain,
    after_op, patch, before, closes, at, staff, device, undoes)
    VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_LAST_OF_RECORD = """SELECT op, chain, base_rev FROM op
    WHERE record_id = ? AND mine = 1 AND stable = 0 AND (ack_status IS NULL OR ack_rev > ?) ORDER BY seq DESC LIMIT 1"""
OPERATION = "op, tx, type, record_id, scope, former_scope, kind, patch, before, at, undoes"


class _Change(NamedTuple):
    kind: RecordType
    write: Write
    before: Row | None
    after: Row
    patch: Doc


class JournalPart(AuditPart):
    """Writing records, and reading single transactions back."""

    def save(
        self, writes: Sequence[Write], *, undoes: str | None = None, imported: Mapping[str, Doc] | None = None
    ) -> Saved:
        """Write all or nothing; see `Store.save`."""
        at = self._now()
        tx = ""
        with self._writing() as transaction:
            connection = transaction.connection
            together = int(len(writes) > 1)
            for write in writes:
                change = changed(connection, write, at)
                if change is None:
                    continue
                operation = new_id()
                tx = tx or operation
                self._store(transaction, change, at)
                self._note(transaction, change, (operation, tx, together, at, undoes))
            for record_id, doc in (imported or {}).items():
                connection.execute("INSERT OR REPLACE INTO imported VALUES (?, ?)", (record_id, dumps(doc)))
            ending = getattr(self._ending, "key", None)
            if ending:
                connection.execute("DELETE FROM draft WHERE key = ?", (ending,))
        return Saved(tx or new_id(), tuple(write.id for write in writes))

    def imported(self, ids: Sequence[str]) -> dict[str, Doc]:
        """What the last import said about these records."""
        found = self._rows(
            "SELECT record_id, doc FROM imported WHERE record_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {record_id: loads(doc) for record_id, doc in found}

    def operations(self, tx: str) -> list[Operation]:
        """The operations saved together under `tx` (or with the operation of that id), in save order."""
        found = self._rows(
            f"""SELECT {OPERATION} FROM op WHERE seq IN (
                SELECT seq FROM op WHERE op = ?1
                UNION SELECT seq FROM op WHERE op = (SELECT tx FROM op WHERE op = ?1)
                UNION SELECT seq FROM op WHERE op <> tx AND tx = coalesce((SELECT tx FROM op WHERE op = ?1), ?1)
            ) AND mine = 1 ORDER BY seq""",
            (tx,),
        )
        return [_operation(row) for row in found]

    def _store(self, transaction: Transaction, change: _Change, at: str) -> None:
        connection, before, after = transaction.connection, change.before, change.after
        if before is None:
            rows.add(connection, after)
        else:
            rows.change(connection, before, after)
        transaction.touched(after.type, after.scope, before.scope if before else after.scope)
        for conflict_id in change.write.closes:
            settle(connection, conflict_id, self._me.staff_id, at)
            transaction.types.add("conflict")

    def _note(self, transaction: Transaction, change: _Change, saved: tuple[str, str, int, str, str | None]) -> None:
        operation, tx, together, at, undoes = saved
        connection, before, after, me = transaction.connection, change.before, change.after, self._me
        previous = None
        if before is not None:
            previous = connection.execute(_LAST_OF_RECORD, (after.id, after.rev)).fetchone()
        chain, after_op, base = operation, None, after.rev
        if previous is not None:
            after_op, chain, base = previous
        seen = {} if before is None else former(change.kind, before.doc, change.patch)
        connection.execute(
            _ADD_OP,
            (
                *(operation, tx, together, after.type, after.id, after.scope),
                *((before or after).scope, change.write.kind, change.kind.version, base, chain, after_op),
                *(dumps(change.patch), dumps(seen)),
                *(dumps(change.write.closes) if change.write.closes else None,),
                *(at, me.staff_id, me.device_id, undoes),
            ),
        )
        detail = " ".join(sorted(change.patch)) if change.write.kind != "create" else ""
        action = "undo" if undoes else change.write.kind
        self._audit(transaction, at, action, after.type, after.id, detail)


def settle(connection: "Connection", conflict_id: str, staff_id: str, at: str) -> None:
    """Show a difference as settled here, before the hub has said so."""
    before = rows.fetch(connection, "conflict", conflict_id)
    if before is None or before.doc.get("state") == "settled":
        return
    after = copy(before)
    after.keep_base()
    after.doc = {**before.doc, "state": "settled", "settled_by": staff_id, "settled_at": at}
    rows.change(connection, before, after)


def changed(connection: "Connection", write: Write, at: str) -> _Change | None:
    """What a write makes of its record; None if nothing becomes different."""
    kind = RECORD_TYPES.get(write.type)
    if kind is None:
        raise RecordError(write.type, "", "unknown record type")
    raw: dict[str, Any] = msgspec.to_builtins(dict(write.patch))
    patch: Doc = {name: normal(value) for name, value in sorted(raw.items())}
    before = rows.fetch(connection, write.type, write.id)
    if write.kind == "create":
        if before is not None:
            raise RecordError(write.type, "/id", "a record with this id stands already")
        patch = {name: value for name, value in patch.items() if value is not None}
        after = Row(write.type, write.id, write.scope, patch, v=kind.version, entered_at=utc(at))
    else:
        if before is None:
            raise NotFound(write.type)
        if kind.append_only and patch and write.kind in ("patch", "resolve"):
            raise RecordError(write.type, "", "a fact is corrected by a new record, never patched")
        after = copy(before)
        after.keep_base()
        if write.kind in ("delete", "restore"):
            patch, after.deleted = {}, write.kind == "delete"
        if write.kind == "move":
            after.scope = write.scope
        if write.kind == "patch":
            patch = {name: value for name, value in patch.items() if before.doc.get(name) != value}
        after.doc = patched(before.doc, patch)
        if write.kind in ("patch", "delete", "restore") and not patch and before.deleted == after.deleted:
            return None
    if not kind.may_live_in(after.scope):
        raise RecordError(write.type, "/scope", "a record of this type cannot lie here")
    check(write.type, after.doc)
    return _Change(kind, write, before, after, patch)


def _operation(row: Any) -> Operation:
    op, tx, type_name, record_id, scope, former_scope, kind, patch, before, at, undoes = row
    changed: Doc = loads(patch)
    seen = {name: value for name, value in loads(before).items() if name in changed}
    return Operation(
        op, tx, type_name, record_id, Scope(scope), Scope(former_scope), kind, changed, seen, moment(at), undoes
    )
