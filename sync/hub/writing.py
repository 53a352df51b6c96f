"""What a push writes after it judged: one statement per table, many rows each."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sync.hub import tables as t
from sync.hub.bulk import Bulk
from sync.hub.listed import among
from sync.hub.state import State

_update_record = (
    update(t.record)
    .where(t.record.c.tenant == bindparam("b_tenant"), t.record.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in ("scope", "rev", "v", "deleted", "doc", "field_revs", "by")})
)
_delete_entry = delete(t.entry).where(
    t.entry.c.tenant == bindparam("tenant"),
    t.entry.c.feed == bindparam("feed"),
    t.entry.c.record_id == bindparam("record_id"),
)
_update_feed = (
    update(t.feed)
    .where(t.feed.c.tenant == bindparam("b_tenant"), t.feed.c.feed == bindparam("b_feed"))
    .values(seq=bindparam("seq"), chain=bindparam("chain"))
)
_feed_chains = select(t.feed.c.feed, t.feed.c.chain).where(
    t.feed.c.tenant == bindparam("tenant"), among(t.feed.c.feed, "feeds")
)
_delete_conflict = delete(t.conflict).where(
    t.conflict.c.tenant == bindparam("tenant"), t.conflict.c.conflict_id == bindparam("conflict_id")
)
_delete_grant = delete(t.grant).where(t.grant.c.tenant == bindparam("tenant"), t.grant.c.source == bindparam("source"))
_delete_refused = delete(t.refused).where(t.refused.c.tenant == bindparam("tenant"), among(t.refused.c.op, "ops"))
_NONE_YET = ""


_insert_records = Bulk(t.record, "tenant", "id", "type", "scope", "rev", "v", "deleted", "doc", "field_revs", "by")
_insert_entries = Bulk(
    t.entry, "tenant", "feed", "record_id", "seq", "kind", "type", "scope", "solo", "solo_after", "tx"
)
HISTORY = (
    *(
        "tenant",
        "op",
        "digest",
        "record_id",
        "type",
        "scope",
        "kind",
        "base",
        "chain",
        "after",
        "tx",
        "v",
        "patch",
        "rest",
    ),
    *("staff", "device", "at", "received_at", "feed", "seq", "rev", "status", "conflicts"),
)
"""Order of the values of a history row."""
_insert_history = Bulk(t.op, *HISTORY)


class Writer:
    """Statements of one tenant in one transaction."""

    def __init__(self, conn: Connection, tenant: int) -> None:
        self.conn = conn
        self.tenant = tenant

    def _many(self, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self.conn.execute(statement, rows)

    def everything(self, state: State, heads_before: dict[str, int]) -> None:
        """Records, feeds, differences and grants as the push left them."""
        self._records(state)
        self._entries(state)
        self._conflicts(state)
        self._grants(state)
        self.move_heads(state, heads_before)

    def _records(self, state: State) -> None:
        fresh: list[tuple[Any, ...]] = []
        changed: list[dict[str, Any]] = []
        for rec_id in sorted(state.dirty):  # in order, or every row lands on another page
            r = state.records[rec_id]
            if rec_id not in state.existing:
                row = (self.tenant, r.id, r.type, r.scope, r.rev, r.v, r.deleted, r.doc, r.field_revs, r.by)
                fresh.append(row)
                continue
            new = {"scope": r.scope, "rev": r.rev, "v": r.v, "deleted": r.deleted, "doc": r.doc, "by": r.by}
            changed.append({**new, "field_revs": r.field_revs, "b_tenant": self.tenant, "b_id": rec_id})
        _insert_records.run(self.conn, fresh)
        self._many(_update_record, changed)

    def _entries(self, state: State) -> None:
        old = [{"tenant": self.tenant, "feed": f, "record_id": r} for f, r in state.moved_entries]
        self._many(_delete_entry, old)
        rows = []
        for key in (*sorted(state.new_entries), *sorted(state.moved_entries)):
            e = state.entries[key]
            rows.append((self.tenant, *key, e.seq, e.kind, e.type, e.scope, e.solo, e.solo_after, e.tx))
        _insert_entries.run(self.conn, rows)

    def _conflicts(self, state: State) -> None:
        known = state.dirty_conflicts & state.loaded_conflicts
        self._many(_delete_conflict, [{"tenant": self.tenant, "conflict_id": i} for i in sorted(known)])
        rows = []
        for conflict_id in sorted(state.dirty_conflicts & state.conflicts.keys()):
            c = state.conflicts[conflict_id]
            rows.append(
                {
                    "tenant": self.tenant,
                    "conflict_id": c.conflict_id,
                    "record_id": c.record_id,
                    "chain": c.chain,
                    "fields": c.fields,
                }
            )
        self._many(insert(t.conflict), rows)

    def _grants(self, state: State) -> None:
        known = state.dirty_grants & state.loaded_grants
        self._many(_delete_grant, [{"tenant": self.tenant, "source": s} for s in sorted(known)])
        rows = []
        for source in sorted(state.dirty_grants & state.grants.keys()):
            g = state.grants[source]
            rows.append(
                {
                    "tenant": self.tenant,
                    "source": g.source,
                    "scope": g.scope,
                    "staff_id": g.staff_id,
                    "since": g.since,
                    "until": g.until,
                    "active": g.active,
                }
            )
        self._many(insert(t.grant), rows)

    def move_heads(self, state: State, before: dict[str, int]) -> None:
        """Counters and one link of the hash chain per feed that moved."""
        moved = sorted(feed for feed, seq in state.heads.items() if seq != before.get(feed, 0))
        if not moved:
            return
        found = self.conn.execute(_feed_chains, {"tenant": self.tenant, "feeds": moved})
        chains: dict[str, str] = {row[0]: row[1] for row in found}
        rows = [
            {"tenant": self.tenant, "feed": f, "seq": state.heads[f], "chain": _link(chains.get(f, _NONE_YET))}
            for f in moved
        ]
        self._many(insert(t.feed), [row for row in rows if row["feed"] not in chains])
        self._many(
            _update_feed,
            [
                {"b_tenant": self.tenant, "b_feed": row["feed"], "seq": row["seq"], "chain": row["chain"]}
                for row in rows
                if row["feed"] in chains
            ],
        )
        self._many(insert(t.feed_chain), rows)

    def history(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Accepted operations, in the order of `HISTORY`."""
        _insert_history.run(self.conn, rows)

    def refused(self, rows: Sequence[dict[str, Any]]) -> None:
        """Dead letters; the last word on each."""
        if rows:
            newest = {(row["op"], row["device"]): row for row in rows}
            self.conn.execute(_delete_refused, {"tenant": self.tenant, "ops": sorted({op for op, _ in newest})})
            self._many(insert(t.refused), list(newest.values()))


def _link(previous: str) -> str:
    # the random part makes two histories differ even if the same operations were pushed again after a rollback
    return hashlib.blake2b(previous.encode() + secrets.token_bytes(16), digest_size=16).hexdigest()
