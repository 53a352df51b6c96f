"""Text with role names instead of colours, measured in cells; never parsed as markup.

A line is a tuple of spans. Roles become colours only when a line is drawn, once for a row at rest and once for the row
under the cursor, so the same data serves all themes.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from broker_tui.widgets.glyphs import glyph

Role = Literal[
    "text",
    "name",
    "strong",
    "muted",
    "faint",
    "accent",
    "key",
    "num",
    "ok",
    "warn",
    "err",
    "ok-strong",
    "warn-strong",
    "err-strong",
    "edge",
    "rule",
    "bars",
    "spark",
    "chip",
    "chip-name",
    "chip-muted",
    "chip-key",
    "badge",
    "place",
    "place-key",
    "ribbon",
    "ribbon-area",
    "area",
    "zero",
]
Align = Literal["left", "right"]


def safe(text: str) -> str:
    """`text` on one line without characters that could move the cursor or turn the writing direction."""
    if text.isprintable():
        return text
    kept: list[str] = []
    for char in text:
        category = unicodedata.category(char)
        if char.isspace():
            kept.append(" ")
        elif category in ("Cs", "Cn", "Co"):
            kept.append("?")
        elif category not in ("Cc", "Cf"):
            kept.append(char)
    return "".join(kept)


def visible(text: str) -> str:
    """`text` of the same length, with a stand-in for every character that is not safe to draw.

    For fields that count characters to know where their cursor is.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else glyph("mask") for char in text)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with one role."""

    text: str
    role: Role = "text"

    def __post_init__(self) -> None:
        """Keep only what is safe to draw, so that widths measured are widths drawn."""
        object.__setattr__(self, "text", safe(self.text))

    @property
    def width(self) -> int:
        """Cells taken on screen."""
        return cell_len(self.text)


Line = tuple[Span, ...]
Part = str | tuple[str, Role] | Span | Line
EMPTY: Line = ()


def line(*parts: Part) -> Line:
    """A line from texts, `(text, role)` pairs, spans and other lines."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans.append(Span(part))
        elif isinstance(part, Span):
            spans.append(part)
        elif len(part) == 2 and isinstance(part[0], str):
            spans.append(Span(part[0], part[1]))
        else:
            spans.extend(span for span in part if isinstance(span, Span))
    return tuple(span for span in spans if span.text)


def width(content: Line) -> int:
    """Cells taken by a line."""
    return sum(span.width for span in content)


def plain(content: Line) -> str:
    """The text of a line without roles."""
    return "".join(span.text for span in content)


def blank(cells: int, role: Role = "text") -> Line:
    """A run of spaces."""
    return (Span(" " * cells, role),) if cells > 0 else EMPTY


def head(text: str, cells: int) -> str:
    """The longest beginning of `text` that fits in `cells`; wide characters are never halved."""
    if cells <= 0:
        return ""
    if cell_len(text) <= cells:
        return text
    low, high = 0, min(len(text), cells * 2)
    while low < high:
        middle = (low + high + 1) // 2
        if cell_len(text[:middle]) <= cells:
            low = middle
        else:
            high = middle - 1
    return text[:low]


def crop(content: Line, cells: int) -> Line:
    """The first `cells` cells of a line, without a cut sign."""
    kept: list[Span] = []
    left = cells
    for span in content:
        if left <= 0:
            break
        if span.width <= left:
            kept.append(span)
            left -= span.width
        else:
            kept.append(Span(head(span.text, left), span.role))
            left = 0
    return tuple(kept)


def cut(content: Line, cells: int) -> Line:
    """A line of at most `cells` cells; what does not fit is replaced by the cut sign."""
    if width(content) <= cells:
        return content
    if cells <= 0:
        return EMPTY
    kept = crop(content, cells - 1)
    if not kept:
        return (Span(glyph("cut"), content[0].role),)
    *before, last = kept
    return (*before, Span(last.text.rstrip() + glyph("cut"), last.role))


def fit(content: Line, cells: int, align: Align = "left", fill: Role = "text") -> Line:
    """A line of exactly `cells` cells."""
    content = cut(content, cells)
    gap = blank(cells - width(content), fill)
    return gap + content if align == "right" else content + gap


def ends(left: Line, right: Line, cells: int, gap: int = 2) -> Line:
    """`left` and `right` at the two edges of `cells`; the left text gives way first."""
    right = cut(right, cells)
    room = cells - width(right)
    if not right:
        return cut(left, cells)
    left = cut(left, max(0, room - gap))
    return left + blank(room - width(left)) + right


def join(pieces: Iterable[Line], gap: int = 2) -> Line:
    """Lines after each other with `gap` spaces between the ones that are not empty."""
    joined: Line = EMPTY
    for piece in pieces:
        if piece:
            joined = joined + (blank(gap) if joined else EMPTY) + piece
    return joined


def indented(content: Line, cells: int) -> list[Line]:
    """A sentence broken into lines that stand under the word behind a sign."""
    return [(Span("  ", "text"), *row) for row in wrap(content, cells - 2)]


def wrap(content: Line, cells: int) -> list[Line]:
    """A sentence broken between words into lines of at most `cells` cells; too long words are cut apart.

    Blanks before the first word stay, so that what was indented stays so.
    """
    words: list[Span] = []
    for span in content:
        for index, piece in enumerate(span.text.split(" ")):
            if index:
                words.append(Span(" ", span.role))
            if piece:
                words.append(Span(piece, span.role))
    lines: list[Line] = []
    row: list[Span] = []
    used = 0
    cells = max(1, cells)
    for found in words:
        word = found
        if word.text == " ":
            if (row or not lines) and used < cells:
                row.append(word)
                used += 1
            continue
        if used + word.width > cells and row:
            lines.append(_trim(row))
            row, used = [], 0
        while word.width > cells:
            start = head(word.text, cells) or word.text[0]
            lines.append((Span(start, word.role),))
            word = Span(word.text[len(start) :], word.role)
        row.append(word)
        used += word.width
    if row:
        lines.append(_trim(row))
    return [row for row in lines if row] or [EMPTY]


def _trim(row: list[Span]) -> Line:
    while row and row[-1].text == " ":
        row.pop()
    return tuple(row)
