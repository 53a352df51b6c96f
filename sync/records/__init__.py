"""The record types by name, and the few functions that read and check raw objects."""

from functools import cache
from typing import Any

import msgspec

from sync.records import types
from sync.records.base import (
    SHARED,
    Doc,
    R,
    Record,
    RecordError,
    RecordId,
    RecordType,
    Scope,
    canonical,
    difference,
    new_id,
    normal,
    patched,
)

_TYPES = (
    RecordType("staff", types.Staff, ("shared",), text_fields=("name",)),
    RecordType("citizen", types.Citizen, ("case:",), text_fields=("name", "local_number", "phone", "area", "note")),
    RecordType(
        "case",
        types.Case,
        ("case:",),
        groups=(("status", "closed_on", "closed_reason"), ("step", "step_since", "step_confirmed_by")),
        links={"citizen_id": "citizen"},
    ),
    RecordType(
        "role_assignment",
        types.RoleAssignment,
        ("case:",),
        groups=(("start", "end"),),
        links={"citizen_id": "citizen", "staff_id": "staff", "case_id": "case"},
    ),
    RecordType(
        "handover",
        types.Handover,
        ("handover:", "case:"),
        groups=(("state", "answered_on", "answer"),),
        links={"citizen_id": "citizen", "from_id": "staff", "to_id": "staff"},
    ),
    RecordType(
        "contact",
        types.Contact,
        ("case:", "broker:"),
        append_only=True,
        links={
            **{"citizen_id": "citizen", "staff_id": "staff", "placement_id": "placement"},
            **{"visit_id": "company_visit", "company_id": "company"},
        },
        text_fields=("note", "agreed", "others", "walk_in_name"),
    ),
    RecordType(
        "promise",
        types.Promise,
        ("case:", "broker:", "shared"),
        groups=(("state", "done_on"),),
        links={"citizen_id": "citizen", "company_id": "company", "contact_id": "contact"},
        text_fields=("text",),
    ),
    RecordType(
        "company",
        types.Company,
        ("shared",),
        links={"same_as": "company"},
        text_fields=("name", "cvr", "p_number", "industry", "area", "tasks", "note"),
    ),
    RecordType(
        "company_contact",
        types.CompanyContact,
        ("shared",),
        links={"company_id": "company"},
        text_fields=("name", "title"),
    ),
    RecordType(
        "company_visit",
        types.CompanyVisit,
        ("shared",),
        append_only=True,
        links={"company_id": "company", "staff_id": "staff"},
        text_fields=("note", "promised"),
    ),
    RecordType(
        "placement",
        types.Placement,
        ("case:",),
        groups=(("start", "planned_end", "actual_end", "status"), ("company_id", "company_contact_id")),
        links={"citizen_id": "citizen", "company_id": "company", "company_contact_id": "company_contact"},
        text_fields=("job_title", "note"),
    ),
    RecordType(
        "hours",
        types.Hours,
        ("case:",),
        append_only=True,
        links={"citizen_id": "citizen", "placement_id": "placement"},
        text_fields=("note",),
    ),
    RecordType(
        "goal",
        types.Goal,
        ("case:",),
        groups=(("state", "state_on"),),
        links={"citizen_id": "citizen", "parent_id": "goal"},
        text_fields=("text",),
    ),
    RecordType(
        "progression_note",
        types.ProgressionNote,
        ("case:",),
        append_only=True,
        links={"citizen_id": "citizen", "goal_id": "goal"},
        text_fields=("text",),
    ),
    RecordType(
        "follow_up",
        types.FollowUp,
        ("case:", "broker:"),
        groups=(("due", "at"), ("state", "done_on", "contact_id")),
        links={"citizen_id": "citizen", "company_id": "company", "contact_id": "contact"},
        text_fields=("what", "who", "place"),
    ),
    RecordType(
        "consent",
        types.Consent,
        ("case:",),
        append_only=True,
        links={"citizen_id": "citizen"},
        text_fields=("receiver", "note"),
    ),
    RecordType(
        "fact",
        types.Fact,
        ("case:", "shared"),
        append_only=True,
        links={"citizen_id": "citizen", "case_id": "case", "staff_id": "staff"},
    ),
    RecordType(
        "form",
        types.Form,
        ("case:", "shared"),
        groups=(("on", "state", "version", "values"),),
        links={"citizen_id": "citizen", "case_id": "case", "company_id": "company", "staff_id": "staff"},
    ),
    RecordType("memo", types.Memo, ("broker:",), groups=(("state", "done_on"),), text_fields=("text",)),
    RecordType("conflict", types.Conflict, ("case:", "broker:", "shared"), hub_writes=True),
)

RECORD_TYPES: dict[str, RecordType] = {kind.name: kind for kind in _TYPES}
"""The contract by wire name."""
_BY_STRUCT = {kind.struct: kind for kind in _TYPES}


def case_scope(citizen_id: str) -> Scope:
    """The scope of everything about one person."""
    return Scope(f"case:{citizen_id}")


def broker_scope(staff_id: str) -> Scope:
    """The scope of what only one broker sees."""
    return Scope(f"broker:{staff_id}")


def handover_scope(handover_id: str) -> Scope:
    """The scope of a case that is offered: whoever offers it and whoever is asked read it."""
    return Scope(f"handover:{handover_id}")


def type_of(record: Record | type[Record]) -> RecordType:
    """The contract entry of a typed record or its class."""
    return _BY_STRUCT[record if isinstance(record, type) else type(record)]


def to_doc(record: Record) -> Doc:
    """The raw object of a new record: defaults that say nothing are left out.

    Raises:
        TypeError: a value that cannot stand in a record.
    """
    raw: dict[str, Any] = msgspec.to_builtins(record, str_keys=True)
    return {name: normal(value) for name, value in sorted(raw.items()) if value is not None}


def view(doc: Doc, struct: type[R]) -> R:
    """The typed view of a raw object.

    Raises:
        RecordError: a field is missing or has the wrong form; the message never holds the value.
    """
    try:
        return msgspec.convert(doc, struct)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        name = _BY_STRUCT[struct].name
        raise RecordError(name, path.rstrip("`").replace(".", "/"), reason) from None


def check(type_name: str, doc: Doc) -> Record:
    """The typed view of a raw object of the type named `type_name`.

    Raises:
        RecordError: unknown type, or as `view`.
    """
    kind = RECORD_TYPES.get(type_name)
    if kind is None:
        raise RecordError(type_name, "", "unknown record type")
    return view(doc, kind.struct)


@cache
def field_names(type_name: str) -> frozenset[str]:
    """The fields this version knows of a type."""
    return frozenset(f.encode_name for f in msgspec.structs.fields(RECORD_TYPES[type_name].struct))


def upgraded(type_name: str, version: int, doc: Doc) -> Doc:
    """`doc` of an older schema version, as the current version writes it.

    Raises:
        RecordError: the version is newer than this program knows.
    """
    kind = RECORD_TYPES[type_name]
    if version > kind.version:
        raise RecordError(type_name, "", f"schema version {version} is newer than {kind.version}")
    for step in range(version, kind.version):
        doc = kind.upgrades[step](doc)
    return doc


__all__ = [
    "RECORD_TYPES",
    "SHARED",
    "Doc",
    "R",
    "Record",
    "RecordError",
    "RecordId",
    "RecordType",
    "Scope",
    "broker_scope",
    "canonical",
    "case_scope",
    "check",
    "difference",
    "field_names",
    "handover_scope",
    "new_id",
    "normal",
    "patched",
    "to_doc",
    "type_of",
    "types",
    "upgraded",
    "view",
]
