"""Progress in records and bytes, and a running sync that is stopped with a key."""

import threading
from dataclasses import replace
from datetime import datetime

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import Receipt, StoreFull, SyncPhase, SyncState
from broker_tui.i18n import Language, change_words, use
from broker_tui.screens import receipt_lines, sync_lines
from broker_tui.widgets.spans import plain
from tests.fakes.hub import FakeHub
from tests.ui.office import DEADLINE, TODAY, Office
from tests.ui.sync.hubbed import URL, connect, join

SENDING = SyncState(SyncPhase.SENDING, 6, enrolled=True, done=31, total=37, bytes_up=14_210, bytes_down=900)


@pytest.mark.parametrize(
    ("lang", "state", "said"),
    [
        ("da", SENDING, "Sender 31 af 37, 14,2 kB"),
        ("en", SENDING, "Sending 31 of 37, 14.2 kB"),
        ("da", replace(SENDING, phase=SyncPhase.RECEIVING, total=None, done=120), "Modtager 120, 900 B"),
        ("da", replace(SENDING, bytes_up=0), "Sender 31 af 37"),
    ],
)
def test_progress_is_said_in_records_and_bytes(lang: Language, state: SyncState, said: str) -> None:
    use(lang)
    try:
        left, _right = sync_lines.title(state, TODAY)
        assert plain(left).startswith(f"{said}   ")
        if state.total:
            assert said in plain(sync_lines.trouble(state, 80, TODAY)[0])
    finally:
        use("en")


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1,0 kB"), (1_250_000, "1,2 MB"), (83_400_000_000, "83,4 GB")],
)
def test_sizes_have_a_comma(count: int, said: str) -> None:
    use("da")
    try:
        assert change_words.size(count) == said
    finally:
        use("en")


async def test_c_stops_a_running_sync_and_nothing_is_lost(office: Office) -> None:
    async with office.open() as desk:
        hub = FakeHub()
        staff_id = hub.add_broker("Bente")
        line = connect(desk.services, hub, staff_id)
        desk.services.sync.enrol(URL, hub.code_for(staff_id))
        desk.app.read_standing()
        await desk.press("f7")
        count = desk.services.store.unsent_count()
        on_its_way, gate = threading.Event(), threading.Event()

        def held(name: str, _number: int) -> None:
            if name == "push":
                on_its_way.set()
                gate.wait(2 * DEADLINE)

        line.before = held
        try:
            assert "c stop" not in desk.text
            await desk.pilot.press("s")
            await desk.watch(lambda: on_its_way.is_set() and "c stop" in desk.text)
            await desk.pilot.press("c")
            await desk.watch(lambda: "Stopping after this request" in desk.text)
        finally:
            gate.set()
        await desk.until(lambda: not desk.app.background.running)
        await desk.until(lambda: "You stopped the sync" in desk.text)
        assert desk.services.store.unsent_count() == 0, "what was on its way is taken in before it stops"
        assert "c stop" not in desk.text
        line.before = lambda _name, _number: None
        await desk.press("s")
        await desk.until(lambda: not desk.app.background.running)
        await desk.until(lambda: "In order" in desk.text)
        assert len(hub.answers) == count


async def test_a_full_disk_at_the_end_of_a_sync_leaves_no_page_that_says_it_syncs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.open() as desk:
        hub = FakeHub()
        await join(desk, hub)
        desk.services.people.edit_citizen(desk.ids["jonas"], {"phone": "87654321"})
        await desk.press("f7")

        def full(_receipt: object) -> None:
            raise StoreFull

        with monkeypatch.context() as patch:
            patch.setattr(desk.services.store, "add_receipt", full)
            await desk.press("s")
            await desk.until(lambda: not desk.app.background.running)
            await desk.until(lambda: "The disk is full" in desk.text)
            assert "Sending" not in desk.text
            assert "Receiving" not in desk.text
            assert "c stop" not in desk.text
        await desk.press("s")
        await desk.until(lambda: "In order" in desk.text)


@pytest.mark.parametrize(("cells", "shown"), [(74, False), (90, True)])
def test_the_bytes_of_a_receipt_are_left_out_rather_than_cut(cells: int, shown: bool) -> None:
    at = datetime(2026, 11, 17, 9, 43, tzinfo=DENMARK)
    found = Receipt("2026-1127-0011", at, 5, 5, 51, 1, (), 0, bytes_up=1_210, bytes_down=6_100)
    below = plain(receipt_lines.receipt(found, TODAY, cells)[1])
    assert ("1.2 kB" in below, "6.1 kB" in below) == (shown, shown)
    assert "51 received" in below


def test_a_receipt_says_what_was_fetched_anew_and_what_the_hub_does_not_know() -> None:
    at = datetime(2026, 11, 17, 9, 43, tzinfo=DENMARK)
    found = Receipt("2026-1127-0011", at, 0, 0, 3, 0, (), 0, mended=1, unnamed=2)
    said = [plain(part) for part in receipt_lines.counts(found)]
    assert any("1 case fetched anew" in part for part in said)
    assert any("2 the hub does not know" in part for part in said)
