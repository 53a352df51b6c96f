"""Plans, promises, memos and consents, and the one list they make."""

from datetime import date, time, timedelta

import pytest

from broker_tui.domain.consents import allows
from broker_tui.domain.views import InvalidInput, NotFound
from broker_tui.i18n import use, words
from broker_tui.services import Services
from sync.records.types import Consent, FollowUp, Memo, Promise
from tests.unit.services.services_helpers import TODAY, call, company, person


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def test_today_is_one_list_in_order_of_urgency(services: Services) -> None:
    jonas = person(services, area="Vollsmose")
    mia = person(services, "Mia Test", "fsm2", area="Gellerup")
    for what, due, at, who in (
        ("sent", 0, time(15), jonas),
        ("tidligt", 0, time(9), mia),
        ("uden tid", 0, None, jonas),
        ("glemt", -3, None, jonas),
        ("fredag", 3, None, mia),
        ("næste uge", 9, None, mia),
        ("langt ude", 15, None, mia),
    ):
        services.plans.add(FollowUp(citizen_id=who, what=what, due=day(due), at=at))
    services.plans.add_promise(Promise(citizen_id=jonas, text="lovet", due=day(-1), made_on=day(-5)))
    services.plans.add_memo(Memo(text="husk"))
    items = services.today.items(TODAY)
    assert [(item.what, item.state) for item in items] == [
        ("glemt", "overdue"),
        ("lovet", "overdue"),
        ("tidligt", "today"),
        ("sent", "today"),
        ("uden tid", "today"),
        ("fredag", "this_week"),
        ("næste uge", "later"),
        ("husk", "undated"),
    ]
    assert services.today.counts(TODAY) == {"overdue": 2, "today": 3, "this_week": 1, "later": 1, "undated": 1}
    assert [area for area, _ in services.today.by_area(TODAY)] == ["Gellerup", "Vollsmose", None]
    first = items[0]
    assert (first.citizen_name, first.programme, first.area) == ("Jonas Prøve", "uif2", "Vollsmose")
    assert first.id == f"follow_up:{first.record_id}"
    assert [item.what for item in services.today.items(TODAY, area="Gellerup")] == ["tidligt", "fredag", "næste uge"]
    use("da")
    assert words.why(items[1]) == "Lovet 12. nov 2026 til 16. nov 2026."


def test_a_follow_up_is_moved_ticked_off_by_a_contact_and_taken_back(services: Services) -> None:
    citizen_id = person(services)
    follow_up = services.plans.add(FollowUp(citizen_id=citizen_id, what="møde", due=TODAY, at=time(9))).ids[0]
    services.plans.reschedule(follow_up, day(2))
    (entry,) = services.people.card(citizen_id, TODAY).follow_ups
    assert (entry.record.due, entry.record.at) == (day(2), None)
    contact_id = services.contacts.add(call(citizen_id)).ids[0]
    services.plans.complete(follow_up, TODAY, contact_id)
    (entry,) = services.people.card(citizen_id, TODAY).follow_ups
    assert (entry.record.state, entry.record.done_on, entry.record.contact_id) == ("done", TODAY, contact_id)
    assert services.today.items(TODAY) == []
    services.journal.undo_last()
    assert [item.what for item in services.today.items(TODAY)] == ["møde"]
    services.plans.drop(follow_up)
    assert services.today.items(TODAY) == []
    services.plans.reopen(follow_up)
    assert len(services.today.items(TODAY)) == 1
    with pytest.raises(NotFound):
        services.plans.complete(follow_up, TODAY, "00000000-0000-7000-8000-000000000000")
    with pytest.raises(InvalidInput):
        services.plans.complete(follow_up, day(1))


def test_promises_and_memos_close(services: Services) -> None:
    company_id = company(services)
    promise = services.plans.add_promise(Promise(company_id=company_id, text="sender", due=TODAY, made_on=TODAY)).ids[0]
    memo = services.plans.add_memo(Memo(text="køb kaffe", due=TODAY)).ids[0]
    assert {item.company_name for item in services.today.items(TODAY)} == {"Kantinen Åen", None}
    services.plans.complete_promise(promise, TODAY)
    services.plans.edit_memo(memo, {"text": "køb te"})
    assert [item.what for item in services.today.items(TODAY)] == ["køb te"]
    services.plans.complete_memo(memo, TODAY)
    assert services.today.items(TODAY) == []


def test_a_memo_about_a_person_is_on_the_card_but_never_in_the_file(services: Services) -> None:
    citizen_id = person(services)
    memo = services.plans.add_memo(Memo(text="spørg kollega", citizen_id=citizen_id)).ids[0]
    stored = services.store.get("memo", memo)
    assert stored is not None
    assert stored.scope == f"broker:{services.me.staff_id}"
    assert [entry.id for entry in services.people.card(citizen_id, TODAY).memos] == [memo]


def test_a_consent_that_runs_out_is_a_task_until_it_is_given_anew(services: Services) -> None:
    citizen_id = person(services)

    def consent(state: str, stated: int, expires: int | None) -> None:
        services.consents.state(
            Consent(
                citizen_id=citizen_id,
                kind="network",
                state=state,  # type: ignore[arg-type]  # codes of the test
                stated_on=day(stated),
                expires=None if expires is None else day(expires),
            )
        )

    consent("given", -300, 40)
    assert services.today.items(TODAY) == []
    consent("given", -200, 10)
    (item,) = services.today.items(TODAY)
    assert (item.kind, item.what, item.due, item.state) == ("consent", "network", day(10), "later")
    assert services.today.items(day(12))[0].state == "overdue"
    consent("withdrawn", 0, None)
    assert services.today.items(TODAY) == []
    current = services.consents.current(services.people.card(citizen_id, TODAY))
    assert not allows(current["network"], TODAY)
    consent("given", 0, None)
    current = services.consents.current(services.people.card(citizen_id, TODAY))
    assert allows(current["network"], TODAY)
    assert services.today.items(TODAY) == []
