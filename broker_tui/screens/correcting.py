"""From a refused change to the field it is about: which form changes a record, and what that form calls the field."""

from broker_tui.domain.views import RefusedRow
from broker_tui.i18n import causes
from broker_tui.screens import registry
from broker_tui.screens.registry import Form
from sync.records import RECORD_TYPES

_NAMES: dict[str, dict[str, str]] = {
    "contact": {"occurred_on": "when", "occurred_at": "when", "participants": "who", "others": "who"},
    "company_visit": {"occurred_on": "when", "occurred_at": "when"},
    "hours": {"minutes_per_week": "hours"},
    "goal": {"target_minutes_per_week": "target"},
    "progression_note": {"noted_on": "on"},
    "follow_up": {"at": "due"},
    "promise": {"text": "what"},
}
"""Fields that stand in a form under another name than in the record."""


def form_for(refused: RefusedRow) -> Form | None:
    """The form that changes the record of a refused change, with the reason at the field; None where there is none."""
    form = _form(refused)
    if form is not None:
        complain = getattr(form, "complain", None)
        if complain is not None:
            complain(fields_of(refused), reason(refused))
    return form


def fields_of(refused: RefusedRow) -> tuple[str, ...]:
    """Keys of the fields in question, the likeliest first: the one the hub points at, else those that were changed."""
    pointed = (refused.pointer or "").strip("/").split("/", 1)[0]
    names = _NAMES.get(refused.unsent.record_type, {})
    return tuple(names.get(name, name) for name in (pointed, *refused.unsent.fields) if name)


def reason(refused: RefusedRow) -> str:
    """Why, and what to do; where a value cannot stand also what the hub said about it."""
    sentence = " ".join(causes.refused(refused))
    return f"{sentence} ({refused.detail})" if refused.code == "validation" and refused.detail else sentence


def replaces(refused: RefusedRow) -> bool:
    """Whether the form makes another record instead, so that the refused one is given up."""
    kind = RECORD_TYPES.get(refused.unsent.record_type)
    return kind is not None and kind.append_only


def _form(refused: RefusedRow) -> Form | None:
    row = refused.unsent
    citizen, company, record, kind = row.citizen_id, row.company_id, row.record_id, row.record_type
    if row.kind not in ("create", "patch"):
        return None
    if kind == "memo":
        return registry.memo_form(citizen_id=citizen, record_id=record)
    if kind in ("follow_up", "promise"):
        plan: registry.PlanKind = "promise" if kind == "promise" else "follow_up"
        return registry.plan_form(citizen, company_id=company, kind=plan, record_id=record)
    if kind == "contact":
        return registry.contact_form(citizen, contact_id=record)
    return _of_citizen(kind, citizen, record) if citizen else _of_company(kind, company, record) if company else None


def _of_citizen(kind: str, citizen: str, record: str) -> Form | None:
    if kind == "citizen":
        return registry.citizen_form(citizen)
    if kind == "goal":
        return registry.goal_form(citizen, goal_id=record)
    if kind == "placement":
        return registry.placement_form(citizen, placement_id=record)
    if kind == "progression_note":
        return registry.progression_form(citizen, note_id=record)
    return registry.hours_form(citizen, hours_id=record) if kind == "hours" else None


def _of_company(kind: str, company: str, record: str) -> Form | None:
    if kind == "company":
        return registry.company_form(company)
    if kind == "company_visit":
        return registry.visit_correction(company, visit_id=record)
    return registry.company_contact_form(company, contact_id=record) if kind == "company_contact" else None
