"""A refused move on Sync: which note, where it is now, what to do, whole at every width; nothing typed is lost."""

import pytest

from broker_tui.i18n import Language
from sync.protocol import Change, Cursor, Op, OpAnswer, Problem
from sync.records.types import Contact
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, TODAY, Desk, Office
from tests.ui.sync.hubbed import join

INTO = {
    "en": ("It cannot go there: that case is no longer yours. All is as it was.", "shows in its old place again."),
    "da": ("den sag er ikke længere din. Intet er flyttet.", "så står det igen, hvor det stod før."),
}
OUT_OF = {
    "en": ("one of the cases is no longer yours. All is as it was.", "tell whoever has that case now."),
    "da": ("Intet er flyttet: en af de to sager er ikke længere din.", "så sig det til den, der har sagen."),
}


async def moved_too_late(desk: Desk, monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    """A note of Lise's was moved to Jonas; the case of `gone` has left, and the hub refused the move."""
    hub = FakeHub()
    await join(desk, hub)
    services, ids = desk.services, desk.ids
    contact = Contact(
        citizen_id=ids["lise"], occurred_on=TODAY, kind="phone", outcome="reached", note="Skrevet forkert"
    )
    note = services.contacts.add(contact).ids[0]
    services.sync.run()

    def take(op: Op, _device: str, _staff: str) -> OpAnswer:
        return OpAnswer(op=op.op, status="rejected", problem=Problem(code="not-entitled", status=404))

    with monkeypatch.context() as patch:
        patch.setattr(hub, "take", take)
        services.contacts.move(note, ids["jonas"])
        services.sync.run()
    lost = [(ids[gone], "citizen")] + ([(note, "contact")] if gone == "lise" else [])
    revoked = [
        Change(seq=900 + n, kind="revoke", id=record, type=kind, scope=f"case:{ids[gone]}")
        for n, (record, kind) in enumerate(lost)
    ]
    services.store.apply_page(revoked, {"shared": Cursor(epoch="e", seq=900, chain="c")}, {})
    await desk.settle()
    await desk.press("f7", "g")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "da"])
async def test_into_a_case_that_left(
    office: Office, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], lang: Language
) -> None:
    async with office.open(size, lang) as desk:
        await moved_too_late(desk, monkeypatch, "jonas")
        for words in INTO[lang]:
            assert words in desk.text
        await desk.press("enter")
        shown = " ".join(desk.text.split())
        for words in (*INTO[lang], "Skrevet forkert"):
            assert words in shown
        await desk.press("escape", "x", "g")
        assert desk.services.sync.refused() == []
        notes = [row.entry.record.note for row in desk.services.people.contacts(desk.ids["lise"])]
        assert notes == ["Skrevet forkert"], "where it was"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "da"])
async def test_out_of_a_case_that_left(
    office: Office, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], lang: Language
) -> None:
    async with office.open(size, lang) as desk:
        await moved_too_late(desk, monkeypatch, "lise")
        for words in (*OUT_OF[lang], "Jonas Pedersen"):
            assert words in desk.text
        await desk.press("enter")
        assert OUT_OF[lang][0] in " ".join(desk.text.split())
        await desk.press("escape", "x", "g")
        assert desk.services.sync.refused() == []
        notes = [row.entry.record.note for row in desk.services.people.contacts(desk.ids["jonas"])]
        assert "Skrevet forkert" not in notes, "it is where it was, with whoever has that case"
