"""T40 by command: after fifteen days without the hub the caseload is read by nobody, and `broker sync` opens it."""

from datetime import timedelta

import pytest

from broker_tui.cli import COMMANDS
from tests.unit.cli.cli_helpers import Laptop
from tests.unit.cli.test_cli_sync import RunningHub
from tests.unit.cli.test_cli_sync import hub as hub

READING = (
    ("today",),
    ("list", "cases"),
    ("find", "Jonas"),
    ("log",),
    ("sync", "unsent"),
    ("sync", "receipts"),
    ("conflicts",),
    ("quarantine",),
    ("audit", "list"),
    ("undo",),
    ("add", "memo", "--text", "noget"),
)


def test_t40_reading_commands_refuse_and_sync_opens(laptop: Laptop, hub: RunningHub) -> None:
    assert len(COMMANDS) > len(READING)
    person = laptop.person()
    laptop.run("enrol", hub.url, hub.code())
    laptop.clock.day += timedelta(days=15)
    for args in (*READING, ("show", "case", person)):
        (line,) = laptop.refuse(*args, exit_code=3)
        assert line == "The hub has not answered for too long. Nothing is lost: broker sync opens it again.", args
    status = laptop.json("sync", "status")
    assert status["unsent"] == 3
    assert status["open_until"] == (laptop.clock.day - timedelta(days=1)).isoformat()
    assert "! " in laptop.run("ready", exit_code=1).stdout
    assert laptop.json("sync")["acknowledged"] == 3
    assert laptop.json("list", "cases")[0]["name"] == "Jonas Prøve"
    assert laptop.json("sync", "status")["open_until"] == (laptop.clock.day + timedelta(days=14)).isoformat()


@pytest.mark.parametrize("days", [100])
def test_a_caseload_without_a_hub_stays_open(laptop: Laptop, days: int) -> None:
    laptop.person()
    laptop.clock.day += timedelta(days=days)
    assert laptop.json("list", "cases")
    assert laptop.json("sync", "status")["open_until"] is None
