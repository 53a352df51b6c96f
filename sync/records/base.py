"""What a record is: an id, a type, a scope and a raw JSON object of which the typed Struct is only a view.

The raw object is the truth. A program that knows an older version of a type reads the fields it knows, writes
only those, and hands every other field on untouched.
"""

import os
import time
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NewType, TypeVar

import msgspec

RecordId = NewType("RecordId", str)
"""UUIDv7 as 36 characters; never used for order."""
Scope = NewType("Scope", str)
"""Who may see a record: `case:<citizen id>`, `broker:<staff id>`, `handover:<id of an offer>` or `shared`."""
Doc = dict[str, Any]
"""A raw JSON object: no nulls (an absent field is absent), no floats, text in NFC."""

SHARED = Scope("shared")


class Record(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Common base of all typed views. Unknown fields in the raw object are ignored here and kept there."""


R = TypeVar("R", bound=Record)


class RecordError(ValueError):
    """A raw object that breaks the contract of its type.

    Attributes:
        path: JSON pointer of the field, or "" for the whole object.
        reason: what the type demands, in English, without the value.
    """

    def __init__(self, type_name: str, path: str, reason: str) -> None:
        super().__init__(f"{type_name}{path}: {reason}")
        self.type_name = type_name
        self.path = path
        self.reason = reason


Upgrade = Callable[[Doc], Doc]


@dataclass(frozen=True, slots=True)
class RecordType:
    """One entry of the contract.

    Attributes:
        name: wire and table name.
        struct: the typed view.
        scopes: prefixes of the scopes a record of this type may live in.
        groups: fields that merge as one, because a mixture of two people's values is a state nobody chose.
        append_only: facts; never patched, corrected by a new record naming the old one in `replaces`.
        version: current schema version; `upgrades[n]` turns a raw object of version n into n + 1.
        links: fields that name another record, with its type.
        hub_writes: only the hub creates records of this type.
    """

    name: str
    struct: type[Record]
    scopes: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()
    append_only: bool = False
    version: int = 1
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    text_fields: tuple[str, ...] = ()
    hub_writes: bool = False

    def group_of(self, name: str) -> tuple[str, ...]:
        """The fields that merge together with `name`; a field outside every group is its own group."""
        return next((group for group in self.groups if name in group), (name,))

    def may_live_in(self, scope: str) -> bool:
        """Whether a record of this type may have `scope`."""
        head, colon, _ = scope.partition(":")
        return (f"{head}:" if colon else scope) in self.scopes


def new_id() -> str:
    """A fresh UUIDv7 (RFC 9562, 5.7): milliseconds first, so that new rows lie together on disk; the rest random."""
    stamp = (time.time_ns() // 1_000_000) & ((1 << 48) - 1)
    rand = int.from_bytes(os.urandom(10), "big")
    value = (stamp << 80) | (0x7 << 76) | ((rand >> 68 & 0xFFF) << 64) | (0b10 << 62) | (rand & ((1 << 62) - 1))
    return str(uuid.UUID(int=value))


def canonical(doc: Mapping[str, Any]) -> bytes:
    """The one byte form of a raw object: sorted keys, UTF-8, no blanks. Digests and equality use it."""
    return _ENCODER.encode(doc)


_ENCODER = msgspec.json.Encoder(order="sorted")


def normal(value: Any) -> Any:
    """`value` as it may stand in a raw object: NFC text, no floats, no nulls inside objects.

    Raises:
        TypeError: a float or a value that JSON does not know.
    """
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(k): normal(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [normal(v) for v in value]
    raise TypeError(f"{type(value).__name__} cannot stand in a record; hours are whole minutes, dates are ISO text")


def patched(doc: Mapping[str, Any], patch: Mapping[str, Any]) -> Doc:
    """`doc` with the fields of `patch` set; a null takes the field away (RFC 7396, top level only)."""
    result = dict(doc)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Doc:
    """The smallest patch with `patched(before, patch) == after`."""
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    return {**changed, **{name: None for name in before if name not in after}}
