"""A hub in memory, with the protocol's behaviour and none of its bookkeeping, and a line that has bad days.

Everybody sees every case here; `hand_over` takes one away from a person.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from broker_tui.services.hub_line import ClosableHub
from sync.errors import BadAnswer, Cause, HubRefused, HubTrouble, NoNetwork, SyncError
from sync.merge import Clash, Merged, MergeRefused, merge
from sync.protocol import (
    AnswerStatus,
    By,
    Change,
    Cursor,
    DevicesAnswer,
    DevicesRequest,
    EnrolAnswer,
    EnrolRequest,
    LostRequest,
    Op,
    OpAnswer,
    OwnDevice,
    Problem,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
)
from sync.records import RECORD_TYPES, SHARED, Doc, new_id

_decode_op = msgspec.json.Decoder(Op).decode
_encode = msgspec.json.Encoder().encode


@dataclass
class Rec:
    """A record on the hub."""

    type: str
    scope: str
    state: Merged
    authors: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    by_device: dict[str, list[str]] = field(default_factory=dict)
    merged: bool = False
    newest: By | None = None


@dataclass
class FakeHub:
    """What all devices share."""

    epoch: str = "epoch-1"
    records: dict[str, Rec] = field(default_factory=dict)
    answers: dict[str, tuple[bytes, OpAnswer]] = field(default_factory=dict)
    feeds: dict[str, dict[str, tuple[int, Change | None]]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    staff: list[str] = field(default_factory=list)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    batches: int = 0

    def add_broker(self, name: str) -> str:
        """A person with an empty feed."""
        staff_id = new_id()
        self.staff.append(staff_id)
        self.heads.update({f"broker:{staff_id}": 0, SHARED: self.heads.get(SHARED, 0)})
        self.codes[f"CODE{len(self.staff)}"] = (staff_id, name)
        return staff_id

    def code_for(self, staff_id: str) -> str:
        """A fresh one-time code."""
        code = f"C{len(self.codes):09d}"
        self.codes[code] = (staff_id, "Invented Broker")
        return code

    def line_for(self, staff_id: str) -> "FakeLine":
        """The hub as a new device of this person sees it."""
        device_id = new_id()
        self.devices[device_id] = staff_id
        return FakeLine(self, device_id, staff_id)

    def hand_over(self, scope: str, away_from: str) -> None:
        """Take a scope off a person's laptops."""
        for record_id, rec in self.records.items():
            if rec.scope == scope:
                self._enter(f"broker:{away_from}", record_id, self._revoke(record_id, rec))

    def lose_history(self) -> None:
        """As after a restored backup: no cursor given out before is known any more."""
        self.epoch += "+"

    def take(self, op: Op, device_id: str, staff_id: str) -> OpAnswer:
        """Judge one operation."""
        content = _encode((op.id, op.kind, op.patch, op.closes))
        if op.op in self.answers:
            seen, answer = self.answers[op.op]
            if seen != content:
                return _rejected(op, "op-id-reuse")
            return msgspec.structs.replace(answer, status="duplicate")
        if op.after is not None and op.after not in self.answers:
            return OpAnswer(op=op.op, status="waiting")
        kind = RECORD_TYPES[op.type]
        rec = self.records.get(op.id)
        before = rec.state if rec else Merged({}, False, {}, 0, False)
        try:
            after = merge(
                kind,
                before.doc if rec else None,
                before.deleted,
                before.field_revs,
                before.rev,
                op,
                scope=rec.scope if rec else None,
            )
        except MergeRefused as refused:
            return _rejected(op, refused.code)
        rec = rec or self.records.setdefault(op.id, Rec(op.type, op.scope, after))
        rec.state = after
        rec.by_device.setdefault(device_id, []).append(op.op)
        rec.merged = after.merged_with_others
        if after.changed:
            rec.authors[after.rev] = (staff_id, device_id, op.at)
            rec.newest = By(staff=staff_id, device=device_id, at=op.at, fields=sorted(op.patch), op=op.op)
        if after.moved:
            left, rec.scope = rec.scope, op.scope
            for feed in self._feeds(left):
                if feed not in self._feeds(op.scope):
                    self._enter(feed, op.id, self._revoke(op.id, rec))
        conflicts = [self._open(rec, op, clash, (staff_id, device_id, op.at)) for clash in after.clashes]
        for conflict_id in op.closes:
            self._close(conflict_id, staff_id)
        for feed in self._feeds(rec.scope):
            self._enter(feed, op.id, None)
        status: AnswerStatus = "conflict" if conflicts else "merged" if after.merged_with_others else "applied"
        answer = OpAnswer(op=op.op, status=status, rev=after.rev, conflicts=conflicts)
        self.answers[op.op] = (content, answer)
        return answer

    def _open(self, rec: Rec, op: Op, clash: Clash, author: tuple[str, str, str]) -> str:
        fields = list(clash.fields)
        for conflict_id, other in self.records.items():
            doc = other.state.doc
            if other.type != "conflict" or doc.get("state") == "settled":
                continue
            if (doc["record_id"], doc["chain"], doc["fields"]) == (op.id, clash.chain, fields):
                self._write(conflict_id, other.scope, {**doc, "other": _side(clash.other, author)})
                return conflict_id
        conflict_id = new_id()
        kept = rec.authors.get(clash.kept_rev, ("", "", ""))
        doc = {
            "record_id": op.id,
            "record_type": op.type,
            "fields": fields,
            "kept": _side(clash.kept, kept),
            "other": _side(clash.other, author),
            "before": {"values": clash.before},
            "chain": clash.chain,
        }
        self._write(conflict_id, rec.scope, doc)
        return conflict_id

    def _close(self, conflict_id: str, staff_id: str) -> None:
        rec = self.records.get(conflict_id)
        if rec is not None:
            self._write(conflict_id, rec.scope, {**rec.state.doc, "state": "settled", "settled_by": staff_id})

    def _write(self, record_id: str, scope: str, doc: Doc) -> None:
        rec = self.records.get(record_id)
        rev = (rec.state.rev if rec else 0) + 1
        self.records[record_id] = Rec("conflict", scope, Merged(doc, False, {}, rev, True))
        for feed in self._feeds(scope):
            self._enter(feed, record_id, None)

    def _feeds(self, scope: str) -> list[str]:
        if scope == SHARED:
            return [SHARED]
        return [scope] if scope.startswith("broker:") else [f"broker:{staff}" for staff in self.staff]

    def _enter(self, feed: str, record_id: str, change: Change | None) -> None:
        self.heads[feed] = self.heads.get(feed, 0) + 1
        entries = self.feeds.setdefault(feed, {})
        entries.pop(record_id, None)
        entries[record_id] = (self.heads[feed], change)

    def _revoke(self, record_id: str, rec: Rec) -> Change:
        return Change(seq=0, kind="revoke", id=record_id, type=rec.type, scope=rec.scope)

    def check(self, cursors: dict[str, Cursor]) -> None:
        """Refuse cursors of another history."""
        if any(cursor.epoch not in ("", self.epoch) for cursor in cursors.values()):
            raise HubRefused(Cause.HISTORY_DIVERGED, Problem(code="history-diverged", status=409))

    def change(self, feed: str, record_id: str, device_id: str) -> Change:
        """A feed entry as one device gets it."""
        seq, ready = self.feeds[feed][record_id]
        if ready is not None:
            return msgspec.structs.replace(ready, seq=seq)
        rec = self.records[record_id]
        own = rec.by_device.get(device_id, [])
        alone = len(rec.by_device) == 1 and bool(own) and not rec.merged
        return Change(
            seq=seq,
            kind="put",
            id=record_id,
            type=rec.type,
            scope=rec.scope,
            rev=rec.state.rev,
            doc=None if alone else rec.state.doc,
            deleted=rec.state.deleted,
            ops=own,
            by=rec.newest,
        )


