"""Contacts: saved with what follows, corrected, withdrawn, and moved to the right person without a trace."""

from datetime import date, datetime, timedelta

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import InvalidInput, NotFound
from broker_tui.services import Services
from sync.records.types import Contact, FollowUp, Promise
from tests.unit.services.services_helpers import TODAY, call, person


def test_a_contact_is_saved_with_follow_up_and_promise_in_one(services: Services) -> None:
    citizen_id = person(services)
    saved = services.contacts.add(
        call(citizen_id),
        follow_up=FollowUp(what="Møde i kantinen", due=date(2026, 12, 1)),
        promise=Promise(text="Ringer om løn", due=date(2026, 11, 20), made_on=TODAY),
    )
    row = services.contacts.get(saved.ids[0])
    assert row.staff_name == "Birthe Broker"
    assert row.entry.record.participants == ["citizen", "broker"]
    card = services.people.card(citizen_id, TODAY)
    assert card.current_case is not None
    assert card.follow_ups[0].record.case_id == card.current_case.id
    assert card.promises[0].record.contact_id == saved.ids[0]
    assert len(services.store.operations(saved.tx)) == 3


def test_faults_name_the_part_they_belong_to_and_nothing_is_saved(services: Services) -> None:
    citizen_id = person(services)
    before = services.store.unsent_count()
    with pytest.raises(InvalidInput) as caught:
        services.contacts.add(
            Contact(citizen_id=citizen_id, occurred_on=TODAY + timedelta(days=1), kind="phone", outcome="reached"),
            follow_up=FollowUp(what="", due=TODAY),
        )
    assert [(e.field, e.code) for e in caught.value.errors] == [
        ("occurred_on", "in_future"),
        ("follow_up.what", "required"),
    ]
    assert services.store.unsent_count() == before


def test_a_contact_must_be_about_somebody_that_is_there(services: Services) -> None:
    with pytest.raises(InvalidInput) as caught:
        services.contacts.add(Contact(occurred_on=TODAY, kind="phone", outcome="reached"))
    assert caught.value.errors[0].code == "who_is_missing"
    with pytest.raises(NotFound):
        services.contacts.add(call("00000000-0000-7000-8000-000000000000"))


def test_the_time_must_belong_to_the_day(services: Services) -> None:
    citizen_id = person(services)
    late = datetime(2026, 11, 16, 9, tzinfo=DENMARK)
    with pytest.raises(InvalidInput):
        services.contacts.add(
            Contact(citizen_id=citizen_id, occurred_on=TODAY, occurred_at=late, kind="phone", outcome="reached")
        )


def test_a_correction_replaces_and_is_undone(services: Services) -> None:
    citizen_id = person(services)
    first = services.contacts.add(call(citizen_id, "forkert")).ids[0]
    saved = services.contacts.correct(first, call(citizen_id, "rigtigt"))
    assert [row.entry.record.note for row in services.people.contacts(citizen_id)] == ["rigtigt"]
    both = services.people.contacts(citizen_id, include_replaced=True)
    assert {row.entry.record.note for row in both} == {"rigtigt", "forkert"}
    assert services.contacts.get(first).entry.replaced_by == saved.ids[0]
    services.journal.undo(saved.tx)
    assert [row.entry.record.note for row in services.people.contacts(citizen_id)] == ["forkert"]


def test_a_correction_cannot_change_the_person(services: Services) -> None:
    one, other = person(services), person(services, "Mia Test")
    contact_id = services.contacts.add(call(one)).ids[0]
    with pytest.raises(InvalidInput) as caught:
        services.contacts.correct(contact_id, call(other))
    assert caught.value.errors[0].code == "move_instead"


def test_a_contact_on_the_wrong_person_leaves_nothing_behind(services: Services) -> None:
    wrong, right = person(services, "Forkert Person"), person(services, "Rigtig Person", "fsm2")
    contact_id = services.contacts.add(
        call(wrong, "hemmeligheden"),
        follow_up=FollowUp(what="hemmelig aftale", due=TODAY),
        promise=Promise(text="hemmeligt løfte", due=TODAY, made_on=TODAY),
    ).ids[0]
    corrected = services.contacts.correct(contact_id, call(wrong, "hemmeligheden rettet")).ids[0]
    untouched = services.contacts.add(call(wrong, "bliver")).ids[0]
    saved = services.contacts.move(corrected, right)
    assert [row.entry.id for row in services.people.contacts(wrong, include_replaced=True)] == [untouched]
    moved = services.people.contacts(right, include_replaced=True)
    assert {row.entry.id for row in moved} == {contact_id, corrected}
    card, former = services.people.card(right, TODAY), services.people.card(wrong, TODAY)
    assert (former.follow_ups, former.promises) == ((), ())
    assert card.current_case is not None
    assert [(e.record.what, e.record.case_id) for e in card.follow_ups] == [("hemmelig aftale", card.current_case.id)]
    assert [e.record.text for e in card.promises] == ["hemmeligt løfte"]
    assert {hit.open_id for hit in services.search.find("hemmelig")} == {right}
    services.journal.undo(saved.tx)
    assert services.people.contacts(right, include_replaced=True) == []
    assert len(services.people.contacts(wrong, include_replaced=True)) == 3
    assert [e.record.what for e in services.people.card(wrong, TODAY).follow_ups] == ["hemmelig aftale"]
    with pytest.raises(InvalidInput):
        services.contacts.move(corrected, wrong)


def test_a_withdrawn_contact_comes_back_by_undo(services: Services) -> None:
    citizen_id = person(services)
    contact_id = services.contacts.add(call(citizen_id)).ids[0]
    services.contacts.withdraw(contact_id)
    assert services.people.contacts(citizen_id) == []
    services.journal.undo_last()
    assert [row.entry.id for row in services.people.contacts(citizen_id)] == [contact_id]


@pytest.mark.parametrize(
    ("programme", "expected"),
    [("fsm2", date(2026, 11, 24)), ("uif2", date(2026, 12, 1)), ("guarantee", date(2026, 12, 17)), (None, None)],
)
def test_the_next_contact_is_proposed_by_programme(
    services: Services, programme: str | None, expected: date | None
) -> None:
    assert services.contacts.propose_next(person(services, programme=programme), TODAY) == expected


def test_a_proposed_day_is_no_weekend_and_can_be_set(services: Services) -> None:
    citizen_id = person(services, programme="guarantee")
    assert services.contacts.propose_next(citizen_id, date(2026, 11, 19)) == date(2026, 12, 18)  # from a Saturday
    services.settings.set("interval_days.guarantee", 10)
    assert services.contacts.propose_next(citizen_id, TODAY) == date(2026, 11, 27)
