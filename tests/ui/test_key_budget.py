"""Key presses besides the free text, counted through the real app (principle 6 of the behaviour)."""

import pytest

from broker_tui.domain.views import Entry
from sync.records.types import Contact
from tests.ui.office import SIZES, TODAY, Desk, Office

pytestmark = pytest.mark.parametrize("size", SIZES)


def contacts_of(desk: Desk, key: str) -> list[Entry[Contact]]:
    return [row.entry for row in desk.services.people.contacts(desk.ids[key])]


async def test_phone_contact_from_anywhere_takes_six(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size, "da") as desk:
        await desk.press("f4")
        desk.presses = 0
        await desk.press("ctrl+f")
        await desk.write("lise h")
        await desk.press("enter", "c")
        await desk.write("Ringede om praktikken")
        await desk.press("ctrl+d")
        assert desk.presses <= 6
        (contact,) = contacts_of(desk, "lise")
        assert (contact.record.kind, contact.record.outcome, contact.record.note) == (
            "phone",
            "reached",
            "Ringede om praktikken",
        )


async def test_phone_contact_on_the_row_takes_two(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        await desk.press("f3")
        desk.presses = 0
        await desk.press("c")
        await desk.write("Called")
        await desk.press("ctrl+d")
        assert desk.presses <= 2
        assert contacts_of(desk, "ahmed")[0].record.note == "Called"


async def test_visit_for_two_citizens_takes_fourteen(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size, "da") as desk:
        desk.presses = 0
        await desk.press("ctrl+f")
        await desk.write("købmand")
        await desk.press("enter", "v")
        await desk.write("Der er plads til en mere")
        await desk.press("tab")
        await desk.write("To morgener gik godt")
        await desk.press("ctrl+n")
        await desk.write("lise")
        await desk.press("enter")
        await desk.write("Vil gerne se stedet")
        await desk.press("ctrl+d")
        assert desk.presses <= 14
        card = desk.services.companies.card(desk.ids["dalum"], TODAY)
        (visit,) = card.visits
        assert visit.record.note == "Der er plads til en mere"
        jonas, lise = contacts_of(desk, "jonas")[0].record, contacts_of(desk, "lise")[0].record
        assert (jonas.note, lise.note) == ("To morgener gik godt", "Vil gerne se stedet")
        assert jonas.visit_id == lise.visit_id == visit.id


async def test_find_a_person_takes_four(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size, "da") as desk:
        desk.presses = 0
        await desk.press("ctrl+f")
        await desk.write("soren b")
        await desk.press("enter")
        assert desk.presses <= 4
        desk.line("Søren Bækgaard", "FLEKS")


async def test_move_a_follow_up_takes_five(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        await desk.press("f3", "j", "enter")
        desk.presses = 0
        await desk.press("4", "s")
        await desk.write("+7d")
        await desk.press("enter")
        assert desk.presses <= 5
        plan = desk.services.people.card(desk.ids["jonas"], TODAY).follow_ups
        assert [entry.record.due.isoformat() for entry in plan] == ["2026-11-24"]


async def test_move_a_follow_up_on_today_takes_five(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        await desk.press("f4")
        desk.presses = 0
        await desk.press("f2", "e")
        await desk.write("+3d")
        await desk.press("enter")
        assert desk.presses <= 5
        plan = desk.services.people.card(desk.ids["ahmed"], TODAY).follow_ups
        assert [entry.record.due.isoformat() for entry in plan] == ["2026-11-20"]
