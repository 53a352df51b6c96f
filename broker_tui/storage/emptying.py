"""What was done here to records that left this laptop: the words go, but not before they lie in a backup of the hub.

A hub that went back to an older copy gets from the laptops what it lost (`repeating`). So the content of a change it
took is kept until it says that a backup holds it, at most `KEEP`; a hub that says nothing about backups is not waited
for. An order to erase waits for nobody and does not come this way.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from broker_tui.storage.projection import dumps, loads
from sync.records import RECORD_TYPES

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

LEFT = "sync.left"
"""Row of `laptop`: type of and day on which each record left whose changes still have their content."""
UNKNOWN = -1
"""In `feed.stable` while the hub says nothing about its backups."""
KEEP = timedelta(days=30)
"""Longer than any backup may be overdue; then the words go even so."""
TAKEN = "('applied', 'merged', 'conflict', 'duplicate', 'late')"
"""In `op.ack_status`: the hub has it."""
_SAFE = """(SELECT stable < 0 OR ack_seq <= stable FROM feed WHERE (name = 'shared') = (op.scope = 'shared'))"""
_UNSAFE = f"""SELECT DISTINCT record_id FROM op WHERE record_id IN (SELECT value FROM json_each(?))
    AND mine = 1 AND ack_status IN {TAKEN} AND patch <> '{{}}' AND (stable <> 0 OR NOT coalesce({_SAFE}, 0))"""
"""What waits to be sent again has its number from a history the hub lost: that says nothing about its backups."""
_EMPTY = """UPDATE op SET patch = '{}', before = '{}', problem = NULL, stable = 0
    WHERE record_id IN (SELECT value FROM json_each(?)) AND ack_status IS NOT NULL"""


def remember(connection: "Connection", left: Iterable[tuple[str, str]], at: str) -> set[str]:
    """Note records (type, id) that left; those whose changes have to keep their words for now."""
    types = {record_id: type_name for type_name, record_id in left}
    kept = {row[0] for row in connection.execute(_UNSAFE, (json.dumps(list(types)),))}
    if kept:
        waiting = _waiting(connection)
        waiting |= {record_id: [types[record_id], at] for record_id in kept}
        _put(connection, waiting)
    return kept


def empty(connection: "Connection", type_name: str, record_id: str, at: str) -> None:
    """A record left: take the words of what was done to it, now or when the hub has them in a backup."""
    if not remember(connection, [(type_name, record_id)], at):
        connection.execute(_EMPTY, (json.dumps([record_id]),))


def sweep(connection: "Connection", at: str) -> None:
    """After the hub said how far its backups go: take the words that need not wait any longer."""
    waiting = _waiting(connection)
    if not waiting:
        return
    unsafe = {row[0] for row in connection.execute(_UNSAFE, (json.dumps(list(waiting)),))}
    oldest = datetime.fromisoformat(at) - KEEP
    back = {record_id for record_id, (type_name, _) in waiting.items() if _is_here(connection, type_name, record_id)}
    late = {record_id for record_id, (_, since) in waiting.items() if datetime.fromisoformat(since) < oldest}
    done = (waiting.keys() - unsafe | late) - back
    if done:
        connection.execute(_EMPTY, (json.dumps(sorted(done)),))
    _put(connection, {name: line for name, line in waiting.items() if name not in done | back})


def _waiting(connection: "Connection") -> dict[str, list[str]]:
    row = connection.execute("SELECT value FROM laptop WHERE name = ?", (LEFT,)).fetchone()
    return loads(row[0]) if row else {}


def _put(connection: "Connection", waiting: dict[str, list[str]]) -> None:
    if waiting:
        connection.execute("INSERT OR REPLACE INTO laptop VALUES (?, ?)", (LEFT, dumps(waiting)))
    else:
        connection.execute("DELETE FROM laptop WHERE name = ?", (LEFT,))


def _is_here(connection: "Connection", type_name: str, record_id: str) -> bool:
    if type_name not in RECORD_TYPES:
        return False
    return connection.execute(f'SELECT 1 FROM "{type_name}" WHERE id = ?', (record_id,)).fetchone() is not None
