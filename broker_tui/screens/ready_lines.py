"""The check before leaving as lines: sign, what holds, and what to do under what does not. Pure."""

from collections.abc import Sequence
from datetime import date

from broker_tui.i18n import _, ready_words
from broker_tui.services.ready import Check
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import EMPTY, Line, indented, line


def title() -> Line:
    """The question."""
    return line((_("Ready for the road?"), "strong"))


def lines(checks: Sequence[Check], today: date, cells: int = 76) -> tuple[Line, ...]:
    """A line for each point, and one more for what is to be done."""
    shown: list[Line] = []
    for check in checks:
        sign = line((f"{glyph('ok')} ", "ok")) if check.ok else line((f"{glyph('soon')} ", "warn"))
        shown.append(sign + line((ready_words.said(check, today), "text")))
        if not check.ok:
            shown += indented(line((ready_words.remedy(check), "muted")), cells)
    return tuple(shown)


def in_full(checks: Sequence[Check], today: date) -> tuple[Line, ...]:
    """The lines with the verdict on top."""
    return line((ready_words.verdict(list(checks)), "strong")), EMPTY, *lines(checks, today)
