"""`broker import`: what it prints, what it writes, and the exit codes scripts rely on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.cli_helpers import Laptop

CITIZENS = """Cpr.nr.;Navn;Telefon;Kvarter;Program
030390-0000;Sørine Ågård;20 00 00 03;Solparken;FSM2
0404900000;Noor Haddad;20 00 00 04;Solparken;UIF2
"""
BAD = CITIZENS + "310290-0000;Bo Sand;;;Noget\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "borgere.csv"
    path.write_text(CITIZENS, encoding="cp1252")
    return path


def people(laptop: Laptop) -> list[Any]:
    found: list[Any] = laptop.json("list", "people")
    return found


def test_a_file_comes_in_once(laptop: Laptop, file: Path) -> None:
    shape = laptop.json("import", "citizens", str(file))
    assert list(shape) == ["rows", "created", "updated", "unchanged", "errors", "warnings"]
    assert (shape["rows"], shape["created"], shape["updated"], shape["unchanged"]) == (2, 2, 0, 0)
    assert shape["errors"] == []
    assert len(people(laptop)) == 2
    again = laptop.json("import", "citizens", str(file))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert len(people(laptop)) == 2


def test_a_dry_run_changes_nothing(laptop: Laptop, file: Path) -> None:
    result = laptop.run("import", "citizens", str(file), "--dry-run")
    assert "2 rows: 2 new, 0 changed, 0 unchanged" in result.stdout
    assert people(laptop) == []


def test_errors_stop_it_with_one_line_each(laptop: Laptop, file: Path) -> None:
    file.write_text(BAD, encoding="cp1252")
    result = laptop.run("import", "citizens", str(file), exit_code=4)
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error: borgere.csv, row 4, Cpr.nr.: The first six digits")
    assert lines[0].endswith("Check day, month and year.")
    assert lines[1].startswith("error: borgere.csv, row 4, Program: aaaaa is not a word")
    assert "310290" not in result.output
    assert people(laptop) == []


def test_errors_in_json_have_row_field_message_and_hint(laptop: Laptop, file: Path) -> None:
    file.write_text(BAD, encoding="cp1252")
    shape = json.loads(laptop.run("import", "citizens", str(file), "--json", exit_code=4).stdout)
    assert [list(error) for error in shape["errors"]] == [["row", "field", "message", "hint"]] * 2
    assert (shape["errors"][0]["row"], shape["errors"][0]["field"]) == (4, "Cpr.nr.")
    assert people(laptop) == []


def test_bad_rows_are_left_out_when_asked_and_still_named(laptop: Laptop, file: Path) -> None:
    file.write_text(BAD, encoding="cp1252")
    result = laptop.run("import", "citizens", str(file), "--skip-bad-rows")
    assert "row 4" in result.stderr
    assert len(people(laptop)) == 2


def test_a_column_is_named_with_map(laptop: Laptop, file: Path) -> None:
    laptop.run("import", "citizens", str(file), "--map", "Kvarter=area", "--map", "Telefon=")
    shown = laptop.json("list", "people", "--area", "Solparken")
    assert len(shown) == 2


def test_map_refuses_what_is_no_field_or_no_column(laptop: Laptop, file: Path) -> None:
    result = laptop.run("import", "citizens", str(file), "--map", "Kvarter=quarter", exit_code=2)
    assert "FIELD is one of: cpr, local_number, name" in result.stderr
    result = laptop.run("import", "citizens", str(file), "--map", "Farve=area", exit_code=4)
    assert "The file has no column “Farve”" in result.stderr
    assert people(laptop) == []


def test_the_preview_says_how_columns_are_understood_without_opening_the_vault(laptop: Laptop, file: Path) -> None:
    shape = laptop.json("import", "citizens", str(file), "--preview")
    assert (shape["rows"], shape["encoding"], shape["delimiter"], shape["missing"]) == (2, "cp1252", ";", None)
    assert {"heading": "Kvarter", "field": None} in shape["columns"]
    text = laptop.run("import", "citizens", str(file), "--preview").stdout
    assert "030390-****" in text
    assert "030390-0000" not in text
    assert people(laptop) == []


def test_a_file_that_is_no_table_is_one_sentence(laptop: Laptop, tmp_path: Path) -> None:
    result = laptop.run("import", "citizens", str(tmp_path / "nowhere.csv"), exit_code=4)
    assert "nowhere.csv: The file is not there or cannot be read." in result.stderr
    (tmp_path / "x.csv").write_text("Farve;Form\nrød;rund\n", encoding="utf-8")
    result = laptop.run("import", "citizens", str(tmp_path / "x.csv"), exit_code=4)
    assert "No heading in the file is known" in result.stderr


def test_it_speaks_danish(laptop: Laptop, file: Path) -> None:
    file.write_text(BAD, encoding="cp1252")
    result = laptop.run("import", "citizens", str(file), "--lang", "da", exit_code=4)
    assert "fejl: borgere.csv, række 4, Cpr.nr.: De første seks cifre" in result.stderr
