"""The contact dialog: presets, next step, nudges, walk-ins, and that nothing typed is lost."""

import asyncio
import threading
import time
from datetime import date
from typing import Any

import pytest

from broker_tui.domain.views import StoreFull
from broker_tui.screens.form_base import RecordForm
from sync.records.types import Contact
from tests.ui.office import SIZES, TODAY, Desk, Office


async def open_form(desk: Desk, key: str = "lise") -> None:
    desk.app.new_contact(desk.ids[key])
    await desk.settle()


def newest(desk: Desk, key: str = "lise") -> Contact:
    return desk.services.people.contacts(desk.ids[key])[0].entry.record


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("lang", "title"), [("da", "Ny kontakt   Lise Holm"), ("en", "New contact   Lise Holm")])
async def test_opens_in_the_note_and_saves_a_phone_contact(
    office: Office, size: tuple[int, int], lang: Any, title: str
) -> None:
    async with office.open(size, lang) as desk:
        await open_form(desk)
        assert title in desk.text
        await desk.write("Hun vil gerne i gang")
        await desk.press("ctrl+d")
        record = newest(desk)
        assert (record.kind, record.place, record.outcome, record.direction) == ("phone", "remote", "reached", "out")
        assert record.note == "Hun vil gerne i gang"
        assert record.participants == ["citizen", "broker"]
        assert record.occurred_on == TODAY
        assert record.two_way
        assert ("u fortryd" if lang == "da" else "u undo") in desk.text


async def test_next_step_is_proposed_and_becomes_a_follow_up(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk)
        assert "1/12" in desk.line("Next")
        await desk.write("Called")
        await desk.press("ctrl+d")
        plan = desk.services.people.card(desk.ids["lise"], TODAY).follow_ups
        assert [entry.record.due for entry in plan] == [date(2026, 12, 1)]
        assert "next 1 Dec" in desk.text
        await desk.press("u")
        card = desk.services.people.card(desk.ids["lise"], TODAY)
        assert card.contact_count == 0
        assert all(entry.deleted for entry in card.follow_ups)


async def test_no_second_follow_up_is_proposed(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk, "jonas")
        assert "agreed already: 17 Nov" in desk.text
        await desk.write("Called")
        await desk.press("ctrl+d")
        assert len(desk.services.people.card(desk.ids["jonas"], TODAY).follow_ups) == 1


@pytest.mark.parametrize(
    ("steps", "kind", "place", "open_counselling"),
    [
        (1, "meeting", "jobcenter", False),
        (2, "meeting", "company", False),
        (3, "meeting", "home_or_stay", False),
        (4, "meeting", "outreach_office", True),
        (6, "video", "remote", False),
    ],
)
async def test_preset_sets_kind_and_place(
    office: Office, steps: int, kind: str, place: str, open_counselling: bool
) -> None:
    async with office.open() as desk:
        await open_form(desk, "jonas")
        await desk.write("x")
        await desk.press(*["shift+tab"] * 5, *["right"] * steps, "ctrl+d")
        record = newest(desk, "jonas")
        assert (record.kind, record.place, record.open_counselling) == (kind, place, open_counselling)
        assert (record.company_id == desk.ids["dalum"]) == (place == "company")


async def test_date_is_understood_beside_the_field_and_refused_in_words(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk)
        await desk.write("x")
        await desk.press("shift+tab", "shift+tab", "end", *["backspace"] * 12)
        await desk.write("i går 14")
        assert "Mon 16 Nov 2026 at 14:00" in desk.text
        await desk.press(*["backspace"] * 12)
        await desk.write("31/2")
        await desk.press("ctrl+d")
        assert "This day does not exist" in desk.text
        assert desk.services.people.contacts(desk.ids["lise"]) == []


async def test_nudge_for_health_and_cpr_never_blocks(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk)
        await desk.write("Søvnen er bedre")
        assert "“Søvnen” is about health" in desk.text
        await desk.write(" 010190-0000")
        assert "There is a CPR number in the note" in desk.text
        await desk.press("ctrl+d")
        assert newest(desk).note == "Søvnen er bedre 010190-0000"


