"""`broker demo` as somebody who has never seen the program: everything at once, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.terminal import Terminal, broker

pytestmark = pytest.mark.e2e


@contextmanager
def demo(*args: str) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
    """The demo without the app: its line, and the process."""
    # tests that run in the background of a script ignore Ctrl+C, and what they start would inherit that
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run = subprocess.Popen(
            broker("demo", "--no-tui", *args),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
    finally:
        signal.signal(signal.SIGINT, ours)
    try:
        assert run.stdout is not None
        yield json.loads(run.stdout.readline()), run
    finally:
        if run.poll() is None:
            run.communicate("", timeout=20)
        for stream in (run.stdin, run.stdout, run.stderr):
            if stream is not None:
                stream.close()


def answer(where: dict[str, str], *args: str) -> Any:
    done = subprocess.run(
        broker(*args, "--home", where["home"], "--passphrase-file", where["passphrase_file"], "--json"),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    return json.loads(done.stdout)


def listens(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.socket() as line:
        line.settimeout(2)
        return line.connect_ex((host, int(port))) == 0


def test_a_demo_has_everything_to_try_and_leaves_nothing_behind() -> None:
    with demo("--lang", "en", "--cases", "10", "--contacts", "150", "--seed", "3") as (where, run):
        assert set(where) == {"home", "passphrase_file", "hub", "hub_data"}
        assert listens(where["hub"])
        cases = answer(where, "list", "cases")
        assert {case["programme"] for case in cases} == {"guarantee", "fsm2", "uif2", "flexjob", "mastery"}
        assert len(cases) == 10
        assert answer(where, "sync", "status")["unsent"] > 0
        done = answer(where, "sync")
        assert (done["unsent"], done["conflicts"], done["refused"]) == (0, 1, [])
        assert len(answer(where, "list", "cases")) == 11, "a colleague's case has come in"
        difference = answer(where, "conflicts", "list")[0]
        assert difference["mine_by"] == "Ane Bro"
        assert difference["theirs_by"] == "K. Lund"
        run.communicate("", timeout=20)
        assert run.returncode == 0
    assert not Path(where["home"]).exists()
    assert not listens(where["hub"])


def test_a_demo_with_a_home_is_kept_and_used_again(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with demo("--home", str(home), "--cases", "5", "--contacts", "40") as (first, run):
        run.send_signal(signal.SIGINT)
        assert run.wait(20) == 0
        run.communicate()
    with demo("--home", str(home)) as (again, _run):
        assert again["home"] == first["home"]
        assert listens(again["hub"])
        assert len(answer(again, "list", "cases")) == 5


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "brev.txt").write_text("kære", encoding="utf-8")
    done = subprocess.run(
        broker("demo", "--no-tui", "--home", str(tmp_path), "--lang", "en"),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 4
    assert "choose another" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["brev.txt"]


def test_the_demo_opens_the_app_by_itself_and_locks() -> None:
    with Terminal(broker("demo", "--lang", "da", "--cases", "5", "--contacts", "40")) as terminal:
        terminal.wait_for("I dag", "Sagsstamme", "uge", patience=90)
        terminal.press("ctrl+l")
        terminal.wait_for("Sagerne er låst", "demo")
        terminal.press("enter")
        terminal.wait_for("uge")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
        terminal.left_clean()
