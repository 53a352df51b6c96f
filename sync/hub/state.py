"""What one push has read and is about to write, in memory.

Everything is judged here first and written at the end in a few statements. A group of operations that belong
together works on a `Stage`; if one of them is refused the stage is dropped, which is what a savepoint would do.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync.hub.scopes import broker_feed
from sync.merge import FieldRevs, chain_of
from sync.protocol import AnswerStatus, Op
from sync.records import SHARED, Doc

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_decode_revs = msgspec.json.Decoder(list[tuple[int, str, list[str]]]).decode


class Rec(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A record as the hub holds it; `doc`, `field_revs` and `by` as stored JSON."""

    id: str
    type: str
    scope: str
    rev: int
    v: int
    deleted: bool
    doc: bytes
    field_revs: bytes
    by: bytes

    def as_doc(self) -> Doc:
        """The raw object."""
        return _decode(self.doc)

    def revs(self) -> dict[str, tuple[int, str]]:
        """Newest change per field."""
        packed = _decode_revs(self.field_revs)
        if len(packed) == 1 and not packed[0][2]:
            return dict.fromkeys(self.as_doc(), packed[0][:2])
        return {name: (rev, chain) for rev, chain, names in packed for name in names}


def first_revs(op: Op) -> bytes:
    """The revisions of a record that was just made: one change holds all fields, so none is named."""
    return b'[[1,"%s",[]]]' % chain_of(op).encode()


def pack_revs(revs: FieldRevs) -> bytes:
    """Fields by the change they share."""
    grouped: dict[tuple[int, str], list[str]] = {}
    for name, stamp in revs.items():
        grouped.setdefault(stamp, []).append(name)
    return msgspec.json.encode([(rev, chain, names) for (rev, chain), names in grouped.items()])


def derived_id(op: str, what: str) -> str:
    """The id of a record the hub makes on account of an operation: the same wherever history is replayed."""
    value = int.from_bytes(hashlib.blake2b(f"{op} {what}".encode(), digest_size=16).digest(), "big")
    stamp = uuid.UUID(op).int >> 80
    value = (stamp << 80) | (0x7 << 76) | (value >> 52 & 0xFFF) << 64 | (0b10 << 62) | (value & ((1 << 62) - 1))
    return str(uuid.UUID(int=value))


class Line(msgspec.Struct, frozen=True, gc=False):
    """The run of edits an operation goes on with.

    Attributes:
        chain: its name.
        roots: the chains it grew out of, with the record's revision where it left each of them. Two copies of one
            laptop go on with the same chain: the second to arrive at the hub gets a chain of its own from there.
    """

    chain: str
    roots: tuple[tuple[str, int], ...] = ()


class Known(msgspec.Struct, frozen=True, gc=False):
    """An operation that was accepted before: its content, the answer it got, and its run."""

    digest: bytes
    status: AnswerStatus
    rev: int
    seq: int
    conflicts: str | None
    line: Line
    late: bool = False


class Entry(msgspec.Struct, kw_only=True, gc=False):
    """One row of a feed; see `tables.entry`."""

    seq: int
    kind: str
    type: str
    scope: str
    solo: str | None = None
    solo_after: int = 0
    tx: str | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a member may see a case. `since`: the day it still waits for."""

    source: str
    scope: str
    staff_id: str
    until: str | None
    active: bool
    since: str | None = None

    def on(self, today: str) -> "Grant":
        """The same as it is on a day: what waited for it opens, what ended before it closes."""
        ended = self.until is not None and self.until < today
        if self.since is not None and self.since <= today:
            return msgspec.structs.replace(self, since=None, active=not ended)
        return msgspec.structs.replace(self, active=False) if self.active and ended else self


def erased_source(scope: str) -> str:
    """Source of the mark that stands in the place of an erased person's grants."""
    return f"erased:{scope}"


class OpenConflict(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict record that waits to be settled."""

    conflict_id: str
    record_id: str
    chain: str
    fields: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who pushes. The administrator on the command line has neither person nor device and may write anywhere."""

    staff_id: str | None = None
    device_id: str | None = None

    @property
    def is_admin(self) -> bool:
        return self.device_id is None


@dataclass(slots=True)
class Touch:
    """A record as an operation left it.

    Attributes:
        device: the device that made the whole change and needs no document back, else None.
        left: the scope it left, if it moved.
        created: whether no device can have known it before.
    """

    rec: Rec
    device: str | None = None
    left: str | None = None
    created: bool = False


@dataclass(slots=True)
class Stage:
    """What one group of operations would change."""

    records: dict[str, Rec] = field(default_factory=dict)
    touches: list[Touch] = field(default_factory=list)
    opened: dict[str, OpenConflict] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)
    followed: set[str] = field(default_factory=set)
    accepted: dict[str, tuple[int, Line]] = field(default_factory=dict)


