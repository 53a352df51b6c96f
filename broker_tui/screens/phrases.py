"""Codes of records as words on the pages of the shell."""

from broker_tui.i18n import N_, _

_PROGRAMMES = {
    "guarantee": (N_("UJG"), N_("step")),
    "fsm2": (N_("FSM2"), N_("step")),
    "uif2": (N_("UIF2"), N_("phase")),
    "flexjob": (N_("FLEKS"), N_("el.")),
    "mastery": (N_("MEST"), N_("phase")),
}
_CONSENTS = {
    "network": N_("network"),
    "company_tasks": N_("company: tasks"),
    "company_hours": N_("company: hours"),
    "company_needs": N_("company: needs"),
    "health": N_("health details"),
    "partners": N_("partners"),
    "other": N_("other consent"),
}
_TYPES = {
    "staff": N_("Colleague"),
    "citizen": N_("Citizen"),
    "case": N_("Case"),
    "role_assignment": N_("Role"),
    "contact": N_("Contact"),
    "promise": N_("Promise"),
    "company": N_("Company"),
    "company_contact": N_("Contact person"),
    "company_visit": N_("Visit"),
    "placement": N_("Placement"),
    "hours": N_("Hours"),
    "goal": N_("Goal"),
    "progression_note": N_("Note on goal"),
    "follow_up": N_("Follow-up"),
    "consent": N_("Consent"),
    "memo": N_("Memo"),
    "conflict": N_("Difference"),
}
_FORMS = {"contact": "contact", "visit": "company_visit", "plan": "follow_up"}
_KINDS = {
    "create": N_("new"),
    "patch": N_("changed"),
    "delete": N_("withdrawn"),
    "restore": N_("restored"),
    "move": N_("moved"),
    "resolve": N_("difference settled"),
}
_FIELDS = {
    "name": N_("name"),
    "phone": N_("phone"),
    "email": N_("e-mail"),
    "address": N_("address"),
    "area": N_("area"),
    "benefit": N_("benefit"),
    "note": N_("note"),
    "text": N_("text"),
    "what": N_("what"),
    "due": N_("due"),
    "at": N_("time"),
    "place": N_("place"),
    "who": N_("who"),
    "state": N_("state"),
    "start": N_("start"),
    "end": N_("end"),
    "stage": N_("stage"),
    "tasks": N_("tasks"),
    "minutes_per_week": N_("hours a week"),
    "step": N_("step"),
    "status": N_("status"),
}
_UNDO = {
    "settled": N_("A settled difference cannot be undone; change the record instead."),
    "changed_since": N_("It was changed again since; there is nothing left to undo."),
    "in_use": N_("Something later builds on it; undo or move that first."),
}


def undo_refusal(fault: str) -> str:
    """Why something cannot be taken back."""
    return _(_UNDO.get(fault, N_("This cannot be undone.")))


def programme_parts(programme: str | None, step: str | None) -> tuple[str, str]:
    """Code and step of a programme as the badge shows them: `FSM2`, `step 2`."""
    if programme is None:
        return "", ""
    code, unit = _PROGRAMMES.get(programme, (programme.upper(), ""))
    if not step:
        return _(code), ""
    return _(code), f"{_(unit)} {step}" if step.isdigit() else step


def consent_kind(kind: str) -> str:
    """What a consent covers."""
    return _(_CONSENTS.get(kind, kind))


def record_name(type_name: str) -> str:
    """The name of a record type."""
    return _(_TYPES.get(type_name, type_name))


def form_name(form: str) -> str:
    """The name of a form."""
    return record_name(_FORMS.get(form, form))


def change_name(kind: str) -> str:
    """What an operation did."""
    return _(_KINDS.get(kind, kind))


def field_name(field: str) -> str:
    """A field of a record."""
    return _(_FIELDS[field]) if field in _FIELDS else field.replace("_", " ")
