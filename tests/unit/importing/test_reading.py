"""Files as Danish offices export them, and files nobody should have to survive."""

import resource
import time
import zipfile
from datetime import date
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.services.importing import mapping as columns
from broker_tui.services.importing import reading
from broker_tui.services.importing.cells import read_cpr, read_date, read_minutes, shape
from broker_tui.services.importing.reading import ImportFault, UnreadableFile, read


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


TEXT = "Cpr.nr.;Navn;Telefon;Start\r\n0101900000;Søren Ågesen;20 00 00 01;05-01-2026\r\n"


@pytest.mark.parametrize(
    ("encoding", "seen"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")]
)
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_encodings_and_delimiters_of_offices_are_recognised(
    tmp_path: Path, encoding: str, seen: str, sign: str
) -> None:
    table = read(write(tmp_path / "b.csv", TEXT.replace(";", sign).encode(encoding)))
    assert table.header == ("Cpr.nr.", "Navn", "Telefon", "Start")
    assert table.rows[0].cells == ("0101900000", "Søren Ågesen", "20 00 00 01", "05-01-2026")
    assert (table.encoding, table.delimiter) == (seen, sign)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them_whatever_is_quoted(tmp_path: Path) -> None:
    table = read(write(tmp_path / "b.csv", b'Navn;Note\n"Ane Toft";"to\nlinjer"\nBo Sand;x\n\nPia Dahl;y\n'))
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "Ane Toft"), (3, "Bo Sand"), (5, "Pia Dahl")]
    assert table.rows[0].cells[1] == "to\nlinjer"


def test_spreadsheets_give_what_a_person_would_have_typed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["CPR", "Navn", "Start", "Timer", "Kl."])
    sheet.append([101900000, "Åse Ørum", date(2026, 1, 5), 7.5, clock(9, 30)])
    sheet.append(["010190-0000", "Bo", date(2026, 2, 28), 8, None])
    book.save(tmp_path / "b.xlsx")
    rows = read(tmp_path / "b.xlsx").rows
    assert rows[0].cells == ("101900000", "Åse Ørum", "2026-01-05", "7,5", "09:30:00")
    assert rows[1].cells == ("010190-0000", "Bo", "2026-02-28", "8", "")


def test_control_and_bidi_characters_are_gone_after_reading(tmp_path: Path) -> None:
    table = read(write(tmp_path / "b.csv", "Navn;Note\nBo\u202eeve;\x1b[31mrød\x1b]0;titel\x07 [/b]\n".encode()))
    assert table.rows[0].cells[0] == "Boeve"
    assert "\x1b" not in "".join(table.rows[0].cells)


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.csv", b"", ImportFault.EMPTY),
        ("a.csv", b"Navn;CPR\n", ImportFault.EMPTY),
        ("a.csv", b"PK\x00\x00binary", ImportFault.NOT_A_TABLE),
        ("a.xlsx", b"not a zip", ImportFault.NOT_A_TABLE),
        ("a.json", b'{"navn": 1}', ImportFault.NOT_A_TABLE),
        ("a.json", b"[" * 100_000, ImportFault.NOT_A_TABLE),
        ("a.exe", b"MZ", ImportFault.KIND),
        ("a.csv", b'Navn\n"' + b"x" * 300_000, ImportFault.NOT_A_TABLE),
        ("a.csv", b";".join(b"k%d" % n for n in range(500)) + b"\nx\n", ImportFault.TOO_MANY_COLUMNS),
        ("a.csv", b"Navn\n" + b"x\n" * 50_001, ImportFault.TOO_MANY_ROWS),
    ],
)
def test_t30_hostile_files_are_refused_whole(tmp_path: Path, name: str, data: bytes, fault: ImportFault) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(write(tmp_path / name, data))
    assert refused.value.fault is fault


