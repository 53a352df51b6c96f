"""Reading and writing one record row: document, the hub's base, projected columns and the search index together."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from broker_tui.storage import search_index
from broker_tui.storage.projection import columns, dumps, loads, project, replaces
from sync.records import Doc

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

_FIXED = (
    "id",
    "scope",
    "doc",
    "v",
    "rev",
    "deleted",
    "base",
    "base_scope",
    "base_deleted",
    "replaced_by",
    "entered_at",
)
_UUID7 = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(slots=True)
class Row:
    """A record row in memory. `text` is `doc` as stored; `base` is NULL while the document is the hub's own."""

    type: str
    id: str
    scope: str
    doc: Doc
    v: int = 1
    rev: int = 0
    deleted: bool = False
    base: str | None = None
    base_scope: str | None = None
    base_deleted: bool = False
    replaced_by: str | None = None
    entered_at: str = ""

    @property
    def stands(self) -> bool:
        """Whether lists and find show it."""
        return not self.deleted and self.replaced_by is None

    def keep_base(self) -> None:
        """Before a local change: what the row says now is the hub's word, if the hub has spoken at all."""
        if self.base is None and self.rev > 0:
            self.base, self.base_scope, self.base_deleted = dumps(self.doc), self.scope, self.deleted

    def hub_word(self) -> tuple[Doc | None, str, bool]:
        """Document, scope and deletion as the hub last said."""
        if self.base is not None:
            return loads(self.base), self.base_scope or self.scope, self.base_deleted
        return (self.doc if self.rev > 0 else None), self.scope, self.deleted


@cache
def _select(type_name: str) -> str:
    return f'SELECT {", ".join(_FIXED)} FROM "{type_name}" WHERE id = ?'


@cache
def insert_sql(type_name: str) -> str:
    """Statement that adds a row: the fixed columns, then the projected ones."""
    names = (*_FIXED, *columns(type_name))
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{type_name}" ({quoted}) VALUES ({", ".join("?" * len(names))})'


@cache
def _update(type_name: str) -> str:
    names = (*_FIXED[1:], *columns(type_name))
    sets = ", ".join(f'"{name}" = ?' for name in names)
    return f'UPDATE "{type_name}" SET {sets} WHERE id = ?'


def values(row: Row) -> list[Any]:
    """The values `insert_sql` asks for."""
    return [
        *(row.id, row.scope, dumps(row.doc), row.v, row.rev, int(row.deleted)),
        *(row.base, row.base_scope, int(row.base_deleted), row.replaced_by, row.entered_at),
        *project(row.type, row.doc),
    ]


def fetch(connection: "Connection", type_name: str, record_id: str) -> Row | None:
    """The row of a record."""
    found = connection.execute(_select(type_name), (record_id,)).fetchone()
    if found is None:
        return None
    rid, scope, doc, v, rev, deleted, base, base_scope, base_deleted, replaced_by, entered_at = found
    return Row(
        *(type_name, rid, scope, loads(doc), v, rev, bool(deleted)),
        *(base, base_scope, bool(base_deleted), replaced_by, entered_at),
    )


def add(connection: "Connection", row: Row) -> None:
    """Store a new record and let it be found."""
    if replaces(row.type):
        row.replaced_by = _replacement(connection, row.type, row.id)
    connection.execute(insert_sql(row.type), values(row))
    if row.stands:
        search_index.place(connection, row.type, row.id, row.doc, row.entered_at)
    if row.doc.get("replaces") and not row.deleted:
        settle_replaced(connection, row.type, row.doc["replaces"])


def change(connection: "Connection", before: Row, after: Row) -> None:
    """Store a changed record; the index and what it replaces follow."""
    connection.execute(_update(after.type), [*values(after)[1:], after.id])
    if before.stands and not (after.stands and search_index.same(after.type, before.doc, after.doc)):
        search_index.remove(connection, before.type, before.id, before.doc)
    if after.stands and not (before.stands and search_index.same(after.type, before.doc, after.doc)):
        search_index.place(connection, after.type, after.id, after.doc, after.entered_at)
    named = {doc.get("replaces") for doc in (before.doc, after.doc)} - {None}
    if named and (before.deleted != after.deleted or len(named) > 1):
        for record_id in named:
            settle_replaced(connection, after.type, str(record_id))


def erase(connection: "Connection", row: Row) -> None:
    """Take a record and what find knows of it away."""
    connection.execute(f'DELETE FROM "{row.type}" WHERE id = ?', (row.id,))
    if row.stands:
        search_index.remove(connection, row.type, row.id, row.doc)
    if row.doc.get("replaces"):
        settle_replaced(connection, row.type, row.doc["replaces"])


def settle_replaced(connection: "Connection", type_name: str, record_id: str) -> None:
    """Bring `replaced_by` of a record in line with the corrections that stand."""
    row = fetch(connection, type_name, record_id)
    if row is None:
        return
    newest = _replacement(connection, type_name, record_id)
    if newest == row.replaced_by:
        return
    stood = row.stands
    row.replaced_by = newest
    connection.execute(
        f'UPDATE "{type_name}" SET replaced_by = ? WHERE id = ?',
        (newest, record_id),
    )
    if stood and not row.stands:
        search_index.remove(connection, type_name, record_id, row.doc)
    elif row.stands and not stood:
        search_index.place(connection, type_name, record_id, row.doc, row.entered_at)


def _replacement(connection: "Connection", type_name: str, record_id: str) -> str | None:
    found = connection.execute(
        f'SELECT id FROM "{type_name}" WHERE replaces = ? AND deleted = 0 ORDER BY entered_at DESC, id DESC LIMIT 1',
        (record_id,),
    ).fetchone()
    return None if found is None else str(found[0])


def entered(record_id: str, otherwise: str) -> str:
    """When a record that came from elsewhere was first written: its id tells, if it is a UUIDv7."""
    found = _UUID7.fullmatch(record_id)
    return otherwise if found is None else _stamp(int(found[1] + found[2], 16)) or otherwise


def _stamp(milliseconds: int) -> str:
    """A moment as it is stored; "" if no calendar has its year."""
    seconds, rest = divmod(milliseconds, 1000)
    second = _second(seconds)
    return second and f"{second}.{rest:03}+00:00"


@lru_cache(1024)
def _second(seconds: int) -> str:
    """Records that are made in one go share their second."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return ""
