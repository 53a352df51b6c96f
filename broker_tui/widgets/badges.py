"""Badges: programme and step on cards and in lists, chips of one word, and states as sign, word and colour."""

from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import Line, Role, Span, fit, line

_STATE_ROLES: dict[str, tuple[Role, Role]] = {
    # meaning: role of the sign, role of the word
    "overdue": ("err", "err"),
    "soon": ("warn", "warn"),
    "ok": ("ok", "ok"),
    "missing": ("muted", "muted"),
    "refused": ("err", "text"),
    "conflict": ("warn", "text"),
    "unsent": ("accent", "text"),
    "received": ("accent", "text"),
    "planned": ("text", "text"),
}


def programme_chip(code: str, step: str) -> Line:
    """The programme on a card."""
    return line((f" {code}", "chip-name"), (f" {step} " if step else " ", "chip"))


def chip(word: str) -> Line:
    """One word as a chip."""
    return line((f" {word} ", "chip-name"))


def programme_cell(code: str, step: str, step_width: int = 6) -> Line:
    """The programme in a list: code padded to five, step right aligned in six (seven in English)."""
    return fit((Span(code, "muted"),), 5) + line((" ", "muted")) + fit((Span(step, "muted"),), step_width, "right")


def state(meaning: str, word: str, *, quiet: bool = False) -> Line:
    """A state as sign, word and colour.

    Args:
        meaning: a glyph name with a state: overdue, soon, ok, missing, refused, conflict, unsent, received, planned.
        word: the word, already translated.
        quiet: the choice of a citizen (refused consent, no-show), which is never coloured.
    """
    sign_role, word_role = _STATE_ROLES["missing" if quiet else meaning]
    return line((f"{glyph(meaning)} ", sign_role), (word, word_role))


def tab(number: str, label: str, *, active: bool, spaced: bool = False) -> Line:
    """A tab or saved view; `spaced` puts a cell of chip on both sides where there is room."""
    pad = " " if spaced else ""
    if active:
        return line((pad, "chip"), (number, "chip-key"), (f" {label}", "chip-key"), (pad, "chip"))
    return line(pad, (number, "faint"), (f" {label}", "muted"), pad)
