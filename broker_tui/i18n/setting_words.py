"""Words for the codes of local settings and of what programmes compute from them."""

from typing import Any

from broker_tui.i18n import N_, _
from broker_tui.i18n.format import decimal

WORDS: dict[str, str] = {
    "none": N_("none"),
    "esbjerg": "Esbjerg",
    "horsens": "Horsens",
    "slagelse": "Slagelse",
    "gladsaxe": "Gladsaxe",
    "struer": "Struer",
    "svendborg": "Svendborg",
    "thisted": "Thisted",
    "direct": N_("direct at the company"),
    "municipal": N_("by the municipality"),
    "workshop": N_("flex-job workshop"),
    "base": N_("base unit"),
    "secondment": N_("secondment"),
    "hybrid": N_("base, then outside"),
    "high": N_("high support"),
    "low": N_("low support"),
    "side_production": N_("side production at one place"),
    "virtual": N_("virtual, spread over the company"),
    "monthly": N_("every month"),
    "four_yearly": N_("four times a year"),
    "two_to_three_months": N_("every two to three months"),
    "waiting_three_months": N_("every three months while waiting"),
    "mid_and_final": N_("at half time and at the end"),
    "on_request": N_("when asked for"),
    "steady": N_("monthly, then seldomer"),
    "hour_per_hour": N_("an hour per hour"),
    "hour_per_week": N_("an hour a week"),
    "fixed_500": N_("500 kroner a week"),
    "agreed": N_("as agreed"),
    "effective": N_("effective hours"),
    "direct_cost": N_("direct cost"),
    "cost_based": N_("with overhead"),
    "small_medium": N_("small and medium"),
    "any": N_("any"),
    "recommended": N_("recommended: four weeks"),
    "playbook": N_("playbook: two weeks"),
    "model1": N_("model 1: one supplier"),
    "model2": N_("model 2: supplier and partner"),
    "model3": N_("model 3: the jobcenter"),
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "cash_benefit": N_("cash benefit"),
    "education_benefit": N_("education benefit"),
    "before_job": N_("before a job"),
    "in_job": N_("in the job"),
}


def setting(value: Any) -> str:
    """A value of a setting as a person reads it: words for codes, yes and no, the decimal sign of the language."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(setting(one) for one in value)
    if isinstance(value, float):
        return decimal(value)
    return _(WORDS[value]) if isinstance(value, str) and value in WORDS else str(value)
