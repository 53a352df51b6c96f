"""Setting up by keyboard at 80x24 in both languages: nothing is made before the passphrase, the code is shown once."""

from pathlib import Path

import pytest

from broker_tui.config import look as looks
from broker_tui.i18n import Language
from broker_tui.screens.first_run import FirstRunScreen
from broker_tui.vault import Vault
from tests.ui.office import CHEAP, PASSPHRASE, Desk, Office


def _screen(desk: Desk) -> FirstRunScreen:
    screen = desk.app.screen
    assert isinstance(screen, FirstRunScreen)
    return screen


async def _to_code(desk: Desk, name: str = "Bente Holm") -> str:
    await desk.press("enter")
    await desk.write(name)
    await desk.press("enter")
    await desk.write(PASSPHRASE)
    await desk.press("enter")
    await desk.write(PASSPHRASE)
    await desk.press("enter")
    await desk.until(lambda: desk.app.session is not None and _screen(desk).step.name == "code")
    await desk.settle()
    return next(row.strip() for row in desk.text.splitlines() if row.count("-") == 6 and len(row.strip()) == 34)


@pytest.mark.parametrize(
    ("lang", "code_words", "first_words"),
    [
        ("en", "Write the recovery code on paper", "Nobody is on the caseload yet"),
        ("da", "Skriv gendannelseskoden på papir", "Der er ingen i sagsstammen endnu"),
    ],
)
async def test_the_whole_way_by_keyboard(tmp_path: Path, lang: Language, code_words: str, first_words: str) -> None:
    office = Office(tmp_path / "new", "")
    app = office.app(lang)
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        code = await _to_code(desk)
        assert code_words in desk.text
        await desk.write(code[-4:].lower())
        await desk.press("enter", "enter")
        await desk.press("enter", "enter", "enter")
        await desk.until(lambda: app.entered)
        await desk.settle()
        assert first_words in desk.text
        assert desk.services.me.name == "Bente Holm"
        app.last_words()
    Vault.unlock(office.home, PASSPHRASE, CHEAP).close()
    assert looks.read(office.home).language == lang
    Vault.unlock_with_recovery(office.home, code, "blåmejse over kirsebærtræet", CHEAP).close()


async def test_choosing_danish_changes_the_language_at_once_and_for_ever(tmp_path: Path) -> None:
    office = Office(tmp_path / "new", "")
    app = office.app("en")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        await desk.press("left")
        await desk.press("enter")
        assert "Hvad hedder du?" in desk.text
        await desk.press("escape")
        assert "Dansk" in desk.text


async def test_weak_and_unequal_passphrases_make_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path / "new", "")
    app = office.app("en")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        await desk.press("enter")
        await desk.press("enter")
        assert "Write your name" in desk.text
        await desk.write("Bente")
        await desk.press("enter")
        await desk.write("kort")
        assert "Make it longer" in desk.text
        await desk.press("enter", "enter")
        assert _screen(desk).step.name == "passphrase"
        await desk.press("shift+tab")
        await desk.write(" " + PASSPHRASE)
        await desk.press("enter")
        await desk.write("noget helt andet")
        await desk.press("enter")
        assert "not the same" in desk.text
        assert not Vault.exists(office.home)


async def test_the_code_must_be_shown_to_be_written_down(tmp_path: Path) -> None:
    office = Office(tmp_path / "new", "")
    app = office.app("en")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        code = await _to_code(desk)
        await desk.write("XXXX")
        await desk.press("enter")
        assert "not the last group" in desk.text
        await desk.press("backspace", "backspace", "backspace", "backspace")
        await desk.write(code[-4:])
        await desk.press("enter")
        assert _screen(desk).step.name == "start"
        assert code not in desk.text
        app.last_words()


async def test_the_tour_can_be_skipped_and_joining_later_is_one_enter(tmp_path: Path) -> None:
    office = Office(tmp_path / "new", "")
    app = office.app("en")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        code = await _to_code(desk)
        await desk.write(code[-4:])
        await desk.press("enter")
        await desk.press("left")
        await desk.press("enter")
        if _screen(desk).step.name == "hub":
            await desk.press("enter", "enter")
        assert _screen(desk).step.name == "tour1"
        await desk.press("escape")
        await desk.until(lambda: app.entered)
        app.last_words()


async def test_keys_of_the_open_caseload_do_nothing_while_setting_up(tmp_path: Path) -> None:
    office = Office(tmp_path / "new", "")
    app = office.app("en")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        await desk.press("f2", "ctrl+n", "ctrl+p", "ctrl+o", "ctrl+l")
        assert isinstance(app.screen, FirstRunScreen)
        assert app.return_code is None
