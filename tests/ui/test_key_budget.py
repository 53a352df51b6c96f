"""Key presses besides the free text, counted through the real app (principle 6 of the behaviour)."""

from datetime import date
from pathlib import Path

import pytest

from broker_tui.domain.views import Entry
from sync.records.types import Contact
from tests.ui.office import SIZES, TODAY, Desk, Office, copy_office

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


@pytest.fixture
def real_office(office_template: Office, tmp_path: Path) -> Office:
    """The office under the programmes that ship; those of guarantee and fsm2 are clarified and search."""
    office = copy_office(office_template, tmp_path / "real")
    session = office.session()
    for key in ("markup", "ahmed"):
        case = session.services.people.card(office.ids[key], TODAY).current_case
        assert case is not None
        session.services.people.edit_case(case.id, {"step": "step2", "step_since": date(2026, 10, 1)})
    session.close()
    return office


def step_of(desk: Desk, key: str) -> str:
    case = desk.services.people.card(desk.ids[key], TODAY).current_case
    assert case is not None
    return desk.services.programmes.standing(case.id, TODAY).evaluation.step


async def test_agreement_with_everything_takes_thirty(real_office: Office, size: tuple[int, int]) -> None:
    """From anywhere: a known company and person, every field of guarantee written, both registrations made."""
    async with real_office.open(size, "da") as desk:
        assert step_of(desk, "markup") == "step2"
        await desk.press("f4")
        desk.presses = 0
        await desk.press("ctrl+f")
        await desk.write("brik")
        await desk.press("enter", "A", "tab")
        await desk.write("dalum")
        await desk.press("enter")
        await desk.press("tab", "tab")
        await desk.write("12,5")
        await desk.press("tab", "tab")
        await desk.write("fylde op")
        await desk.press("tab")
        await desk.write("rolig start")
        await desk.press("tab", "tab")
        await desk.write("møder")
        await desk.press("tab")
        await desk.write("kassen")
        await desk.press("pagedown")
        assert "Birthe Holm" in desk.text
        await desk.press("pagedown", "left", "pagedown")
        await desk.press("right", "tab")
        await desk.write("MP-17")
        await desk.press("tab", "tab", "right", "tab")
        await desk.write("V-4")
        await desk.press("ctrl+d")
        assert desk.presses <= 30, desk.presses
        desk.line("Aftalen er gemt", "Dalum Købmand")
        assert step_of(desk, "markup") == "step3"
        card = desk.services.people.card(desk.ids["markup"], TODAY)
        (placement,) = card.placements
        assert card.company_contacts[placement.record.company_contact_id or ""] == "Birthe Holm"
        assert [(entry.record.minutes_per_week, entry.record.measure) for entry in card.hours] == [(750, "internship")]
        facts = desk.services.programmes.facts(card.cases[0].id)
        noted = {(f.get("system"), f.get("reference")) for f in facts if f.kind == "registration"}
        assert noted == {("min_plan", "MP-17"), ("vitas", "V-4")}
        (agreed,) = [f for f in facts if f.kind == "agreement" and f.get("tasks")]
        assert (agreed.get("considerations"), agreed.get("ordinary_possible")) == ("rolig start", "unknown")
        await desk.press("u")
        assert step_of(desk, "markup") == "step2"
        assert not desk.services.people.card(desk.ids["markup"], TODAY).placements


async def test_agreement_with_a_new_company_and_person_takes_thirty(real_office: Office, size: tuple[int, int]) -> None:
    async with real_office.open(size, "en") as desk:
        desk.presses = 0
        await desk.press("ctrl+f")
        await desk.write("ahmed")
        await desk.press("enter", "A", "tab", "tab")
        await desk.write("Bolbro Bageri")
        await desk.press("tab", "tab", "tab")
        await desk.write("10")
        await desk.press("tab", "tab")
        await desk.write("baking")
        await desk.press("tab")
        await desk.write("no nights")
        await desk.press("tab", "tab")
        await desk.write("the till")
        await desk.press("tab")
        await desk.write("the oven")
        await desk.press("pagedown", "tab")
        await desk.write("Bodil Bager")
        await desk.press("tab", "tab")
        await desk.write("66112233")
        await desk.press("pagedown", "pagedown", "right", "tab")
        await desk.write("MP-18")
        await desk.press("ctrl+d")
        assert desk.presses <= 30, desk.presses
        assert step_of(desk, "ahmed") == "step3"
        card = desk.services.people.card(desk.ids["ahmed"], TODAY)
        (placement,) = card.placements
        assert card.companies[placement.record.company_id or ""] == "Bolbro Bageri"
        assert len([entry for entry in card.follow_ups if entry.record.company_id]) == 12


async def test_job_interview_takes_ten(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size, "en") as desk:
        await desk.press("f4")
        desk.presses = 0
        await desk.press("ctrl+f")
        await desk.write("lise h")
        await desk.press("enter", "i")
        await desk.write("dalum")
        await desk.press("enter", "s", "tab")
        await desk.write("liked it")
        await desk.press("tab", "tab")
        await desk.write("+5d")
        await desk.press("ctrl+d")
        assert desk.presses <= 10, desk.presses
        (contact,) = contacts_of(desk, "lise")
        assert (contact.record.kind, contact.record.place, contact.record.topics) == (
            "meeting",
            "company",
            ["job_interview", "interview_second"],
        )
        assert contact.record.agreed == "Job interview at Dalum Købmand: second round\nSecond interview"
        (plan,) = desk.services.people.card(desk.ids["lise"], TODAY).follow_ups
        assert (plan.record.what, plan.record.due.isoformat()) == ("Second interview", "2026-11-22")
