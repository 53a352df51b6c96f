"""Tables as files for spreadsheets, in which no cell can be a formula (OWASP ASVS 5.0, 1.2.10)."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from unicodedata import normalize

KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_RISKY = re.compile(r"^[\s\u00a0\ufeff]*[=+\-@\t\r\x00]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. Values are texts, whole numbers, dates, or None."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    keys: tuple[str, ...] = ()
    """Names of the columns for machines; the headings when there are none."""


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before whatever could begin one.

    Phone numbers with `+` too; who needs the very text takes JSON.
    """
    return f"'{text}" if _RISKY.match(text) or _RISKY.match(normalize("NFKC", text[:20])) else text


def cell(value: Any) -> str:
    """A value as a person reads it in a spreadsheet; whole numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"'{value}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return safe(str(value))


def as_csv(table: Table) -> bytes:
    """Semicolons and UTF-8 with a mark, as Danish Excel opens it.

    Every cell is quoted: read with commas, `Hansen,=1+1` would else become two cells, the second a formula.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([safe(heading) for heading in table.columns])
    writer.writerows([cell(value) for value in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """One sheet; every text is stored as text, whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])

    def made(value: Any) -> Any:
        if value is None or isinstance(value, int):
            return value
        if isinstance(value, datetime):
            return made(value.isoformat(timespec="minutes"))
        if isinstance(value, date):
            return value
        one = WriteOnlyCell(sheet, value=_UNPRINTABLE.sub("", safe(str(value))))
        one.data_type = "s"
        return one

    sheet.append([made(heading) for heading in table.columns])
    for row in table.rows:
        sheet.append([made(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_json(table: Table) -> bytes:
    """The values as they are, for machines."""
    names = table.keys or table.columns
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    return (json.dumps(rows, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def written(table: Table, form: str) -> bytes:
    """The table in one of the forms of `KINDS`."""
    return {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}[form](table)


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def headed(name: str, keys: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """A table from lists."""
    return Table(name, tuple(columns), tuple(tuple(row) for row in rows), tuple(keys))
