"""Hand-overs on screen: offered on a card, asked on Today and Sync, answered with a key; the box row by row."""

import pytest

from broker_tui.i18n import Language
from sync.protocol import Change, Cursor
from sync.records import Doc, handover_scope, new_id
from sync.records.types import Contact, Handover, RoleAssignment
from tests.ui.office import SIZES, Desk, Office

NIELS = "00000000-0000-7000-8000-000000000001"


class Feed:
    """What comes in from the hub."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.seq = desk, 0

    async def brings(self, *changes: Change) -> None:
        store = self.desk.services.store
        store.apply_page(list(changes), {"shared": Cursor(epoch="e", seq=self.seq, chain="c")}, {})
        await self.desk.settle()

    def put(self, type_name: str, record: str, scope: str, doc: Doc, *, deleted: bool = False) -> Change:
        self.seq += 1
        return Change(seq=self.seq, kind="put", id=record, type=type_name, scope=scope, rev=1, doc=doc, deleted=deleted)

    async def colleague(self) -> None:
        await self.brings(self.put("staff", NIELS, "shared", {"name": "Niels Prøve"}))

    async def offer(self, who: str = "Zebra Prøve") -> str:
        record, me = new_id(), self.desk.services.me.staff_id
        doc = {
            **{"citizen_id": new_id(), "from_id": NIELS, "to_id": me, "who": who, "offered_on": "2026-11-16"},
            **{"text": "Ring helst om formiddagen"},
        }
        await self.brings(self.put("handover", record, handover_scope(record), doc))
        return record

    async def late(self, citizen: str, note: str) -> str:
        scope, record = f"case:{citizen}", new_id()
        doc = {"citizen_id": citizen, "occurred_on": "2026-11-15", "kind": "phone", "outcome": "reached", "note": note}
        differs: Doc = {
            **{"record_id": record, "record_type": "contact", "fields": ["deleted"], "chain": record, "late": True},
            **{"kept": {"values": {"deleted": True}}, "before": {"values": {}}},
            "other": {"values": {"deleted": False}, "staff_id": NIELS, "at": "2026-11-15T16:00:00+01:00"},
        }
        await self.brings(
            self.put("contact", record, scope, doc, deleted=True), self.put("conflict", new_id(), scope, differs)
        )
        return record


def state_of(desk: Desk, record: str) -> tuple[str, str | None]:
    entry = desk.services.store.entry(Handover, record)
    assert entry is not None
    return entry.record.state, entry.record.answer


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "asks", "sure"),
    [("en", "asks you to take over", "Take this case over?"), ("da", "overtager", "Overtage denne sag?")],
)
async def test_an_offer_is_seen_on_today_read_and_accepted(
    office: Office, size: tuple[int, int], lang: Language, asks: str, sure: str
) -> None:
    async with office.open(size, lang) as desk:
        feed = Feed(desk)
        await feed.colleague()
        record = await feed.offer()
        await desk.until(lambda: asks in desk.text)
        assert "Zebra Prøve" in desk.line("Niels Prøve", asks)
        await desk.press("g", "enter")
        desk.line("Niels Prøve", "Zebra Prøve")
        await desk.press("enter")
        assert "Ring helst om formiddagen" in desk.text
        await desk.press("escape", "y")
        assert sure in desk.text
        assert state_of(desk, record) == ("offered", None)
        await desk.press("o")
        assert state_of(desk, record) == ("accepted", None)
        assert "Zebra Prøve" in desk.text, "it stands there until the hub has heard of it"
        await desk.press("y")
        assert sure not in desk.text, "answered once"
        await desk.press("down", "enter")
        assert "Zebra Prøve" in desk.text, "its change has no card to open yet"


async def test_a_case_that_came_shows_its_pack_from_sync(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        feed = Feed(desk)
        await feed.colleague()
        jonas, me, record = desk.ids["jonas"], desk.services.me.staff_id, new_id()
        doc = {
            **{"citizen_id": jonas, "from_id": NIELS, "to_id": me, "who": "Jonas P.", "offered_on": "2026-11-14"},
            **{"state": "accepted", "answered_on": "2026-11-16", "text": "Ring helst om formiddagen"},
        }
        await feed.brings(feed.put("handover", record, f"case:{jonas}", doc))
        await desk.press("f7")
        assert "is yours now" in desk.line("Jonas P.", "Niels Prøve")
        for key in ("enter", "p"):
            await desk.press(key)
            await desk.until(lambda: "Hand-over pack" in desk.text)
            assert "Ring helst om formiddagen" in desk.text
            await desk.press("escape")


async def test_a_question_left_with_escape_changes_nothing(office: Office) -> None:
    async with office.open() as desk:
        feed = Feed(desk)
        record = await feed.offer()
        await desk.press("f7", "y", "escape")
        assert state_of(desk, record) == ("offered", None)


async def test_declining_asks_why(office: Office) -> None:
    async with office.open() as desk:
        feed = Feed(desk)
        await feed.colleague()
        record = await feed.offer()
        await desk.press("f7", "d")
        await desk.write("Jeg har for mange")
        await desk.press("enter")
        assert state_of(desk, record) == ("declined", "Jeg har for mange")
        assert "Declined" in desk.text
        await desk.press("f2")
        assert "asks you to take over" not in desk.text


async def test_under_the_guard_neither_name_nor_words_are_read(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        feed = Feed(desk)
        await feed.colleague()
        await feed.offer()
        await desk.press("f7", "f9")
        assert "Zebra" not in desk.text
        assert "formiddagen" not in desk.text
        assert "Z.P." in desk.text
        await desk.press("enter")
        assert "formiddagen" not in desk.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_case_is_offered_from_its_card_and_taken_back_on_sync(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("O")
        assert "Hand the case over" not in desk.text, "there is nobody to hand it to"
        feed = Feed(desk)
        await feed.colleague()
        desk.app.screen.refresh_bindings()
        await desk.press("O")
        await desk.write("Glad for mandage")
        await desk.press("ctrl+d")
        (entry,) = desk.services.store.entries(Handover, where={})
        assert (entry.record.to_id, entry.record.who, entry.record.text) == (
            NIELS, "Jonas Pedersen", "Glad for mandage",
        )  # fmt: skip
        assert "Offered to Niels Prøve" in desk.text
        await desk.until(lambda: "offered to Niels Prøve" in desk.text)
        await desk.press("u")
        assert state_of(desk, entry.id)[0] == "offered", "an offer is taken back, not undone"
        await desk.press("f7")
        assert "not answered yet" in desk.line("to Niels Prøve", "Jonas Pedersen")
        await desk.press("w")
        assert state_of(desk, entry.id)[0] == "withdrawn"


@pytest.mark.parametrize(("key", "stays"), [("i", True), ("v", False)], ids=["taken in", "put away"])
async def test_the_box_says_who_wrote_what_when_and_is_emptied(office: Office, key: str, stays: bool) -> None:
    async with office.open((120, 40)) as desk:
        feed = Feed(desk)
        await feed.colleague()
        jonas = desk.ids["jonas"]
        first = await feed.late(jonas, "Han ringede i søndags")
        second = await feed.late(jonas, "Og igen")
        await desk.until(lambda: "2 changes" in desk.text)
        await desk.press("f7")
        assert "Hand-over box  2" in desk.text
        assert "sent after the hand-over" in desk.text
        row = desk.line("Niels Prøve", "Jonas Pedersen", "Han ring")
        assert "15 Nov" in row
        await desk.press("g", "enter")
        assert "Han ringede i søndags" in desk.text
        await desk.press("escape", key)
        await desk.until(lambda: "Hand-over box  1" in desk.text)
        stored = desk.services.store.get("contact", first)
        assert stored is not None
        assert stored.deleted is not stays
        waiting = desk.services.store.get("contact", second)
        assert waiting is not None
        assert waiting.deleted
        notes = [entry.record.note for entry in desk.services.store.entries(Contact, where={"citizen_id": jonas})]
        assert ("Han ringede i søndags" in notes) is stays


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "mark", "told"),
    [
        ("en", "sent late", ("sent by Niels Prøve after the hand-over", "taken in 17 Nov 2026 by")),
        ("da", "eftersendt", ("sendt af Niels Prøve efter overdragelsen", "taget ind 17. nov 2026 af")),
    ],
)
async def test_a_note_that_was_taken_in_says_so_in_the_contact_log(
    office: Office, size: tuple[int, int], lang: Language, mark: str, told: tuple[str, str]
) -> None:
    async with office.open(size, lang) as desk:
        feed = Feed(desk)
        await feed.colleague()
        jonas = desk.ids["jonas"]
        await feed.late(jonas, "Han ringede i søndags")
        desk.app.open_citizen(jonas)
        await desk.settle()
        await desk.press("2")
        assert mark not in desk.text, "nobody has decided"
        await desk.press("f7", "g", "i", "f3")
        desk.app.open_citizen(jonas)
        await desk.settle()
        await desk.press("2")
        desk.line(mark, "Han ringede")
        assert desk.text.count(mark) == 1, "the others came the usual way"
        await desk.press("g", "enter")
        read = " ".join(desk.text.split())
        for words in (*told, desk.services.me.name):
            assert words in read
        await desk.press("escape", "f9")
        assert "søndags" not in desk.text
        assert mark in desk.text, "where it came from is nothing about the citizen"


async def test_a_late_change_is_no_difference_of_ones_own(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        feed = Feed(desk)
        await feed.late(desk.ids["jonas"], "sent")
        state = desk.services.sync.state()
        assert (state.conflicts, state.late) == (0, 1)
        await desk.press("f7")
        assert "Difference" not in desk.text


async def test_the_pack_opens_from_the_card_and_hides_under_the_guard(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("P")
        await desk.until(lambda: "Hand-over pack" in desk.text)
        for expected in ("Jonas Pedersen", "Tale om køkkenet", "Fast i butikken på Dalum", "Dalum Købmand"):
            assert expected in desk.text, expected
        await desk.press("escape", "f9", "P")
        await desk.until(lambda: "Hand-over pack" in desk.text)
        for hidden in ("Jonas", "køkkenet", "butikken"):
            assert hidden not in desk.text, hidden


async def test_a_substitute_is_named_for_one_case_and_for_all(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        await Feed(desk).colleague()
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("V", "tab", "tab", "tab")
        await desk.write("27/11")
        await desk.press("ctrl+d")
        assert "Niels Prøve stands in until 27 Nov" in desk.text
        assert len(substitutes(desk)) == 1
        await desk.press("f3", "V", "tab", "tab")
        await desk.write("4/12")
        await desk.press("ctrl+d")
        await desk.until(lambda: "until 4 Dec" in desk.text)
        assert len(substitutes(desk)) == 1 + 6


def substitutes(desk: Desk) -> list[RoleAssignment]:
    entries = desk.services.store.entries(RoleAssignment, where={"role": "substitute"})
    return [entry.record for entry in entries]
