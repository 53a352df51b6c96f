"""The receipts: found while one types, opened with Enter, down to the contact they cover."""

import pytest

from broker_tui.i18n import Language
from sync.records.types import Contact
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, TODAY, Office
from tests.ui.sync.hubbed import join


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "title", "sentence"), [("da", "Kvittering", "sms, gennemført"), ("en", "Receipt", "SMS, held")]
)
async def test_the_receipt_of_a_contact_is_found_by_name_and_opened(
    office: Office, size: tuple[int, int], lang: Language, title: str, sentence: str
) -> None:
    async with office.open(size, lang) as desk:
        await join(desk, FakeHub())
        desk.services.contacts.add(
            Contact(citizen_id=desk.ids["lise"], occurred_on=TODAY, kind="text", outcome="reached", note="Sendt")
        )
        desk.services.sync.run()
        first, second = (one.number for one in desk.services.receipts.found()[::-1])
        await desk.press("f7", "k")
        assert first in desk.text
        assert second in desk.text
        await desk.write("lise")
        await desk.until(lambda: "2 " in desk.text)
        assert second in desk.line(second)
        await desk.press("enter")
        assert title in desk.text
        assert second in desk.text
        assert "Lise Holm  1" in desk.text
        assert sentence.lower() in desk.line("Sendt").lower()
        await desk.press("enter")
        assert type(desk.app.screen).__name__ == "CaseCardScreen"
        noted = [row for row in desk.services.trail.lines() if row.action == "searched"]
        assert [row.detail for row in noted] == ["hits 2"], "the word itself is not kept"


async def test_nothing_that_answers_is_said(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f7", "k")
        assert "No sync has ended yet" in desk.text
        await desk.write("2099")
        await desk.until(lambda: "No receipt answers" in desk.text)
        await desk.press("escape")
        assert type(desk.app.screen).__name__ == "SyncScreen"


async def test_the_guard_hides_the_names_a_receipt_covers(office: Office) -> None:
    async with office.open((120, 40), discreet=True) as desk:
        await join(desk, FakeHub())
        await desk.press("f7", "k", "enter")
        await desk.settle()
        assert "J.P." in desk.text
        for secret in ("Jonas", "Pedersen", "køkkenet"):
            assert secret not in desk.text
