"""The records of a case as the dated facts the programme engine reads.

Every typed record becomes facts of the shared vocabulary; records of type `fact` are handed on as they are. What a
record does not say is not made up: a note at a company is a follow-up, but its two status fields stay open until they
are filled in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from broker_tui.domain.facts import Fact
from broker_tui.domain.identity import birth_date
from broker_tui.domain.views import Entry
from sync.records import types
from sync.records.types import (
    Case,
    Citizen,
    Consent,
    Contact,
    FollowUp,
    Goal,
    Hours,
    Placement,
    RoleAssignment,
)

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class CaseRecords:
    """Everything written down about one person that a programme may ask for; corrected and withdrawn ones too.

    `shared`, `shared_forms`: about the local project or the course team. `me`: whose laptop this is.
    """

    citizen: Entry[Citizen]
    case: Entry[Case]
    contacts: Sequence[Entry[Contact]] = ()
    placements: Sequence[Entry[Placement]] = ()
    hours: Sequence[Entry[Hours]] = ()
    goals: Sequence[Entry[Goal]] = ()
    follow_ups: Sequence[Entry[FollowUp]] = ()
    consents: Sequence[Entry[Consent]] = ()
    roles: Sequence[Entry[RoleAssignment]] = ()
    facts: Sequence[Entry[types.Fact]] = ()
    forms: Sequence[Entry[types.Form]] = ()
    shared: Sequence[Entry[types.Fact]] = ()
    shared_forms: Sequence[Entry[types.Form]] = ()
    me: str = ""


def standing(entries: Iterable[Entry[R]]) -> Iterator[Entry[R]]:
    """What was neither withdrawn nor corrected."""
    return (entry for entry in entries if not entry.deleted and entry.replaced_by is None)


def facts_of(records: CaseRecords) -> list[Fact]:
    """All facts of a case."""
    return [
        *_citizen(records),
        *_roles(records),
        *_contacts(records),
        *_placements(records),
        *_hours(records),
        *_goals(records),
        *_plan(records),
        *_consents(records),
        *_step(records),
        *(fact_of(entry) for entry in standing(records.facts) if _is_mine(entry.record, records)),
        *(fact_of(entry) for entry in standing(records.shared)),
    ]


def fact_of(entry: Entry[types.Fact]) -> Fact:
    """A fact record as the engine reads it."""
    record = entry.record
    entered = entry.entered_at.date() if entry.entered_at is not None else None
    return Fact(
        kind=record.kind,
        on=record.occurred_on,
        until=record.until,
        at=record.occurred_at,
        entered=entered,
        id=entry.id,
        values={name: value for name, value in record.values.items() if value is not None},
    )


def _is_mine(record: types.Fact, records: CaseRecords) -> bool:
    """A fact about another course of the same person stays with that course."""
    return record.case_id is None or record.case_id == records.case.id


def _fact(
    what: str,
    on: date,
    entry: Entry[Any],
    /,
    *,
    until: date | None = None,
    at: datetime | None = None,
    suffix: str = "",
    **values: Any,
) -> Fact:
    told = {name: value for name, value in values.items() if value is not None and value != ""}
    entered = entry.entered_at.date() if entry.entered_at is not None else None
    return Fact(kind=what, on=on, until=until, at=at, entered=entered, id=f"{entry.id}{suffix}", values=told)


def _citizen(records: CaseRecords) -> Iterator[Fact]:
    record = records.citizen.record
    born = birth_date(record.cpr) if record.cpr else None
    start = records.case.record.start or records.case.record.known_from
    yield _fact(
        "citizen",
        start,
        records.citizen,
        benefit=benefit_code(record.benefit),
        birth_date=born.isoformat() if born else None,
        age=_age(born, start) if born else None,
    )


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


_BENEFITS = {
    "kontanthjælp": "cash_benefit",
    "uddannelseshjælp": "education_benefit",
    "integrationsydelse": "integration_benefit",
    "selvforsørgelses- og hjemrejseydelse": "integration_benefit",
    "ledighedsydelse": "flexjob_unemployment_benefit",
    "cash benefit": "cash_benefit",
    "education benefit": "education_benefit",
    "integration benefit": "integration_benefit",
    "flex-job unemployment benefit": "flexjob_unemployment_benefit",
}


def benefit_code(text: str | None) -> str | None:
    """The code of a benefit as offices write it; a benefit nobody knows is `other`."""
    if not text:
        return None
    plain = text.strip().casefold()
    return plain if plain in _BENEFITS.values() else _BENEFITS.get(plain, "other")


def _roles(records: CaseRecords) -> Iterator[Fact]:
    for entry in standing(records.roles):
        record = entry.record
        if record.case_id is None or record.case_id == records.case.id:
            yield _fact("role", record.start, entry, until=record.end, role=record.role, person=record.staff_id)


def _contacts(records: CaseRecords) -> Iterator[Fact]:
    roles = list(standing(records.roles))
    for entry in standing(records.contacts):
        record = entry.record
        participants = _participants(record, roles, records.me)
        placement = record.placement_id or _placement_on(records, record.occurred_on, record.company_id)
        yield _fact(
            "contact",
            record.occurred_on,
            entry,
            at=record.occurred_at,
            kind=record.kind,
            direction=record.direction,
            outcome=record.outcome,
            participants=participants,
            place=record.place,
            two_way=record.two_way or None,
            needs_reply=record.needs_reply or None,
            open_counselling=record.open_counselling or None,
            placement=placement,
            company=record.company_id,
            topics=record.topics or None,
            person=record.staff_id,
        )
        if record.outcome != "reached":
            continue
        if placement is not None:
            yield _fact(
                "follow_up",
                record.occurred_on,
                entry,
                suffix=":follow_up",
                placement=placement,
                place=record.place or ("company" if record.visit_id else None),
                in_person=record.kind == "meeting",
                participants=participants,
                tasks_status=record.note,
            )
        elif record.company_id is not None or record.visit_id is not None:
            yield _fact(
                "company_approach",
                record.occurred_on,
                entry,
                suffix=":approach",
                company=record.company_id,
                type="visit" if record.visit_id else "call",
                by="broker",
            )


def _participants(record: Contact, roles: Sequence[Entry[RoleAssignment]], me: str) -> list[str]:
    """Who took part, by role. Whoever wrote it counts with the role held that day; before anybody was assigned the
    person at this laptop is the broker."""
    present = list(record.participants) or (["citizen"] if record.outcome == "reached" else [])
    writer = record.staff_id or me
    held = [
        entry.record.role
        for entry in roles
        if entry.record.staff_id == writer
        and entry.record.start <= record.occurred_on
        and (entry.record.end is None or record.occurred_on <= entry.record.end)
    ]
    if roles and "broker" in present and not {"broker", "substitute"} & set(held):
        present.remove("broker")
    if not roles and "broker" not in present:
        held = ["broker"]
    return [*present, *(role for role in held if role not in present)]


def _placement_on(records: CaseRecords, day: date, company: str | None) -> str | None:
    """The placement a contact at or about a company belongs to: the one under way there that day."""
    for entry in standing(records.placements):
        record = entry.record
        end = record.actual_end or record.planned_end
        if company is not None and record.company_id == company and record.start <= day and (end is None or day <= end):
            return entry.id if record.status != "cancelled" else None
    return None


def _placements(records: CaseRecords) -> Iterator[Fact]:
    for entry in standing(records.placements):
        record = entry.record
        known = record.agreement_on or min(record.start, records.case.record.known_from)
        if entry.entered_at is not None and record.agreement_on is None:
            known = min(record.start, entry.entered_at.date())
        yield _fact(
            "placement",
            known,
            entry,
            placement=entry.id,
            type=record.type,
            company=record.company_id or "",
            start=record.start.isoformat(),
            planned_end=record.planned_end.isoformat() if record.planned_end else None,
            permanent=record.planned_end is None,
        )
        if record.agreement_on is not None:
            yield _fact("agreement", record.agreement_on, entry, suffix=":agreement", placement=entry.id)
        if record.company_contact_id is not None:
            named = record.agreement_on or record.start
            yield _fact(
                "company_contact",
                named,
                entry,
                suffix=":contact",
                placement=entry.id,
                name=record.company_contact_id,
                reachable=True,
            )
        ended = record.actual_end
        if record.status == "cancelled":
            yield _fact("placement_cancelled", ended or known, entry, suffix=":cancelled", placement=entry.id)
        elif ended is not None or record.status in ("completed", "interrupted", "converted"):
            last = ended or record.planned_end or records.case.record.known_from
            how = record.status if record.status in ("interrupted", "converted") else "completed"
            yield _fact(
                "placement_end", last, entry, suffix=":end", placement=entry.id, last_day=last.isoformat(), how=how
            )


def _hours(records: CaseRecords) -> Iterator[Fact]:
    for entry in standing(records.hours):
        record = entry.record
        yield _fact(
            "hours",
            record.start,
            entry,
            until=record.end,
            placement=record.placement_id,
            measure=record.measure,
            minutes=record.minutes_per_week,
        )


def _goals(records: CaseRecords) -> Iterator[Fact]:
    for entry in standing(records.goals):
        record = entry.record
        if record.state != "dropped":
            yield _fact(
                "job_goal" if record.kind == "job_goal" else "sub_goal",
                record.set_on,
                entry,
                text=record.text,
                state=record.state,
                reached_on=record.state_on.isoformat() if record.state == "reached" and record.state_on else None,
                due=record.due.isoformat() if record.due else None,
            )


def _plan(records: CaseRecords) -> Iterator[Fact]:
    for entry in standing(records.follow_ups):
        record = entry.record
        if record.state != "dropped":
            placement = _placement_on(records, record.due, record.company_id)
            yield _fact("planned", record.due, entry, placement=placement, what=record.what, place=record.place)


_SCOPES = {"network": "network", "health": "health", "partners": "partners"}


def _consents(records: CaseRecords) -> Iterator[Fact]:
    for entry in standing(records.consents):
        record = entry.record
        yield _fact(
            "consent",
            record.stated_on,
            entry,
            until=record.expires,
            scope=_SCOPES.get(record.kind, record.kind),
            state=record.state,
            receiver=record.receiver,
        )


def _step(records: CaseRecords) -> Iterator[Fact]:
    """A step somebody set by hand or brought in from a list: what led there counts as done, since it is not known."""
    case = records.case.record
    confirmed = any(entry.record.kind == "step" for entry in standing(records.facts))
    if case.step and not confirmed:
        since = case.step_since or case.start or case.known_from
        yield _fact("step", since, records.case, suffix=":step", step=case.step, by=case.step_confirmed_by, assume=True)
