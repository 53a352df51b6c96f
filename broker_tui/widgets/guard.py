"""The glance guard: names become initials, typed text becomes bars; rule texts, dates and hours stay."""

from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import EMPTY, Line, Role, Span, line

STEP, LONGEST = 6, 30
"""Bars are rounded up to whole steps, so that their length tells nothing (style guide, section 12)."""


def initials(name: str) -> str:
    """`J.P.` for Jonas Pedersen; double names keep one letter per word."""
    return "".join(f"{part[0].upper()}." for part in name.split() if part[0].isalpha())


def bars(text: str) -> str:
    """Solid bars in place of `text`, nothing in place of nothing."""
    if not text.strip():
        return ""
    cells = min(LONGEST, -(-len(text) // STEP) * STEP)
    return glyph("hidden") * cells


class Guard:
    """Whether the guard is on, and how names, notes and numbers are shown while it is.

    One object per app; widgets and screens ask it each time they draw.
    """

    def __init__(self, on: bool = False) -> None:
        """Start on or off."""
        self.on = on

    def toggle(self) -> bool:
        """Turn it over; the new state."""
        self.on = not self.on
        return self.on

    def name(self, name: str) -> str:
        """A citizen's name, or initials."""
        return initials(name) if self.on else name

    def note(self, text: str, role: Role = "text") -> Line:
        """Typed text, or bars."""
        if not self.on:
            return line((text, role))
        hidden = bars(text)
        return (Span(hidden, "bars"),) if hidden else EMPTY

    def words(self, text: str) -> str:
        """Typed text as plain text, or bars as plain text (titles, palette entries)."""
        return bars(text) if self.on else text

    def cpr(self, masked: str) -> str:
        """A masked number such as `010190-****`, fully masked while the guard is on."""
        if not self.on:
            return masked
        return "".join(glyph("mask") if char.isalnum() or char == "*" else char for char in masked)
