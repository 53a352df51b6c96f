"""A damaged caseload, met and rescued as a broker in Denmark would: the real program, 80x24."""

from pathlib import Path

import pytest

from tests.e2e.laptop import PASSPHRASE, Laptop

pytestmark = pytest.mark.e2e


def test_t25_a_caseload_that_does_not_open_is_rescued_from_the_lock_screen(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "home")
    laptop.run("init", "--name", "Ane Bro")
    laptop.run("add", "citizen", "--name", "Jonas Prøve", "--programme", "uif2")
    laptop.run("backups", "--now")
    laptop.run("add", "citizen", "--name", "Mia Prøve", "--programme", "fsm2")
    unsent = laptop.json("sync", "status")["unsent"]
    database = laptop.home / "vault.db"
    data = bytearray(database.read_bytes())
    data[50] ^= 1
    database.write_bytes(data)
    laptop.run("list", "cases", code=7)
    with laptop.app() as terminal:
        terminal.wait_for("Sagerne er låst")
        terminal.write(PASSPHRASE)
        terminal.press("enter")
        terminal.wait_for("beskadiget", "^E red")
        terminal.press("ctrl+e")
        terminal.wait_for("Sagerne er reddet", "er lagt oven på", "Alle ændringer kunne læses", "IT vil måske")
        terminal.press("esc", "f3")
        terminal.wait_for("Jonas Prøve", "Mia Prøve")
        terminal.press("ctrl+q")
        terminal.exit_code()
    assert laptop.json("sync", "status")["unsent"] == unsent
    assert laptop.json("check") == {"problems": []}
    (aside,) = laptop.home.glob("before-restore-*")
    assert (aside / "vault.db").read_bytes() == bytes(data)
