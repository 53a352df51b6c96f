"""What the use cases need from the store. Storage implements it over the encrypted database.

Writing goes through one door, `Store.save`: record, operation, search index and audit row in one transaction.
Reading comes in two kinds: records by id or link, and the ready-made pages that lists show.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from broker_tui.domain.audit import AuditLine, Verified
from broker_tui.domain.receipts import Pushed
from broker_tui.domain.views import (
    CaseRow,
    ChangeGroup,
    ChangeRow,
    CompanyRow,
    ContactRow,
    Departure,
    Draft,
    Ended,
    Entry,
    Hit,
    LogRow,
    Me,
    Receipt,
    RefusedRow,
    Saved,
    TakenIn,
)
from sync.ports import LocalStore
from sync.records import Doc, R, Scope

WriteKind = Literal["create", "patch", "delete", "restore", "move", "resolve"]


@dataclass(frozen=True, slots=True)
class Write:
    """One change of one record inside a save.

    create: `patch` is the new document. patch, resolve: changed fields, None removes one. delete, restore: no
    patch. move: `scope` is the new scope, `patch` the fields that follow. `closes`: conflicts a resolve settles.
    """

    kind: WriteKind
    type: str
    id: str
    scope: Scope
    patch: Mapping[str, Any] = field(default_factory=dict)
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it lies in the vault. `doc` is the view: the hub's base with own pending changes on top."""

    id: str
    type: str
    scope: Scope
    doc: Doc
    rev: int
    deleted: bool
    unsent: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One journal row, as undo and history need it. `before` holds the former values of the patched fields."""

    op_id: str
    tx: str
    type: str
    record_id: str
    scope: Scope
    former_scope: Scope
    kind: WriteKind
    patch: Doc
    before: Doc
    at: datetime
    undoes: str | None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which people the caseload shows. `status` "none": people without any case."""

    status: Literal["open", "closed", "all", "none"] = "open"
    area: str | None = None
    programme: str | None = None
    no_contact_since: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """Told after each commit, so that screens read again only what they show."""

    types: frozenset[str]
    scopes: frozenset[str]
    origin: Literal["local", "sync"]


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a long list."""

    offset: int = 0
    limit: int = 100


class Store(LocalStore, Protocol):
    """The encrypted caseload. Thread-safe; a save is one transaction and is on disk when it returns.

    Raises `StoreFull` when nothing could be written, `NotFound` for an id that is not there.
    """

    # writing
    def save(
        self, writes: Sequence[Write], *, undoes: str | None = None, imported: Mapping[str, Doc] | None = None
    ) -> Saved:
        """Write all or nothing. Documents are checked against the contract first (`RecordError`).

        `imported`: what a foreign file said about records, kept by record id in the same transaction, so that the
        next import of a newer file can be compared three ways. It goes when its record is revoked or purged.
        """

    def imported(self, ids: Sequence[str]) -> dict[str, Doc]:
        """What the last import said about these records."""

    def save_draft(self, key: str, form: str, about: str | None, values: Mapping[str, Any]) -> None: ...

    def ending_draft(self, key: str) -> AbstractContextManager[None]:
        """While the context is open, what this thread saves takes the draft away in the same transaction."""

    def discard_draft(self, key: str) -> None: ...
    def set_setting(self, name: str, value: Any) -> None: ...
    def set_me(self, me: Me) -> None: ...
    def adopt_staff(self, former: str, staff_id: str) -> None:
        """After enrolment: unsent records and operations of the local person become the hub's person's."""

    def discard_refused(self, op_id: str) -> None: ...
    def retry_refused(self, op_id: str) -> None: ...
    def add_receipt(self, receipt: Receipt) -> None: ...

    # crashes
    def add_incident(self, ref: str, doc: Mapping[str, Any], most: int) -> None:
        """Keep the details of a crash; the `most` newest stay."""

    def incidents(self) -> list[tuple[str, datetime, Doc]]:
        """Reference, time and details, newest first."""

    # the audit log
    def note_audit(self, action: str, entity: str, entity_id: str, detail: str = "", purpose: str = "") -> None:
        """Add a line: codes, ids, names of fields and counts; `purpose` where a person had to say why."""

    def audit_lines(self, *, about: str | None, since: str | None, page: Page) -> list[AuditLine]:
        """Lines, newest first: all, or those about a citizen and every record of that person; `since`: ISO time."""

    def verify_audit(self) -> Verified: ...

    # single records and small families
    def get(self, type_name: str, record_id: str) -> Stored | None: ...
    def entry(self, struct: type[R], record_id: str) -> Entry[R] | None: ...
    def entries(
        self, struct: type[R], *, where: Mapping[str, Any], deleted: bool = False, replaced: bool = True
    ) -> list[Entry[R]]:
        """Records of a type whose projected columns equal `where` (a list value means IN), oldest first."""

    def names(self, struct: type[R], ids: Sequence[str]) -> dict[str, str]: ...
    def matching_ids(self, type_name: str, reference: str, limit: int = 10) -> list[str]:
        """Ids of citizens or companies that answer to an id, id prefix, CPR, CVR(+P), local number or folded name."""

    # pages
    def case_rows(
        self, which: CaseFilter, *, sort: str, descending: bool, page: Page, today: date
    ) -> list[CaseRow]: ...
    def case_count(self, which: CaseFilter) -> int: ...
    def areas(self) -> list[tuple[str, int]]: ...
    def contact_rows(
        self, *, citizen_id: str | None, walk_ins: bool = False, replaced: bool = False, page: Page
    ) -> list[ContactRow]: ...
    def contact_count(self, citizen_id: str) -> int: ...
    def taken_in(self, ids: Sequence[str]) -> dict[str, TakenIn]:
        """Which of these records, as far as they stand, came after a hand-over and were taken in."""

    def last_contact(self, citizen_id: str) -> date | None: ...
    def company_rows(self, *, stage: str | None, sort: str, page: Page, today: date) -> list[CompanyRow]: ...
    def company_count(self, *, stage: str | None) -> int: ...
    def find(self, text: str, *, types: Sequence[str] | None, page: Page) -> list[Hit]: ...

    # people who leave this laptop
    def ended(self) -> list[Ended]:
        """People all of whose cases are closed, longest ago first, with what keeps each of them here."""

    def let_go(self, citizen_id: str) -> int:
        """Take such a person off this laptop; the number of records removed, 0 when something keeps them here."""

    def departures(self, page: Page) -> list[Departure]: ...
    def call_back(self, citizen_id: str | None = None) -> int:
        """Let people who left after their cases closed come back with the next sync; how many."""

    # journal
    def operations(self, tx: str) -> list[Operation]: ...
    def last_undoable(self) -> LogRow | None: ...
    def log(
        self, *, scope: Scope | None, record_id: str | None, company_id: str | None, page: Page
    ) -> list[LogRow]: ...
    def unsent_rows(self, page: Page) -> list[ChangeRow]: ...
    def unsent_groups(self) -> list[ChangeGroup]: ...
    def changes(self, numbers: Sequence[int]) -> list[ChangeRow]:
        """Operations by their numbers in the journal, in that order."""

    def refused_rows(self) -> list[RefusedRow]: ...
    def news_groups(self, after: int) -> list[ChangeGroup]:
        """What others changed and a sync brought after a number in the journal; differences stand elsewhere."""

    def news_count(self, after: int) -> int: ...
    def newest_number(self) -> int: ...
    def pushed(
        self,
        page: Page,
        *,
        number: str | None = None,
        day: date | None = None,
        scopes: Sequence[str] = (),
        ids: Sequence[str] = (),
    ) -> list[Pushed]:
        """Receipts of the hub, newest first: all, or those that answer to any of what is asked for."""

    def receipt_groups(self, number: str) -> list[ChangeGroup]: ...
    def scope_unsent(self, scope: Scope) -> int: ...

    # this laptop
    def me(self) -> Me: ...
    def setting(self, name: str, default: Any = None) -> Any: ...
    def draft(self, key: str) -> Draft | None: ...
    def drafts(self) -> list[Draft]: ...
    def receipts(self, page: Page) -> list[Receipt]: ...
    def subscribe(self, callback: "ChangeListener") -> None: ...


class ChangeListener(Protocol):
    """Called after each commit, on whatever thread committed; must not block."""

    def __call__(self, note: ChangeNote) -> None: ...
