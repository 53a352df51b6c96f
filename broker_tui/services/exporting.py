"""What can be written to a file, and how it leaves: sealed, unless somebody says why not.

Lists saved outside the case system are where municipalities lost people's data; so the plain way is the one that asks,
and no list holds a CPR number or a field of the special categories (S2).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from broker_tui.documents.pseudonyms import Pseudonyms
from broker_tui.documents.spreadsheet import KINDS, Table, headed, written
from broker_tui.domain.views import FieldError, InvalidInput, Refusal
from broker_tui.i18n import format, words
from broker_tui.services.base import Service
from broker_tui.services.ports import CaseFilter, Page
from sync.records import RECORD_TYPES, Record, field_names
from sync.records.types import Citizen, Company, CompanyVisit, Contact, Hours, Placement, Staff


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be written: the name it has inside, its media type, its bytes."""

    name: str
    kind: str
    data: bytes


SUFFIX = ".btx"
What = Literal["caseload", "contacts", "placements", "hours", "companies", "visits"]
Form = Literal["csv", "xlsx", "json"]
WHATS: tuple[What, ...] = ("caseload", "contacts", "placements", "hours", "companies", "visits")
FORMS: tuple[Form, ...] = ("csv", "xlsx", "json")
SHORTEST_REASON = 10
"""Characters; "test" is no reason."""
_STRETCH = 500
Reveals = Literal["", "person", "company", "staff", "text"]
"""What a column gives away: a person, a company, a colleague, free text, or nothing."""


class Sealer(Protocol):
    """What the vault does for exports."""

    def seal(self, content: "Content", passphrase: str | None, reader: str | None) -> bytes:
        """A sealed file. Raises `SealingRefused`."""

    def municipality(self) -> str | None:
        """The municipality's key, if the hub has handed one out."""

    def pseudonym_key(self) -> bytes:
        """32 bytes, always the same for this vault."""

    def write(self, path: Path, data: bytes) -> None:
        """Write a new private file, whole or not at all. Raises `SealingRefused`."""


