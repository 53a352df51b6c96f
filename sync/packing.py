"""Operations packed into bodies: what was saved together travels together, as far as one body can hold it."""

from collections.abc import Sequence

import msgspec

from sync.protocol import MAX_ITEMS, Op

MAX_BATCH_BYTES = 4 * 1024 * 1024
"""Most raw bytes of operations in one push; an operation longer than that travels alone."""

Unit = list[tuple[Op, msgspec.Raw]]
"""Operations that must travel in one body, with their bytes."""

_encode = msgspec.json.Encoder().encode


def in_units(ops: Sequence[Op]) -> list[Unit]:
    """Operations with their bytes; those saved together stay together, as far as one body can hold them (an import)."""
    units: list[Unit] = []
    size = 0
    for op in ops:
        encoded = _encode(op)
        item = (op, msgspec.Raw(encoded))
        size += len(encoded)
        together = bool(units) and op.tx is not None and units[-1][-1][0].tx == op.tx
        if together and len(units[-1]) < MAX_ITEMS and size <= MAX_BATCH_BYTES:
            units[-1].append(item)
        else:
            units.append([item])
            size = len(encoded)
    return units


def fitting(units: list[Unit], items: int) -> int:
    """How many units from the start one body may hold, at least one."""
    count = size = 0
    for number, unit in enumerate(units):
        count += len(unit)
        size += sum(len(memoryview(raw)) for _, raw in unit)
        if number and (count > items or size > MAX_BATCH_BYTES):
            return number
    return len(units)
