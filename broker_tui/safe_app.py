"""A Textual app that cannot leak: errors without texts or locals, output without control characters, no screenshot.

Uses two private hooks of Textual 8.2, `_handle_exception` and `_filters` (security.md 1.9); tests in a real terminal
fail if an upgrade takes them away.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.text import Text
from textual.app import App, SystemCommand
from textual.color import Color
from textual.filter import LineFilter

from broker_tui import crash

if TYPE_CHECKING:
    from textual.screen import Screen

Result = TypeVar("Result")

# C0 but line feed, DEL, C1, soft directions, zero width and line separators (security.md 1.9)
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class TerminalSafeFilter(LineFilter):
    """The last line before the terminal: nothing a text contains can steer it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same line without unsafe characters, as wide as before."""
        if not any(UNSAFE.search(segment.text) for segment in segments):
            return segments
        return [segment if segment.control else _cleaned(segment) for segment in segments]


def _cleaned(segment: Segment) -> Segment:
    text = UNSAFE.sub("", segment.text)
    width = cell_len(segment.text)
    if cell_len(text) != width:
        text = set_cell_size(text, width)
    return Segment(text, segment.style)


class CrashSafeApp(App[Result]):
    """Base of every app that shows data."""

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._filters.append(TerminalSafeFilter())
        self.crash_report: crash.CrashReport | None = None

    def on_load(self) -> None:
        """Errors of tasks nobody waits for go the same way."""
        import asyncio

        crash.install_asyncio(asyncio.get_running_loop())

    def get_system_commands(self, screen: "Screen[Any]") -> Iterable[SystemCommand]:
        """All but the screenshot, which would write the screen to a file."""
        for command in super().get_system_commands(screen):
            if command.title != "Screenshot":
                yield command

    def action_screenshot(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: a screenshot would write the screen to a file."""

    def deliver_screenshot(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: a screenshot would write the screen to a file."""

    def panic(self, *renderables: Any) -> None:
        """End with one safe line; Textual's own renderings may hold texts of exceptions."""
        self._return_code = 1
        if not self._exit_renderables:
            made = self.crash_report or crash.report(RuntimeError())
            self.crash_report = made
            super().panic(Text(made.text()))

    def _handle_exception(self, error: Exception) -> None:
        if self._exception is None:  # lets a test harness raise it again
            self._exception = error
            self._exception_event.set()
        if self.crash_report is None:
            self.crash_report = crash.report(error)
        self.panic()
