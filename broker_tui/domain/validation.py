"""What a record must look like before it is saved: cleaned text and one error per field that cannot stand.

The contract (`sync.records`) checks form; this module checks sense, and gives codes that `i18n.words` turns into
sentences in the broker's language.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from broker_tui.domain.identity import Checked, IdentityFault, birth_date, check_cpr, check_cvr, check_p_number
from broker_tui.domain.text import MAX_TEXT, clean, clean_line
from broker_tui.domain.views import FieldError
from sync.records import R, Record
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

MAX_MINUTES_PER_WEEK = 2 * 37 * 60
"""Twice a Danish full-time week: more hours are a slip of the finger."""
MAX_CONTACT_MINUTES = 24 * 60
EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 1, 1)

_PARAGRAPHS = frozenset({"note", "agreed", "text", "tasks", "promised", "others", "what", "closed_reason"})
_CPR_SHAPED = re.compile(r"(?<!\d)(\d{6})[- ]?(\d{4})(?!\d)")


def cleaned(record: R) -> R:
    """`record` with clean text: no control characters, empty optional text as absent, numbers as digits only."""
    changed: dict[str, Any] = {}
    for info in msgspec.structs.fields(type(record)):
        value = getattr(record, info.name)
        if isinstance(value, str):
            text: str | None = _clean_field(info.name, value)
            if not text and not info.required:
                text = None
            if text != value:
                changed[info.name] = text
        elif isinstance(value, list) and any(isinstance(part, str) for part in value):
            parts = [clean_line(part) for part in value if clean_line(part)]
            if parts != value:
                changed[info.name] = parts
    return msgspec.structs.replace(record, **changed) if changed else record


def _clean_field(name: str, value: str) -> str:
    if name in _PARAGRAPHS:
        return clean(value).strip()
    line = clean_line(value)
    if name in _NUMBERS:
        return _NUMBERS[name](line).digits or line
    return line


_NUMBERS: dict[str, Callable[[str], Checked]] = {
    "cpr": check_cpr,
    "cvr": check_cvr,
    "p_number": check_p_number,
}


def errors(record: Record, today: date) -> list[FieldError]:
    """Everything that cannot stand in a cleaned record; empty when it may be saved."""
    found = [*_general(record)]
    for kind, rule in _RULES.items():
        if isinstance(record, kind):
            found += rule(record, today)
    return found


def _general(record: Record) -> list[FieldError]:
    found = []
    for info in msgspec.structs.fields(type(record)):
        value = getattr(record, info.name)
        if isinstance(value, str):
            if not value and info.required:
                found.append(FieldError(info.name, "required"))
            elif len(value) > MAX_TEXT:
                found.append(FieldError(info.name, "too_long", {"limit": MAX_TEXT, "length": len(value)}))
            elif info.name in _NUMBERS:
                found += _number(info.name, value)
        elif isinstance(value, date) and not EARLIEST <= date(value.year, value.month, value.day) < LATEST:
            found.append(FieldError(info.name, "date_range", {"year": value.year}))
    return found


def _number(name: str, value: str) -> list[FieldError]:
    fault = _NUMBERS[name](value).fault
    if fault is None:
        return []
    return [FieldError(name, f"{name}_{fault.value}")]


def _order(record: Record, first: str, last: str) -> list[FieldError]:
    start, end = getattr(record, first), getattr(record, last)
    if start is None or end is None or end >= start:
        return []
    return [FieldError(last, "end_before_start", {"start": start, "end": end})]


def _not_later(record: Record, name: str, today: date) -> list[FieldError]:
    on = getattr(record, name)
    return [FieldError(name, "in_future", {"date": on, "today": today})] if on is not None and on > today else []


def _minutes(record: Record, name: str, limit: int) -> list[FieldError]:
    minutes = getattr(record, name)
    if minutes is None or 0 <= minutes <= limit:
        return []
    return [FieldError(name, "negative" if minutes < 0 else "hours_too_many", {"limit": limit // 60})]


def _citizen(record: Citizen, today: date) -> list[FieldError]:
    if record.cpr is None or check_cpr(record.cpr).fault is not None:
        return []
    born = birth_date(record.cpr)
    return [FieldError("cpr", "cpr_date")] if born is not None and born > today else []


def _case(record: Case, today: date) -> list[FieldError]:
    return [*_order(record, "start", "closed_on"), *_not_later(record, "closed_on", today)]


def _contact(record: Contact, today: date) -> list[FieldError]:
    found = [*_not_later(record, "occurred_on", today), *_minutes(record, "minutes", MAX_CONTACT_MINUTES)]
    if record.citizen_id is None and record.walk_in_name is None:
        found.append(FieldError("walk_in_name", "who_is_missing"))
    if record.occurred_at is not None and record.occurred_at.date() != record.occurred_on:
        found.append(FieldError("occurred_at", "other_day"))
    return found


def _company(record: Company, today: date) -> list[FieldError]:
    found = [error for name in ("name", "tasks", "note") for error in no_cpr(name, getattr(record, name))]
    if record.employees is not None and record.employees < 0:
        found.append(FieldError("employees", "negative"))
    return found


def _company_contact(record: CompanyContact, today: date) -> list[FieldError]:
    return [error for name in ("name", "title") for error in no_cpr(name, getattr(record, name))]


def _visit(record: CompanyVisit, today: date) -> list[FieldError]:
    shared = [error for name in ("note", "promised") for error in no_cpr(name, getattr(record, name))]
    return [
        *_not_later(record, "occurred_on", today),
        *_minutes(record, "minutes", MAX_CONTACT_MINUTES),
        *shared,
    ]


def _placement(record: Placement, today: date) -> list[FieldError]:
    return [
        *_order(record, "start", "planned_end"),
        *_order(record, "start", "actual_end"),
        *_not_later(record, "actual_end", today),
    ]


def _hours(record: Hours, today: date) -> list[FieldError]:
    return [*_order(record, "start", "end"), *_minutes(record, "minutes_per_week", MAX_MINUTES_PER_WEEK)]


def _goal(record: Goal, today: date) -> list[FieldError]:
    return [
        *_not_later(record, "set_on", today),
        *_not_later(record, "state_on", today),
        *_minutes(record, "target_minutes_per_week", MAX_MINUTES_PER_WEEK),
    ]


def _note(record: ProgressionNote, today: date) -> list[FieldError]:
    return _not_later(record, "noted_on", today)


def _consent(record: Consent, today: date) -> list[FieldError]:
    return [*_not_later(record, "stated_on", today), *_order(record, "stated_on", "expires")]


def _task(record: FollowUp | Promise | Memo, today: date) -> list[FieldError]:
    return _not_later(record, "done_on", today)


def _role(record: RoleAssignment, today: date) -> list[FieldError]:
    return _order(record, "start", "end")


_RULES: dict[Any, Callable[[Any, date], list[FieldError]]] = {
    Citizen: _citizen,
    Case: _case,
    Contact: _contact,
    Company: _company,
    CompanyContact: _company_contact,
    CompanyVisit: _visit,
    Placement: _placement,
    Hours: _hours,
    Goal: _goal,
    ProgressionNote: _note,
    Consent: _consent,
    FollowUp: _task,
    Promise: _task,
    Memo: _task,
    RoleAssignment: _role,
}


def no_cpr(name: str, text: str | None) -> list[FieldError]:
    """An error if a text that colleagues read holds something shaped like a CPR number with a real date."""
    return [FieldError(name, "cpr_in_shared")] if text and holds_cpr(text) else []


def holds_cpr(text: str) -> bool:
    """Whether a text holds ten digits that begin with a real date, with or without a dash."""
    return any(check_cpr("".join(found)).fault is None for found in _CPR_SHAPED.findall(text))


def warnings(record: Record) -> list[FieldError]:
    """What is odd but may stand: a number whose checksum does not fit (new CPR numbers may fail it)."""
    found = []
    for name, check in _NUMBERS.items():
        value = getattr(record, name, None)
        if value and check(value).warning is IdentityFault.CHECKSUM:
            found.append(FieldError(name, f"{name}_checksum"))
    return found
