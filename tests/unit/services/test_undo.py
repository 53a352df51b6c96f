"""Undo adds the inverse, keeps what was changed since, and can itself be undone."""

import pytest

from broker_tui.domain.views import NotFound
from broker_tui.services import Services, UndoFault, UndoRefused
from sync.records.types import Citizen, FollowUp, Placement
from tests.unit.services.services_helpers import TODAY, call, company, person


def test_undo_walks_back_and_redo_is_an_undo_of_it(services: Services) -> None:
    citizen_id = person(services, area="A")
    services.people.edit_citizen(citizen_id, {"area": "B"})
    services.people.edit_citizen(citizen_id, {"area": "C", "phone": "12345678"})
    undone = services.journal.undo_last()
    assert undone is not None
    record = services.people.card(citizen_id, TODAY).citizen.record
    assert (record.area, record.phone) == ("B", None)
    services.journal.undo_last()
    assert services.people.card(citizen_id, TODAY).citizen.record.area == "A"
    services.journal.undo(undone.tx)
    record = services.people.card(citizen_id, TODAY).citizen.record
    assert record.phone == "12345678"


def test_nothing_to_undo(services: Services) -> None:
    assert services.journal.undo_last() is None
    assert services.journal.can_undo() is None
    with pytest.raises(NotFound):
        services.journal.undo("00000000-0000-7000-8000-000000000000")


def test_fields_changed_since_keep_the_newer_value(services: Services) -> None:
    citizen_id = person(services, area="A", phone="1")
    first = services.people.edit_citizen(citizen_id, {"area": "B", "phone": "2"})
    services.people.edit_citizen(citizen_id, {"area": "C"})
    services.journal.undo(first.tx)
    record = services.people.card(citizen_id, TODAY).citizen.record
    assert (record.area, record.phone) == ("C", "1")
    with pytest.raises(UndoRefused) as caught:
        services.journal.undo(first.tx)
    assert caught.value.fault is UndoFault.CHANGED_SINCE


def test_a_group_goes_back_whole_or_not_at_all(services: Services) -> None:
    citizen_id = person(services)
    follow_up = services.plans.add(FollowUp(citizen_id=citizen_id, what="x", due=TODAY)).ids[0]
    done = services.plans.complete(follow_up, TODAY)
    services.plans.edit(follow_up, {"done_on": TODAY.replace(day=16)})
    with pytest.raises(UndoRefused):
        services.journal.undo(done.tx)
    assert services.people.card(citizen_id, TODAY).follow_ups[0].record.state == "done"


def test_a_person_with_a_history_is_not_undone_away(services: Services) -> None:
    saved = services.people.add_citizen(Citizen(name="A B"), None, None, TODAY)
    contact = services.contacts.add(call(saved.ids[0]))
    with pytest.raises(UndoRefused) as caught:
        services.journal.undo(saved.tx)
    assert caught.value.fault is UndoFault.IN_USE
    services.journal.undo(contact.tx)
    services.journal.undo(saved.tx)
    assert services.people.count(status="all") == 0


def test_a_company_in_use_is_not_undone_away(services: Services) -> None:
    citizen_id = person(services)
    company_id = company(services)
    added = services.journal.history(company_id)[-1]
    services.work.add_placement(Placement(citizen_id=citizen_id, company_id=company_id, type="flexjob", start=TODAY))
    with pytest.raises(UndoRefused) as caught:
        services.journal.undo(added.tx)
    assert caught.value.fault is UndoFault.IN_USE


def test_history_names_every_change_and_its_undo(services: Services) -> None:
    citizen_id = person(services)
    services.people.edit_citizen(citizen_id, {"area": "B"})
    services.journal.undo_last()
    rows = services.journal.history(citizen_id)
    assert [(row.kind, row.fields) for row in rows[:2]] == [("patch", ("area",)), ("patch", ("area",))]
    assert rows[0].undoes is not None
    assert [row.kind for row in services.people.log(citizen_id)][-1] == "create"


def test_drafts_and_settings_stay_here(services: Services) -> None:
    services.drafts.save("contact:1", "contact", "1", {"note": "halvt"})
    draft = services.drafts.get("contact:1")
    assert draft is not None
    assert draft.values == {"note": "halvt"}
    assert [d.key for d in services.drafts.all()] == ["contact:1"]
    services.drafts.discard("contact:1")
    assert services.drafts.all() == []
    services.settings.set("language", "da")
    assert services.settings.get("language") == "da"
    assert services.settings.get("theme", "dark") == "dark"
    assert services.store.unsent_count() == 0


def test_listeners_hear_of_each_commit(services: Services) -> None:
    heard: list[frozenset[str]] = []
    services.on_change(lambda note: heard.append(note.types))
    person(services)
    assert heard == [frozenset({"citizen", "case", "role_assignment"})]
