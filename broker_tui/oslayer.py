"""The one module that knows which operating system it runs on.

Locks, terminal modes, inherited pipe ends and hardening differ between Windows and the rest; everything else in
the program asks here and stays portable. Standard library only, and as little of it as can be: the supervisor
imports this before it starts the app, and everything loaded here is waited for by a person at every start.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO, Any

HOLDER_BYTES = 20
LOCK_OFFSET = 1 << 30  # Windows locks bytes against reading too, so the locked byte lies beyond the holder's name


class LockHeld(Exception):
    """Another process holds the lock; `holder` is its process id when it could be read."""

    def __init__(self, holder: int | None) -> None:
        super().__init__("lock held")
        self.holder = holder


class FileLock:
    """An exclusive lock that the operating system drops when the process ends, however it ends.

    Args:
        path: the lock file; it stays behind when the lock is released, which is harmless.

    Raises:
        LockHeld: somebody else has it.
    """

    def __init__(self, path: Path) -> None:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                _lock(file)
            except OSError:
                raise LockHeld(_holder(file)) from None
            _write_holder(file, str(os.getpid()))
        except BaseException:
            os.close(file)
            raise
        self._file: int | None = file

    def release(self) -> None:
        """Let others in; calling it twice is harmless."""
        file, self._file = self._file, None
        if file is not None:
            try:
                _write_holder(file, "")
            except OSError:
                pass  # the lock goes all the same
            finally:
                os.close(file)


def _write_holder(file: int, name: str) -> None:
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, name.ljust(HOLDER_BYTES).encode("ascii"))


def _holder(file: int) -> int | None:
    os.lseek(file, 0, os.SEEK_SET)
    try:
        return int(os.read(file, HOLDER_BYTES))
    except (OSError, ValueError):
        return None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, LOCK_OFFSET, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def make_private(path: Path) -> None:
    """Readable by its owner only; on Windows the folders of the user profile are private already."""
    if sys.platform != "win32":
        path.chmod(0o700 if path.is_dir() else 0o600)


def sync_folder(path: Path) -> None:
    """Make a rename in `path` survive a power cut; Windows does so by itself."""
    if sys.platform != "win32":
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: after a crash at any point either the old or the new content is there.

    Raises:
        OSError: the disk refused; the old content stands.
    """
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(file, view) :]
            os.fsync(file)
        finally:
            os.close(file)
        os.replace(temporary, path)
    except OSError:
        try:  # noqa: SIM105 - contextlib is not loaded on the way to the lock screen
            temporary.unlink(missing_ok=True)
        except OSError:
            pass
        raise
    sync_folder(path.parent)


def harden_process() -> None:
    """No core file and no crash report with memory in it."""
    if sys.platform == "win32":
        import ctypes

        no_boxes = 0x0001 | 0x0002 | 0x8000  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX
        ctypes.windll.kernel32.SetErrorMode(no_boxes)
    else:
        import resource

        try:  # noqa: SIM105 - contextlib is not loaded on the way to the lock screen
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        except (OSError, ValueError):
            pass


def close_memory() -> None:
    """No reading of our memory by other plain programs: before anything secret is typed, after the first picture."""
    if sys.platform == "linux":
        import ctypes

        try:  # noqa: SIM105 - contextlib is not loaded on the way to the lock screen
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        except (OSError, AttributeError):
            pass


# ---------------------------------------------------------------------------------------------- the terminal


class TerminalModes:
    """The modes a terminal had, to be given back to it; None where there was no terminal."""

    __slots__ = ("input_modes", "output_modes")

    def __init__(self, input_modes: Any = None, output_modes: Any = None) -> None:
        self.input_modes = input_modes
        self.output_modes = output_modes


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _ECHO, _LINE, _VT_OUTPUT = 0x0004, 0x0002, 0x0004

    def _console(which: int) -> tuple[Any, int | None]:
        handle = ctypes.windll.kernel32.GetStdHandle(which)
        mode = wintypes.DWORD()
        found = ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(mode))
        return handle, mode.value if found else None

    def has_terminal() -> bool:
        """Whether there is somebody to show anything to."""
        return _console(-10)[1] is not None

    def terminal_modes() -> TerminalModes:
        """The modes the console has now."""
        return TerminalModes(_console(-10)[1], _console(-11)[1])

    def silence_terminal() -> None:
        """Keys pressed from here on are not shown; escape sequences written from here on are understood."""
        handle, mode = _console(-10)
        if mode is not None:
            ctypes.windll.kernel32.SetConsoleMode(handle, mode & ~(_ECHO | _LINE))
        handle, mode = _console(-11)
        if mode is not None:
            ctypes.windll.kernel32.SetConsoleMode(handle, mode | _VT_OUTPUT)

    def restore_terminal(modes: TerminalModes) -> None:
        """Give the console its modes back."""
        for which, mode in ((-10, modes.input_modes), (-11, modes.output_modes)):
            handle, now = _console(which)
            if mode is not None and now is not None:
                ctypes.windll.kernel32.SetConsoleMode(handle, mode)

    def flush_input() -> None:
        """Forget keys that were pressed and not yet read."""
        handle, mode = _console(-10)
        if mode is not None:
            ctypes.windll.kernel32.FlushConsoleInputBuffer(handle)

    def make_terminal_sane() -> None:
        """Echo and line input back on, for a process that does not know what the modes were."""
        handle, mode = _console(-10)
        if mode is not None:
            ctypes.windll.kernel32.SetConsoleMode(handle, mode | _ECHO | _LINE | 0x0001)

