"""A laptop, an office and a hub for tests of the real program: everything runs as a broker or administrator runs it."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.e2e.terminal import PATIENCE, Terminal, broker

PASSPHRASE = "fem ord om en grøn båd"
_ENV = {"PYTHONUTF8": "1"}


@dataclass(frozen=True)
class Laptop:
    """A home folder, used on the screen or by commands."""

    home: Path

    def app(self, size: tuple[int, int] = (80, 24), lang: str = "da") -> Terminal:
        """The app, started as a person starts it."""
        return Terminal(broker("--home", str(self.home), "--lang", lang), size=size)

    def unlocked(self, size: tuple[int, int] = (80, 24)) -> Terminal:
        """The app, unlocked, on Today."""
        terminal = self.app(size)
        try:
            unlock(terminal)
        except BaseException:
            terminal.__exit__(None, None, None)
            raise
        return terminal

    def run(self, *args: str, stdin: str = "", code: int = 0) -> str:
        """A command; its output.

        Raises:
            AssertionError: it ended with another code.
        """
        secret = self.home.parent / f"{self.home.name}.passphrase"
        secret.write_text(PASSPHRASE, encoding="utf-8")
        done = subprocess.run(
            broker(*args, "--home", str(self.home), "--passphrase-file", str(secret), "--lang", "da"),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **_ENV},
            check=False,
        )
        assert done.returncode == code, (args, done.returncode, done.stdout[-800:], done.stderr[-800:])
        return done.stdout

    def json(self, *args: str, stdin: str = "", code: int = 0) -> Any:
        """A command's answer as data."""
        return json.loads(self.run(*args, "--json", stdin=stdin, code=code))


class Hub:
    """A real hub process on loopback, served with further `options`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.run("init")

    def run(self, *args: str) -> str:
        """A command of the administrator."""
        command = [sys.executable, "-m", "sync.hub", *args, "--data", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **_ENV}, check=True)
        return done.stdout

    def code(self, name: str) -> str:
        """A one-time code."""
        return str(json.loads(self.run("enrol", name, "--json"))["code"])

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, on the same port as before if there was one."""
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "sync.hub", "serve", "--data", str(self.folder)),
                *("--port", str(self.port), "--port-file", str(port_file), *self._options),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENV},
        )
        deadline = time.monotonic() + PATIENCE
        while not port_file.exists():
            assert self._process.poll() is None
            assert time.monotonic() < deadline, "the hub did not start"
            time.sleep(0.02)
        self.port = int(port_file.read_text("ascii"))

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def unlock(terminal: Terminal) -> None:
    """From the lock screen to Today."""
    terminal.wait_for("låst")
    terminal.write(PASSPHRASE)
    terminal.press("enter")
    terminal.wait_for("uge", "Sagsstamme")


def set_up(terminal: Terminal, name: str) -> str:
    """The first run up to the recovery code; returns the code."""
    terminal.wait_for("trin 1 af")
    terminal.press("enter")
    terminal.wait_for("Hvad hedder du?")
    terminal.write(name)
    terminal.press("enter")
    terminal.wait_for("trin 3 af")
    terminal.write(PASSPHRASE)
    terminal.press("enter")
    terminal.wait_for("God")
    terminal.write(PASSPHRASE)
    terminal.press("enter")
    shown = terminal.wait_for("Sidste gruppe")
    code = re.search(r"(?:[0-9A-Z]{4}-){3,}[0-9A-Z]{4}", shown)
    assert code is not None
    terminal.write(code[0].rpartition("-")[2])
    terminal.press("enter")
    terminal.wait_for("Hvad begynder du med?")
    return code[0]
