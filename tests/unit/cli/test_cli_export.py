"""`broker export`, `broker open` and `jobcenter-hub open-export`."""

import json
from pathlib import Path

from click.testing import CliRunner

from sync.hub.cli import main
from tests.unit.cli.cli_helpers import Laptop
from tests.unit.cli.test_cli_sync import RunningHub

SECRET = "nøglen ligger i boksen"
OTHER = "blåmejse over kirsebærtræet"


def test_a_list_sealed_under_a_passphrase_opens_without_a_caseload(laptop: Laptop, tmp_path: Path) -> None:
    laptop.person("Jonas Prøve")
    secret, file, out = tmp_path / "hemmelig", tmp_path / "liste.btx", tmp_path / "liste.json"
    secret.write_text(OTHER + "\n", encoding="utf-8")
    sealed = ("--seal-passphrase-file", str(secret))
    told = laptop.json("export", "table", "caseload", str(file), "--format", "json", *sealed)
    assert (told["count"], told["sealed"]) == (1, True)
    assert b"Jonas" not in file.read_bytes()
    elsewhere = Laptop(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    elsewhere.run("open", str(file), "--out", str(out), *sealed)
    assert json.loads(out.read_text("utf-8"))[0]["citizen_id"] == "Jonas Prøve"
    laptop.refuse("export", "table", "caseload", str(file), *sealed)
    secret.write_text("en anden passende sætning\n", encoding="utf-8")
    elsewhere.refuse("open", str(file), "--out", str(tmp_path / "x"), *sealed, exit_code=3)
    file.write_bytes(b"noget andet\n")
    (line,) = elsewhere.refuse("open", str(file), "--out", str(tmp_path / "x"), *sealed)
    assert "no sealed export" in line


def test_unsealed_asks_why_and_warns(laptop: Laptop, tmp_path: Path) -> None:
    laptop.person("Jonas Prøve")
    file = str(tmp_path / "liste.csv")
    (line,) = laptop.refuse("export", "table", "caseload", file, "--format", "csv", "--plain")
    assert "few words" in line
    done = laptop.run("export", "table", "caseload", file, "--format", "csv", "--plain", "--reason", "Mødet i morgen")
    assert "not sealed" in done.stderr
    exported = [line for line in laptop.json("audit", "list") if line["action"] == "export"]
    assert [line["purpose"] for line in exported] == ["Mødet i morgen"]
    laptop.run("export", "table", "caseload", file, "--plain", "--to", "municipality", exit_code=2)


def test_a_case_sealed_to_the_municipality_is_opened_by_it_alone(laptop: Laptop, tmp_path: Path) -> None:
    person = laptop.person("Jonas Prøve")
    secret, private = tmp_path / "it-secret", tmp_path / "private.json"
    secret.write_text(SECRET, encoding="utf-8")
    (tmp_path / "hub-side").mkdir()
    hub = RunningHub(tmp_path / "hub-side")
    try:
        given = ["--private", str(private), "--passphrase-file", str(secret)]
        assert CliRunner().invoke(main, ["recovery-key", "--data", str(hub.data), *given]).exit_code == 0
        file, out = tmp_path / "sag.btx", tmp_path / "sag.json"
        laptop.refuse("export", "person", person, str(file), "--to", "municipality")
        laptop.run("enrol", hub.url, hub.code())
        laptop.run("export", "person", person, str(file), "--to", "municipality")
    finally:
        hub.stop()
    assert CliRunner().invoke(main, ["open-export", str(file), str(out), *given]).exit_code == 0
    assert json.loads(out.read_text("utf-8"))["citizen"][0]["name"] == "Jonas Prøve"
    again = CliRunner().invoke(main, ["open-export", str(file), str(out), *given])
    assert "already" in again.output
