"""Owns the terminal and the process that holds the data.

Locking means that the process which held keys and caseload exits (security.md 1.7: nothing else empties memory) and
a fresh one shows the lock screen. The supervisor starts these processes, keeps the terminal silent between them and
puts it right afterwards, whatever happened. It never sees a passphrase or a record, and imports nothing heavy:
whatever stands here is loaded before the app's own start, so the rest comes while that one loads.
"""

from __future__ import annotations

import os
import sys
import time

from broker_tui import oslayer
from broker_tui.handshake import EXIT_LOCKED, EXIT_QUIT, NOTICE_VARIABLE, PIPES_VARIABLE, RESET_SEQUENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType
    from typing import Any

    Child = subprocess.Popen[bytes] | oslayer.Spawned

# As `-m` would, without the modules that takes.
APP = (sys.executable, "-c", "from broker_tui.app_process import main; raise SystemExit(main())")
EXIT_CRASHED = 70  # EX_SOFTWARE
REFUSALS = range(2, 9)  # exit codes of the command line: the app said why and does not want to be started again
MAX_RESTARTS = 3
RESTART_WINDOW = 60.0  # seconds
LOCK_SECONDS = 3.0  # a hung process is killed: a lock must not depend on its co-operation
LOOK_SECONDS = 2.0  # between looks at whether the terminal is still there
POLL_SECONDS = 0.2  # Windows only: there a wait without end cannot be interrupted

# Textual writes files and opens ports when its variables say so; Python's can print more than it should, and
# SSLKEYLOGFILE would write the keys of the connection to the hub.
# COLUMNS and LINES: a size somebody exported once would be believed before the terminal itself.
STRIPPED = ("TEXTUAL", "PYTHON", "SSLKEYLOGFILE", "BROKER_SUPERVISOR", "BROKER_NOTICE", "COLUMNS", "LINES")
KEPT = {
    "PYTHONUTF8",
    "PYTHONIOENCODING",
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSAFEPATH",
    "PYTHONNOUSERSITE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
}
STOP_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGBREAK")


def run(
    child_argv: Sequence[str], env: Mapping[str, str] | None = None, speak: Callable[[], None] | None = None
) -> int:
    """Run the app until it quits.

    Args:
        child_argv: how to start the app process, e.g. `[*APP, "--lang", "da"]`; never
            with anything personal in it, because every program on the machine can read it.
        env: its environment, cleaned before use; our own by default.
        speak: chooses the language, called before the first word, if there ever is one.

    Returns:
        The exit code for the shell: 0 after a quit, 2 to 8 as the app said, 70 after too many crashes, 128 + n
        after signal n.
    """
    return _Supervision(list(child_argv), clean_environment(os.environ if env is None else env), speak).run()


def clean_environment(env: Mapping[str, str]) -> dict[str, str]:
    """`env` without what could make the app process write data where it does not belong."""
    return {name: value for name, value in env.items() if name in KEPT or not name.upper().startswith(STRIPPED)}


