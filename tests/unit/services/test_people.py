"""People: what is saved together, what is refused, what a reference finds."""

from datetime import date

import pytest

from broker_tui.domain.views import InvalidInput, NotFound
from broker_tui.services import Services
from sync.records.types import Citizen, Contact, FollowUp, Placement
from tests.unit.services.services_helpers import TODAY, call, company, person


def test_a_new_person_comes_with_course_and_role_in_one_save(services: Services) -> None:
    saved = services.people.add_citizen(Citizen(name="  Mia   Test ", cpr="010190-0000"), "fsm2", TODAY, TODAY)
    card = services.people.card(saved.ids[0], TODAY)
    assert card.citizen.record == Citizen(name="Mia Test", cpr="0101900000")
    assert card.current_case is not None
    assert (card.current_case.record.programme, card.current_case.record.known_from) == ("fsm2", TODAY)
    assert [role.record.staff_id for role in card.roles] == [services.me.staff_id]
    assert card.staff[services.me.staff_id] == "Birthe Broker"
    assert card.unsent == 3
    assert {op.tx for op in services.store.operations(saved.tx)} == {saved.tx}


def test_every_fault_is_told_at_once_and_nothing_is_saved(services: Services) -> None:
    with pytest.raises(InvalidInput) as caught:
        services.people.add_citizen(Citizen(name=" ", cpr="3202900000", note="x" * 10_001), "circus", None, TODAY)
    assert {(e.field, e.code) for e in caught.value.errors} == {
        ("name", "required"),
        ("cpr", "cpr_date"),
        ("note", "too_long"),
        ("programme", "not_allowed"),
    }
    assert services.people.count(status="all") == 0
    assert services.store.unsent_count() == 0


def test_the_same_cpr_number_twice_is_refused(services: Services) -> None:
    person(services, cpr="0101900000")
    with pytest.raises(InvalidInput) as caught:
        person(services, "Anden Person", cpr="010190-0000")
    assert [error.code for error in caught.value.errors] == ["cpr_known"]


def test_text_is_cleaned_on_its_way_in(services: Services) -> None:
    citizen_id = person(services, "Jonas\x1b[31m \u202ePrøve[/b]", phone="  ")
    record = services.people.card(citizen_id, TODAY).citizen.record
    assert record.name == "Jonas Prøve[/b]"
    assert record.phone is None


def test_editing_patches_only_what_changed_and_none_removes(services: Services) -> None:
    citizen_id = person(services, phone="11111111", area="Vollsmose")
    saved = services.people.edit_citizen(citizen_id, {"phone": None, "area": "Vollsmose", "name": "Jonas Prøve"})
    assert [dict(op.patch) for op in services.store.operations(saved.tx)] == [{"phone": None}]
    assert services.people.card(citizen_id, TODAY).citizen.record.phone is None
    assert services.people.edit_citizen(citizen_id, {"area": "Vollsmose"}).tx == ""
    with pytest.raises(InvalidInput) as caught:
        services.people.edit_citizen(citizen_id, {"colour": "blue"})
    assert caught.value.errors[0].code == "unknown_field"
    with pytest.raises(InvalidInput) as caught:
        services.people.edit_citizen(citizen_id, {"name": None})
    assert (caught.value.errors[0].field, caught.value.errors[0].code) == ("name", "required")


def test_courses_close_reopen_and_change(services: Services) -> None:
    citizen_id = person(services)
    case = services.people.card(citizen_id, TODAY).current_case
    assert case is not None
    with pytest.raises(InvalidInput):
        services.people.close_case(case.id, date(2026, 12, 24), "job")
    services.people.close_case(case.id, TODAY, "job")
    assert [row.citizen_id for row in services.people.rows(status="closed", today=TODAY)] == [citizen_id]
    services.people.reopen_case(case.id)
    assert services.people.card(citizen_id, TODAY).current_case.record.closed_on is None  # type: ignore[union-attr]  # there is one
    services.people.move_programme(case.id, "fsm2", TODAY, "bedre match")
    card = services.people.card(citizen_id, TODAY)
    assert [(c.record.programme, c.record.status) for c in card.cases] == [("uif2", "closed"), ("fsm2", "open")]


def test_a_reference_finds_one_or_says_so(services: Services) -> None:
    first = person(services, "Søren Ågaard", cpr="0101900000")
    second = person(services, "Søren Ågaard Holm", local_number="A-17")
    for reference in (first, "010190-0000", "0101900000", "soren aagaard"):
        assert services.people.resolve(reference) == first, reference
    assert services.people.resolve("A-17") == second
    assert services.people.resolve("søren ågaard holm") == second
    with pytest.raises(NotFound) as none:
        services.people.resolve("Ingen Her")
    assert none.value.candidates == ()
    person(services, "Søren Ågaard")
    with pytest.raises(NotFound) as several:
        services.people.resolve("søren ågaard")
    assert len(several.value.candidates) >= 2


def test_a_walk_in_is_taken_in_with_the_contact(services: Services) -> None:
    walk_in = Contact(
        occurred_on=TODAY, kind="meeting", outcome="reached", walk_in_name="Ny Borger", area="Vollsmose", note="Kom ind"
    )
    contact_id = services.contacts.add(walk_in, follow_up=FollowUp(what="ring igen", due=TODAY)).ids[0]
    assert [row.entry.id for row in services.contacts.walk_ins()] == [contact_id]
    saved = services.people.take_in(contact_id, Citizen(name=""), "guarantee", TODAY)
    citizen_id = saved.ids[0]
    assert services.contacts.walk_ins() == []
    (row,) = services.people.contacts(citizen_id)
    assert (row.entry.id, row.entry.record.walk_in_name, row.entry.record.note) == (contact_id, None, "Kom ind")
    card = services.people.card(citizen_id, TODAY)
    assert card.citizen.record.area == "Vollsmose"
    assert [entry.record.what for entry in card.follow_ups] == ["ring igen"]
    services.journal.undo(saved.tx)
    assert [row.entry.record.walk_in_name for row in services.contacts.walk_ins()] == ["Ny Borger"]
    assert services.people.count(status="all") == 0


def test_the_card_names_companies_and_counts_contacts(services: Services) -> None:
    citizen_id, company_id = person(services), company(services)
    services.contacts.add(call(citizen_id))
    services.work.add_placement(
        Placement(citizen_id=citizen_id, company_id=company_id, type="flexjob", start=TODAY), minutes_per_week=480
    )
    card = services.people.card(citizen_id, TODAY)
    assert card.companies == {company_id: "Kantinen Åen"}
    assert (card.contact_count, card.last_contact) == (1, TODAY)
    assert [entry.record.measure for entry in card.hours] == ["flexjob"]
    with pytest.raises(NotFound):
        services.people.card("00000000-0000-7000-8000-000000000000", TODAY)
