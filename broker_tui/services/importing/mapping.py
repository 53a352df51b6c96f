"""Which column means which field: the documented table, tried on folded headings (`Cpr.nr.` = `CPR-nummer`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from broker_tui.domain.text import fold
from broker_tui.services.importing.reading import ImportFault, Table, UnreadableFile

ImportKind = Literal["citizens", "companies", "contacts", "placements"]
KINDS: tuple[ImportKind, ...] = ("citizens", "companies", "contacts", "placements")

_PERSON = {
    "cpr": ("CPR", "Cpr.nr.", "CPR-nummer", "CPR nr", "Personnummer", "CPR number"),
    "local_number": ("Lokalt nr.", "Lokalnummer", "Borgernr.", "Sagsnr.", "Sagsnummer", "Local number", "Case number"),
    "name": ("Navn", "Borger", "Borgernavn", "Fulde navn", "Name", "Citizen"),
    "given_name": ("Fornavn", "Fornavne", "Given name", "First name"),
    "family_name": ("Efternavn", "Family name", "Last name"),
}
_WORKPLACE = {
    "cvr": ("CVR", "CVR-nr.", "CVR-nummer", "CVR number"),
    "p_number": ("P-nummer", "P-nr.", "P nr", "Produktionsenhed", "P-number"),
    "company": ("Virksomhed", "Virksomhedsnavn", "Firma", "Arbejdsplads", "Company", "Employer"),
}
COLUMNS: dict[ImportKind, dict[str, tuple[str, ...]]] = {
    "citizens": {
        **_PERSON,
        "phone": ("Telefon", "Tlf.", "Tlf", "Mobil", "Telefonnummer", "Phone", "Mobile"),
        "email": ("E-mail", "Mail", "Email"),
        "address": ("Adresse", "Bopæl", "Address"),
        "postcode": ("Postnr.", "Postnummer", "Postcode"),
        "town": ("By", "Postdistrikt", "Town", "City"),
        "area": ("Område", "Boligområde", "Bydel", "Area"),
        "benefit": ("Ydelse", "Ydelsestype", "Forsørgelse", "Benefit"),
        "programme": ("Program", "Indsats", "Forløb", "Programme"),
        "start": ("Start", "Startdato", "Start dato", "Opstart", "Start date"),
        "language": ("Sprog", "Language"),
        "note": ("Bemærkning", "Bemærkninger", "Note", "Notat", "Remark"),
    },
    "companies": {
        "cvr": _WORKPLACE["cvr"],
        "p_number": _WORKPLACE["p_number"],
        "company": (*_WORKPLACE["company"], "Navn", "Name"),
        "phone": ("Telefon", "Tlf.", "Telefonnummer", "Phone"),
        "email": ("E-mail", "Mail", "Email"),
        "address": ("Adresse", "Address"),
        "postcode": ("Postnr.", "Postnummer", "Postcode"),
        "town": ("By", "Postdistrikt", "Town", "City"),
        "area": ("Område", "Bydel", "Area"),
        "industry": ("Branche", "Industry"),
        "employees": ("Ansatte", "Antal ansatte", "Employees"),
        "stage": ("Status", "Stadie", "Stage"),
        "contact_name": ("Kontaktperson", "Kontakt", "Contact person"),
        "contact_phone": ("Kontaktperson telefon", "Kontakt tlf.", "Contact phone"),
        "contact_email": ("Kontaktperson e-mail", "Kontakt mail", "Contact email"),
        "note": ("Bemærkning", "Bemærkninger", "Note", "Notat", "Remark"),
    },
    "contacts": {
        **_PERSON,
        "occurred_on": ("Dato", "Kontaktdato", "Date"),
        "occurred_time": ("Tid", "Tidspunkt", "Kl.", "Klokkeslæt", "Time"),
        "kind": ("Type", "Kontaktform", "Kontakttype", "Form", "Kind"),
        "outcome": ("Udfald", "Resultat", "Outcome"),
        "direction": ("Retning", "Direction"),
        "note": ("Notat", "Note", "Tekst", "Referat", "Text"),
        "agreed": ("Aftalt", "Aftale", "Agreed"),
    },
    "placements": {
        **_PERSON,
        **_WORKPLACE,
        "type": ("Type", "Placering", "Ansættelsesform", "Tilbud", "Kind"),
        "start": ("Start", "Startdato", "Fra", "Start date", "From"),
        "planned_end": ("Slut", "Slutdato", "Til", "Forventet slut", "End date", "To"),
        "hours_per_week": ("Timer", "Timer pr. uge", "Timer om ugen", "Ugentlige timer", "Hours", "Hours per week"),
        "job_title": ("Stilling", "Stillingsbetegnelse", "Job", "Funktion", "Job title"),
        "note": ("Bemærkning", "Bemærkninger", "Note", "Notat", "Remark"),
    },
}
"""Field by import kind, with the headings that mean it; the user guide shows this table."""

NEEDED: dict[ImportKind, tuple[tuple[str, ...], ...]] = {
    "citizens": (("name", "given_name"),),
    "companies": (("company",),),
    "contacts": (("cpr", "local_number", "name"), ("occurred_on",)),
    "placements": (("cpr", "local_number", "name"), ("type",), ("start",)),
}
"""At least one column of each group must be there."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Column index by field, and the headings nothing is known about (they are left out and named)."""

    columns: dict[str, int]
    unknown: tuple[str, ...]

    def heading(self, field: str, table: Table) -> str:
        """How the file itself calls the column of `field`."""
        index = self.columns.get(field)
        return field if index is None else table.header[index]


def _key(heading: str) -> str:
    return re.sub(r"[^0-9a-z]+", "", fold(heading))


def map_columns(kind: ImportKind, table: Table, chosen: dict[str, str] | None = None) -> Mapping:
    """The mapping of `table`; `chosen` (heading -> field, "" leaves a column out) goes before the table.

    Raises:
        UnreadableFile: a needed column is missing.
    """
    mapping = match_columns(kind, table.header, chosen)
    fault = missing_column(kind, mapping)
    if fault is not None:
        raise fault
    return mapping


def match_columns(kind: ImportKind, header: Sequence[str], chosen: dict[str, str] | None = None) -> Mapping:
    """The mapping as far as headings are known; a field chosen for one column is taken from any other."""
    known = {_key(heading): field for field, headings in COLUMNS[kind].items() for heading in (*headings, field)}
    own = {_key(heading): field for heading, field in (chosen or {}).items()}
    known.update(own)
    taken = {own[_key(heading)] for heading in header if own.get(_key(heading))}
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for index, heading in enumerate(header):
        field = known.get(_key(heading))
        free = field not in taken or _key(heading) in own
        if field and free and field not in columns:
            columns[field] = index
        elif field != "" and heading:
            unknown.append(heading)
    return Mapping(columns, tuple(unknown))


def missing_column(kind: ImportKind, mapping: Mapping) -> UnreadableFile | None:
    """Why a mapping is not enough for an import of that kind."""
    if not mapping.columns:
        return UnreadableFile(ImportFault.NO_KNOWN_COLUMN)
    for group in NEEDED[kind]:
        if not any(field in mapping.columns for field in group):
            return UnreadableFile(ImportFault.MISSING_COLUMN, COLUMNS[kind][group[0]][0])
    return None
