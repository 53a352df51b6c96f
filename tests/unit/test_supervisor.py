"""The supervisor in a real terminal, with a stand-in for the app process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broker_tui.supervisor import MAX_RESTARTS, clean_environment
from tests.pty_session import DEADLINE, Session

CANARY = "Kanariefugl 010190-0000"

SUPERVISE = """
import sys
from broker_tui import supervisor
supervisor.LOCK_SECONDS = float(sys.argv[1])
sys.exit(supervisor.run([sys.executable, *sys.argv[2:]]))
"""

# Each child takes the next line of a plan and does what it says, with data on an alternate screen.
CHILD = """
import os, select, signal, sys, termios, time, tty
from pathlib import Path
from broker_tui import watch
assert watch.watch_supervisor()
notice = watch.take_notice()
plan = Path(sys.argv[1])
steps = plan.read_text().split()
step, *rest = steps
plan.write_text(" ".join(rest))
while step == "gate" and not plan.with_suffix(".gate").exists():
    time.sleep(0.005)
before = termios.tcgetattr(0)
tty.setraw(0, termios.TCSANOW)  # the default would flush for us
number = plan.with_suffix(".number")
count = int(number.read_text()) + 1 if number.exists() else 1
number.write_text(str(count))
plan.with_suffix(".pid").write_text(str(os.getpid()))
os.write(1, b"\\x1b[?1049h\\x1b[?25l\\x1b[?1000h\\x1b[?1003h\\x1b[?1006h\\x1b[?1004h\\x1b[?2004h\\x1b[>1u\\x1b[2J")
os.write(1, f"\\x1b[5;5HCANARY child {count} {notice and notice.kind} {notice and notice.ref}.".encode())
if step == "unread":
    keys = os.read(0, 100) if select.select([0], [], [], 0)[0] else b""
    os.write(1, b"unread:" + repr(keys).encode() + b";")
if step in ("crash", "kill", "lock", "quit", "hang", "code", "deaf"):
    os.read(0, 1)
    if step == "deaf":
        os.write(1, b"deaf;")
        while not plan.with_suffix(".gate").exists():
            time.sleep(0.005)
        os._exit(75)
    if step == "crash":
        watch.announce_crash("0badcafe")
        os._exit(1)
    if step == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if step == "hang":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        watch.announce_lock()
        while True:
            time.sleep(1)
    if step == "lock":  # leaves a terminal that echoes, as a careless app would
        before[3] |= termios.ECHO | termios.ICANON
        termios.tcsetattr(0, termios.TCSANOW, before)
        os.write(1, b"\\x1b[?1049l")
        os._exit(75)
    if step == "code":
        os._exit(8)
    os._exit(0)
while True:
    time.sleep(1)
