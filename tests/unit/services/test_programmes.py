"""What the programmes say about a real caseload: kept until something changes, and what people say about rules."""

from datetime import date, timedelta

import pytest

from broker_tui.services import InvalidInput, Services
from sync.records import types
from sync.records.types import Case, Consent, Contact, Hours, Placement
from tests.unit.services.services_helpers import TODAY, StillClock, call, company, person

WEEKLY = "fsm2.step2.weekly-contact"
SEARCHING = TODAY - timedelta(days=15)


def case_of(services: Services, citizen_id: str) -> str:
    return services.store.entries(Case, where={"citizen_id": citizen_id})[0].id


def moved(services: Services, day: date) -> None:
    """Another day on the clock of these services."""
    assert isinstance(services.clock, StillClock)
    services.clock.day = day


def searching(services: Services, name: str = "Mia Prøve") -> tuple[str, str]:
    """Somebody known for a month who entered step 2 of fsm2 fifteen days ago; person and case."""
    moved(services, TODAY - timedelta(days=30))
    citizen = services.people.add_citizen(
        types.Citizen(name=name), "fsm2", TODAY - timedelta(days=30), TODAY - timedelta(days=30)
    ).ids[0]
    moved(services, TODAY)
    case = case_of(services, citizen)
    services.people.assign_role(citizen, services.me.staff_id, "broker", SEARCHING)
    for kind in ("cv", "job_goal"):
        services.statements.add_fact(case, kind, SEARCHING, {})
    return citizen, case


def state(services: Services, case: str, rule: str = WEEKLY, on: date = TODAY) -> str:
    found = services.programmes.standing(case, on).evaluation.obligations
    return next((o.state for o in found if o.rule == rule), "na")


def test_a_contact_closes_what_it_closes_and_only_that_case_is_computed_again(services: Services) -> None:
    citizen, case = searching(services)
    searching(services, "Bo Prøve")
    assert state(services, case) == "overdue"
    before = services.programmes.evaluated()
    assert len(services.programmes.standings(TODAY)) == 2
    assert services.programmes.evaluated() == before
    logged = services.contacts.add(call(citizen))
    services.programmes.standings(TODAY)
    assert services.programmes.evaluated() == before + 1
    assert state(services, case) == "open"
    services.journal.undo(logged.tx)
    assert state(services, case) == "overdue"


def test_another_day_is_computed_anew(services: Services) -> None:
    _citizen, case = searching(services)
    assert state(services, case, on=SEARCHING + timedelta(days=3)) == "open"
    assert state(services, case) == "overdue"


def test_today_merges_rules_with_what_was_agreed_and_ids_stay_the_same(services: Services) -> None:
    citizen, case = searching(services)
    services.plans.add(types.FollowUp(what="Møde", due=TODAY, citizen_id=citizen))
    items = services.today.items(TODAY)
    assert {item.kind for item in items} == {"rule", "follow_up"}
    mine = next(item for item in items if item.rule == WEEKLY)
    assert mine.id == f"rule:{case}:{WEEKLY}@{SEARCHING}"
    assert mine.id in [item.id for item in services.today.items(TODAY)]
    assert [item.kind for item in services.today.also_due(citizen, TODAY)]


def test_what_is_never_red_stays_in_today_without_a_date(services: Services) -> None:
    moved(services, SEARCHING)
    citizen = services.people.add_citizen(types.Citizen(name="Bo Prøve"), "guarantee", SEARCHING, SEARCHING).ids[0]
    case = case_of(services, citizen)
    moved(services, TODAY)
    for kind, values in (("group_decision", {"group": "1"}), ("cv", {}), ("plan", {"job_wish": "x"})):
        services.statements.add_fact(case, kind, SEARCHING, values)
    later = SEARCHING + timedelta(days=40)
    mine = [item for item in services.today.items(later) if item.rule == "guarantee.step2.fast-match"]
    assert all(item.due is None and item.state == "undated" for item in mine)
    assert mine


