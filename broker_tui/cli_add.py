"""`broker add`: every kind of record by flags, by standard input, or from a JSON object with the contract's names."""

from typing import TYPE_CHECKING, Any

from broker_tui.cli_adding import CITIZEN, COMPANY, DATE_HELP, NOTE, about, add, command, day, flag, when
from broker_tui.cli_base import option
from broker_tui.cli_given import Given
from broker_tui.cli_rules import fact
from broker_tui.domain.typed import coerced
from broker_tui.domain.views import FieldError, Saved
from broker_tui.i18n import N_, _
from sync.records.types import (
    Citizen,
    Company,
    CompanyContact,
    CompanyVisit,
    Consent,
    Contact,
    FollowUp,
    Hours,
    Memo,
    Placement,
    Promise,
)

if TYPE_CHECKING:
    from broker_tui.services import Services


@command(
    "citizen",
    N_("A new person, with a course if --programme is given."),
    flag("name", N_("Name.")),
    flag("cpr", N_("CPR number.")),
    flag("local_number", N_("Number of the person without a CPR number.")),
    flag("phone", N_("Phone number.")),
    flag("email", N_("E-mail.")),
    flag("address", N_("Address.")),
    flag("area", N_("Housing area.")),
    flag("benefit", N_("Benefit.")),
    flag("language", N_("Language.")),
    NOTE,
    flag("programme", N_("Programme: guarantee, fsm2, uif2, flexjob or mastery.")),
    flag("start", N_("First day of the course.")),
    flag("role", N_("Your role.")),
)
def _citizen(services: "Services", given: Given) -> Saved:
    programme, role = given.take("programme"), given.take("role")
    start = day(given, "start")
    citizen = given.record(Citizen)
    given.check()
    return services.people.add_citizen(citizen, programme, start, given.today, role or "broker")


@command(
    "course",
    N_("A further course of a person."),
    CITIZEN,
    flag("programme", N_("Programme: guarantee, fsm2, uif2, flexjob or mastery.")),
    flag("start", N_("First day of the course.")),
)
def _course(services: "Services", given: Given) -> Saved:
    start = day(given, "start")
    citizen_id, programme = about(given), given.take("programme")
    if programme is None:
        given.faults.append(FieldError("programme", "required"))
    given.check()
    return services.people.open_case(citizen_id, programme, start, given.today)


@command(
    "contact",
    N_("A contact with a person, or with a walk-in by name."),
    CITIZEN,
    flag("walk_in", N_("Name of somebody who is on no caseload.")),
    flag("walk_in_phone", N_("Phone of the walk-in.")),
    flag("area", N_("Housing area of the walk-in.")),
    flag("kind", N_("meeting, video, phone, text or letter.")),
    flag("outcome", N_("reached, not_reached, no_show, cancelled_by_citizen or cancelled_by_staff.")),
    flag("date", N_("When; now if left out. Also with a time: 'yesterday 14', '24/11 kl. 9'.")),
    flag("direction", N_("in or out.")),
    flag("place", N_("company, jobcenter, outreach_office, home_or_stay, elsewhere or remote.")),
    flag("participants", N_("Roles that took part, with commas.")),
    flag("others", N_("Others who took part.")),
    COMPANY,
    flag("open_counselling", N_("It was open counselling."), is_flag=True),
    flag("two_way", N_("Both sides wrote."), is_flag=True),
    flag("needs_reply", N_("A reply is owed."), is_flag=True),
    flag("minutes", N_("How many minutes.")),
    NOTE,
    flag("agreed", N_("What was agreed.")),
    flag("next", N_("Day of the next contact: makes a follow-up.")),
    flag("next_what", N_("What the next contact is for.")),
    flag("promise", N_("What you promised.")),
    flag("promise_due", N_("The day you promised it for.")),
    flag("completes", N_("Id of the agreed follow-up that this contact was.")),
)
def _contact(services: "Services", given: Given) -> Saved:
    walk_in = given.take("walk_in")
    if walk_in is not None:
        given.default(walk_in_name=walk_in)
    when(given)
    given.default(kind="phone", outcome="reached")
    completes = given.take("completes")
    follow_up, promise = given.take("follow_up"), given.take("promise")
    due, what, promised = given.take("next"), given.take("next_what"), given.take("promise_due")
    if due is not None or what is not None:
        follow_up = {"due": due, "what": what or _("Contact")}
    if isinstance(promise, str):
        promise = {"text": promise, "due": promised}
    contact = given.record(Contact)
    planned = given.record(FollowUp, follow_up, "follow_up.") if follow_up else None
    made = None
    if promise:
        made = given.record(Promise, {"made_on": given.today.isoformat(), **promise}, "promise.")
    given.check()
    return services.contacts.add(contact, follow_up=planned, promise=made, completes=completes)


