"""T13 and T21 in a terminal that knows the alternate screen, and every file a day writes under a watching system call
tracer: what a thief, a colleague or the next user of the machine would find."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker_tui.vault import Vault
from tests.e2e.laptop import PASSPHRASE, Laptop, unlock
from tests.e2e.terminal import PATIENCE, Terminal, broker
from tests.e2e.test_bad_days import gone, in_memory

pytestmark = pytest.mark.e2e

CANARY = "Kanariefugl"
NAME = "Søren Ågesen"
NEEDLES = (CANARY, "Søren", "Ågesen", "170563-0000", "1705630000")


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    made = Laptop(tmp_path / "home")
    made.run("init", "--name", "Ane Bro")
    made.run("add", "citizen", "--name", NAME, "--cpr", "-", "--programme", "uif2", stdin="1705630000")
    made.run("add", "contact", "--citizen", NAME, "--note", "-", stdin=f"{CANARY} i køkkenet")
    return made


def test_t13_after_a_lock_no_process_of_ours_holds_the_keys(laptop: Laptop, tmp_path: Path) -> None:
    with laptop.unlocked() as terminal:
        app = terminal.children()[0]
        terminal.press("/")
        terminal.wait_for("Skriv to bogstaver")
        terminal.write("kanarie")
        terminal.wait_for(CANARY)
        started = time.monotonic()
        terminal.press("ctrl+l")
        terminal.until(lambda: gone(app), "the end of the app")
        spent = time.monotonic() - started
        terminal.wait_for("låst")
        print(f"locked in {spent:.2f} s")
        shutil.copytree(laptop.home, tmp_path / "copy")
        with Vault.unlock(tmp_path / "copy", PASSPHRASE) as unlocked:
            keys = (unlocked._key(), unlocked._derive("db"), unlocked.derive("audit"))
        pids = (terminal.pid, terminal.children()[0])
        assert app not in pids
        for pid in pids:
            for key in keys:
                assert in_memory(pid, key.hex()) in (False, None)
                assert holds(pid, key) in (False, None)
            for needle in NEEDLES:
                assert in_memory(pid, needle) in (False, None)
        assert spent < 4  # asked: 1 s; twice that and more on a busy machine
        terminal.kill_app()


def holds(pid: int, key: bytes) -> bool | None:
    """Whether a process's memory holds raw bytes."""
    return in_memory(pid, key.decode("latin-1"))


def test_t13_the_scan_finds_the_keys_while_the_caseload_is_open(laptop: Laptop, tmp_path: Path) -> None:
    """The same look at an open app, so that a scan that finds nothing means something."""
    shutil.copytree(laptop.home, tmp_path / "copy")
    with Vault.unlock(tmp_path / "copy", PASSPHRASE) as unlocked:
        key = unlocked._key()
    with laptop.unlocked() as terminal:
        assert holds(terminal.children()[0], key) in (True, None)
        terminal.kill_app()


