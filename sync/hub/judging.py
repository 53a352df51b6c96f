"""What one operation does to the records: refuse it, let it wait, or merge it. No database, no numbers drawn."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec

from sync.hub import handing
from sync.hub.refusing import Refusal, Waiting, absent
from sync.hub.scopes import is_id, is_scope, misplaced
from sync.hub.state import Line, OpenConflict, Rec, Stage, State, Touch, derived_id, first_revs, pack_revs
from sync.merge import DELETED, SCOPE, Clash, Merged, MergeRefused, chain_of, merge
from sync.protocol import AnswerStatus, By, Op, OpAnswer
from sync.records import RECORD_TYPES, Doc, RecordError, RecordType, canonical, check, normal, types, upgraded

MAX_TEXT = 10_000
"""Most characters of one text; longer ones are a paste gone wrong."""
MAX_DOC = 256 * 1024
"""Most bytes of one document."""
MAX_DEPTH = 20
"""Deepest nesting of a document."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_encode = msgspec.json.Encoder().encode

_FLAT = frozenset((str, int, bool, type(None)))
_TIDY = _FLAT | {list}

Author = Callable[[str, int], By]
"""Who made the change of a record that became a revision."""
Patience = Callable[[str], bool]
"""Whether an operation, by its id, has waited long enough for what it names."""


def digest(op: Op, patch: bytes) -> bytes:
    """What makes two operations the same: their content, not what the device thought of the hub meanwhile."""
    head = _encode((op.id, op.type, op.scope, op.kind, op.v, op.closes))
    return hashlib.blake2b(head + patch, digest_size=16).digest()


def checked_form(op: Op) -> RecordType:
    """The contract of an operation of which every part has the right form.

    Raises:
        Refusal: `malformed`, `unknown-type`, `hub-writes-only` or `schema-too-new`.
    """
    chain = "" if op.chain == op.op else op.chain
    others = [i for i in (chain, op.after, op.tx) if i] if chain or op.after or op.tx else op.closes
    if others is not op.closes:
        others += op.closes
    if not (is_id(op.op) and is_id(op.id) and all(map(is_id, others))):
        raise Refusal("malformed", "ids are UUIDs in lower case")
    if not is_scope(op.scope):
        raise Refusal("malformed", "no such scope", "/scope")
    kind = RECORD_TYPES.get(op.type)
    if kind is None:
        raise Refusal("unknown-type", pointer="/type")
    if kind.hub_writes:
        raise Refusal("hub-writes-only", pointer="/type")
    if op.v > kind.version:
        raise Refusal("schema-too-new", pointer="/v")
    if op.v < 1 or op.base < 0:
        raise Refusal("malformed", "versions and revisions are not negative")
    return kind