@command(
    "visit",
    N_("A visit to a company, with one part per person talked about. Colleagues read --note and --promised."),
    COMPANY,
    flag("date", N_("When; now if left out. Also with a time: 'yesterday 14', '24/11 kl. 9'.")),
    NOTE,
    flag("promised", N_("What the jobcenter promised.")),
    flag("minutes", N_("How many minutes.")),
    flag("place", N_("company, jobcenter, outreach_office, home_or_stay, elsewhere or remote.")),
    option("--part", "parts", multiple=True, help=N_("PERSON=NOTE for that person's own file; may be repeated.")),
    option("--absent", "absent", multiple=True, help=N_("A person with a part who was not there; may be repeated.")),
    flag("promise", N_("What you promised.")),
    flag("promise_due", N_("The day you promised it for.")),
)
def _visit(services: "Services", given: Given) -> Saved:
    from broker_tui.services import VisitPart

    when(given)
    missing = {given.person(reference) for reference in given.take("absent") or ()}
    promise, promised = given.take("promise"), given.take("promise_due")
    if isinstance(promise, str):
        promise = {"text": promise, "due": promised}
    parts = []
    for index, raw in enumerate(given.take("parts") or ()):
        part = _part(raw)
        prefix = f"parts.{index}."
        follow_up = part.pop("follow_up", None)
        given.resolve(part, prefix)
        citizen_id = part.get("citizen_id") or ""
        parts.append(
            VisitPart(
                citizen_id=citizen_id,
                note=part.get("note"),
                agreed=part.get("agreed"),
                present=bool(part.get("present", True)) and citizen_id not in missing,
                follow_up=given.record(FollowUp, follow_up, f"{prefix}follow_up.") if follow_up else None,
                completes=part.get("completes"),
            )
        )
    made = None
    if promise:
        made = given.record(Promise, {"made_on": given.today.isoformat(), **promise}, "promise.")
    visit = given.record(CompanyVisit)
    given.check()
    return services.companies.add_visit(visit, parts, promise=made)


def _part(raw: Any) -> dict[str, Any]:
    if isinstance(raw, dict):
        return dict(raw)
    who, _equals, note = str(raw).partition("=")
    return {"citizen": who.strip(), "note": note}


@command(
    "goal",
    N_("The person's own job goal."),
    CITIZEN,
    flag("text", N_("The goal in the person's words.")),
    flag("hours", N_("Hours per week aimed at.")),
    flag("date", DATE_HELP),
)
def _goal(services: "Services", given: Given) -> Saved:
    given.values["target_minutes_per_week"] = given.take("hours") or given.values.get("target_minutes_per_week")
    goal = _goal_record(given, "job_goal")
    return services.goals.set_job_goal(goal.citizen_id, goal.text, goal.target_minutes_per_week, goal.set_on)


@command(
    "step",
    N_("A small step towards the goal."),
    CITIZEN,
    flag("text", N_("The step.")),
    flag("due", N_("The day it is meant for.")),
    flag("date", DATE_HELP),
)
def _step(services: "Services", given: Given) -> Saved:
    goal = _goal_record(given, "step")
    return services.goals.add_step(goal.citizen_id, goal.text, goal.due, goal.set_on)


def _goal_record(given: Given, kind: str) -> Any:
    from sync.records.types import Goal

    given.default(kind=kind, set_on=given.take("date") or given.today.isoformat())
    goal = given.record(Goal)
    given.check()
    return goal


@command(
    "note",
    N_("How it goes with a goal or step, in the person's words."),
    flag("goal", N_("Id of the goal or step.")),
    flag("text", N_("The note.")),
    flag("date", DATE_HELP),
)
def _note(services: "Services", given: Given) -> Saved:
    goal_id = given.take("goal") or given.take("goal_id")
    on = day(given, "date") or given.today
    if not goal_id:
        given.faults.append(FieldError("goal", "required"))
    given.check()
    return services.goals.note(str(goal_id), str(given.take("text") or ""), on)


@command(
    "plan",
    N_("An agreed follow-up."),
    CITIZEN,
    COMPANY,
    flag("what", N_("What is to happen.")),
    flag("due", N_("The day.")),
    flag("at", N_("The time.")),
    flag("place", N_("Where.")),
    flag("who", N_("Who takes part.")),
)
def _plan(services: "Services", given: Given) -> Saved:
    follow_up = given.record(FollowUp)
    given.check()
    return services.plans.add(follow_up)


@command(
    "promise",
    N_("Something you promised."),
    CITIZEN,
    COMPANY,
    flag("text", N_("What.")),
    flag("due", N_("The day.")),
    flag("date", DATE_HELP),
)
def _promise(services: "Services", given: Given) -> Saved:
    given.default(made_on=given.take("date") or given.today.isoformat())
    promise = given.record(Promise)
    given.check()
    return services.plans.add_promise(promise)