@dataclass
class FakeLine:
    """The hub as one device sees it; implements `sync.ports.Hub`."""

    hub: FakeHub
    device_id: str
    staff_id: str

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        if len(base64.b64decode(request.public_key)) != 32 or request.code not in self.hub.codes:
            raise HubRefused(Cause.CODE_REFUSED, Problem(code="code-refused", status=403))
        staff_id, name = self.hub.codes.pop(request.code)
        self.device_id, self.staff_id = new_id(), staff_id
        self.hub.devices[self.device_id] = staff_id
        return EnrolAnswer(
            device_id=self.device_id, staff_id=staff_id, staff_name=name, tenant="t", epoch=self.hub.epoch
        )

    def status(self, request: StatusRequest) -> StatusAnswer:
        self.hub.check(request.cursors)
        heads = {feed: self.hub.heads.get(feed, 0) for feed in self._feeds()}
        return StatusAnswer(epoch=self.hub.epoch, heads=heads, staff_id=self.staff_id, device_id=self.device_id)

    def devices(self, request: DevicesRequest) -> DevicesAnswer:
        own = [name for name, staff in self.hub.devices.items() if staff == self.staff_id]
        return DevicesAnswer(
            devices=[
                OwnDevice(
                    id=name,
                    name=f"bærbar {number}",
                    enrolled_at="2026-11-16T09:00:00+00:00",
                    revoked_at="2026-11-17T09:00:00+00:00" if name in self.hub.lost else None,
                    this=name == self.device_id,
                )
                for number, name in enumerate(own, 1)
            ]
        )

    def lost(self, request: LostRequest) -> DevicesAnswer:
        if self.hub.devices.get(request.device) != self.staff_id or request.device == self.device_id:
            raise HubRefused(Cause.PROTOCOL, Problem(code="not-found", status=404))
        self.hub.lost.add(request.device)
        return self.devices(DevicesRequest())

    def push(self, request: PushRequest) -> PushAnswer:
        if request.epoch not in ("", self.hub.epoch):
            raise HubRefused(Cause.HISTORY_DIVERGED, Problem(code="history-diverged", status=409))
        self.hub.batches += 1
        answers = [self.hub.take(_decode_op(raw), self.device_id, self.staff_id) for raw in request.items]
        items = [msgspec.Raw(_encode(answer)) for answer in answers]
        return PushAnswer(items=items, receipt=f"2026-1121-{self.hub.batches}", batch=request.batch)

    def pull(self, request: PullRequest) -> PullAnswer:
        self.hub.check(request.cursors)
        items: list[msgspec.Raw] = []
        following: dict[str, Cursor] = {}
        more = False
        for feed in self._feeds():
            at = request.cursors.get(feed, Cursor()).seq
            new = sorted((s, r) for r, (s, _) in self.hub.feeds.get(feed, {}).items() if s > at)
            room = request.limit - len(items)
            more = more or len(new) > room
            for seq, record_id in new[:room]:
                items.append(msgspec.Raw(_encode(self.hub.change(feed, record_id, self.device_id))))
                at = seq
            at = at if len(new) > room else max(at, self.hub.heads.get(feed, 0))
            following[feed] = Cursor(epoch=self.hub.epoch, seq=at, chain=f"{feed}-{at}")
        return PullAnswer(items=items, count=len(items), next=following, more=more, end=True, page=request.page)

    def close(self) -> None: ...

    def _feeds(self) -> list[str]:
        return [SHARED, f"broker:{self.staff_id}"]


