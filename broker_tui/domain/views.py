"""What screens and the command line show: immutable pictures of the caseload, computed from records.

Codes stay codes here (`phone`, `reached`, `overdue`); words in the broker's language are put on at the edge.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from broker_tui.domain.lease import Lease
from sync.records.types import (
    Case,
    Citizen,
    Company,
    CompanyContact,
    CompanyVisit,
    Consent,
    Contact,
    FollowUp,
    Goal,
    Hours,
    Memo,
    Placement,
    ProgressionNote,
    Promise,
    RoleAssignment,
)

T = TypeVar("T", covariant=True)
DueState = Literal["overdue", "today", "this_week", "later", "undated"]
TodayKind = Literal["follow_up", "promise", "memo", "consent", "rule"]


@dataclass(frozen=True, slots=True)
class TodayItem:
    """One row of Today. `id` is deterministic; the same thing never stands there twice, on whatever laptop.

    A record's is `<kind>:<record id>`, a rule's `rule:<case id>:<rule>@<window>`. `why` is put into words by
    `i18n.words.why`.

    Attributes:
        rule, source: what a programme asks, and where its document says so.
        since, clock: the day it counts from, and the name of what happened then.
        done, minimum: for rules that count.
        severity: M, R or A.
        obligation: the engine's state, for instance `due_soon`.
        debt: a registration that was due when a step closed.
    """

    id: str
    kind: TodayKind
    record_id: str
    due: date | None
    at: time | None
    state: DueState
    what: str
    citizen_id: str | None = None
    citizen_name: str | None = None
    case_id: str | None = None
    company_id: str | None = None
    company_name: str | None = None
    programme: str | None = None
    step: str | None = None
    area: str | None = None
    rule: str | None = None
    source: str | None = None
    made_on: date | None = None
    closes_with: str = ""
    since: date | None = None
    clock: str = ""
    done: int | None = None
    minimum: int | None = None
    severity: str = ""
    obligation: str = ""
    debt: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of the caseload: a person with the programme they are in (a person without an open case has none)."""

    citizen_id: str
    name: str
    area: str | None
    case_id: str | None
    programme: str | None
    status: str | None
    step: str | None
    step_since: date | None
    start: date | None
    last_contact: date | None
    next_due: date | None
    minutes_per_week: int | None
    recent_minutes: tuple[int, ...]
    unsent: int


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A record with what the program knows about it beside its own fields.

    `unsent`: the hub has not confirmed it. `replaced_by`: a later correction. `deleted`: withdrawn.
    """

    id: str
    record: T
    unsent: bool = False
    deleted: bool = False
    replaced_by: str | None = None
    conflicts: int = 0
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoursPeriod:
    """Hours per week that held from `start` to `end` (inclusive; None: still)."""

    start: date
    end: date | None
    minutes_per_week: int
    measure: str
    placement_id: str | None = None


@dataclass(frozen=True, slots=True)
class CaseCard:
    """Everything about one person on one card. Long lists (contacts, log) are paged separately."""

    citizen: Entry[Citizen]
    cases: tuple[Entry[Case], ...]
    roles: tuple[Entry[RoleAssignment], ...]
    consents: tuple[Entry[Consent], ...]
    goals: tuple[Entry[Goal], ...]
    notes: tuple[Entry[ProgressionNote], ...]
    follow_ups: tuple[Entry[FollowUp], ...]
    promises: tuple[Entry[Promise], ...]
    memos: tuple[Entry[Memo], ...]
    placements: tuple[Entry[Placement], ...]
    hours: tuple[Entry[Hours], ...]
    companies: dict[str, str]
    company_contacts: dict[str, str]
    staff: dict[str, str]
    last_contact: date | None
    contact_count: int
    unsent: int
    conflicts: int
    offered_to: str = ""
    """The colleague who is asked to take the case over."""

    @property
    def current_case(self) -> Entry[Case] | None:
        """The open case opened last, otherwise the case closed last."""
        live = [case for case in self.cases if not case.deleted]
        pool = [case for case in live if case.record.status == "open"] or live
        return max(pool, key=lambda case: (case.record.known_from, case.id), default=None)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A record that reached the hub after its case had gone to somebody else, and stands because they took it in.

    Attributes:
        sender: whoever made it; None for somebody this laptop has no name for.
        at: when it was taken in; None when the hub does not say.
        taker: who took it in; None as for `sender`.
    """

    sender: str | None
    at: datetime | None
    taker: str | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact in a list; `entry.record` has all fields."""

    entry: Entry[Contact]
    staff_name: str | None
    company_name: str | None
    taken_in: TakenIn | None = None


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One row of the companies list."""

    company_id: str
    name: str
    cvr: str | None
    area: str | None
    stage: str
    industry: str | None
    last_visit: date | None
    placed: int
    next_due: date | None
    unsent: int


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """A company with its people, visits and the broker's own citizens placed there.

    Attributes:
        also: younger records a person declared to be the same company; their people and visits are among those here.
        likely: other records that look like the same company.
    """

    company: Entry[Company]
    contacts: tuple[Entry[CompanyContact], ...]
    visits: tuple[Entry[CompanyVisit], ...]
    placements: tuple[Entry[Placement], ...]
    citizens: dict[str, str]
    follow_ups: tuple[Entry[FollowUp], ...]
    promises: tuple[Entry[Promise], ...]
    staff: dict[str, str]
    unsent: int
    conflicts: int
    also: tuple[Entry[Company], ...] = ()
    likely: tuple[Entry[Company], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of find. `open_type`/`open_id` say which card shows it."""

    type: str
    id: str
    open_type: Literal["citizen", "company", "walk_in", "memo"]
    open_id: str
    title: str
    snippet: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Registration:
    """Where else a record was entered, as a broker noted it: `min_plan`, `vitas` …"""

    system: str
    on: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of a history: who changed which fields when, on which device, and whether the hub has it.

    `tx` names the save it belongs to; changes of other devices have none. `confirmed_at` and `receipt` are the hub's
    word on an own change; `registered` says where else the record stands.
    """

    op_id: str
    record_type: str
    record_id: str
    kind: str
    fields: tuple[str, ...]
    at: datetime
    staff_name: str | None
    device: str | None
    mine: bool
    sent: Literal["unsent", "sent", "refused", "received"]
    undoes: str | None = None
    tx: str = ""
    confirmed_at: datetime | None = None
    receipt: str = ""
    registered: tuple[Registration, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change as a person reads it: whom it is about, and what its record says now.

    Args:
        who: the citizen, or the company where it is about no citizen.
        what: a few typed words of the record.
        fields: what the change set.
        doc: the record as it stands here now; empty when it is gone.
        company: the company too, where it is about a citizen.
        by: the colleague who made it, as far as this laptop knows.
        refused: the hub refused it.
        registered: where else the record stands.
    """

    op_id: str
    at: datetime
    record_type: str
    record_id: str
    kind: str
    who: str | None
    what: str
    citizen_id: str | None = None
    company_id: str | None = None
    fields: tuple[str, ...] = ()
    doc: Mapping[str, Any] = field(default_factory=dict)
    company: str | None = None
    by: str | None = None
    refused: bool = False
    registered: tuple[Registration, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes about one citizen or company (or nobody), by their numbers in the journal, newest first."""

    who: str | None
    citizen_id: str | None
    company_id: str | None
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One change the hub refused: it stays here until it is corrected or discarded."""

    unsent: ChangeRow
    code: str
    detail: str
    pointer: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two people changed the same field. `mine` is this broker's or device's value where one side is."""

    conflict_id: str
    record_type: str
    record_id: str
    who: str | None
    fields: tuple[str, ...]
    mine: dict[str, Any]
    theirs: dict[str, Any]
    before: dict[str, Any]
    mine_by: str | None
    theirs_by: str | None
    mine_at: datetime | None
    theirs_at: datetime | None
    current_is_mine: bool
    text: bool
    citizen_id: str | None = None
    company_id: str | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """Something a colleague sent after the case had gone on: `difference.theirs` is what they wanted.

    Attributes:
        kind: what they did: `create` (the record waits, deleted), `patch`, `delete` or `restore`.
        doc: the record as it stands here.
    """

    difference: Difference
    kind: Literal["create", "patch", "delete", "restore"]
    doc: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A case offered by one colleague to another, as one of the two sees it.

    Attributes:
        who: what the citizen is called in the offer.
        other: the colleague at the other end.
        incoming: whether this broker is asked.
        giver: the name of whoever offered it; the pack is read by others than the two as well.
        waits: the answer is saved and the hub has not heard of it.
    """

    id: str
    citizen_id: str
    who: str
    other: str
    incoming: bool
    offered_on: date
    text: str | None = None
    state: str = "offered"
    answered_on: date | None = None
    answer: str | None = None
    waits: bool = False
    giver: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The end of one sync: what was sent, what came in, what was refused. Kept and shown.

    `mended`: scopes (a person, the shared records) that were not as the hub has them and were fetched anew; `unnamed`:
    records in them that the hub does not know and that stay here.
    """

    number: str
    at: datetime
    sent: int
    acknowledged: int
    received: int
    conflicts: int
    refused: tuple[tuple[str, str], ...]
    unsent: int
    outcome: str = "ok"
    bytes_up: int = 0
    bytes_down: int = 0
    mended: int = 0
    unnamed: int = 0
    late: int = 0
    """Changes that were taken after their case had gone to somebody else."""


class Refusal(Exception):
    """Something outside the caseload refused: the disk, a passphrase, a key. Nothing was changed.

    Args:
        sentence: what is wrong and what to do, in the person's language.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__("refused")
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Ended:
    """A person all of whose cases are closed.

    Args:
        closed_on: ISO date on which the last case was closed.
        held: what keeps the person on this laptop: `unsent`, `difference`, `draft`, `task`.
    """

    citizen_id: str
    closed_on: str
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """A person whose records left this laptop; `why`: `closed` (the hub keeps them) or `erased`."""

    citizen_id: str
    at: datetime
    why: str


class SyncPhase(Enum):
    """What the background sync is doing."""

    NEVER = "never"
    IDLE = "idle"
    CONNECTING = "connecting"
    SENDING = "sending"
    RECEIVING = "receiving"
    OFFLINE = "offline"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SyncState:
    """The standing fact in the places bar and on the Sync screen. `unsent` is counted from the journal."""

    phase: SyncPhase
    unsent: int
    refused: int = 0
    conflicts: int = 0
    enrolled: bool = False
    hub: str | None = None
    staff_name: str | None = None
    last_sync: datetime | None = None
    last_receipt: Receipt | None = None
    done: int = 0
    total: int | None = None
    cause: str | None = None
    connected: bool | None = None
    """Whether the last attempt since the caseload was opened reached the hub; None before the first."""
    warnings: tuple[str, ...] = ()
    """Codes of what somebody has to hear of though the sync goes on: `forked`, `not_sealed`."""
    bytes_up: int = 0
    bytes_down: int = 0
    news: int = 0
    """Changes by others that nobody has looked at."""
    lease: Lease | None = None
    """How long the cases stay open without a word from the hub; None without a hub."""
    offers: int = 0
    """Cases this broker is asked to take over."""
    late: int = 0
    """What colleagues sent after a case had come here."""


@dataclass(frozen=True, slots=True)
class Me:
    """Whose laptop this is. `staff_id` is local until enrolment gives it the hub's."""

    staff_id: str
    name: str
    device_id: str
    device_name: str
    enrolled: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A form on its way: survives Esc, lock, crash and kill -9 until it is saved or discarded.

    `key` names the form and what it is about (`contact:<citizen id>`), `values` its fields as typed.
    """

    key: str
    form: str
    about: str | None
    values: dict[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the records it wrote, in order, and the transaction that undo takes back."""

    tx: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused value: which field, a stable code and arguments for the sentence in the broker's language."""

    field: str
    code: str
    args: dict[str, Any] = dataclasses.field(default_factory=dict)


class InvalidInput(ValueError):
    """Nothing was changed, because these fields cannot stand."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(", ".join(f"{e.field}: {e.code}" for e in errors))
        self.errors = errors


class NotFound(LookupError):
    """No record answers to a reference (or several do: `candidates`)."""

    def __init__(self, reference_kind: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(reference_kind)
        self.reference_kind = reference_kind
        self.candidates = candidates


class StoreFull(OSError):
    """The disk is full or cannot be written: nothing was saved, the form stays open."""


class StoreSealed(StoreFull):
    """Nothing was saved though there is room: the caseload is about to be deleted by order, and takes no more."""
