"""The app process's side of the supervisor: notice that it is gone, tell it about a lock or a crash.

Two pipes are inherited. One is only held open by the supervisor: when it closes, however the supervisor ended, this
process cleans the screen and exits at once. On the other one this process says that it is about to lock, so that a
hung one is killed, or what the reference of a crash is.
"""

import contextlib
import os
import threading
from collections.abc import Callable
from typing import IO, NamedTuple

from broker_tui import oslayer
from broker_tui.handshake import (
    EXIT_ABANDONED,
    EXIT_LOCKED,
    EXIT_QUIT,
    NOTICE_VARIABLE,
    PIPES_VARIABLE,
    RESET_SEQUENCE,
)

__all__ = [
    "EXIT_ABANDONED",
    "EXIT_LOCKED",
    "EXIT_QUIT",
    "NOTICE_VARIABLE",
    "PIPES_VARIABLE",
    "RESET_SEQUENCE",
    "Notice",
    "abandon",
    "announce_crash",
    "announce_lock",
    "take_notice",
    "watch_supervisor",
]

LAST_WORDS_SECONDS = 1.0


class Notice(NamedTuple):
    """Why this process was started in the place of another one.

    Args:
        kind: "locked" or "crashed".
        ref: the reference of the crash, empty after a lock.
    """

    kind: str
    ref: str = ""


class _Supervisor:
    """The pipe towards the supervisor; silent when there is none."""

    def __init__(self) -> None:
        self.pipe: IO[bytes] | None = None

    def say(self, line: str) -> None:
        """Send one line; a supervisor that is gone is noticed elsewhere."""
        if self.pipe is not None:
            with contextlib.suppress(OSError, ValueError):
                self.pipe.write(line.encode("ascii") + b"\n")


_supervisor = _Supervisor()


def watch_supervisor(on_gone: Callable[[], None] | None = None) -> bool:
    """Harden this process and end it when its supervisor ends; to be called first, on the main thread.

    Args:
        on_gone: last words, for at most a second; what is not saved by then is lost.

    Returns:
        Whether there is a supervisor.
    """
    oslayer.harden_process()
    names = os.environ.pop(PIPES_VARIABLE, "").split(",")
    if len(names) != 2:
        return False
    alive = oslayer.open_inherited(names[0], reading=True)
    _supervisor.pipe = oslayer.open_inherited(names[1], reading=False)
    oslayer.ignore_hangup()
    threading.Thread(target=_wait, args=(alive, on_gone), name="supervisor-watch", daemon=True).start()
    return True


def announce_lock() -> None:
    """Say that the process will end within three seconds, or else be ended."""
    _supervisor.say("lock")


def announce_crash(ref: str) -> None:
    """Say under which reference the crash was noted."""
    _supervisor.say(f"crash {ref}")


def take_notice() -> Notice | None:
    """Why this process was started in the place of another one; None for the first one."""
    kind, _space, ref = os.environ.pop(NOTICE_VARIABLE, "").partition(" ")
    return Notice(kind, ref) if kind else None


def _wait(alive: IO[bytes], on_gone: Callable[[], None] | None) -> None:
    with contextlib.suppress(OSError):
        while alive.read(1):
            continue
    abandon(on_gone)


def abandon(on_gone: Callable[[], None] | None = None) -> None:
    """Leave nothing on the screen and end this process now, even if the terminal no longer takes output."""
    deadline = threading.Timer(LAST_WORDS_SECONDS, os._exit, (EXIT_ABANDONED,))
    deadline.daemon = True
    deadline.start()
    with contextlib.suppress(BaseException):
        screen = oslayer.take_output_away()
        if os.isatty(screen):
            oslayer.flush_input()
            oslayer.make_terminal_sane()
            os.write(screen, RESET_SEQUENCE)
        if on_gone is not None:
            on_gone()
    os._exit(EXIT_ABANDONED)
