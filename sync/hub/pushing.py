"""One push: read, judge in memory, write, answer. Pushing a batch twice is the same as pushing it once.

Order of the work: decode each item by itself; read everything the batch is about; judge the operations in order,
those of one `tx` as a group that is applied whole or not at all; draw feed numbers; write in a few statements.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from sync.hub import tables as t
from sync.hub.batching import Item, in_groups, once_each, op_id, personal_links
from sync.hub.judging import Judge, checked_form, digest
from sync.hub.listed import LARGEST, fitting
from sync.hub.locking import Overtaken, hold_tenant, several_writers
from sync.hub.queueing import Queue
from sync.hub.reading import LATE, ROOTS, Reader
from sync.hub.refusing import Refusal, Waiting
from sync.hub.scopes import broker_feed, is_granted
from sync.hub.state import Actor, Grant, Known, Line, Rec, Stage, State, Touch
from sync.hub.writing import Writer
from sync.merge import chain_of
from sync.protocol import MAX_ITEMS, AnswerStatus, By, Op, OpAnswer
from sync.records import SHARED, RecordType, canonical, case_scope

_decode_op = msgspec.json.Decoder(Op).decode
_encode = msgspec.json.Encoder().encode
_author = select(t.op.c.staff, t.op.c.device, t.op.c.at, t.op.c.rest).where(
    t.op.c.tenant == bindparam("tenant"), t.op.c.record_id == bindparam("record"), t.op.c.rev == bindparam("rev")
)
"""Everything that was answered with a revision: what made it, and what changed nothing afterwards."""
_IDLE = "idle"
"""Stands in `rest` of an operation that changed nothing."""
FORCED = "forced"
"""Stands in `rest` of an operation that waited in vain for another one."""


class Push:
    """The work on one batch inside one write transaction."""

    def __init__(
        self, conn: Connection, tenant: int, actor: Actor, now: str, today: str, *, alone: bool = False
    ) -> None:
        self.conn = conn
        self.tenant = tenant
        self.actor = actor
        self.now = now
        hold_tenant(conn, tenant, alone=alone or actor.is_admin)
        self.reader = Reader(conn, tenant)
        self.state = State(actor, today, self.reader.members())
        self.queue = Queue(conn, tenant, actor.device_id or "", now)
        self.judge = Judge(self.state, now, self._author_of, self.queue.spent)
        self.heads_before: dict[str, int] = {}
        self._authors: dict[tuple[str, int], By] = {}

    def run(self, raws: Sequence[msgspec.Raw]) -> list[Item]:
        """Judge and write a batch; the answers stand in the items, in order."""
        items = [self._read(bytes(raw)) for raw in raws[:MAX_ITEMS]]
        self._load([item for item in items if item.op is not None])
        once, twins = once_each(items)
        for group in in_groups(once):
            if len(group) > 1 or not self._add(group[0]):
                self._judge_group(group)
        for item, first in twins:
            self._answer_twin(item, first)
        writer = Writer(self.conn, self.tenant)
        writer.everything(self.state, self.heads_before)
        writer.history([self._history_row(item) for item in items if item.accepted])
        writer.refused([row for item in items for row in self._refused_row(item)])
        self.queue.settle({item.op.op: item.answer.status for item in items if item.op and item.answer})
        return items

    def _read(self, raw: bytes) -> Item:
        item = Item(raw)
        try:
            op = _decode_op(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            detail = str(error) if isinstance(error, msgspec.ValidationError) else "not valid JSON"
            self._answer(item, _refusal(op_id(raw), Refusal("malformed", detail.partition(" - at")[0])))
            return item
        try:
            item.kind = checked_form(op)
        except Refusal as refusal:
            self._answer(item, _refusal(op.op, refusal))
            return item
        item.op = op
        item.patch = canonical(op.patch)
        item.digest = digest(op, item.patch)
        return item

    def _load(self, items: Sequence[Item]) -> None:
        ops = [item.op for item in items if item.op is not None]
        reader, state = self.reader, self.state
        self.queue.about = [op.op for op in ops]
        held = self._hold(ops)
        reader.known(state, {op.op for op in ops} | {op.after for op in ops if op.after})
        reader.followed(state, {op.id for op in ops if op.after})
        ids = {op.id for op in ops}
        reader.records(state, ids)
        reader.linked(state, personal_links(ops) - ids)
        offered = self._offered(ops)
        scopes = {op.scope for op in ops} | {rec.scope for rec in state.records.values()} | offered
        reader.grants(state, {scope for scope in scopes if is_granted(scope)})
        reader.roles(state, offered)
        # asked about records that are not here too: the time must not tell somebody else's from nobody's
        meant = {op.id for op in ops if op.kind != "create"}
        reader.conflicts(state, meant)
        feeds = self._feeds(state, scopes, ops)
        if held is None:
            reader.heads(state, feeds)
        elif not feeds <= held:
            raise Overtaken
        self.heads_before = dict(state.heads)
        reader.entries(state, feeds, state.existing | meant)

    def _hold(self, ops: Sequence[Op]) -> set[str] | None:
        """Lock the feeds this batch may move, before anything is read for good; None where this is the one writer."""
        if not several_writers(self.conn):
            return None
        scopes = {op.scope for op in ops} | self.reader.scopes({op.id for op in ops}) | self._offered(ops)
        glance = State(self.actor, self.state.today, self.state.members)
        self.reader.grants(glance, {scope for scope in scopes if is_granted(scope)})
        feeds = self._feeds(glance, scopes, ops)
        self.reader.heads(self.state, feeds)
        return feeds

    def _feeds(self, state: State, scopes: set[str], ops: Sequence[Op]) -> set[str]:
        feeds = {feed for scope in scopes for feed in state.feeds_of(scope)}
        feeds |= {broker_feed(staff) for staff in self._assigned(ops) & state.members}
        if self.actor.staff_id:
            feeds.add(broker_feed(self.actor.staff_id))
        return feeds

    def _assigned(self, ops: Sequence[Op]) -> set[str]:
        named = [
            op.patch.get("staff_id") if op.type == "role_assignment" else op.patch.get("to_id")
            for op in ops
            if op.type in ("role_assignment", "handover")
        ]
        return {staff for staff in named if isinstance(staff, str)}

    def _offered(self, ops: Sequence[Op]) -> set[str]:
        """The cases that offers among the operations are about."""
        about = [op for op in ops if op.type == "handover"]
        if not about:
            return set()
        named = [op.patch.get("citizen_id") for op in about]
        known = self.reader.offered({op.id for op in about})
        return {case_scope(citizen) for citizen in (*named, *known) if isinstance(citizen, str)}

    def _add(self, item: Item) -> bool:
        """Take in a plain new record; everything else is for `_judge_group`."""
        op, kind = item.op, item.kind
        if op is None or kind is None or op.op in self.state.known:
            return False
        rec = self.judge.straight(op, kind, item.patch)
        if rec is None:
            return False
        self.state.save = op.tx
        self.state.add(rec, self.actor.device_id)
        item.made = True
        self._accept(item, OpAnswer(op=op.op, status="applied", rev=rec.rev), Line(chain_of(op)))
        return True

    def _judge_group(self, group: Sequence[Item]) -> None:
        stage = Stage()
        outcomes: list[tuple[Item, OpAnswer, int]] = []
        failed: OpAnswer | None = None
        for item in group:
            if item.answer is not None:
                failed = item.answer
                continue
            op, kind = item.decoded()
            known = self.state.known.get(op.op)
            if known is not None:
                failed = self._repeat(item, known) or failed
                continue
            former = stage.records.get(op.id) or self.state.records.get(op.id)
            before = former.rev if former is not None else 0
            answer = self._judge_one(op, kind, item.patch, stage)
            item.made = answer.rev > before
            if answer.status in ("rejected", "waiting"):
                failed = answer
                self._answer(item, answer)
                if answer.status == "rejected":
                    break
            else:
                outcomes.append((item, answer, len(stage.touches)))
        if failed is None:
            self._commit(stage, outcomes)
            return
        for item in group:
            if item.answer is None and item.op is not None:
                known = self.state.known.get(item.op.op)
                if known is not None:
                    self._repeat(item, known)
                elif failed.status == "waiting":
                    self._answer(item, OpAnswer(op=item.op.op, status="waiting"))
                else:
                    self._answer(item, _refusal(item.op.op, Refusal("tx-partner-refused")))

    def _judge_one(self, op: Op, kind: RecordType, patch: bytes, stage: Stage) -> OpAnswer:
        try:
            return self.judge.apply(op, kind, patch, stage)
        except Refusal as refusal:
            return _refusal(op.op, refusal)
        except Waiting:
            return OpAnswer(op=op.op, status="waiting")

    def _repeat(self, item: Item, known: Known) -> OpAnswer | None:
        """The recorded answer again; returned is a refusal, if the id now stands for another content."""
        op, _ = item.decoded()
        if known.digest == item.digest:
            conflicts = known.conflicts.split(",") if known.conflicts else []
            answer = OpAnswer(
                op=op.op, status="duplicate", rev=known.rev, seq=known.seq, conflicts=conflicts, late=known.late
            )
            self._answer(item, answer)
            return None
        self._answer(item, _refusal(op.op, Refusal("op-id-reuse")))
        return item.answer

    def _answer_twin(self, item: Item, first: Item) -> None:
        """The same operation id twice in one batch."""
        op, _ = item.decoded()
        known = self.state.known.get(op.op)
        if known is not None:
            self._repeat(item, known)
        elif first.digest != item.digest:
            self._answer(item, _refusal(op.op, Refusal("op-id-reuse")))
        elif first.answer is not None:
            self._answer(item, first.answer)

    def _commit(self, stage: Stage, outcomes: Sequence[tuple[Item, OpAnswer, int]]) -> None:
        """Take a group's stage over and draw its numbers."""
        state = self.state
        for scope in sorted(stage.claimed):
            self._claim(scope)
        state.records.update(stage.records)
        state.dirty.update(stage.records)
        state.conflicts.update(stage.opened)
        for conflict_id in stage.closed:
            state.conflicts.pop(conflict_id, None)
        state.dirty_conflicts.update(stage.opened, stage.closed)
        state.followed |= stage.followed
        done = 0
        for item, answer, upto in outcomes:
            state.save = item.decoded()[0].tx
            for touch in stage.touches[done:upto]:
                self._touch(touch)
            done = upto
            if answer.late:
                self._send_away(item)
            self._accept(item, answer, stage.accepted[answer.op][1])

    def _send_away(self, item: Item) -> None:
        """What was taken late leaves the laptop it came from, also what it alone ever had."""
        op, _ = item.decoded()
        self.state.revoke(broker_feed(self.actor.staff_id or ""), op.id, op.type, op.scope)

    def _accept(self, item: Item, answer: OpAnswer, line: Line) -> None:
        op, _ = item.decoded()
        scope = self.state.records[op.id].scope if op.id in self.state.records else op.scope
        if self.actor.staff_id:
            item.feed = SHARED if scope == SHARED else broker_feed(self.actor.staff_id)
            entry = self.state.entries.get((item.feed, op.id))
            answer = msgspec.structs.replace(answer, seq=entry.seq if entry else 0)
        item.accepted = True
        self._answer(item, answer)
        self.state.known[op.op] = Known(
            item.digest, answer.status, answer.rev, answer.seq, ",".join(answer.conflicts) or None, line, answer.late
        )
        # An operation that changed nothing answers with a revision somebody else may have made.
        if item.made and (self.actor.staff_id or self.actor.device_id):
            self._authors[op.id, answer.rev] = By(
                staff=self.actor.staff_id, device=self.actor.device_id, at=op.at or None
            )

    def _touch(self, touch: Touch) -> None:
        state, rec = self.state, touch.rec
        if rec.type == "handover" and touch.created:
            self._ask(rec)
        feeds = state.feeds_of(rec.scope)
        for feed in feeds:
            state.put(feed, touch)
        if touch.left is not None:
            for feed in state.feeds_of(touch.left):
                if feed not in feeds:
                    state.revoke(feed, rec.id, rec.type, touch.left)
        if rec.type == "role_assignment":
            self._regrant(touch)
        if rec.type == "handover" and touch.left is not None:
            self._let_go(rec)

    def _ask(self, rec: Rec) -> None:
        """Whoever is asked reads the offer."""
        to = str(rec.as_doc()["to_id"])
        self._grant(Grant(source=f"offered:{rec.id}", scope=rec.scope, staff_id=to, until=None, active=True))

    def _let_go(self, rec: Rec) -> None:
        """Somebody made a case and had no role in it: with the hand-over it leaves them, too."""
        doc = rec.as_doc()
        made = self.state.grants.get(f"creator:{rec.scope}")
        if doc["state"] != "accepted" or made is None or made.staff_id != doc["from_id"] or not made.active:
            return
        self._grant(msgspec.structs.replace(made, active=False))
        if made.staff_id not in self.state.granted.get(rec.scope, set()):
            self.disappear(rec.scope, made.staff_id)

    def _claim(self, scope: str) -> None:
        staff = self.actor.staff_id
        if staff is not None and scope not in self.state.granted:
            self._grant(Grant(source=f"creator:{scope}", scope=scope, staff_id=staff, until=None, active=True))

    def _grant(self, grant: Grant) -> None:
        self.state.add_grant(grant)
        self.state.dirty_grants.add(grant.source)

    def _regrant(self, touch: Touch) -> None:
        """A role assignment changed: the case comes to some laptops and leaves others."""
        rec, state = touch.rec, self.state
        doc = rec.as_doc()
        scope, staff, until = rec.scope, str(doc["staff_id"]), doc.get("end")
        before = {s: set(state.granted.get(s, ())) for s in {scope, touch.left or scope}}
        known = state.grants.get(rec.id)
        if known is not None and known.since is None and (known.staff_id, known.scope) != (staff, scope):
            source = f"former:{known.scope}:{known.staff_id}"
            self._grant(msgspec.structs.replace(known, source=source, active=False))
        holds = not rec.deleted and "handover" not in doc and staff in state.members
        grant = Grant(source=rec.id, scope=scope, staff_id=staff, until=until, active=False)
        if holds and (until is None or until >= state.today):
            waits = doc["start"] > state.today
            grant = msgspec.structs.replace(grant, active=not waits, since=doc["start"] if waits else None)
        if grant.active or grant.since or known is not None:  # one that never opened the case is no memory of it
            self._grant(grant)
        creator = state.grants.get(f"creator:{scope}")
        if creator is not None and creator.staff_id == staff and grant.source in state.grants:
            state.drop_grant(creator.source)
        for where, had in before.items():
            has = state.granted.get(where, set())
            for newcomer in sorted(has - had):
                self.appear(where, newcomer)
            for leaver in sorted(had - has):
                self.disappear(where, leaver)

    def appear(self, scope: str, staff: str) -> None:
        """Put every record of a scope into a person's feed."""
        self._open_feed(scope, staff)
        for rec in self.reader.scope_records(self.state, scope):
            self.state.put(broker_feed(staff), Touch(rec))

    def disappear(self, scope: str, staff: str) -> None:
        """Tell a person's devices that they may no longer hold a scope."""
        self._open_feed(scope, staff)
        for rec in self.reader.scope_records(self.state, scope):
            if (broker_feed(staff), rec.id) in self.state.entries:
                self.state.revoke(broker_feed(staff), rec.id, rec.type, scope)

    def turn(self, staff: str) -> None:
        """Roles that ended before today no longer open a case; those that waited for today do."""
        today = self.state.today
        scopes = self.reader.turning(staff, today)
        self.reader.grants(self.state, scopes)
        for scope in sorted(scopes):
            had = set(self.state.granted.get(scope, ()))
            for grant in [g for g in self.state.grants.values() if g.scope == scope and g.on(today) != g]:
                self._grant(grant.on(today))
            has = self.state.granted.get(scope, set())
            for newcomer in sorted(has - had):
                self.appear(scope, newcomer)
            for leaver in sorted(had - has):
                self.disappear(scope, leaver)
        Writer(self.conn, self.tenant).everything(self.state, self.heads_before)

    def _open_feed(self, scope: str, staff: str) -> None:
        feed = broker_feed(staff)
        known = feed in self.state.heads
        self.reader.heads(self.state, [feed])
        if not known and feed in self.state.heads:
            self.heads_before[feed] = self.state.heads[feed]
        self.reader.entries(self.state, [feed], [rec.id for rec in self.reader.scope_records(self.state, scope)])

    def _answer(self, item: Item, answer: OpAnswer) -> None:
        item.answer = answer
        item.encoded = _encode(answer)

    def _author_of(self, record_id: str, rev: int) -> By:
        if (record_id, rev) not in self._authors:
            rows = self.conn.execute(_author, {"tenant": self.tenant, "record": record_id, "rev": rev})
            row = next((row for row in rows if not row[3] or _IDLE not in msgspec.json.decode(row[3])), None)
            self._authors[record_id, rev] = By(staff=row[0], device=row[1], at=row[2] or None) if row else By()
        return self._authors[record_id, rev]

    def _history_row(self, item: Item) -> tuple[Any, ...]:
        op, _ = item.decoded()
        answer = item.answer or OpAnswer(op=op.op, status="waiting")
        line = self.state.known[op.op].line
        chain = line.chain if line.chain != op.op else None
        told: dict[str, Any] = {"before": op.before, "closes": op.closes} if op.before or op.closes else {}
        told |= {} if item.made else {_IDLE: True}
        told |= {ROOTS: line.roots} if line.roots else {}
        told |= {FORCED: True} if op.op in self.judge.forced else {}
        told |= {LATE: True} if answer.late else {}
        rest = _encode(told) if told else None
        return (
            *(self.tenant, op.op, item.digest, op.id, op.type, op.scope, op.kind, min(op.base, LARGEST), chain),
            *(op.after, op.tx, op.v, item.patch, rest, self.actor.staff_id, self.actor.device_id),
            *(fitting(op.at, 40), self.now, item.feed),
            *(answer.seq, answer.rev, answer.status, ",".join(answer.conflicts) or None),
        )

    def _refused_row(self, item: Item) -> Iterator[dict[str, Any]]:
        answer = item.answer
        if answer is not None and answer.problem is not None and answer.status == "rejected" and answer.op:
            yield {
                "tenant": self.tenant,
                "op": fitting(answer.op, 80),
                "device": self.actor.device_id or "",
                "code": answer.problem.code,
                "payload": b"" if item.op is not None and self.state.erased(item.op.scope) else item.raw,
                "at": self.now,
            }


def _refusal(op: str, refusal: Refusal) -> OpAnswer:
    """What only a newer hub can take waits for it; with anything else somebody has to do something."""
    status: AnswerStatus = "waiting" if refusal.problem.retry == "wait" else "rejected"
    return OpAnswer(op=op, status=status, problem=refusal.problem)
