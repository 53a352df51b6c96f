"""A file of any of the forms offices export, as one table of texts; capped, so that no file can hurt.

Caps: 20 MiB, 50,000 rows, 10,000 characters in a cell, 200 columns; a spreadsheet may not unpack to more than
200 MiB or a hundred times its size.
"""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from itertools import islice
from pathlib import Path

import msgspec

from broker_tui.domain.text import MAX_TEXT, clean, clean_line

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_SHARED = 40 * 1024 * 1024
"""Bytes of the texts a workbook shares between cells; they are held in memory at about three times that."""
_PROLOG = 64 * 1024
_CSV_FIELD_LIMIT = 128 * 1024


class ImportFault(Enum):
    """Why a whole file cannot be read; the sentences live in the catalogue."""

    MISSING = "missing"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NOT_A_TABLE = "not_a_table"
    KIND = "kind"
    EMPTY = "empty"
    NO_KNOWN_COLUMN = "no_known_column"
    MISSING_COLUMN = "missing_column"


class UnreadableFile(ValueError):
    """The file is refused as a whole; nothing was changed."""

    def __init__(self, fault: ImportFault, detail: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `number` is the row of the spreadsheet (the header is usually row 1).

    `too_long` names columns whose cell was longer than a field may be; the cell is cut and must be refused.
    """

    number: int
    cells: tuple[str, ...]
    too_long: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows, all cells cleaned text. `encoding` and `delimiter` say how a text file was read."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str = ""
    delimiter: str = ""


def read(path: Path) -> Table:
    """The table in `path` (.csv, .txt, .tsv, .xlsx or .json).

    Raises:
        UnreadableFile: missing, too large, or not a table.
    """
    try:
        size = path.stat().st_size
        with path.open("rb"):  # a spreadsheet program may hold the file
            pass
    except OSError:
        raise UnreadableFile(ImportFault.MISSING) from None
    if size > MAX_BYTES:
        raise UnreadableFile(ImportFault.TOO_LARGE, str(size // 1024 // 1024))
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        return _xlsx(path, size)
    if suffix == ".json":
        return _json(path.read_bytes())
    if suffix in (".csv", ".txt", ".tsv"):
        return _csv(path.read_bytes())
    raise UnreadableFile(ImportFault.KIND)


def _csv(data: bytes) -> Table:
    text, encoding = _decoded(data)
    delimiter = _delimiter(text)
    limit = csv.field_size_limit(_CSV_FIELD_LIMIT)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return _table(enumerate(reader, 1), encoding, delimiter)
    except csv.Error:
        raise UnreadableFile(ImportFault.NOT_A_TABLE) from None
    finally:
        csv.field_size_limit(limit)


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            raise UnreadableFile(ImportFault.NOT_A_TABLE) from None
    if b"\0" in data:
        raise UnreadableFile(ImportFault.NOT_A_TABLE)
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def _delimiter(text: str) -> str:
    """The sign that parts the header most often outside quotes; Danish Excel writes semicolons."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(header.split('"')[::2])
    return max(";\t,", key=lambda sign: (outside.count(sign), sign == ";"))


def _xlsx(path: Path, size: int) -> Table:
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(size, 1024):
                raise UnreadableFile(ImportFault.TOO_LARGE, str(unpacked // 1024 // 1024))
            if any(name.startswith("/") or ".." in Path(name).parts for name in parts.namelist()):
                raise UnreadableFile(ImportFault.NOT_A_TABLE)
            for part in parts.infolist():
                _plain_xml(parts, part)
        import openpyxl  # late: half a second that only an import of a spreadsheet pays

        with path.open("rb") as stream:  # the library leaves a file open when the book is broken
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
            return _table(((n, [_cell(value) for value in row]) for n, row in enumerate(rows, 1)), "xlsx", "")
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, IndexError, SyntaxError):
        raise UnreadableFile(ImportFault.NOT_A_TABLE) from None


def _plain_xml(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse what no spreadsheet program writes: document types with entities, and texts too large to hold at once.

    The library reads XML with whatever parser is there, and all shared texts into memory.
    """
    if part.filename.endswith("sharedStrings.xml") and part.file_size > MAX_SHARED:
        raise UnreadableFile(ImportFault.TOO_LARGE, str(part.file_size // 1024 // 1024))
    if part.filename.endswith((".xml", ".rels")):
        with parts.open(part) as stream:
            start = stream.read(_PROLOG)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise UnreadableFile(ImportFault.NOT_A_TABLE)


def _cell(value: object) -> str:
    """A spreadsheet value as the text a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    return str(value)


def _json(data: bytes) -> Table:
    try:
        rows = msgspec.json.decode(data, type=list[dict[str, str | int | float | bool | None]])
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise UnreadableFile(ImportFault.NOT_A_TABLE) from None
    header = list(dict.fromkeys(name for row in rows for name in row))
    lines: list[tuple[int, list[str]]] = [(1, header)]
    lines += [(n, [_cell(row.get(name)) for name in header]) for n, row in enumerate(rows, 2)]
    return _table(lines, "json", "")


def _table(numbered: Iterable[tuple[int, list[str]]], encoding: str, delimiter: str) -> Table:
    """Header and rows without the empty ones, numbered as a spreadsheet numbers them."""
    lines = islice(numbered, MAX_ROWS * 2)  # a cell in the last row of a sheet makes a million empty ones before it
    header: tuple[str, ...] = ()
    for _number, cells in lines:
        if any(cell.strip() for cell in cells):
            header = tuple(clean_line(cell) for cell in cells)
            break
    if not header:
        raise UnreadableFile(ImportFault.EMPTY)
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile(ImportFault.TOO_MANY_COLUMNS)
    rows: list[Row] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MAX_ROWS:
            raise UnreadableFile(ImportFault.TOO_MANY_ROWS)
        padded = [*cells, *[""] * (len(header) - len(cells))][: len(header)]
        long = frozenset(i for i, cell in enumerate(padded) if len(cell) > MAX_TEXT)
        rows.append(Row(number, tuple(clean(cell[:MAX_TEXT]).strip() for cell in padded), long))
    if not rows:
        raise UnreadableFile(ImportFault.EMPTY)
    return Table(header, tuple(rows), encoding, delimiter)
