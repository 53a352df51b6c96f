"""Sync: truth about what is unsent, joining, running, differences, refusals; the screen never waits."""

import threading
from pathlib import Path

import pytest

from broker_tui.config import look
from broker_tui.domain.views import SyncPhase
from broker_tui.i18n import Language
from broker_tui.services.laptop_standing import REVOKED
from sync.errors import Cause, HubRefused
from sync.records.types import Citizen
from tests.fakes.hub import FakeHub, _rejected, lost
from tests.ui.office import DEADLINE, SIZES, TODAY, Desk, Office
from tests.ui.screen_text import screen_text
from tests.ui.sync.hubbed import URL, connect, second_laptop


@pytest.fixture
def hub() -> FakeHub:
    """An empty hub."""
    return FakeHub()


async def _join(desk: Desk, hub: FakeHub, staff_id: str) -> None:
    await desk.press("f7", "e")
    await desk.write(URL)
    await desk.press("tab")
    await desk.write(hub.code_for(staff_id))
    await desk.press("ctrl+d")
    await desk.until(lambda: desk.app.sync_state is not None and desk.app.sync_state.enrolled)
    await desk.until(lambda: desk.services.sync.state().unsent == 0)
    await desk.until(lambda: not desk.app.background.running)
    await desk.settle()


async def test_without_a_hub_everything_is_unsent_and_the_key_to_join_is_named(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f7")
        assert "No hub yet" in desk.text
        assert "e joins a hub" in desk.text
        count = desk.services.store.unsent_count()
        assert f"Unsent  {count}" in desk.text
        assert f"{count} unsent" in desk.text.splitlines()[0]
        await desk.press("f7")
        assert "has not joined a hub" in desk.text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("lang", "confirmed"), [("en", "sent and confirmed"), ("da", "sendt og bekræftet")])
async def test_joining_sends_everything_and_ends_with_a_receipt(
    office: Office, hub: FakeHub, size: tuple[int, int], lang: Language, confirmed: str
) -> None:
    async with office.open(size, lang) as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        unsent = desk.services.store.unsent_count()
        await _join(desk, hub, staff_id)
        await desk.until(lambda: f"{unsent} {confirmed}" in desk.text)
        assert len(hub.answers) == unsent
        assert "unsent" not in desk.text.splitlines()[0]


async def test_nothing_is_said_about_the_connection_before_the_first_attempt(office: Office, hub: FakeHub) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        await desk.until(lambda: "online" in desk.text.splitlines()[0])
    async with office.open() as desk:
        connect(desk.services, hub, staff_id)
        desk.app.read_standing()
        await desk.press("f7")
        assert "line" not in desk.text.splitlines()[0], "neither online nor offline"