class SealingRefused(Refusal):
    """The passphrase is weak, the key is none, or the disk refused."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an export leaves.

    Args:
        passphrase: closes it; None without.
        reader: base64 of the key of whoever shall read it, or `municipality`.
        plain: leaves it open; then `reason` must say why.
        redacted: names and numbers become pseudonyms, free text is left out.
    """

    passphrase: str | None = None
    reader: str | None = None
    plain: bool = False
    reason: str = ""
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was written, and how many rows or records are in it."""

    path: Path
    count: int
    sealed: bool


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    value: Callable[[Any], Any]
    reveals: Reveals = ""
    shown: Callable[[Any], Any] | None = None
    """The value in a spreadsheet, where that is another one than for machines."""


@dataclass(frozen=True)
class Exporting(Service):
    """Tables of the caseload and whole cases, to files."""

    sealer: Sealer

    def table(self, what: What, form: Form, path: Path, way: Way) -> Done:
        """Write a table.

        Raises:
            InvalidInput: way or path cannot stand; nothing was written.
            SealingRefused: as it says; nothing was written.
        """
        self._checked(path, way)
        made = self.made(what, machine=form == "json", redacted=way.redacted)
        return self._leave(Content(f"{what}.{form}", KINDS[form], written(made, form)), len(made.rows), path, way, what)

    def whole_case(self, citizen_id: str, path: Path, way: Way) -> Done:
        """Write everything about one person as JSON: for the person, or for a hand-over.

        Raises:
            NotFound: no such person.
            InvalidInput, SealingRefused: as `table`.
        """
        self._checked_about(citizen_id, path, way)
        records = {name: found for name, found in self._everything(citizen_id) if found}
        data = msgspec.json.format(msgspec.json.encode(records), indent=1)
        count = sum(len(found) for found in records.values())
        return self._leave(Content("case.json", KINDS["json"], data), count, path, way, "citizen", citizen_id)

    def handover_pack(self, citizen_id: str, text: str, path: Path, way: Way) -> Done:
        """Write a person's hand-over pack as plain text.

        Args:
            citizen_id: whose.
            text: the page, in the broker's language.
            path: a file that is not there yet.
            way: how it leaves; it is never redacted, for it is about one person.

        Raises:
            NotFound: no such person.
            InvalidInput, SealingRefused: as `table`.
        """
        self._checked_about(citizen_id, path, way)
        content = Content("handover.txt", "text/plain; charset=utf-8", text.encode())
        return self._leave(content, 1, path, way, "handover_pack", citizen_id)

    def made(self, what: What, *, machine: bool = False, redacted: bool = False) -> Table:
        """A table as it would be written."""
        hide = Pseudonyms(self.sealer.pseudonym_key()) if redacted else None
        columns = [c for c in _COLUMNS[what] if hide is None or c.reveals not in ("staff", "text")]
        names = self._names()
        rows = []
        for row in self._read(what):
            rows.append(tuple(self._cell(column, row, names, hide, machine=machine) for column in columns))
        headings = [words.field(column.key) for column in columns]
        return headed(what, [column.key for column in columns], headings, rows)

    def _cell(
        self, column: _Column, row: Any, names: Mapping[str, str], hide: Pseudonyms | None, *, machine: bool
    ) -> Any:
        raw = column.value(row)
        if raw is not None and column.reveals in ("person", "company", "staff"):
            return hide.of(column.reveals, str(raw)) if hide else names.get(str(raw), "")
        return raw if machine or column.shown is None or raw is None else column.shown(raw)

    # How it leaves

    def _checked_about(self, citizen_id: str, path: Path, way: Way) -> None:
        """As `_checked`, for what is about one person and so cannot be redacted."""
        self.require(Citizen, citizen_id)
        if way.redacted:
            raise InvalidInput((FieldError("redacted", "not_allowed"),))
        self._checked(path, way)

    def _checked(self, path: Path, way: Way) -> None:
        faults = []
        if way.plain and len(way.reason.strip()) < SHORTEST_REASON:
            faults.append(FieldError("reason", "reason_short"))
        if not way.plain and way.passphrase is None and way.reader is None:
            faults.append(FieldError("passphrase", "required"))
        if way.reader == "municipality" and self.sealer.municipality() is None:
            faults.append(FieldError("to", "no_municipality"))
        if not path.absolute().parent.is_dir():
            faults.append(FieldError("file", "no_folder"))
        elif path.exists():
            faults.append(FieldError("file", "file_exists"))
        if faults:
            raise InvalidInput(tuple(faults))

    def _leave(self, content: Content, count: int, path: Path, way: Way, what: str, entity_id: str = "") -> Done:
        """Noted before it is written: what left without a line would be worse than a line without a file."""
        data = content.data
        if not way.plain:
            reader = self.sealer.municipality() if way.reader == "municipality" else way.reader
            data = self.sealer.seal(content, way.passphrase, reader)
        how = "plain" if way.plain else "sealed"
        detail = f"{how} {content.name}{' redacted' if way.redacted else ''} count {count}"
        self.store.note_audit("export", what, entity_id, detail, " ".join(way.reason.split())[:200])
        self.sealer.write(path, data)
        return Done(path, count, not way.plain)

    # What is in it

    def _read(self, what: What) -> Iterator[Any]:
        if what == "caseload":
            yield from self._pages(
                lambda page: self.store.case_rows(
                    CaseFilter("open"), sort="name", descending=False, page=page, today=self.clock.today()
                )
            )
        elif what == "companies":
            yield from self._pages(
                lambda page: self.store.company_rows(stage=None, sort="name", page=page, today=self.clock.today())
            )
        else:
            for entry in self.store.entries(_STRUCTS[what], where={}, replaced=False):
                yield entry.record

    def _pages(self, read: Callable[[Page], list[Any]]) -> Iterator[Any]:
        offset = 0
        while rows := read(Page(offset, _STRETCH)):
            yield from rows
            offset += len(rows)

    def _names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for entries in (self.store.entries(Citizen, where={}), self.store.entries(Staff, where={})):
            found |= {entry.id: entry.record.name for entry in entries}
        found |= {entry.id: entry.record.name for entry in self.store.entries(Company, where={})}
        return found | {self.store.me().staff_id: self.store.me().name}

    def _everything(self, citizen_id: str) -> Iterator[tuple[str, list[Any]]]:
        citizen = self.store.entry(Citizen, citizen_id)
        yield "citizen", [self._whole(citizen)] if citizen is not None else []
        for name, kind in RECORD_TYPES.items():
            if name != "citizen" and "citizen_id" in field_names(name):
                entries = self.store.entries(kind.struct, where={"citizen_id": citizen_id})
                yield name, [self._whole(entry) for entry in entries]

    def _whole(self, entry: Any) -> dict[str, Any]:
        told: dict[str, Any] = {"id": entry.id, **msgspec.to_builtins(entry.record)}
        return told | ({"replaced_by": entry.replaced_by} if entry.replaced_by else {})


def suggested(what: str, form: str, today: date, *, plain: bool) -> str:
    """A name for the file that says nothing about anybody."""
    return f"broker-{what}-{today.isoformat()}{f'.{form}' if plain else SUFFIX}"


def _of(name: str) -> Callable[[Any], Any]:
    return lambda record: getattr(record, name)


def _coded(type_name: str, name: str) -> _Column:
    return _Column(name, _of(name), shown=lambda raw: words.value(type_name, name, raw))


def _plain(name: str, reveals: Reveals = "") -> _Column:
    return _Column(name, _of(name), reveals)


_STRUCTS: dict[str, type[Record]] = {
    "contacts": Contact,
    "placements": Placement,
    "hours": Hours,
    "visits": CompanyVisit,
}
_COLUMNS: dict[What, tuple[_Column, ...]] = {
    "caseload": (
        _plain("citizen_id", "person"),
        _plain("area"),
        _Column("programme", _of("programme"), shown=lambda raw: words.programme(raw)),
        _plain("step"),
        _plain("start"),
        _plain("last_contact"),
        _plain("next_due"),
        _Column("minutes_per_week", _of("minutes_per_week"), shown=lambda raw: format.hours(raw)),
    ),
    "contacts": (
        _plain("occurred_on"),
        _plain("citizen_id", "person"),
        _coded("contact", "kind"),
        _coded("contact", "outcome"),
        _coded("contact", "place"),
        _plain("staff_id", "staff"),
        _plain("company_id", "company"),
        _plain("agreed", "text"),
    ),
    "placements": (
        _plain("citizen_id", "person"),
        _plain("company_id", "company"),
        _coded("placement", "type"),
        _plain("job_title", "text"),
        _plain("start"),
        _plain("planned_end"),
        _plain("actual_end"),
        _coded("placement", "status"),
    ),
    "hours": (
        _plain("citizen_id", "person"),
        _plain("start"),
        _plain("end"),
        _Column("minutes_per_week", _of("minutes_per_week"), shown=lambda raw: format.hours(raw)),
        _coded("hours", "measure"),
    ),
    "companies": (
        _plain("company_id", "company"),
        _Column("cvr", _of("cvr"), "text"),
        _plain("area"),
        _coded("company", "stage"),
        _plain("industry", "text"),
        _plain("last_visit"),
        _plain("placed"),
        _plain("next_due"),
    ),
    "visits": (
        _plain("occurred_on"),
        _plain("company_id", "company"),
        _plain("staff_id", "staff"),
        _plain("note", "text"),
        _plain("promised", "text"),
    ),
}
