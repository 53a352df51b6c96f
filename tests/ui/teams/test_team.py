"""The register of a course team: days, marks, what is missing, and the ways on."""

from datetime import date

import pytest

from broker_tui.commands.team import COMMANDS
from broker_tui.i18n import Language
from broker_tui.screens.case_card import CaseCardScreen
from broker_tui.screens.help import help_rows
from broker_tui.screens.palette import entries
from broker_tui.screens.programme_form import ProgrammeForm
from broker_tui.screens.team import TeamScreen
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.spans import plain
from tests.ui.office import SIZES, TODAY, Desk, Office
from tests.ui.teams.conftest import PEOPLE, T0, TEAM

WORDS = {
    "en": ("teaching until 3 Dec", "week 2", "3 without a mark", "1 present", "3 here"),
    "da": ("undervisning til 3. dec", "uge 2", "3 uden mærke", "1 mødt", "3 her"),
}


async def open_team(desk: Desk) -> TeamScreen:
    """The team of the caseload."""
    desk.app.open_team()
    await desk.settle()
    screen = desk.app.screen
    assert isinstance(screen, TeamScreen)
    return screen


def marks(desk: Desk, name: str, day: date = TODAY) -> str:
    """What a person is marked with on a teaching day."""
    sheet = desk.services.teams.sheet(TEAM)
    one = next(one for one in sheet.participants if one.standing.citizen_id == desk.ids[name])
    return one.meeting.marks.get((day, "teaching"), ("blank", ""))[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_the_register_shows_team_day_and_people(
    team_office: Office, lang: Language, size: tuple[int, int]
) -> None:
    async with team_office.open(size=size, lang=lang) as desk:
        await open_team(desk)
        for word in (TEAM, "Åse Lindholm", "Jonas Pedersen", "Lise Holm", *WORDS[lang]):
            assert word in desk.text, f"{word!r} in\n{desk.text}"


async def test_the_card_of_a_participant_leads_to_the_team_and_back(team_office: Office) -> None:
    async with team_office.open() as desk:
        desk.app.open_citizen(desk.ids["aase"])
        await desk.settle()
        await desk.press("T")
        assert isinstance(desk.app.screen, TeamScreen)
        await desk.press("enter")
        assert isinstance(desk.app.screen, CaseCardScreen)
        await desk.press("escape", "escape")
        assert isinstance(desk.app.screen, CaseCardScreen)
        desk.app.open_citizen(desk.ids["ahmed"])
        await desk.settle()
        await desk.press("T")
        assert not isinstance(desk.app.screen, TeamScreen), "another programme has no course team"


async def test_a_digit_marks_goes_on_and_can_be_undone(team_office: Office) -> None:
    async with team_office.open() as desk:
        screen = await open_team(desk)
        first = screen.person
        assert first is not None
        await desk.press("7")
        by_id = {desk.ids[name]: name for name in PEOPLE}
        assert marks(desk, by_id[first.standing.citizen_id]) == "no_show"
        assert screen.person is not None
        assert screen.person.standing.case_id != first.standing.case_id, "the cursor goes to the next"
        assert "2 without a mark" in desk.text
        await desk.press("u")
        assert marks(desk, by_id[first.standing.citizen_id]) == "blank"
        assert "3 without a mark" in desk.text


async def test_the_rest_is_present_with_one_key_and_a_mark_is_corrected_in_place(team_office: Office) -> None:
    async with team_office.open() as desk:
        screen = await open_team(desk)
        await desk.press("2", "a")
        assert sorted(marks(desk, name) for name in PEOPLE) == ["late", "present", "present"]
        assert "all marked" in desk.text
        assert screen.check_action("rest", ()) is False
        await desk.press("home", "4")
        assert sorted(marks(desk, name) for name in PEOPLE) == ["present", "present", "sick"]
        await desk.press("home", "0")
        assert "1 without a mark" in desk.text


async def test_a_day_to_come_and_a_day_called_off_take_no_marks(team_office: Office) -> None:
    async with team_office.open() as desk:
        screen = await open_team(desk)
        await desk.press("right")
        assert "to come" in desk.text
        await desk.press("1")
        assert screen.slot is not None
        assert all(marks(desk, name, screen.slot.on) == "blank" for name in PEOPLE)
        await desk.press("t", "left", "x")
        await desk.write("Underviseren syg")
        await desk.press("ctrl+d")
        assert "called off: Underviseren syg" in desk.text
        await desk.press("1")
        assert all(marks(desk, name, date(2026, 11, 16)) == "blank" for name in PEOPLE)
        await desk.press("u")
        assert "called off" not in desk.text


async def test_absence_waits_for_a_contact_and_do_it_records_that(team_office: Office) -> None:
    async with team_office.open(size=(120, 40)) as desk:
        screen = await open_team(desk)
        await desk.press("7", "home")
        assert screen.person is not None
        assert screen.person.meeting.waiting is not None
        assert "17 Nov" in desk.text, "a no-show is contacted the same day"
        await desk.press("d")
        form = desk.app.screen
        assert isinstance(form, ProgrammeForm)
        assert "absence_contact" in {emits.fact for emits in form.definition.fact}


async def test_a_new_team_is_written_down_and_somebody_joins(office: Office) -> None:
    async with office.open() as desk:
        await open_team(desk)
        assert "no course team yet" in desk.text
        await desk.press("N")
        await desk.write("Hold 9")
        await desk.press("tab")
        await desk.write("23/11/2026")
        await desk.press("ctrl+d")
        assert desk.services.teams.names() == ["Hold 9"]
        assert "begins 23 Nov" in desk.text
        await desk.press("p")
        await desk.write("Lindholm")
        await desk.press("enter")
        await desk.settle()
        assert [one.standing.citizen_id for one in desk.services.teams.sheet("Hold 9").participants] == [
            desk.ids["aase"]
        ]
        assert "not prepared" in desk.text
        await desk.press("p")
        await desk.write("Ahmed")
        await desk.press("enter")
        assert "no open case in mastery" in desk.text


async def test_a_name_that_is_taken_is_refused_at_the_field(team_office: Office) -> None:
    async with team_office.open() as desk:
        await open_team(desk)
        await desk.press("N")
        await desk.write(TEAM.lower())
        await desk.press("tab")
        await desk.write("23/11")
        await desk.press("ctrl+d")
        assert "There is a team called hold 7 already" in desk.text
        await desk.press("escape")
        assert desk.services.teams.names() == [TEAM]


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_help_and_palette_hold_every_command_uncut(team_office: Office, lang: Language) -> None:
    async with team_office.open(lang=lang) as desk:
        desk.services.teams.found("Hold 8", T0, 4, "wed")
        screen = await open_team(desk)
        offered = {entry.id for entry in entries(screen)}
        rows = {row.key: row for row in help_rows(screen) if isinstance(row, Row)}
        wanted = {command.id for command in COMMANDS} - {"team.earlier", "team.later"}  # arrows, shown with the day
        assert wanted <= offered
        assert wanted <= rows.keys()
        assert [key for key, row in rows.items() if len(plain(row.content)) > 74] == []


async def test_glance_guard_hides_the_names(team_office: Office) -> None:
    async with team_office.open(discreet=True) as desk:
        await open_team(desk)
        assert "Lindholm" not in desk.text
        await desk.press("1")
        assert "Lindholm" not in desk.text


def test_the_first_day_is_a_monday() -> None:
    assert T0.weekday() == 0