async def test_a_failed_look_at_the_network_says_offline(
    office: Office, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        monkeypatch.setattr(desk.services.sync, "_reachable", lambda _url: False)
        desk.app.background._look()
        await desk.until(lambda: "offline" in desk.text.splitlines()[0])
        assert desk.services.sync.receipts()[0].outcome == "ok", "looking leaves no receipt"


async def test_a_wrong_code_is_said_and_changes_nothing(office: Office, hub: FakeHub) -> None:
    async with office.open() as desk:
        connect(desk.services, hub, hub.add_broker("Bente"))
        await desk.press("f7", "e")
        await desk.write(URL)
        await desk.press("tab")
        await desk.write("FORKERT")
        await desk.press("ctrl+d")
        await desk.until(lambda: "does not accept this code" in desk.text)
        await desk.press("escape")
        assert "No hub yet" in desk.text


async def test_a_lost_network_is_offline_and_unsent_stays_true(office: Office, hub: FakeHub) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        line = connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        line.before = lambda _name, _number: lost()
        desk.services.people.edit_citizen(desk.ids["jonas"], {"phone": "87654321"})
        await desk.press("f7")
        await desk.until(lambda: "Offline" in desk.text)
        assert "No connection to the hub" in desk.text
        assert "1 unsent" in desk.text.splitlines()[0]
        assert "offline" in desk.text.splitlines()[0]
        assert "Jonas Pedersen" in desk.line("Citizen")


async def test_the_screen_stays_usable_while_a_slow_sync_runs(office: Office, hub: FakeHub) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        line = connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        gate = threading.Event()
        line.garble = lambda answer: (gate.wait(2 * DEADLINE), answer)[1]
        desk.services.people.edit_citizen(desk.ids["jonas"], {"phone": "87654321"})
        try:
            await desk.pilot.press("f7")
            await desk.watch(lambda: desk.app.background.running)
            await desk.pilot.press("f2")
            await desk.watch(lambda: "Ahmed Khalil" in desk.text)
            await desk.pilot.press("down")
            desk.services.people.edit_citizen(desk.ids["lise"], {"phone": "11112222"})
            working = (SyncPhase.CONNECTING, SyncPhase.SENDING, SyncPhase.RECEIVING)
            await desk.watch(lambda: desk.services.sync.state().phase in working)
            assert desk.app.background.running
        finally:
            gate.set()
        await desk.until(lambda: not desk.app.background.running)


@pytest.mark.parametrize(
    ("key", "kept"), [("1", "11111111"), ("2", "22222222"), ("b", "12345678")], ids=["mine", "theirs", "before"]
)
async def test_a_difference_is_shown_with_both_values_and_settled_with_a_key(
    office: Office, hub: FakeHub, tmp_path: Path, key: str, kept: str
) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        other = second_laptop(tmp_path / "second", hub, staff_id)
        jonas = desk.ids["jonas"]
        other.services.people.edit_citizen(jonas, {"phone": "22222222"})
        other.services.sync.run()
        other.close()
        desk.services.people.edit_citizen(jonas, {"phone": "11111111"})
        await desk.press("f7")
        await desk.until(lambda: "Difference" in desk.text)
        row = desk.line("11111111", "22222222")
        assert row.index("11111111") < row.index("22222222") < row.index("12345678")
        await desk.press(key)
        await desk.until(lambda: "Difference" not in desk.text)
        record = desk.services.store.entry(Citizen, jonas)
        assert record is not None
        assert record.record.phone == kept


async def test_both_texts_are_kept_with_three(office: Office, hub: FakeHub, tmp_path: Path) -> None:
    async with office.open((120, 40)) as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        other = second_laptop(tmp_path / "second", hub, staff_id)
        jonas = desk.ids["jonas"]
        other.services.people.edit_citizen(jonas, {"note": "Deres [/b] ord"})
        other.services.sync.run()
        other.close()
        desk.services.people.edit_citizen(jonas, {"note": "Mine ord"})
        await desk.press("f7")
        await desk.until(lambda: "Deres [/b] ord" in desk.text)
        await desk.press("3")
        await desk.until(lambda: "Difference" not in desk.text)
        record = desk.services.store.entry(Citizen, jonas)
        assert record is not None
        assert "Mine ord" in str(record.record.note)
        assert "Deres [/b] ord" in str(record.record.note)


async def test_long_texts_of_a_difference_are_wrapped_and_read_in_full(
    office: Office, hub: FakeHub, tmp_path: Path
) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        other = second_laptop(tmp_path / "second", hub, staff_id)
        jonas = desk.ids["jonas"]
        theirs = " ".join(f"deres{number}" for number in range(20))
        other.services.people.edit_citizen(jonas, {"note": theirs})
        other.services.sync.run()
        other.close()
        desk.services.people.edit_citizen(jonas, {"note": " ".join(f"mit{number}" for number in range(30))})
        await desk.press("f7")
        await desk.until(lambda: "Difference" in desk.text)
        rows = [row for row in desk.text.splitlines() if "deres" in row and "mit" in row]
        assert len(rows) == 3, desk.text
        assert "deres19" not in desk.text
        await desk.press("enter")
        await desk.until(lambda: "mit29" in desk.text)
        await desk.press("pagedown")
        assert "deres19" in desk.text
        await desk.press("escape", "2")
        await desk.until(lambda: "Difference" not in desk.text)
        record = desk.services.store.entry(Citizen, jonas)
        assert record is not None
        assert record.record.note == theirs


async def test_a_refusal_says_why_and_opens_the_form(
    office: Office, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        monkeypatch.setattr(hub, "take", lambda op, _device, _staff: _rejected(op, "validation"))
        desk.services.people.edit_citizen(desk.ids["jonas"], {"phone": "11111111"})
        await desk.press("f7")
        await desk.until(lambda: "Refused  1" in desk.text)
        assert desk.text.count("Jonas Pedersen") == 1, desk.text
        await desk.press("r")
        await desk.until(lambda: type(desk.app.screen).__name__ == "CitizenForm")
        await desk.press("escape")
        await desk.press("x", "g")
        await desk.until(lambda: "Refused  1" not in desk.text)
        assert desk.services.sync.refused() == []


async def test_receipts_are_listed_with_k(office: Office, hub: FakeHub) -> None:
    async with office.open() as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        number = desk.services.sync.receipts()[0].number
        await desk.press("k")
        await desk.until(lambda: number in desk.text)


async def test_no_name_and_no_text_is_left_under_the_guard(office: Office, hub: FakeHub, tmp_path: Path) -> None:
    async with office.open((120, 40)) as desk:
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        other = second_laptop(tmp_path / "second", hub, staff_id)
        other.services.people.edit_citizen(desk.ids["jonas"], {"note": "Hemmelig tekst", "name": "Jonas Sejersen"})
        other.services.sync.run()
        other.close()
        desk.services.people.edit_citizen(desk.ids["jonas"], {"note": "Privat notat", "name": "Jonas Palle"})
        await desk.press("f7")
        await desk.until(lambda: "Difference" in desk.text)
        desk.services.people.edit_citizen(desk.ids["ahmed"], {"note": "Noget om Ahmed"})
        await desk.press("f9")
        await desk.settle()
        for secret in ("Jonas", "Pedersen", "Sejersen", "Palle", "Hemmelig", "Privat", "Ahmed", "Khalil"):
            assert secret not in desk.text


async def test_t14_a_laptop_reported_lost_locks_once_and_keeps_everything(office: Office, hub: FakeHub) -> None:
    staff_id = hub.add_broker("Bente")
    reported = HubRefused(Cause.DEVICE_REVOKED)
    async with office.open(lang="da") as desk:
        line = connect(desk.services, hub, staff_id)
        await _join(desk, hub, staff_id)
        desk.services.people.add_citizen(Citizen(name="Mia Prøve"), "flexjob", TODAY, TODAY)
        await desk.settle()
        line.before = lambda name, number: reported
        await desk.press("f7", "f7")
        await desk.until(lambda: desk.app.too_late)
        assert desk.app.return_code == 75, "locked"
    locked = office.app("da")
    locked.look = look.read(office.home)
    async with locked.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "meldt bortkommet" in screen_text(locked)
    async with office.open(lang="da") as desk:
        line = connect(desk.services, hub, staff_id)
        line.before = lambda name, number: reported
        desk.app.read_standing()
        await desk.press("f7", "f7")
        await desk.until(lambda: "meldt bortkommet" in desk.text)
        assert not desk.app.too_late, "who has the passphrase goes on"
        unsent = desk.services.store.unsent_count()
        assert unsent
        line.before = lambda name, number: None
        await desk.press("f7")
        await desk.until(lambda: desk.services.store.unsent_count() == 0)
        await desk.until(lambda: not desk.app.background.running)
        assert desk.services.store.setting(REVOKED) is None
        desk.app.last_words()
        assert not look.read(office.home).shut_out
    session = office.session()
    try:
        assert [row.action for row in session.services.trail.lines(limit=500)].count("shut_out") == 1
    finally:
        session.close()
