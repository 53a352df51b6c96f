"""What is unsent, said as a broker would say it, by whom it is about; thousands of them cost what a screen does."""

import time
from datetime import datetime
from pathlib import Path

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import ChangeRow
from broker_tui.i18n import Language, change_words, use
from broker_tui.screens.changes_base import Outline
from broker_tui.services.ports import Page, Write
from broker_tui.widgets.row_list import RowList
from sync.records import case_scope, new_id
from sync.records.types import Contact
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, TODAY, Office
from tests.ui.sync.hubbed import connect, join


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("da", ("Usendt", "telefon, gennemført, i dag 10.15", "ændret: område, telefonnummer")),
        ("en", ("Unsent", "phone, held, today 10:15", "changed: area, phone number")),
    ],
)
async def test_what_is_unsent_is_said_in_words_under_the_name_it_is_about(
    office: Office, size: tuple[int, int], lang: Language, said: tuple[str, ...]
) -> None:
    async with office.open(size, lang) as desk:
        hub = FakeHub()
        await join(desk, hub)
        services, jonas = desk.services, desk.ids["jonas"]
        at = datetime(TODAY.year, TODAY.month, TODAY.day, 10, 15, tzinfo=DENMARK)
        services.contacts.add(
            Contact(citizen_id=jonas, occurred_on=TODAY, occurred_at=at, kind="phone", outcome="reached", note="X [/b]")
        )
        services.people.edit_citizen(desk.ids["ahmed"], {"phone": "87654321", "area": "Dalum"})
        await desk.press("f7", "a")
        lines = desk.text.splitlines()
        assert f"{said[0]}  2" in desk.text
        assert said[1] in desk.line("X [/b]")
        assert said[2] in desk.text
        ahmed, contact = (next(i for i, row in enumerate(lines) if part in row) for part in ("Ahmed Khalil", "X ["))
        assert ahmed < lines.index(desk.line("Jonas Pedersen")) < contact, "the newest first"
        assert "87654321" not in desk.text, "a number somebody typed is not read out"


async def test_enter_opens_the_record_on_its_tab(office: Office) -> None:
    async with office.open() as desk:
        await join(desk, FakeHub())
        jonas = desk.ids["jonas"]
        earlier = desk.services.contacts.add(
            Contact(citizen_id=jonas, occurred_on=TODAY, kind="text", outcome="reached", note="Den rigtige")
        )
        desk.services.contacts.add(
            Contact(citizen_id=jonas, occurred_on=TODAY, kind="phone", outcome="reached", note="En anden")
        )
        await desk.press("f7", "a", "down", "enter")
        assert type(desk.app.screen).__name__ == "CaseCardScreen"
        rows = desk.app.screen.query_one("#contacts", RowList)
        assert rows.cursor_key == earlier.ids[0]
        await desk.press("escape")
        assert type(desk.app.screen).__name__ == "UnsentScreen"


async def test_an_own_note_opens_as_its_form(office: Office) -> None:
    async with office.open() as desk:
        await join(desk, FakeHub())
        desk.services.plans.edit_memo(desk.ids["memo"], {"text": "Nye visitkort"})
        await desk.press("f7", "a", "enter")
        assert type(desk.app.screen).__name__ == "MemoForm"


async def test_no_name_and_no_text_is_left_under_the_guard(office: Office) -> None:
    async with office.open((120, 40), discreet=True) as desk:
        await desk.press("f7", "a")
        await desk.settle()
        for secret in ("Jonas", "Pedersen", "køkkenet", "Åse Lind", "visitkort"):
            assert secret not in desk.text
        assert "J.P." in desk.text
        assert "8.0 hours a week, from 1 Sep" in desk.text, "dates and hours stay"


async def test_what_was_confirmed_leaves_the_list_by_itself(office: Office) -> None:
    async with office.open() as desk:
        hub = FakeHub()
        staff_id = await join(desk, hub)
        connect(desk.services, hub, staff_id)
        desk.services.people.edit_citizen(desk.ids["jonas"], {"phone": "87654321"})
        await desk.press("f7", "a")
        assert "Unsent  1" in desk.text
        await desk.press("s")
        await desk.until(lambda: "Nothing is unsent" in desk.text)


async def test_five_thousand_unsent_changes_are_outlined_and_paged_quickly(office: Office) -> None:
    async with office.open() as desk:
        store, ids = desk.services.store, list(desk.ids.values())[:6]
        writes = []
        for number in range(5_000):
            doc = {"occurred_on": TODAY, "kind": "phone", "outcome": "reached", "citizen_id": ids[number % 6]}
            writes.append(
                Write("create", "contact", new_id(), case_scope(ids[number % 6]), {**doc, "note": f"n{number}"})
            )
        store.save(writes)
        await desk.press("f7")
        began = time.perf_counter()
        await desk.press("a")
        await desk.until(lambda: "n4999" in desk.text)
        assert time.perf_counter() - began < 1.5
        groups = store.unsent_groups()
        assert sum(len(group.numbers) for group in groups) == store.unsent_count() > 5_000
        began = time.perf_counter()
        await desk.press("G")
        assert time.perf_counter() - began < 1.0
        assert desk.app.screen.query_one("#changes", RowList).cursor_key is not None


def test_the_outline_counts_headings_and_empty_lines(tmp_path: Path) -> None:
    from broker_tui.domain.views import ChangeGroup

    outline = Outline([ChangeGroup("A", "a", None, (3, 2)), ChangeGroup("B", None, "b", (1,))])
    told = [(group.who, at) for group, at in (outline.at(index) for index in range(outline.lines))]
    assert told == [("A", -1), ("A", 0), ("A", 1), ("B", -2), ("B", -1), ("B", 0)]


@pytest.mark.parametrize(
    ("record_type", "kind", "fields", "doc", "said"),
    [
        (
            "goal",
            "patch",
            ("state", "text"),
            {"state": "reached", "text": "CV"},
            "Mål ændret: tilstand nået, tekst, CV",
        ),
        (
            "hours",
            "create",
            (),
            {"minutes_per_week": 570, "start": "2026-10-01"},
            "Timer: 9,5 timer om ugen, fra 1. okt",
        ),
        (
            "consent",
            "create",
            (),
            {"kind": "health", "state": "withdrawn"},
            "Samtykke: helbredsoplysninger, trukket tilbage",
        ),
        ("citizen", "create", (), {"name": "Mia Prøve"}, "Borger: ny"),
        (
            "memo",
            "delete",
            (),
            {"text": "Husk\nto linjer", "due": "2026-11-16"},
            "Huskeseddel trukket tilbage: til i går, Husk",
        ),
        ("citizen", "patch", ("cpr",), {"cpr": "0101900000"}, "Borger ændret: CPR-nr."),
    ],
)
def test_changes_in_danish_words(
    record_type: str, kind: str, fields: tuple[str, ...], doc: dict[str, object], said: str
) -> None:
    use("da")
    row = ChangeRow("o", datetime.now(DENMARK), record_type, "r", kind, None, "", fields=fields, doc=doc)
    try:
        assert change_words.sentence(row, TODAY) == said
    finally:
        use("en")


def test_rows_come_in_the_order_they_were_asked_for(office: Office) -> None:
    session = office.session()
    store = session.services.store
    first, second = (group for group in store.unsent_groups()[:2])
    wanted = [second.numbers[0], first.numbers[0]]
    assert [row.who for row in store.changes(wanted)] == [second.who, first.who]
    assert store.changes([10**9]) == []
    assert len(store.unsent_rows(Page(0, 500))) == sum(len(group.numbers) for group in store.unsent_groups())
    session.close()
