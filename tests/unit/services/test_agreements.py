"""An agreement in one go: one save makes everything a step asks for, one undo takes it back, nonsense is refused."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from broker_tui.domain.agreements import Agreement, FollowUpPlan, NewPerson, Registered, Terms, due_days
from broker_tui.domain.views import InvalidInput
from broker_tui.programmes.results import SETTLED
from broker_tui.services import Services
from sync.records.types import Company, CompanyContact
from tests.unit.services.services_helpers import TODAY, person

ENDS = TODAY + timedelta(weeks=13)


def agreed(services: Services, programme: str, **more: Any) -> Agreement:
    """A plain internship at a company that is not known yet."""
    citizen_id = person(services, programme=programme)
    case = services.people.card(citizen_id, TODAY).current_case
    assert case is not None
    clarified = {"step": "step2" if programme in ("guarantee", "fsm2") else None, "step_since": date(2026, 10, 1)}
    services.people.edit_case(case.id, clarified)
    first = TODAY + timedelta(days=7)
    fields: dict[str, Any] = {
        "citizen_id": citizen_id,
        "case_id": case.id,
        "type": "internship",
        "start": TODAY,
        "planned_end": ENDS,
        "minutes": 600,
        "measure": "internship",
        "signed_on": TODAY,
        "terms": Terms(
            tasks=("fylde op", "kasse"),
            considerations="rolig start",
            goals=("møder hver dag",),
            no_paid_reason="skal lære kassen",
            paid_possible="unknown",
            purpose="training" if programme == "fsm2" else None,
        ),
        "plan": FollowUpPlan(
            days=due_days("fortnightly", first, ENDS),
            interval="fortnightly",
            first=first,
            until=ENDS,
            what="Opfølgning",
        ),
        "new_company": "Dalum Købmand",
        "new_contact": NewPerson("Birthe Holm", "butikschef", "66112233"),
    }
    return Agreement(**{**fields, **more})


def refused(services: Services, agreement: Agreement) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        services.agreements.make(agreement)
    return {fault.field: fault.code for fault in caught.value.errors}


@pytest.mark.parametrize("programme", ["guarantee", "fsm2"])
def test_one_save_brings_the_company_step_and_one_undo_takes_it_back(services: Services, programme: str) -> None:
    agreement = agreed(services, programme, registered=(Registered("min_plan", TODAY, "MP-1"),))
    before = services.programmes.standing(agreement.case_id or "", TODAY).evaluation.step
    saved = services.agreements.make(agreement)
    card = services.people.card(agreement.citizen_id, TODAY)
    (placement,) = card.placements
    assert placement.id == saved.ids[0]
    assert placement.record.agreement_on == TODAY
    assert [entry.record.minutes_per_week for entry in card.hours] == [600]
    assert len(card.follow_ups) == 7
    found = services.programmes.standing(agreement.case_id or "", TODAY).evaluation
    assert (before, found.step) == ("step2", "step3")
    services.journal.undo(saved.tx)
    again = services.people.card(agreement.citizen_id, TODAY)
    assert not [entry for entry in (*again.placements, *again.hours, *again.follow_ups) if not entry.deleted]
    assert services.programmes.standing(agreement.case_id or "", TODAY).evaluation.step == before


@pytest.mark.parametrize("programme", ["guarantee", "fsm2", "uif2", "flexjob", "mastery"])
def test_registrations_and_plan_reach_the_rules_of_every_programme(services: Services, programme: str) -> None:
    entries = (Registered("min_plan", TODAY, "MP-1"), Registered("vitas", TODAY, "V-9"))
    agreement = agreed(services, programme, registered=entries)
    saved = services.agreements.make(agreement)
    facts = services.programmes.facts(agreement.case_id or "")
    noted = {(fact.get("system"), fact.get("reference")) for fact in facts if fact.kind == "registration"}
    assert noted == {("min_plan", "MP-1"), ("vitas", "V-9")}
    plans = [fact for fact in facts if fact.kind == "follow_up_plan"]
    assert [(plan.get("placement"), plan.get("agreed_by")) for plan in plans] == [
        (saved.ids[0], ["citizen", "company", "broker"])
    ]
    assert sorted(fact.on for fact in facts if fact.kind == "planned") == list(agreement.plan.days)


@pytest.mark.parametrize(
    ("rule", "programme"),
    [
        ("fsm2.step2.min-plan-agreement", "fsm2"),
        ("fsm2.step2.vitas-agreement", "fsm2"),
        ("fsm2.step2.exit-follow-up", "fsm2"),
        ("guarantee.step2.exit-company-contact", "guarantee"),
    ],
)
def test_what_was_written_closes_its_rule(services: Services, rule: str, programme: str) -> None:
    entries = (Registered("min_plan", TODAY, "MP-1"), Registered("vitas", TODAY, "V-9"))
    agreement = agreed(services, programme, registered=entries)
    services.agreements.make(agreement)
    told = services.programmes.explain(agreement.case_id or "", rule, TODAY)
    assert told.obligations == () or all(one.state in SETTLED for one in told.obligations)


@pytest.mark.parametrize(
    ("programme", "kind", "form"),
    [
        ("guarantee", "internship", "G-F9"),
        ("guarantee", "wage_subsidy", "G-F9"),
        ("fsm2", "ordinary_employment", "F-F7"),
        ("uif2", "internship", "U-F8"),
        ("uif2", "flexjob", "U-F9"),
        ("flexjob", "internship", "F-F7"),
        ("flexjob", "flexjob", "F-F8"),
        ("mastery", "internship", "F-M7"),
    ],
)
def test_the_agreement_form_of_the_programme_is_filled_in(
    services: Services, programme: str, kind: str, form: str
) -> None:
    measure = {"internship": "internship", "flexjob": "flexjob"}.get(kind, "ordinary")
    agreement = agreed(services, programme, type=kind, measure=measure)
    placement = services.agreements.make(agreement).ids[0]
    offered = {one.definition.id: one for one in services.forms.of_case(agreement.case_id or "")}
    (filled,) = offered[form].filled
    assert filled.record.values["placement"] == placement
    assert filled.record.values["tasks"] == ["fylde op", "kasse"]
    assert filled.record.state == ("begun" if offered[form].definition.missing(filled.record.values) else "complete")
    services.programmes.standing(agreement.case_id or "", TODAY)
    assert services.programmes.troubles() == ()


def test_the_agreement_of_an_internship_under_the_guarantee_is_complete(services: Services) -> None:
    agreement = agreed(services, "guarantee")
    services.agreements.make(agreement)
    offered = {one.definition.id: one for one in services.forms.of_case(agreement.case_id or "")}
    assert [offered[form].filled[0].record.state for form in ("G-F9", "G-F10")] == ["complete", "complete"]


def test_impossible_combinations_are_refused_at_their_fields(services: Services) -> None:
    other = services.companies.add(Company(name="Odins Lager")).ids[0]
    stranger = services.companies.add_contact(CompanyContact(company_id=other, name="Odin")).ids[0]
    agreement = agreed(services, "guarantee")
    assert refused(services, replace(agreement, planned_end=date(2026, 11, 1))) == {"planned_end": "end_before_start"}
    assert refused(services, replace(agreement, minutes=40 * 60))["hours"] == "hours_too_many"
    assert refused(services, replace(agreement, minutes=200 * 60))["minutes_per_week"] == "hours_too_many"
    mixed = replace(agreement, new_contact=None, contact_id=stranger)
    assert refused(services, mixed)["company_contact_id"] == "other_company"
    nobody = replace(agreement, new_contact=None)
    assert refused(services, nobody)["company_contact_id"] == "required"
    twin = replace(agreement, new_company="odins lager")
    assert refused(services, twin)["new_company"] == "company_known"
    assert not services.people.card(agreement.citizen_id, TODAY).placements


def test_a_contact_person_of_another_company_is_refused_on_a_placement_too(services: Services) -> None:
    agreement = agreed(services, "guarantee")
    placement = services.agreements.make(agreement).ids[0]
    other = services.companies.add(Company(name="Odins Lager")).ids[0]
    with pytest.raises(InvalidInput) as caught:
        services.work.edit_placement(placement, {"company_id": other})
    assert [(fault.field, fault.code) for fault in caught.value.errors] == [("company_contact_id", "other_company")]


def test_days_of_an_interval_keep_their_day_of_the_month() -> None:
    assert due_days("monthly", date(2026, 1, 31), date(2026, 4, 30)) == (
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    )
    assert len(due_days("weekly", TODAY, TODAY + timedelta(weeks=3))) == 4
