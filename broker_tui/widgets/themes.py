"""The four themes and every colour variable of the style guide; the only module with colour values in it.

Textual tints text colours of its own accord unless each generated variable is pinned, so `_variables` pins all that our
widgets or its own can show.
"""

from typing import Literal

from textual.theme import Theme

ThemeName = Literal["fjord", "papir", "kontrast", "terminal"]
THEME_NAMES: tuple[ThemeName, ...] = ("fjord", "papir", "kontrast", "terminal")
DEFAULT_THEME: ThemeName = "fjord"

_COLOURS: dict[str, tuple[str, str, str]] = {
    # variable: fjord, papir, kontrast
    "primary": ("#86C8EC", "#0A5A83", "#7DE3FF"),
    "background": ("#11181D", "#FBFAF6", "#000000"),
    "surface": ("#172026", "#F3F1EA", "#000000"),
    "panel": ("#1D2830", "#E9E6DD", "#1C1C1C"),
    "foreground": ("#D5DEE4", "#20282E", "#FFFFFF"),
    "success": ("#8FCB9D", "#1F643A", "#8DFFA6"),
    "warning": ("#E6C07A", "#764D00", "#FFE36E"),
    "error": ("#F2938C", "#A4241B", "#FFB3AB"),
    "strong": ("#F3F7F9", "#0B1115", "#FFFFFF"),
    "text-muted": ("#98A8B3", "#535D65", "#DADADA"),
    "faint": ("#7F909C", "#636A6F", "#B4B4B4"),
    "bar": ("#1A242B", "#EDEAE2", "#1C1C1C"),
    "field": ("#202C35", "#E8E5DB", "#1C1C1C"),
    "chip": ("#25323C", "#E2DFD4", "#2B2B2B"),
    "rule": ("#31404B", "#C9C5B8", "#8C8C8C"),
    "edge": ("#62747F", "#7F837D", "#A8A8A8"),
    "cursor": ("#20394A", "#D2E3ED", "#7DE3FF"),
    "cursor-text": ("#F3F7F9", "#0B1115", "#000000"),
    "cursor-muted": ("#B4C6D2", "#3F4C56", "#000000"),
    "cursor-ok": ("#8FCB9D", "#1F643A", "#000000"),
    "cursor-warn": ("#E6C07A", "#764D00", "#000000"),
    "cursor-err": ("#F2938C", "#A4241B", "#000000"),
    "cursor-accent": ("#86C8EC", "#0A5A83", "#000000"),
    "curve-area": ("#1E3A4B", "#CFE1EB", "#00495E"),
    "spark": ("#5C97B8", "#528AA7", "#7DE3FF"),
    "bars": ("#2B3842", "#D6D2C6", "#6A6A6A"),
    "sheet-edge": ("#172026", "#F3F1EA", "#8C8C8C"),
    "scrim": ("#0A0F13 62%", "#D8D4C8 55%", "#000000 70%"),
}
_TERMINAL: dict[str, str] = {
    **dict.fromkeys(_COLOURS, "ansi_default"),
    "primary": "ansi_cyan",
    "success": "ansi_green",
    "warning": "ansi_yellow",
    "error": "ansi_bright_red",
    "cursor-accent": "ansi_cyan",
    "curve-area": "ansi_cyan",
    "spark": "ansi_cyan",
    "scrim": "transparent",
}


