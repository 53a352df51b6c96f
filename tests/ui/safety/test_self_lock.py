"""The app locks by itself, keeps what was typed, and keeps the details of a crash inside the vault only."""

import threading

import pytest

from broker_tui import crash
from broker_tui.app import BrokerApp
from broker_tui.domain.views import StoreFull
from broker_tui.eventlog import Event, EventLog
from broker_tui.services.lease import ENROLMENT
from tests.ui.office import Office
from tests.ui.screen_text import screen_text


class Clocks:
    """Both clocks of an app, moved by hand."""

    def __init__(self, app: BrokerApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steady, self.wall = 0.0, 1_000.0
        monkeypatch.setattr(app, "steady", lambda: self.steady)
        monkeypatch.setattr(app, "wall", lambda: self.wall)
        assert app.idle is not None
        app.idle.steady, app.idle.wall, app.idle._key = 0.0, 1_000.0, 0.0

    def go(self, seconds: int, app: BrokerApp) -> None:
        """Look each second."""
        for _ in range(seconds):
            if app.too_late:
                return
            self.steady += 1
            self.wall += 1
            app.look_idle()


async def test_t14_idle_warns_locks_and_keeps_the_draft(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office.open(lang="da") as desk:
        app, clocks = desk.app, Clocks(desk.app, monkeypatch)
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("c")
        await desk.write("halvt skrevet")
        clocks.steady = app.idle._key if app.idle else 0.0
        clocks.go(269, app)
        assert not app.too_late
        clocks.go(1, app)
        await desk.settle()
        assert "Låser om 30 s" in screen_text(app)
        await desk.press("x")
        clocks.go(2, app)
        assert not app.too_late
        clocks.go(300, app)
        assert app.too_late
        assert app.return_code == 75
    session = office.session()
    assert any("halvt skrevet" in str(draft.values) for draft in session.services.drafts.all())
    session.close()
    assert EventLog(office.home).lines()[0]["event"] == Event.LOCKED.value


async def test_t14_a_clock_jump_locks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office.open() as desk:
        clocks = Clocks(desk.app, monkeypatch)
        clocks.wall += 3_600
        clocks.go(1, desk.app)
        assert desk.app.return_code == 75


async def test_the_time_is_chosen_in_settings_and_the_municipality_goes_first(office: Office) -> None:
    async with office.open() as desk:
        assert desk.app.idle is not None
        assert desk.app.idle.limit == 300
        desk.app.action_settings()
        await desk.settle()
        await desk.press("tab", "tab", "tab", "tab", "right")
        assert desk.app.idle.limit == 600
        desk.services.store.set_setting(ENROLMENT, {"policy": {"idle_s": 120}})
        await desk.press("right")
        assert desk.app.idle.limit == 120
        assert "The municipality has said how long" in screen_text(desk.app)


async def test_t16_a_crash_is_kept_inside_the_vault_and_outside_only_its_class(office: Office) -> None:
    async with office.open() as desk:
        canary = "Zebrastian 010190-0000"
        try:
            raise ValueError(canary)
        except ValueError as error:
            from broker_tui import crash

            made = crash.report(error)
        (kept,) = desk.services.incidents.all()
        assert (kept.ref, kept.error, kept.message) == (made.ref, "ValueError", canary)
        assert kept.places
        assert canary not in made.text()
    log = (office.home / "log" / "events.jsonl").read_text("ascii")
    assert made.ref in log
    assert "Zebrastian" not in log
    assert not any(b"Zebrastian" in path.read_bytes() for path in office.home.rglob("*") if path.is_file())


async def test_a_crash_the_vault_cannot_take_ends_there_and_stands_in_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def full(ref: str, *_more: object) -> None:
        asked.append(ref)
        raise StoreFull

    monkeypatch.setattr(threading, "excepthook", crash._on_thread_exception)
    async with office.open() as desk:
        monkeypatch.setattr(desk.services.store, "add_incident", full)
        made = crash.report(ValueError("Jonas Pedersen"))
    assert asked == [made.ref], "once: an error about an error is not reported in its turn"
    lost, crashed = EventLog(office.home).lines()[:2]
    assert (lost["event"], lost["ref"], lost["error"]) == ("details_lost", made.ref, "StoreFull")
    assert (crashed["event"], crashed["error"]) == ("crashed", "ValueError")
