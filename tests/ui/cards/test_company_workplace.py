"""A company as a flex-job workplace: seats, the label from two, the forms all cases there share."""

from datetime import date
from pathlib import Path

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.case_card import CaseCardScreen
from broker_tui.screens.programme_form import ProgrammeForm
from sync.records import types
from sync.records.types import Company, Placement
from tests.ui.office import SIZES, Desk, Office, copy_office

WORDS = {"da": ("1 plads besat", "I fleksjob her", "Skemaer"), "en": ("1 seat taken", "In a flex job here", "Forms")}


@pytest.fixture
def office(office_template: Office, tmp_path: Path) -> Office:
    """The real programmes; Søren in a flex job at the laundry."""
    office = copy_office(office_template, tmp_path / "office")
    session = office.session()
    office.ids["laundry"] = session.services.companies.add(Company(name="Havnens Vaskeri")).ids[0]
    session.close()
    place(office, "soren", date(2026, 10, 5))
    return office


def place(office: Office, name: str, start: date) -> None:
    session = office.session()
    session.services.work.add_placement(
        Placement(citizen_id=office.ids[name], type="flexjob", company_id=office.ids["laundry"], start=start)
    )
    session.close()


async def open_page(desk: Desk) -> None:
    desk.app.open_company(desk.ids["laundry"])
    await desk.settle()
    await desk.press("6")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_seats_forms_and_people(office: Office, lang: Language, size: tuple[int, int]) -> None:
    async with office.open(lang=lang, size=size) as desk:
        await open_page(desk)
        for word in (*WORDS[lang], "Søren Bækgaard"):
            assert word in desk.text, f"{word!r} in\n{desk.text}"


TOLD = {
    "da": ("leder: Karen Vask", "form: sideproduktion", "samarbejdsaftale: ja"),
    "en": ("leader: Karen Vask", "form: side production", "cooperation agreement: yes"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_what_the_workshop_form_says_is_told_in_words(
    office: Office, lang: Language, size: tuple[int, int]
) -> None:
    session = office.session()
    told = {
        "company": office.ids["laundry"],
        "workshop_form": "side_production",
        "leader": "Karen Vask",
        "support": "low",
        "variant": "hour_per_week",
        "agreement": True,
    }
    session.services.forms.save_shared("flexjob", "F-F20", told)
    session.close()
    async with office.open(lang=lang, size=size) as desk:
        await open_page(desk)
        assert "side_production" not in desk.text
        for words in TOLD[lang]:
            assert words in desk.text, f"{words!r} in\n{desk.text}"


async def test_two_make_a_workshop(office: Office) -> None:
    place(office, "ahmed", date(2026, 11, 2))
    place(office, "lise", date(2026, 12, 1))
    async with office.open() as desk:
        await open_page(desk)
        assert "Flex-job workshop   2 seats taken" in desk.text, "who comes later does not count yet"
        assert "Lise Holm" in desk.text


async def test_a_form_about_the_company_names_nobody_and_is_shared_by_all_who_sit_there(office: Office) -> None:
    place(office, "ahmed", date(2026, 11, 2))
    async with office.open() as desk:
        services = desk.services
        on = desk.app.today
        case = services.people.open_case(desk.ids["ahmed"], "flexjob", on, on).ids[0]
        await open_page(desk)
        while desk.app.screen.query_one("#workplace").cursor_key != "form|F-F20":  # type: ignore[attr-defined]
            await desk.press("down")
        await desk.press("enter")
        form = desk.app.screen
        assert isinstance(form, ProgrammeForm)
        assert "Havnens Vaskeri" in desk.text
        await desk.press("ctrl+s")
        (kept,) = services.store.entries(types.Form, where={"form": "F-F20"})
        assert (kept.record.company_id, kept.record.citizen_id) == (desk.ids["laundry"], None)
        assert services.forms.open(case, "F-F20").record_id == kept.id, "whoever sits there has the same form"
        other = services.people.open_case(desk.ids["lise"], "flexjob", on, on).ids[0]
        assert services.forms.open(other, "F-F20").record_id is None, "and who does not has not"
        assert [e for e in services.programmes.records(other).shared_forms if e.id == kept.id] == []


async def test_a_seat_leads_to_the_person(office: Office) -> None:
    async with office.open() as desk:
        await open_page(desk)
        await desk.press("enter")
        assert isinstance(desk.app.screen, CaseCardScreen)


async def test_guard_hides_who_sits_there(office: Office) -> None:
    async with office.open(discreet=True) as desk:
        await open_page(desk)
        assert "Bækgaard" not in desk.text


async def test_a_team_form_for_somebody_on_no_team_is_refused_in_a_sentence(office: Office) -> None:
    async with office.open() as desk:
        case = desk.services.people.card(desk.ids["aase"], desk.app.today).current_case
        assert case is not None
        desk.app.open_form(desk.ids["aase"], case.id, "F-M15")
        await desk.settle()
        assert "on no course team" in desk.text
        assert not isinstance(desk.app.screen, ProgrammeForm)
