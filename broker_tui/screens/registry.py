"""Where every screen is found, loaded when it is first shown, so that no screen imports another.

Forms are sheets that close with an `Outcome` (or None when nothing was saved); pickers close with an id or None.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple, cast

from textual.screen import ModalScreen, Screen

from broker_tui.widgets.spans import Line

PlanKind = Literal["follow_up", "promise"]
Focus = Literal["what", "due"]
CaseTab = Literal["overview", "contacts", "goals", "plan", "job", "step", "forms", "log"]


class Outcome(NamedTuple):
    """What a form did: the sentence for the answer line, and the transaction that undo takes back."""

    sentence: str
    tx: str | None = None
    record_id: str | None = None
    """The record made, where somebody may want to go on with it."""
    sign: str = "ok"


Form = ModalScreen[Outcome | None]
Picker = ModalScreen[str | None]


def exists(module: str) -> bool:
    """Whether a screen module is part of this program."""
    return find_spec(f"broker_tui.screens.{module}") is not None


def _make(module: str, name: str, *args: Any, **options: Any) -> Any:
    return getattr(import_module(f"broker_tui.screens.{module}"), name)(*args, **options)


# Places


def today() -> Screen[None]:
    """F2."""
    return cast(Screen[None], _make("today", "TodayScreen"))


def caseload() -> Screen[None]:
    """F3."""
    return cast(Screen[None], _make("caseload", "CaseloadScreen"))


def companies() -> Screen[None]:
    """F4."""
    return cast(Screen[None], _make("companies", "CompaniesScreen"))


def sync() -> Screen[None]:
    """F7."""
    return cast(Screen[None], _make("sync", "SyncScreen"))


def connect(then: "Callable[[], None] | None" = None) -> Screen[None]:
    """All there is of a caseload whose lease has run out: the way to the hub."""
    return cast(Screen[None], _make("connect", "ConnectScreen", then))


# Cards


def case_card(citizen_id: str, *, tab: CaseTab = "overview", record: str = "") -> Screen[None]:
    """Everything about one person; the cursor on `record` where the tab lists it."""
    return cast(Screen[None], _make("case_card", "CaseCardScreen", citizen_id, tab=tab, record=record))


def company_card(company_id: str, *, tab: str = "overview", record: str = "") -> Screen[None]:
    """Everything about one company; the cursor on `record` where the tab lists it."""
    return cast(Screen[None], _make("company_card", "CompanyCardScreen", company_id, tab=tab, record=record))


def trail(citizen_id: str) -> Screen[None]:
    """Who has seen and changed what about a person."""
    return cast(Screen[None], _make("trail", "TrailScreen", citizen_id))


def company_view(company_id: str) -> Screen[None]:
    """What an employer may see."""
    return cast(Screen[None], _make("company_view", "CompanyViewScreen", company_id))


# Forms


def contact_form(
    citizen_id: str | None,
    *,
    contact_id: str | None = None,
    follow_up_id: str | None = None,
    begin: str = "",
    draft_key: str | None = None,
) -> Form:
    """A contact; without a citizen a walk-in, with `contact_id` a correction.

    Args:
        citizen_id: whose case.
        contact_id: the contact that is corrected.
        follow_up_id: the agreed follow-up that saving completes.
        begin: the word for how it was made that stands there at first.
        draft_key: the draft to continue.
    """
    made = _make(
        "contact_form",
        "ContactForm",
        citizen_id,
        contact_id=contact_id,
        follow_up_id=follow_up_id,
        begin=begin,
        draft_key=draft_key,
    )
    return cast(Form, made)


def visit_form(company_id: str, *, citizen_ids: Sequence[str] = (), draft_key: str | None = None) -> Form:
    """A visit to a company with parts for the citizens talked about."""
    return cast(Form, _make("visit_form", "VisitForm", company_id, citizen_ids=citizen_ids, draft_key=draft_key))


def citizen_form(citizen_id: str | None = None, *, contact_id: str | None = None, draft_key: str | None = None) -> Form:
    """A new citizen, a change of one, or (with `contact_id`) a walk-in who is taken in."""
    return cast(Form, _make("citizen_form", "CitizenForm", citizen_id, contact_id=contact_id, draft_key=draft_key))


def company_form(company_id: str | None = None, *, draft_key: str | None = None) -> Form:
    """A new company or a change of one."""
    return cast(Form, _make("company_form", "CompanyForm", company_id, draft_key=draft_key))


def plan_form(
    citizen_id: str | None = None,
    *,
    company_id: str | None = None,
    kind: PlanKind = "follow_up",
    record_id: str | None = None,
    focus: Focus = "what",
    draft_key: str | None = None,
) -> Form:
    """An agreed follow-up or a promise; with `record_id` a change of one, with the cursor in field `focus`."""
    made = _make(
        "plan_form",
        "PlanForm",
        citizen_id,
        company_id=company_id,
        kind=kind,
        record_id=record_id,
        focus=focus,
        draft_key=draft_key,
    )
    return cast(Form, made)


def goal_form(citizen_id: str, *, goal_id: str | None = None, draft_key: str | None = None) -> Form:
    """The citizen's own job goal, a step towards it, or a change of one."""
    return cast(Form, _make("goal_form", "GoalForm", citizen_id, goal_id=goal_id, draft_key=draft_key))