async def test_escape_keeps_the_draft_and_the_form_brings_it_back(office: Office) -> None:
    async with office.open(lang="da") as desk:
        await open_form(desk)
        await desk.write("Halv tanke")
        await desk.press("escape")
        assert "Kladde gemt" in desk.text
        assert [draft.about for draft in desk.services.drafts.all()] == [desk.ids["lise"]]
        await open_form(desk)
        assert "Halv tanke" in desk.text
        assert "Kladde fra" in desk.text
        await desk.write(" og resten")
        await desk.press("ctrl+d")
        assert newest(desk).note == "Halv tanke og resten"
        assert desk.services.drafts.all() == []


@pytest.mark.parametrize("under_way", ["told", "being written"])
async def test_what_was_typed_last_is_kept_when_the_form_is_left_just_then(
    office: Office, monkeypatch: pytest.MonkeyPatch, under_way: str
) -> None:
    monkeypatch.setattr("broker_tui.widgets.form.EDIT_DELAY", 60.0)  # the test says when the clock runs out
    async with office.open() as desk:
        await open_form(desk)
        await desk.write("half a thought")
        screen = desk.app.screen
        assert isinstance(screen, RecordForm)
        save = type(desk.services.drafts).save
        begun = threading.Event()

        def slowly(*args: Any) -> None:
            begun.set()
            time.sleep(0.5)
            save(*args)

        monkeypatch.setattr(type(desk.services.drafts), "save", slowly)
        screen.form.flush()
        if under_way == "being written":
            while not begun.is_set():
                await asyncio.sleep(0.01)
        screen.action_leave()
        assert [draft.values["note"] for draft in desk.services.drafts.all()] == ["half a thought"]


async def test_keeping_the_draft_by_hand_is_answered_once_it_lies_there(office: Office) -> None:
    async with office.open(lang="da") as desk:
        await open_form(desk)
        await desk.press("ctrl+s")
        await desk.until(lambda: "Her er intet at gemme endnu" in desk.text)
        assert desk.services.drafts.all() == []
        await desk.write("Halv tanke")
        await desk.press("ctrl+s")
        await desk.until(lambda: "Kladden er gemt; skemaet bliver åbent" in desk.text)
        assert [draft.values["note"] for draft in desk.services.drafts.all()] == ["Halv tanke"]
        await desk.press("ctrl+d")
        assert newest(desk).note == "Halv tanke"
        assert desk.services.drafts.all() == []


async def test_draft_survives_another_app(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk)
        await desk.write("before the battery died")
        await desk.until(lambda: [d.values["note"] for d in desk.services.drafts.all()] == ["before the battery died"])
    async with office.open() as desk:
        await desk.press("ctrl+t", "enter")
        assert "before the battery died" in desk.text


async def test_looking_at_a_form_leaves_no_draft(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk)
        await desk.press("tab", "tab", "escape")
        assert desk.services.drafts.all() == []


async def test_draft_is_discarded_only_with_another_key(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk)
        await desk.write("weg damit")
        await desk.press("ctrl+r")
        assert "Throw away what is written here?" in desk.text
        await desk.press("escape")
        assert "weg damit" in desk.text
        await desk.press("ctrl+r", "k")
        assert desk.services.drafts.all() == []
        await open_form(desk)
        assert "weg damit" not in desk.text


async def test_full_disk_keeps_the_form_open_and_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office.open() as desk:
        await open_form(desk)
        await desk.write("preciou")

        drafts: list[str] = []

        def full(*_args: Any, **_more: Any) -> Any:
            raise StoreFull("disk")

        def no_draft(*_args: Any, **_more: Any) -> Any:
            drafts.append("tried")
            raise StoreFull("disk")

        with monkeypatch.context() as patch:
            patch.setattr(type(desk.services.store), "save", full)
            patch.setattr(type(desk.services.store), "save_draft", no_draft)
            await desk.press("s", "ctrl+d")
            await desk.settle()
            assert "Nothing was saved: the disk is full" in desk.text
            await desk.until(lambda: bool(drafts))  # what was typed last is kept a moment after typing
            await desk.settle()
            assert "Nothing was saved: the disk is full" in desk.text, "the draft's own failure must not hide it"
            assert "precious" in desk.text
        assert desk.services.people.contacts(desk.ids["lise"]) == []
        await desk.press("ctrl+d")
        assert newest(desk).note == "precious"


