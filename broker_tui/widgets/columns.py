"""Which columns of a list fit, where they stand and how a row and its header are laid out over them."""

from dataclasses import dataclass

from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import EMPTY, Align, Line, Role, blank, cut, fit, line, width


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list."""

    key: str
    """Name by which cells are given and the sort is told."""
    title: str = ""
    """Header, already translated."""
    width: int = 0
    """Cells; 0 takes what the others leave (one such column per list)."""
    align: Align = "left"
    drop: int = 0
    """Order of dropping when there is little room: 1 goes first, 0 never."""
    from_width: int = 0
    """Shown only when the list is at least this wide."""
    gap: int = 2
    """Empty cells before the column (not before the first)."""
    min_width: int = 10
    """What a column of width 0 needs before others are dropped."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column where it stands in a row."""

    column: Column
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list in the order they are shown."""

    columns: tuple[Column, ...]

    def place(self, cells: int) -> tuple[Placed, ...]:
        """The columns that fit in `cells`, with their places."""
        chosen = [column for column in self.columns if cells >= column.from_width]
        while _needed(chosen) > cells:
            going = min((c for c in chosen if c.drop), key=lambda c: c.drop, default=None)
            if going is None:
                break
            chosen.remove(going)
        rest = max(1, cells - _needed(chosen, flexible=False))
        placed: list[Placed] = []
        x = 0
        for index, column in enumerate(chosen):
            x += column.gap if index else 0
            wide = column.width or rest
            placed.append(Placed(column, x, wide))
            x += wide
        return tuple(placed)

    def row(self, cells_by_key: dict[str, Line], cells: int) -> Line:
        """One row laid out over `cells`."""
        content: Line = EMPTY
        for placed in self.place(cells):
            content += blank(placed.x - width(content))
            content += fit(cells_by_key.get(placed.column.key, EMPTY), placed.width, placed.column.align)
        return cut(content, cells)

    def header(self, cells: int, sorted_by: str = "") -> Line:
        """The header row; the sorted column is in accent with its sign."""
        titles: dict[str, Line] = {}
        for column in self.columns:
            role: Role = "accent" if column.key == sorted_by else "muted"
            sign = f" {glyph('sorted')}" if column.key == sorted_by else ""
            titles[column.key] = line((column.title, role), (sign, role))
        return self.row(titles, cells)


def _needed(columns: list[Column], *, flexible: bool = True) -> int:
    """Cells the columns take, with the least of the flexible one unless it is left out."""
    return sum(
        (column.width or (column.min_width if flexible else 0)) + (column.gap if index else 0)
        for index, column in enumerate(columns)
    )
