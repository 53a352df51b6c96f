"""A case offered to somebody else, and what the answer does. Pure: it works on a stage like every operation.

An offer lies in a scope of its own that two people read. With the answer it moves into the case, so that whoever does
not have the case keeps nothing of it. Accepted, the roles of whoever offered it end, and whoever accepted gets them, as
role assignments like all others. The first answer counts; what comes after it changes nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from sync.hub.refusing import Refusal, Waiting, absent
from sync.hub.scopes import misplaced
from sync.hub.state import Rec, Stage, State, Touch, derived_id, pack_revs
from sync.protocol import Op, OpAnswer
from sync.records import RECORD_TYPES, Doc, RecordError, canonical, case_scope, check, handover_scope, patched

_KIND = RECORD_TYPES["handover"]
_ROLE = RECORD_TYPES["role_assignment"]
_ANSWER = frozenset({"state", "answered_on", "answer"})


def apply(state: State, stage: Stage, op: Op, by: bytes, *, spent: bool) -> OpAnswer:
    """An offer or an answer to one. The person may write in the operation's scope; `spent`: it has waited long enough.

    Raises:
        Refusal: it is not theirs to make, or breaks the contract.
        Waiting: as for any record that is not there.
    """
    current = stage.records.get(op.id) or state.records.get(op.id)
    if op.kind == "create" and current is None:
        return _offer(state, stage, op, by, spent=spent)
    if current is None or op.scope not in (current.scope, handover_scope(op.id)):
        raise absent(op, spent=spent)
    before = current.as_doc()
    if op.kind == "create":
        if before == {name: value for name, value in op.patch.items() if value is not None}:
            return OpAnswer(op=op.op, status="applied", rev=current.rev)
        stage.touches.append(Touch(current))  # whatever stands there had seen it (decision 0021)
        return OpAnswer(op=op.op, status="merged", rev=current.rev)
    _may_answer(state, before, op)
    if before.get("state", "offered") != "offered":
        theirs = state.actor.is_admin or state.is_open(current.scope)
        if theirs:
            stage.touches.append(Touch(current))
        return OpAnswer(op=op.op, status="merged", rev=current.rev if theirs else 0)
    return _answer(state, stage, op, current, by)


def _offer(state: State, stage: Stage, op: Op, by: bytes, *, spent: bool) -> OpAnswer:
    doc = {name: value for name, value in op.patch.items() if value is not None}
    _check(doc)
    scope, giver = case_scope(doc["citizen_id"]), doc["from_id"]
    if not state.actor.is_admin and giver != state.actor.staff_id:
        raise Refusal("not-entitled")
    if not state.actor.is_admin and not state.is_open(scope):
        # whoever had it knows it, and has nothing left to give; whether there is such a case is nobody else's to know,
        # and like all that is about one the offer waits for it
        raise Refusal("not-entitled") if spent or state.had(scope) else Waiting
    if not any(_given(state, stage, scope, giver)):
        raise Refusal("not-entitled")
    reason = misplaced(_KIND, op.id, op.scope, doc)
    if reason is not None or op.scope != handover_scope(op.id):
        raise Refusal("wrong-scope", reason or "", "/scope")
    if doc["to_id"] not in state.members or doc["to_id"] == giver:
        raise Refusal("validation", "a case is offered to somebody else who works here", "/to_id")
    if doc.get("state", "offered") != "offered" or _ANSWER & {name for name in doc if name != "state"}:
        raise Refusal("validation", "an offer holds no answer yet", "/state")
    rec = _written(op.id, _KIND.name, op.scope, 1, doc, (1, op.chain), by)
    stage.records[rec.id] = rec
    stage.touches.append(Touch(rec, state.actor.device_id, created=True))
    return OpAnswer(op=op.op, status="applied", rev=1)


def _may_answer(state: State, before: Doc, op: Op) -> None:
    wanted = op.patch.get("state")
    mine = {before["to_id"]: ("accepted", "declined"), before["from_id"]: ("withdrawn",)}
    allowed = sum(mine.values(), ()) if state.actor.is_admin else mine.get(state.actor.staff_id or "", ())
    if op.kind != "patch" or not set(op.patch) <= _ANSWER:
        raise Refusal("answered-by-others")
    closed = before.get("state", "offered") != "offered"
    if wanted not in allowed and not (closed and allowed):
        raise Refusal("answered-by-others")


def _answer(state: State, stage: Stage, op: Op, current: Rec, by: bytes) -> OpAnswer:
    before = current.as_doc()
    scope, giver, taker = case_scope(before["citizen_id"]), before["from_id"], before["to_id"]
    doc = patched(before, op.patch)
    if doc["state"] == "accepted":
        roles = list(_given(state, stage, scope, giver))
        if roles:
            _move(state, stage, op, roles, taker, by)
        else:  # somebody moved the case while the offer stood
            doc["state"] = "withdrawn"
    _check(doc)
    rec = _written(op.id, _KIND.name, scope, current.rev + 1, doc, (current.rev + 1, op.chain), by)
    stage.records[rec.id] = rec
    stage.touches.append(Touch(rec, left=current.scope))
    same = doc == patched(before, op.patch) and state.is_open(scope)
    return OpAnswer(op=op.op, status="applied" if same else "merged", rev=rec.rev)


def _given(state: State, stage: Stage, scope: str, giver: str) -> Iterator[tuple[str, Doc, Rec | None]]:
    """What somebody has to give in a case: ids and documents of their roles, but not that of a substitute.

    Whoever made the case and has no role in it gives the role of its broker.
    """
    found = False
    for rec in sorted({**state.records, **stage.records}.values(), key=lambda rec: rec.id):
        if rec.type == "role_assignment" and rec.scope == scope and not rec.deleted:
            doc = rec.as_doc()
            ended = doc.get("end", state.today) < state.today or "handover" in doc
            if doc["staff_id"] == giver and not ended and doc["role"] != "substitute":
                found = True
                yield rec.id, doc, rec
    made = state.grants.get(f"creator:{scope}")
    if not found and made is not None and made.staff_id == giver and made.active:
        role = {"citizen_id": scope.removeprefix("case:"), "staff_id": giver, "role": "broker", "start": state.today}
        yield scope, role, None


def _move(state: State, stage: Stage, op: Op, roles: list[tuple[str, Doc, Rec | None]], taker: str, by: bytes) -> None:
    """The taker first: a case is never nobody's."""
    today = state.today
    for source, doc, rec in roles:
        start = max(today, doc["start"])
        taken = {**doc, "staff_id": taker, "start": start}
        role_id = derived_id(op.id, source)
        new = _written(role_id, _ROLE.name, case_scope(doc["citizen_id"]), 1, taken, (1, op.chain), by)
        stage.records[role_id] = new
        stage.touches.append(Touch(new, created=True))
        if rec is not None:
            ended = {**doc, "end": max(doc["start"], today), "handover": op.id}
            revs = {**rec.revs(), "end": (rec.rev + 1, op.chain), "handover": (rec.rev + 1, op.chain)}
            old = msgspec.structs.replace(rec, rev=rec.rev + 1, doc=canonical(ended), field_revs=pack_revs(revs), by=by)
            stage.records[rec.id] = old
            stage.touches.append(Touch(old))


def _check(doc: Mapping[str, Any]) -> None:
    try:
        check(_KIND.name, dict(doc))
    except RecordError as error:
        raise Refusal("validation", error.reason, error.path or None) from None


def _written(record_id: str, type_name: str, scope: str, rev: int, doc: Doc, stamp: tuple[int, str], by: bytes) -> Rec:
    return Rec(
        id=record_id,
        type=type_name,
        scope=scope,
        rev=rev,
        v=RECORD_TYPES[type_name].version,
        deleted=False,
        doc=canonical(doc),
        field_revs=pack_revs(dict.fromkeys(doc, stamp)),
        by=by,
    )
