"""From the cells of a row to the values of its fields, with a note for each that cannot be read or is missing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from broker_tui.services.importing import cells
from broker_tui.services.importing.cells import CellFault, Read
from broker_tui.services.importing.mapping import ImportKind
from broker_tui.services.importing.mapping import Mapping as Columns
from broker_tui.services.importing.reading import Row, Table

READERS: dict[str, Any] = {
    "cpr": cells.read_cpr,
    "cvr": cells.read_cvr,
    "p_number": cells.read_p_number,
    "start": cells.read_date,
    "planned_end": cells.read_date,
    "occurred_on": cells.read_date,
    "occurred_time": cells.read_time,
    "hours_per_week": cells.read_minutes,
    "employees": cells.read_count,
    "note": cells.read_long_text,
    "agreed": cells.read_long_text,
    "programme": lambda text: cells.read_code(text, cells.PROGRAMMES),
    "outcome": lambda text: cells.read_code(text, cells.OUTCOMES),
    "direction": lambda text: cells.read_code(text, cells.DIRECTIONS),
    "stage": lambda text: cells.read_code(text, cells.STAGES),
}
_BY_KIND: dict[str, dict[str, Any]] = {
    "contacts": {"kind": lambda text: cells.read_code(text, cells.CONTACT_KINDS)},
    "placements": {"type": lambda text: cells.read_code(text, cells.PLACEMENT_TYPES)},
}


@dataclass(frozen=True, slots=True)
class RowNote:
    """One error or warning: where it stands and what is wrong. `field` is the heading in the file."""

    row: int
    field: str
    fault: CellFault


class RowValues:
    """Reads the rows of one table; what is wrong with them goes into `errors` and `warnings`."""

    def __init__(
        self,
        kind: ImportKind,
        table: Table,
        columns: Columns,
        today: date,
        errors: list[RowNote],
        warnings: list[RowNote],
    ) -> None:
        self._kind = kind
        self._table = table
        self._columns = columns
        self._today = today
        self.errors = errors
        self.warnings = warnings

    def read(self, row: Row) -> dict[str, Any] | None:
        """The values of a row by field; None for one with an error, which is noted."""
        values: dict[str, Any] = {}
        faults: list[RowNote] = []
        for name, index in self._columns.columns.items():
            text = row.cells[index]
            if not text:
                continue
            if index in row.too_long:
                faults.append(self.note(row, name, CellFault("too_long")))
                continue
            reader = _BY_KIND.get(self._kind, {}).get(name) or READERS.get(name, cells.read_text)
            outcome: Read = reader(text)
            value, fault, warning = outcome
            if fault is not None:
                faults.append(self.note(row, name, fault))
            if warning is not None:
                self.warnings.append(self.note(row, name, warning))
            values[name] = value
        faults += self._missing(row, values, {note.field for note in faults})
        self.errors += faults
        return None if faults else _joined(values)

    def _missing(self, row: Row, values: dict[str, Any], faulty: set[str]) -> list[RowNote]:
        needed: dict[str, list[tuple[str, ...]]] = {
            "citizens": [("name", "given_name", "family_name")],
            "companies": [("company",)],
            "contacts": [("cpr", "local_number", "name", "given_name"), ("occurred_on",)],
            "placements": [("cpr", "local_number", "name", "given_name"), ("type",), ("start",)],
        }
        notes = []
        for group in needed[self._kind]:
            headings = {self._columns.heading(name, self._table) for name in group}
            if not any(values.get(name) for name in group) and not headings & faulty:
                present = next((name for name in group if name in self._columns.columns), group[0])
                notes.append(self.note(row, present, CellFault("missing")))
        for name in ("occurred_on",):
            if isinstance(values.get(name), date) and values[name] > self._today:
                notes.append(self.note(row, name, CellFault("in_future")))
        start, end = values.get("start"), values.get("planned_end")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            notes.append(self.note(row, "planned_end", CellFault("end_before_start")))
        return notes

    def note(self, row: Row, name: str, fault: CellFault) -> RowNote:
        """What is wrong with a field of a row, under its heading in the file."""
        return RowNote(row.number, self._columns.heading(name, self._table), fault)


def _joined(values: dict[str, Any]) -> dict[str, Any]:
    """Columns that offices part in two: given and family name, address with postcode and town."""
    whole = dict(values)
    if not whole.get("name"):
        name = " ".join(str(whole[part]) for part in ("given_name", "family_name") if whole.get(part))
        if name:
            whole["name"] = name
    elif "," in whole["name"] and whole["name"].count(",") == 1:
        family, given = (part.strip() for part in whole["name"].split(","))
        whole["name"] = f"{given} {family}".strip()
    town = " ".join(str(whole[part]) for part in ("postcode", "town") if whole.get(part))
    if town:
        whole["address"] = f"{whole['address']}, {town}" if whole.get("address") else town
    return whole
