"""From the register to what is written about one participant: what is lacking stands first."""

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.choose_menu import ChooseMenu
from broker_tui.screens.programme_form import ProgrammeForm
from tests.ui.office import SIZES, Office
from tests.ui.teams.test_team import open_team

FIRST = {"en": "Preparation talk · not prepared", "da": "Forberedende samtale · ikke forberedt"}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_the_forms_about_a_person_say_what_is_lacking_and_open(
    team_office: Office, lang: Language, size: tuple[int, int]
) -> None:
    async with team_office.open(size=size, lang=lang) as desk:
        screen = await open_team(desk)
        person = screen.person
        assert person is not None
        await desk.press("f")
        assert isinstance(desk.app.screen, ChooseMenu)
        assert FIRST[lang] in desk.text
        assert "Transport" in desk.text
        await desk.press("enter")
        form = desk.app.screen
        assert isinstance(form, ProgrammeForm)
        assert (form.about, form.definition.id) == (person.standing.citizen_id, "F-M5")


async def test_what_was_written_goes_from_the_list_of_what_is_missing(team_office: Office) -> None:
    async with team_office.open(size=(120, 40)) as desk:
        screen = await open_team(desk)
        assert screen.person is not None
        case_id = screen.person.standing.case_id
        before = desk.text.count("not prepared")
        talk = {"type": "caseworker", "attendees": ["citizen", "caseworker"], "motivation": 4}
        desk.services.statements.add_fact(case_id, "preparation_talk", screen.clock_today, talk)
        screen.load()
        await desk.settle()
        assert desk.text.count("not prepared") == before - 1


async def test_a_rule_about_the_team_has_no_person(team_office: Office) -> None:
    async with team_office.open() as desk:
        screen = await open_team(desk)
        await desk.press("end")
        assert screen.rule is not None
        assert screen.check_action("about", ()) is False
        await desk.press("f")
        assert not isinstance(desk.app.screen, ChooseMenu)
