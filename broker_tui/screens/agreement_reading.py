"""What was typed of an agreement as what the services make of it."""

from collections.abc import Mapping
from datetime import date

from broker_tui.domain import dates
from broker_tui.domain.agreements import PARTIES, Agreement, FollowUpPlan, NewPerson, Registered, Terms, due_days
from broker_tui.domain.hours import default_measure
from broker_tui.domain.views import FieldError, InvalidInput
from broker_tui.i18n import _
from broker_tui.screens.agreement_defaults import NEW, hidden
from broker_tui.screens.agreement_fields import places
from broker_tui.screens.form_fields import Values
from broker_tui.widgets.list_field import codes_of

FIELDS = {
    "minutes_per_week": "hours",
    "due": "first",
    "agreement_on": "signed_on",
    "new_company.name": "new_company",
    "new_contact.name": "contact_name",
    "new_contact.title": "contact_title",
    "new_contact.phone": "contact_phone",
}
"""Where the faults of records are told."""


def read_agreement(
    values: Mapping[str, str], read: Values, citizen_id: str, case_id: str | None, programme: str
) -> Agreement:
    """The agreement as it stands in the form; what is not asked for says nothing.

    Raises:
        InvalidInput: with everything that could not be read or is missing.
    """
    asked = {key: value for key, value in values.items() if key not in hidden(values, programme)}
    kind, start = read.needed_code("type"), read.needed_day("start")
    minutes = read.needed_minutes("hours")
    signed = read.needed_day("signed_on", "past")
    new = _person(asked, read)
    if not read.code("company_id"):
        read.needed("new_company")
    found = Agreement(
        citizen_id=citizen_id,
        case_id=case_id,
        type=kind,
        start=start,
        planned_end=read.day("planned_end"),
        minutes=minutes,
        measure=default_measure(kind) or read.needed_code("measure"),
        signed_on=signed,
        terms=_terms(asked),
        plan=_plan(asked, read),
        company_id=read.code("company_id"),
        new_company=None if read.code("company_id") else read.text("new_company"),
        contact_id=None if new else (asked.get("company_contact_id") or None),
        new_contact=new,
        registered=_registered(asked, read),
    )
    read.check()
    return found


def _lines(values: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in values.get(key, "").splitlines() if part.strip())


def _said(values: Mapping[str, str], key: str) -> str | None:
    return values.get(key, "").strip() or None


def _person(asked: Mapping[str, str], read: Values) -> NewPerson | None:
    if asked.get("company_contact_id") != NEW:
        return None
    return NewPerson(read.needed("contact_name"), read.text("contact_title"), read.text("contact_phone"))


def _terms(asked: Mapping[str, str]) -> Terms:
    told = asked.get("paid_told", "")
    return Terms(
        tasks=_lines(asked, "tasks"),
        considerations=_said(asked, "considerations"),
        released=asked["released"] == "yes" if "released" in asked else None,
        goals=_lines(asked, "goals"),
        no_paid_reason=_said(asked, "no_paid_reason"),
        paid_possible=_said(asked, "paid_possible"),
        purpose=_said(asked, "purpose"),
        paid_told=tuple(who for who in PARTIES[:2] if told in (who, "both")),
    )


def _plan(asked: Mapping[str, str], read: Values) -> FollowUpPlan:
    interval = asked.get("interval", "")
    every = None if interval == "dates" else interval
    first = until = None
    days: tuple[date, ...]
    if every is None:
        days = _days(asked.get("dates", ""), read)
    else:
        first, until = read.needed_day("first"), read.needed_day("until")
        days = due_days(every, first, until)
    return FollowUpPlan(
        days=days,
        interval=read.code("interval") if every else None,
        first=first,
        until=until,
        what=read.text("what") or _("Follow-up at the workplace"),
        place=dict(places()).get(asked.get("place", "")),
        agreed_by=tuple(codes_of(asked.get("agreed_by", ""))),
    )


def _days(typed: str, read: Values) -> tuple[date, ...]:
    found: list[date] = []
    for part in typed.replace(";", ",").replace("\n", ",").split(","):
        if part.strip():
            try:
                found.append(dates.parse(part.strip(), read.now, "future").day)
            except dates.DateFault as fault:
                read.refuse("dates", fault.code, **fault.args_)
    if not found:
        read.refuse("dates", "date_missing")
    return tuple(sorted(set(found)))


def _registered(asked: Mapping[str, str], read: Values) -> tuple[Registered, ...]:
    found: list[Registered] = []
    if asked.get("min_plan") == "yes":
        found.append(Registered("min_plan", read.needed_day("min_plan_on", "past"), read.text("min_plan_ref")))
    if asked.get("vitas") == "yes":
        found.append(Registered("vitas", read.needed_day("vitas_on", "past"), read.text("vitas_ref")))
    return tuple(found)


def shown_faults(error: InvalidInput, values: Mapping[str, str], programme: str) -> InvalidInput:
    """Faults at fields that are asked for: what concerns a hidden one is told where it can be mended."""
    gone = hidden(values, programme)
    instead = {"first": "dates", "until": "dates", "measure": "type"}
    told = (FieldError(FIELDS.get(one.field, one.field), one.code, one.args) for one in error.errors)
    return InvalidInput(
        tuple(FieldError(instead.get(o.field, o.field) if o.field in gone else o.field, o.code, o.args) for o in told)
    )
