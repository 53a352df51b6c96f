"""Which fields of a raw object also stand in columns, so that lists can sort, filter and link without reading it.

Columns are derived: when this table or the Danish sort order changes, all of them are filled again from the raw
objects (`FINGERPRINT`). The raw object stays the truth.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from broker_tui.domain.text import SORT_VERSION, sort_key
from sync.records import RECORD_TYPES, Doc

Value = str | int | None

FIELDS: dict[str, tuple[str, ...]] = {
    "staff": ("name", "role"),
    "citizen": ("name", "area", "cpr", "local_number"),
    "case": ("programme", "status", "known_from", "start", "closed_on", "step", "step_since"),
    "role_assignment": ("role", "start", "end"),
    "handover": ("state",),
    "contact": ("occurred_on", "occurred_at", "kind", "outcome", "replaces"),
    "promise": ("due", "state"),
    "company": ("name", "area", "stage", "industry", "cvr", "p_number"),
    "company_contact": ("name",),
    "company_visit": ("occurred_on", "occurred_at", "replaces"),
    "placement": ("type", "status", "start", "planned_end", "actual_end", "case_id"),
    "hours": ("start", "end", "minutes_per_week", "measure", "replaces"),
    "goal": ("kind", "state", "due", "case_id"),
    "progression_note": ("goal_id", "noted_on", "replaces"),
    "follow_up": ("due", "at", "state", "case_id"),
    "consent": ("kind", "state", "stated_on", "expires", "replaces"),
    "fact": ("kind", "occurred_on", "until", "programme", "team", "replaces"),
    "form": ("form", "state", "programme", "team"),
    "memo": ("due", "state", "citizen_id", "company_id"),
    "conflict": ("record_id", "record_type", "state", "chain"),
}
NUMBERS = frozenset({"minutes_per_week", "with_citizen"})


def _with_citizen(doc: Doc) -> int:
    """Whether a contact was held with the citizen: reached, and the citizen took part (nobody named: the citizen)."""
    people = doc.get("participants") or []
    return int(doc.get("outcome") == "reached" and (not people or "citizen" in people))


def _sort_name(doc: Doc) -> str:
    return sort_key(doc.get("name") or "")


DERIVED: dict[str, dict[str, Callable[[Doc], Value]]] = {
    "staff": {"sort_name": _sort_name},
    "citizen": {"sort_name": _sort_name, "sort_area": lambda doc: sort_key(doc["area"]) if doc.get("area") else None},
    "company": {"sort_name": _sort_name, "sort_area": lambda doc: sort_key(doc["area"]) if doc.get("area") else None},
    "company_contact": {"sort_name": _sort_name},
    "contact": {"with_citizen": _with_citizen},
}

STANDING = "deleted = 0 AND replaced_by IS NULL"
INDEXES: dict[str, tuple[str, ...]] = {
    "citizen": ("(sort_name, id)", "(cpr) WHERE cpr IS NOT NULL", "(local_number) WHERE local_number IS NOT NULL"),
    "case": ("(citizen_id)",),
    "role_assignment": ("(citizen_id)",),
    "handover": ("(state)",),
    "contact": (
        "(citizen_id, occurred_on)",
        "(occurred_on)",
        "(visit_id) WHERE visit_id IS NOT NULL",
    ),
    "promise": ("(citizen_id)", "(state, due)", "(company_id) WHERE company_id IS NOT NULL"),
    "company": (
        "(sort_name, id)",
        "(same_as) WHERE same_as IS NOT NULL",
        "(cvr) WHERE cvr IS NOT NULL",
        "(p_number) WHERE p_number IS NOT NULL",
    ),
    "company_contact": ("(company_id)",),
    "company_visit": ("(company_id, occurred_on)",),
    "placement": ("(citizen_id)", "(company_id) WHERE company_id IS NOT NULL"),
    "hours": ("(citizen_id)",),
    "goal": ("(citizen_id)",),
    "progression_note": ("(citizen_id)",),
    "follow_up": ("(citizen_id)", "(state, due)", "(company_id) WHERE company_id IS NOT NULL"),
    "consent": ("(citizen_id)", "(expires) WHERE expires IS NOT NULL"),
    "fact": ("(citizen_id)", "(kind)"),
    "form": ("(citizen_id)", "(form)"),
    "memo": ("(state, due)",),
    "conflict": ("(record_id)", "(state)"),
}
"""What each list query walks along; within a day, a list is sorted when it is read: a longer index costs at every save.
A type that replaces also gets an index on `replaces`."""


@cache
def columns(type_name: str) -> tuple[str, ...]:
    """The projected columns of a type, links first."""
    links = tuple(RECORD_TYPES[type_name].links)
    return (*dict.fromkeys((*links, *FIELDS.get(type_name, ()), *DERIVED.get(type_name, {}))),)


@cache
def defaults(type_name: str) -> dict[str, Value]:
    """What an absent field means: raw objects leave out values that say nothing."""
    fields = msgspec.structs.fields(RECORD_TYPES[type_name].struct)
    return {field.encode_name: field.default for field in fields if isinstance(field.default, str | int)}


@cache
def _plan(type_name: str) -> tuple[tuple[str, Value, Callable[[Doc], Value] | None], ...]:
    derived, absent = DERIVED.get(type_name, {}), defaults(type_name)
    return tuple((name, absent.get(name), derived.get(name)) for name in columns(type_name))


def project(type_name: str, doc: Doc) -> list[Value]:
    """The values of `columns(type_name)`."""
    return [doc.get(name, absent) if derive is None else derive(doc) for name, absent, derive in _plan(type_name)]


def replaces(type_name: str) -> bool:
    """Whether records of a type are corrected by a later one that names them."""
    return "replaces" in columns(type_name)


def fingerprint() -> str:
    """Changes whenever columns, indexes or the sort order do."""
    said = [[name, columns(name), INDEXES.get(name, ())] for name in sorted(RECORD_TYPES)]
    return hashlib.sha256(json.dumps([SORT_VERSION, said]).encode()).hexdigest()


def dumps(value: Any) -> str:
    """`value` as it is stored: sorted keys, UTF-8."""
    return _ENCODER.encode(value).decode()


def loads(text: str | bytes) -> Any:
    """The inverse of `dumps`."""
    return msgspec.json.decode(text)


_ENCODER = msgspec.json.Encoder(order="sorted")
