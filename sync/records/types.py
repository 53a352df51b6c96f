"""THE CONTRACT: one Struct per record type. Names and codes follow the trade's field dictionary.

Dates are local Danish dates; timestamps carry their offset; hours are whole minutes per week, never floats.
Sensitivity: S1 (confidential) and S2 (special category) fields are named in `SENSITIVE`.
"""

from datetime import date, datetime, time
from typing import Literal

from sync.records.base import Record

Programme = Literal["guarantee", "fsm2", "uif2", "flexjob", "mastery"]
StaffRole = Literal["broker", "authority", "lead", "admin"]
CaseRole = Literal[
    "broker",
    "substitute",
    "caseworker",
    "outreach_consultant",
    "company_consultant",
    "lead",
    "mentor",
    "teacher",
    "coach",
    "fixed_contact",
]
CaseStatus = Literal["open", "closed"]
ContactKind = Literal["meeting", "video", "phone", "text", "letter"]
Direction = Literal["in", "out"]
Outcome = Literal["reached", "not_reached", "no_show", "cancelled_by_citizen", "cancelled_by_staff"]
Place = Literal["company", "jobcenter", "outreach_office", "home_or_stay", "elsewhere", "remote"]
PlacementType = Literal["ordinary_employment", "wage_subsidy", "internship", "flexjob", "education", "taster"]
PlacementStatus = Literal["planned", "active", "completed", "interrupted", "converted", "cancelled"]
HoursMeasure = Literal["ordinary", "flexjob", "internship"]
GoalKind = Literal["job_goal", "step"]
GoalState = Literal["open", "under_way", "reached", "dropped"]
FormState = Literal["begun", "complete"]
TaskState = Literal["open", "done", "dropped"]
CompanyStage = Literal["found", "contacted", "meeting", "agreement", "active", "resting"]
Motivation = Literal["social_engagement", "tasks", "economy"]
ConsentKind = Literal["network", "company_tasks", "company_hours", "company_needs", "health", "partners", "other"]
ConsentState = Literal["given", "refused", "withdrawn"]
HandoverState = Literal["offered", "accepted", "declined", "withdrawn"]


