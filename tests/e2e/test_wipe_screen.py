"""T39 in the app itself: somebody works, the order comes, and what is left is a sentence; the work is at the hub."""

import json
import sys
from pathlib import Path

import pytest

from tests.e2e.laptop import PASSPHRASE, Hub, Laptop

if sys.platform == "win32":
    pytest.skip("no pseudo terminal", allow_module_level=True)

NAME, NOTE = "Kanarie Prøve", "ringede fra bilen"


def test_t39_the_app_closes_says_why_and_does_not_come_back(tmp_path: Path) -> None:
    secret = tmp_path / "it"
    secret.write_text("nøglen ligger i boksen\n", encoding="utf-8")

    def key(name: str) -> tuple[str, ...]:
        return ("--private", str(tmp_path / f"{name}.json"), "--passphrase-file", str(secret))

    with Hub(tmp_path / "hub") as hub:
        hub.run("broker", "add", "Birthe Broker")
        for name in ("recovery", "order"):
            hub.run(f"{name}-key", *key(name))
        laptop = Laptop(tmp_path / "home")
        laptop.run("init", "--name", "Birthe Broker")
        device = laptop.json("enrol", hub.url, hub.code("Birthe Broker"))["id"]
        person = laptop.json("add", "citizen", "--name", NAME, "--programme", "uif2")["id"]
        laptop.run("sync")
        laptop.run("add", "contact", "--citizen", person, "--note", NOTE)
        hub.run("revoke", device, "--yes")
        hub.run("wipe", device, "--mode", "now", "--yes", *key("order"))
        with laptop.unlocked() as terminal:
            terminal.press("f7", "f7")
            shown = terminal.wait_for("er slettet efter ordre fra kommunen")
            assert NAME not in shown
            assert terminal.exit_code() == 3
        assert [path for path in laptop.home.rglob("*") if path.is_file()] == []
        (row,) = json.loads(hub.run("devices", "--json"))
        assert (row["order"]["unsent"], row["order"]["rescue"]) == (1, True)
        done = json.loads(hub.run("rescue", "--device", device, "--json", *key("recovery")))
        assert (done["taken"], done["refused"]) == (1, [])
        assert PASSPHRASE not in str(row)
