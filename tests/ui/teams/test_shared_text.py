"""What all cases of a team share names nobody: the day's form and why a day was called off say so while one types."""

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.programme_form import ProgrammeForm
from broker_tui.screens.shared_text import remark
from tests.ui.office import Desk, Office
from tests.ui.teams.test_team import open_team

SAID = {"en": "leave the name out", "da": "Udelad navnet"}


async def open_day(desk: Desk) -> ProgrammeForm:
    """The form about the day, whole."""
    await open_team(desk)
    await desk.press("n")
    screen = desk.app.screen
    assert isinstance(screen, ProgrammeForm)
    await desk.until(lambda: screen.form.complete)
    return screen


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_a_participants_name_in_the_note_about_the_group_is_mentioned(
    team_office: Office, lang: Language
) -> None:
    async with team_office.open(lang=lang) as desk:
        screen = await open_day(desk)
        note = screen.form.fields()["f.note"]
        note.focus()
        await desk.settle()
        await desk.write("Konflikt i pausen")
        assert SAID[lang] not in desk.text
        await desk.write(", Lindholm gik")
        await desk.settle()
        assert SAID[lang] in desk.text
        await desk.press(*["backspace"] * len("Lindholm gik"))
        assert SAID[lang] not in desk.text


async def test_a_draft_that_comes_back_is_looked_at_too(team_office: Office) -> None:
    async with team_office.open() as desk:
        screen = await open_day(desk)
        screen.form.fields()["f.note"].focus()
        await desk.settle()
        await desk.write("Jonas gik")
        await desk.press("escape")
        await desk.press("n")
        again = desk.app.screen
        assert isinstance(again, ProgrammeForm)
        await desk.until(lambda: again.form.complete)
        again.form.fields()["f.note"].focus()
        await desk.settle()
        assert again.form.fields()["f.note"].value == "Jonas gik"
        assert SAID["en"] in desk.text


async def test_the_reason_of_a_day_called_off(team_office: Office) -> None:
    async with team_office.open() as desk:
        await open_team(desk)
        await desk.press("x")
        await desk.write("Jonas syg")
        assert SAID["en"] in desk.text
        await desk.press("ctrl+d")
        assert "called off" in desk.text, "a remark never blocks"


async def test_another_persons_own_form_may_name_anybody(team_office: Office) -> None:
    async with team_office.open() as desk:
        await open_team(desk)
        desk.app.open_form(desk.ids["lise"], desk.ids["lise-mastery"], "F-M9")
        await desk.settle()
        screen = desk.app.screen
        assert isinstance(screen, ProgrammeForm)
        assert screen.named == ()


def test_what_a_course_teaches_is_no_reason_for_a_remark() -> None:
    assert remark("Psykologen talte om angst og søvn", ("Åse Lindholm",)) == ""
    assert "CPR" in remark("010190-0000", ())
