"""What every app with our look needs: the themes, no motion, and answers that go at the next key."""

import os
from typing import ClassVar

from textual import events
from textual.app import App

from broker_tui.widgets.answer_line import AnswerLine
from broker_tui.widgets.glyphs import Level, level, set_level
from broker_tui.widgets.themes import DEFAULT_THEME, THEMES, VARIABLE_DEFAULTS, choose_theme, needs_ansi_color
from broker_tui.widgets.too_small import LEAST, TooSmall


class DesignApp(App[None]):
    """An App that wears our themes; the program's own App is a subclass.

    A subclass with rules of its own says `CSS = DesignApp.CSS + ...`, since Textual does not join them.
    """

    CSS = """
    Screen { background: $background; color: $foreground; overflow: hidden; layers: default above; }
    VerticalScroll { scrollbar-size: 1 1; }
    Screen:ansi { background: ansi_default; color: ansi_default; }
    Sheet { background: $scrim; }
    Sheet:ansi { background: transparent; }
    .-ascii-signs BarInput, .-ascii-signs BarArea { border-left: ascii $edge; }
    .-ascii-signs .-error BarInput, .-ascii-signs .-error BarArea { border-left: ascii $error; }
    .-ascii-signs #sheet { border-top: ascii $sheet-edge; }
    .-ascii-signs BarInput:focus, .-ascii-signs BarArea:focus { border-left: ascii $accent; }
    """
    ENABLE_COMMAND_PALETTE = False
    LEAST: ClassVar[tuple[int, int]] = LEAST
    """Columns and rows below which the window is too small."""

    def __init__(self, *, theme: str = DEFAULT_THEME, no_color: bool | None = None) -> None:
        """Make the app.

        Args:
            theme: the chosen theme; `terminal` is taken instead where the terminal cannot show it.
            no_color: whether to send no colours at all; read from `NO_COLOR` unless given.
        """
        if no_color is None:
            no_color = "NO_COLOR" in os.environ
        super().__init__(ansi_color=needs_ansi_color(no_color))
        self.animation_level = "none"
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-wide"), (150, "-broad")]
        self.VERTICAL_BREAKPOINTS = [(0, "-compact"), (30, "-airy")]
        for own in THEMES.values():
            self.register_theme(own)
        self.theme = choose_theme(self.console.color_system, no_color, theme)

    def on_mount(self) -> None:
        """Textual draws some edges itself; this class on the app makes them ASCII where signs are."""
        self.set_class(level() == "ascii", "-ascii-signs")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables, so that our styles parse under any theme."""
        return VARIABLE_DEFAULTS

    def set_signs(self, wanted: Level) -> None:
        """Draw all signs at another level."""
        set_level(wanted)
        self.set_class(wanted == "ascii", "-ascii-signs")
        for screen in self.screen_stack:
            screen.refresh(layout=True)
            for widget in screen.query("*"):
                widget.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Say so on every screen while the window is too small."""
        columns, rows = self.LEAST
        small = event.size.width < columns or event.size.height < rows
        for screen in self.screen_stack:
            covers = screen.query(TooSmall)
            if small and not covers:
                screen.mount(TooSmall())
            elif not small:
                covers.remove()

    async def on_event(self, event: events.Event) -> None:
        """Let the last answer go when a key is pressed, before the key acts."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            for answer in self.screen.query(AnswerLine):
                answer.clear()
        await super().on_event(event)
