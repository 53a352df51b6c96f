"""Pages of a device's two feeds. Stored documents go out as the bytes they are; nothing is decoded on the way."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, select

from sync.digests import added, differing, read
from sync.hub import cutting
from sync.hub import tables as t
from sync.hub.digesting import Digests
from sync.hub.listed import among
from sync.hub.problems import Refused
from sync.hub.scopes import broker_feed
from sync.hub.state import Actor
from sync.protocol import MAX_ITEMS, Cursor, PullAnswer, PullRequest, StatusRequest
from sync.records import SHARED

_encode = msgspec.json.Encoder().encode
_page = (
    select(
        *(t.entry.c.seq, t.entry.c.kind, t.entry.c.record_id, t.entry.c.type, t.entry.c.scope, t.entry.c.solo),
        *(t.entry.c.solo_after, t.record.c.rev, t.record.c.v, t.record.c.deleted, t.record.c.doc, t.record.c.by),
        t.entry.c.tx,
    )
    .select_from(
        t.entry.outerjoin(t.record, and_(t.record.c.tenant == t.entry.c.tenant, t.record.c.id == t.entry.c.record_id))
    )
    .where(
        t.entry.c.tenant == bindparam("tenant"),
        t.entry.c.feed == bindparam("feed"),
        t.entry.c.seq > bindparam("seq"),
    )
    .order_by(t.entry.c.seq)
    .limit(bindparam("n"))
)
_page_only = _page.where(among(t.entry.c.scope, "scopes"))
_own_ops = (
    select(t.op.c.record_id, t.op.c.op)
    .where(
        t.op.c.tenant == bindparam("tenant"),
        t.op.c.device == bindparam("device"),
        t.op.c.feed == bindparam("feed"),
        t.op.c.seq > bindparam("low"),
        t.op.c.seq <= bindparam("high"),
    )
    .order_by(t.op.c.seq)
)
_heads = (
    select(t.tenant.c.epoch, (t.tenant.c.stable_at.is_not(None) | t.tenant.c.backup_mark.is_not(None)).label("marks"))
    .add_columns(t.feed.c.feed, t.feed.c.seq, t.feed.c.chain, t.feed.c.stable)
    .select_from(t.tenant.outerjoin(t.feed, and_(t.feed.c.tenant == t.tenant.c.tenant, among(t.feed.c.feed, "feeds"))))
    .where(t.tenant.c.tenant == bindparam("tenant"))
)
_chain_at = (
    select(t.feed_chain.c.chain)
    .where(
        t.feed_chain.c.tenant == bindparam("tenant"),
        t.feed_chain.c.feed == bindparam("feed"),
        t.feed_chain.c.seq <= bindparam("seq"),
    )
    .order_by(t.feed_chain.c.seq.desc())
    .limit(1)
)


def feeds_of(actor: Actor) -> tuple[str, ...]:
    """What a device follows: shared records first, because the others name them."""
    return (SHARED, broker_feed(actor.staff_id or ""))


class Pull:
    """Reads one page inside one read transaction, which also says which history that is.

    The epoch is read each time: after a restore another process gives a new one, and this one must not go on with what
    it once read.
    """

    def __init__(self, conn: Connection, tenant: int, actor: Actor, digests: Digests | None = None) -> None:
        self.conn = conn
        self.tenant = tenant
        self.actor = actor
        self._digests = digests or Digests()
        feeds = feeds_of(actor)
        rows = conn.execute(_heads, {"tenant": tenant, "feeds": list(feeds)}).all()
        self.epoch: str = rows[0].epoch if rows else ""  # no row is not of this jobcenter
        found = {row.feed: (row.seq, row.chain) for row in rows if row.feed is not None}
        stable = {row.feed: row.stable for row in rows if row.feed is not None}
        self.heads: dict[str, tuple[int, str]] = {feed: found.get(feed, (0, "")) for feed in feeds}
        """Number and chain hash at the end of the device's feeds."""
        self.stable: dict[str, int] = {feed: stable.get(feed, 0) for feed in feeds} if rows and rows[0].marks else {}
        """Up to which number each feed is in a backup; empty where nobody ever began one with a mark."""

    def check(self, cursors: Mapping[str, Cursor]) -> None:
        """Refuse a cursor that this history never gave out.

        Raises:
            Refused: `history-diverged`.
        """
        for feed, (head, head_chain) in self.heads.items():
            cursor = cursors.get(feed)
            if cursor is None or (cursor.epoch == "" and cursor.seq == 0):
                continue
            if cursor.epoch != self.epoch or not 0 <= cursor.seq <= head:
                raise Refused("history-diverged")
            if cursor.chain != (head_chain if cursor.seq == head else self._chain(feed, cursor.seq)):
                raise Refused("history-diverged")

    def same(self, request: StatusRequest) -> bool | None:
        """Whether a laptop that is up to date holds what it should; None when that cannot be told."""
        if not request.digest or not self._current(request.cursors):
            return None
        return read(request.digest) == added(*self._digests.of(self.conn, self.tenant, self.heads).values())

    def _current(self, cursors: Mapping[str, Cursor]) -> bool:
        return all(cursors.get(feed, Cursor()).seq == head for feed, (head, _) in self.heads.items())

    def page(self, request: PullRequest) -> PullAnswer:
        """The next page."""
        cursors, limit = request.cursors, request.limit
        self.check(cursors)
        room = max(1, min(limit, MAX_ITEMS))
        items: list[msgspec.Raw] = []
        following: dict[str, Cursor] = {}
        more = False
        for feed, (head, head_chain) in self.heads.items():
            start = cursors.get(feed, Cursor())
            at = start.seq
            if at < head and room > 0:
                part, at, ended = self._part(feed, start, head, room, request, taken=bool(items))
                items += part
                room -= len(part)
                more = more or not ended
            elif at < head:
                more = True
            chain = head_chain if at == head else self._chain(feed, at)
            following[feed] = Cursor(epoch=self.epoch, seq=at, chain=chain)
        told = None
        if request.digests is not None and self._current(cursors):
            told = differing(self._digests.of(self.conn, self.tenant, self.heads), request.digests)
        return PullAnswer(
            items=items,
            count=len(items),
            next=following,
            more=more,
            stable=self.stable,
            end=True,
            page=request.page,
            digests=told,
        )

    def _chain(self, feed: str, seq: int) -> str:
        found = self.conn.execute(_chain_at, {"tenant": self.tenant, "feed": feed, "seq": seq}).scalar()
        return found or ""

    def _rows(self, feed: str, start: Cursor, n: int, request: PullRequest) -> Sequence[Any]:
        wanted: dict[str, Any] = {"tenant": self.tenant, "feed": feed, "seq": start.seq, "n": n}
        if request.only:
            return self.conn.execute(_page_only, wanted | {"scopes": request.only}).all()
        return self.conn.execute(_page, wanted).all()

    def _part(
        self, feed: str, start: Cursor, head: int, room: int, request: PullRequest, *, taken: bool
    ) -> tuple[list[msgspec.Raw], int, bool]:
        """Entries of one feed, the number the page then stands at, and whether that is the feed's end.

        `taken`: the page holds something already.
        """
        rows = self._rows(feed, start, room + 1, request)
        if not rows:
            return [], head, True
        count = cutting.whole([row.tx for row in rows], room)
        if not count and not taken:
            longer = self._rows(feed, start, MAX_ITEMS + 1, request)
            length = cutting.first([row.tx for row in longer])
            rows, count = (longer, length) if length <= MAX_ITEMS else (rows, room)
        if not count:
            return [], start.seq, False
        ended = len(rows) <= count
        rows = rows[:count]
        own = self._own(feed, start.seq, rows[-1][0]) if start.epoch else {}
        known_from = start.seq if start.epoch and not request.whole else None
        items = [msgspec.Raw(self._item(row, own, known_from)) for row in rows]
        return items, head if ended else rows[-1][0], ended

    def _own(self, feed: str, low: int, high: int) -> dict[str, list[str]]:
        own: dict[str, list[str]] = {}
        parameters = {"tenant": self.tenant, "device": self.actor.device_id, "feed": feed, "low": low, "high": high}
        for record_id, op in self.conn.execute(_own_ops, parameters):
            own.setdefault(record_id, []).append(op)
        return own

    def _item(self, row: Any, own: Mapping[str, list[str]], known_from: int | None) -> bytes:
        """One change, put together from parts that are JSON already; ids, types and scopes hold no quotes."""
        seq, kind, record_id, type_name, scope, solo, solo_after, rev, v, deleted, doc, by, _tx = row
        head = f'{{"seq":{seq},"kind":"{kind}","id":"{record_id}","type":"{type_name}","scope":"{scope}"'
        if kind != "put":
            return head.encode() + b"}"
        parts = [head.encode(), b',"rev":%d,"v":%d' % (rev, v)]
        ops = own.get(record_id)
        if ops:
            parts += [b',"ops":', _encode(ops)]
        own_only = ops and known_from is not None and solo == self.actor.device_id and solo_after <= known_from
        if not own_only:
            parts += [b',"doc":', doc]
        if deleted:
            parts.append(b',"deleted":true')
        parts += [b',"by":', by, b"}"]
        return b"".join(parts)
