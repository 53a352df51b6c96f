"""T30: fifty files made to hurt; each is refused in a sentence, soon and without much memory, and changes nothing."""

import io
import json
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from broker_tui.i18n import import_words
from broker_tui.services.importing.importer import Importer
from broker_tui.services.importing.reading import UnreadableFile, read
from tests.unit.services.services_helpers import fresh

Make = Callable[[Path], None]
SHEET = '<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def text(data: bytes, name: str = "a.csv") -> tuple[str, Make]:
    def make(path: Path) -> None:
        path.write_bytes(data)

    return name, make


def sparse(size: int, start: bytes, name: str = "a.csv") -> tuple[str, Make]:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(start)
            file.truncate(size)

    return name, make


def book(parts: dict[str, bytes], *, level: int = 9) -> tuple[str, Make]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    return "a.xlsx", make


def workbook(sheet: str, more: dict[str, bytes] | None = None) -> tuple[str, Make]:
    """A real workbook whose first sheet is replaced."""

    def make(path: Path) -> None:
        import openpyxl

        made = openpyxl.Workbook()
        first = made.active
        assert first is not None
        first.append(["Navn"])
        file = io.BytesIO()
        made.save(file)
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                data = sheet.encode() if name == "xl/worksheets/sheet1.xml" else old.read(name)
                new.writestr(name, data)
            for name, data in (more or {}).items():
                new.writestr(name, data)

    return "a.xlsx", make


def linked(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("xl/workbook.xml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")


CELL = "<row r='1'><c t='inlineStr'><is><t>{}</t></is></c></row>"
FILES: dict[str, tuple[str, Make]] = {
    "a gigabyte in one line": sparse(1 << 30, b"Navn;CPR\n"),
    "a gigabyte without a line": sparse(1 << 30, b"x"),
    "twenty megabytes of quotes": text(b'Navn\n"' + b'"' * (19 << 20)),
    "nothing": text(b""),
    "only blanks": text(b" \n \n\t\n"),
    "only a mark": text(b"\xef\xbb\xbf"),
    "zeros": sparse(1 << 20, b""),
    "a zero in the head": text(b"Na\0vn\nx\n"),
    "a zero in a cell": text(b"Navn\nx\0y\n"),
    "half a UTF-16": text(b"\xff\xfeN\0a"),
    "odd UTF-16": text(b"\xff\xfeN\0a\0v"),
    "deep quotes": text(b"Navn\n" + b'"' * 99_999 + b"\n"),
    "an open quote": text(b'Navn\n"' + b"x\n" * 200_000),
    "a million columns": text(b";".join(b"k" for _ in range(1_000_000)) + b"\nx\n"),
    "a million columns below": text(b"Navn\n" + b";" * 1_000_000 + b"\n"),
    "too many rows": text(b"Navn\n" + b"x\n" * 60_000),
    "a program": text(b"MZ\x90\0" * 1000, "a.exe"),
    "a program called csv": text(b"MZ\x90\0" * 1000),
    "a picture called csv": text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50),
    "a shortcut": text(b"[InternetShortcut]\nURL=x\n", "a.url"),
    "no ending": text(b"Navn\nx\n", "a"),
    "an old workbook": text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, "a.xls"),
    "macros": text(b"PK\x03\x04", "a.xlsm"),
    "a pickle": text(b"cos\nsystem\n(S'true'\ntR.", "a.pkl"),
    "deep JSON": text(b"[" * 1_000_000, "a.json"),
    "deep JSON closed": text(b"[" * 200_000 + b"]" * 200_000, "a.json"),
    "deep objects": text(b'[{"a":' * 100_000, "a.json"),
    "one object": text(b'{"navn":"x"}', "a.json"),
    "a list of lists": text(b"[[1,2],[3,4]]", "a.json"),
    "objects inside": text(json.dumps([{"navn": {"x": 1}}]).encode(), "a.json"),
    "NaN": text(b'[{"navn": NaN}]', "a.json"),
    "cut JSON": text(b'[{"navn": "x"}, {"na', "a.json"),
    "bad UTF-8 in JSON": text(b'[{"navn": "\xff\xfe"}]', "a.json"),
    "no zip": text(b"PK\x03\x04nothing", "a.xlsx"),
    "an empty zip": text(b"PK\x05\x06" + b"\0" * 18, "a.xlsx"),
    "a text called xlsx": text(b"Navn;CPR\nx;y\n", "a.xlsx"),
    "a zip of something else": book({"readme.txt": b"hej"}),
    "unpacks a thousandfold": book({"xl/worksheets/sheet1.xml": b"0" * 60_000_000}),
    "unpacks to 400 MB": book({f"x{n}": b"0" * 40_000_000 for n in range(10)}),
    "a path out": book({"../../evil.xml": b"x", "xl/workbook.xml": b"<x/>"}),
    "an absolute path": book({"/tmp/evil.xml": b"x"}),
    "a link": ("a.xlsx", linked),
    "a billion laughs": workbook(SHEET.format(doctype=LAUGHS, rows=CELL.format("&j;"))),
    "a file from outside": workbook(SHEET.format(doctype=OUTSIDE, rows=CELL.format("&x;"))),
    "no sheet inside": book({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    "a broken sheet": workbook("<worksheet><sheetData><row>"),
    "a sheet that is none": workbook("\x00\x01\x02"),
    "wide rows": workbook(
        SHEET.format(doctype="", rows="<row r='1'>" + "<c t='inlineStr'><is><t>k</t></is></c>" * 30_000 + "</row>")
    ),
    "an empty sheet": workbook(SHEET.format(doctype="", rows="")),
    "a row far below": workbook(SHEET.format(doctype="", rows="<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")),
}


def test_t30_there_are_fifty_of_them() -> None:
    assert len(FILES) >= 50


@pytest.mark.parametrize("name", FILES)
def test_t30_a_file_made_to_hurt_is_refused_soon_and_costs_little(tmp_path: Path, name: str) -> None:
    file, make = FILES[name]
    path = tmp_path / file
    make(path)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(UnreadableFile) as refused:
        read(path)
    spent = time.perf_counter() - started
    assert refused.value.detail == "" or refused.value.detail.isdecimal()
    assert refused.value.__cause__ is None
    assert spent < 5, f"{spent:.1f} s"
    if sys.platform == "linux":
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert grown < 200, f"{grown:.0f} MB"


def test_t30_nothing_changes_when_one_is_given(tmp_path: Path) -> None:
    services = fresh(tmp_path / "home")
    importer = Importer(services.store, services.clock)
    before = services.store.unsent_count()
    for name in ("a million columns", "deep JSON", "a billion laughs", "a path out", "a zero in a cell"):
        file, make = FILES[name]
        path = tmp_path / file
        make(path)
        with pytest.raises(UnreadableFile) as refused:
            importer.run("citizens", path)
        said, what_to_do = import_words.file_words(refused.value)
        assert len(said.split()) > 2
        assert len(what_to_do.split()) > 2
    assert services.store.unsent_count() == before
    services.close()
