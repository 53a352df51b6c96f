"""Companies: list, card, and how their people and tasks are kept."""

import pytest

from sync.records.types import Company
from tests.ui.office import SIZES, TODAY, Office


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("lang", "stage"), [("da", "Aktiv"), ("en", "Active")])
async def test_list_and_card(office: Office, size: tuple[int, int], lang: str, stage: str) -> None:
    async with office.open(size, lang) as desk:  # type: ignore[arg-type]  # both languages
        await desk.press("f4")
        assert stage in desk.line("Dalum Købmand")
        await desk.press("enter")
        assert stage in desk.line("Dalum Købmand")
        assert "Birthe Holm, butikschef" in desk.text
        assert "Opfølgning på stedet" in desk.text
        await desk.press("3")
        assert "Jonas Pedersen" in desk.text
        await desk.press("f9")
        assert "Jonas" not in desk.text
        assert "J.P." in desk.text


async def test_stage_filter_goes_round(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f4", "f")
        assert "Odins Lager" in desk.text
        assert "Dalum Købmand" not in desk.text
        await desk.press(*["f"] * 6)
        assert "Dalum Købmand" in desk.text


async def test_company_is_made_and_changed(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f4", "n")
        await desk.write("Fyns Bageri")
        await desk.press("tab")
        await desk.write("123")
        await desk.press("ctrl+d")
        assert "A CVR number has eight digits" in desk.text
        await desk.press(*["backspace"] * 3)
        await desk.press("ctrl+d")
        company_id = desk.services.companies.resolve("Fyns Bageri")
        desk.app.open_company(company_id)
        await desk.settle()
        await desk.press("e", "tab", "tab", "tab", "right", "ctrl+d")
        assert desk.services.companies.card(company_id, TODAY).company.record.stage == "contacted"


async def test_contact_person_is_added_and_leaves(office: Office) -> None:
    async with office.open() as desk:
        desk.app.open_company(desk.ids["odin"])
        await desk.settle()
        await desk.press("4", "n")
        await desk.write("Viggo Lund")
        await desk.press("ctrl+d")
        assert "Viggo Lund" in desk.text
        await desk.press("e", "tab", "tab", "tab", "tab", "right", "ctrl+d")
        (person,) = desk.services.companies.card(desk.ids["odin"], TODAY).contacts
        assert (person.record.name, person.record.active) == ("Viggo Lund", False)


async def test_task_of_a_company_is_moved_and_done(office: Office) -> None:
    async with office.open() as desk:
        desk.app.open_company(desk.ids["dalum"])
        await desk.settle()
        await desk.press("s")
        await desk.write("+1d")
        await desk.press("enter")
        (task,) = desk.services.companies.card(desk.ids["dalum"], TODAY).follow_ups
        assert task.record.due.isoformat() == "2026-11-18"
        await desk.press("d")
        (task,) = desk.services.companies.card(desk.ids["dalum"], TODAY).follow_ups
        assert task.record.state == "done"


async def test_beside_the_list_stands_what_is_agreed_and_who_is_there(office: Office) -> None:
    async with office.open((120, 40), "da") as desk:
        await desk.press("f4")
        await desk.until(lambda: "Opfølgning på stedet" in desk.text)
        assert "fleksjob" in desk.line("Jonas Pedersen", "fleksjob")
        assert "Birthe Holm, butikschef" in desk.text
        await desk.press("f9")
        assert "Jonas" not in desk.text
        assert "Opfølgning" not in desk.text
        await desk.press("down")
        await desk.until(lambda: "Intet aftalt" in desk.text)


async def test_a_click_opens_a_row_and_goes_to_a_place(office: Office) -> None:
    async with office.open(lang="da") as desk:
        await desk.press("f4")
        row = next(number for number, text in enumerate(desk.text.splitlines()) if "Odins Lager" in text)
        await desk.pilot.click(offset=(6, row))
        await desk.settle()
        assert "▌" in desk.line("Odins Lager")
        await desk.pilot.click(offset=(6, row), times=2)
        await desk.settle()
        assert "1 Overblik" in desk.text
        place = desk.text.splitlines()[0].index("Sagsstamme")
        await desk.pilot.click(offset=(place + 2, 0))
        await desk.settle()
        assert "Jonas Pedersen" in desk.text


async def test_a_company_entered_twice_becomes_one_and_two_again(office: Office) -> None:
    async with office.open() as desk:
        second = desk.services.companies.add(Company(name="Dalum Købmand A/S", phone="65432100")).ids[0]
        desk.app.open_company(second)
        await desk.settle()
        assert "Dalum Købmand" in desk.line("Same as?")
        await desk.press("M", "enter")
        assert "Dalum Købmand A/S" in desk.text
        assert "65432100" in desk.text
        await desk.press("ctrl+d")
        card = desk.services.companies.card(second, TODAY)
        assert card.company.id == desk.ids["dalum"]
        assert [entry.id for entry in card.also] == [second]
        assert "Birthe Holm, butikschef" in desk.text  # the card shows the older record now
        await desk.press("P")
        assert desk.services.companies.card(second, TODAY).company.id == second


async def test_the_value_that_stays_is_chosen(office: Office) -> None:
    async with office.open() as desk:
        second = desk.services.companies.add(Company(name="Dalum Købmand A/S", area="Nyt Dalum")).ids[0]
        desk.app.open_company(desk.ids["dalum"])
        await desk.settle()
        await desk.press("M", "enter", "right", "ctrl+d")
        assert desk.services.companies.card(second, TODAY).company.record.name == "Dalum Købmand A/S"
        await desk.press("ctrl+z")
        assert desk.services.companies.card(second, TODAY).company.id == second