class Judge:
    """Judges the operations of one push, one after the other."""

    def __init__(self, state: State, now: str, author: Author, spent: Patience = lambda op: False) -> None:
        self.state = state
        self.now = now
        self.author = author
        self.spent = spent
        self.forced: set[str] = set()
        """Operations that were judged without what they named."""

    def apply(self, op: Op, kind: RecordType, patch: bytes, stage: Stage) -> OpAnswer:
        """Merge one operation into the stage. The sequence number is still missing in the answer.

        Raises:
            Refusal: it can never, or not as it is, be applied.
            Waiting: it comes too early.
        """
        state = self.state
        if op.after and op.after not in state.known and op.after not in stage.accepted:
            self._wait(op)  # before anything else: what is missing says nothing about whose the record is
            # what it saw is not known any more: a run of its own, so that it passes for nobody's next word
            op = msgspec.structs.replace(op, after=None, chain=op.op)
        late = not state.entitled(op.scope, stage, claims=op.kind == "create")
        if late and not state.had(op.scope):
            raise self._absent(op)
        current = stage.records.get(op.id) or state.records.get(op.id)
        if current is not None and current.type != op.type:
            raise self._absent(op)
        line = self._line(op, stage)
        if line.chain != op.chain:
            op = msgspec.structs.replace(op, chain=line.chain)
        if kind.name == "handover":
            answer = handing.apply(
                *(state, stage, self._tidied(op, kind, patch)), self._by(op, current), spent=self.spent(op.op)
            )
            self._accepted(op, answer.rev, line, stage)
            return answer
        if op.kind == "move" and (late or (current is not None and state.had_only(current.scope))):
            raise Refusal("not-entitled")  # never `waiting`: they know that case, and nothing else is to come
        if current is not None and not (current.scope == op.scope if late else self._may_touch(current, stage)):
            raise self._absent(op)
        tidy = self._tidied(op, kind, patch)
        if op.kind == "create" and current is None:
            self._await_links(op, kind, tidy, stage)
        merged = self._merged(kind, current, tidy, line, late=late)
        before = current.rev if current else 0
        if merged.changed:
            self._write(op, kind, current, merged, tidy, patch, stage)
        if late:
            return self._taken_late(op, merged, line, stage)
        closed = self._settle(op, stage)
        conflicts = [self._open(op, clash, stage) for clash in merged.clashes]
        status: AnswerStatus = "conflict" if conflicts else "merged" if merged.merged_with_others else "applied"
        if not merged.changed and not closed and current is not None and status != "applied":
            # the device's picture is older than the record: let it come by once more
            stage.touches.append(Touch(current))
        rev = merged.rev if merged.changed else before
        self._accepted(op, rev, line, stage)
        return OpAnswer(op=op.op, status=status, rev=rev, conflicts=conflicts)

    @staticmethod
    def _accepted(op: Op, rev: int, line: Line, stage: Stage) -> None:
        stage.accepted[op.op] = rev, line
        if op.after:
            stage.followed.add(op.after)

    def _taken_late(self, op: Op, merged: Merged, line: Line, stage: Stage) -> OpAnswer:
        """It is kept for whoever has the case; whom it left is told that it was taken, and nothing of the case."""
        if op.kind == "delete" and not merged.clashes:
            for known in self._open_conflicts(op.id, stage):
                if known.chain == line.chain:  # made and withdrawn by the same hand
                    self._close(known, stage, {})
        for clash in merged.clashes:
            self._open(op, clash, stage, late=True)
        self._accepted(op, merged.rev, line, stage)
        return OpAnswer(op=op.op, status="merged", rev=merged.rev if merged.changed else 0, late=True)

    def straight(self, op: Op, kind: RecordType, patch: bytes) -> Rec | None:
        """The record of a plain create of something nobody had, without a stage: most of a large push is that.

        None says nothing against the operation, only that `apply` must look at it. What both take is the same.
        """
        state, actor = self.state, self.state.actor
        if (
            op.kind != "create"
            or op.id in state.records
            or op.after
            or op.before
            or op.closes
            or op.v != kind.version
            or len(patch) > MAX_TEXT
            or actor.is_admin
            or kind.name in ("role_assignment", "handover")
            or not state.is_open(op.scope)
            or not _is_plain(op.patch, patch)
            or not self._links_are_here(op, kind)
        ):
            return None
        try:
            check(op.type, op.patch)
        except RecordError:
            return None
        if misplaced(kind, op.id, op.scope, op.patch) is not None:
            return None
        by = By(staff=actor.staff_id, device=actor.device_id, at=when(op.at) or self.now, op=op.op)
        return Rec(
            id=op.id,
            type=op.type,
            scope=op.scope,
            rev=1,
            v=kind.version,
            deleted=False,
            doc=patch,
            field_revs=first_revs(op),
            by=_encode(by),
        )

    def _links_are_here(self, op: Op, kind: RecordType) -> bool:
        if not op.scope.startswith("case:"):
            return True
        for name in _personal_links(kind.name):
            linked = op.patch.get(name)
            if linked is None:
                continue
            if not isinstance(linked, str) or not (linked in self.state.linked or linked in self.state.records):
                return False
        return True

    def _may_touch(self, current: Rec, stage: Stage) -> bool:
        if current.id in stage.records:
            return True
        return self.state.entitled(current.scope, stage, claims=False)

    def _tidied(self, op: Op, kind: RecordType, patch: bytes) -> Op:
        if len(patch) > MAX_DOC:
            raise Refusal("validation", f"a document holds at most {MAX_DOC} bytes", "/patch")
        before = canonical(op.before) if op.before else b""
        if len(before) > MAX_TEXT or not _is_tidy(op.before, before):
            op = msgspec.structs.replace(op, before=self._plain(op.before))
        if op.v == kind.version and len(patch) <= MAX_TEXT and _is_tidy(op.patch, patch):
            return op
        values, seen = self._plain(op.patch), op.before
        if op.v != kind.version:
            values, seen = upgraded(op.type, op.v, values), upgraded(op.type, op.v, seen)
        same = values == op.patch and seen == op.before
        return op if same else msgspec.structs.replace(op, patch=values, before=seen)

    @staticmethod
    def _plain(values: Doc) -> Doc:
        """Values as they may stand in a record."""
        try:
            result = {name: None if value is None else normal(value) for name, value in values.items()}
        except TypeError:
            raise Refusal("validation", "numbers are whole; hours are minutes", "/patch") from None
        except RecursionError:
            raise Refusal("validation", "the document is nested too deep", "/patch") from None
        _check_size(result, 0)
        return result

    def _await_links(self, op: Op, kind: RecordType, tidy: Op, stage: Stage) -> None:
        """A record about a person waits until the person's records it names are here."""
        if not op.scope.startswith("case:"):
            return
        for name in _personal_links(kind.name):
            linked = tidy.patch.get(name)
            if isinstance(linked, str) and not (
                linked in self.state.linked or linked in self.state.records or linked in stage.records
            ):
                self._wait(op)

    def _wait(self, op: Op) -> None:
        """Let an operation wait for what it names, or go on without that when it has waited long enough."""
        if not self.spent(op.op):
            raise Waiting
        self.forced.add(op.op)

    def _absent(self, op: Op) -> Refusal | Waiting:
        return absent(op, spent=self.spent(op.op))

    def _merged(self, kind: RecordType, current: Rec | None, op: Op, line: Line, *, late: bool) -> Merged:
        try:
            if current is None:
                return merge(kind, None, False, {}, 0, op, late=late)
            doc, revs, own = current.as_doc(), current.revs(), dict(line.roots)
            return merge(kind, doc, current.deleted, revs, current.rev, op, scope=current.scope, own=own, late=late)
        except MergeRefused as error:
            if error.code != "unknown-record":
                raise Refusal(error.code) from None
            raise self._absent(op) from None

    def _line(self, op: Op, stage: Stage) -> Line:
        """The run an operation belongs to: that of the one before it, or a new one if that has a successor already."""
        known = self.state.known.get(op.after or "")
        before = (known.rev, known.line) if known is not None else stage.accepted.get(op.after or "")
        if before is None:
            return Line(chain_of(op))
        rev, line = before
        if op.after in self.state.followed or op.after in stage.followed:
            return Line(op.op, (*line.roots, (line.chain, rev)))
        return line

    def _write(
        self, op: Op, kind: RecordType, current: Rec | None, merged: Merged, tidy: Op, patch: bytes, stage: Stage
    ) -> None:
        scope = op.scope if current is None or merged.moved else current.scope
        try:
            check(op.type, merged.doc)
        except RecordError as error:
            raise Refusal("validation", error.reason, error.path or None) from None
        reason = misplaced(kind, op.id, scope, merged.doc)
        if reason is not None:
            raise Refusal("wrong-scope", reason, "/scope")
        actor = self.state.actor
        whole = current is None and tidy is op and None not in op.patch.values()
        rec = Rec(
            id=op.id,
            type=op.type,
            scope=scope,
            rev=merged.rev,
            v=kind.version,
            deleted=merged.deleted,
            doc=patch if whole else canonical(merged.doc),
            field_revs=first_revs(op) if current is None and not merged.deleted else pack_revs(merged.field_revs),
            by=self._by(op, current),
        )
        known = tidy is op and not merged.clashes and not merged.merged_with_others
        stage.records[op.id] = rec
        left = current.scope if current is not None and merged.moved else None
        stage.touches.append(Touch(rec, actor.device_id if known else None, left, created=current is None))
        if left is not None:
            self._take_along(op.id, scope, left, stage)

    def _by(self, op: Op, current: Rec | None) -> bytes:
        """Who did it, as it is kept with the record."""
        actor = self.state.actor
        fields = sorted(op.patch) if current is not None else []
        return _encode(
            By(staff=actor.staff_id, device=actor.device_id, at=when(op.at) or self.now, fields=fields, op=op.op)
        )

    def _take_along(self, record_id: str, scope: str, left: str, stage: Stage) -> None:
        """Open differences of a moved record quote it, so they move with it."""
        for conflict in self._open_conflicts(record_id, stage):
            rec = stage.records.get(conflict.conflict_id) or self.state.records.get(conflict.conflict_id)
            if rec is not None:
                moved = msgspec.structs.replace(rec, scope=scope, rev=rec.rev + 1)
                stage.records[rec.id] = moved
                stage.touches.append(Touch(moved, left=left))

    def _open_conflicts(self, record_id: str, stage: Stage) -> Sequence[OpenConflict]:
        everything = {**self.state.conflicts, **stage.opened}
        return [c for i, c in everything.items() if c.record_id == record_id and i not in stage.closed]

    def _open(self, op: Op, clash: Clash, stage: Stage, *, late: bool = False) -> str:
        """Keep both values as a conflict record; a later edit of the same run takes the place of the earlier one.

        One id never stands for two values, not even where nobody can have read the first: whoever settled what they
        saw would settle away what they did not, and a hub that went back hears again what was settled in the history
        it lost. The earlier record is closed, and another one opened.
        """
        fields = ",".join(clash.fields)
        for known in self._open_conflicts(op.id, stage):
            if known.chain == clash.chain and known.fields == fields and self._builds_on(clash, known, stage):
                self._close(known, stage, {})
        rec = stage.records.get(op.id) or self.state.records[op.id]
        newest = self.author(op.id, clash.kept_rev)
        conflict = types.Conflict(
            record_id=op.id,
            record_type=op.type,
            fields=list(clash.fields),
            kept=_side(clash.kept, newest),
            other=self._mine(op, clash),
            before=types.Side(values=clash.before),
            chain=clash.chain,
            late=late,
        )
        conflict_id = derived_id(op.op, fields)
        doc: Doc = msgspec.to_builtins(conflict)
        self._write_conflict(conflict_id, rec.scope, 1, doc, stage)
        stage.opened[conflict_id] = OpenConflict(
            conflict_id=conflict_id, record_id=op.id, chain=clash.chain, fields=fields
        )
        return conflict_id

    def _builds_on(self, clash: Clash, known: OpenConflict, stage: Stage) -> bool:
        """Whether an operation was made on top of the value that lost before.

        A run goes on over a pull while a change is unsent: the screen may have shown the hub's value meanwhile.
        """
        rec = stage.records.get(known.conflict_id) or self.state.records[known.conflict_id]
        lost = msgspec.convert(rec.as_doc(), types.Conflict).other.values
        names = [name for name in clash.fields if name not in (DELETED, SCOPE)]
        return all(lost.get(name) in (clash.before.get(name), clash.other.get(name)) for name in names)

    def _settle(self, op: Op, stage: Stage) -> bool:
        """Close the differences an operation names; those that somebody closed before are closed already."""
        mine = {c.conflict_id: c for c in self._open_conflicts(op.id, stage)} if op.closes else {}
        for conflict_id in op.closes:
            if conflict_id not in mine:
                continue
            staff = {"settled_by": self.state.actor.staff_id} if self.state.actor.staff_id else {}
            self._close(mine[conflict_id], stage, {"settled_at": when(op.at) or self.now, **staff})
        return bool(mine)

    def _close(self, conflict: OpenConflict, stage: Stage, how: Doc) -> None:
        rec = stage.records.get(conflict.conflict_id) or self.state.records[conflict.conflict_id]
        self._write_conflict(rec.id, rec.scope, rec.rev + 1, {**rec.as_doc(), "state": "settled", **how}, stage)
        stage.closed.add(rec.id)

    def _write_conflict(self, conflict_id: str, scope: str, rev: int, doc: Doc, stage: Stage) -> None:
        by = By(staff=self.state.actor.staff_id, device=self.state.actor.device_id, at=self.now)
        rec = Rec(
            id=conflict_id,
            type="conflict",
            scope=scope,
            rev=rev,
            v=RECORD_TYPES["conflict"].version,
            deleted=False,
            doc=canonical(doc),
            field_revs=b"[]",
            by=_encode(by),
        )
        stage.records[conflict_id] = rec
        stage.touches.append(Touch(rec))

    def _mine(self, op: Op, clash: Clash) -> types.Side:
        by = By(staff=self.state.actor.staff_id, device=self.state.actor.device_id, at=when(op.at) or self.now)
        return _side(clash.other, by)


