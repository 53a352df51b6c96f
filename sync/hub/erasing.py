"""Erasing a person: the records go, the history keeps only that something was there, and every laptop is told.

Operation ids stay, so that a laptop that sends one again gets the answer of the first time and nothing is written
twice. A mark stays in the place of the grants: a scope nobody has ever heard of belongs to whoever writes in it first,
and this one must belong to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, or_, select, update

from sync.hub import tables as t
from sync.hub.listed import among
from sync.hub.locking import hold_tenant
from sync.hub.reading import Reader
from sync.hub.scopes import broker_feed
from sync.hub.state import Actor, Grant, State, erased_source
from sync.hub.writing import Writer
from sync.records import RECORD_TYPES, field_names

_ELSEWHERE = tuple(
    name
    for name, kind in sorted(RECORD_TYPES.items())
    if (kind.may_live_in("broker:") or kind.may_live_in("handover:")) and "citizen_id" in field_names(name)
)
"""Types of records that name a citizen and may lie outside the case: in a broker's own scope, or as an offer."""
_named = select(t.record.c.id, t.record.c.doc).where(
    t.record.c.tenant == bindparam("tenant"),
    t.record.c.type.in_(_ELSEWHERE),
    or_(t.record.c.scope.like("broker:%"), t.record.c.scope.like("handover:%")),
)
_of_scope = select(t.record.c.id).where(
    t.record.c.tenant == bindparam("tenant"), t.record.c.scope == bindparam("scope")
)
_standing = select(t.entry.c.feed, t.entry.c.record_id, t.entry.c.type, t.entry.c.scope).where(
    t.entry.c.tenant == bindparam("tenant"),
    or_(t.entry.c.scope == bindparam("scope"), among(t.entry.c.record_id, "ids")),
)
_readers = select(t.grant.c.staff_id).where(
    t.grant.c.tenant == bindparam("tenant"), t.grant.c.scope == bindparam("scope")
)
_delete_records = delete(t.record).where(t.record.c.tenant == bindparam("tenant"), among(t.record.c.id, "ids"))
_delete_conflicts = delete(t.conflict).where(
    t.conflict.c.tenant == bindparam("tenant"), among(t.conflict.c.record_id, "ids")
)
_empty_history = (
    update(t.op)
    .where(
        t.op.c.tenant == bindparam("b_tenant"),
        or_(t.op.c.scope == bindparam("b_scope"), among(t.op.c.record_id, "ids")),
    )
    .values(patch=b"{}", rest=None)
)
_refused = select(t.refused.c.op, t.refused.c.device, t.refused.c.payload).where(
    t.refused.c.tenant == bindparam("tenant")
)
_delete_refused = delete(t.refused).where(
    t.refused.c.tenant == bindparam("tenant"),
    t.refused.c.op == bindparam("op"),
    t.refused.c.device == bindparam("device"),
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took: records, operations emptied, and the feeds in which the order stands."""

    records: int
    operations: int
    feeds: tuple[str, ...]


def erase(conn: Connection, tenant: int, scope: str, today: str) -> Erased:
    """Erase the person of a case scope inside a write transaction; doing it twice changes nothing more."""
    hold_tenant(conn, tenant, alone=True)
    citizen = scope.removeprefix("case:")
    reader = Reader(conn, tenant)
    state = State(Actor(), today, reader.members())
    ids = sorted({citizen, *_ids(conn, tenant, scope, citizen)})
    reader.grants(state, [scope])
    standing = conn.execute(_standing, {"tenant": tenant, "scope": scope, "ids": ids}).all()
    told = {
        broker_feed(staff) for staff in conn.execute(_readers, {"tenant": tenant, "scope": scope}).scalars() if staff
    }
    feeds = sorted(told | {row[0] for row in standing})
    reader.heads(state, feeds)
    before = dict(state.heads)
    reader.entries(state, feeds, {citizen, *(row[1] for row in standing)})
    for feed, record_id, type_name, where in sorted(tuple(row) for row in standing):
        if record_id != citizen and state.entries[feed, record_id].kind != "purge":
            state.purge(feed, record_id, type_name, where)
    for feed in feeds:  # the person last: with it the laptop takes everything it still holds
        known = state.entries.get((feed, citizen))
        if known is None or known.kind != "purge":
            state.purge(feed, citizen, "citizen", scope)
    for source in list(state.grants):
        if source != erased_source(scope):
            state.drop_grant(source)
    mark = Grant(source=erased_source(scope), scope=scope, staff_id="", until=today, active=False)
    if mark.source not in state.grants:
        state.add_grant(mark)
        state.dirty_grants.add(mark.source)
    Writer(conn, tenant).everything(state, before)
    conn.execute(_delete_conflicts, {"tenant": tenant, "ids": ids})
    records = conn.execute(_delete_records, {"tenant": tenant, "ids": ids}).rowcount
    operations = conn.execute(_empty_history, {"b_tenant": tenant, "b_scope": scope, "ids": ids}).rowcount
    _forget_refused(conn, tenant, ids)
    return Erased(records, operations, tuple(feeds))


def _ids(conn: Connection, tenant: int, scope: str, citizen: str) -> list[str]:
    found = list(conn.execute(_of_scope, {"tenant": tenant, "scope": scope}).scalars())
    for record_id, doc in conn.execute(_named, {"tenant": tenant}):
        if citizen.encode() in doc and msgspec.json.decode(doc).get("citizen_id") == citizen:
            found.append(record_id)
    return found


def _forget_refused(conn: Connection, tenant: int, ids: Sequence[str]) -> None:
    """Dead letters that name any of the ids."""
    needles = [one.encode() for one in ids]
    gone: list[dict[str, Any]] = [
        {"tenant": tenant, "op": op, "device": device}
        for op, device, payload in conn.execute(_refused, {"tenant": tenant}).all()
        if any(needle in payload for needle in needles)
    ]
    if gone:
        conn.execute(_delete_refused, gone)
