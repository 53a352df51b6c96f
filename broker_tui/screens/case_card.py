"""Everything about one person on one card."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.timer import Timer

from broker_tui.commands import bindings_of
from broker_tui.commands.case_card import CARD
from broker_tui.domain.views import CaseCard
from broker_tui.i18n import _
from broker_tui.screens import case_lines, registry
from broker_tui.screens.card_base import CardScreen, HeadLine, Pane
from broker_tui.screens.registry import CaseTab

REVEAL_SECONDS = 10.0
"""How long a CPR number stays readable."""


class CaseCardScreen(CardScreen[CaseCard]):
    """Head, tabs and panes of a person."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(CARD)
    PANES = ("overview", "contacts", "goals", "plan", "job", "step", "forms", "log")
    place = "caseload"
    reads = frozenset(
        {
            *("citizen", "case", "role_assignment", "contact", "promise", "follow_up", "memo", "goal"),
            *("progression_note", "placement", "hours", "consent", "company", "company_contact", "conflict"),
            *("fact", "form", "handover"),
        }
    )

    def __init__(self, citizen_id: str, *, tab: CaseTab = "overview", record: str = "") -> None:
        """Open on a person."""
        super().__init__(citizen_id, tab, record)
        self._revealed: Timer | None = None

    @property
    def about_citizen(self) -> str:
        """Whose card this is, for what is made from anywhere."""
        return self.about

    @property
    def programme(self) -> str:
        """The programme the person is in."""
        case = self.data.current_case if self.data else None
        return case.record.programme if case is not None else ""

    def labels(self) -> Iterable[str]:
        """Names of the tabs."""
        return (_("Overview"), _("Contacts"), _("Goals"), _("Plan"), _("Job"), _("Step"), _("Forms"), _("Log"))

    def make_pane(self, name: str) -> Pane[CaseCard]:
        """A pane, its module loaded now."""
        if name == "overview":
            from broker_tui.screens.case_tabs_overview import OverviewPane

            return OverviewPane(id="pane-overview")
        if name == "contacts":
            from broker_tui.screens.case_tabs_contacts import ContactsPane

            return ContactsPane(id="pane-contacts")
        if name == "goals":
            from broker_tui.screens.case_tabs_goals import GoalsPane

            return GoalsPane(id="pane-goals")
        if name == "plan":
            from broker_tui.screens.case_tabs_plan import PlanPane

            return PlanPane(id="pane-plan")
        if name == "job":
            from broker_tui.screens.case_tabs_job import JobPane

            return JobPane(id="pane-job")
        if name == "step":
            from broker_tui.screens.case_tabs_step import StepPane

            return StepPane(id="pane-step")
        if name == "forms":
            from broker_tui.screens.case_tabs_forms import FormsPane

            return FormsPane(id="pane-forms")
        from broker_tui.screens.log_pane import LogPane

        return LogPane(id="pane-log")

    def read_card(self) -> CaseCard:
        """The person; looking is noted."""
        card = self.services.people.card(self.about, self.clock_today)
        self.services.trail.opened(self.about)
        return card

    def draw_head(self, card: CaseCard) -> None:
        """Name, number and programme; work and consents."""
        self.set_title(*case_lines.head(card, self.clock_today, self.guard, revealed=self._revealed is not None))
        second = case_lines.consent_line(card, self.clock_today)
        self.query_one("#head", HeadLine).show(case_lines.where(card), second)

    # What the card allows now

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Closing needs an open case, reopening a closed one, settling a difference."""
        card = self.data
        case = card.current_case if card else None
        if action in ("close_case", "step", "decide"):
            return case is not None and case.record.status == "open"
        if action == "team":
            return case is not None and case.record.programme in ("mastery", "flexjob")
        if action == "reopen":
            return case is not None and case.record.status == "closed"
        if action == "settle":
            return card is not None and card.conflicts > 0
        if action in ("hand_over", "substitute"):
            return card is not None and len(self.services.people.colleagues()) > 1
        if action == "reveal":
            return card is not None and bool(card.citizen.record.cpr)
        return super().check_action(action, parameters)

    # Acts

    def action_contact(self) -> None:
        """Log a contact."""
        self.broker.new_contact(self.about)

    def action_visit(self) -> None:
        """Log a visit, at the company where the person is placed if there is one."""
        running = [
            entry.record.company_id
            for entry in (self.data.placements if self.data else ())
            if entry.record.status == "active" and not entry.deleted and entry.record.company_id
        ]
        company_id = running[0] if len(set(running)) == 1 else None
        self.broker.new_visit(company_id, citizen_ids=(self.about,))

    def action_plan(self) -> None:
        """Agree a follow-up."""
        self.broker.new_follow_up(self.about)

    def action_promise(self) -> None:
        """Note a promise."""
        self.broker.new_promise(self.about)

    def action_memo(self) -> None:
        """A note to self."""
        self.broker.new_memo(self.about)

    def action_goal(self) -> None:
        """A goal or a step."""
        self.broker.new_goal(self.about)

    def action_agreement(self) -> None:
        """Everything an agreement needs, in one save."""
        self.broker.new_agreement(self.about)

    def action_interview(self) -> None:
        """A job interview."""
        self.broker.new_interview(self.about)

    def action_consent(self) -> None:
        """A statement of consent."""
        self.broker.new_consent(self.about)

    def action_edit(self) -> None:
        """Change the person's own data."""
        self.fill_in(registry.citizen_form(self.about))

    def action_settle(self) -> None:
        """Differences are settled on Sync."""
        self.broker.go("sync")

    def action_close_case(self) -> None:
        """Close the case."""
        case = self.data.current_case if self.data else None
        if case is not None:
            self.fill_in(registry.course_form("close_case", self.about, case_id=case.id))

    def action_step(self) -> None:
        """Confirm the step; without the rules of the programme it is only noted."""
        case = self.data.current_case if self.data else None
        if case is None:
            return
        if self.services.programmes.usable(case.record.programme):
            self.fill_in(registry.rule_form("confirm_step", self.about, case_id=case.id))
        else:
            self.fill_in(registry.course_form("step", self.about, case_id=case.id))

    def action_decide(self) -> None:
        """Choose among the short decisions of the programme."""
        case = self.data.current_case if self.data else None
        if case is not None:
            self.broker.decide(self.about, case.id)

    def action_team(self) -> None:
        """Where attendance is marked: the course team of this person, or the week of the flex job."""
        case = self.data.current_case if self.data else None
        if case is None:
            return
        if case.record.programme == "flexjob":
            self.broker.open_shifts(case.id)
        else:
            self.broker.open_team(case.id)

    def action_role(self) -> None:
        """Somebody takes a role."""
        self.fill_in(registry.course_form("role", self.about))

    def action_hand_over(self) -> None:
        """Offer the case to a colleague."""
        self.fill_in(registry.course_form("handover", self.about))

    def action_substitute(self) -> None:
        """A colleague stands in."""
        self.fill_in(registry.substitute_form(self.about))

    def action_pack(self) -> None:
        """One page before the first meeting."""
        from broker_tui.screens.sync_handovers import show_pack

        show_pack(self, self.about)

    def action_open_case(self) -> None:
        """Open a case in another programme."""
        self.fill_in(registry.course_form("open_case", self.about))

    def action_reopen(self) -> None:
        """Open the closed case again."""
        card = self.data
        case = card.current_case if card else None
        if card is not None and case is not None:
            name = self.guard.name(card.citizen.record.name)
            case_id = case.id
            self.act(lambda: self.services.people.reopen_case(case_id), _("Case open again: {name}").format(name=name))

    def action_reveal(self) -> None:
        """Show the CPR number for a while, or hide it again."""
        if self._revealed is not None:
            self._revealed.stop()
            self._hide()
            return
        trail, about = self.services.trail, self.about
        self.read(
            lambda: trail.revealed("citizen", about, "cpr"), self._reveal, group="audit", description="note a reveal"
        )

    def _reveal(self, _noted: object) -> None:
        """Shown only once it is noted."""
        self._revealed = self.set_timer(REVEAL_SECONDS, self._hide)
        self.redraw()

    def action_copy(self) -> None:
        """The phone number, on the clipboard for half a minute."""
        self.broker.copied(_("Phone number"), (self.data.citizen.record.phone or "") if self.data else "")

    def action_trail(self) -> None:
        """Who has seen and changed what about this person."""
        self.app.push_screen(registry.trail(self.about))

    def _hide(self) -> None:
        self._revealed = None
        self.redraw()
