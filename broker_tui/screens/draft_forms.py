"""Which form a draft belongs to."""

from collections.abc import Callable
from typing import Any, cast

from broker_tui.screens import registry
from broker_tui.screens.registry import Form


def of_draft(form: str, about: str | None, draft_key: str) -> Form | None:
    """The form a draft belongs to, filled with it; None for a form this program does not have.

    `form` is the part of the draft's key before the colon; `about` the id the form was opened on.
    """
    if form == "contact":
        return registry.contact_form(about, draft_key=draft_key)
    if form == "citizen":
        return registry.citizen_form(about, draft_key=draft_key)
    if form == "company":
        return registry.company_form(about, draft_key=draft_key)
    if form == "memo":
        return registry.memo_form(draft_key=draft_key)
    if form == "plan_many":
        return registry.plan_many_form((), draft_key=draft_key)
    if form in ("found_team", "call_off"):
        return registry.team_form("found" if form == "found_team" else "call_off", draft_key=draft_key)
    if form in ("follow_up", "promise"):
        return registry.plan_form(about, kind=cast(registry.PlanKind, form), draft_key=draft_key)
    return _about_somebody(form, about, draft_key) if about or form == "substitute" else None


def _about_somebody(form: str, about: str | None, draft_key: str) -> Form | None:
    """Forms that are about somebody."""
    if about is None:
        return registry.substitute_form(draft_key=draft_key)
    if form in registry.RULE_FORMS:
        return registry.rule_form(cast(Any, form), about, draft_key=draft_key)
    if form in registry.COURSE_FORMS:
        return registry.course_form(cast(Any, form), about, draft_key=draft_key)
    if form in ("shift_hours", "mentor_time"):
        return registry.shift_form("hours" if form == "shift_hours" else "mentor", about, draft_key=draft_key)
    make: dict[str, Callable[..., Form]] = {
        "visit": registry.visit_form,
        "visit_correction": registry.visit_correction,
        "goal": registry.goal_form,
        "placement": registry.placement_form,
        "agreement": registry.agreement_form,
        "interview": registry.interview_form,
        "hours": registry.hours_form,
        "consent": registry.consent_form,
        "company_contact": registry.company_contact_form,
        "progression_note": registry.progression_form,
        "fact": registry.fact_form,
        "form": registry.programme_form,
        "decline": registry.decline_form,
        "substitute": registry.substitute_form,
    }
    return make[form](about, draft_key=draft_key) if form in make else None
