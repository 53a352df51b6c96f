"""Names of forms, for drafts that were left."""

from broker_tui.i18n.words import record_type

_FORMS = {
    **{"contact": "contact", "visit": "company_visit", "plan": "follow_up", "plan_many": "follow_up"},
    **{"close_case": "case", "open_case": "case", "end_placement": "placement"},
    **{"decline": "handover", "substitute": "role_assignment"},
    **{"agreement": "placement", "interview": "contact"},
}


def form_name(form: str) -> str:
    """The name of a form."""
    return record_type(_FORMS.get(form, form))
