"""What an agreement says in the forms of its programme; a programme without such forms is told by facts.

What a form asks beyond the agreement stays open there. The days of the follow-up stand in the plan only: a day that is
moved there must not be owed on the old date by a form.
"""

from collections.abc import Iterator
from typing import Any

from broker_tui.domain.agreements import Agreement
from broker_tui.services.agreement_papers import Filled, Filler, Names, Told, in_facts, plan_fact, registrations

_TIME = {"tasks": "tasks", "considerations": "considerations", "planned_end": "planned_end"}


def papers(programme: str, agreement: Agreement, names: Names) -> list[Filled | Told]:
    """Everything the programme wants to read of the agreement."""
    return list(_FILLERS.get(programme, in_facts)(agreement, names))


def _guarantee(agreement: Agreement, names: Names) -> Iterator[Filled | Told]:
    terms, plan = agreement.terms, agreement.plan
    kinds = ("ordinary_employment", "wage_subsidy", "internship")
    ordinary = 0 if agreement.internship else agreement.minutes
    values = {
        "placement": names.placement,
        "company": names.company,
        "placement_type": agreement.type if agreement.type in kinds else None,
        "signed_on": agreement.signed_on,
        "start": agreement.start,
        "planned_end": agreement.planned_end,
        "tasks": list(terms.tasks),
        "ordinary_time": ordinary,
        "internship_time": agreement.minutes - ordinary,
        "no_ordinary_reason": terms.no_paid_reason,
        "ordinary_possible": terms.paid_possible,
        "sub_goals": [{"text": goal} for goal in terms.goals],
        "considerations": terms.considerations,
        "considerations_released": terms.released,
        "company_contact_name": names.contact,
        "company_contact_role": names.contact_title,
        "company_contact_phone": names.contact_phone,
        "named_on": agreement.signed_on,
    }
    yield Filled("G-F9", values, {**_TIME, "ordinary_time": "hours", "internship_time": "hours"})
    yield Filled(
        "G-F10",
        {
            "placement": names.placement,
            "agreed_on": agreement.signed_on,
            "agreed_by": list(plan.agreed_by),
            "owner": "broker",
            "interval": plan.interval,
            "from": plan.first,
            "to": plan.until,
        },
        {"agreed_by": "agreed_by", "to": "until"},
    )
    yield from registrations(agreement, names)


def _fsm2(agreement: Agreement, names: Names) -> Iterator[Filled | Told]:
    terms, plan = agreement.terms, agreement.plan
    intern = agreement.internship
    values = {
        "placement": names.placement,
        "kind": "internship" if intern else "employment",
        "signed_on": agreement.signed_on,
        "tasks": list(terms.tasks),
        "hours_from": agreement.start,
        "internship_time" if intern else "paid_time": agreement.minutes,
        "considerations": terms.considerations,
        "considerations_released": terms.released,
        "paid_goal_told_citizen": agreement.signed_on if "citizen" in terms.paid_told else None,
        "paid_goal_told_company": agreement.signed_on if "company" in terms.paid_told else None,
        "no_paid_reason": terms.no_paid_reason if intern else None,
        "paid_possible": terms.paid_possible if intern else None,
        "tasks_to_master": list(terms.goals) if intern else None,
        "internship_purpose": terms.purpose if intern else None,
        "contact_name": names.contact,
        "contact_role": names.contact_title,
        "contact_phone": names.contact_phone,
        "contact_named_on": agreement.signed_on,
    }
    for entry in agreement.registered:
        items = ("agreement", "contact", "purpose") if intern else ("agreement", "contact")
        values |= {f"{entry.system}_{item}_on": entry.on for item in items}
        values |= {f"{entry.system}_{item}_ref": entry.reference for item in items}
        values |= {f"{entry.system}_by": names.me}
        values |= {f"{entry.system}_purpose": terms.purpose} if intern else {}
    yield Filled("F-F7", values, {**_TIME, "internship_time": "hours", "paid_time": "hours"})
    yield Filled(
        "F-F8",
        {
            "placement": names.placement,
            "agreed_on": agreement.signed_on,
            "agreed_by": list(plan.agreed_by),
            "owner": "broker",
            "interval": plan.interval,
            "progression_goals": [{"text": goal} for goal in terms.goals],
        },
        {"agreed_by": "agreed_by"},
    )


def _uif2(agreement: Agreement, names: Names) -> Iterator[Filled | Told]:
    terms = agreement.terms
    entered = {entry.system: entry for entry in agreement.registered}
    if agreement.internship:
        values: dict[str, Any] = {
            "placement": names.placement,
            "signed_on": agreement.signed_on,
            "tasks": list(terms.tasks),
            "reg_by": names.me,
        }
        for system, entry in entered.items():
            values |= {f"reg_{system}_on": entry.on, f"reg_{system}_ref": entry.reference}
        yield Filled("U-F8", values, {"tasks": "tasks"})
    elif agreement.type == "flexjob":
        noted = entered.get("min_plan")
        values = {
            "placement": names.placement,
            "signed_on": agreement.signed_on,
            "agreed_weekly_time": agreement.minutes,
            "tasks": list(terms.tasks),
            "contact_name": names.contact,
            "contact_role": names.contact_title,
            "contact_phone": names.contact_phone,
            "progression_goals": [{"text": goal} for goal in terms.goals],
            "considerations": terms.considerations,
            "reg_min_plan": [
                {"what": what, "registered_on": noted.on, "reg_by": names.me, "ref": noted.reference}
                for what in ("agreement", "company_contact")
                if noted is not None
            ],
        }
        yield Filled("U-F9", values, {**_TIME, "agreed_weekly_time": "hours"})
    else:
        yield from registrations(agreement, names)
    yield plan_fact(agreement, names)


def _flexjob(agreement: Agreement, names: Names) -> Iterator[Filled | Told]:
    terms = agreement.terms
    values: dict[str, Any] = {
        "placement": names.placement,
        "start": agreement.start,
        "planned_end": agreement.planned_end,
        "tasks": list(terms.tasks),
    }
    if agreement.internship:
        yield Filled("F-F7", {**values, "agreed_on": agreement.signed_on, "contact_name": names.contact}, _TIME)
    elif agreement.type == "flexjob":
        signed = {"written_on": agreement.signed_on, "signed_on": agreement.signed_on, "company": names.company}
        values |= {"permanent": agreement.planned_end is None, "needs_met": terms.considerations}
        values |= {"company_contact": names.contact}
        yield Filled("F-F8", {**values, **signed}, {**_TIME, "needs_met": "considerations"})
    yield from in_facts(agreement, names)


def _mastery(agreement: Agreement, names: Names) -> Iterator[Filled | Told]:
    if agreement.internship:
        values = {
            "placement": names.placement,
            "agreement_on": agreement.signed_on,
            "minutes": agreement.minutes,
            "tasks": list(agreement.terms.tasks),
            "contact_name": names.contact,
            "contact_phone": names.contact_phone,
        }
        yield Filled("F-M7", values, {**_TIME, "minutes": "hours"})
    yield from in_facts(agreement, names)


_FILLERS: dict[str, Filler] = {
    "guarantee": _guarantee,
    "fsm2": _fsm2,
    "uif2": _uif2,
    "flexjob": _flexjob,
    "mastery": _mastery,
}