def test_a_case_put_in_from_a_list_raises_no_alarm(services: Services) -> None:
    citizen = person(services, "Bo Prøve", "fsm2")
    case = case_of(services, citizen)
    services.people.edit_case(case, {"step": "step2", "step_since": TODAY - timedelta(days=80)})
    found = services.programmes.standing(case, TODAY).evaluation
    assert (found.step, found.since) == ("step2", TODAY - timedelta(days=80))
    assert [o.rule for o in found.obligations if o.state == "overdue"] == []
    assert state(services, case) == "unknown"
    later = TODAY + timedelta(days=40)
    assert state(services, case, on=later) == "unknown"
    services.statements.settle(case, WEEKLY, "met", TODAY)
    assert state(services, case) == "open"
    assert state(services, case, on=later) == "overdue"


def test_snooze_needs_a_reason_and_a_later_day_and_can_be_undone(services: Services) -> None:
    _citizen, case = searching(services)
    item = next(item for item in services.today.items(TODAY) if item.rule == WEEKLY)
    with pytest.raises(InvalidInput):
        services.statements.snooze(case, item.id, TODAY + timedelta(days=2), " ")
    with pytest.raises(InvalidInput):
        services.statements.snooze(case, item.id, TODAY, "Ferie")
    aside = services.statements.snooze(case, item.id, TODAY + timedelta(days=2), "Ferie")
    assert item.id not in [one.id for one in services.today.items(TODAY)]
    assert item.id in [one.id for one in services.today.items(TODAY, snoozed=True)]
    assert item.id in [one.id for one in services.today.items(TODAY + timedelta(days=2))]
    services.journal.undo(aside.tx)
    assert item.id in [one.id for one in services.today.items(TODAY)]


def test_documentation_debt_holds_the_confirmation_back_and_nothing_else(services: Services) -> None:
    _citizen, case = searching(services)
    found = services.programmes.standing(case, TODAY).evaluation
    assert found.step == "step2"
    assert [o.rule for o in found.doc_debt] == ["fsm2.step1.min-plan-broker-name"]
    with pytest.raises(InvalidInput) as refused:
        services.statements.confirm_step(case, "step2", TODAY)
    assert refused.value.errors[0].code == "documentation_debt"
    services.statements.add_fact(case, "registration", TODAY, {"system": "min_plan", "item": "broker_name"})
    services.statements.confirm_step(case, "step2", TODAY)
    confirmed = services.programmes.standing(case, TODAY).evaluation.confirmed
    assert confirmed is not None
    assert (confirmed.step, confirmed.by, confirmed.on) == ("step2", "Birthe Broker", TODAY)
    assert confirmed.version == services.programmes.program("fsm2").definition.version
    record = services.store.entries(Case, where={})[0].record
    assert (record.step, record.step_since) == ("step2", SEARCHING)


def test_typed_records_reach_the_rules(services: Services) -> None:
    citizen, case = searching(services)
    work = company(services)
    placement = services.work.add_placement(
        Placement(citizen_id=citizen, type="internship", start=TODAY, company_id=work, agreement_on=TODAY)
    ).ids[0]
    services.work.add_hours(
        Hours(citizen_id=citizen, start=TODAY, minutes_per_week=300, measure="ordinary", placement_id=placement)
    )
    services.consents.state(Consent(citizen_id=citizen, kind="network", state="given", stated_on=TODAY))
    kinds = {fact.kind for fact in services.programmes.facts(case)}
    assert {"placement", "agreement", "hours", "consent", "role", "citizen", "cv"} <= kinds
    missing = services.programmes.standing(case, TODAY).evaluation.missing_exit
    assert "fsm2.step2.exit-agreement" not in missing
    assert "fsm2.step2.exit-company-contact" in missing


def test_a_colleague_without_a_role_does_not_count_as_the_broker(services: Services) -> None:
    citizen, case = searching(services)
    other = types.Staff(name="K. Lund")
    batch = services.people.batch()
    staff = batch.create(other)
    batch.save()
    services.contacts.add(
        Contact(
            citizen_id=citizen,
            occurred_on=TODAY,
            kind="phone",
            outcome="reached",
            staff_id=staff,
            participants=["citizen", "broker"],
        )
    )
    assert state(services, case) == "overdue"
    services.people.assign_role(citizen, staff, "substitute", TODAY)
    assert state(services, case) == "open"