def placement_form(
    citizen_id: str,
    *,
    company_id: str | None = None,
    placement_id: str | None = None,
    draft_key: str | None = None,
) -> Form:
    """A placement or a change of one."""
    made = _make(
        "placement_form",
        "PlacementForm",
        citizen_id,
        company_id=company_id,
        placement_id=placement_id,
        draft_key=draft_key,
    )
    return cast(Form, made)


def agreement_form(citizen_id: str, *, company_id: str | None = None, draft_key: str | None = None) -> Form:
    """Placement, terms, contact person, follow-up and registrations in one save."""
    made = _make("agreement_form", "AgreementForm", citizen_id, company_id=company_id, draft_key=draft_key)
    return cast(Form, made)


def interview_form(citizen_id: str, *, draft_key: str | None = None) -> Form:
    """A job interview with outcome and next step."""
    return cast(Form, _make("interview_form", "InterviewForm", citizen_id, draft_key=draft_key))


def hours_form(citizen_id: str, *, hours_id: str | None = None, draft_key: str | None = None) -> Form:
    """Hours per week from a day on, or a correction."""
    return cast(Form, _make("hours_form", "HoursForm", citizen_id, hours_id=hours_id, draft_key=draft_key))


def plan_many_form(citizen_ids: Sequence[str], *, draft_key: str | None = None) -> Form:
    """One follow-up for each of several people."""
    return cast(Form, _make("plan_many_form", "PlanManyForm", citizen_ids, draft_key=draft_key))


def memo_form(
    *,
    citizen_id: str | None = None,
    company_id: str | None = None,
    record_id: str | None = None,
    focus: Focus = "what",
    draft_key: str | None = None,
) -> Form:
    """The broker's own note to self, or a change of one."""
    made = _make(
        "memo_form",
        "MemoForm",
        citizen_id=citizen_id,
        company_id=company_id,
        record_id=record_id,
        focus=focus,
        draft_key=draft_key,
    )
    return cast(Form, made)


def consent_form(citizen_id: str, *, draft_key: str | None = None) -> Form:
    """What the citizen allows to be told to whom."""
    return cast(Form, _make("consent_form", "ConsentForm", citizen_id, draft_key=draft_key))


def company_contact_form(company_id: str, *, contact_id: str | None = None, draft_key: str | None = None) -> Form:
    """A named person at a company, or a change of one."""
    made = _make("company_contact_form", "CompanyContactForm", company_id, contact_id=contact_id, draft_key=draft_key)
    return cast(Form, made)


def progression_form(
    citizen_id: str, goal_id: str = "", *, note_id: str | None = None, draft_key: str | None = None
) -> Form:
    """How it goes with a goal, in the citizen's own words; with `note_id` a correction of such a note."""
    made = _make("goal_form", "ProgressionForm", citizen_id, goal_id=goal_id, note_id=note_id, draft_key=draft_key)
    return cast(Form, made)


def fact_form(citizen_id: str, *, draft_key: str | None = None, **args: str) -> Form:
    """What a programme asks for and no other form holds: `case_id`, `kind`, and the `rule` it closes."""
    return cast(Form, _make("fact_form", "FactForm", citizen_id, draft_key=draft_key, **args))


def programme_form(
    citizen_id: str,
    *,
    case_id: str = "",
    form: str = "",
    record: str = "",
    company: str = "",
    focus: str = "",
    draft_key: str | None = None,
) -> Form:
    """A form of the case's programme, drawn from its definition.

    Args:
        citizen_id: whose.
        case_id: under which case.
        form: its id in the programme.
        record: what is continued; without it the one begun last, or a new one.
        focus: the field to stand in, or `list.field` for a new row of a list.
        draft_key: the draft to continue.
    """
    made = _make(
        "programme_form",
        "ProgrammeForm",
        citizen_id,
        case_id=case_id,
        form=form,
        record=record,
        company=company,
        focus=focus,
        draft_key=draft_key,
    )
    return cast(Form, made)


