"""Journal rows as the operations that travel."""

from typing import TYPE_CHECKING, Any

from broker_tui.storage.projection import loads
from sync.protocol import Op

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

COLUMNS = (
    "op, record_id, type, scope, kind, base_rev, v, patch, before, chain, after_op, "
    "CASE WHEN together THEN tx END, at, staff, closes"
)


def op_of(row: Any) -> Op:
    """An operation from `COLUMNS`."""
    op, record_id, type_name, scope, kind, base, v, patch, before, chain, after, tx, at, staff, closes = row
    return Op(
        op=op,
        id=record_id,
        type=type_name,
        scope=scope,
        kind=kind,
        base=base,
        v=v,
        patch=loads(patch),
        before=loads(before) if before != "{}" else {},
        chain=chain,
        after=after,
        tx=tx,
        at=at,
        staff=staff,
        closes=loads(closes) if closes else [],
    )


def pending_of(connection: "Connection", record_id: str, rev: int) -> list[Op]:
    """Own operations on a record that revision `rev` does not hold, in save order.

    A record that is given back (`giving_back`) is made after what was done to it; making it comes first all the same.
    A feed may hold an operation whose answer was lost: it has a revision and is still unsent.
    """
    found = connection.execute(
        f"SELECT {COLUMNS} FROM op WHERE record_id = ? AND mine = 1 "
        "AND (ack_status IS NULL AND ack_rev IS NULL OR ack_rev > ?) ORDER BY kind <> 'create', seq",
        (record_id, rev),
    ).fetchall()
    return [op_of(row) for row in found]
