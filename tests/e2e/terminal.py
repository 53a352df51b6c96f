"""The real program under real keys: named keys, counted; the screen polled until it shows what is expected."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.pty_session import Session

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "backtab": "\x1b[Z",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "space": " ",
    **dict(zip((f"f{n}" for n in range(1, 5)), ("\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS"), strict=True)),
    **dict(zip((f"f{n}" for n in range(5, 11)), (f"\x1b[{c}~" for c in (15, 17, 18, 19, 20, 21)), strict=True)),
    **{f"ctrl+{chr(97 + n)}": chr(n + 1) for n in range(26)},
}
PATIENCE = 30.0


class ScreenTimeout(AssertionError):
    """The screen never came to show what was waited for; the message holds the last screen."""


class Terminal(Session):
    """One program in a terminal, used as a person would."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str] | None = None, size: tuple[int, int] = (80, 24)
    ) -> None:
        super().__init__(argv, {"COLORTERM": "truecolor", **(env or {})}, size)
        self.pressed = 0

    @property
    def leader(self) -> int:
        """Process id of what stands for the shell."""
        return self._leader.pid

    def press(self, *keys: str) -> None:
        """Press named keys or single characters; counted in `pressed`."""
        for key in keys:
            self.pressed += 1
            self.type(KEYS.get(key, key))
            self.read(0.03)

    def write(self, text: str) -> None:
        """Type a text; not counted as key presses."""
        self.type(text)
        self.read(0.05)

    def wait_for(self, *wanted: str | Callable[[str], bool], patience: float = PATIENCE) -> str:
        """Poll until the screen holds every text (or satisfies every function); the screen.

        Raises:
            ScreenTimeout: not within the patience.
        """
        deadline = time.monotonic() + patience
        while True:
            shown = self.shown()
            missing = [w for w in wanted if not (w(shown) if callable(w) else w in shown)]
            if not missing:
                return shown
            if time.monotonic() > deadline:
                raise ScreenTimeout(f"never saw {missing!r}; the screen was:\n{shown}")
            self.read(0.05)

    def wait_gone(self, unwanted: str, patience: float = PATIENCE) -> str:
        """Poll until the screen no longer holds a text."""
        return self.wait_for(lambda shown: unwanted not in shown, patience=patience)

    def read_for(self, seconds: float) -> None:
        """Let time pass while taking in what the program writes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(min(left, 0.5))

    def children(self) -> list[int]:
        """Process ids of the program's children (Linux)."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in path.read_text("ascii").split()] if path.exists() else []

    def kill_app(self) -> None:
        """kill -9 of the app and its supervisor, as a dead battery would."""
        for pid in [*self.children(), self.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.exit_code()


def broker(*args: str) -> list[str]:
    """The command line that starts the installed program."""
    return [sys.executable, "-m", "broker_tui", *args]