RuleFormName = Literal["snooze", "explain", "waive", "settle", "confirm_step"]


def rule_form(form: RuleFormName, citizen_id: str, *, draft_key: str | None = None, **args: str) -> Form:
    """What people say about rules and steps of a case: `case_id`, the `rule` and its `obligation`, or the `item`."""
    module, name = RULE_FORMS[form]
    return cast(Form, _make(module, name, citizen_id, draft_key=draft_key, **args))


RULE_FORMS = {
    "snooze": ("snooze_form", "SnoozeForm"),
    "explain": ("rule_forms", "ExplainForm"),
    "waive": ("rule_forms", "WaiveForm"),
    "settle": ("rule_forms", "SettleForm"),
    "confirm_step": ("step_form", "ConfirmStepForm"),
}
"""Module and name of each form about a rule or a step."""


def course_form(
    what: Literal["close_case", "open_case", "end_placement", "role", "end_role", "step", "handover"],
    citizen_id: str,
    *,
    draft_key: str | None = None,
    **ids: str,
) -> Form:
    """A short question about a course, a placement or a role; `ids` name the record (`case_id`, `role_id`)."""
    module, name = COURSE_FORMS[what]
    return cast(Form, _make(module, name, citizen_id, draft_key=draft_key, **ids))


COURSE_FORMS = {
    "close_case": ("course_forms", "CloseCaseForm"),
    "open_case": ("course_forms", "OpenCaseForm"),
    "end_placement": ("course_forms", "EndPlacementForm"),
    "role": ("case_forms", "RoleForm"),
    "end_role": ("case_forms", "EndRoleForm"),
    "step": ("case_forms", "StepForm"),
    "handover": ("handover_forms", "HandoverForm"),
}
"""Module and name of each short question."""


def decline_form(offer_id: str, *, draft_key: str | None = None) -> Form:
    """Say no to a case that is offered."""
    return cast(Form, _make("handover_forms", "DeclineForm", offer_id, draft_key=draft_key))


def substitute_form(citizen_id: str | None = None, *, draft_key: str | None = None) -> Form:
    """Somebody stands in, for one person or for all of one's cases."""
    return cast(Form, _make("handover_forms", "SubstituteForm", citizen_id, draft_key=draft_key))


def team_form(what: Literal["found", "call_off"], *, draft_key: str | None = None, **about: Any) -> Form:
    """A new course team, or calling off one of its days."""
    name = {"found": "FoundTeamForm", "call_off": "CallOffForm"}[what]
    return cast(Form, _make("team_forms", name, draft_key=draft_key, **about))


def shift_form(
    what: Literal["hours", "mentor"], citizen_id: str, *, draft_key: str | None = None, **about: str
) -> Form:
    """Hours of a shift, or the mentor's time of a week; `about` says `case_id`, `job_id` and `day`."""
    name = {"hours": "ShiftHoursForm", "mentor": "MentorTimeForm"}[what]
    return cast(Form, _make("shift_forms", name, citizen_id, draft_key=draft_key, **about))


def visit_correction(company_id: str, *, visit_id: str = "", draft_key: str | None = None) -> Form:
    """The company's part of a visit, corrected."""
    return cast(Form, _make("visit_correction", "VisitCorrection", company_id, visit_id=visit_id, draft_key=draft_key))


# Pickers


def person_picker(title: str, *, exclude: Sequence[str] = ()) -> Picker:
    """Choose a citizen who is not among `exclude`; closes with the id."""
    return cast(Picker, _make("person_picker", "PersonPicker", title, exclude=exclude))


def company_picker(title: str, *, begin: str = "", exclude: Sequence[str] = ()) -> Picker:
    """Choose a company that is not among `exclude`, with `begin` typed already; closes with the id."""
    return cast(Picker, _make("person_picker", "CompanyPicker", title, begin=begin, exclude=exclude))


def choice_picker(title: str, pairs: Sequence[tuple[str, str]], *, begin: str = "") -> Picker:
    """Choose one of `pairs` of ids and names; closes with the id."""
    return cast(Picker, _make("choice_picker", "ChoicePicker", title, pairs, begin=begin))


def choose_menu(question: str, offered: Sequence[tuple[str, str]]) -> Picker:
    """One of several by key and name; closes with the key."""
    return cast(Picker, _make("choose_menu", "ChooseMenu", question, offered))


def carry_over(old: Any, new: Any, values: Any, names: Any) -> ModalScreen[bool]:
    """What the newest version of a form asks otherwise; closes with True to carry it over."""
    return cast(ModalScreen[bool], _make("carry_over", "CarryOver", old, new, values, names))