else:
    import termios

    _LFLAG = 3

    def _input_terminal() -> int | None:
        for number in (0, 2, 1):
            if os.isatty(number):
                return number
        return None

    def _touch(terminal: int, change: Callable[[], None]) -> None:
        """Change a terminal; outside the foreground group that stops a program which has not blocked the signal."""
        try:
            if os.tcgetpgrp(terminal) == os.getpgrp():
                change()
                return
        except (OSError, termios.error):
            return
        import signal

        old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        try:
            change()
        except termios.error:
            pass
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)

    def has_terminal() -> bool:
        """Whether there is somebody to show anything to; a terminal that was closed no longer answers."""
        return _input_terminal() is not None

    def terminal_modes() -> TerminalModes:
        """The modes the terminal has now."""
        terminal = _input_terminal()
        try:
            return TerminalModes() if terminal is None else TerminalModes(termios.tcgetattr(terminal))
        except termios.error:
            return TerminalModes()

    def _change(modes: list[Any]) -> None:
        terminal = _input_terminal()
        if terminal is not None:
            _touch(terminal, lambda: termios.tcsetattr(terminal, termios.TCSANOW, modes))

    def silence_terminal() -> None:
        """Keys pressed from here on are not shown and not gathered into lines; Ctrl+C still interrupts."""
        modes = terminal_modes().input_modes
        if modes is not None:
            modes[_LFLAG] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON)
            modes[_LFLAG] |= termios.ISIG
            _change(modes)

    def restore_terminal(modes: TerminalModes) -> None:
        """Give the terminal its modes back."""
        if modes.input_modes is not None:
            _change(modes.input_modes)

    def flush_input() -> None:
        """Forget keys that were pressed and not yet read."""
        terminal = _input_terminal()
        if terminal is not None:
            _touch(terminal, lambda: termios.tcflush(terminal, termios.TCIFLUSH))

    def make_terminal_sane() -> None:
        """Echo and line input back on, unless a shell has taken the terminal back and set its own modes."""
        terminal = _input_terminal()
        modes = terminal_modes().input_modes
        if terminal is None or modes is None:
            return
        try:
            if os.tcgetpgrp(terminal) != os.getpgrp():
                return
        except OSError:
            pass
        modes[0] |= termios.ICRNL | termios.IXON
        modes[1] |= termios.OPOST
        modes[_LFLAG] |= termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN
        _change(modes)


# ------------------------------------------------------------------------------------- pipes to a child process


class Spawned:
    """A child process outside Windows, as `subprocess.Popen` would hold it, without loading that for every start."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, or minus the signal that ended it; `timeout` is for Windows only."""
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def kill(self) -> None:
        """End it at once; an ended one is left alone."""
        if self.returncode is None:
            import signal

            try:  # noqa: SIM105 - contextlib is not loaded on the way to the lock screen
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def start_with_pipes(argv: list[str], env: dict[str, str], ends: tuple[int, ...]) -> subprocess.Popen[bytes] | Spawned:
    """Start `argv` on our terminal with the pipe ends `ends` inherited and nothing else.

    The child finds the ends under the numbers `pipe_numbers(ends)`.
    """
    if sys.platform == "win32":
        import subprocess

        handles = [msvcrt.get_osfhandle(end) for end in ends]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO()
        startup.lpAttributeList = {"handle_list": handles}
        return subprocess.Popen(argv, env=env, startupinfo=startup, close_fds=True)
    for end in ends:
        os.set_inheritable(end, True)
    return Spawned(os.posix_spawnp(argv[0], argv, env))


def pipe_numbers(ends: tuple[int, ...]) -> str:
    """The names under which a child finds inherited pipe ends."""
    if sys.platform == "win32":
        return ",".join(str(msvcrt.get_osfhandle(end)) for end in ends)
    return ",".join(str(end) for end in ends)


def open_inherited(name: str, *, reading: bool) -> IO[bytes]:
    """A pipe end inherited under `name`; programs we start ourselves do not inherit it again.

    Raises:
        OSError: there is no such end.
        ValueError: `name` is no number.
    """
    if sys.platform == "win32":
        os.set_handle_inheritable(int(name), False)
        number = msvcrt.open_osfhandle(int(name), os.O_RDONLY if reading else os.O_APPEND)
    else:
        number = int(name)
        os.set_inheritable(number, False)
    return os.fdopen(number, "rb" if reading else "wb", buffering=0)


def take_output_away() -> int:
    """Point standard output and error into nothing, so that no other thread can write to the screen any more.

    Returns:
        A descriptor that still leads to the old standard output.
    """
    screen = os.dup(1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nothing, number)
    return screen


def ignore_hangup() -> None:
    """Survive the end of the terminal's leader long enough to clean the screen (main thread only)."""
    if sys.platform != "win32":
        import signal

        signal.signal(signal.SIGHUP, signal.SIG_IGN)
