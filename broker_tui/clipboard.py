"""One value on the clipboard for half a minute, because somebody asked for it; then it is taken away again.

The system's own program is used where there is one. Over a terminal alone (OSC 52) nothing can be read back, so what is
there after half a minute is replaced by nothing whoever wrote it.
"""

from collections.abc import Callable
from typing import Protocol

SECONDS = 30


class Backend(Protocol):
    """A clipboard."""

    def put(self, text: str) -> bool:
        """Write; whether it worked."""

    def get(self) -> str | None:
        """What lies there; None when nobody can say."""


class SystemClipboard:
    """Programs of the system, then the terminal.

    Args:
        terminal: writes through the terminal (OSC 52).
    """

    def __init__(self, terminal: Callable[[str], None]) -> None:
        self._terminal = terminal
        self._reading: list[str] | None = None

    def put(self, text: str) -> bool:
        """Write with the first program that takes it."""
        from broker_tui import osprograms

        for write, read in osprograms.clipboard_programs():
            if osprograms.run_clipboard(write, text) is not None:
                self._reading = read
                return True
        self._reading = None
        self._terminal(text)
        return True

    def get(self) -> str | None:
        """Read back with its counterpart."""
        from broker_tui import osprograms

        return None if self._reading is None else osprograms.run_clipboard(self._reading)


class Clipboard:
    """What was copied last, until it is taken away.

    Args:
        backend: where it is written.
        later: calls back after some seconds.
    """

    def __init__(self, backend: Backend, later: Callable[[float, Callable[[], None]], object]) -> None:
        self._backend = backend
        self._later = later
        self._mine = ""

    def copy(self, text: str) -> bool:
        """Put it there for `SECONDS`; whether it worked."""
        if not text or not self._backend.put(text):
            return False
        self._mine = text
        self._later(SECONDS, lambda: self._expire(text))
        return True

    def clear(self) -> None:
        """Take it away now: the caseload is locked."""
        self._expire(self._mine)

    def _expire(self, text: str) -> None:
        if not text or text != self._mine:
            return  # something else was copied since, and has its own time
        there = self._backend.get()
        if there is None or there == text:
            self._backend.put("")
        self._mine = ""