class State:
    """The part of the database one push is about."""

    def __init__(self, actor: Actor, today: str, members: Iterable[str]) -> None:
        self.actor = actor
        self.today = today
        self.members = frozenset(members)
        self.records: dict[str, Rec] = {}
        self.existing: set[str] = set()
        self.known: dict[str, Known] = {}
        self.followed: set[str] = set()
        """Operations that another one names as the one before it."""
        self.linked: set[str] = set()
        self.grants: dict[str, Grant] = {}
        self.granted: dict[str, set[str]] = {}
        self._feeds: dict[str, list[str]] = {}
        self._by_scope: dict[str, dict[str, Grant]] = {}
        self.conflicts: dict[str, OpenConflict] = {}
        self.heads: dict[str, int] = {}
        self.entries: dict[tuple[str, str], Entry] = {}
        self.new_entries: set[tuple[str, str]] = set()
        self.moved_entries: set[tuple[str, str]] = set()
        self.dirty: set[str] = set()
        self.dirty_conflicts: set[str] = set()
        self.dirty_grants: set[str] = set()
        self.save: str | None = None
        """The save whose operation draws numbers now."""
        self.loaded_grants: set[str] = set()
        self.loaded_conflicts: set[str] = set()

    def add_grant(self, grant: Grant) -> None:
        """Take in a grant, new or changed."""
        before = self.grants.get(grant.source)
        if before is not None and before.scope != grant.scope:
            self.drop_grant(grant.source)
        self.grants[grant.source] = grant
        self._by_scope.setdefault(grant.scope, {})[grant.source] = grant
        self._recount(grant.scope)

    def drop_grant(self, source: str) -> None:
        """Take a grant away."""
        grant = self.grants.pop(source, None)
        if grant is not None:
            self.dirty_grants.add(source)
            del self._by_scope[grant.scope][source]
            self._recount(grant.scope)

    def _recount(self, scope: str) -> None:
        self._feeds.pop(scope, None)
        self.granted[scope] = {
            g.staff_id for g in self._by_scope[scope].values() if g.active and g.staff_id in self.members
        }

    def feeds_of(self, scope: str) -> list[str]:
        """The feeds in which a record of `scope` appears."""
        found = self._feeds.get(scope)
        if found is None:
            if scope == SHARED or scope.startswith("broker:"):
                found = [scope]
            else:
                found = sorted(broker_feed(staff) for staff in self.granted.get(scope, ()))
            self._feeds[scope] = found
        return found

    def entitled(self, scope: str, stage: Stage, *, claims: bool) -> bool:
        """Whether the pushing person may write in `scope`.

        With `claims` a case nobody has heard of becomes theirs. Only a create does: to any other operation such a
        case is what a stranger's is, or the two could be told apart.
        """
        staff = self.actor.staff_id
        if self.actor.is_admin or scope == SHARED:
            return True
        if scope.startswith("broker:"):
            return scope == f"broker:{staff}"
        if staff not in self.members:
            return False
        granted = self.granted.get(scope)
        if granted is None:
            if claims:
                stage.claimed.add(scope)
            return scope in stage.claimed
        return staff in granted

    def had(self, scope: str) -> bool:
        """Whether the pushing person once had a case: what they saved before it left them is still taken, as late."""
        staff = self.actor.staff_id
        if not scope.startswith("case:") or staff not in self.members:
            return False
        grants = self._by_scope.get(scope, {}).values()
        return any(g.staff_id == staff and not g.active and g.since is None for g in grants)

    def had_only(self, scope: str) -> bool:
        """Whether the pushing person once had a case and has it no more."""
        return self.had(scope) and self.actor.staff_id not in self.granted.get(scope, ())

    def is_open(self, scope: str) -> bool:
        """Whether the pushing person, who is no administrator, may write in `scope` as things stand."""
        staff = self.actor.staff_id
        if scope in (SHARED, f"broker:{staff}"):
            return True
        return staff in self.granted.get(scope, ()) and staff in self.members

    def next_seq(self, feed: str) -> int:
        """Draw the next number of a feed."""
        seq = self.heads.get(feed, 0) + 1
        self.heads[feed] = seq
        return seq

    def put(self, feed: str, touch: Touch) -> int:
        """Move a record's entry to the end of a feed."""
        rec = touch.rec
        key = (feed, rec.id)
        before = self.entries.get(key)
        solo, after = None, 0
        if touch.device is not None:
            if before is None:
                solo = touch.device if touch.created else None
            elif before.kind == "put":
                solo = touch.device
                after = before.solo_after if before.solo == touch.device else before.seq
        return self._set(
            key,
            Entry(seq=self.next_seq(feed), kind="put", type=rec.type, scope=rec.scope, solo=solo, solo_after=after),
            before,
        )

    def add(self, rec: Rec, device: str | None) -> None:
        """Take in a record that nobody had, made whole by `device`."""
        self.records[rec.id] = rec
        self.dirty.add(rec.id)
        for feed in self.feeds_of(rec.scope):
            if (feed, rec.id) in self.entries:
                self.put(feed, Touch(rec, device, created=True))
                continue
            seq = self.next_seq(feed)
            self._set((feed, rec.id), Entry(seq=seq, kind="put", type=rec.type, scope=rec.scope, solo=device), None)

    def revoke(self, feed: str, rec_id: str, type_name: str, scope: str) -> int:
        """Tell the readers of a feed that they may no longer hold a record."""
        key = (feed, rec_id)
        before = self.entries.get(key)
        return self._set(key, Entry(seq=self.next_seq(feed), kind="revoke", type=type_name, scope=scope), before)

    def purge(self, feed: str, rec_id: str, type_name: str, scope: str) -> int:
        """Tell the readers of a feed that a record is erased."""
        key = (feed, rec_id)
        before = self.entries.get(key)
        return self._set(key, Entry(seq=self.next_seq(feed), kind="purge", type=type_name, scope=scope), before)

    def erased(self, scope: str) -> bool:
        """Whether the person of a scope was erased; nothing about them may be kept, not even as a dead letter."""
        return erased_source(scope) in self.grants

    def _set(self, key: tuple[str, str], entry: Entry, before: Entry | None) -> int:
        entry.tx = self.save
        self.entries[key] = entry
        if before is None:
            self.new_entries.add(key)
        elif key not in self.new_entries:
            self.moved_entries.add(key)
        return entry.seq
