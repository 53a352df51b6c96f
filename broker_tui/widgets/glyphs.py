"""The signs of the program: one meaning each, one cell wide, at three levels for three kinds of terminal fonts."""

from typing import Literal

Level = Literal["full", "safe", "ascii"]
LEVELS: tuple[Level, ...] = ("full", "safe", "ascii")

_GLYPHS: dict[str, tuple[str, str]] = {
    # meaning: full and safe, ASCII
    "overdue": ("!", "!"),
    "soon": ("▲", "^"),
    "ok": ("●", "*"),
    "in-person": ("●", "*"),
    "missing": ("○", "o"),
    "phone": ("○", "o"),
    "refused": ("×", "x"),
    "conflict": ("≠", "#"),
    "unsent": ("↑", ">"),
    "received": ("↓", "<"),
    "planned": ("◊", "="),
    "for": ("+", "+"),
    "against": ("−", "-"),
    "marked": ("■", "X"),
    "unmarked": ("□", "."),
    "cursor": ("▌", ">"),
    "field": ("│", "|"),
    "rule": ("─", "-"),
    "lane-start": ("├", "|"),
    "lane-end": ("┤", "|"),
    "lane-open": ("►", ">"),
    "ribbon": ("▄", "#"),
    "ribbon-top": ("▀", "#"),
    "step": ("█", "#"),
    "rest": ("_", "_"),
    "area": (" ", ":"),
    "area-ansi": ("░", ":"),
    "hidden": ("█", "x"),
    "cut": ("…", "~"),
    "more": ("▼", "v"),
    "sorted": ("▼", "v"),
    "passphrase": ("•", "*"),
    "mask": ("·", "."),
    "separator": ("·", "."),
    "goal-line": ("·", "."),
    "exit-line": ("─", "-"),
    "none": ("–", "-"),
    "left": ("←", "<"),
    "right": ("→", ">"),
    "up": ("↑", "^"),
    "down": ("↓", "v"),
}
_SPARK = " ▁▂▃▄▅▆"

_level: Level = "full"


def set_level(level: Level) -> None:
    """Draw with the signs of `level` from now on."""
    global _level
    _level = level


def level() -> Level:
    """The level drawn with now."""
    return _level


def glyph(name: str) -> str:
    """The sign for a meaning at the current level.

    Raises:
        KeyError: no sign has that meaning; it is a mistake in the program.
    """
    full, ascii_sign = _GLYPHS[name]
    return ascii_sign if _level == "ascii" else full


def glyph_names() -> tuple[str, ...]:
    """Every meaning that has a sign."""
    return tuple(_GLYPHS)


def spark(step: int) -> str:
    """The block of a tiny curve, 0 (nothing) to 6; empty text when the level leaves tiny curves out."""
    return _SPARK[max(0, min(step, 6))] if _level == "full" else ""