@cache
def _personal_links(type_name: str) -> tuple[str, ...]:
    """Fields that name another record of the same person."""
    return tuple(
        name for name, target in RECORD_TYPES[type_name].links.items() if "case:" in RECORD_TYPES[target].scopes
    )


def _side(values: Doc, by: By) -> types.Side:
    side = {"values": {k: v for k, v in values.items() if v is not None}, "staff_id": by.staff, "device_id": by.device}
    return msgspec.convert({**side, "at": by.at}, types.Side)


def when(text: str) -> str | None:
    """A device time if it is one; it is only shown."""
    return text if _TIME.fullmatch(text) else None


def _is_tidy(values: Doc, encoded: bytes) -> bool:
    """Whether a patch is flat, without floats and in NFC, told without touching each text."""
    kinds = set(map(type, values.values()))
    if not kinds <= _FLAT:
        if not kinds <= _TIDY:
            return False
        for value in values.values():
            if type(value) is list and not all(type(inner) is str for inner in value):
                return False
    return encoded.isascii() or unicodedata.is_normalized("NFC", encoded.decode())


def _is_plain(values: Doc, encoded: bytes) -> bool:
    """Whether a patch is tidy and takes nothing away: it is a document as it stands."""
    return None not in values.values() and _is_tidy(values, encoded)


def _check_size(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Refusal("validation", "the document is nested too deep", "/patch")
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise Refusal("validation", f"a text holds at most {MAX_TEXT} characters", "/patch")
    elif isinstance(value, dict):
        for inner in value.values():
            _check_size(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_size(inner, depth + 1)
