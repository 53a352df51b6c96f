"""Digests of what a device should hold, from the feeds it follows and nothing else."""

from collections.abc import Mapping

from sqlalchemy import Connection, and_, bindparam, select

from sync.digests import Sums, sums
from sync.hub import tables as t
from sync.records import SHARED

_standing = (
    select(t.entry.c.scope, t.entry.c.record_id, t.record.c.rev, t.record.c.deleted)
    .select_from(
        t.entry.join(t.record, and_(t.record.c.tenant == t.entry.c.tenant, t.record.c.id == t.entry.c.record_id))
    )
    .where(t.entry.c.tenant == bindparam("tenant"), t.entry.c.feed == bindparam("feed"), t.entry.c.kind == "put")
)


class Digests:
    """Counts anew each time, but for the shared feed, the same for everybody: that is kept by its chain hash."""

    def __init__(self) -> None:
        self._shared: tuple[str, Sums] = ("", {})

    def of(self, conn: Connection, tenant: int, heads: Mapping[str, tuple[int, str]]) -> Sums:
        """Digest per scope of what stands in these feeds."""
        found: Sums = {}
        for feed, (_, chain) in heads.items():
            if feed == SHARED and chain and self._shared[0] == chain:
                found |= self._shared[1]
                continue
            mine = sums(tuple(row) for row in conn.execute(_standing, {"tenant": tenant, "feed": feed}))
            if feed == SHARED:
                self._shared = chain, mine
            found |= mine
        return found