class Staff(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A person who works with cases."""

    name: str
    role: StaffRole = "broker"
    title: str | None = None
    phone: str | None = None
    email: str | None = None


class Citizen(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A person the broker helps. Lives in the scope `case:<own id>` with everything else about that person."""

    name: str
    cpr: str | None = None
    local_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    area: str | None = None
    benefit: str | None = None
    language: str | None = None
    note: str | None = None


class Case(Record, kw_only=True, frozen=True, omit_defaults=True):
    """One course of one citizen through one programme."""

    citizen_id: str
    programme: Programme
    known_from: date
    start: date | None = None
    status: CaseStatus = "open"
    closed_on: date | None = None
    closed_reason: str | None = None
    step: str | None = None
    step_since: date | None = None
    step_confirmed_by: str | None = None
    reference: str | None = None


class RoleAssignment(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Who had which role for a citizen, from and to which day (inclusive).

    `handover`: the hand-over with which it went to somebody else; it opens the case no longer, its last day included.
    """

    citizen_id: str
    staff_id: str
    role: CaseRole
    start: date
    end: date | None = None
    case_id: str | None = None
    handover: str | None = None


class Handover(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A case offered by one person to another, and the answer.

    While it is offered it lies in a scope of its own that those two read, so that whoever is asked sees these words
    and nothing of the case. With the answer it becomes part of the case. The first answer counts.

    Attributes:
        who: what the citizen is called in the offer.
        text: what the other should know before saying yes.
        answer: why it is declined or withdrawn.
    """

    citizen_id: str
    from_id: str
    to_id: str
    who: str
    offered_on: date
    text: str | None = None
    state: HandoverState = "offered"
    answered_on: date | None = None
    answer: str | None = None


class Contact(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Any logged contact. A visit's part about one citizen is a contact with `visit_id` in that citizen's scope.

    A walk-in by somebody who is on no caseload has no `citizen_id` and lies in the broker's own scope until the
    person is taken in.
    """

    occurred_on: date
    kind: ContactKind
    outcome: Outcome
    citizen_id: str | None = None
    occurred_at: datetime | None = None
    direction: Direction = "out"
    participants: list[str] = []
    staff_id: str | None = None
    others: str | None = None
    place: Place | None = None
    two_way: bool = False
    open_counselling: bool = False
    needs_reply: bool = False
    placement_id: str | None = None
    visit_id: str | None = None
    company_id: str | None = None
    topics: list[str] = []
    note: str | None = None
    agreed: str | None = None
    walk_in_name: str | None = None
    walk_in_phone: str | None = None
    area: str | None = None
    minutes: int | None = None
    replaces: str | None = None


class Promise(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Something the broker said would be done: "I will call you on Friday"."""

    text: str
    due: date
    made_on: date
    citizen_id: str | None = None
    company_id: str | None = None
    contact_id: str | None = None
    state: TaskState = "open"
    done_on: date | None = None


class Company(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A workplace, also a public or voluntary one. Shared by all brokers; never names a citizen.

    `same_as`: the older record of the same workplace, once a person has said that the two are one; both ids stay valid.
    """

    name: str
    cvr: str | None = None
    p_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    area: str | None = None
    industry: str | None = None
    employees: int | None = None
    stage: CompanyStage = "found"
    motivation: Motivation | None = None
    tasks: str | None = None
    note: str | None = None
    same_as: str | None = None


class CompanyContact(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A named person at a company."""

    company_id: str
    name: str
    title: str | None = None
    phone: str | None = None
    email: str | None = None
    active: bool = True


class CompanyVisit(Record, kw_only=True, frozen=True, omit_defaults=True):
    """The company's part of a visit note: colleagues read it, so no citizen's id or name stands here."""

    company_id: str
    occurred_on: date
    occurred_at: datetime | None = None
    minutes: int | None = None
    place: Place = "company"
    staff_id: str | None = None
    contact_ids: list[str] = []
    note: str | None = None
    promised: str | None = None
    replaces: str | None = None


class Placement(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A stay at a workplace under one set of terms."""

    citizen_id: str
    type: PlacementType
    start: date
    company_id: str | None = None
    case_id: str | None = None
    planned_end: date | None = None
    actual_end: date | None = None
    status: PlacementStatus = "active"
    company_contact_id: str | None = None
    job_title: str | None = None
    agreement_on: date | None = None
    note: str | None = None


class Hours(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Hours per week that hold from `start` until the next entry of the same placement and measure, or `end`."""

    citizen_id: str
    start: date
    minutes_per_week: int
    measure: HoursMeasure
    placement_id: str | None = None
    end: date | None = None
    note: str | None = None
    replaces: str | None = None


class Goal(Record, kw_only=True, frozen=True, omit_defaults=True):
    """The citizen's own job goal, or a small step towards it."""

    citizen_id: str
    kind: GoalKind
    text: str
    set_on: date
    case_id: str | None = None
    parent_id: str | None = None
    state: GoalState = "open"
    state_on: date | None = None
    due: date | None = None
    target_minutes_per_week: int | None = None
    position: int | None = None


class ProgressionNote(Record, kw_only=True, frozen=True, omit_defaults=True):
    """How it goes with a goal, dated, in the citizen's own words."""

    citizen_id: str
    goal_id: str
    noted_on: date
    text: str
    replaces: str | None = None


class FollowUp(Record, kw_only=True, frozen=True, omit_defaults=True):
    """An agreed follow-up of the plan: when, where, who, what."""

    what: str
    due: date
    citizen_id: str | None = None
    case_id: str | None = None
    company_id: str | None = None
    at: time | None = None
    place: str | None = None
    who: str | None = None
    state: TaskState = "open"
    done_on: date | None = None
    contact_id: str | None = None


class Consent(Record, kw_only=True, frozen=True, omit_defaults=True):
    """What the citizen allows to be told to whom; a withdrawal or refusal is a new record."""

    citizen_id: str
    kind: ConsentKind
    state: ConsentState
    stated_on: date
    expires: date | None = None
    receiver: str | None = None
    note: str | None = None
    replaces: str | None = None


class Memo(Record, kw_only=True, frozen=True, omit_defaults=True):
    """The broker's own note to self."""

    text: str
    due: date | None = None
    citizen_id: str | None = None
    company_id: str | None = None
    state: TaskState = "open"
    done_on: date | None = None


class Fact(Record, kw_only=True, frozen=True, omit_defaults=True):
    """What a programme asks for and no other type holds, in the programmes' own vocabulary.

    Evidence (a CV, a decision, a registration elsewhere), and what people say about rules: pauses, explanations,
    waivers, confirmed steps, snoozes. Append-only: a correction, the end of a pause too, is a new record that replaces
    the old one. Without `citizen_id` it is about the local project of a programme, or about a course team.
    """

    kind: str
    occurred_on: date
    citizen_id: str | None = None
    case_id: str | None = None
    programme: Programme | None = None
    team: str | None = None
    until: date | None = None
    occurred_at: datetime | None = None
    staff_id: str | None = None
    values: dict[str, object] = {}
    replaces: str | None = None


class Form(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A form of a programme as far as it is filled in, under the version of its definition.

    `values` follows that definition: codes, ISO dates, minutes, rows as objects. Without `citizen_id` it is about the
    local project, a course team or a company, and names no citizen.
    """

    form: str
    programme: Programme
    on: date
    version: int = 1
    state: FormState = "begun"
    citizen_id: str | None = None
    case_id: str | None = None
    company_id: str | None = None
    team: str | None = None
    staff_id: str | None = None
    values: dict[str, object] = {}


class Side(Record, kw_only=True, frozen=True, omit_defaults=True):
    """One side of a difference: the values, who wrote them, when and on which device."""

    values: dict[str, object]
    staff_id: str | None = None
    device_id: str | None = None
    at: datetime | None = None


class Conflict(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Two people changed the same field: the hub's value stays current, the other is kept here until settled.

    `kept` is the current value, `other` the one that lost, `before` what both started from. A field that is
    absent in `values` was empty. `late`: `other` was sent by somebody after the case had gone to somebody else; a
    record they made is kept deleted until it is taken in, with `deleted` as the field that differs.
    """

    record_id: str
    record_type: str
    fields: list[str]
    kept: Side
    other: Side
    before: Side
    chain: str
    state: Literal["open", "settled"] = "open"
    settled_by: str | None = None
    settled_at: datetime | None = None
    late: bool = False


SENSITIVE: dict[str, dict[str, Literal["S1", "S2"]]] = {
    "citizen": {"cpr": "S1", "address": "S1", "benefit": "S1", "phone": "S1", "email": "S1", "note": "S2"},
    "contact": {"note": "S2", "agreed": "S1", "walk_in_name": "S1", "walk_in_phone": "S1"},
    "goal": {"text": "S1"},
    "progression_note": {"text": "S2"},
    "promise": {"text": "S1"},
    "follow_up": {"what": "S1"},
    "consent": {"note": "S2"},
    "handover": {"text": "S2", "answer": "S1"},
    "memo": {"text": "S1"},
    "placement": {"note": "S2"},
    "hours": {"note": "S1"},
    "fact": {"values": "S2"},
    "form": {"values": "S2"},
}
"""Field sensitivity by record type; a field that is not named is S0."""