@command(
    "memo",
    N_("A note to yourself."),
    flag("text", N_("What.")),
    flag("due", N_("The day.")),
    CITIZEN,
    COMPANY,
)
def _memo(services: "Services", given: Given) -> Saved:
    memo = given.record(Memo)
    given.check()
    return services.plans.add_memo(memo)


@command(
    "placement",
    N_("A stay at a workplace, with its first hours."),
    CITIZEN,
    COMPANY,
    flag("type", N_("ordinary_employment, wage_subsidy, internship, flexjob, education or taster.")),
    flag("start", N_("First day.")),
    flag("planned_end", N_("Last day as planned.")),
    flag("status", N_("planned, active, completed, interrupted, converted or cancelled.")),
    flag("hours", N_("Hours per week.")),
    flag("measure", N_("What the hours count as: ordinary, flexjob or internship.")),
    flag("job_title", N_("Job title.")),
    flag("agreement_on", N_("The day the agreement was signed.")),
    flag("company_contact_id", N_("Id of the contact person.")),
    NOTE,
)
def _placement(services: "Services", given: Given) -> Saved:
    hours, minutes = given.take("hours"), given.take("minutes_per_week")
    measure = given.take("measure")
    figures = coerced(Hours, {"minutes_per_week": hours if hours is not None else minutes}, given.now, given.faults)
    placement = given.record(Placement)
    given.check()
    return services.work.add_placement(placement, minutes_per_week=figures.get("minutes_per_week"), measure=measure)


@command(
    "hours",
    N_("Hours per week from a day on."),
    CITIZEN,
    flag("placement_id", N_("Id of the placement.")),
    flag("start", N_("First day.")),
    flag("end", N_("Last day, if it is known.")),
    flag("hours", N_("Hours per week.")),
    flag("measure", N_("What the hours count as: ordinary, flexjob or internship.")),
    NOTE,
)
def _hours(services: "Services", given: Given) -> Saved:
    hours = given.take("hours")
    if hours is not None:
        given.values["minutes_per_week"] = hours
    record = given.record(Hours)
    given.check()
    return services.work.add_hours(record)


@command(
    "company",
    N_("A new company."),
    flag("name", N_("Name.")),
    flag("cvr", N_("CVR number.")),
    flag("p_number", N_("P-number.")),
    flag("phone", N_("Phone number.")),
    flag("email", N_("E-mail.")),
    flag("address", N_("Address.")),
    flag("area", N_("Area.")),
    flag("industry", N_("Industry.")),
    flag("employees", N_("How many work there.")),
    flag("stage", N_("found, contacted, meeting, agreement, active or resting.")),
    flag("motivation", N_("social_engagement, tasks or economy.")),
    flag("tasks", N_("Tasks there.")),
    NOTE,
)
def _company(services: "Services", given: Given) -> Saved:
    company = given.record(Company)
    given.check()
    return services.companies.add(company)


@command(
    "company-contact",
    N_("A named person at a company."),
    COMPANY,
    flag("name", N_("Name.")),
    flag("title", N_("Title.")),
    flag("phone", N_("Phone number.")),
    flag("email", N_("E-mail.")),
)
def _company_contact(services: "Services", given: Given) -> Saved:
    contact = given.record(CompanyContact)
    given.check()
    return services.companies.add_contact(contact)


@command(
    "consent",
    N_("What a person allows, refuses or takes back."),
    CITIZEN,
    flag("kind", N_("network, company_tasks, company_hours, company_needs, health, partners or other.")),
    flag("state", N_("given, refused or withdrawn.")),
    flag("date", DATE_HELP),
    flag("expires", N_("The last day it holds.")),
    flag("receiver", N_("To whom.")),
    NOTE,
)
def _consent(services: "Services", given: Given) -> Saved:
    given.default(stated_on=given.take("date") or given.today.isoformat())
    consent = given.record(Consent)
    given.check()
    return services.consents.state(consent)


@command(
    "role",
    N_("Who helps a person in which role."),
    CITIZEN,
    flag("staff", N_("Id of the colleague.")),
    flag("role", N_("broker, substitute, caseworker, mentor and so on.")),
    flag("start", N_("First day.")),
)
def _role(services: "Services", given: Given) -> Saved:
    start = day(given, "start") or given.today
    citizen_id, role = about(given), given.take("role")
    staff_id = given.take("staff") or services.me.staff_id
    if role is None:
        given.faults.append(FieldError("role", "required"))
    given.check()
    return services.people.assign_role(citizen_id, staff_id, role, start)


add.add_command(fact)
