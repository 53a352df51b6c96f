"""What becomes of an operation the hub refused: given up, or sent again with what was corrected since."""

from copy import copy
from typing import Any

from broker_tui.storage import rows
from broker_tui.storage.ground import Transaction
from broker_tui.storage.ops import pending_of
from broker_tui.storage.projection import dumps, loads
from sync.merge import rebase
from sync.records import RECORD_TYPES, new_id, patched

_REFUSED = "ack_status IS NULL AND problem IS NOT NULL"


def discard(transaction: Transaction, op_id: str) -> bool:
    """Give up a refused operation and the refused ones of the same save; the views follow."""
    connection = transaction.connection
    found = connection.execute(
        f"SELECT type, record_id, kind FROM op WHERE {_REFUSED} "
        "AND (op = ?1 OR tx = (SELECT tx FROM op WHERE op = ?1)) "
        f"AND EXISTS (SELECT 1 FROM op WHERE op = ?1 AND {_REFUSED})",
        (op_id,),
    ).fetchall()
    connection.execute(
        f"UPDATE op SET ack_status = 'discarded' WHERE {_REFUSED} "
        "AND (op = ?1 OR tx = (SELECT tx FROM op WHERE op = ?1))",
        (op_id,),
    )
    for _, record_id, kind in found:
        if kind == "create":  # nothing can be built on a record that never came to be
            connection.execute(
                "UPDATE op SET ack_status = 'discarded' WHERE record_id = ? AND ack_status IS NULL", (record_id,)
            )
    for type_name, record_id in {(row[0], row[1]) for row in found}:
        reset_view(transaction, type_name, record_id)
    return bool(found)


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
            changes = patched(changes, loads(more)) if kind == "create" else {**changes, **loads(more)}
            seen = {**loads(more_seen), **seen}
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


def _rename(connection: Any, old: str, new: str, record_id: str) -> None:
    connection.execute("UPDATE op SET after_op = ? WHERE after_op = ? AND record_id = ?", (new, old, record_id))
    connection.execute("UPDATE op SET chain = ? WHERE chain = ? AND record_id = ?", (new, old, record_id))
