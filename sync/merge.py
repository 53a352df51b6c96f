"""The one rule for putting two people's changes of a record together; hub and laptop use the same functions.

The hub merges (`merge`) and its word is final; the laptop only lays its own unsent changes over what the hub last
said (`rebase`). Pure functions over raw objects: no clock, no ids, no order but that of the arguments.

The rule, per field group: whoever changes a group on top of the revision they saw, or of the very values that stand,
changes it. Whoever changes it without having seen a newer change changes nothing; both values are kept as a `Clash`,
which the hub stores as a conflict record. Equal values never clash, text is never mixed, a run of edits by one device
that says what it saw never clashes with itself. What is sent after the case went to somebody else (`late`) changes
nothing: all of it is kept as clashes.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from sync.protocol import Op
from sync.records.base import Doc, RecordType, patched

DELETED = "deleted"
"""Stands among the fields of a clash when one side deleted the record (values true and false)."""
SCOPE = "scope"
"""Stands among the fields of a clash when two sides moved the record to different places."""

FieldRevs = Mapping[str, tuple[int, str]]
"""Per field (also one that was taken away, and `DELETED`, `SCOPE`): revision and chain of its newest change."""
_NEVER = (0, "")
_NOTHING: Mapping[str, int] = MappingProxyType({})


class Clash(msgspec.Struct, frozen=True):
    """Two values for the same field group: `kept` stays current, `other` is what the operation wanted.

    Attributes:
        fields: the fields to settle together, in the order of the contract; may hold `DELETED` or `SCOPE`.
        kept: the current values; an absent field is empty.
        other: the values of the operation, filled up from its `before` to the whole group.
        before: what the device saw when it saved; empty if the operation does not say.
        kept_rev: revision of the newest change of the group, so that its author can be named.
        chain: chain of the operation; a later clash of the same chain about the same fields takes the place of an
            open one.
    """

    fields: tuple[str, ...]
    kept: Doc
    other: Doc
    before: Doc
    kept_rev: int
    chain: str


class Merged(msgspec.Struct, frozen=True):
    """A record after an operation.

    Attributes:
        doc: the raw object; the one passed in, if nothing changed.
        deleted: whether it is soft-deleted now.
        field_revs: as passed in, with the changed fields at `rev`.
        rev: one more than before if and only if `changed`.
        changed: whether anything became different.
        clashes: groups of which both values must be kept.
        merged_with_others: the result holds changes the device had not seen; it must be told the whole document.
        moved: the record belongs to the operation's scope now.
    """

    doc: Doc
    deleted: bool
    field_revs: FieldRevs
    rev: int
    changed: bool
    clashes: tuple[Clash, ...] = ()
    merged_with_others: bool = False
    moved: bool = False


class Rebased(msgspec.Struct, frozen=True):
    """What the broker sees: the hub's last word with the own changes it does not hold yet on top."""

    doc: Doc
    deleted: bool


