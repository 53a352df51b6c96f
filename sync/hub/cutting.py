"""Where a page of a feed ends: never inside a save, as far as a page can hold it.

The entries of one save stand side by side, because it was taken in at once; what moved on since stands further on. A
page ends before a save that does not fit, and is longer than asked for when it begins with one. A save of more than a
whole page is cut: an import, or a hand-over of a large case.
"""

from collections.abc import Sequence

Saves = Sequence[str | None]
"""Of each entry the save it came with; None when it came alone."""


def whole(saves: Saves, room: int) -> int:
    """How many of these entries a page with room for `room` takes; 0 when the first save alone is longer."""
    if len(saves) <= room:
        return len(saves)
    end = room
    while end and saves[room] is not None and saves[end - 1] == saves[room]:
        end -= 1
    return end


def first(saves: Saves) -> int:
    """How many entries the first save has."""
    return next((n for n, save in enumerate(saves) if save is None or save != saves[0]), len(saves))