def test_t30_a_50_mb_file_is_refused_at_once_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "stor.csv"
    with path.open("wb") as stream:
        stream.write(b"Navn;CPR\n")
        stream.truncate(50 * 1024 * 1024)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(UnreadableFile) as refused:
        read(path)
    assert refused.value.fault is ImportFault.TOO_LARGE
    assert time.perf_counter() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 5 * 1024


def test_t30_a_spreadsheet_that_unpacks_to_far_more_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    with pytest.raises(UnreadableFile) as refused:
        read(tmp_path / "b.xlsx")
    assert refused.value.fault is ImportFault.TOO_LARGE


@given(st.binary(max_size=400))
def test_no_bytes_make_reading_fall_over(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = write(tmp_path_factory.mktemp("f") / "x.csv", data)
    try:
        table = read(path)
    except UnreadableFile:
        return
    assert all(len(row.cells) == len(table.header) for row in table.rows)


@pytest.mark.parametrize("heading", ["CPR", "Cpr.nr.", "CPR-nummer", "cpr nr", "Personnummer"])
def test_every_heading_offices_use_for_cpr_is_known(tmp_path: Path, heading: str) -> None:
    table = read(write(tmp_path / "b.csv", f"{heading};Fornavn;Efternavn;Skostørrelse\n1;a;b;c\n".encode()))
    mapping = columns.map_columns("citizens", table)
    assert mapping.columns == {"cpr": 0, "given_name": 1, "family_name": 2}
    assert mapping.unknown == ("Skostørrelse",)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    table = read(write(tmp_path / "b.csv", b"CPR;Telefon\n1;2\n"))
    with pytest.raises(UnreadableFile) as refused:
        columns.map_columns("citizens", table)
    assert (refused.value.fault, refused.value.detail) == (ImportFault.MISSING_COLUMN, "Navn")


def test_no_heading_means_two_fields() -> None:
    for kind, fields in columns.COLUMNS.items():
        keys = [columns._key(h) for headings in fields.values() for h in set(headings)]
        assert len(set(keys)) == len({(columns._key(h), f) for f, hs in fields.items() for h in hs}), kind


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("010190-0000", "0101900000", None),
        ("101900000", "0101900000", None),
        ("310290-0000", None, "cpr_date"),
        ("0101900", None, "cpr_format"),
        ("abc", None, "cpr_format"),
    ],
)
def test_cpr_cells(text: str, value: str | None, code: str | None) -> None:
    got, fault, _warning = read_cpr(text)
    assert (got, fault.code if fault else None) == (value, code)


def test_modulus_11_only_warns() -> None:
    assert read_cpr("010190-0000")[2] is not None
    assert read_cpr("010190-0000")[1] is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        *[
            (t, "2026-01-05")
            for t in ("05-01-2026", "5/1-2026", "5.1.2026", "05-01-26", "2026-01-05", "05-01-2026 09:30")
        ],
        ("31-02-2026", None),
        ("i går", None),
    ],
)
def test_date_cells(text: str, iso: str | None) -> None:
    value, fault, _ = read_date(text)
    assert (str(value) if value else None) == iso
    assert (fault is None) == (iso is not None)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("7,5", 450), ("7.5", 450), ("37", 2220), ("8 timer", 480), ("1.234,5", None), ("mange", None), ("80", None)],
)
def test_hours_cells_take_a_decimal_comma(text: str, minutes: int | None) -> None:
    assert read_minutes(text)[0] == minutes


@given(st.text(max_size=60))
def test_the_shape_of_a_value_never_holds_the_value(text: str) -> None:
    assert not any(ch.isdigit() and ch != "9" for ch in shape(text) if ch.isascii())
    assert {ch for ch in shape(text) if ch.isascii() and ch.isalpha()} <= {"a"}


def test_caps_are_what_the_guide_says() -> None:
    assert (reading.MAX_BYTES, reading.MAX_ROWS, reading.MAX_COLUMNS) == (20 * 1024 * 1024, 50_000, 200)
