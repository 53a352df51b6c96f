"""What an agreement says in the forms of its programme; a programme without such forms is told by facts.

The days of the follow-up stand in the plan only: a day that is moved there must not be owed on the old date by a form.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from broker_tui.domain.agreements import Agreement, Registered


@dataclass(frozen=True, slots=True)
class Filled:
    """One form with its values, and at which field of the agreement a fault of a value is told."""

    form: str
    values: dict[str, Any]
    told_at: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of the vocabulary."""

    kind: str
    on: Any
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """Ids and names the forms need of the records made with them."""

    placement: str
    company: str
    contact: str
    contact_title: str | None
    contact_phone: str | None
    me: str


Filler = Callable[[Agreement, Names], Iterator[Filled | Told]]
_TIME = {"tasks": "tasks", "considerations": "considerations", "planned_end": "planned_end"}


def papers(programme: str, agreement: Agreement, names: Names) -> list[Filled | Told]:
    """Everything the programme wants to read of the agreement."""
    return list(_FILLERS.get(programme, _in_facts)(agreement, names))


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
    yield from _registrations(agreement, names)


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
        yield from _registrations(agreement, names)
    yield _plan_fact(agreement, names)


def _in_facts(agreement: Agreement, names: Names) -> Iterator[Filled | Told]:
    yield _plan_fact(agreement, names)
    yield from _registrations(agreement, names)


def _plan_fact(agreement: Agreement, names: Names) -> Told:
    plan = agreement.plan
    told = {"placement": names.placement, "agreed_by": list(plan.agreed_by), "owner": "broker"}
    return Told("follow_up_plan", agreement.signed_on, {**told, "interval": plan.interval})


def _registrations(agreement: Agreement, names: Names) -> Iterator[Told]:
    for entry in agreement.registered:
        yield Told("registration", entry.on, _entry(entry, names))


def _entry(entry: Registered, names: Names) -> dict[str, Any]:
    told = {"system": entry.system, "item": "agreement", "placement": names.placement, "by": names.me}
    return {**told, "reference": entry.reference}


_FILLERS: dict[str, Filler] = {"guarantee": _guarantee, "fsm2": _fsm2, "uif2": _uif2}
