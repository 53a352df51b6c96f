"""Commands about the vault: what they ask, what they print, and the exit code of each refusal."""

import json
from pathlib import Path

import pytest

from broker_tui import oslayer, supervisor
from broker_tui.i18n import language
from tests.unit.cli.cli_helpers import Laptop


def test_init_asks_nothing_and_shows_the_code_once(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path)
    made = laptop.json("init", "--name", "Birthe Broker", "--lang", "da")
    assert set(made) == {"home", "name", "recovery_code"}
    assert json.loads((laptop.home / "look.json").read_text(encoding="utf-8"))["language"] == "da"
    assert "Intet her." in laptop.run("list", "cases").stdout
    assert laptop.refuse("init", "--name", "Igen", exit_code=4)
    assert made["recovery_code"] not in laptop.run("list", "cases").stdout


def test_init_without_a_name_still_asks_nothing(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path)
    assert laptop.json("init")["name"] == ""


def test_a_weak_passphrase_makes_nothing(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path)
    (tmp_path / "passphrase").write_text("kort", encoding="utf-8")
    assert laptop.refuse("init", "--name", "x")
    assert not (laptop.home / "vault.db").exists()


def test_locked_and_wrong_passphrase_are_three(laptop: Laptop, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("en helt anden sætning her", encoding="utf-8")
    (line,) = laptop.refuse("today", "--passphrase-file", str(wrong), exit_code=3)
    assert line.startswith("The passphrase is not right.")
    (line,) = laptop.refuse("today", "--passphrase-file", str(tmp_path / "none"), exit_code=4)
    assert "cannot be read" in line


def test_no_passphrase_and_nobody_to_ask_is_locked(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from broker_tui.cli import cli

    result = CliRunner().invoke(cli, ["today", "--home", str(laptop.home), "--lang", "en"])
    assert result.exit_code == 3
    assert "--passphrase-file" in result.stderr


def test_no_vault_is_four_and_a_damaged_one_seven(laptop: Laptop, tmp_path: Path) -> None:
    (line,) = laptop.refuse("today", "--home", str(tmp_path / "empty"), "--lang", "en", exit_code=4)
    assert "broker init" in line
    for path in laptop.home.glob("vault.hdr*"):
        path.write_bytes(b"\0" * 200)
    laptop.refuse("today", exit_code=7)


def test_a_vault_in_use_is_eight(laptop: Laptop) -> None:
    lock = oslayer.FileLock(laptop.home / "vault.lock")
    try:
        (line,) = laptop.refuse("today", exit_code=8)
    finally:
        lock.release()
    assert "open in another window" in line


def test_the_passphrase_changes_and_the_code_on_paper_opens(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path)
    code = laptop.json("init", "--name", "x")["recovery_code"]
    fresh = tmp_path / "fresh"
    fresh.write_text("blåmejse over kirsebærtræet\n", encoding="utf-8")
    laptop.run("passphrase", "--new-passphrase-file", str(fresh))
    laptop.refuse("today", exit_code=3)
    laptop.run("today", "--passphrase-file", str(fresh))
    again = tmp_path / "again"
    again.write_text("solsort på den våde mark\n", encoding="utf-8")
    laptop.run("recovery", "--code", "-", "--new-passphrase-file", str(again), stdin=code + "\n")
    new_code = laptop.json("recovery", "--passphrase-file", str(again))["recovery_code"]
    assert new_code != code
    laptop.refuse("recovery", "--code", code, "--new-passphrase-file", str(fresh), exit_code=3)
    laptop.refuse("recovery", "--code", "not a code", "--new-passphrase-file", str(fresh), exit_code=3)


def test_check_backup_and_restore(laptop: Laptop, tmp_path: Path) -> None:
    laptop.person()
    assert laptop.json("check") == {"problems": []}
    assert "sound" in laptop.run("check").stdout
    backup = tmp_path / "kopi.brokerbackup"
    laptop.run("backup", str(backup))
    laptop.refuse("backup", str(backup), exit_code=4)
    laptop.run("add", "memo", "--text", "efter kopien")
    assert laptop.json("restore", str(backup))["aside"]
    assert [row["name"] for row in laptop.json("list", "cases")] == ["Jonas Prøve"]
    assert laptop.json("today")["items"] == []
    laptop.refuse("restore", str(tmp_path / "none"))


def test_language_from_the_vault_and_from_the_option(laptop: Laptop) -> None:
    laptop.run("today")
    assert language() == "en"
    laptop.run("today", "--lang", "da")
    assert language() == "da"
    assert "Vis hele CPR-nummeret" in laptop.run("show", "case", "--lang", "da", "--help").stdout
    assert "Hvad" not in laptop.run("--help", "--lang", "en").stdout
    for args in (("--lang", "da", "--help"), ("--help", "--lang=da")):
        assert "Det, der skal gøres" in laptop.run(*args).stdout
    assert "En aftalt opfølgning" in laptop.run("add", "--help", "--lang", "da").stdout


def test_help_speaks_the_language_of_the_vault(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path)
    laptop.run("init", "--lang", "da")
    assert "Det, der skal gøres" in laptop.run("--help").stdout


def test_usage_is_two(laptop: Laptop) -> None:
    laptop.run("nonsense", exit_code=2)
    laptop.run("today", "--on", "snart", exit_code=2)
    laptop.run("list", "cases", "--status", "odd", exit_code=2)
    laptop.run("add", exit_code=2)


def test_even_usage_speaks_danish(laptop: Laptop) -> None:
    told = laptop.refuse("--lang", "da", "nonsens", exit_code=2)
    assert told[0].startswith("Brug:")
    assert told[-1] == "Fejl: Der er ingen kommando 'nonsens'."
    assert laptop.refuse("--lang", "en", "nonsense", exit_code=2)[-1] == "Error: No such command 'nonsense'."
    assert "Tilvalg" in laptop.run("--lang", "da", "--help").stdout


def test_without_a_command_the_app_is_started_with_nothing_secret(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def run(argv: list[str]) -> int:
        started.append(argv)
        return 3

    monkeypatch.setattr(supervisor, "run", run)
    laptop.run("--on", "2026-12-24", "--lang", "da", exit_code=3)
    assert started[0] == [*supervisor.APP, "--home", str(laptop.home), "--lang", "da", "--on", "2026-12-24"]


def test_backups_are_listed_checked_and_a_damaged_caseload_is_rescued(laptop: Laptop) -> None:
    person = laptop.person("Jonas Prøve")
    assert laptop.json("backups") == []
    (made,) = laptop.json("backups", "--now")
    assert (made["kind"], made["people"]) == ("daily", 1)
    later = laptop.person("Bo Lund")
    assert laptop.json("backups", "--check")[0]["sound"] is True
    database = laptop.home / "vault.db"
    data = bytearray(database.read_bytes())
    data[100] ^= 1
    database.write_bytes(data)
    laptop.refuse("list", "cases", exit_code=7)
    told = laptop.json("rescue")
    assert (told["readable"], told["operations"], told["lost"], told["sure"]) == (True, 3, 0, True)
    assert {case["id"] for case in laptop.json("list", "cases")} == {person, later}
    broken = Path(made["file"])
    spoiled = bytearray(broken.read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    broken.write_bytes(spoiled)
    assert "damaged" in laptop.run("backups", "--check", exit_code=1).stdout


def test_a_backup_is_restored_by_the_recovery_code_read_from_standard_input(laptop: Laptop, tmp_path: Path) -> None:
    laptop.person("Jonas Prøve")
    code = laptop.json("recovery")["recovery_code"]
    file = tmp_path / "kopi.zip"
    laptop.run("backup", str(file))
    laptop.run("restore", str(file), "--code", "-", stdin=f"{code}\n")
    assert len(laptop.json("list", "cases")) == 1
    laptop.refuse("restore", str(file), "--code", code[:-1] + ("0" if code[-1] != "0" else "1"), exit_code=3)
