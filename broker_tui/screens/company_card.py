"""Everything about one company on one card."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.companies import CARD
from broker_tui.domain.views import CompanyCard
from broker_tui.i18n import _, ngettext
from broker_tui.screens import registry, say
from broker_tui.screens.card_base import CardScreen, HeadLine, Pane
from broker_tui.widgets.badges import chip
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import Line, join, line


class CompanyCardScreen(CardScreen[CompanyCard]):
    """Head, tabs and panes of a company."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(CARD)
    PANES = ("overview", "visits", "placements", "people", "log", "workplace")
    place = "companies"
    reads = frozenset(
        (
            *(
                "company",
                "company_contact",
                "company_visit",
                "placement",
                "follow_up",
                "promise",
                "citizen",
                "conflict",
            ),
            *("form", "hours", "case"),
        )
    )

    def __init__(self, company_id: str, *, tab: str = "overview", record: str = "") -> None:
        """Open on a company."""
        super().__init__(company_id, tab, record)

    @property
    def about_company(self) -> str:
        """Whose card this is, for what is made from anywhere."""
        return self.about

    def labels(self) -> Iterable[str]:
        """Names of the tabs."""
        return (_("Overview"), _("Visits"), _("Placements"), _("Contact persons"), _("Log"), _("Flex job"))

    def make_pane(self, name: str) -> Pane[CompanyCard]:
        """A pane, its module loaded now."""
        if name == "log":
            from broker_tui.screens.log_pane import LogPane

            return LogPane(id="pane-log")
        if name == "workplace":
            from broker_tui.screens.company_workplace import WorkplacePane

            return WorkplacePane(id="pane-workplace")
        from broker_tui.screens import company_tabs

        made: dict[str, type[Pane[CompanyCard]]] = {
            "overview": company_tabs.FactsPane,
            "visits": company_tabs.VisitsPane,
            "placements": company_tabs.PlacementsPane,
            "people": company_tabs.PeoplePane,
        }
        return made[name](id=f"pane-{name}")

    def read_card(self) -> CompanyCard:
        """The company."""
        return self.services.companies.card(self.about, self.clock_today)

    def draw_head(self, card: CompanyCard) -> None:
        """Name and stage; people and motivation."""
        self.about = card.company.id  # a card opened under the id of a record that was merged into another
        company = card.company.record
        staff = ngettext("{count} employee", "{count} employees", company.employees or 0)
        facts = (company.industry or "", staff.format(count=company.employees) if company.employees else "")
        about = " · ".join(fact for fact in facts if fact)
        right: list[Line] = []
        if card.conflicts:
            text = ngettext("{count} difference", "{count} differences", card.conflicts).format(count=card.conflicts)
            right.append(line((f"{glyph('conflict')} ", "warn"), text))
        right.append(chip(say.word("company_stage", company.stage)))
        self.set_title(join((line((company.name, "strong")), line((about, "muted"))), 3), join(right))
        self.query_one("#head", HeadLine).show(*self._second(card))

    def _second(self, card: CompanyCard) -> tuple[Line, Line]:
        people = [e.record for e in card.contacts if e.record.active and not e.deleted]
        first = ", ".join(part for part in (people[0].name, people[0].title) if part) if people else ""
        motive = say.inline(say.word("motivation", card.company.record.motivation))
        placed = sum(e.record.status == "active" and not e.deleted for e in card.placements)
        counted = ngettext("{count} placed", "{count} placed", placed).format(count=placed)
        return join((line(first), line((motive, "muted"))), 3), line((counted, "muted"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Settling needs a difference, parting a second record."""
        if action == "settle":
            return self.data is not None and self.data.conflicts > 0
        if action == "part":
            return self.data is not None and bool(self.data.also)
        return super().check_action(action, parameters)

    def action_visit(self) -> None:
        """Log a visit."""
        self.broker.new_visit(self.about)

    def action_plan(self) -> None:
        """Agree a follow-up."""
        self.broker.new_follow_up(None, company_id=self.about)

    def action_promise(self) -> None:
        """Note a promise."""
        self.broker.new_promise(None, company_id=self.about)

    def action_memo(self) -> None:
        """A note to self."""
        self.broker.new_memo(None, company_id=self.about)

    def action_edit(self) -> None:
        """Change the company."""
        self.fill_in(registry.company_form(self.about))

    def action_person(self) -> None:
        """A contact person."""
        self.fill_in(registry.company_contact_form(self.about))

    def action_placement(self) -> None:
        """Place somebody here."""
        self.broker.new_placement(None, company_id=self.about)

    def action_shifts(self) -> None:
        """The week of those in flex job here."""
        self.broker.open_shifts(company_id=self.about)

    def action_copy(self) -> None:
        """The phone number, on the clipboard for half a minute."""
        self.broker.copied(_("Phone number"), (self.data.company.record.phone or "") if self.data else "")

    def action_company_view(self) -> None:
        """What the employer may see."""
        self.app.push_screen(registry.company_view(self.about))

    def action_merge(self) -> None:
        """Choose the other record, then what stays of both."""
        if self.data is not None:
            from broker_tui.screens.company_merge import merge_company

            merge_company(self, self.data)

    def action_part(self) -> None:
        """Two records again."""
        twins, about = self.services.twins, self.about
        self.act(lambda: twins.part(about), _("The companies stand alone again"))

    def action_settle(self) -> None:
        """Differences are settled on Sync."""
        self.broker.go("sync")
