"""Sentences of the shell for things that have no word of the trade."""

from broker_tui.i18n import N_, _
from broker_tui.i18n.words import record_type

_FORMS = {
    **{"contact": "contact", "visit": "company_visit", "plan": "follow_up", "plan_many": "follow_up"},
    **{"close_case": "case", "open_case": "case", "end_placement": "placement"},
}
_UNDO = {
    "settled": N_("A settled difference cannot be undone; change the record instead."),
    "changed_since": N_("It was changed again since; there is nothing left to undo."),
    "in_use": N_("Something later builds on it; undo or move that first."),
}


def undo_refusal(fault: str) -> str:
    """Why something cannot be taken back."""
    return _(_UNDO.get(fault, N_("This cannot be undone.")))


def form_name(form: str) -> str:
    """The name of a form."""
    return record_type(_FORMS.get(form, form))
