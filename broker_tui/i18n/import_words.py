"""What an import says about a file or a cell: what is wrong, and what to do. Never the value, only its shape."""

from broker_tui.i18n import N_, _
from broker_tui.services.importing.cells import CellFault
from broker_tui.services.importing.mapping import COLUMNS, ImportKind
from broker_tui.services.importing.reading import MAX_ROWS, ImportFault, UnreadableFile

_CELLS: dict[str, tuple[str, str]] = {
    "cpr_format": (N_("{shape} is not a CPR number"), N_("Write ten digits, for example 010190-0000.")),
    "cpr_date": (N_("The first six digits of the CPR number are no date"), N_("Check day, month and year.")),
    "cpr_checksum": (
        N_("The CPR number does not pass modulus 11"),
        N_("Newer numbers need not; check it if in doubt."),
    ),
    "cvr_format": (N_("{shape} is not a CVR number"), N_("Write eight digits.")),
    "cvr_checksum": (N_("The CVR number does not pass its check"), N_("Check the digits.")),
    "p_number_format": (N_("{shape} is not a P-number"), N_("Write ten digits.")),
    "date_format": (N_("{shape} is not a date"), N_("Write day-month-year, for example 24-11-2026.")),
    "date_impossible": (N_("{shape}: that day does not exist"), N_("Check day and month.")),
    "time_format": (N_("{shape} is not a time"), N_("Write hours and minutes, for example 9.30.")),
    "hours_format": (N_("{shape} is not a number of hours"), N_("Write hours a week, for example 7,5.")),
    "hours_too_many": (N_("{shape}: more hours than two full weeks of work"), N_("Write hours a week.")),
    "count_format": (N_("{shape} is not a whole number"), N_("Write digits only.")),
    "code_unknown": (N_("{shape} is not a word the program knows here"), N_("See the table in the user guide.")),
    "missing": (N_("The cell is empty"), N_("Fill it in, or leave the row out.")),
    "too_long": (N_("The text is longer than 10,000 characters"), N_("Shorten it.")),
    "in_future": (N_("The date lies in the future"), N_("Past contacts only; plan follow-ups in the program.")),
    "end_before_start": (N_("The end lies before the start"), N_("Check both dates.")),
    "no_identity": (
        N_("The row has neither CPR nor local number"),
        N_("Give one of them, so the person is known again."),
    ),
    "person_unknown": (N_("Nobody on the caseload answers to this"), N_("Import citizens first.")),
    "name_ambiguous": (N_("Several people have this name"), N_("Give CPR or local number.")),
    "twice_in_file": (N_("Row {shape} is the same"), N_("Keep one of the rows.")),
    "broker_changed": (
        N_("Was changed in the program since the last import, and is kept"),
        N_("Change it in the program if the file is right."),
    ),
}
_FILES: dict[ImportFault, tuple[str, str]] = {
    ImportFault.MISSING: (
        N_("The file is not there or cannot be read"),
        N_("Check the path, and close the file in other programs."),
    ),
    ImportFault.TOO_LARGE: (N_("The file is too large ({detail} MB)"), N_("Split it into files under 20 MB.")),
    ImportFault.TOO_MANY_ROWS: (N_("The file has more than {rows} rows"), N_("Split it into several files.")),
    ImportFault.TOO_MANY_COLUMNS: (N_("The file has more than 200 columns"), N_("Leave out what is not needed.")),
    ImportFault.NOT_A_TABLE: (N_("The file is not a table"), N_("Save it as CSV or .xlsx and try again.")),
    ImportFault.KIND: (N_("This kind of file is not known"), N_("Use .csv, .xlsx or .json.")),
    ImportFault.EMPTY: (N_("The file has no rows"), N_("Headings in the first row, one line per record below.")),
    ImportFault.NO_KNOWN_COLUMN: (N_("No heading in the file is known"), N_("See the table in the user guide.")),
    ImportFault.MISSING_COLUMN: (
        N_("The column “{detail}” is missing"),
        N_("Add it, or name it as in the user guide."),
    ),
}
_KINDS = {
    "citizens": N_("Citizens"),
    "companies": N_("Companies"),
    "contacts": N_("Past contacts"),
    "placements": N_("Running placements"),
}
_COLUMNS = {
    "cpr": N_("CPR number"),
    "local_number": N_("Local number"),
    "name": N_("Name"),
    "given_name": N_("Given name"),
    "family_name": N_("Family name"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "town": N_("Town"),
    "area": N_("Area"),
    "benefit": N_("Benefit"),
    "programme": N_("Programme"),
    "start": N_("Start"),
    "language": N_("Language"),
    "note": N_("Note"),
    "cvr": N_("CVR number"),
    "p_number": N_("P-number"),
    "company": N_("Company"),
    "industry": N_("Industry"),
    "employees": N_("Employees"),
    "stage": N_("Stage"),
    "contact_name": N_("Contact person"),
    "contact_phone": N_("Contact person's phone"),
    "contact_email": N_("Contact person's e-mail"),
    "occurred_on": N_("Date"),
    "occurred_time": N_("Time"),
    "kind": N_("Kind of contact"),
    "outcome": N_("Outcome"),
    "direction": N_("Direction"),
    "agreed": N_("Agreed"),
    "type": N_("Kind of placement"),
    "planned_end": N_("Planned end"),
    "hours_per_week": N_("Hours a week"),
    "job_title": N_("Job title"),
}


def kind_words(kind: str) -> str:
    """What a kind of import is called."""
    return _(_KINDS[kind])


def column_words(field: str) -> str:
    """What a column means."""
    return _(_COLUMNS[field])


def heading_words(heading: str, kind: ImportKind) -> str:
    """A column as the file calls it; where the file has none, what the field is called."""
    return _(_COLUMNS[heading]) if heading in COLUMNS[kind] else heading


def cell_words(fault: CellFault) -> tuple[str, str]:
    """What is wrong with a cell and what to do about it."""
    message, hint = _CELLS[fault.code]
    return _(message).format(shape=fault.shape), _(hint)


def file_words(refused: UnreadableFile) -> tuple[str, str]:
    """Why a file is refused and what to do about it."""
    message, hint = _FILES[refused.fault]
    return _(message).format(detail=refused.detail, rows=MAX_ROWS), _(hint)
