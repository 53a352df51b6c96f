"""The municipality's own settings: read, changed within bounds, taken from a profile, set back."""

from pathlib import Path

import pytest

from broker_tui.domain.views import InvalidInput
from broker_tui.i18n import Language
from broker_tui.screens.local_settings import LocalSettingsScreen
from tests.ui.office import SIZES, Desk, Office, copy_office

WORDS = {
    "da": ("Lokal profil", "Opfølgningsprofil", "hver måned, siden sjældnere"),
    "en": ("Local profile", "Follow-up profile", "monthly, then seldomer"),
}


@pytest.fixture
def office(office_template: Office, tmp_path: Path) -> Office:
    """The real programmes."""
    return copy_office(office_template, tmp_path / "office")


async def open_settings(desk: Desk, programme: str = "flexjob") -> LocalSettingsScreen:
    """The page, as from Settings."""
    await desk.press("ctrl+o", "l")
    screen = desk.app.screen
    assert isinstance(screen, LocalSettingsScreen)
    for _turn in range(5):
        if screen.programme == programme:
            break
        await desk.press("tab")
    return screen


async def go_to(desk: Desk, screen: LocalSettingsScreen, name: str) -> None:
    """The cursor on a setting."""
    for _row in range(80):
        if screen.chosen is not None and screen.chosen.name == name:
            return
        await desk.press("down")
    raise AssertionError(f"{name} is not among the settings")


def now(desk: Desk, name: str) -> object:
    """What holds here."""
    return desk.services.programmes.program("flexjob").params[name]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_every_setting_in_words(office: Office, lang: Language, size: tuple[int, int]) -> None:
    async with office.open(lang=lang, size=size) as desk:
        await open_settings(desk)
        for word in WORDS[lang]:
            assert word in desk.text, f"{word!r} in\n{desk.text}"


async def test_a_profile_is_taken_over_and_set_back(office: Office) -> None:
    async with office.open() as desk:
        await open_settings(desk)
        await desk.press("p")
        assert "Thisted" in desk.text
        await desk.press("end", *["up"] * 7, "enter")
        assert now(desk, "local_profile") == "thisted"
        assert now(desk, "workshop_min_people") == 3
        assert "Profile taken over: Thisted" in desk.text
        await desk.press("b")
        assert now(desk, "local_profile") == "none"
        assert now(desk, "workshop_min_people") == 2


async def test_a_number_stays_within_its_bounds_and_goes_back(office: Office) -> None:
    async with office.open() as desk:
        screen = await open_settings(desk)
        await go_to(desk, screen, "capacity_max_hours")
        await desk.press("enter", "end", "backspace", "backspace")
        await desk.write("40")
        await desk.press("ctrl+d")
        assert "Write a number from 1 to 12." in desk.text
        assert now(desk, "capacity_max_hours") == 12
        await desk.press("backspace", "backspace")
        await desk.write("10")
        await desk.press("ctrl+d")
        assert now(desk, "capacity_max_hours") == 10
        await desk.press("r")
        assert now(desk, "capacity_max_hours") == 12


async def test_yes_and_no_turn_with_enter(office: Office) -> None:
    async with office.open() as desk:
        screen = await open_settings(desk)
        await go_to(desk, screen, "intro_14_days")
        await desk.press("enter")
        assert now(desk, "intro_14_days") is True


async def test_what_cannot_stand_changes_nothing(office: Office) -> None:
    async with office.open() as desk:
        local = desk.services.local_settings
        for name, value in (("capacity_max_hours", 13), ("design", "tent"), ("capacity_min_hours", 2), ("nothing", 1)):
            with pytest.raises(InvalidInput):
                local.change("flexjob", name, value)
        with pytest.raises(InvalidInput):
            local.take("flexjob", "paris")
        assert local.here("flexjob") == {}