class MergeRefused(ValueError):
    """The operation can never be applied to this record.

    Attributes:
        code: `append-only` (a fact is never patched) or `unknown-record` (no such record; its create may be under way).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def chain_of(op: Op) -> str:
    """The run of edits an operation belongs to; one that names none is a run of its own."""
    return op.chain or op.op


def former(kind: RecordType, doc: Mapping[str, Any], patch: Mapping[str, Any]) -> Doc:
    """What `Op.before` holds: the values, before `patch`, of its fields and of those that merge with them."""
    names = {mate for name in patch for mate in kind.group_of(name)}
    return {name: doc[name] for name in sorted(names) if name in doc}


def merge(
    kind: RecordType,
    current: Doc | None,
    deleted: bool,
    field_revs: FieldRevs,
    rev: int,
    op: Op,
    *,
    scope: str | None = None,
    own: Mapping[str, int] = _NOTHING,
    late: bool = False,
) -> Merged:
    """`current` at `rev` after `op`. Never changes its arguments.

    Args:
        kind: the contract of the record's type.
        current: the hub's raw object, None if it has none.
        deleted: whether it is soft-deleted.
        field_revs: newest change per field.
        rev: its revision, 0 if there is none.
        op: what the device saved.
        scope: where the record lives now; a `move` to the same place changes nothing but its fields.
        own: other chains the operation's own chain grew out of, with the revision up to which it holds them: two
            copies of one laptop have a past in common and count as two from there on.
        late: the case has gone to somebody else since; see `_late`.

    Raises:
        MergeRefused: see its codes.
    """
    if current is None and op.kind == "create":
        made = _made(op, rev)
        return _set_aside(made, op) if late else made
    if current is None:
        raise MergeRefused("unknown-record")
    if kind.append_only and op.patch and op.kind in ("patch", "resolve"):
        raise MergeRefused("append-only")
    state = Merged(current, deleted, field_revs, rev, False)
    if op.kind == "create" and (kind.append_only or not op.before or current == op.patch):
        # Only this made the record: whatever stands under its id had seen it, and somebody gave it back to the hub.
        return msgspec.structs.replace(state, merged_with_others=current != op.patch)
    if late and (op.kind in ("delete", "restore") or not is_set_aside(state.deleted, field_revs, op)):
        return _late(kind, state, op)
    if op.kind == "delete":
        return _delete(state, op, own)
    if op.kind == "restore":
        return _restore(state, op, own)
    return _patch(kind, state, op, scope, own)


def rebase(kind: RecordType, base: Doc | None, ops: Sequence[Op], deleted: bool = False) -> Rebased:
    """`base` with own operations on top, in save order.

    Args:
        kind: the contract of the record's type; every type rebases alike today.
        base: the hub's last word, None if it never spoke of the record.
        ops: own operations that `base` does not hold yet: the unacknowledged ones, and those acknowledged with a
            revision that was not pulled yet.
        deleted: whether the hub's last word was a soft delete.
    """
    doc = base
    for op in ops:
        if op.kind == "delete":
            deleted = True
        elif op.kind == "restore":
            deleted = False
        elif op.kind != "create" or doc is None:
            doc = patched(doc or {}, op.patch)
    return Rebased(doc if doc is not None else {}, deleted)


def is_set_aside(deleted: bool, field_revs: FieldRevs, op: Op) -> bool:
    """Whether a record was made late by the very run of edits `op` goes on with, and nobody has decided about it."""
    return deleted and field_revs.get(DELETED, _NEVER)[1] == chain_of(op)


def _set_aside(made: Merged, op: Op) -> Merged:
    """A record made by somebody the case had left: it is kept deleted until whoever has the case takes it in."""
    stamps = {**made.field_revs, DELETED: (made.rev, chain_of(op))}
    clash = Clash((DELETED,), {DELETED: True}, {DELETED: False}, {}, 0, chain_of(op))
    return msgspec.structs.replace(made, deleted=True, field_revs=stamps, clashes=(clash,))


def _late(kind: RecordType, state: Merged, op: Op) -> Merged:
    """What somebody wanted whom the case had left changes nothing: it is kept beside what stands, field by field."""
    if op.kind in ("delete", "restore"):
        wanted = op.kind == "delete"
        if state.deleted == wanted:
            return state
        return _clashed(state, op, (DELETED,), {DELETED: state.deleted}, {DELETED: wanted}, {DELETED: state.deleted})
    differs = {name: value for name, value in op.patch.items() if state.doc.get(name) != value}
    if state.deleted and differs:
        return _clashed_with_deleted(state, op)
    clashes = []
    for group in dict.fromkeys(kind.group_of(name) for name in differs):
        wants = {name: op.patch[name] for name in group if name in op.patch}
        clashes.append(_group_clash(state, group, wants, op, None))
    return msgspec.structs.replace(state, clashes=tuple(clashes))


def _made(op: Op, rev: int) -> Merged:
    doc = {name: value for name, value in op.patch.items() if value is not None}
    stamp = (rev + 1, chain_of(op))
    return Merged(doc, False, dict.fromkeys(doc, stamp), rev + 1, True)


def _delete(state: Merged, op: Op, own: Mapping[str, int]) -> Merged:
    unseen = _unseen(state.field_revs, op, own)
    if state.deleted:
        return msgspec.structs.replace(state, merged_with_others=bool(unseen))
    if unseen:
        return _clashed(state, op, (DELETED,), {DELETED: False}, {DELETED: True}, {DELETED: False})
    return _stamped(state, op, state.doc, True, (DELETED,), own)


def _restore(state: Merged, op: Op, own: Mapping[str, int]) -> Merged:
    if not state.deleted:
        return msgspec.structs.replace(state, merged_with_others=bool(_unseen(state.field_revs, op, own)))
    if _newer(state.field_revs, (DELETED,), op, own):
        return _clashed(state, op, (DELETED,), {DELETED: True}, {DELETED: False}, {DELETED: True})
    return _stamped(state, op, state.doc, False, (DELETED,), own)


def _patch(kind: RecordType, state: Merged, op: Op, scope: str | None, own: Mapping[str, int]) -> Merged:
    moving = op.kind == "move"
    leaves = moving and scope != op.scope
    if state.deleted and (op.patch or leaves) and _newer(state.field_revs, (DELETED,), op, own):
        return _clashed_with_deleted(state, op)
    groups = _groups(kind, op, moving)
    clashes: list[Clash] = []
    fits: dict[str, Any] = {}
    for group in groups:
        wants = {name: op.patch[name] for name in group if name in op.patch}
        differs = any(state.doc.get(name) != value for name, value in wants.items()) or (leaves and SCOPE in group)
        if differs and _unseen_value(state, group, op, own):
            clashes.append(_group_clash(state, group, wants, op, scope))
        elif differs:
            fits.update(wants)
    moved = leaves and not clashes
    changed = {name: value for name, value in fits.items() if state.doc.get(name) != value}
    others = bool(_unseen(state.field_revs, op, own))
    if not changed and not moved:
        return msgspec.structs.replace(state, clashes=tuple(clashes), merged_with_others=others)
    names = (*changed, SCOPE) if moved else tuple(changed)
    result = _stamped(state, op, patched(state.doc, changed), state.deleted, names, own)
    return msgspec.structs.replace(result, clashes=tuple(clashes), moved=moved)


def _clashed_with_deleted(state: Merged, op: Op) -> Merged:
    """A change of a record that somebody withdrew meanwhile."""
    wanted = {name: value for name, value in op.patch.items() if value is not None}
    fields = (DELETED, *op.patch)
    kept = {DELETED: True, **_chosen(state.doc, fields)}
    return _clashed(state, op, fields, kept, {DELETED: False, **wanted}, {DELETED: False, **op.before})


def _groups(kind: RecordType, op: Op, moving: bool) -> list[tuple[str, ...]]:
    """The groups a patch touches, each once; a move is one group, because half a move is no place to be."""
    groups = dict.fromkeys(kind.group_of(name) for name in op.patch)
    if not moving:
        return list(groups)
    return [(*dict.fromkeys(name for group in groups for name in group), SCOPE)]


def _group_clash(state: Merged, group: tuple[str, ...], wants: Doc, op: Op, scope: str | None) -> Clash:
    before = _chosen(op.before, group)
    kept = _chosen(state.doc, group)
    other = patched(before, wants)
    if SCOPE in group:
        kept, other = {**kept, SCOPE: scope}, {**other, SCOPE: op.scope}
    fields = tuple(name for name in group if name in wants or name in kept or name in other)
    newest = max(state.field_revs.get(name, _NEVER)[0] for name in group)
    return Clash(fields, kept, other, before, newest, chain_of(op))


def _clashed(state: Merged, op: Op, fields: tuple[str, ...], kept: Doc, other: Doc, before: Doc) -> Merged:
    newest = max((revision for revision, _ in state.field_revs.values()), default=state.rev)
    clash = Clash(fields, kept, other, _chosen(before, fields), newest, chain_of(op))
    return msgspec.structs.replace(state, clashes=(clash,), merged_with_others=True)


def _stamped(state: Merged, op: Op, doc: Doc, deleted: bool, names: tuple[str, ...], own: Mapping[str, int]) -> Merged:
    rev = state.rev + 1
    stamps = {**state.field_revs, **dict.fromkeys(names, (rev, chain_of(op)))}
    return Merged(doc, deleted, stamps, rev, True, (), bool(_unseen(state.field_revs, op, own)))


def _newer(field_revs: FieldRevs, names: Sequence[str], op: Op, own: Mapping[str, int]) -> bool:
    """Whether somebody else changed one of `names` after the revision the device saw."""
    return any(_is_new(field_revs.get(name, _NEVER), op, own) for name in names)


def _unseen_value(state: Merged, group: Sequence[str], op: Op, own: Mapping[str, int]) -> bool:
    """Whether the person did not have in front of them what stands: neither that revision nor those very values.

    The run an operation belongs to is no proof. What stands may be the run's own value that had lost when the person
    saved, in a history the hub has lost since (decision 0021). Only a move, whose `before` does not hold the place,
    goes by it.
    """
    if SCOPE in group:
        return _newer(state.field_revs, group, op, own)
    if all(state.field_revs.get(name, _NEVER)[0] <= op.base for name in group):
        return False
    return any(state.doc.get(name) != op.before.get(name) for name in group)


def _unseen(field_revs: FieldRevs, op: Op, own: Mapping[str, int]) -> list[str]:
    return [name for name, stamp in field_revs.items() if _is_new(stamp, op, own)]


def _is_new(stamp: tuple[int, str], op: Op, own: Mapping[str, int]) -> bool:
    rev, by = stamp
    return rev > op.base and by != chain_of(op) and rev > own.get(by, 0)


def _chosen(doc: Mapping[str, Any], names: Sequence[str]) -> Doc:
    return {name: doc[name] for name in names if doc.get(name) is not None}
