"""`broker slots`, `rotate-key` and the walk by IT, through the real commands of both sides."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from sync.hub.cli import main
from tests.unit.cli.cli_helpers import Laptop
from tests.unit.cli.test_cli_sync import RunningHub

SECRET = "nøglen ligger i boksen"
NEW = "blåmejse over kirsebærtræet"


def it(*args: object) -> str:
    """A command of IT's, on a machine without the hub's folder or a network."""
    done = CliRunner().invoke(main, [str(a) for a in args])
    assert done.exit_code == 0, done.output
    return done.output


def test_t11_a_broker_who_lost_everything_is_let_in_by_it_over_a_stick(laptop: Laptop, tmp_path: Path) -> None:
    laptop.person("Jonas Prøve")
    stick, secret = tmp_path / "stick", tmp_path / "it-secret"
    stick.mkdir()
    secret.write_text(SECRET, encoding="utf-8")
    (tmp_path / "hub-side").mkdir()
    hub = RunningHub(tmp_path / "hub-side")
    try:
        given = ("--passphrase-file", secret)
        it("recovery-key", "--data", hub.data, "--private", tmp_path / "first.json", *given)
        laptop.run("enrol", hub.url, hub.code())
        first = {slot["type"]: slot for slot in laptop.json("slots")}["municipality"]
        it("recovery-key", "--data", hub.data, "--private", tmp_path / "second.json", "--replace", *given)
        laptop.run("sync")
        second = {slot["type"]: slot for slot in laptop.json("slots")}["municipality"]
        assert first["org_key"] != second["org_key"], "a new key of the hub's is sealed to with the next sync"
        laptop.run("sync")
        assert second in laptop.json("slots")
        assert "next sync" in laptop.run("slots", "--remove", second["id"], "--yes").stdout
        assert "municipality" not in {slot["type"] for slot in laptop.json("slots")}
        laptop.run("sync")
        assert "municipality" in {slot["type"] for slot in laptop.json("slots")}
    finally:
        hub.stop()

    asked = laptop.json("recovery", "--request", str(stick / "request"))
    assert b"Jonas" not in (stick / "request").read_bytes()
    it(
        *("recover", stick / "request", stick / "answer", "--private", tmp_path / "second.json"),
        *("--passphrase-file", secret, "--code", asked["code"]),
    )
    new = tmp_path / "new"
    new.write_text(NEW, encoding="utf-8")
    taken = ("recovery", "--answer", str(stick / "answer"), "--new-passphrase-file", str(new))
    laptop.run(*taken)
    laptop.refuse("slots", exit_code=3)
    (tmp_path / "passphrase").write_text(NEW, encoding="utf-8")
    assert "Jonas Prøve" in laptop.run("list", "people").stdout
    (line,) = laptop.refuse(*taken)
    assert "No request waits" in line
    code = laptop.json("rotate-key")["recovery_code"]
    assert "Jonas Prøve" in laptop.run("list", "people").stdout
    assert {slot["type"] for slot in laptop.json("slots")} == {"passphrase", "recovery-code", "municipality"}
    laptop.run("recovery", "--code", "-", "--new-passphrase-file", str(new), stdin=code)


def test_ways_in_are_listed_and_one_is_removed_after_a_question(laptop: Laptop) -> None:
    found = {slot["type"]: slot["id"] for slot in laptop.json("slots")}
    assert set(found) == {"passphrase", "recovery-code"}
    shown = laptop.run("slots", "--lang", "da").stdout
    assert "gendannelseskoden på papir" in shown
    (line,) = laptop.refuse("slots", "--remove", found["recovery-code"], exit_code=3)
    assert "--yes" in line
    (line,) = laptop.refuse("slots", "--remove", found["passphrase"], "--yes")
    assert "cannot be removed" in line
    (line,) = laptop.refuse("slots", "--remove", "00000000", "--yes")
    assert "broker slots" in line
    left = laptop.json("slots", "--remove", found["recovery-code"], "--yes")
    assert [slot["type"] for slot in left] == ["passphrase"]


def test_asking_it_without_a_hub_and_with_a_name_that_is_taken(laptop: Laptop, tmp_path: Path) -> None:
    (line,) = laptop.refuse("recovery", "--request", str(tmp_path / "request"))
    assert "joined to a hub" in line
    assert not (tmp_path / "request").exists()
    (tmp_path / "there").write_text("x", encoding="utf-8")
    (line,) = laptop.refuse("recovery", "--request", str(tmp_path / "there"))
    assert "already" in line
    (line,) = laptop.refuse("recovery", "--answer", str(tmp_path / "none"), exit_code=4)
    assert "cannot be read" in line


@pytest.mark.parametrize("more", [("--code", "x", "--request", "y"), ("--request", "x", "--answer", "y")])
def test_one_way_at_a_time(laptop: Laptop, more: tuple[str, ...]) -> None:
    laptop.refuse("recovery", *more, exit_code=2)
