"""The last moment before a caseload is sealed to be deleted: what is being written goes along, nobody is misled."""

import threading
from typing import cast

import pytest

from broker_tui.domain.clock import SystemClock
from broker_tui.domain.views import Draft
from broker_tui.i18n import Language
from broker_tui.orders import Orders
from broker_tui.screens.form_base import RecordForm
from broker_tui.storage.store import SqlStore
from sync.errors import SyncError
from sync.orders import WipeOrder
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, TODAY, Desk, Office
from tests.ui.sync.hubbed import join

WAYS = (
    ("en", "Not saved: this caseload is being deleted by order of the municipality."),
    ("da", "Ikke gemt: denne sagsstamme slettes efter ordre fra kommunen."),
)


def real_store(desk: Desk) -> SqlStore:
    assert isinstance(desk.services.store, SqlStore)
    return desk.services.store


class Ordered(Orders):
    """An order came that is believed; it goes no further than the sealing."""

    def __init__(self, desk: Desk) -> None:
        self.sealed: list[Draft] | None = None
        self.done = threading.Event()
        store = desk.services.store

        def obey(_order: WipeOrder) -> None:
            real_store(desk).take_no_more()
            self.sealed = store.drafts()
            self.done.set()

        super().__init__(store, SystemClock(TODAY), obey)

    def judged(self, text: str, error: SyncError | None) -> WipeOrder | None:
        return cast(WipeOrder, "now")


async def writing(desk: Desk, text: str) -> None:
    desk.app.new_contact(desk.ids["lise"])
    await desk.settle()
    await desk.write(text)


async def test_what_is_being_written_is_sealed_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecordForm, "keep_draft", lambda self, values: None)  # the quarter second is not over
    async with office.open() as desk:
        await join(desk, FakeHub())
        orders = Ordered(desk)
        desk.services.sync.orders = orders
        await writing(desk, "sagt i sidste")
        assert desk.services.drafts.all() == []
        services = desk.services
        desk.app.background.now()
        await desk.until(lambda: orders.sealed is not None)
        assert [draft.values["note"] for draft in orders.sealed or ()] == ["sagt i sidste"]
        assert services.sync.must_lock


async def test_an_app_that_hangs_keeps_no_caseload_alive(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker_tui.background.PATIENCE", 0.05)
    async with office.open() as desk:
        await join(desk, FakeHub())
        orders = Ordered(desk)
        desk.services.sync.orders = orders
        came: list[bool] = []
        monkeypatch.setattr(desk.app, "flush_drafts", lambda: came.append(orders.done.wait(20)))
        desk.app.background.now()
        await desk.until(lambda: bool(came))
        assert came[0], "sealed while the app still hung"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("lang", "sentence"), WAYS)
async def test_a_save_after_the_sealing_says_what_happened(
    office: Office, size: tuple[int, int], lang: Language, sentence: str
) -> None:
    async with office.open(size, lang) as desk:
        await writing(desk, "for sent")
        real_store(desk).take_no_more()
        await desk.press("ctrl+d")
        assert sentence in desk.text
        await desk.press("t")  # what is no draft yet: with one on the disk the form may close
        await desk.press("escape")
        assert sentence in desk.text
        assert "for sentt" in desk.text, "the form stays open"
        real_store(desk).take_no_more(False)
        await desk.press("ctrl+d")
        assert [row.entry.record.note for row in desk.services.people.contacts(desk.ids["lise"])] == ["for sentt"]
