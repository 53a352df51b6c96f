"""The real program in a real terminal: a pseudo terminal read by a terminal emulator, polled, never slept on."""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

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


class ScreenTimeout(AssertionError):
    """The screen never came to show what was waited for; the message holds the last screen."""


class Terminal:
    """One program in a pseudo terminal of a given size."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        columns: int = 80,
        rows: int = 24,
        patience: float = 20.0,
    ) -> None:
        self.patience = patience
        self.pressed = 0
        self.raw = bytearray()
        self._screen = pyte.HistoryScreen(columns, rows, history=2000)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        os.close(self._master)

    # keys

    def press(self, *keys: str) -> None:
        """Press named keys or single characters, one after the other; counted in `pressed`."""
        for key in keys:
            self.pressed += 1
            self._write(KEYS.get(key, key))
            self.pump(0.02)

    def type(self, text: str) -> None:
        """Type text; not counted as key presses."""
        for char in text:
            self._write(char)
            self.pump(0.002)

    def _write(self, text: str) -> None:
        os.write(self._master, text.encode())

    # screen

    def pump(self, seconds: float) -> bool:
        """Read what the program writes for up to `seconds`; whether anything came."""
        deadline = time.monotonic() + seconds
        came = False
        while (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([self._master], [], [], left)
            if not ready:
                break
            try:
                data = os.read(self._master, 65536)
            except OSError:
                break
            if not data:
                break
            came = True
            self.raw += data
            text = self._decode.decode(data)
            self._answer(text)
            self._stream.feed(text)
        return came

    def _answer(self, text: str) -> None:
        """Answer what a terminal is asked at start, as xterm would."""
        if "\x1b[c" in text:
            self._write("\x1b[?62;c")
        if "\x1b[6n" in text:
            self._write("\x1b[1;1R")

    @property
    def lines(self) -> list[str]:
        """The screen as it stands."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def history(self) -> str:
        """What has scrolled off the top."""
        return "\n".join("".join(line[x].data for x in sorted(line)) for line in self._screen.history.top)

    def wait_for(self, *wanted: str | Callable[[str], bool], patience: float | None = None) -> str:
        """Poll until the screen holds every wanted text (or satisfies every function).

        Raises:
            ScreenTimeout: not within the patience; shows the last screen.
        """
        deadline = time.monotonic() + (patience or self.patience)
        while True:
            shown = self.text
            if all(w(shown) if callable(w) else w in shown for w in wanted):
                return shown
            if time.monotonic() > deadline:
                missing = [w for w in wanted if not (w(shown) if callable(w) else w in shown)]
                raise ScreenTimeout(f"never saw {missing!r}; the screen was:\n{shown}")
            self.pump(0.05)

    def wait_gone(self, unwanted: str, patience: float | None = None) -> str:
        """Poll until the screen no longer holds a text."""
        return self.wait_for(lambda shown: unwanted not in shown, patience=patience)

    def wait_exit(self, patience: float | None = None) -> int:
        """Wait for the program to end; its exit code."""
        deadline = time.monotonic() + (patience or self.patience)
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise ScreenTimeout(f"the program did not end; the screen was:\n{self.text}")
            self.pump(0.05)
        self.pump(0.2)
        return self.process.returncode

    # ends

    def children(self) -> list[int]:
        """Process ids of the program's children (Linux)."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def kill(self) -> None:
        """kill -9 of the program and all its children, as a dead battery would."""
        for pid in [*self.children(), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


def broker(*args: str) -> list[str]:
    """The command line that starts the installed program."""
    return [sys.executable, "-m", "broker_tui", *args]
