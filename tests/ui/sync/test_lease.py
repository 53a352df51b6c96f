"""T40 on the screen: what opens after fifteen days without the hub, and how it becomes the usual caseload again."""

from datetime import datetime, timedelta

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.screens.connect import ConnectScreen
from broker_tui.screens.today import TodayScreen
from broker_tui.services import Services
from broker_tui.services.lease import HEARD, SEEN
from tests.fakes.hub import FakeHub, lost
from tests.ui.office import PASSPHRASE, Desk, Office
from tests.ui.screen_text import screen_text
from tests.ui.sync.hubbed import connect, join

NAMES = ("Jonas", "Lise", "Ahmed", "Nordvest")


def age(services: Services, days: int) -> None:
    """The hub was last heard `days` ago."""
    heard = (datetime.now(DENMARK) - timedelta(days=days)).isoformat()
    services.store.set_setting(HEARD, heard)
    services.store.set_setting(SEEN, heard)


async def joined(office: Office, hub: FakeHub, days: int) -> str:
    """A laptop with one unsent change that heard from its hub `days` ago; the broker's id."""
    async with office.open() as desk:
        staff = await join(desk, hub)
        await desk.press("f3", "c")
        await desk.write("Ringede om praktik")
        await desk.press("ctrl+d")
        assert desk.services.sync.state().unsent
        age(desk.services, days)
    return staff


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_t40_day_fifteen_opens_only_to_connect(office: Office, lang: str) -> None:
    hub = FakeHub()
    staff = await joined(office, hub, 15)
    app = office.app("da" if lang == "da" else "en")
    async with app.run_test(size=(80, 24)) as pilot:
        session = app.door.unlock(PASSPHRASE)
        line = connect(session.services, hub, staff)
        line.before = lambda name, number: lost()
        app.enter(session)
        desk = Desk(app, pilot, office.ids)
        await desk.settle()
        assert isinstance(app.screen, ConnectScreen)
        before = [op.op for op in session.services.store.unsent(500)]
        for key in ("f2", "f3", "f4", "f9", "ctrl+f", "slash", "ctrl+n", "ctrl+p", "ctrl+g", "ctrl+o", "ctrl+y", "f8",
                    "ctrl+t", "ctrl+r", "u", "escape", "q"):  # fmt: skip
            await desk.press(key)
            assert isinstance(app.screen, ConnectScreen), key
        text = screen_text(app)
        assert not any(name in text for name in NAMES)
        assert ("Intet er tabt" if lang == "da" else "Nothing is lost") in text
        assert ("usendt" if lang == "da" else "unsent") in text
        assert [op.op for op in session.services.store.unsent(500)] == before
        line.before = lambda name, number: None
        await desk.press("s")
        assert isinstance(app.screen, TodayScreen)
        assert session.services.sync.state().unsent == 0
        await desk.press("f3")
        assert "Jonas" in screen_text(app)
        app.last_words()


async def test_the_first_try_is_made_without_asking(office: Office) -> None:
    hub = FakeHub()
    staff = await joined(office, hub, 15)
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        session = app.door.unlock(PASSPHRASE)
        connect(session.services, hub, staff)
        app.enter(session)
        await Desk(app, pilot, office.ids).settle()
        assert isinstance(app.screen, TodayScreen)
        app.last_words()


async def test_an_open_caseload_locks_when_the_lease_runs_out(office: Office) -> None:
    async with office.open() as desk:
        await join(desk, FakeHub())
        desk.app.background._keep_lease()
        await desk.settle()
        assert not desk.app.too_late
        age(desk.services, 15)
        desk.app.background._keep_lease()
        await desk.settle()
        assert desk.app.return_code == 75


async def test_sync_says_the_day_and_warns_when_it_is_near(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        await join(desk, FakeHub())
        await desk.press("f7")
        assert "The cases are open here until" in screen_text(desk.app)
        kept = desk.services.lease.look()
        assert kept is not None
        desk.services.store.set_setting(
            HEARD, (datetime(2026, 11, 17, 9, tzinfo=DENMARK) - timedelta(days=12)).isoformat()
        )
        desk.app.read_standing()
        await desk.settle()
        assert "the cases close until" in screen_text(desk.app)
        await desk.press("o")
        assert "sync before that day" in screen_text(desk.app)
