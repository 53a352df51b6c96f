"""The week of a flex-job workplace: marks by digit, hours, sheet and mentor, in both languages and sizes."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.programme_form import ProgrammeForm
from broker_tui.screens.shifts import ShiftsScreen
from sync.records.types import Case, Placement
from tests.ui.office import SIZES, TODAY, Desk, Office, copy_office

WORDS = {
    "en": ("week 47", "1 in flex job", "1 present", "Effective", "Mentor"),
    "da": ("uge 47", "1 i fleksjob", "1 mødt", "Effektivt", "Mentor"),
}
START = date(2026, 10, 5)


@pytest.fixture
def office(office_template: Office, tmp_path: Path) -> Office:
    """Søren in flex job at Dalum Købmand."""
    office = copy_office(office_template, tmp_path / "office")
    session = office.session()
    try:
        services = session.services
        job = Placement(citizen_id=office.ids["soren"], type="flexjob", company_id=office.ids["dalum"], start=START)
        office.ids["job"] = services.work.add_placement(job).ids[0]
        cases = services.store.entries(Case, where={"citizen_id": office.ids["soren"]})
        office.ids["case"] = next(one.id for one in cases if one.record.programme == "flexjob")
    finally:
        session.close()
    return office


async def open_week(desk: Desk) -> ShiftsScreen:
    """The week, from the person's card."""
    desk.app.open_citizen(desk.ids["soren"])
    await desk.settle()
    await desk.press("T")
    await desk.settle()
    screen = desk.app.screen
    assert isinstance(screen, ShiftsScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_the_week_of_the_job(office: Office, lang: Language, size: tuple[int, int]) -> None:
    async with office.open(lang=lang, size=size) as desk:
        await open_week(desk)
        for word in WORDS[lang]:
            if word == WORDS[lang][3] and size[0] < 100:
                continue  # dropped where there is little room
            assert word in desk.text, f"{word!r} in\n{desk.text}"


async def test_one_key_marks_and_the_week_adds_up(office: Office) -> None:
    async with office.open(size=(120, 40)) as desk:
        screen = await open_week(desk)
        desk.services.shifts.mark(
            office.ids["case"], office.ids["job"], TODAY - timedelta(days=7), "present", planned=150
        )
        await desk.settle()
        assert "1 without a mark" in desk.text, "a shift is usual on this weekday"
        await desk.press("1")
        await desk.settle()
        person = screen.person
        assert person is not None
        assert (person.week.shifts[TODAY].mark, person.week.presence) == ("present", 150)
        assert "all marked" in desk.text
        await desk.press("u")
        await desk.settle()
        assert "1 without a mark" in desk.text, "undone"


async def test_a_part_of_a_shift_asks_how_long(office: Office) -> None:
    async with office.open() as desk:
        screen = await open_week(desk)
        await desk.press("4")
        await desk.write("1,5")
        await desk.press("ctrl+d")
        await desk.settle()
        assert screen.person is not None
        assert screen.person.week.presence == 90


async def test_days_weeks_and_what_is_to_come(office: Office) -> None:
    async with office.open() as desk:
        screen = await open_week(desk)
        await desk.press("right")
        assert "to come" in desk.text
        assert screen.check_action("mark", (1,)) is False
        await desk.press("minus")
        await desk.settle()
        assert "week 46" in desk.text
        await desk.press("t")
        await desk.settle()
        assert "week 47" in desk.text


async def test_sheet_and_mentor_time(office: Office) -> None:
    async with office.open() as desk:
        screen = await open_week(desk)
        await desk.press("m")
        await desk.write("2")
        await desk.press("ctrl+d")
        await desk.settle()
        assert screen.person is not None
        assert screen.person.week.mentor == 120
        assert "this week 2.0 h" in desk.text
        await desk.press("s")
        await desk.settle()
        form = desk.app.screen
        assert isinstance(form, ProgrammeForm)
        assert form.definition.id == "F-F9"
        assert form.filled["week"] == (TODAY - timedelta(days=TODAY.weekday())).isoformat()


async def test_from_the_company_and_without_anybody(office: Office) -> None:
    async with office.open() as desk:
        desk.app.open_company(desk.ids["dalum"])
        await desk.settle()
        await desk.press("T")
        await desk.settle()
        screen = desk.app.screen
        assert isinstance(screen, ShiftsScreen)
        assert screen.person is not None
        await desk.press(*["minus"] * 8)
        await desk.settle()
        assert "Nobody is in flex job here in this week." in desk.text


async def test_a_case_without_a_job_says_so_and_opens_no_other_workplace(
    office_template: Office, tmp_path: Path
) -> None:
    bare = copy_office(office_template, tmp_path / "bare")
    async with bare.open(lang="da") as desk:
        desk.app.open_citizen(desk.ids["soren"])
        await desk.settle()
        await desk.press("T")
        await desk.settle()
        assert not isinstance(desk.app.screen, ShiftsScreen)
        assert "Sagen har intet fleksjob endnu" in desk.text
