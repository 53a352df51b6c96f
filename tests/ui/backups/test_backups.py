"""Backups on the screen, and a damaged caseload rescued from the lock screen."""

from pathlib import Path

import pytest
from textual.widgets import Input

from broker_tui.config import look
from broker_tui.domain.views import StoreFull
from broker_tui.i18n import Language
from broker_tui.services.backups import KeeperRefused
from broker_tui.vault import Vault, keeping
from tests.ui.office import CHEAP, PASSPHRASE, Desk, Office
from tests.ui.screen_text import screen_text


async def to_backups(desk: Desk) -> str:
    desk.app.action_settings()
    await desk.settle()
    await desk.press("b")
    return screen_text(desk.app)


def damage(office: Office) -> None:
    """The pages that hold the list of tables: the database does not open."""
    path = office.home / "vault.db"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(("lang", "empty"), [("da", "ingen sikkerhedskopi endnu"), ("en", "no backup yet")])
async def test_one_is_written_at_once_and_read_to_its_end(office: Office, lang: Language, empty: str) -> None:
    async with office.open(lang=lang) as desk:
        assert empty in await to_backups(desk)
        await desk.press("b")
        (kept,) = keeping.kept(office.home)
        assert kept.path.exists()
        assert empty not in screen_text(desk.app)
        await desk.press("enter")
        assert ("i orden" if lang == "da" else "is sound") in screen_text(desk.app)
        data = bytearray(kept.path.read_bytes())
        data[len(data) // 2] ^= 1
        kept.path.write_bytes(data)
        await desk.press("enter")
        assert ("kan ikke læses" if lang == "da" else "does not read") in screen_text(desk.app)


async def test_one_on_a_stick_never_overwrites(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        await to_backups(desk)
        target = tmp_path / "stick.zip"
        for said in ("written and proved", "already"):
            await desk.press("f", "ctrl+u")
            await desk.write("x")
            desk.app.screen.query(Input).first().value = str(target)
            await desk.press("ctrl+d")
            assert said in screen_text(desk.app)
        assert target.exists()


async def test_a_check_says_that_everything_reads(office: Office) -> None:
    async with office.open() as desk:
        await to_backups(desk)
        await desk.press("t")
        assert "The caseload is sound" in screen_text(desk.app)


@pytest.mark.parametrize("failing", ["check", "at_once", "sound"])
@pytest.mark.parametrize("error", [KeeperRefused("The disk said no."), StoreFull()], ids=["refused", "full"])
async def test_the_keys_work_again_after_a_check_that_failed(
    office: Office, monkeypatch: pytest.MonkeyPatch, failing: str, error: Exception
) -> None:
    async with office.open() as desk:
        await to_backups(desk)
        await desk.press("b")
        backups = desk.services.backups
        key = {"check": "t", "at_once": "b", "sound": "enter"}[failing]

        def fails(*_args: object) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(type(backups.keeper) if failing == "sound" else type(backups), failing, fails)
            await desk.press(key)
            said = "The disk said no." if isinstance(error, KeeperRefused) else "disk is full"
            assert said in screen_text(desk.app)
        for key, well in (("t", "is sound"), ("b", "written and proved"), ("enter", "is sound")):
            await desk.press(key)
            assert well in screen_text(desk.app), key


async def test_the_days_backup_is_written_beside_the_work_and_its_failure_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    async with office.open() as desk:
        desk.app.background._keep_safe()
        await desk.settle()
        assert len(keeping.kept(office.home)) == 1
        for one in keeping.kept(office.home):
            one.path.unlink()
        monkeypatch.setattr("broker_tui.vault.archive._copy_database", full)
        desk.app.background._keep_safe()
        await desk.settle()
        assert "No backup today" in screen_text(desk.app)


@pytest.mark.parametrize(("lang", "key", "told"), [("da", "red", "Sagerne er reddet"), ("en", "rescue", "is rescued")])
async def test_a_damaged_caseload_is_rescued_from_the_lock_screen(
    office: Office, lang: Language, key: str, told: str
) -> None:
    with Vault.unlock(office.home, PASSPHRASE, CHEAP) as unlocked:
        from tests.unit.services.services_helpers import StillClock

        keeping.make(unlocked, StillClock().now())
    damage(office)
    app = office.app(lang)
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        assert f"^E {key}" not in screen_text(app)
        await desk.write(PASSPHRASE)
        await desk.press("enter")
        assert f"^E {key}" in screen_text(app)
        await desk.press("ctrl+e")
        await desk.until(lambda: told in screen_text(app))
        await desk.press("escape", "f3")
        assert "Jonas Pedersen" in screen_text(app)
        app.last_words()
    assert list(office.home.glob("before-restore-*/vault.db"))


@pytest.mark.parametrize(("lang", "said"), [("da", "Sagerne er beskadiget"), ("en", "The caseload is damaged")])
async def test_damage_met_at_work_is_told_and_rescued_though_the_caseload_still_opens(
    office: Office, lang: Language, said: str
) -> None:
    with Vault.unlock(office.home, PASSPHRASE, CHEAP) as unlocked:
        reader = unlocked.connect_reader()
        ((root,),) = reader.execute("SELECT rootpage FROM sqlite_master WHERE name = 'contact'").fetchall()
        reader.close()
    path = office.home / "vault.db"
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 + 100] ^= 1
    path.write_bytes(data)
    async with office.open(lang=lang) as desk:
        assert said in screen_text(desk.app)
    app = office.app(lang)
    app.look = look.read(office.home)
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        assert said in screen_text(app)
        await desk.press("ctrl+e")
        assert not list(office.home.glob("before-restore-*")), "nothing without the passphrase"
        await desk.write("forkert men lang nok")
        await desk.press("ctrl+e")
        assert not list(office.home.glob("before-restore-*"))
        await desk.write(PASSPHRASE)
        await desk.press("ctrl+e")
        await desk.until(lambda: "before-restore-" in screen_text(app) or "IT" in screen_text(app))
        await desk.press("escape", "f3")
        assert "Jonas Pedersen" in screen_text(app)
        assert app.services.backups.check() == []
        app.last_words()
    assert not look.read(office.home).damaged


async def test_without_damage_there_is_nothing_to_rescue(office: Office) -> None:
    app = office.app("en")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        await desk.write("forkert men lang nok")
        await desk.press("enter", "ctrl+e")
        assert "rescue" not in screen_text(app)
        assert not list(office.home.glob("before-restore-*"))