async def test_full_disk_while_a_draft_is_kept_says_so_and_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.open() as desk:
        await open_form(desk)

        def full(*_args: Any, **_more: Any) -> Any:
            raise StoreFull("disk")

        with monkeypatch.context() as patch:
            patch.setattr(type(desk.services.store), "save_draft", full)
            await desk.write("still here")
            await desk.until(lambda: "The draft could not be kept" in desk.text)
            await desk.press("escape")
            assert "still here" in desk.text, "the form must not close over what it cannot keep"
        await desk.press("escape")
        assert desk.services.drafts.all()[0].values["note"] == "still here"


async def test_markup_emoji_and_ten_thousand_characters_survive(office: Office) -> None:
    note = ("[/b] [bold]fed[/] 🙂 æøå \\ [" * 500)[:9_990] + " slut [/b]"
    async with office.open() as desk:
        await open_form(desk)
        from textual.widgets import TextArea

        area = desk.app.screen.query_one(TextArea)
        area.insert(note)
        await desk.until(lambda: bool(desk.services.drafts.all()))
        await desk.press("escape")
        await open_form(desk)
        await desk.press("ctrl+d")
        assert newest(desk).note == note
        desk.app.open_citizen(desk.ids["lise"])
        await desk.settle()
        assert "[/b] [bold]fed[/]" in desk.text


async def test_walk_in_without_a_name_is_taken_in_later(office: Office) -> None:
    async with office.open() as desk:
        desk.app.new_walk_in()
        await desk.settle()
        await desk.write("Kom forbi og spurgte om praktik")
        await desk.press("ctrl+d")
        (walk_in,) = desk.services.contacts.walk_ins()
        record = walk_in.entry.record
        assert (record.citizen_id, record.direction, record.open_counselling) == (None, "in", True)
        assert record.walk_in_name
        from broker_tui.screens import registry

        desk.app.fill_in(registry.citizen_form(contact_id=walk_in.entry.id))
        await desk.settle()
        await desk.press("end", *["backspace"] * 12)
        await desk.write("Omar Said")
        await desk.press("ctrl+d")
        assert desk.services.contacts.walk_ins() == []
        citizen_id = desk.services.people.resolve("Omar Said")
        assert desk.services.people.contacts(citizen_id)[0].entry.record.note == record.note


async def test_contact_on_a_follow_up_completes_it_and_one_undo_takes_both_back(office: Office) -> None:
    async with office.open() as desk:
        desk.app.new_contact(desk.ids["jonas"], follow_up_id=desk.ids["today"])
        await desk.settle()
        await desk.write("Talked about the kitchen")
        await desk.press("ctrl+d")
        plan = desk.services.people.card(desk.ids["jonas"], TODAY).follow_ups
        done = next(entry.record for entry in plan if entry.id == desk.ids["today"])
        assert (done.state, done.done_on) == ("done", TODAY)
        await desk.press("u")
        plan = desk.services.people.card(desk.ids["jonas"], TODAY).follow_ups
        assert next(entry.record for entry in plan if entry.id == desk.ids["today"]).state == "open"
        assert desk.services.people.card(desk.ids["jonas"], TODAY).contact_count == 1


async def test_guard_turned_on_in_the_middle_does_not_change_who_took_part(office: Office) -> None:
    async with office.open() as desk:
        await open_form(desk)
        await desk.write("x")
        await desk.press("f9", "ctrl+d")
        record = newest(desk)
        assert (record.participants, record.others) == (["citizen", "broker"], None)
        await open_form(desk)
        await desk.write("y")
        await desk.press("f9", "ctrl+d")
        assert (newest(desk).participants, newest(desk).others) == (["citizen", "broker"], None)
