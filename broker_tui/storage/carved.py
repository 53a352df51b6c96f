"""Carved rows told apart. A carved row has no table's name on it: its shape and its content must say what it is."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from broker_tui.storage.salvage import AUDIT_COLUMNS, OP_COLUMNS, Salvaged
from sync.records import RECORD_TYPES

_AUDIT_STORED = (
    *("seq", "ts", "actor", "action", "entity", "entity_id", "detail", "device", "purpose", "version", "mac"),
)
"""Order of the columns in the table; those of the second schema came behind the first ones."""
SHAPES = frozenset({(True, len(OP_COLUMNS)), (True, len(_AUDIT_STORED)), (False, 5), (False, 3), (False, 2)})
"""The journal, the audit log, drafts, people who left, settings and what is kept about the laptop."""
_LAPTOP = ("me", "projection", "audit.anchor")
_WHY = ("closed", "erased", "revoked")
_KINDS = ("create", "patch", "delete", "restore", "move", "resolve")
_ID = 36


def sort_out(rows: Iterable[tuple[bool, int, Sequence[Any]]], known: int = 0, *, whole: bool = True) -> Salvaged:
    """What was carved, each row once; what has the shape of ours and not its content is left out.

    Args:
        rows: with or without row numbers, the number, the columns.
        known: a journal number that is known to exist.
        whole: whether no page is known to be missing.
    """
    ops: dict[int, dict[str, Any]] = {}
    audit: dict[int, tuple[Any, ...]] = {}
    pairs: dict[str, dict[Any, tuple[Any, ...]]] = {"draft": {}, "setting": {}, "laptop": {}, "departed": {}}
    for numbered, number, values in rows:
        if numbered and len(values) == len(OP_COLUMNS):
            op = {**dict(zip(OP_COLUMNS, values, strict=True)), "seq": number}
            # Of two copies the one with the hub's answer is the newer one.
            if _is_op(op) and (number not in ops or op["ack_status"] is not None):
                ops[number] = op
        elif numbered:
            line = {**dict(zip(_AUDIT_STORED, values, strict=True)), "seq": number}
            if values[0] is None and _texts(*values[1:-1]):
                audit[number] = tuple(line[name] for name in AUDIT_COLUMNS)
        else:
            table = _table(values)
            if table is not None:
                pairs[table][values[0]] = tuple(values)
    highest = max(known, max(ops, default=0))
    found = {table: list(rows.values()) for table, rows in pairs.items()}
    return Salvaged([ops[n] for n in sorted(ops)], [audit[n] for n in sorted(audit)], found, highest - len(ops), whole)


def joined(read: Salvaged, carved: Salvaged) -> Salvaged:
    """What SQLite read, and what it could not reach."""
    ops = {op["op"]: op for op in (*carved.ops, *read.ops)}
    audit = {line[0]: line for line in (*carved.audit, *read.audit)}
    pairs = {
        table: list({row[0]: row for row in (*carved.pairs.get(table, ()), *read.pairs.get(table, ()))}.values())
        for table in {*carved.pairs, *read.pairs}
    }
    ordered = sorted(ops.values(), key=lambda op: int(op["seq"]))
    found_more = len(ops) - len(read.ops)
    lost, sure = max(0, read.lost - found_more), read.sure or carved.sure
    return Salvaged(ordered, [audit[n] for n in sorted(audit)], pairs, lost, sure)


def _is_op(op: dict[str, Any]) -> bool:
    return (
        _texts(op["op"], op["tx"], op["record_id"], op["scope"], op["patch"], op["at"])
        and op["mine"] in (0, 1)
        and op["type"] in RECORD_TYPES
        and op["kind"] in _KINDS
        and (op["mine"] == 0 or isinstance(_json(op["patch"]), dict))
    )


def _table(values: Sequence[Any]) -> str | None:
    if not _texts(values[0], values[-1]):
        return None
    if len(values) == 5:
        return "draft" if _texts(values[1], values[3]) and isinstance(_json(values[3]), dict) else None
    if len(values) == 3:
        return "departed" if values[2] in _WHY and _texts(values[1]) else None
    if values[0] in _LAPTOP:
        return "laptop"
    # Beside settings only `imported` has two texts, and that begins with the id of a record.
    return "setting" if len(values[0]) != _ID and _json(values[1]) is not None else None


def _texts(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
