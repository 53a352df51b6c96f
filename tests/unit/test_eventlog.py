"""The event log holds no text, whatever is put into it."""

import json
import random
import string
from pathlib import Path
from typing import Any

import pytest

from broker_tui.eventlog import DAYS, FILES, MAX_BYTES, Event, EventLog, Ref, Unloggable

ROOT = Path(__file__).parents[2]
CANARIES = (
    "Zebrastian Kjær",
    "0203040000",
    "020304-0000",
    "kvaksalverknoglen",
    "gråspurv under tagskægget",
    "Åse",
    "20304050",
)
SHAPES = ("{}", "x={}", '{{"a":"{}"}}', "{}\n", "\x1b[31m{}", "https://hub/{}", "({})", "{} {}")


class Ident(str):
    """A text in disguise."""


def anything(chance: random.Random) -> Any:
    canary = chance.choice(CANARIES)
    return chance.choice(
        [
            chance.choice(SHAPES).format(canary, canary),
            chance.randrange(-(10**9), 10**9),
            chance.random(),
            None,
            True,
            "".join(chance.choice(string.ascii_lowercase) for _ in range(8)),
            {"name": canary},
            [canary],
            canary.encode(),
            ValueError(canary),
        ]
    )


def test_t17_ten_thousand_events_with_data_in_every_field_leave_none_of_it(tmp_path: Path) -> None:
    seed = 17
    print(f"seed {seed}")
    chance, log, refused, written, said = random.Random(seed), EventLog(tmp_path), 0, 0, ""
    for _ in range(10_000):
        fields = {f"f{number}": anything(chance) for number in range(chance.randrange(3))}
        try:
            log.note(chance.choice(list(Event)), **fields)
            written += 1
        except Unloggable as error:
            refused, said = refused + 1, said + str(error)
    text = b"".join(path.read_bytes() for path in (tmp_path / "log").iterdir())
    for canary in CANARIES:
        assert canary not in said
        for coding in ("utf-8", "utf-16-le", "latin-1"):
            assert canary.encode(coding) not in text
        assert json.dumps(canary).encode() not in text
    lines = [json.loads(line) for line in text.decode("ascii").splitlines()]
    assert len(lines) == written > 1_000
    assert refused > 1_000


@pytest.mark.parametrize(
    "value", ["Åse", "mia", "ok", "0203040000", b"ok", ["ok"], {"a": 1}, ValueError("mia"), Path("mia"), Ident("mia")]
)
def test_t17_a_text_is_refused_by_its_type_however_harmless_it_looks(tmp_path: Path, value: Any) -> None:
    with pytest.raises(Unloggable):
        EventLog(tmp_path).note(Event.SYNCED, outcome=value)
    assert not (tmp_path / "log").exists()


def test_what_may_stand_in_it(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    log.note(Event.CRASHED, ref=Ref("0a1b2c3d"), error=ValueError, count=3, took=0.5, well=True, what=Event.LOCKED)
    (line,) = log.lines()
    assert line["ref"] == "0a1b2c3d"
    assert (line["error"], line["count"], line["well"], line["what"]) == ("ValueError", 3, True, "locked")
    with pytest.raises(Unloggable):
        Ref("Zebrastian")


def test_it_turns_over_and_forgets(tmp_path: Path) -> None:
    now = 1_700_000_000.0
    log = EventLog(tmp_path, lambda: now)
    (tmp_path / "log").mkdir()
    for _ in range(FILES + 2):
        (tmp_path / "log" / "events.jsonl").write_bytes(b"x" * MAX_BYTES)
        log.note(Event.STARTED)
    files = sorted(path.name for path in (tmp_path / "log").iterdir())
    assert len(files) <= FILES
    old = tmp_path / "log" / "events.jsonl.1"
    old.write_bytes(b"{}\n")
    import os

    os.utime(old, (now - DAYS * 86_400 - 10,) * 2)
    (tmp_path / "log" / "events.jsonl").unlink()
    log.note(Event.STARTED)
    assert not old.exists()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"in the way")
    EventLog(tmp_path).note(Event.STARTED)
    assert EventLog(tmp_path).lines() == []


def test_what_libraries_log_reaches_no_file(tmp_path: Path) -> None:
    import logging

    EventLog(tmp_path).note(Event.STARTED)
    for name in ("", "httpx", "httpcore", "textual", "asyncio"):
        logging.getLogger(name).debug("%s", CANARIES[0])
        logging.getLogger(name).error("%s", CANARIES[0])
    assert CANARIES[0].encode() not in (tmp_path / "log" / "events.jsonl").read_bytes()


def test_every_event_there_is_is_logged_somewhere() -> None:
    sources = [path for path in (ROOT / "broker_tui").rglob("*.py") if path.name != "eventlog.py"]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    assert [event.name for event in Event if f"Event.{event.name}" not in text] == []
