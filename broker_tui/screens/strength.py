"""How good a new passphrase is, as a line under its field."""

from broker_tui.screens.base import Reader
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import EMPTY, Line, Role, Span, line


def strength_line(screen: Reader, passphrase: str, indent: int) -> Line:
    """A bar and a word on a new passphrase; nothing for nothing."""
    if not passphrase:
        return EMPTY
    verdict = screen.broker.door.verdict(passphrase)
    role: Role = "ok" if verdict.accepted else "warn"
    filled, rest = glyph("ribbon") * (verdict.score * 4), glyph("rest") * ((4 - verdict.score) * 4)
    return line(" " * indent, Span(filled, role), (rest, "edge"), "  ", verdict.advice)
