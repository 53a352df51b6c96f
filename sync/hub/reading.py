"""What a push reads before it judges: a handful of statements, whatever the number of operations."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, or_, select

from sync.hub import tables as t
from sync.hub.listed import among
from sync.hub.locking import make_feeds, several_writers
from sync.hub.state import Entry, Grant, Known, Line, OpenConflict, Rec, State

ROOTS = "roots"
"""Stands in `rest` of an operation whose run grew out of another one."""
LATE = "late"
"""Stands in `rest` of an operation that came after the case had gone to somebody else."""
_TOLD = re.compile(f'"(?:{ROOTS}|{LATE})"'.encode())
_known = select(
    *(t.op.c.op, t.op.c.chain, t.op.c.rest),
    *(t.op.c.digest, t.op.c.status, t.op.c.rev, t.op.c.seq, t.op.c.conflicts),
).where(t.op.c.tenant == bindparam("tenant"), among(t.op.c.op, "ids"))
_followed = select(t.op.c.after).where(
    t.op.c.tenant == bindparam("tenant"), among(t.op.c.record_id, "ids"), t.op.c.after.is_not(None)
)
_record_columns = (
    *(t.record.c.id, t.record.c.type, t.record.c.scope, t.record.c.rev, t.record.c.v, t.record.c.deleted),
    *(t.record.c.doc, t.record.c.field_revs, t.record.c.by),
)
_records = select(*_record_columns).where(t.record.c.tenant == bindparam("tenant"), among(t.record.c.id, "ids"))
_scope_records = select(*_record_columns).where(
    t.record.c.tenant == bindparam("tenant"), t.record.c.scope == bindparam("scope")
)
_scopes = select(t.record.c.scope).where(t.record.c.tenant == bindparam("tenant"), among(t.record.c.id, "ids"))
_exists = select(t.record.c.id).where(t.record.c.tenant == bindparam("tenant"), among(t.record.c.id, "ids"))
_roles = select(*_record_columns).where(
    t.record.c.tenant == bindparam("tenant"), among(t.record.c.scope, "ids"), t.record.c.type == "role_assignment"
)
_offered = select(t.record.c.doc).where(
    t.record.c.tenant == bindparam("tenant"), among(t.record.c.id, "ids"), t.record.c.type == "handover"
)
_grants = select(
    *(t.grant.c.source, t.grant.c.scope, t.grant.c.staff_id, t.grant.c.until, t.grant.c.active, t.grant.c.since)
).where(t.grant.c.tenant == bindparam("tenant"), among(t.grant.c.scope, "ids"))
_turning = select(t.grant.c.scope).where(
    t.grant.c.tenant == bindparam("tenant"),
    t.grant.c.staff_id == bindparam("staff"),
    or_(and_(t.grant.c.active, t.grant.c.until < bindparam("today")), t.grant.c.since <= bindparam("today")),
)
_conflicts = select(t.conflict.c.conflict_id, t.conflict.c.record_id, t.conflict.c.chain, t.conflict.c.fields).where(
    t.conflict.c.tenant == bindparam("tenant"), among(t.conflict.c.record_id, "ids")
)
_entries = select(
    *(t.entry.c.feed, t.entry.c.record_id, t.entry.c.seq, t.entry.c.kind, t.entry.c.type, t.entry.c.scope),
    *(t.entry.c.solo, t.entry.c.solo_after),
).where(
    t.entry.c.tenant == bindparam("tenant"),
    among(t.entry.c.feed, "feeds"),
    among(t.entry.c.record_id, "ids"),
)
_heads = (
    select(t.feed.c.feed, t.feed.c.seq)
    .where(t.feed.c.tenant == bindparam("tenant"), among(t.feed.c.feed, "ids"))
    .order_by(t.feed.c.feed)
    .with_for_update()
)
_members = select(t.member.c.staff_id).where(t.member.c.tenant == bindparam("tenant"), t.member.c.role != "admin")


def _rec(row: Any) -> Rec:
    return Rec(
        id=row[0], type=row[1], scope=row[2], rev=row[3], v=row[4], deleted=row[5], doc=row[6], field_revs=row[7],
        by=row[8],
    )  # fmt: skip


class Reader:
    """Queries of one tenant in one transaction."""

    def __init__(self, conn: Connection, tenant: int) -> None:
        self.conn = conn
        self.tenant = tenant

    def _rows(self, statement: Any, ids: Iterable[str]) -> Sequence[Any]:
        wanted = list(ids)
        return self.conn.execute(statement, {"tenant": self.tenant, "ids": wanted}).all() if wanted else []

    def members(self) -> list[str]:
        """Everybody who may see cases; an administrator may not."""
        return list(self.conn.execute(_members, {"tenant": self.tenant}).scalars())

    def scopes(self, ids: Iterable[str]) -> set[str]:
        """Where records lie now."""
        return {row[0] for row in self._rows(_scopes, ids)}

    def known(self, state: State, ops: Iterable[str]) -> None:
        """Which operations were accepted before."""
        for op, chain, rest, digest, status, rev, seq, conflicts in self._rows(_known, ops):
            told = msgspec.json.decode(rest) if rest and _TOLD.search(rest) else {}
            roots = tuple((name, upto) for name, upto in told.get(ROOTS, ()))
            line = Line(chain or op, roots)
            state.known[op] = Known(digest, status, rev, seq, conflicts, line, told.get(LATE, False))

    def followed(self, state: State, records: Iterable[str]) -> None:
        """Which operations of these records have a successor."""
        state.followed.update(row[0] for row in self._rows(_followed, records))

    def records(self, state: State, ids: Iterable[str]) -> None:
        """Records by id."""
        for row in self._rows(_records, {i for i in ids if i not in state.records}):
            self._take(state, _rec(row))

    def scope_records(self, state: State, scope: str) -> list[Rec]:
        """Every record of a scope, as this push sees it."""
        for row in self.conn.execute(_scope_records, {"tenant": self.tenant, "scope": scope}):
            if row[0] not in state.records:
                self._take(state, _rec(row))
        return sorted((r for r in state.records.values() if r.scope == scope), key=lambda r: r.id)

    @staticmethod
    def _take(state: State, rec: Rec) -> None:
        state.records[rec.id] = rec
        state.existing.add(rec.id)

    def linked(self, state: State, ids: Iterable[str]) -> None:
        """Which of the records named by others exist."""
        state.linked.update(row[0] for row in self._rows(_exists, ids))

    def grants(self, state: State, scopes: Iterable[str]) -> None:
        """Who may see which case."""
        for source, scope, staff, until, active, since in self._rows(_grants, scopes):
            state.loaded_grants.add(source)
            state.add_grant(Grant(source=source, scope=scope, staff_id=staff, until=until, active=active, since=since))

    def roles(self, state: State, scopes: Iterable[str]) -> None:
        """Who has which role in these cases."""
        for row in self._rows(_roles, scopes):
            if row[0] not in state.records:
                self._take(state, _rec(row))

    def offered(self, ids: Iterable[str]) -> list[str]:
        """The citizens whom offers are about."""
        return [msgspec.json.decode(row[0])["citizen_id"] for row in self._rows(_offered, ids)]

    def turning(self, staff: str, today: str) -> set[str]:
        """Scopes a person has a role in that ended before today but still counts, or that waits for a day that came."""
        parameters = {"tenant": self.tenant, "staff": staff, "today": today}
        return set(self.conn.execute(_turning, parameters).scalars())

    def conflicts(self, state: State, ids: Iterable[str]) -> None:
        """Open differences of the records, with their conflict records; asked for also where there is none."""
        meant = set(ids)
        for conflict_id, record_id, chain, fields in self._rows(_conflicts, meant):
            state.conflicts[conflict_id] = OpenConflict(
                conflict_id=conflict_id, record_id=record_id, chain=chain, fields=fields
            )
            state.loaded_conflicts.add(conflict_id)
        if meant:
            self.records(state, state.conflicts or [""])

    def heads(self, state: State, feeds: Iterable[str]) -> None:
        """Counters of the feeds, locked in ascending order until the transaction ends."""
        wanted = {feed for feed in feeds if feed not in state.heads}
        found = self._rows(_heads, wanted)
        if several_writers(self.conn) and len(found) < len(wanted):
            make_feeds(self.conn, self.tenant, sorted(wanted - {row[0] for row in found}))
            found = self._rows(_heads, wanted)
        for feed, seq in found:
            state.heads[feed] = seq

    def entries(self, state: State, feeds: Iterable[str], ids: Iterable[str]) -> None:
        """Where the records stand in the feeds."""
        names, wanted = list(feeds), list(ids)
        if not names or not wanted:
            return
        for feed, record_id, seq, kind, type_name, scope, solo, after in self.conn.execute(
            _entries, {"tenant": self.tenant, "feeds": names, "ids": wanted}
        ):
            state.entries.setdefault(
                (feed, record_id),
                Entry(seq=seq, kind=kind, type=type_name, scope=scope, solo=solo, solo_after=after),
            )
