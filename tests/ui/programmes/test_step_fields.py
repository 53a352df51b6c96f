"""The 2x2 board of flexjob on the step tab: four fields, what each asks, and the other order."""

from pathlib import Path

import pytest

from broker_tui.i18n import Language
from tests.ui.office import SIZES, Office, copy_office

WORDS = {
    "da": ("Før job", "I job", "Borgeren, før job", "kræves"),
    "en": ("Before a job", "In the job", "Citizen, before a job", "asked"),
}


@pytest.fixture
def office(office_template: Office, tmp_path: Path) -> Office:
    """The real programmes."""
    return copy_office(office_template, tmp_path / "office")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_the_board_stands_over_the_rows_of_its_fields(
    office: Office, lang: Language, size: tuple[int, int]
) -> None:
    async with office.open(lang=lang, size=size) as desk:
        desk.app.open_citizen(desk.ids["soren"])
        await desk.settle()
        await desk.press("6")
        for word in WORDS[lang]:
            assert word in desk.text, f"{word!r} in\n{desk.text}"
        await desk.press("o")
        assert WORDS[lang][2] not in desk.text, "by what is due first there are no fields"
        assert WORDS[lang][0] in desk.text


async def test_other_programmes_have_no_fields(office: Office) -> None:
    async with office.open() as desk:
        desk.app.open_citizen(desk.ids["ahmed"])
        await desk.settle()
        await desk.press("6")
        assert "In the job" not in desk.text
        before = desk.text
        await desk.press("o")
        assert desk.text == before


async def test_what_a_field_asks_moves_with_the_job(office: Office) -> None:
    async with office.open(size=(120, 40)) as desk:
        services = desk.services
        case = services.people.card(desk.ids["soren"], desk.app.today).current_case
        assert case is not None
        desk.app.open_citizen(desk.ids["soren"])
        await desk.settle()
        await desk.press("6")
        assert "Citizen, in the job" not in desk.text, "nobody is followed up in a job that is not there"
        on = desk.app.today
        services.statements.add_fact(case.id, "placement", on, {"type": "flexjob", "company": "K", "start": str(on)})
        await desk.settle()
        assert "Citizen, in the job" in desk.text
        assert "Company, in the job" in desk.text
