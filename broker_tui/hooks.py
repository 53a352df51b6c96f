"""Ways to open a card or a form from anywhere: who it is about is asked for where it is not known."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from broker_tui.hooks_forms import FormHooks
from broker_tui.i18n import _
from broker_tui.screens import registry
from broker_tui.screens.registry import CaseTab, Focus, Form, Outcome, PlanKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from broker_tui.clipboard import Clipboard
    from broker_tui.domain.views import ChangeRow, Draft


CASE_TABS: dict[str, CaseTab] = {
    "contact": "contacts",
    "goal": "goals",
    "progression_note": "goals",
    "follow_up": "plan",
    "promise": "plan",
    "placement": "job",
    "hours": "job",
    "consent": "job",
    "fact": "step",
    "form": "forms",
}
"""Tab of a person's card on which records of a type stand; the overview for all others."""
COMPANY_TABS = {"company_visit": "visits", "company_contact": "people", "placement": "placements"}


class Hooks(FormHooks):
    """Mixed into the app. Every `new_...` ends in a form whose outcome is answered on the page below."""

    kept_clip: "Clipboard | None" = None
    """What was copied and is to be taken away again."""

    def go(self, place: str) -> None:
        """Go to a place."""
        raise NotImplementedError

    # Cards

    def open_citizen(self, citizen_id: str, tab: CaseTab = "overview") -> None:
        """The card of a person."""
        self.push_screen(registry.case_card(citizen_id, tab=tab))

    def open_company(self, company_id: str) -> None:
        """The card of a company."""
        self.push_screen(registry.company_card(company_id))

    def open_record(self, row: "ChangeRow") -> None:
        """What a change is about, on the card and tab where it stands; an answer to an offer has no card here yet."""
        if row.record_type == "handover":
            self.go("sync")
        elif row.citizen_id is not None:
            tab = CASE_TABS.get(row.record_type, "overview")
            self.push_screen(registry.case_card(row.citizen_id, tab=tab, record=row.record_id))
        elif row.company_id is not None:
            company_tab = COMPANY_TABS.get(row.record_type, "overview")
            self.push_screen(registry.company_card(row.company_id, tab=company_tab, record=row.record_id))
        elif row.record_type in ("memo", "follow_up", "promise"):
            self.edit_plan(row.record_type, row.record_id, focus="what")
        elif row.record_type == "contact":
            self.push_screen(registry.walk_ins())
        else:
            self.answer("missing", _("This belongs to no person and no company: Ctrl+G shows its history."))

    # Forms

    def fill_in(self, form: Form, then: Callable[[Outcome], None] | None = None) -> None:
        """Show a form; say what it did, then go on with `then`."""

        def done(outcome: Outcome | None) -> None:
            if outcome is None:
                return
            self.answer(outcome.sign, outcome.sentence, undo=outcome.tx is not None)
            if then is not None:
                then(outcome)

        self.push_screen(form, done)

    def with_citizen(self, citizen_id: str | None, go_on: Callable[[str], None]) -> None:
        """`go_on` with the citizen, asked for when not known."""
        known = citizen_id or getattr(self.screen, "about_citizen", None)
        self._with(known, lambda: registry.person_picker(_("Who is it about?")), go_on)

    def with_company(self, company_id: str | None, go_on: Callable[[str], None]) -> None:
        """`go_on` with the company, asked for when not known."""
        known = company_id or getattr(self.screen, "about_company", None)
        self._with(known, lambda: registry.company_picker(_("Which company?")), go_on)

    def _with(self, known: str | None, picker: Callable[[], Any], go_on: Callable[[str], None]) -> None:
        if known is not None:
            go_on(known)
            return

        def picked(chosen: str | None) -> None:
            if chosen is not None:
                go_on(chosen)

        self.push_screen(picker(), picked)

    def new_contact(self, citizen_id: str | None = None, *, follow_up_id: str | None = None, begin: str = "") -> None:
        """A contact with a person; afterwards what else is due for them is offered."""
        self.with_citizen(
            citizen_id,
            lambda known: self.fill_in(
                registry.contact_form(known, follow_up_id=follow_up_id, begin=begin),
                lambda done: self.offer_also_due(known, done),
            ),
        )

    def new_walk_in(self) -> None:
        """A contact with somebody who is on no caseload yet."""
        self.fill_in(registry.contact_form(None))

    def correct_contact(self, contact_id: str, citizen_id: str | None = None) -> None:
        """A correction of a contact; without a citizen of a walk-in."""
        self.fill_in(registry.contact_form(citizen_id, contact_id=contact_id))

    def new_visit(self, company_id: str | None = None, *, citizen_ids: Sequence[str] = ()) -> None:
        """A visit to a company."""
        self.with_company(company_id, lambda known: self.fill_in(registry.visit_form(known, citizen_ids=citizen_ids)))

    def new_follow_up(self, citizen_id: str | None = None, *, company_id: str | None = None) -> None:
        """An agreed follow-up with a person, or with a company when only that is given."""
        self._new_plan("follow_up", citizen_id, company_id)

    def new_promise(self, citizen_id: str | None = None, *, company_id: str | None = None) -> None:
        """A promise to a person, or to a company when only that is given."""
        self._new_plan("promise", citizen_id, company_id)

    def _new_plan(self, kind: PlanKind, citizen_id: str | None, company_id: str | None) -> None:
        if citizen_id is None and company_id is not None:
            self.fill_in(registry.plan_form(None, company_id=company_id, kind=kind))
            return
        self.with_citizen(
            citizen_id, lambda known: self.fill_in(registry.plan_form(known, company_id=company_id, kind=kind))
        )

    def edit_plan(self, kind: str, record_id: str, *, citizen_id: str | None = None, focus: Focus = "due") -> None:
        """Change a follow-up, promise or memo; the cursor starts in the date unless told otherwise."""
        if kind == "memo":
            self.fill_in(registry.memo_form(citizen_id=citizen_id, record_id=record_id, focus=focus))
        else:
            plan: PlanKind = "promise" if kind == "promise" else "follow_up"
            self.fill_in(registry.plan_form(citizen_id, kind=plan, record_id=record_id, focus=focus))

    def new_memo(self, citizen_id: str | None = None, *, company_id: str | None = None) -> None:
        """A note to self."""
        self.fill_in(registry.memo_form(citizen_id=citizen_id, company_id=company_id))

    def new_goal(self, citizen_id: str | None = None, *, goal_id: str | None = None) -> None:
        """A job goal or a step towards it."""
        self.with_citizen(citizen_id, lambda known: self.fill_in(registry.goal_form(known, goal_id=goal_id)))

    def new_placement(self, citizen_id: str | None = None, *, company_id: str | None = None) -> None:
        """A placement."""
        self.with_citizen(citizen_id, lambda known: self.fill_in(registry.placement_form(known, company_id=company_id)))

    def new_agreement(self, citizen_id: str | None = None, *, company_id: str | None = None) -> None:
        """Placement, terms, contact person, follow-up and registrations in one save."""
        self.with_citizen(
            citizen_id,
            lambda known: self.fill_in(
                registry.agreement_form(known, company_id=company_id), lambda done: self.offer_also_due(known, done)
            ),
        )

    def new_interview(self, citizen_id: str | None = None) -> None:
        """A job interview, its outcome and what comes next."""
        self.with_citizen(
            citizen_id,
            lambda known: self.fill_in(registry.interview_form(known), lambda done: self.offer_also_due(known, done)),
        )

    def new_hours(self, citizen_id: str | None = None) -> None:
        """Hours per week."""
        self.with_citizen(citizen_id, lambda known: self.fill_in(registry.hours_form(known)))

    def new_consent(self, citizen_id: str | None = None) -> None:
        """A consent."""
        self.with_citizen(citizen_id, lambda known: self.fill_in(registry.consent_form(known)))

    def new_citizen(self) -> None:
        """A person on the caseload."""
        self.fill_in(registry.citizen_form())

    def new_company(self) -> None:
        """A company."""
        self.fill_in(registry.company_form())

    def action_import_files(self) -> None:
        """Bring a caseload in from files."""
        if not any(screen.id == "import" for screen in self.screen_stack):
            self.push_screen(registry.import_screen())

    def copied(self, what: str, text: str) -> None:
        """Put a value on the clipboard for half a minute."""
        from broker_tui.clipboard import SECONDS, Clipboard, SystemClipboard

        if self.kept_clip is None:
            self.kept_clip = Clipboard(SystemClipboard(self.copy_to_clipboard), self._beside)
        if self.kept_clip.copy(text):
            self.answer(
                "ok", _("{what} copied; it leaves the clipboard after {seconds} s.").format(what=what, seconds=SECONDS)
            )
        else:
            self.answer("missing", _("There is nothing to copy."))

    def _beside(self, seconds: float, call: "Callable[[], None]") -> None:
        """Later, in a thread: reading a clipboard back takes some systems a second."""
        self.set_timer(
            seconds,
            lambda: self.read(
                call, lambda _done: None, group="clipboard", description="empty the clipboard", alone=False
            ),
        )

    def action_export(self) -> None:
        """Write something to a file; on a card, of that person first."""

        def done(found: Any) -> None:
            if found is not None:
                from broker_tui.screens.export_sheet import told

                self.answer("ok", told(found))

        self.push_screen(registry.export(getattr(self.screen, "about_citizen", None)), done)

    def action_drafts(self) -> None:
        """All forms that were begun."""
        self.push_screen(registry.drafts())

    def action_history(self) -> None:
        """Everything that was changed, own changes to be taken back."""
        self.push_screen(registry.history())

    def continue_draft(self, draft: "Draft") -> None:
        """The form a draft belongs to."""
        from broker_tui.screens import draft_forms

        form = draft_forms.of_draft(draft.form, draft.about, draft.key)
        if form is not None:
            self.fill_in(form)
