"""An agreement in one go: placement, hours, contact person, the programme's forms and the plan, in one save."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from broker_tui.domain.agreements import MOST_FOLLOW_UPS, Agreement
from broker_tui.domain.text import fold
from broker_tui.domain.views import FieldError, Saved
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.loading import DefinitionRefused
from broker_tui.services.agreement_forms import papers
from broker_tui.services.agreement_papers import Filled, Names, Told
from broker_tui.services.base import Batch, Service
from broker_tui.services.companies import works_there
from broker_tui.services.programmes import Programmes
from sync.records import new_id, types
from sync.records.types import Case, Citizen, Company, CompanyContact, FollowUp, Hours, Placement


@dataclass(frozen=True)
class Agreements(Service):
    """Everything about agreements made in one go."""

    programmes: Programmes

    def make(self, agreement: Agreement) -> Saved:
        """All records of an agreement, or none. The placement's id comes first.

        Raises:
            NotFound: no such person, case or company.
            InvalidInput: told at the fields of `Agreement`, those of its parts by their own names.
        """
        self.require(Citizen, agreement.citizen_id)
        batch = self.batch()
        self._impossible(batch, agreement)
        placement_id = new_id()
        company_id = agreement.company_id or new_id()
        contact_id = agreement.contact_id or (new_id() if agreement.new_contact else None)
        batch.create(self._placement(agreement, company_id, contact_id), record_id=placement_id)
        names = Names(
            placement_id, company_id, *self._workplace(batch, agreement, company_id, contact_id), self.store.me().name
        )
        batch.create(
            Hours(
                citizen_id=agreement.citizen_id,
                placement_id=placement_id,
                start=agreement.start,
                minutes_per_week=agreement.minutes,
                measure=agreement.measure,
            )
        )
        for day in agreement.plan.days:
            batch.create(
                FollowUp(
                    citizen_id=agreement.citizen_id,
                    case_id=agreement.case_id,
                    company_id=company_id,
                    what=agreement.plan.what,
                    due=day,
                    place=agreement.plan.place,
                )
            )
        if agreement.case_id is not None:
            self._papers(batch, agreement, names)
        faults = {(fault.field, fault.code): fault for fault in batch.faults}
        batch.faults[:] = faults.values()
        return batch.save()

    def _impossible(self, batch: Batch, agreement: Agreement) -> None:
        plan = agreement.plan
        if agreement.company_id is None and not agreement.new_company:
            batch.fault("company_id", "required")
        if agreement.company_id is not None and agreement.contact_id is not None:
            works_there(self.store, batch, agreement.company_id, agreement.contact_id)
        elif agreement.contact_id is not None:
            batch.fault("company_contact_id", "other_company")
        if agreement.minutes == 0:
            batch.fault("minutes_per_week", "required")
        if agreement.signed_on > self.clock.today():
            batch.fault("signed_on", "in_future", date=agreement.signed_on)
        if plan.first is not None and plan.until is not None and plan.until < plan.first:
            batch.fault("until", "end_before_start", start=plan.first, end=plan.until)
        if len(plan.days) > MOST_FOLLOW_UPS:
            batch.fault("until", "too_many_days", limit=MOST_FOLLOW_UPS)
        if not plan.days:
            batch.fault("dates", "date_missing")
        if any(day < agreement.start for day in plan.days):
            batch.fault("dates" if plan.interval is None else "first", "before_placement", start=agreement.start)
        if not plan.agreed_by:
            batch.fault("agreed_by", "required")
        for entry in agreement.registered:
            if entry.on > self.clock.today():
                batch.fault(f"{entry.system}_on", "in_future", date=entry.on)

    def _placement(self, agreement: Agreement, company_id: str, contact_id: str | None) -> Placement:
        tasks = agreement.terms.tasks
        return Placement(
            citizen_id=agreement.citizen_id,
            case_id=agreement.case_id,
            type=agreement.type,
            company_id=company_id,
            company_contact_id=contact_id,
            job_title=tasks[0][:120] if tasks else None,
            note="\n".join(tasks) if len(tasks) > 1 else None,
            start=agreement.start,
            planned_end=agreement.planned_end,
            agreement_on=agreement.signed_on,
            status="planned" if agreement.start > self.clock.today() else "active",
        )

    def _workplace(
        self, batch: Batch, agreement: Agreement, company_id: str, contact_id: str | None
    ) -> tuple[str, str | None, str | None]:
        """Make what is new of company and contact person; name, title and phone of the latter."""
        if agreement.company_id is not None:
            self.require(Company, agreement.company_id)
        elif agreement.new_company:
            if self._known(agreement.new_company):
                batch.fault("new_company", "company_known")
            made = Company(name=agreement.new_company, stage="agreement")
            batch.create(made, record_id=company_id, prefix="new_company.")
        new = agreement.new_contact
        if new is not None:
            person = CompanyContact(company_id=company_id, name=new.name, title=new.title, phone=new.phone)
            batch.create(person, record_id=contact_id, prefix="new_contact.")
            return new.name, new.title, new.phone
        known = self.store.entry(CompanyContact, contact_id) if contact_id else None
        if known is None:
            batch.fault("company_contact_id", "required")
            return "", None, None
        return known.record.name, known.record.title, known.record.phone

    def _known(self, name: str) -> bool:
        found = (self.store.entry(Company, one) for one in self.store.matching_ids("company", name))
        return any(one is not None and not one.deleted and fold(one.record.name) == fold(name) for one in found)

    def _papers(self, batch: Batch, agreement: Agreement, names: Names) -> None:
        case_id = agreement.case_id or ""
        case = self.require(Case, case_id)[1]
        if case.citizen_id != agreement.citizen_id:
            batch.fault("case_id", "other_person")
        try:
            definitions = shapes.forms(case.programme)
            kinds: Mapping[str, Any] = self.programmes.program(case.programme).kinds
        except DefinitionRefused:
            return  # the records stand; a broken definition asks for nothing
        for paper in papers(case.programme, agreement, names):
            if isinstance(paper, Told):
                self._tell(batch, case, case_id, paper, kinds)
            elif (form := definitions.get(paper.form)) is not None:
                self._fill(batch, case, case_id, paper, form)

    def _fill(self, batch: Batch, case: Case, case_id: str, paper: Filled, form: shapes.FormDefinition) -> None:
        """A form as far as the agreement fills it in; complete when nothing required is missing."""
        given = {name: value for name, value in paper.values.items() if name in form.fields}
        plain = {name: msgspec.to_builtins(value) for name, value in given.items() if shapes.filled(value)}
        for fault in shapes.faults(form, plain):
            hours = fault.field in form.fields and form.fields[fault.field].type == "hours"
            too_many = hours and fault.code == "out_of_bounds"
            args = {"limit": fault.args["high"] // 60} if too_many else fault.args
            told_at = paper.told_at.get(fault.field, fault.field)
            batch.faults.append(FieldError(told_at, "hours_too_many" if too_many else fault.code, args))
        batch.create(
            types.Form(
                form=form.id,
                programme=case.programme,
                citizen_id=case.citizen_id,
                case_id=case_id,
                staff_id=self.store.me().staff_id,
                on=shapes.day_of(form, plain) or self.clock.today(),
                version=form.version,
                state="begun" if form.missing(plain) else "complete",
                values=plain,
            )
        )

    def _tell(self, batch: Batch, case: Case, case_id: str, told: Told, kinds: Mapping[str, Any]) -> None:
        kind = kinds.get(told.kind)
        if kind is None:
            return
        values = {name: value for name, value in told.values.items() if name in kind.fields}
        batch.fact(told.kind, told.on, values, case.programme, about=(case_id, case))
