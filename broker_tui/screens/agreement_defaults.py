"""Which fields an agreement in one go has, which of them a programme asks for, and what stands in them at first."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from broker_tui.domain.agreements import PARTIES
from broker_tui.domain.dates import add_months
from broker_tui.domain.hours import default_measure
from broker_tui.i18n import N_, _
from broker_tui.screens.form_fields import typed_day

NEW = "new"
"""Code of a contact person who is written down here."""
_WORK = ("goals", "no_paid_reason", "paid_possible")
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Placement"), ("type", "company_id", "new_company", "start", "planned_end", "hours", "measure")),
    (N_("What is agreed"), ("signed_on", "tasks", "considerations", "released", *_WORK, "purpose", "paid_told")),
    (N_("Contact person"), ("company_contact_id", "contact_name", "contact_title", "contact_phone")),
    (N_("Follow-up"), ("interval", "first", "until", "dates", "place", "agreed_by", "what")),
    (N_("Entered in other systems"), ("min_plan", "min_plan_ref", "min_plan_on", "vitas", "vitas_ref", "vitas_on")),
)
_USUAL = {"fsm2": "weekly", "uif2": "fortnightly", "guarantee": "monthly"}
_FLEX = ("uif2", "flexjob")
INTERNSHIP_WEEKS = 13
"""How long an internship lasts unless the broker says otherwise, which is the longest fsm2 allows."""


def planned_end(kind: str, start: date) -> date | None:
    """When it ends unless the broker says otherwise; a job goes on."""
    return start + timedelta(weeks=INTERNSHIP_WEEKS, days=-1) if kind == "internship" else None


def first_day(interval: str, start: date) -> date:
    """The first follow-up."""
    if interval == "monthly":
        return add_months(start, 1)
    return start + timedelta(days=7 if interval == "weekly" else 14)


def last_day(start: date) -> date:
    """The last follow-up in a job that goes on."""
    return add_months(start, 6)


def hidden(values: Mapping[str, str], programme: str) -> set[str]:
    """Keys of the fields that are not asked for with these values."""
    kind = values.get("type", "")
    intern = kind == "internship"
    ladder = programme in ("guarantee", "fsm2")
    flex = programme in _FLEX and kind == "flexjob"
    asked = {
        "new_company": not values.get("company_id"),
        "measure": default_measure(kind) is None,
        "considerations": ladder or flex,
        "released": ladder and bool(values.get("considerations", "").strip()),
        "goals": ladder or (flex and programme == "uif2"),
        "no_paid_reason": ladder and intern,
        "paid_possible": ladder and intern,
        "purpose": programme == "fsm2" and intern,
        "paid_told": programme == "fsm2",
        "first": values.get("interval") != "dates",
        "until": values.get("interval") != "dates",
        "dates": values.get("interval") == "dates",
        "min_plan_ref": values.get("min_plan") == "yes",
        "min_plan_on": values.get("min_plan") == "yes",
        "vitas": intern,
        "vitas_ref": intern and values.get("vitas") == "yes",
        "vitas_on": intern and values.get("vitas") == "yes",
    }
    new = values.get("company_contact_id") == NEW
    asked |= dict.fromkeys(("contact_name", "contact_title", "contact_phone"), new)
    return {key for key, wanted in asked.items() if not wanted}


def first_values(programme: str, today: date, now: datetime, company_id: str, person: str) -> dict[str, str]:
    """What stands in the fields of a new agreement: Tab goes past what fits."""
    kind = "flexjob" if programme in _FLEX else "internship"
    interval = _USUAL.get(programme, "fortnightly")
    end = planned_end(kind, today)
    return {
        "type": kind,
        "company_id": company_id,
        "start": typed_day(today, now),
        "planned_end": typed_day(end, now),
        "measure": default_measure(kind) or "",
        "signed_on": typed_day(today, now, "past"),
        "released": "no",
        "paid_possible": "unknown",
        "purpose": "paid_hours",
        "paid_told": "nobody",
        "company_contact_id": person,
        "interval": interval,
        "first": typed_day(first_day(interval, today), now),
        "until": typed_day(end or last_day(today), now),
        "place": "company",
        "agreed_by": '["' + '", "'.join(PARTIES) + '"]',
        "what": _("Follow-up at the workplace"),
        "min_plan": "no",
        "min_plan_on": typed_day(today, now, "past"),
        "vitas": "no",
        "vitas_on": typed_day(today, now, "past"),
    }
