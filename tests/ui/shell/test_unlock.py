"""The way in: lock screen, wrong passphrases, recovery, a damaged or busy vault, and what is loaded before."""

import subprocess
import sys
from pathlib import Path

import pytest

from broker_tui.i18n import Language
from broker_tui.vault import Vault
from tests.ui.office import CHEAP, PASSPHRASE, Desk, Office

NEW = "blåmejse over kirsebærtræet"


async def _type_and_enter(desk: Desk, passphrase: str) -> None:
    await desk.write(passphrase)
    await desk.press("enter")


@pytest.mark.parametrize(("lang", "locked"), [("en", "The caseload is locked"), ("da", "Sagerne er låst")])
async def test_the_lock_screen_names_nobody_and_the_right_passphrase_opens(
    office: Office, lang: Language, locked: str
) -> None:
    app = office.app(lang)
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        assert locked in desk.text
        assert "Bente" not in desk.text
        assert "Ahmed" not in desk.text
        await _type_and_enter(desk, PASSPHRASE)
        await desk.until(lambda: app.entered)
        await desk.settle()
        assert "Ahmed Khalil" in desk.text
        app.last_words()


async def test_a_key_file_put_right_is_told_of_on_the_first_page(office: Office) -> None:
    (office.home / "vault.hdr").write_bytes(b"damaged")
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await _type_and_enter(desk, PASSPHRASE)
        await desk.until(lambda: "The key file was damaged and was put right from its copy." in desk.text)
        app.last_words()


async def test_a_wrong_passphrase_is_said_under_the_field_and_costs_time_later(office: Office) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        for _attempt in range(3):
            await _type_and_enter(desk, "helt forkert")
        assert "The passphrase is not right" in desk.text
        assert "helt" not in desk.text
        await desk.until(lambda: Vault.attempts(office.home).failed == 3)
        await desk.settle()
        await _type_and_enter(desk, "helt forkert")
        assert Vault.attempts(office.home).failed <= 4
        await desk.until(lambda: "Wait" in desk.text or Vault.attempts(office.home).wait_seconds == 0)
    assert not app.entered


async def test_ctrl_t_shows_what_is_typed_and_hides_it_again(office: Office) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.write("grøn")
        assert "grøn" not in desk.text
        assert "••••" in desk.text
        await desk.press("ctrl+t")
        assert "grøn" in desk.text
        await desk.press("ctrl+t")
        assert "grøn" not in desk.text


async def test_the_code_on_paper_opens_and_sets_a_new_passphrase(office: Office) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.press("ctrl+r")
        await desk.write(office.code.lower())
        await desk.press("tab")
        await desk.write(NEW)
        await desk.press("ctrl+d")
        await desk.until(lambda: app.entered)
        app.last_words()
    Vault.unlock(office.home, NEW, CHEAP).close()


async def test_a_mistyped_code_and_a_weak_passphrase_are_refused_at_their_fields(office: Office) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.press("ctrl+r")
        await desk.write("ABCD-EFGH")
        await desk.press("tab")
        await desk.write(NEW)
        await desk.press("ctrl+d")
        assert "mistyped" in desk.text
        await desk.press("escape")
        await desk.press("ctrl+r")
        await desk.write(office.code)
        await desk.press("tab")
        await desk.write("kort")
        await desk.press("ctrl+d")
        assert "too short" in desk.text
        assert not app.entered
    Vault.unlock(office.home, PASSPHRASE, CHEAP).close()


async def test_damage_and_a_second_program_are_told_apart(office: Office) -> None:
    async def said() -> str:
        app = office.app()
        async with app.run_test(size=(80, 24)) as pilot:
            desk = Desk(app, pilot, office.ids)
            await _type_and_enter(desk, PASSPHRASE)
            assert not app.entered
            return " ".join(desk.text.split())

    other = Vault.unlock(office.home, PASSPHRASE, CHEAP)
    assert "open in another window" in await said()
    other.close()
    database = office.home / "vault.db"
    content = database.read_bytes()
    database.write_bytes(content[: len(content) // 3])
    assert "the database is damaged" in await said()
    for header in office.home.glob("vault.hdr*"):
        header.write_bytes(header.read_bytes()[:-60])
    assert "The key file of the vault is damaged" in await said()


def test_nothing_heavy_is_loaded_before_the_lock_screen_is_painted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "vault.hdr").write_bytes(b"{}")
    program = """
import asyncio, sys
from pathlib import Path
from broker_tui.app_process import make_app

async def main():
    app = make_app(Path(sys.argv[1]), lang="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert type(app.screen).__name__ == "UnlockScreen"
        print(sorted({"sqlcipher3", "sqlite_utils", "cryptography", "httpx", "msgspec", "openpyxl"} & set(sys.modules)))

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(home)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_door_knows_the_files_of_the_vault(tmp_path: Path) -> None:
    from broker_tui.door import FILES
    from broker_tui.vault import header, opening

    assert set(FILES) == {header.NAME, header.COPY_NAME, opening.NAME}


async def test_enter_never_overtakes_a_passphrase_typed_faster_than_it_is_shown(office: Office) -> None:
    from textual import events

    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        for char in PASSPHRASE:
            app.post_message(events.Key("space" if char == " " else char, char))
        app.post_message(events.Key("enter", "\r"))
        await desk.until(lambda: app.entered)
        app.last_words()
