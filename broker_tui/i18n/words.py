"""The trade's words for every code of the records, in the broker's language: labels, field names and sentences.

Codes stay codes in records and views; here they become words where they are shown. Danish words come from the
glossary of the trade.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from broker_tui.domain.views import FieldError, TodayItem
from broker_tui.i18n import N_, _
from broker_tui.i18n.format import dated, hours, integer

LABELS: dict[str, dict[str, str]] = {
    "programme": {
        "guarantee": N_("Education and job guarantee"),
        "fsm2": N_("More people in work 2"),
        "uif2": N_("Development in flex jobs II"),
        "flexjob": N_("Flex-job trial"),
        "mastery": N_("Job-oriented mastering course"),
    },
    "case_role": {
        "broker": N_("Job broker"),
        "substitute": N_("Substitute"),
        "caseworker": N_("Caseworker"),
        "outreach_consultant": N_("Outreach job consultant"),
        "company_consultant": N_("Company consultant"),
        "lead": N_("Project lead"),
        "mentor": N_("Mentor"),
        "teacher": N_("Teacher"),
        "coach": N_("Coach"),
        "fixed_contact": N_("Fixed contact person"),
        "citizen": N_("Citizen"),
        "company_contact": N_("Contact person at the company"),
    },
    "staff_role": {
        "broker": N_("Job broker"),
        "authority": N_("Authority"),
        "lead": N_("Project lead"),
        "admin": N_("Administrator"),
    },
    "case_status": {"open": N_("Open"), "closed": N_("Closed")},
    "contact_kind": {
        "meeting": N_("Meeting"),
        "video": N_("Video"),
        "phone": N_("Phone"),
        "text": N_("SMS"),
        "letter": N_("Letter"),
    },
    "direction": {"in": N_("Incoming"), "out": N_("Outgoing")},
    "outcome": {
        "reached": N_("Held"),
        "not_reached": N_("No answer"),
        "no_show": N_("No show"),
        "cancelled_by_citizen": N_("Cancelled by the citizen"),
        "cancelled_by_staff": N_("Cancelled by us"),
    },
    "place": {
        "company": N_("At the company"),
        "jobcenter": N_("Jobcenter"),
        "outreach_office": N_("Outreach office"),
        "home_or_stay": N_("At home"),
        "elsewhere": N_("Elsewhere"),
        "remote": N_("Remote"),
    },
    "placement_type": {
        "ordinary_employment": N_("Ordinary job"),
        "wage_subsidy": N_("Subsidised job"),
        "internship": N_("Internship"),
        "flexjob": N_("Flex job"),
        "education": N_("Education"),
        "taster": N_("Taster"),
    },
    "placement_status": {
        "planned": N_("Planned"),
        "active": N_("Running"),
        "completed": N_("Completed"),
        "interrupted": N_("Interrupted"),
        "converted": N_("Converted"),
        "cancelled": N_("Never started"),
    },
    "measure": {
        "ordinary": N_("Ordinary hours"),
        "flexjob": N_("Flex-job hours"),
        "internship": N_("Internship hours"),
    },
    "goal_kind": {"job_goal": N_("Job goal"), "step": N_("Step")},
    "goal_state": {
        "open": N_("Not begun"),
        "under_way": N_("Under way"),
        "reached": N_("Reached"),
        "dropped": N_("Dropped"),
    },
    "task_state": {"open": N_("Open"), "done": N_("Done"), "dropped": N_("Dropped")},
    "form_state": {"begun": N_("Begun"), "complete": N_("Complete")},
    "company_stage": {
        "found": N_("Found"),
        "contacted": N_("Contacted"),
        "meeting": N_("Meeting agreed"),
        "agreement": N_("Agreement"),
        "active": N_("Active"),
        "resting": N_("Resting"),
    },
    "motivation": {
        "social_engagement": N_("Social engagement"),
        "tasks": N_("Tasks"),
        "economy": N_("Economy"),
    },
    "consent_kind": {
        "network": N_("Involve the network"),
        "company_tasks": N_("Tell the company: tasks"),
        "company_hours": N_("Tell the company: hours"),
        "company_needs": N_("Tell the company: needs"),
        "health": N_("Health information"),
        "partners": N_("Partners"),
        "other": N_("Other"),
    },
    "consent_state": {"given": N_("Given"), "refused": N_("Refused"), "withdrawn": N_("Withdrawn")},
    "handover_state": {
        "offered": N_("Offered"),
        "accepted": N_("Accepted"),
        "declined": N_("Declined"),
        "withdrawn": N_("Withdrawn"),
    },
    "due_state": {
        "overdue": N_("Past due"),
        "today": N_("Today"),
        "this_week": N_("This week"),
        "later": N_("Later"),
        "undated": N_("No date"),
    },
    "today_kind": {
        "follow_up": N_("Follow-up"),
        "promise": N_("Promise"),
        "memo": N_("Memo"),
        "consent": N_("Consent"),
    },
    "record_type": {
        "staff": N_("Colleague"),
        "citizen": N_("Citizen"),
        "case": N_("Course"),
        "role_assignment": N_("Role"),
        "handover": N_("Hand-over"),
        "handover_pack": N_("Hand-over pack"),
        "found_team": N_("Course team"),
        "call_off": N_("Day called off"),
        "shift_hours": N_("Hours of a shift"),
        "mentor_time": N_("Mentor time"),
        "contact": N_("Contact"),
        "promise": N_("Promise"),
        "company": N_("Company"),
        "company_contact": N_("Contact person"),
        "company_visit": N_("Company visit"),
        "placement": N_("Placement"),
        "hours": N_("Hours"),
        "goal": N_("Goal"),
        "progression_note": N_("Progression note"),
        "follow_up": N_("Follow-up"),
        "consent": N_("Consent"),
        "memo": N_("Memo"),
        "fact": N_("Programme fact"),
        "form": N_("Form"),
        "conflict": N_("Difference"),
    },
    "op_kind": {
        "create": N_("new"),
        "patch": N_("changed"),
        "delete": N_("withdrawn"),
        "restore": N_("brought back"),
        "move": N_("moved to another person"),
        "resolve": N_("difference settled"),
    },
    "sent": {
        "unsent": N_("unsent"),
        "sent": N_("sent"),
        "refused": N_("refused"),
        "received": N_("received"),
    },
    "closes_with": {
        "contact": N_("a contact, or done"),
        "done": N_("done"),
        "consent": N_("a new consent"),
        "rule": N_("what the programme asks"),
    },
}
"""Codes and their words by table, in the order in which choices show them."""

BADGES = {"guarantee": "UJG", "fsm2": "FSM2", "uif2": "UIF2", "flexjob": "FLEKS", "mastery": "MEST"}
"""Short names of the programmes, the same in both languages."""
_STEP_WORDS = {
    "guarantee": N_("step {number}"),
    "fsm2": N_("step {number}"),
    "uif2": N_("phase {number}"),
    "flexjob": N_("el. {number}"),
    "mastery": N_("phase {number}"),
}
_STATES = {
    "candidate": N_("candidate"),
    "before_job": N_("before job"),
    "in_job": N_("in job"),
    "aftercare": N_("aftercare"),
    "group2": N_("group 2"),
    "rehab_branch": N_("rehab team"),
    "not_target": N_("outside"),
    "not_now": N_("not now"),
    "treatment_first": N_("treatment"),
}
"""Steps and states that have no number."""
TABLES: dict[tuple[str, str], str] = {
    ("case", "programme"): "programme",
    ("case", "status"): "case_status",
    ("fact", "programme"): "programme",
    ("form", "programme"): "programme",
    ("form", "state"): "form_state",
    ("role_assignment", "role"): "case_role",
    ("staff", "role"): "staff_role",
    ("contact", "kind"): "contact_kind",
    ("contact", "direction"): "direction",
    ("contact", "outcome"): "outcome",
    ("contact", "place"): "place",
    ("contact", "participants"): "case_role",
    ("company_visit", "place"): "place",
    ("company", "stage"): "company_stage",
    ("company", "motivation"): "motivation",
    ("placement", "type"): "placement_type",
    ("placement", "status"): "placement_status",
    ("hours", "measure"): "measure",
    ("goal", "kind"): "goal_kind",
    ("goal", "state"): "goal_state",
    ("promise", "state"): "task_state",
    ("follow_up", "state"): "task_state",
    ("memo", "state"): "task_state",
    ("consent", "kind"): "consent_kind",
    ("consent", "state"): "consent_state",
    ("handover", "state"): "handover_state",
}
"""Which table the codes of a field come from."""

FIELDS: dict[str, str] = {
    "active": N_("Still there"),
    "actual_end": N_("Last day"),
    "address": N_("Address"),
    "agreed": N_("Agreed"),
    "agreement_on": N_("Agreement signed"),
    "answer": N_("Answer"),
    "answered_on": N_("Answered on"),
    "area": N_("Area"),
    "at": N_("Time"),
    "benefit": N_("Benefit"),
    "before": N_("Before"),
    "case_id": N_("Course"),
    "citizen": N_("Citizen"),
    "citizen_id": N_("Citizen"),
    "closed_on": N_("Closed on"),
    "closed_reason": N_("Reason"),
    "company": N_("Company"),
    "company_contact_id": N_("Contact person"),
    "company_id": N_("Company"),
    "contact_id": N_("Contact"),
    "contact_ids": N_("Who took part"),
    "cpr": N_("CPR number"),
    "cvr": N_("CVR number"),
    "date": N_("Date"),
    "direction": N_("Direction"),
    "done_on": N_("Done on"),
    "due": N_("Date"),
    "email": N_("E-mail"),
    "employees": N_("Employees"),
    "end": N_("End"),
    "expires": N_("Holds until"),
    "from_id": N_("Handed over by"),
    "goal_id": N_("Goal"),
    "handover": N_("Hand-over"),
    "industry": N_("Industry"),
    "job_title": N_("Job title"),
    "kind": N_("Kind"),
    "known_from": N_("Known from"),
    "language": N_("Language"),
    "local_number": N_("Local number"),
    "made_on": N_("Promised on"),
    "measure": N_("Kind of hours"),
    "minutes": N_("Minutes"),
    "minutes_per_week": N_("Hours per week"),
    "motivation": N_("Motivation"),
    "name": N_("Name"),
    "needs_reply": N_("Needs a reply"),
    "note": N_("Note"),
    "noted_on": N_("Noted on"),
    "occurred_at": N_("Time"),
    "occurred_on": N_("Date"),
    "offered_on": N_("Offered on"),
    "open_counselling": N_("Open counselling"),
    "others": N_("Others"),
    "outcome": N_("Outcome"),
    "p_number": N_("P-number"),
    "parent_id": N_("Goal above"),
    "participants": N_("Who took part"),
    "phone": N_("Phone number"),
    "place": N_("Place"),
    "placement_id": N_("Placement"),
    "planned_end": N_("Planned end"),
    "position": N_("Order"),
    "programme": N_("Programme"),
    "promised": N_("Promised by us"),
    "receiver": N_("To whom"),
    "reference": N_("Reference"),
    "replaces": N_("Corrects"),
    "role": N_("Role"),
    "set_on": N_("Set on"),
    "staff_id": N_("Colleague"),
    "same_as": N_("The same company as"),
    "stage": N_("Stage"),
    "start": N_("Start"),
    "state": N_("State"),
    "state_on": N_("State since"),
    "stated_on": N_("Said on"),
    "status": N_("Status"),
    "step": N_("Step"),
    "step_confirmed_by": N_("Confirmed by"),
    "step_since": N_("Step since"),
    "target_minutes_per_week": N_("Goal, hours per week"),
    "tasks": N_("Tasks"),
    "transaction": N_("Change"),
    "text": N_("Text"),
    "title": N_("Title"),
    "to_id": N_("Handed over to"),
    "topics": N_("Topics"),
    "two_way": N_("Both wrote"),
    "type": N_("Type"),
    "visit_id": N_("Visit"),
    "walk_in_name": N_("Name of the walk-in"),
    "walk_in_phone": N_("Phone of the walk-in"),
    "what": N_("What"),
    "who": N_("Who"),
    "on": N_("Date"),
    "until": N_("Until"),
    "values": N_("Fields"),
    "team": N_("Course team"),
    "form": N_("Form"),
    "version": N_("Version"),
}
"""Field names; a name means the same in every record type."""

_ERRORS: dict[str, str] = {
    "required": N_("Something is missing here. Fill it in."),
    "who_is_missing": N_("It is not said whom this is about. Choose a person or write a name."),
    "too_long": N_("The text has {length} characters; {limit} is the most. Shorten it."),
    "approved": N_("This was approved and stands. Add a new line that corrects it."),
    "outside": N_("The number does not fit. Write one from {low} to {high}."),
    "not_allowed": N_("This value does not exist. Choose one of those offered."),
    "no_fact_kind": N_("{programme} has no facts called {kind}. See: broker programmes show {programme} --facts."),
    "no_fact_field": N_("{kind} has no such field. It has: {known}."),
    "no_fact_code": N_("This value does not exist. It is one of: {known}."),
    "bad_fact": N_("{what}. Correct the file."),
    "documentation_debt": N_("Registrations are missing ({count}). Make them first; the step can be confirmed then."),
    "cannot_be_explained": N_("A mandatory rule cannot be explained. Somebody with authority can waive it."),
    "out_of_reach": N_("An explanation holds from {first} to {last} at most. Choose a day between."),
    "reason_short": N_("Say in a few words why this has to leave unsealed. The reason is kept in the audit log."),
    "no_municipality": N_("This laptop knows no key of the municipality yet. Join a hub, or choose a passphrase."),
    "no_folder": N_("There is no such folder. Choose one that is there."),
    "file_exists": N_("There is such a file already. Name another one."),
    "set_by_hub": N_("The municipality has said how long. It cannot be changed here."),
    "out_of_bounds": N_("The number cannot be right. Write one between {low} and {high}."),
    "in_past": N_("The day has passed. Choose a later one."),
    "unknown_field": N_("This record has no such field. Check the spelling."),
    "date_missing": N_("A date is missing. Write one, for example 24/11 or fri."),
    "not_a_date": N_("This is no date. Write for example 24/11, fri, +14d or 2026-11-24."),
    "not_a_time": N_("This is no time. Write for example 9.40 or 14."),
    "no_such_day": N_("This day does not exist. Check day, month and year."),
    "no_such_time": N_("This time does not exist. Use 0.00 to 23.59."),
    "date_range": N_("The year {year} cannot be right. Check the date."),
    "team_exists": N_("There is a team called {team} already. Give this one another name."),
    "not_in_programme": N_("The case is in another programme. Open a case in mastery first."),
    "on_team_already": N_("The person is on {team} already. Nothing needs to be done."),
    "session_cancelled": N_("The day was called off, so nobody is marked. Undo the calling off first."),
    "outside_job": N_("The job does not cover {date}. Choose one of its days."),
    "in_future": N_("The date {date} lies ahead. What has happened is dated today or earlier."),
    "other_day": N_("The time belongs to another day than the date. Make them fit."),
    "end_before_start": N_("The end {end} lies before the start {start}. Change one of them."),
    "before_placement": N_("The placement starts only on {start}. Choose that day or a later one."),
    "hours_too_many": N_("More than {limit} hours cannot be right. Check the figure."),
    "hours": N_("These are no hours. Write for example 7,5 or 7:30."),
    "number": N_("This is no whole number. Use digits only."),
    "negative": N_("The figure cannot be below zero. Check it."),
    "cpr_format": N_("A CPR number has ten digits, for example 010190-0000. Check it."),
    "cpr_date": N_("A CPR number begins with a date of birth; this one does not. Check the first six digits."),
    "cpr_checksum": N_("The checksum of the CPR number does not fit. Newer numbers may be right all the same."),
    "cpr_known": N_("Somebody with this CPR number is on the caseload already. Find them instead."),
    "cpr_in_shared": N_("Colleagues read this text, and it holds a CPR number. Take the number out."),
    "cvr_format": N_("A CVR number has eight digits. Check it."),
    "cvr_checksum": N_("The checksum of the CVR number does not fit. Check it."),
    "one_already": N_("These two are one company already. Choose another one."),
    "only_one": N_("Nobody has said that this company was entered twice. There is nothing to part."),
    "cvr_known": N_("A company with this number is there already. Find it instead."),
    "p_number_format": N_("A P-number has ten digits. Check it."),
    "move_instead": N_("A correction stays with the same person. Move the contact instead."),
    "already_there": N_("The contact belongs to this person already. Choose another one."),
    "other_person": N_("This placement belongs to another person. Choose one of this person's."),
    "other_company": N_("This person works at another company. Choose one of this company's."),
    "company_known": N_("A company of this name is there already. Choose it in the field above."),
    "too_many_days": N_("More than {limit} agreed days cannot be right. Check the dates."),
    "twice": N_("The same person stands here twice. Remove one of them."),
    "not_found": N_("Nothing answers to this. Check it, or use find."),
    "ambiguous": N_("Several answer to this. Be more precise, or use the id."),
    "both_needs_text": N_("Only texts can be joined. Choose mine, theirs or before."),
    "offered_already": N_("The case is offered to somebody already. Withdraw that offer first."),
    "not_yours": N_("You stand in for somebody here. Whoever has the case hands it over."),
    "not_to_self": N_("That is you. Choose a colleague."),
    "not_open_offer": N_("The offer is answered already. There is nothing left to do."),
    "no_cases": N_("There is no case of yours to stand in for. Choose one you have yourself."),
    "passphrases_differ": N_("The two passphrases are not the same. Type them again."),
}
"""Sentences by the code of a `FieldError`: what is wrong, and what to do."""


UNDO: dict[str, str] = {
    "settled": N_("A settled difference cannot be undone; change the record instead."),
    "changed_since": N_("It was changed again since; there is nothing left to undo."),
    "told": N_("A hand-over is no secret change: withdraw the offer on Sync, or offer the case back."),
    "in_use": N_("Something later builds on it; undo or move that first."),
}
"""Why something cannot be taken back."""


def label(table: str, code: str | None) -> str:
    """The word for a code; an unknown code (of a newer hub) is shown as it is."""
    if code is None:
        return ""
    word = LABELS[table].get(code)
    return _(word) if word is not None else code


def codes(table: str) -> list[tuple[str, str]]:
    """Codes with their words, in the order in which choices show them."""
    return [(code, _(word)) for code, word in LABELS[table].items()]


def record_type(name: str) -> str:
    """What a record is called."""
    return label("record_type", name)


def field(name: str) -> str:
    """What a field is called; of a path like `parts.0.note` the last part counts."""
    last = name.rpartition(".")[2]
    word = FIELDS.get(last)
    return _(word) if word is not None else last


def value(type_name: str, name: str, raw: Any) -> str:
    """A raw value of a record as a person reads it: words for codes, dates written out, hours for minutes."""
    if raw is None or raw == "":
        return ""
    if isinstance(raw, list):
        return ", ".join(value(type_name, name, part) for part in raw)
    table = TABLES.get((type_name, name))
    if table is not None:
        return label(table, str(raw))
    if isinstance(raw, bool):
        return _("yes") if raw else _("no")
    if isinstance(raw, int) and name.endswith("minutes_per_week"):
        return hours(raw)
    day = _day(raw)
    return dated(day) if day else str(raw)


def _day(raw: Any) -> date | None:
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str) and len(raw) == 10 and raw[4] == raw[7] == "-":
        try:
            return date.fromisoformat(raw)
        except ValueError:
            return None
    return None


def programme(code: str | None) -> str:
    """The programme's full name."""
    return label("programme", code)