"""


class Supervised(Session):
    """A supervised stand-in that follows `plan`."""

    def __init__(self, folder: Path, plan: str, lock_seconds: float = 3.0) -> None:
        (folder / "child.py").write_text(CHILD.replace("CANARY", CANARY), encoding="utf-8")
        self.plan = folder / "plan"
        self.plan.write_text(plan, encoding="utf-8")
        super().__init__([sys.executable, "-c", SUPERVISE, str(lock_seconds), str(folder / "child.py"), str(self.plan)])

    def child(self, number: int, notice: str = "None None") -> int:
        """Wait for child `number` to show its data; its process id."""
        self.until_text(f"child {number} {notice}.")
        return int(self.plan.with_suffix(".pid").read_text())


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    except ProcessLookupError:
        return True
    return state == "Z"


def test_a_lock_starts_a_fresh_child_and_a_quit_ends_clean(tmp_path: Path) -> None:
    with Supervised(tmp_path, "lock lock quit") as session:
        first = session.child(1)
        session.type("x")
        second = session.child(2, "locked ")
        assert first != second
        assert gone(first)
        session.type("x")
        session.child(3, "locked ")
        session.type("x")
        assert session.exit_code() == 0
        session.left_clean()
        assert CANARY not in session.shown()


@pytest.mark.parametrize("plan", ["gate", "lock gate"])
def test_t21_keys_pressed_while_a_child_starts_are_never_shown(tmp_path: Path, plan: str) -> None:
    with Supervised(tmp_path, plan) as session:
        if plan != "gate":
            session.child(1)
            session.type("x")
        session.until(lambda: session.plan.read_text() == "", "the last child")
        session.type("hemmelig\r")
        session.read(0.2)
        assert b"hemmelig" not in session.output
        assert not session.echoes()
        session.plan.with_suffix(".gate").touch()
        session.until_text("child 1 None None." if plan == "gate" else "child 2 locked .")
        assert b"hemmelig" not in session.output


def test_t21_keys_meant_for_the_last_child_do_not_reach_the_next_one(tmp_path: Path) -> None:
    with Supervised(tmp_path, "deaf unread") as session:
        session.child(1)
        session.type("x")
        session.until_text("deaf;")
        session.type("hemmelig")
        session.plan.with_suffix(".gate").touch()
        session.until_text("unread:b")
        session.until_text("unread:b'';")
        assert b"hemmelig" not in session.output


@pytest.mark.parametrize(("step", "ref"), [("crash", "0badcafe"), ("kill", "signal9")])
def test_t21_a_crash_empties_the_screen_and_starts_again_with_a_notice(tmp_path: Path, step: str, ref: str) -> None:
    with Supervised(tmp_path, f"{step} quit") as session:
        session.child(1)
        session.type("x")
        session.child(2, f"crashed {ref}")
        session.type("x")
        assert session.exit_code() == 0
        session.left_clean()
        assert CANARY not in session.shown()


def test_too_many_crashes_end_with_one_sentence_and_a_clean_terminal(tmp_path: Path) -> None:
    crashes = MAX_RESTARTS + 1
    with Supervised(tmp_path, " ".join(["crash"] * crashes)) as session:
        for number in range(1, crashes + 1):
            session.child(number, "None None" if number == 1 else "crashed 0badcafe")
            session.type("x")
        assert session.exit_code() == 70
        session.left_clean()
        assert CANARY not in session.shown()
        said = session.output.rsplit(b"\x1b[?25h", 1)[1].decode()
        assert "(reference 0badcafe)" in said
        assert said.count("\n") == 1


def test_t13_a_hung_child_is_killed_and_counts_as_locked(tmp_path: Path) -> None:
    with Supervised(tmp_path, "hang quit", lock_seconds=0.3) as session:
        first = session.child(1)
        began = time.monotonic()
        session.type("x")
        session.child(2, "locked ")
        assert 0.3 <= time.monotonic() - began < 4
        assert gone(first)


def test_a_refusal_of_the_app_is_passed_on(tmp_path: Path) -> None:
    with Supervised(tmp_path, "code") as session:
        session.child(1)
        session.type("x")
        assert session.exit_code() == 8
        session.left_clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_stopped_supervisor_takes_the_child_along(tmp_path: Path, number: signal.Signals) -> None:
    with Supervised(tmp_path, "wait") as session:
        child = session.child(1)
        os.kill(session.pid, number)
        assert session.exit_code() == 128 + number
        assert gone(child)
        session.left_clean()
        assert CANARY not in session.shown()


def test_a_terminal_that_goes_without_a_word_takes_the_child_along(tmp_path: Path) -> None:
    deaf = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by the shell, so that it tells nobody
    try:
        session = Supervised(tmp_path, "wait")
    finally:
        signal.signal(signal.SIGHUP, deaf)
    with session, open(os.devnull, "rb") as nothing:
        child = session.child(1)
        os.dup2(nothing.fileno(), session.master)
        deadline = time.monotonic() + DEADLINE
        while not gone(child):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_t21_the_child_of_a_killed_supervisor_ends_and_leaves_nothing_on_the_screen(tmp_path: Path) -> None:
    with Supervised(tmp_path, "wait") as session:
        child = session.child(1)
        assert CANARY in session.shown()
        os.kill(session.pid, signal.SIGKILL)
        assert session.exit_code() == -signal.SIGKILL
        session.until(lambda: gone(child), "the end of the child")
        session.read()
        session.left_clean()
        assert CANARY not in session.shown()
        session.screen.set_mode(1049, private=True)
        assert CANARY not in session.shown()


def test_t20_variables_that_make_files_or_say_too_much_are_taken_away() -> None:
    given = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_LOG": "log",
        "TEXTUAL_SCREENSHOT": "1",
        "textual_debug": "1",
        "PYTHONDEVMODE": "1",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONTRACEMALLOC": "1",
        "PYTHONINSPECT": "1",
        "PYTHONSTARTUP": "x",
        "PYTHONASYNCIODEBUG": "1",
        "SSLKEYLOGFILE": "keys",
        "BROKER_SUPERVISOR": "3,4",
        "BROKER_NOTICE": "crashed x",
        "COLUMNS": "80",
        "LINES": "24",
    }
    kept = {"PATH": "/bin", "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "BROKER_HOME": "h", "NO_COLOR": "1"}
    assert clean_environment({**given, **kept}) == kept


def test_a_child_started_by_hand_has_no_supervisor() -> None:
    code = (
        "from broker_tui import watch; watch.announce_lock(); watch.announce_crash('x');"
        "raise SystemExit(0 if not watch.watch_supervisor() and watch.take_notice() is None else 1)"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0


def test_the_supervisor_imports_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules); import broker_tui.supervisor;"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "sys.exit(', '.join(sorted(new - set(sys.stdlib_module_names) - {'broker_tui'})) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
