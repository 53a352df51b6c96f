"""The items of a batch, each on its own, and which of them belong together."""

from collections.abc import Iterator, Sequence

import msgspec

from sync.protocol import Op, OpAnswer
from sync.records import RECORD_TYPES, RecordType


class _OnlyId(msgspec.Struct):
    op: str = ""


class _OnlyTx(msgspec.Struct):
    tx: str | None = None


class Item(msgspec.Struct, gc=False):
    """One operation of the batch on its way to an answer."""

    raw: bytes
    op: Op | None = None
    kind: RecordType | None = None
    patch: bytes = b""
    digest: bytes = b""
    answer: OpAnswer | None = None
    encoded: bytes = b""
    accepted: bool = False
    made: bool = False  # whether it made the revision it is answered with
    feed: str | None = None

    def decoded(self) -> tuple[Op, RecordType]:
        """The operation of an item that could be read."""
        if self.op is None or self.kind is None:
            raise ValueError("this item could not be read")
        return self.op, self.kind


def op_id(raw: bytes) -> str:
    """The id of something that is no operation, if it has one, so that the refusal has a name."""
    try:
        return msgspec.json.decode(raw, type=_OnlyId).op[:80]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def once_each(items: Sequence[Item]) -> tuple[list[Item], list[tuple[Item, Item]]]:
    """Items by first appearance of their operation, and the repeated ones with the first of each."""
    seen: dict[str, Item] = {}
    once: list[Item] = []
    twins: list[tuple[Item, Item]] = []
    for item in items:
        first = seen.get(item.op.op) if item.op is not None else None
        if first is not None:
            twins.append((item, first))
        else:
            once.append(item)
            if item.op is not None:
                seen[item.op.op] = item
    return once, twins


def in_groups(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Operations saved together, at the place of the first of them; all others alone."""
    by_tx: dict[str, list[Item]] = {}
    order: list[list[Item]] = []
    for item in items:
        tx = item.op.tx if item.op is not None else tx_of(item.raw)
        if tx is None:
            order.append([item])
        elif tx in by_tx:
            by_tx[tx].append(item)
        else:
            by_tx[tx] = [item]
            order.append(by_tx[tx])
    return iter(order)


def tx_of(raw: bytes) -> str | None:
    """The save an operation says it came with, also where nothing else of it can be read."""
    try:
        return msgspec.json.decode(raw, type=_OnlyTx).tx
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def personal_links(ops: Sequence[Op]) -> set[str]:
    """Records of a person that new records of that person name."""
    named: set[str] = set()
    for op in ops:
        if op.kind == "create" and op.scope.startswith("case:"):
            patch = op.patch
            for name in RECORD_TYPES[op.type].links:
                if name in patch and isinstance(value := patch[name], str):
                    named.add(value)
    return named