Fault = Callable[[str, int], SyncError | None]
"""Asked with the message's name and its number in this run; an error is what the laptop gets."""


@dataclass
class BadLine:
    """A line to a hub that breaks as told.

    Attributes:
        before: the request never arrives.
        after: the hub works, the answer is lost.
        twice: every request arrives twice.
        garble: changes an answer on its way.
    """

    hub: "ClosableHub"
    before: Fault = lambda name, number: None
    after: Fault = lambda name, number: None
    twice: bool = False
    garble: "Callable[[object], object]" = lambda answer: answer
    calls: list[str] = field(default_factory=list)

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        return self._pass("enrol", request)  # type: ignore[return-value]  # one door for all four

    def status(self, request: StatusRequest) -> StatusAnswer:
        return self._pass("status", request)  # type: ignore[return-value]  # one door for all four

    def push(self, request: PushRequest) -> PushAnswer:
        return self._pass("push", request)  # type: ignore[return-value]  # one door for all four

    def pull(self, request: PullRequest) -> PullAnswer:
        return self._pass("pull", request)  # type: ignore[return-value]  # one door for all four

    def devices(self, request: DevicesRequest) -> DevicesAnswer:
        return self._pass("devices", request)  # type: ignore[return-value]  # one door for all

    def lost(self, request: LostRequest) -> DevicesAnswer:
        return self._pass("lost", request)  # type: ignore[return-value]  # one door for all

    def close(self) -> None: ...

    def _pass(self, name: str, request: object) -> object:
        self.calls.append(name)
        number = self.calls.count(name)
        if error := self.before(name, number):
            raise error
        answer: object = None
        for _ in range(2 if self.twice and name != "enrol" else 1):
            answer = getattr(self.hub, name)(request)
        if error := self.after(name, number):
            raise error
        return self.garble(answer)


def lost() -> SyncError:
    """The network went away."""
    return NoNetwork(Cause.NO_CONNECTION)


def broken() -> SyncError:
    """The hub answered 500."""
    return HubTrouble(Cause.BROKEN)


def cut() -> SyncError:
    """The answer ended in the middle."""
    return BadAnswer(Cause.CUT_SHORT)


def _rejected(op: Op, code: str) -> OpAnswer:
    return OpAnswer(op=op.op, status="rejected", problem=Problem(code=code, status=422))


def _side(values: Doc, author: tuple[str, str, str]) -> Doc:
    staff, device, at = author
    names = {"staff_id": staff, "device_id": device, "at": at}
    return {"values": values, **{name: value for name, value in names.items() if value}}


__all__ = ["BadLine", "FakeHub", "FakeLine", "broken", "cut", "lost"]