def caseload_filter() -> Picker:
    """Which people the caseload shows; closes with `all`, `area:<name>` or `programme:<code>`."""
    return cast(Picker, _make("caseload_filter", "CaseloadFilter"))


def read_sheet(title: Line, content: Sequence[Line]) -> ModalScreen[None]:
    """A text in full."""
    return cast(ModalScreen[None], _make("read_sheet", "ReadSheet", title, content))


# Own sheets and pages


def unlock() -> Screen[None]:
    """The lock screen."""
    return cast(Screen[None], _make("unlock", "UnlockScreen"))


def first_run() -> Screen[None]:
    """Setting up."""
    return cast(Screen[None], _make("first_run", "FirstRunScreen"))


def find() -> Screen[None]:
    """Find people, companies and notes."""
    return cast(Screen[None], _make("find", "FindScreen"))


def new_menu() -> Picker:
    """What can be made; closes with the name of the hook."""
    return cast(Picker, _make("new_menu", "NewMenu"))


def palette(screen: Screen[Any]) -> ModalScreen[Any]:
    """Every action that `screen` allows."""
    return cast(ModalScreen[Any], _make("palette", "PaletteScreen", screen))


def help_screen(screen: Screen[Any]) -> ModalScreen[None]:
    """The keys that work on `screen`."""
    return cast(ModalScreen[None], _make("help", "HelpScreen", screen))


def drafts() -> Screen[None]:
    """Forms that were begun."""
    return cast(Screen[None], _make("drafts", "DraftsScreen"))


def unsent() -> Screen[None]:
    """Everything the hub has not confirmed."""
    return cast(Screen[None], _make("unsent", "UnsentScreen"))


def news() -> Screen[None]:
    """What others changed since somebody last looked."""
    return cast(Screen[None], _make("news", "NewsScreen"))


def receipts() -> Screen[None]:
    """All receipts, with a field to find one."""
    return cast(Screen[None], _make("receipts", "ReceiptsScreen"))


def receipt(kept: Any) -> Screen[None]:
    """What one receipt covers."""
    return cast(Screen[None], _make("receipts", "ReceiptScreen", kept))


def history() -> Screen[None]:
    """Everything that was changed."""
    return cast(Screen[None], _make("history", "HistoryScreen"))


def walk_ins() -> Screen[None]:
    """People who came in and are on no caseload."""
    return cast(Screen[None], _make("walk_ins", "WalkInsScreen"))


def team(name: str = "") -> Screen[None]:
    """The register of a course team; without a name of the first."""
    return cast(Screen[None], _make("team", "TeamScreen", name))


def shifts(company_id: str = "") -> Screen[None]:
    """The week of a flex-job workplace; without one of the first."""
    return cast(Screen[None], _make("shifts", "ShiftsScreen", company_id))


def devices() -> Screen[None]:
    """The broker's own laptops."""
    return cast(Screen[None], _make("devices", "DevicesScreen"))


def backups() -> Screen[None]:
    """Backups of this caseload."""
    return cast(Screen[None], _make("backups", "BackupsScreen"))


def rescued(found: Any) -> ModalScreen[None]:
    """What a rescue brought back."""
    from broker_tui.i18n import rescue_words

    return cast("ModalScreen[None]", _make("read_sheet", "ReadSheet", *rescue_words.told(found)))


def export(citizen_id: str | None) -> ModalScreen[Any]:
    """Write something to a file; closes with what was written."""
    return cast("ModalScreen[Any]", _make("export_sheet", "ExportSheet", citizen_id))


def leaving() -> Screen[None]:
    """Whose closed cases leave this laptop."""
    return cast(Screen[None], _make("leaving", "LeavingScreen"))


def local_settings(programme: str = "") -> Screen[None]:
    """What the municipality sets, beginning at a programme."""
    return cast(Screen[None], _make("local_settings", "LocalSettingsScreen", programme))


def settings() -> Screen[None]:
    """Language, look, passphrase."""
    return cast(Screen[None], _make("settings", "SettingsScreen"))


def rules(programme: str = "") -> Screen[None]:
    """What the programmes ask, rule by rule, beginning at a programme."""
    return cast(Screen[None], _make("rules", "RulesScreen", programme))


def rule_page(rule: str, case_id: str = "") -> Screen[None]:
    """One rule in full, and how it stands for a case."""
    return cast(Screen[None], _make("rule_page", "RulePage", rule, case_id))


def import_screen() -> Screen[None]:
    """Import of citizens, companies, placements and contacts from files."""
    return cast(Screen[None], _make("import_screen", "ImportScreen"))