def _variables(colour: dict[str, str]) -> dict[str, str]:
    accent, page, text = colour["primary"], colour["background"], colour["foreground"]
    own = {
        name: value
        for name, value in colour.items()
        if name not in ("primary", "background", "surface", "panel", "foreground", "success", "warning", "error")
    }
    return own | {
        "text": text,
        "text-disabled": colour["faint"],
        "text-primary": accent,
        "text-secondary": accent,
        "text-accent": accent,
        "text-success": colour["success"],
        "text-warning": colour["warning"],
        "text-error": colour["error"],
        "foreground-muted": colour["text-muted"],
        "border": accent,
        "border-blurred": colour["rule"],
        "block-cursor-foreground": colour["cursor-text"],
        "block-cursor-background": colour["cursor"],
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": text,
        "block-cursor-blurred-background": colour["chip"],
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": page,
        "footer-background": page,
        "footer-item-background": page,
        "footer-foreground": colour["text-muted"],
        "footer-description-background": page,
        "footer-description-foreground": colour["text-muted"],
        "footer-key-background": page,
        "footer-key-foreground": accent,
        "input-cursor-background": accent,
        "input-cursor-foreground": page,
        "input-cursor-text-style": "none",
        "input-selection-background": colour["cursor"],
        "input-selection-foreground": colour["cursor-text"],
        "screen-selection-background": colour["cursor"],
        "screen-selection-foreground": colour["cursor-text"],
        "scrollbar": colour["rule"],
        "scrollbar-hover": colour["rule"],
        "scrollbar-active": colour["edge"],
        "scrollbar-background": page,
        "scrollbar-background-hover": page,
        "scrollbar-background-active": page,
        "scrollbar-corner-color": page,
        "button-focus-text-style": "bold",
        "button-foreground": text,
        "link-color": text,
        "link-style": "underline",
        "link-background-hover": page,
        "link-color-hover": text,
        "link-style-hover": "underline",
    }


def _theme(name: ThemeName, colour: dict[str, str], *, dark: bool, ansi: bool = False) -> Theme:
    variables = _variables(colour)
    if not ansi:
        # generated colours pass through another colour space and come back one step off; ours are exact
        variables |= colour | dict.fromkeys(("secondary", "accent"), colour["primary"])
        variables["boost"] = colour["panel"]
    else:
        # Textual's own Screen rule for ANSI themes names these two and fails to parse without them.
        variables |= {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}
        variables |= {"input-cursor-text-style": "reverse", "input-cursor-background": "ansi_default"}
    return Theme(
        name=name,
        primary=colour["primary"],
        secondary=colour["primary"],
        accent=colour["primary"],
        success=colour["success"],
        warning=colour["warning"],
        error=colour["error"],
        foreground=colour["foreground"],
        background=colour["background"],
        surface=colour["surface"],
        panel=colour["panel"],
        boost=colour["panel"],
        dark=dark,
        text_alpha=1.0,
        variables=variables,
        ansi=ansi,
    )


def _column(index: int) -> dict[str, str]:
    return {name: values[index] for name, values in _COLOURS.items()}


THEMES: dict[str, Theme] = {
    "fjord": _theme("fjord", _column(0), dark=True),
    "papir": _theme("papir", _column(1), dark=False),
    "kontrast": _theme("kontrast", _column(2), dark=True),
    "terminal": _theme("terminal", _TERMINAL, dark=True, ansi=True),
}

VARIABLE_DEFAULTS: dict[str, str] = THEMES[DEFAULT_THEME].variables
"""What `App.get_theme_variable_defaults` answers, so that our styles parse under Textual's built-in themes too."""


def choose_theme(console_color_system: str | None, no_color: bool, setting: str) -> ThemeName:
    """The theme to start in.

    Without truecolor the 256-colour rounding turns dark greys into teal, and under `NO_COLOR` only an ANSI theme sends
    no colour code at all; both start in `terminal` whatever the setting says.

    Args:
        console_color_system: `console.color_system` of the running app.
        no_color: whether `NO_COLOR` is set.
        setting: the chosen theme; anything unknown counts as the default.
    """
    if no_color or console_color_system != "truecolor":
        return "terminal"
    return next((name for name in THEME_NAMES if name == setting), DEFAULT_THEME)


def needs_ansi_color(no_color: bool) -> bool | None:
    """What to pass as `ansi_color` when the App is made: its colour filter is chosen only then."""
    return True if no_color else None
