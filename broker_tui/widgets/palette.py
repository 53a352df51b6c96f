"""Role names made into colours: at rest, on the cursor row, and on the cursor row of a list without focus."""

from typing import Literal
from weakref import WeakKeyDictionary

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.dom import DOMNode
from textual.strip import Strip

from broker_tui.widgets.spans import Line, Role, crop, width

State = Literal["rest", "cursor", "blurred"]

# role: (foreground, background, bold, foreground on the cursor row)
_ROLES: dict[Role, tuple[str, str | None, bool, str]] = {
    "text": ("foreground", None, False, "cursor-text"),
    "num": ("foreground", None, False, "cursor-text"),
    "name": ("foreground", None, True, "cursor-text"),
    "strong": ("strong", None, True, "cursor-text"),
    "muted": ("text-muted", None, False, "cursor-muted"),
    "faint": ("faint", None, False, "cursor-muted"),
    "accent": ("primary", None, False, "cursor-accent"),
    "key": ("primary", None, True, "cursor-accent"),
    "ok": ("success", None, False, "cursor-ok"),
    "warn": ("warning", None, False, "cursor-warn"),
    "err": ("error", None, False, "cursor-err"),
    "ok-strong": ("success", None, True, "cursor-ok"),
    "warn-strong": ("warning", None, True, "cursor-warn"),
    "err-strong": ("error", None, True, "cursor-err"),
    "edge": ("edge", None, False, "cursor-muted"),
    "rule": ("rule", None, False, "cursor-muted"),
    "bars": ("bars", None, False, "cursor-muted"),
    "spark": ("spark", None, False, "cursor-accent"),
    "chip": ("foreground", "chip", False, "cursor-text"),
    "chip-name": ("strong", "chip", True, "cursor-text"),
    "chip-muted": ("text-muted", "chip", False, "cursor-muted"),
    "chip-key": ("primary", "chip", True, "cursor-accent"),
    "badge": ("background", "primary", True, "cursor-text"),
    "place": ("strong", "background", True, "cursor-text"),
    "place-key": ("primary", "background", False, "cursor-accent"),
    "ribbon": ("primary", None, False, "cursor-accent"),
    "ribbon-area": ("primary", "curve-area", False, "cursor-accent"),
    "area": ("curve-area", "curve-area", False, "cursor-muted"),
    "zero": ("curve-area", None, False, "cursor-muted"),
}
# The terminal theme says with weight what the others say with background.
_TERMINAL: dict[Role, Style] = {
    "faint": Style(dim=True),
    "edge": Style(dim=True),
    "rule": Style(dim=True),
    "bars": Style(dim=True),
    "area": Style(dim=True),
    "zero": Style(dim=True),
    "chip-name": Style(bold=True),
    "chip-key": Style(bold=True, underline=True),
    "badge": Style(bold=True, reverse=True),
    "place": Style(bold=True, underline=True),
    "place-key": Style(underline=True),
}


class Palette:
    """The styles of one theme."""

    def __init__(self, variables: dict[str, str], *, ansi: bool) -> None:
        """Read the colours from CSS variables, as `App.get_css_variables` gives them."""
        self.ansi = ansi
        self._styles: dict[State, dict[Role, Style]] = {"rest": {}, "cursor": {}, "blurred": {}}
        for role, (fore, back, bold, on_cursor) in _ROLES.items():
            self._styles["rest"][role] = self._rest(variables, role, fore, back, bold)
            self._styles["cursor"][role] = (
                Style(bold=bold or None, reverse=True) if ansi else _style(variables, on_cursor, "cursor", bold)
            )
            calm = "text-muted" if fore == "faint" else fore  # faint is too faint on a chip
            self._styles["blurred"][role] = (
                self._styles["rest"][role] if ansi else _style(variables, calm, "chip", bold)
            )

    def _rest(self, variables: dict[str, str], role: Role, fore: str, back: str | None, bold: bool) -> Style:
        if not self.ansi:
            return _style(variables, fore, back, bold)
        own = _TERMINAL.get(role)
        colour = Style() if own is not None else _style(variables, fore, None, bold)
        return colour + (own or Style())

    def style(self, role: Role, state: State = "rest") -> Style:
        """The style of a role."""
        return self._styles[state][role]

    def strip(self, content: Line, cells: int, background: Style, state: State = "rest") -> Strip:
        """A line drawn over exactly `cells` cells.

        Args:
            content: the line; what goes beyond `cells` is left out, so cut it before.
            cells: width of the result.
            background: what lies under spans that have no background of their own.
            state: where the line stands.
        """
        styles = self._styles[state]
        content = crop(content, cells)
        segments = [Segment(span.text, background + styles[span.role]) for span in content]
        rest = cells - width(content)
        if rest > 0:
            under = background if state == "rest" else background + styles["text"]
            segments.append(Segment(" " * rest, under))
        return Strip(segments, cells)


def _style(variables: dict[str, str], fore: str, back: str | None, bold: bool) -> Style:
    return Style(
        color=Color.parse(variables[fore]).rich_color,
        bgcolor=None if back is None else Color.parse(variables[back]).rich_color,
        bold=bold or None,
    )


_palettes: WeakKeyDictionary[App[object], tuple[str, Palette]] = WeakKeyDictionary()


def palette(node: DOMNode) -> Palette:
    """The palette of the theme the app has now."""
    app = node.app
    known = _palettes.get(app)
    if known is None or known[0] != app.theme:
        variables = app.get_css_variables()
        if "cursor-text" not in variables:
            from broker_tui.widgets.themes import VARIABLE_DEFAULTS

            variables = {**VARIABLE_DEFAULTS, **variables}
        known = (app.theme, Palette(variables, ansi=app.current_theme.ansi))
        _palettes[app] = known
    return known[1]