def test_a_person_who_changes_programme_begins_anew_and_the_old_course_stays_readable(services: Services) -> None:
    citizen, case = searching(services)
    before = services.programmes.standing(case, TODAY).evaluation
    services.people.move_programme(case, "uif2", TODAY, "Visiteret til fleksjob")
    new = next(e.id for e in services.store.entries(Case, where={"citizen_id": citizen}) if e.id != case)
    found = services.programmes.standing(new, TODAY).evaluation
    assert (found.programme, found.step) == ("uif2", "phase1")
    assert not [o for o in found.obligations if o.state == "overdue"]
    assert {fact.kind for fact in services.programmes.facts(new)} & {"cv", "registration"} == set()
    old = services.programmes.standing(case, TODAY).evaluation
    assert (old.programme, old.step, old.since) == (before.programme, before.step, before.since)
    assert [standing.case_id for standing in services.programmes.standings(TODAY)] == [new]


def test_the_sanction_side_is_for_those_with_authority_only(services: Services) -> None:
    citizen = person(services, "Bo Prøve", "guarantee")
    case = case_of(services, citizen)
    program = services.programmes.program("guarantee")
    closed = {ready.rule.id for ready in program.rules.values() if ready.rule.authority_only}
    assert closed
    services.statements.add_fact(case, "sanction_incident", TODAY, {})
    shown = {o.rule for o in services.programmes.standing(case, TODAY).evaluation.obligations}
    assert not shown & closed
    batch = services.people.batch()
    batch.create(types.Staff(name="S. Kofoed", role="authority"), record_id=services.me.staff_id)
    batch.save()
    assert services.programmes.has_authority()
    later = services.programmes.standing(case, TODAY).evaluation
    assert {o.rule for o in later.obligations} & closed


def test_a_municipality_sets_only_what_the_programme_leaves_open(services: Services) -> None:
    assert services.programmes.set_local({"fsm2": {"weekly_days": 9}})
    assert services.programmes.local_settings() == {}
    assert services.programmes.set_local({"fsm2": {"bridge_days": 20}}) == ()
    assert services.programmes.program("fsm2").params["bridge_days"] == 20


def test_one_programme_that_fails_leaves_the_others(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    _citizen, case = searching(services)
    person(services, "Ole Prøve", "mastery")
    family = services.programmes.program("mastery").family

    def broken(_course: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(family, "derive", broken)
    assert [standing.case_id for standing in services.programmes.standings(TODAY)] == [case]
    assert services.programmes.troubles() == ("mastery",)
    assert services.today.items(TODAY)


def test_what_a_fact_names_must_be_in_the_vocabulary(services: Services) -> None:
    _citizen, case = searching(services)
    for kind, values in (("rain", {}), ("registration", {"colour": "red"}), ("registration", {"system": "fax"})):
        with pytest.raises(InvalidInput):
            services.statements.add_fact(case, kind, TODAY, values)
    with pytest.raises(InvalidInput):
        services.statements.add_fact(case, "pause", TODAY, {"type": "exemption"}, until=TODAY - timedelta(days=1))


def test_only_what_is_recommended_just_now_can_be_explained(services: Services) -> None:
    """Monthly follow-up after the exit is a demand for three months and recommended for the next three (F-Q6)."""
    monthly = "fsm2.post.monthly"
    exit_on = TODAY - timedelta(days=130)
    moved(services, exit_on)
    citizen = services.people.add_citizen(types.Citizen(name="Ea Prøve"), "fsm2", exit_on, exit_on).ids[0]
    case = case_of(services, citizen)
    services.people.assign_role(citizen, services.me.staff_id, "broker", exit_on)
    services.statements.add_fact(case, "self_support", exit_on, {"type": "job", "confirmed_by": "Karen Prøve"})
    services.statements.add_fact(case, "consent", exit_on, {"scope": "post_follow_up", "state": "given"})
    moved(services, exit_on + timedelta(days=40))
    assert state(services, case, monthly, exit_on + timedelta(days=40)) == "overdue"
    with pytest.raises(InvalidInput) as refused:
        services.statements.explain_away(case, monthly, "Borgeren er på ferie", exit_on + timedelta(days=50))
    assert refused.value.errors[0].code == "cannot_be_explained"
    moved(services, exit_on + timedelta(days=85))
    services.contacts.add(call(citizen, on=exit_on + timedelta(days=85)))
    moved(services, TODAY)
    assert state(services, case, monthly) == "overdue"
    services.statements.explain_away(case, monthly, "Borgeren er på ferie", TODAY + timedelta(days=7))
    assert state(services, case, monthly) == "explained"
