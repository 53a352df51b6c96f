"""What a hub lost when it went back to an older copy, and whose author cannot send it again.

Somebody who changed such a record still holds what the hub once said of it, and the change waits for a record that
nobody brings. So this laptop brings it: the hub's own last word, as a record made anew under the same id. Whoever else
brings the same says nothing new.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from broker_tui.domain.views import Me
from broker_tui.storage import rows
from broker_tui.storage.ground import Transaction
from broker_tui.storage.projection import loads
from broker_tui.storage.rows import Row
from sync.records import RECORD_TYPES, SHARED, broker_scope, new_id

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

_ABOUT = "SELECT DISTINCT type, record_id FROM op WHERE op IN (SELECT value FROM json_each(?))"
_COMES = """SELECT 1 FROM op WHERE record_id = ? AND mine = 1 AND kind = 'create'
    AND (ack_status IS NULL OR stable <> 0)"""
_ADD = """INSERT INTO op (op, tx, mine, type, record_id, scope, former_scope, kind, v, chain, patch, before,
    at, staff, device) VALUES (?1, ?1, 1, ?2, ?3, ?4, ?4, 'create', ?5, ?1, ?6, ?6, ?7, ?8, ?9)"""
"""`before` says that all of it stood already: that is what tells it from a record somebody makes."""
_THE_HUBS = frozenset(("conflict", "staff"))
"""Types no laptop makes."""


def give_back(transaction: Transaction, waiting: str, me: Me, at: str) -> int:
    """Bring what waiting operations are about, and what that names, as far as the hub has lost it.

    Args:
        waiting: ids of the operations, as JSON. The feeds have been read whole since the hub went back: a record it
            once spoke of and does not know now has revision 0.

    Returns:
        How many records are brought.
    """
    connection = transaction.connection
    asked: list[tuple[str, str]] = connection.execute(_ABOUT, (waiting,)).fetchall()
    brought = 0
    for type_name, record_id in asked:  # grows by what the records name
        row = rows.fetch(connection, type_name, record_id) if type_name in RECORD_TYPES else None
        if row is None or row.rev or type_name in _THE_HUBS:
            continue
        asked += [named for named in _named(row) if named not in asked]
        scope = row.base_scope or row.scope
        if row.base is None or connection.execute(_COMES, (record_id,)).fetchone() or not _open(connection, scope, me):
            continue
        values = (new_id(), type_name, record_id, scope, row.v, row.base, at, me.staff_id, me.device_id)
        connection.execute(_ADD, values)
        transaction.touched(type_name, scope)
        brought += 1
    return brought


def _open(connection: "Connection", scope: str, me: Me) -> bool:
    """Whether the hub lets this person into a scope today; one it does not know is whoever's comes first."""
    if scope in (SHARED, broker_scope(me.staff_id)):
        return True
    return any(
        connection.execute(f'SELECT 1 FROM "{name}" WHERE scope = ? AND rev > 0 LIMIT 1', (scope,)).fetchone()
        for name in RECORD_TYPES
    )


def _named(row: Row) -> Sequence[tuple[str, str]]:
    """Type and id of the records a record cannot be without."""
    doc = loads(row.base) if row.base is not None else row.doc
    links = RECORD_TYPES[row.type].links
    return [(kind, doc[field]) for field, kind in links.items() if isinstance(doc.get(field), str)]
