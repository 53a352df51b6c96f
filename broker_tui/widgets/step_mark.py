"""The mark of the program, small and large, and the small drawings that share its ribbon: progress, grade, steps."""

from broker_tui.widgets.glyphs import glyph, level
from broker_tui.widgets.spans import Line, Span, line


def small_mark() -> Line:
    """Two steps, for the top bar."""
    return line((glyph("ribbon") + glyph("step"), "accent"))


def large_mark(*, ansi: bool = False) -> tuple[Line, ...]:
    """Three ribbons on a soft area, for the lock screen; 12 cells, 3 rows.

    Args:
        ansi: the theme has no backgrounds, so the area is drawn with a sign.
    """
    ribbon, top, area = glyph("ribbon"), glyph("ribbon-top"), glyph("area-ansi" if ansi else "area")
    if level() == "ascii":
        return (
            line((" " * 8, "text"), ("####", "ribbon")),
            line((" " * 4, "text"), ("####", "ribbon"), (area * 4, "area")),
            line(("####", "ribbon"), (area * 8, "area")),
        )
    return (
        line((" " * 8, "text"), (top * 4, "ribbon-area")),
        line((" " * 4, "text"), (top * 4, "ribbon-area"), (area * 4, "area")),
        line((ribbon * 4, "ribbon"), (area * 8, "area")),
    )


def progress(done: int, total: int, cells: int, words: str) -> Line:
    """A bar with its numbers in words: never a percent, never alone."""
    full = cells if total <= 0 else max(0, min(cells, done * cells // total))
    return line((glyph("ribbon") * full, "accent"), (glyph("rest") * (cells - full), "edge"), "  ", words)


def grade(met: int, of: int, word: str) -> Line:
    """`●●○ God`."""
    return (
        Span(glyph("ok") * met, "ok"),
        Span(glyph("missing") * (of - met), "muted"),
        Span(f" {word}", "name"),
    )


def steps(now: int, of: int, words: str) -> Line:
    """`●─●─○  fase 2 af 3`: steps behind in green, the one now in accent."""
    spans: list[Span] = []
    for number in range(1, of + 1):
        if spans:
            spans.append(Span(glyph("rule"), "rule"))
        if number < now:
            spans.append(Span(glyph("ok"), "ok"))
        elif number == now:
            spans.append(Span(glyph("ok"), "accent"))
        else:
            spans.append(Span(glyph("missing"), "muted"))
    return (*spans, Span(f"  {words}", "text"))