class _Supervision:
    """One run: a sequence of child processes on one terminal."""

    def __init__(self, argv: list[str], env: dict[str, str], speak: Callable[[], None] | None) -> None:
        self._argv = argv
        self._env = env
        self._speak = speak
        self._child: Child | None = None
        self._stopped_by = 0
        self._locking = False
        self._ref = ""
        self._handlers: dict[int, Any] | None = None
        self._on_terminal = oslayer.has_terminal()
        self._looking = False

    def run(self) -> int:
        modes = oslayer.terminal_modes()
        try:
            code, farewell = self._children()
        finally:
            self._kill()
            oslayer.flush_input()
            reset_screen()
            oslayer.restore_terminal(modes)
            self._release_signals()
        if farewell:
            print(farewell, file=sys.stderr, flush=True)
        return code

    def _children(self) -> tuple[int, str]:
        """Start one child after the other; the exit code and what is left to say."""
        crashes: list[float] = []
        notice = ""
        while True:
            code = self._one_child(notice)
            if self._stopped_by:
                return 128 + self._stopped_by, ""
            if code == EXIT_QUIT or code in REFUSALS:
                return code, ""
            if code == EXIT_LOCKED or self._locking:
                notice = "locked"
                continue
            ref = self._ref or (f"signal{-code}" if code < 0 else f"exit{code}")
            now = time.monotonic()
            crashes = [moment for moment in crashes if now - moment < RESTART_WINDOW] + [now]
            if len(crashes) > MAX_RESTARTS:
                if self._speak is not None:
                    self._speak()
                return EXIT_CRASHED, _farewell(ref)
            notice = f"crashed {ref}"

    def _one_child(self, notice: str) -> int:
        self._locking, self._ref = False, ""
        oslayer.silence_terminal()
        oslayer.flush_input()
        watched, alive = os.pipe()
        heard, said = os.pipe()
        env = {**self._env, PIPES_VARIABLE: oslayer.pipe_numbers((watched, said))}
        if notice:
            env[NOTICE_VARIABLE] = notice
        try:
            child = oslayer.start_with_pipes(self._argv, env, (watched, said))
        except BaseException:
            for end in (watched, alive, heard, said):
                os.close(end)
            raise
        os.close(watched)
        os.close(said)
        self._child = child
        if self._handlers is None:
            self._catch_signals()
        import threading

        listener = threading.Thread(target=self._listen, args=(heard, child), daemon=True)
        listener.start()
        if self._on_terminal and not self._looking:
            self._looking = True
            threading.Thread(target=self._watch_terminal, daemon=True).start()
        try:
            if self._stopped_by:
                child.kill()
            code = _wait(child)
        finally:
            os.close(alive)
            self._child = None
        # The pipe ends with the child, unless a program it started still holds it: then the rest is not waited for.
        listener.join(timeout=1.0)
        oslayer.silence_terminal()
        oslayer.flush_input()
        reset_screen()
        return code

    def _listen(self, heard: int, child: Child) -> None:
        from threading import Timer

        deadline: Timer | None = None
        with open(heard, encoding="ascii", errors="replace") as lines:
            for line in lines:
                word, _space, rest = line.strip().partition(" ")
                if word == "lock" and deadline is None:
                    self._locking = True
                    deadline = Timer(LOCK_SECONDS, _kill, (child,))
                    deadline.daemon = True
                    deadline.start()
                elif word == "crash" and rest.isalnum() and len(rest) <= 8:
                    self._ref = rest
        if deadline is not None and child.returncode is not None:
            deadline.cancel()

    def _catch_signals(self) -> None:
        """Called when the first child has been started: this is loaded beside it, not before it."""
        import signal

        before: dict[int, Any] = {}
        self._handlers = before
        for name in STOP_SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                before[number] = signal.signal(number, self._on_signal)
        suspend = getattr(signal, "SIGTSTP", None)
        if suspend is not None:  # a suspended app would leave the caseload in memory and on the screen
            before[suspend] = signal.signal(suspend, signal.SIG_IGN)

    def _release_signals(self) -> None:
        import signal

        for number, handler in (self._handlers or {}).items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stopped_by = number
        self._kill()

    def _watch_terminal(self) -> None:
        """A closed window tells its shell; where that tells nobody, an open caseload would be left behind unseen."""
        from signal import Signals

        while oslayer.has_terminal():
            time.sleep(LOOK_SECONDS)
        self._stopped_by = getattr(Signals, "SIGHUP", Signals.SIGTERM)
        self._kill()

    def _kill(self) -> None:
        if self._child is not None:
            _kill(self._child)


def _kill(child: Child) -> None:
    try:  # noqa: SIM105 - contextlib would be loaded before the app is started
        child.kill()
    except OSError:
        pass  # it has ended


def _wait(child: Child) -> int:
    if sys.platform != "win32":
        return child.wait()
    import subprocess

    while True:
        try:
            return child.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def reset_screen(isatty: Callable[[int], bool] = os.isatty) -> None:
    """Empty and leave the alternate screen and switch off whatever an app switched on."""
    if isatty(1):
        try:
            sys.stdout.flush()
            os.write(1, RESET_SEQUENCE)
        except OSError:
            pass  # nobody looks any more


def _farewell(ref: str) -> str:
    from broker_tui.i18n import _

    return _(
        "The program stopped several times in a row (reference {ref}). "
        "What you saved is safe. Start it again with: broker"
    ).format(ref=ref)
