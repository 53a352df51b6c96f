"""A program in a real terminal: a shell-like leader, the program under it, and an emulator that reads the output."""

import copy
import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import pyte

DEADLINE = 20.0
ALTERNATE = 1049

# The leader stands for the shell: it owns the session, starts the program and lives on when the program is killed.
LEADER = """
import fcntl, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
report = open(int(sys.argv[1]), "w")
child = subprocess.Popen(sys.argv[2:])
print(child.pid, file=report, flush=True)
print(child.wait(), file=report, flush=True)
sys.stdin.read()
"""


def _without_size(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables without a size that would be believed before that of the terminal we make."""
    return {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}


class Screen(pyte.Screen):
    """pyte's screen with an alternate one, which pyte lacks."""

    def __init__(self, columns: int, lines: int) -> None:
        self._main: Any = None
        super().__init__(columns, lines)

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        if kwargs.get("private") and ALTERNATE in modes and self._main is None:
            self._main = copy.deepcopy(self.buffer)
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        if kwargs.get("private") and ALTERNATE in modes and self._main is not None:
            self.buffer, self._main = self._main, None
        super().reset_mode(*modes, **kwargs)

    @property
    def alternate(self) -> bool:
        """Whether the alternate screen is shown."""
        return self._main is not None

    def private_modes(self) -> set[int]:
        """The numbers of the private modes that are on."""
        return {mode >> 5 for mode in self.mode if mode > 31}


class Session:
    """`argv` in a terminal of `size` (columns, rows); use as a context manager."""

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str] | None = None, size: tuple[int, int] = (80, 24)
    ) -> None:
        self.master, self.slave = os.openpty()
        termios.tcsetwinsize(self.slave, (size[1], size[0]))
        self.output = b""
        self.screen = Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        read, write = os.pipe()
        self._leader = subprocess.Popen(
            [sys.executable, "-c", LEADER, str(write), *argv],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            start_new_session=True,
            pass_fds=(write,),
            env={**_without_size(os.environ), "TERM": "xterm-256color", "PYTHONUTF8": "1", **(env or {})},
        )
        os.close(write)
        self._leader_says = open(read, "rb", buffering=0)  # noqa: SIM115 - closed with the session
        self.pid = int(self._leader_says.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        # The group holds the leader and everything it started, and nothing else.
        os.killpg(self._leader.pid, signal.SIGKILL)
        self._leader.wait()
        self._leader_says.close()
        os.close(self.master)
        os.close(self.slave)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode("utf-8"))

    def read(self, seconds: float = 0.05) -> None:
        """Take in what was written."""
        while select.select([self.master], [], [], seconds)[0]:
            data = os.read(self.master, 65536)
            self.output += data
            self._stream.feed(re.sub(rb"\x1b\[[<>=][0-9;]*u", b"", data))
            seconds = 0.02

    def until(self, true: Callable[[], object], what: str = "") -> None:
        """Wait for something to become true."""
        deadline = time.monotonic() + DEADLINE
        while not true():
            self.read()
            if time.monotonic() > deadline:
                raise AssertionError(f"{what or 'nothing'} did not come; seen: {self.output[-1500:]!r}")

    def until_text(self, text: str) -> None:
        """Wait for a text to be written."""
        self.until(lambda: text.encode("utf-8") in self.output, text)

    def exit_code(self) -> int:
        """Wait for the program to end."""
        code: list[int] = []

        def ended() -> bool:
            if select.select([self._leader_says], [], [], 0)[0]:
                code.append(int(self._leader_says.readline()))
            return bool(code)

        self.until(ended, "the end")
        self.read()
        return code[0]

    def echoes(self) -> bool:
        """Whether the terminal shows keys and gathers lines, as a shell expects it."""
        flags = int(termios.tcgetattr(self.slave)[3])
        return bool(flags & termios.ECHO and flags & termios.ICANON and flags & termios.ISIG)

    def left_clean(self) -> None:
        """Assert that the terminal is as a shell expects it."""
        assert not self.screen.alternate
        assert not self.screen.cursor.hidden
        assert self.screen.private_modes() & {1000, 1002, 1003, 1004, 1006, 1015, 2004, 1049} == set()
        assert self.echoes()
        assert self.output.rfind(b"\x1b[?1049l") > self.output.rfind(b"\x1b[?1049h")
        assert self.output.rfind(b"\x1b[?25h") > self.output.rfind(b"\x1b[?25l")

    def shown(self) -> str:
        """What the screen shows."""
        return "\n".join(self.screen.display)
