"""Sync by command against a real hub on this machine, and what is said when there is none."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker_tui.bootstrap import open_services
from sync.protocol import OpAnswer, Problem
from tests.unit.cli.cli_helpers import Laptop
from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation

HUB = [sys.executable, "-c", "from sync.hub.cli import main; main()"]


class RunningHub:
    """A hub of its own process."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "hub"
        self.port_file = folder / "port"
        self.admin("init")
        self.admin("broker", "add", "Birthe Broker")
        self.process = subprocess.Popen(
            [
                *(*HUB, "serve", "--data", str(self.data), "--port", "0", "--port-file", str(self.port_file)),
                *("--stop-on-stdin-close", "--quiet"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while not self.port_file.exists():
            assert time.monotonic() < deadline, "the hub did not come up"
            assert self.process.poll() is None
            time.sleep(0.05)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port_file.read_text(encoding='utf-8').strip()}"

    def admin(self, *args: str) -> str:
        done = subprocess.run([*HUB, *args, "--data", str(self.data)], capture_output=True, check=True, timeout=60)
        return done.stdout.decode("utf-8")

    def code(self) -> str:
        return str(json.loads(self.admin("enrol", "Birthe Broker", "--json"))["code"])

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub that knows one broker."""
    running = RunningHub(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def second(tmp_path: Path) -> Laptop:
    """Another laptop of the same broker."""
    other = Laptop(tmp_path / "second")
    other.folder.mkdir()
    other.run("init", "--name", "Birthe Broker", "--lang", "en")
    return other


def test_no_hub_is_five_and_the_count_stays_true(laptop: Laptop) -> None:
    laptop.person()
    assert laptop.refuse("sync", exit_code=5)
    assert laptop.json("sync", "status") == {
        "unsent": 3,
        "hub": None,
        "last_receipt": None,
        "last_sync": None,
        "open_until": None,
    }
    assert "3 changes unsent" in laptop.run("sync", "status").stdout
    assert laptop.refuse("enrol", "http://127.0.0.1:9", "CODE", exit_code=5)
    assert laptop.refuse("enrol", "http://example.invalid", "CODE", exit_code=5)
    assert "No hub yet" in laptop.run("ready", exit_code=1).stdout
    found = json.loads(laptop.run("ready", "--json", exit_code=1).stdout)
    assert (found["ready"], [one["point"] for one in found["checks"] if not one["ok"]]) == (False, ["hub", "backup"])
    said = laptop.run("sync", "unsent").stdout
    assert "Jonas Prøve" in said
    assert [row["type"] for row in laptop.json("sync", "unsent")] == ["role_assignment", "case", "citizen"]
    assert laptop.json("conflicts") == []
    assert laptop.json("quarantine") == []


def test_two_laptops_meet_differ_and_settle(laptop: Laptop, second: Laptop, hub: RunningHub) -> None:
    jonas = laptop.person("Jonas Prøve", "--area", "Vollsmose", "--phone", "11111111")
    enrolled = laptop.json("enrol", hub.url, "-", stdin=hub.code() + "\n")
    assert enrolled["name"] == "Birthe Broker"
    sent = laptop.json("sync")
    counts = {"sent", "acknowledged", "received", "conflicts", "unsent", "mended", "unnamed"}
    assert set(sent) == counts | {"refused", "receipt"}
    assert (sent["sent"], sent["acknowledged"], sent["unsent"], sent["refused"]) == (3, 3, 0, [])
    status = laptop.json("sync", "status")
    assert (status["unsent"], status["hub"], status["last_receipt"]) == (0, hub.url, sent["receipt"])

    (kept,) = laptop.json("sync", "receipts")
    assert (kept["receipt"], kept["items"], kept["outcome"]) == (sent["receipt"], 3, "ok")
    assert laptop.json("sync", "receipts", "jonas") == [kept]
    assert laptop.json("sync", "receipts", "-", stdin=jonas + "\n") == [kept]
    assert laptop.json("sync", "receipts", "nobody") == []
    assert sent["receipt"] in laptop.run("sync", "receipts").stdout
    assert "Jonas Prøve" in laptop.run("sync", "receipt", sent["receipt"]).stdout
    assert len(laptop.json("sync", "receipt", sent["receipt"])) == 3

    laptop.run("backups", "--now")
    assert "Ready for the road." in laptop.run("ready").stdout

    second.run("enrol", hub.url, hub.code())
    assert "unsent" in second.run("sync").stdout
    assert second.json("show", "case", "jonas")["id"] == jonas
    assert second.json("sync", "news") == [], "the first sync brings the caseload"

    laptop.run("edit", "citizen", jonas, "--set", "area=Gellerup", "--set", "email=a@example.org")
    second.run("edit", "citizen", jonas, "--set", "area=Bispehaven", "--set", "phone=22222222")
    laptop.run("sync")
    assert second.json("sync")["conflicts"] == 1
    (news,) = second.json("sync", "news")
    assert (news["record"], news["by"]) == (jonas, None), "the hub names only the newest hand, which was ours"
    assert set(news["fields"]) >= {"email"}
    assert "Jonas Prøve" in second.run("sync", "news", "--seen").stdout
    assert second.json("sync", "news") == []
    (difference,) = second.json("conflicts")
    assert difference["fields"] == ["area"]
    assert {difference["mine"]["area"], difference["theirs"]["area"]} == {"Gellerup", "Bispehaven"}
    assert "Gellerup" in second.run("conflicts", "list").stdout
    second.run("conflicts", "settle", difference["id"], "mine")
    assert second.refuse("conflicts", "settle", difference["id"], "mine")
    second.run("sync")
    laptop.run("sync")
    for one in (laptop, second):
        record = one.json("show", "case", "jonas")["citizen"]
        assert (record["area"], record["phone"], record["email"]) == ("Bispehaven", "22222222", "a@example.org")
        assert one.json("conflicts") == []
        assert one.json("sync", "status")["unsent"] == 0

    code = hub.code()
    third = Laptop(laptop.folder / "third")
    third.folder.mkdir()
    third.run("init")
    third.run("enrol", hub.url, code)
    assert laptop.refuse("enrol", hub.url, code, exit_code=6)


def test_the_hub_gone_is_five_and_nothing_is_lost(laptop: Laptop, hub: RunningHub) -> None:
    laptop.run("enrol", hub.url, hub.code())
    hub.stop()
    laptop.person()
    told = laptop.run("sync", "--json", exit_code=5)
    assert json.loads(told.stdout)["unsent"] == 3
    assert told.stderr.strip()
    assert laptop.json("sync", "status")["unsent"] == 3


def test_what_the_hub_refused_is_named_sent_again_or_given_up(laptop: Laptop) -> None:
    laptop.run("add", "memo", "--text", "afvist")
    laptop.run("add", "memo", "--text", "også afvist")
    services = open_services(laptop.home, PASSPHRASE, laptop.clock, FreeDerivation())
    problem = Problem(code="hub-writes-only", detail="no")
    answers = [OpAnswer(op=op.op, status="rejected", problem=problem) for op in services.store.unsent(10)]
    services.store.record_answers(answers, "R-1", laptop.clock.now())
    services.close()
    first, other = laptop.json("quarantine", "list")
    assert (first["code"], first["type"], first["what"]) == ("hub-writes-only", "memo", "afvist")
    assert "Only the hub itself writes this." in laptop.run("quarantine").stdout
    assert laptop.json("sync", "status")["unsent"] == 2
    laptop.run("quarantine", "retry", first["id"])
    assert [row["id"] for row in laptop.json("quarantine")] == [other["id"]]
    laptop.run("quarantine", "discard", other["id"], stdin="n\n", exit_code=1)
    laptop.run("quarantine", "discard", other["id"], "--yes")
    assert laptop.json("quarantine") == []
    assert [item["why"].partition(" ")[0] for item in laptop.json("today")["items"]] == ["afvist"]
    assert laptop.refuse("quarantine", "retry", "nothing")
