"""What becomes of an operation the hub refused: given up, or sent again with what was corrected since."""

from copy import copy
from typing import TYPE_CHECKING

from msgspec.structs import fields

from broker_tui.storage import rows
from broker_tui.storage.ground import Transaction
from broker_tui.storage.ops import pending_of
from broker_tui.storage.projection import dumps, loads
from sync.merge import rebase
from sync.records import RECORD_TYPES, Doc, new_id, patched

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

_REFUSED = "ack_status IS NULL AND problem IS NOT NULL"
_PARTNER = "tx-partner-refused"
"""The hub's code for an operation that is good itself, but was saved together with a refused one."""


def discard(transaction: Transaction, op_id: str) -> bool:
    """Give up a refused operation; the views follow.

    What was built on a record that never came to be goes with it. Changes saved together with it that were refused
    only on its account are sent again.
    """
    connection = transaction.connection
    found = connection.execute(
        f"SELECT type, record_id, kind, tx, seq, patch, before FROM op WHERE op = ? AND {_REFUSED}", (op_id,)
    ).fetchone()
    if found is None:
        return False
    type_name, record_id, kind, tx, seq, patch, before = found
    connection.execute("UPDATE op SET ack_status = 'discarded' WHERE op = ?", (op_id,))
    # The hub has never heard of it: what was saved after it would wait for it for ever.
    connection.execute(
        "UPDATE op SET after_op = (SELECT after_op FROM op WHERE op = ?1) WHERE after_op = ?1 AND ack_status IS NULL",
        (op_id,),
    )
    _unseen(connection, record_id, seq, loads(patch), loads(before))
    touched = {(type_name, record_id)}
    if kind == "create":
        touched |= _discard_built_on(connection, record_id)
    for line in sorted(touched):
        reset_view(transaction, *line)
    others = connection.execute(
        f"SELECT 1 FROM op WHERE tx = ? AND {_REFUSED} AND json_extract(problem, '$.code') <> ?", (tx, _PARTNER)
    ).fetchone()
    if others is None:
        connection.execute(f"UPDATE op SET problem = NULL WHERE tx = ? AND {_REFUSED}", (tx,))
    return True


def _unseen(connection: "Connection", record_id: str, seq: int, patch: Doc, before: Doc) -> None:
    """Later changes saw a value that never came to be, and that the hub refuses: they saw what was there before it."""
    later = connection.execute(
        "SELECT seq, before FROM op WHERE record_id = ? AND seq > ? AND ack_status IS NULL", (record_id, seq)
    ).fetchall()
    for number, told in later:
        seen = loads(told)
        false = {name for name, value in seen.items() if name in patch and patch[name] == value}
        if false:
            true = {name: value for name, value in seen.items() if name not in false}
            true |= {name: before[name] for name in false if name in before}
            connection.execute("UPDATE op SET before = ? WHERE seq = ?", (dumps(true), number))


def _discard_built_on(connection: "Connection", record_id: str) -> set[tuple[str, str]]:
    """Give up what cannot be without a record: its own later changes, its scope, records that must name it.

    Records that merely may name it lose the link and stay. Returns the records to look at again.
    """
    touched: set[tuple[str, str]] = set()
    missing = [record_id]
    while missing:
        gone = missing.pop()
        found = connection.execute(
            "SELECT op, type, record_id, kind, scope, patch FROM op WHERE ack_status IS NULL "
            "AND (record_id = ?1 OR scope = 'case:' || ?1 OR instr(patch, ?1))",
            (gone,),
        ).fetchall()
        for op, type_name, other, kind, scope, patch in found:
            rest = _without(type_name, loads(patch), gone)
            touched.add((type_name, other))
            if other != gone and scope != f"case:{gone}" and rest is not None:
                connection.execute("UPDATE op SET patch = ? WHERE op = ?", (dumps(rest), op))
                continue
            connection.execute("UPDATE op SET ack_status = 'discarded' WHERE op = ?", (op,))
            if kind == "create" and other != gone:
                missing.append(other)
    return touched


def _without(type_name: str, patch: Doc, gone: str) -> Doc | None:
    """A patch that no longer names a record; None if the type demands the link."""
    named = {name for name, value in patch.items() if value == gone}
    if any(field.required and field.encode_name in named for field in fields(RECORD_TYPES[type_name].struct)):
        return None
    return {
        name: [item for item in value if item != gone] if isinstance(value, list) else value
        for name, value in patch.items()
        if name not in named
    }


def retry(transaction: Transaction, op_id: str, fresh: str) -> bool:
    """Let a refused operation go again: later unsent edits of the record are folded into it.

    It gets the id `fresh`, because the hub remembers its answer to the old one, unless the hub said `same-op`.
    """
    connection = transaction.connection
    found = connection.execute(
        f"SELECT seq, kind, patch, before, problem, record_id, tx FROM op WHERE op = ? AND {_REFUSED}",
        (op_id,),
    ).fetchone()
    if found is None:
        return False
    seq, kind, patch, before, problem, record_id, tx = found
    changes, seen = loads(patch), loads(before)
    if kind in ("create", "patch", "resolve"):
        later = connection.execute(
            "SELECT seq, patch, before FROM op WHERE record_id = ? AND seq > ? AND ack_status IS NULL "
            "AND kind = 'patch' ORDER BY seq",
            (record_id, seq),
        ).fetchall()
        for later_seq, more, more_seen in later:
            if kind == "create":  # nothing was there before it; what was seen is the very value that was refused
                changes = patched(changes, loads(more))
            else:
                changes, seen = {**changes, **loads(more)}, {**loads(more_seen), **seen}
            connection.execute("UPDATE op SET ack_status = 'folded' WHERE seq = ?", (later_seq,))
    same = loads(problem).get("retry") == "same-op"
    identity = op_id if same else fresh
    connection.execute(
        "UPDATE op SET op = ?, patch = ?, before = ?, problem = NULL WHERE seq = ?",
        (identity, dumps(changes), dumps(seen), seq),
    )
    if not same:
        _rename(connection, op_id, identity, record_id)
    for other in connection.execute(
        f"SELECT op FROM op WHERE tx = ? AND {_REFUSED}",
        (tx,),
    ).fetchall():
        retry(transaction, other[0], new_id())
    transaction.types.add("op")
    return True


def reset_view(transaction: Transaction, type_name: str, record_id: str) -> None:
    """Show a record as the hub's word with the operations on top that are still under way."""
    connection = transaction.connection
    before = rows.fetch(connection, type_name, record_id)
    if before is None:
        return
    base, scope, deleted = before.hub_word()
    pending = pending_of(connection, record_id, before.rev)
    transaction.touched(type_name, before.scope, scope)
    if base is None and not any(op.kind == "create" for op in pending):
        rows.erase(connection, before)
        return
    seen = rebase(RECORD_TYPES[type_name], base, pending, deleted)
    after = copy(before)
    after.doc, after.deleted, after.scope = seen.doc, seen.deleted, pending[-1].scope if pending else scope
    if not pending:
        after.base, after.base_scope, after.base_deleted = None, None, False
    rows.change(connection, before, after)


def _rename(connection: "Connection", old: str, new: str, record_id: str) -> None:
    connection.execute("UPDATE op SET after_op = ? WHERE after_op = ? AND record_id = ?", (new, old, record_id))
    connection.execute("UPDATE op SET chain = ? WHERE chain = ? AND record_id = ?", (new, old, record_id))
