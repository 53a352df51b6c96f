"""What a window says that is too small for the program: one calm sentence over everything, drafts untouched."""

from broker_tui.i18n import _
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import EMPTY, Line, line, wrap

LEAST = (72, 20)
"""Columns and rows the program needs."""


class TooSmall(LineWidget):
    """Covers the screen while it is too small; what lies below keeps its focus and its text."""

    DEFAULT_CSS = """
    TooSmall { layer: above; dock: top; width: 100%; height: 100%; background: $background; padding: 1 3; }
    TooSmall:ansi { background: ansi_default; }
    """

    def line_at(self, y: int) -> Line:
        """The sentence, broken where it must be."""
        sentence = _("The window is too small: {columns} x {rows} is what it takes").format(
            columns=LEAST[0], rows=LEAST[1]
        )
        rows = wrap(line((sentence, "muted")), self.size.width)
        return rows[y] if y < len(rows) else EMPTY
