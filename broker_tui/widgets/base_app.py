"""What every app with our look needs: the themes, no motion, and answers that go at the next key."""

import os
from collections import deque
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from broker_tui.widgets.answer_line import AnswerLine
from broker_tui.widgets.glyphs import Level, level, set_level
from broker_tui.widgets.themes import DEFAULT_THEME, THEMES, VARIABLE_DEFAULTS, choose_theme, needs_ansi_color
from broker_tui.widgets.too_small import LEAST, TooSmall

Typed = events.Key | events.Paste
"""What comes from the keyboard, in this order."""
LOOK_EVERY = 0.02
"""Seconds between looks at whether held keys still wait for somebody."""
MOST_LOOKS = 25
"""Looks a key waits at most for the one before it, which may have closed the page that would tell. No clock: while the
machine is too busy to open a page it is too busy to look."""
MOST_LOOKS_HELD = 500
"""Looks a key waits at most for a page that asked for it: ten seconds on a machine that answers at all."""


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
    _acting: DOMNode | None = None
    """Who has the last key, until it has acted."""
    _looks = 0
    _looking: Timer | None = None

    def __init__(self, *, theme: str = DEFAULT_THEME, no_color: bool | None = None) -> None:
        """Make the app.

        Args:
            theme: the chosen theme; `terminal` is taken instead where the terminal cannot show it.
            no_color: whether to send no colours at all; read from `NO_COLOR` unless given.
        """
        if no_color is None:
            no_color = "NO_COLOR" in os.environ
        super().__init__(ansi_color=needs_ansi_color(no_color))
        self._held: deque[Typed] = deque()
        self._holders: set[Widget] = set()
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
        """Keys and pastes act one after the other: a key that opens a page has opened it before the next is given."""
        if not isinstance(event, Typed) or event.is_forwarded:
            await super().on_event(event)
        elif self._acting is None and not self._holders:
            await self._give(event)
        else:
            self._held.append(event)
            if self._looking is None:
                self._looking = self.set_interval(LOOK_EVERY, self._look, name="held keys")

    def hold_keys(self, holder: Widget) -> None:
        """Keep what is typed from now on until `holder` lets it go or is gone: it belongs where the last key leads."""
        self._holders.add(holder)

    def release_keys(self, holder: Widget) -> None:
        """What the last key began is done; a focus it asked for, and the page it goes back to, come first."""

        async def released() -> None:
            self._holders.discard(holder)
            if self._acting is None:
                await self._acted()

        self.call_later(released)

    async def _give(self, event: Typed) -> None:
        """Let the last answer go, then let the key act: on what the answer offered, otherwise on the page."""
        offered = None
        for answer in self.screen.query(AnswerLine):
            if isinstance(event, events.Key):
                offered = offered or answer.offered(event.key)
            answer.clear()
        self._looks = 0
        before = self.screen
        self._acting = before
        if offered is not None:
            offered()
            self.call_later(self._acted, before)
            return
        await super().on_event(event)
        self._follow(self.focused or self.screen, before)

    def _follow(self, node: DOMNode, before: Screen[Any]) -> None:
        """Go the way of the key, which bubbles from the field to the app through everybody's queue."""
        parent = node.parent
        if node is self or not isinstance(parent, DOMNode):
            self.call_later(self._acted, before)
        else:
            self._acting = node
            node.call_later(self._follow, parent, before)

    async def _acted(self, before: Screen[Any] | None = None) -> None:
        """The key has acted; a page it opened gets its focus first, which goes by way of the page and back."""
        if self.screen is before:
            await self._next_key()
        else:
            self._acting = self.screen
            self.screen.call_later(self.call_later, self._next_key)

    async def _look(self) -> None:
        """While keys are held: whoever should tell that the key has acted may have gone with it."""
        self._holders = {holder for holder in self._holders if holder.is_attached}
        self._looks += 1
        if self._looks > (MOST_LOOKS_HELD if self._holders else MOST_LOOKS):
            self._holders.clear()
            await self._next_key()
        elif self._holders:
            return
        elif self._acting is None:
            await self._next_key()
        elif isinstance(self._acting, Widget) and not self._acting.is_attached:
            await self._acted()

    async def _next_key(self) -> None:
        """Give the next key away, if one was held."""
        self._acting = None
        if self._holders:
            return
        if self._held:
            await self._give(self._held.popleft())
        elif self._looking is not None:
            self._looking.stop()
            self._looking = None
