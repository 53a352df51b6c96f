"""Storage time: who leaves and why not, the days, and fetching somebody back."""

from datetime import timedelta

import pytest

from broker_tui.domain.views import Me
from broker_tui.i18n import Language
from broker_tui.services import Services
from broker_tui.services.lease import ENROLMENT
from broker_tui.services.ports import CaseFilter, Page, Write
from sync.protocol import OpAnswer
from sync.records import case_scope
from sync.records.types import Case
from tests.ui.office import TODAY, Desk, Office
from tests.ui.screen_text import screen_text


def close_course(services: Services, citizen_id: str, days_ago: int) -> None:
    on = (TODAY - timedelta(days=days_ago)).isoformat()
    for case in services.store.entries(Case, where={"citizen_id": citizen_id}):
        change = {"status": "closed", "closed_on": on}
        services.store.save([Write("patch", "case", case.id, case_scope(citizen_id), change)])


def enrolled(services: Services) -> None:
    """As after a sync that brought everything home."""
    me = services.me
    services.store.set_me(Me(me.staff_id, me.name, me.device_id, me.device_name, enrolled=True))
    answers = [OpAnswer(op=op.op, status="applied", rev=1, seq=1) for op in services.store.unsent(10_000)]
    services.store.record_answers(answers, "r1", services.clock.now())


async def to_storage_time(desk: Desk) -> str:
    desk.app.action_settings()
    await desk.settle()
    await desk.press("o")
    return screen_text(desk.app)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_without_a_hub_nobody_leaves_and_it_says_why(office: Office, lang: Language) -> None:
    async with office.open(lang=lang) as desk:
        close_course(desk.services, next(iter(desk.ids.values())), 40)
        text = await to_storage_time(desk)
        assert ("det eneste eksemplar" if lang == "da" else "the only copy") in text


async def test_who_leaves_when_and_what_keeps_them(office: Office) -> None:
    async with office.open(lang="da") as desk:
        services = desk.services
        people = [
            row.citizen_id
            for row in services.store.case_rows(CaseFilter(), sort="name", descending=False, page=Page(), today=TODAY)
        ][:3]
        for number, person in enumerate(people):
            close_course(services, person, 5 * (3 - number))
        enrolled(services)
        names = {one.citizen_id: one.name for one in services.retention.leaving()}
        assert set(people) == set(names)
        text = await to_storage_time(desk)
        assert all(name in text for name in names.values())
        assert "bliver: " in text or all(not one.held for one in services.retention.leaving())
        desk.app.action_guard()
        await desk.settle()
        assert not any(name in screen_text(desk.app) for name in names.values())


async def test_the_days_are_kept_and_bounded(office: Office) -> None:
    async with office.open() as desk:
        await to_storage_time(desk)
        await desk.press("d")
        await desk.press("ctrl+u")
        await desk.write("9999")
        await desk.press("ctrl+d")
        assert "between 0 and 365" in screen_text(desk.app)
        await desk.press("ctrl+u")
        await desk.write("14")
        await desk.press("ctrl+d")
        assert desk.services.retention.days == 14
        assert "14 days" in screen_text(desk.app)


async def test_the_municipalitys_days_have_no_key(office: Office) -> None:
    async with office.open() as desk:
        desk.services.store.set_setting(ENROLMENT, {"policy": {"retention_days": 7}})
        await to_storage_time(desk)
        await desk.press("d")
        assert "How many days" not in screen_text(desk.app)
        assert "7 days" in screen_text(desk.app)


async def test_somebody_who_left_is_fetched_back(office: Office) -> None:
    async with office.open() as desk:
        services = desk.services
        person = services.store.case_rows(CaseFilter(), sort="name", descending=False, page=Page(), today=TODAY)[
            0
        ].citizen_id
        for what in services.store.ended():
            assert what.citizen_id != person
        close_course(services, person, 40)
        enrolled(services)
        with services.store._writing() as transaction:  # type: ignore[attr-defined]  # what is open is closed at once
            for table in ("follow_up", "promise", "memo"):
                transaction.connection.execute(
                    f"UPDATE \"{table}\" SET state = 'done', doc = json_set(doc, '$.state', 'done')"  # noqa: S608
                )
            transaction.connection.execute("DELETE FROM draft")
        assert services.retention.sweep() == 1
        text = await to_storage_time(desk)
        assert "the case was closed" in text
        await desk.press("down", "h")
        assert services.retention.departures() == []