def badge(code: str | None) -> str:
    """The programme's short name."""
    return BADGES.get(code or "", code or "")


def step(programme_code: str | None, code: str | None) -> str:
    """`trin 2`, `fase 3`, `før job`; nothing when the step is not known."""
    if not programme_code or not code:
        return ""
    if code in _STATES:
        return _(_STATES[code])
    digits = "".join(char for char in code if char.isdigit())
    if code.startswith("exited") or not digits:
        return _("ended")
    return _(_STEP_WORDS.get(programme_code, N_("step {number}"))).format(number=digits)


def field_error(name: str, code: str, args: Mapping[str, Any] | None = None) -> str:
    """The sentence for a refused value: what is wrong and what to do."""
    sentence = _ERRORS.get(code)
    if sentence is None:
        return _("The value of {field} cannot stand. Check it.").format(field=field(name))
    return _(sentence).format(**{key: _shown(part) for key, part in (args or {}).items()})


def error_line(error: FieldError) -> str:
    """Field and sentence, as the command line prints an error."""
    return f"{field(error.field)}: {field_error(error.field, error.code, error.args)}"


def _shown(part: Any) -> str:
    if isinstance(part, date):
        return dated(part)
    return integer(part) if isinstance(part, int) and part >= 10_000 else str(part)