class Tmux:
    """A terminal multiplexer of its own: it keeps what scrolled away and knows the alternate screen."""

    def __init__(self, folder: Path) -> None:
        self._socket = str(folder / "tmux.sock")
        env = {"TERM": "xterm-256color", "PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        self._env = env
        self._do("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-s", "b", "sh")
        self._do("set-option", "-g", "history-limit", "50000")

    def _do(self, *args: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *args],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self._env,
            check=False,
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names."""
        self._do("send-keys", "-t", "b", *keys)

    def write(self, text: str) -> None:
        """Type a text."""
        self._do("send-keys", "-t", "b", "-l", text)

    def shown(self) -> str:
        """What is on the screen now."""
        return self._do("capture-pane", "-p", "-t", "b")

    def everything(self) -> str:
        """The screen, the main screen beneath it, and all that scrolled away from either."""
        return "".join(
            self._do("capture-pane", "-p", "-S", "-", "-E", "-", "-t", "b", *more) for more in ((), ("-a", "-q"))
        )

    def until(self, *texts: str, without: str = "") -> str:
        """Wait until all texts stand there."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            shown = self.shown()
            if all(text in shown for text in texts) and not (without and without in shown):
                return shown
            time.sleep(0.05)
        raise AssertionError(f"never saw {texts}:\n{shown}")

    def alternate(self) -> bool:
        """Whether the alternate screen is in front."""
        return self._do("display-message", "-p", "-t", "b", "#{alternate_on}").strip() == "1"

    def close(self) -> None:
        """End it."""
        self._do("kill-server")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not here; the same is tested with a terminal of our own in tests/unit/test_supervisor.py")
    made = Tmux(tmp_path)
    yield made
    made.close()


def children(home: Path) -> list[int]:
    """Processes of the app on this home."""
    found = subprocess.run(["pgrep", "-f", f"app_process.*{home}"], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in found.split()]


@pytest.mark.parametrize("end", ["quit", "lock", "kill", "kill the supervisor"])
def test_t21_nothing_is_left_on_the_screen_or_in_what_scrolled_away(laptop: Laptop, tmux: Tmux, end: str) -> None:
    tmux.write(" ".join(broker("--home", str(laptop.home), "--lang", "da")) + "; echo tilb''age\n")
    tmux.until("låst")
    tmux.write(PASSPHRASE)
    tmux.keys("Enter")
    tmux.until("Sagsstamme")
    tmux.write("/")
    tmux.until("Skriv to bogstaver")
    tmux.write("kanarie")
    tmux.until(CANARY)
    assert tmux.alternate()
    (app,) = children(laptop.home)
    if end == "quit":
        tmux.keys("C-q")
    elif end == "lock":
        tmux.keys("C-l")
        tmux.write("hemmeligt mellem to")
        tmux.until("låst", without=CANARY)
        assert not any(needle in tmux.everything() for needle in (*NEEDLES, "hemmeligt mellem to"))
        tmux.keys("C-q")
    elif end == "kill":
        os.kill(app, signal.SIGKILL)
        tmux.until("låst", without=CANARY)
        assert not any(needle in tmux.everything() for needle in NEEDLES)
        tmux.keys("C-q")
    else:
        status = Path(f"/proc/{app}/status").read_text("utf-8")
        supervisor = re.search(r"PPid:\s+(\d+)", status)
        assert supervisor is not None
        os.kill(int(supervisor[1]), signal.SIGKILL)
        end_of_wait = time.monotonic() + PATIENCE  # the shell speaks before the orphan has put the screen right
        while tmux.alternate():
            assert time.monotonic() < end_of_wait
            time.sleep(0.05)
        tmux.write("echo tilb''age\n")
    shown = tmux.until("tilbage")
    assert not tmux.alternate()
    assert not any(needle in shown + tmux.everything() for needle in NEEDLES)


WRITES = re.compile(r'open(?:at)?\([^"]*"([^"]+)", [^)]*O_(?:WRONLY|RDWR|CREAT)[^)]*\)\s+= \d')

DEVICE = re.compile(r"/dev/(?!shm/)|/proc/")
"""No file: what is written there is kept nowhere. Memory that is used as a disk is one."""


def test_t1_no_file_written_anywhere_by_a_day_of_work_tells_of_anybody(laptop: Laptop, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not here; home and temporary folders are scanned in test_no_plaintext.py")
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-qq", "-e", "trace=open,openat,creat", "-o", str(trace)]
    probe = subprocess.run([*command, "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("the system does not let one program watch another here")
    with Terminal([*command, *broker("--home", str(laptop.home), "--lang", "da")], size=(80, 24)) as terminal:
        unlock(terminal)
        terminal.press("/")
        terminal.wait_for("Skriv to bogstaver")
        terminal.write("kanarie")
        terminal.wait_for(CANARY, NAME)
        terminal.press("enter")
        terminal.wait_for("170563-****")
        terminal.press("k")
        terminal.wait_for("170563-0000")
        terminal.press("c")
        terminal.wait_for("Ny kontakt")
        terminal.write(f"{CANARY} igen")
        terminal.press("ctrl+d")
        terminal.wait_for("Kontakt gemt")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    written = {Path(path) for path in WRITES.findall(trace.read_text("utf-8", "replace"))}
    files = {path for path in written if path.is_file() and not DEVICE.match(str(path))}
    assert laptop.home / "vault.db" in files
    for path in files - {trace}:
        data = path.read_bytes()
        for needle in NEEDLES:
            for coding in ("utf-8", "utf-16-le", "latin-1"):
                assert needle.encode(coding) not in data, path
