"""Ways to the forms of a programme: one by its id, the menu of decisions, and the field in which a rule's evidence is
written."""

from typing import TYPE_CHECKING

from broker_tui.hooks_rules import RuleHooks
from broker_tui.i18n import _
from broker_tui.screens import registry
from broker_tui.screens.registry import Form

if TYPE_CHECKING:
    from broker_tui.screens.evidence_way import Way


class FormHooks(RuleHooks):
    """Mixed into the app."""

    def open_form(
        self, citizen_id: str, case_id: str, form: str, record: str = "", focus: str = "", company: str = ""
    ) -> None:
        """A form of the case's programme; afterwards what else is due for the person is offered."""
        if self.services.forms.lacks_team(case_id, form):
            self.answer(
                "refused", _("The person is on no course team: T on the card shows the teams, p adds somebody.")
            )
            return
        self._fill(
            citizen_id,
            registry.programme_form(
                citizen_id, case_id=case_id, form=form, record=record, company=company, focus=focus
            ),
        )

    def decide(self, citizen_id: str, case_id: str) -> None:
        """Choose among the short decisions of the programme."""
        from broker_tui.i18n.programme_words import both
        from broker_tui.screens.evidence_way import may_fill

        services = self.services
        found = [form for form in services.forms.decisions(case_id) if may_fill(services, form)]
        if not found:
            self.answer("missing", _("This programme has no decisions to take here."))
            return

        def chosen(form: str | None) -> None:
            if form is not None:
                self.open_form(citizen_id, case_id, form)

        self.push_screen(registry.choose_menu(_("What is decided?"), [(form.id, both(form)) for form in found]), chosen)

    def open_team(self, case_id: str = "") -> None:
        """The register of the course team of a case; without one that of the first team."""
        forms = self.services.forms
        self.read(
            lambda: (forms.team_of(case_id) or "") if case_id else "",
            lambda name: self.push_screen(registry.team(name)),
            group="team",
            description="which team",
        )

    def open_shifts(self, case_id: str = "", company_id: str = "") -> None:
        """The week of a workplace: that of a case's job, else the one named, else the first."""
        shifts = self.services.shifts

        def found(place: str | None) -> None:
            if place is None:
                self.answer("missing", _("No flex job on this case yet: t on the card writes the agreement down."))
            else:
                self.push_screen(registry.shifts(place))

        self.read(
            lambda: shifts.place_of(case_id) if case_id else company_id,
            found,
            group="shifts",
            description="which workplace",
        )

    def close_rule(self, citizen_id: str, case_id: str, rule: str, key: str = "") -> None:
        """The field in which the evidence of a rule is written; where there is none, the facts that close it."""
        from broker_tui.screens.evidence_way import way_to

        services = self.services
        self.read(
            lambda: way_to(services, citizen_id, case_id, rule),
            lambda way: self._go(way, citizen_id, case_id, rule, key),
            group="evidence",
            description="where the evidence of a rule is written",
        )

    def open_evidence(self, case_id: str, rule: str) -> None:
        """The same for a case of which nothing else is at hand."""
        services = self.services
        self.read(
            lambda: str(services.programmes.records(case_id).citizen.id),
            lambda citizen_id: self.close_rule(citizen_id, case_id, rule),
            group="evidence",
            description="whose case it is",
        )

    def _go(self, way: "Way | None", citizen_id: str, case_id: str, rule: str, key: str) -> None:
        if way is None:
            super().close_rule(citizen_id, case_id, rule, key)
        elif way.kind == "shown":
            self.open_rule(rule, case_id)
        elif way.kind == "authority":
            self.open_rule(rule, case_id)
            self.answer("missing", _("Only somebody with authority fills this in: {form}").format(form=way.form_name))
        elif way.kind == "form":
            self.open_form(citizen_id, case_id, way.form, focus=way.field)
        elif way.kind == "contact":
            self.new_contact(citizen_id, begin=self.contact_for(rule))
        else:
            self._fill(citizen_id, way.record_form(citizen_id, case_id))

    def _fill(self, citizen_id: str, form: Form) -> None:
        self.fill_in(form, lambda done: self.offer_also_due(citizen_id, done))
