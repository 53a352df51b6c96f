"""Nothing of a person or a key comes out of a crash, and nothing in a text can steer the terminal."""

import io
import re
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from broker_tui import crash
from broker_tui.crash import CrashReport, TerminalSafeFilter
from tests.pty_session import Session
from tests.unit.crash_app import CANARIES, UNSAFE, BreakingApp

APP = Path(__file__).with_name("crash_app.py")
REFERENCE = re.compile(r"reference [0-9a-f]{8}")


def run(way: str) -> Session:
    return Session([sys.executable, str(APP), way], {"NO_COLOR": "1"})


def everything(session: Session) -> str:
    """All that was written, also with the escape sequences between letters taken out."""
    plain = session.output.decode("utf-8", "replace")
    return plain + re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", plain)


@pytest.mark.parametrize(
    "way", ["compose", "mount", "timer", "action", "worker", "async-worker", "panic", "thread", "task", "python"]
)
def test_t16_a_crash_says_where_and_nothing_else(way: str) -> None:
    with run(way) as session:
        if way in ("action", "worker", "async-worker", "panic", "thread", "task"):
            session.until_text("running")
            session.type("b")
        if way in ("thread", "task"):
            session.type("q")
        code = session.exit_code()
        said = everything(session)
        for canary in CANARIES:
            assert canary not in said
        assert "Traceback" not in said
        assert "--dev" not in said
        if way in ("thread", "task"):  # the app goes on
            assert code == 0
            assert "reported 1 of 1" in said
        else:
            assert code == 1
            assert REFERENCE.search(said)
            assert way == "panic" or "ValueError" in said
            assert way == "panic" or re.search(r"fail:\d+", said)
        assert not session.screen.alternate
        assert session.echoes()


def test_t21_a_crashed_app_is_started_again_and_both_leave_a_clean_terminal() -> None:
    start = f"sys.exit(supervisor.run([sys.executable, {str(APP)!r}, 'worker']))"
    code = f"import sys; from broker_tui import supervisor; {start}"
    with Session([sys.executable, "-c", code]) as session:
        session.until_text("running")
        session.type("b")
        session.until_text("(reference ")
        session.until(lambda: b"running" in session.output.rsplit(b"(reference ", 1)[1], "the second app")
        session.type("q")
        assert session.exit_code() == 0
        said = everything(session)
        assert not any(canary in said for canary in CANARIES)
        assert REFERENCE.search(said)
        session.left_clean()
        assert "running" not in session.shown()


def test_t18_no_text_can_steer_the_terminal() -> None:
    with run("text") as session:
        session.until_text("æøå")
        session.type("q")
        assert session.exit_code() == 0
        said = session.output.decode("utf-8")
    said = re.sub("\x1b]22;[a-z-]+\x07", "", said)  # Textual's own: the shape of the pointer
    assert "\x1b]" not in said
    assert "\x1b[2J" not in said
    for sign in "\x07\x00\x08\x7f\u202e\u200b\x9b":
        assert sign not in said, repr(sign)
    assert "]52;c;aGVqb31mcdefg[2Jhi[/x]æøå👩" in said


def test_t18_the_filter_keeps_widths_and_leaves_clean_lines_alone() -> None:
    black = Color(0, 0, 0)
    clean = [Segment("æøå 👩 漢字")]
    assert TerminalSafeFilter().apply(clean, black) is clean
    for text in (UNSAFE, "\u200d", "👩\u200d👩\u200d👧", "e\u0301", "\ufeff\u2066x\u2069"):
        (segment,) = TerminalSafeFilter().apply([Segment(text)], black)
        assert cell_len(segment.text) == cell_len(text)
        assert not re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", segment.text)


async def test_t20_there_is_no_screenshot_and_no_selection() -> None:
    app = BreakingApp("none")
    async with app.run_test() as pilot:
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert titles
        assert "Screenshot" not in titles
        app.deliver_screenshot()
        app.action_screenshot()
        await pilot.pause()
        assert not app.ALLOW_SELECT


def test_hooks_say_one_line_and_hand_it_to_the_sinks(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[CrashReport] = []

    def broken(_made: CrashReport) -> None:
        raise OSError(CANARIES[0])

    monkeypatch.setattr(crash, "_sinks", [broken, seen.append])
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    try:
        raise KeyError(CANARIES[1])
    except KeyError as error:
        crash._on_exception(KeyError, error, error.__traceback__)
    said = written.getvalue()
    assert seen[0].ref in said
    assert "KeyError" in said
    assert "test_hooks_say_one_line" in said
    assert not any(canary in said for canary in CANARIES)
    crash._on_exception(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(seen) == 1


def test_what_cannot_be_written_down_is_said_by_class_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise OSError("/home/jonas")

    taken: list[crash.CrashReport] = []
    monkeypatch.setattr(crash, "_sinks", [refuse, taken.append])
    monkeypatch.setattr(crash, "_keepers", [refuse])
    made = crash.report(ValueError("0101900000"))
    assert made.unnoted == ("OSError", "OSError")
    assert "OSError" in made.text()
    assert "jonas" not in made.text()
    assert [one.ref for one in taken] == [made.ref]