def undo_fault(fault: str) -> str:
    """Why something cannot be taken back."""
    return _(UNDO[fault])


def why(item: TodayItem) -> str:
    """Why something stands in Today, as a sentence."""
    if item.kind == "rule":
        from broker_tui.i18n import programme_words

        return programme_words.item_why(item)
    due = dated(item.due) if item.due else ""
    made = dated(item.made_on) if item.made_on else ""
    if item.kind == "follow_up":
        return _("Agreed follow-up for {due}.").format(due=due)
    if item.kind == "promise":
        return _("Promised on {made} for {due}.").format(made=made, due=due)
    if item.kind == "consent":
        if item.state == "overdue":
            return _("The consent of {made} ended on {due}.").format(made=made, due=due)
        return _("The consent of {made} ends on {due}.").format(made=made, due=due)
    return _("Your memo for {due}.").format(due=due) if due else _("Your memo, without a date.")


def closes_with(item: TodayItem) -> str:
    """What makes an item of Today go away."""
    if item.kind == "rule" and item.rule:
        from broker_tui.i18n import programme_words

        return programme_words.closes(item.rule)
    return label("closes_with", item.closes_with)


def what(item: TodayItem) -> str:
    """The text of an item of Today in words: a consent's kind and a rule are codes."""
    if item.kind == "rule" and item.rule:
        from broker_tui.i18n import programme_words

        return programme_words.title(item.rule)
    if item.kind == "consent":
        return _("Consent: {kind}").format(kind=label("consent_kind", item.what))
    return item.what
