"""The curve of a list row: the last half year in six cells."""

from collections.abc import Iterable

from broker_tui.widgets.glyphs import level, spark
from broker_tui.widgets.spans import EMPTY, Line, line

TINY = 6
_TINY_TOP = 12
"""Hours at which a tiny curve is at its height."""


def tiny_curve(values: Iterable[float | None]) -> Line:
    """The last half year in six cells against 12 hours; nothing where signs leave tiny curves out."""
    cells: list[str] = []
    for value in list(values)[-TINY:]:
        if value is None or value <= 0:
            cells.append(" ")
        else:
            cells.append(spark(max(1, min(TINY, int(value * TINY / _TINY_TOP + 0.5)))))
    return line(("".join(cells), "spark")) if level() == "full" else EMPTY
