"""A fast typist on a slow laptop: what is typed after Tab belongs to the next field, however late the screen is."""

import asyncio
import time
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from broker_tui.screens.person_picker import PersonPicker
from broker_tui.screens.visit_form import PartHeading
from broker_tui.widgets.row_list import Row
from tests.ui.office import TODAY, Desk, Office

CHARACTERS = {"enter": "\r", "tab": "\t", "slash": "/", "ctrl+d": "\x04", "ctrl+n": "\x0e"}


async def test_text_typed_right_after_tab_lands_in_the_next_field(office: Office) -> None:
    async with office.open((80, 24), "en") as desk:
        await desk.press("f3", "enter", "p")
        at_once(desk, *"Call", "tab", *"24/12")
        await desk.settle()
        values = [field.value for field in desk.app.screen.query(Input)]
        assert "Call" in values
        assert "24/12" in values


async def test_enter_right_after_a_path_reads_the_whole_path(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "borgere.csv"
    path.write_text("CPR;Navn\n0101900000;Bo Sand\n", encoding="utf-8")
    async with office.open((80, 24), "en") as desk:
        await desk.press("f8", "tab")
        at_once(desk, *str(path), "enter")
        await desk.until(lambda: "means" in desk.text)


async def test_a_name_typed_right_after_the_key_that_opens_find_is_searched(office: Office) -> None:
    async with office.open((80, 24), "en") as desk:
        await desk.press("f3")
        at_once(desk, "slash", *"jonas")
        await desk.until(lambda: [field.value for field in desk.app.screen.query(Input)] == ["jonas"])
        await desk.until(lambda: "Jonas Pedersen" in desk.text)


async def test_a_note_typed_right_after_the_key_that_opens_the_form_stands_in_it(office: Office) -> None:
    async with office.open((80, 24), "en") as desk:
        await desk.press("f3", "enter")
        at_once(desk, *"cmetatlunch", "tab", *"plan", "ctrl+d")
        await desk.until(lambda: "Contact saved" in desk.text)
        await desk.press("2")
        await desk.until(lambda: "metatlunch" in desk.text)


async def test_a_paste_right_after_the_key_that_opens_the_form_stands_in_it(office: Office) -> None:
    async with office.open((80, 24), "en") as desk:
        await desk.press("f3", "enter")
        at_once(desk, "c")
        desk.app.post_message(events.Paste("pasted at once"))
        at_once(desk, "ctrl+d")
        await desk.until(lambda: "Contact saved" in desk.text)
        await desk.press("2")
        await desk.until(lambda: "pasted at once" in desk.text)


async def test_keys_kept_for_a_page_that_went_away_are_given_on(office: Office) -> None:
    async with office.open((80, 24), "en") as desk:
        desk.app.new_visit(desk.ids["odin"])
        await desk.press("ctrl+n")
        picker = desk.app.screen
        assert isinstance(picker, PersonPicker)
        desk.app.hold_keys(picker)
        picker.dismiss(None)
        at_once(desk, *"lager", "ctrl+d")
        await desk.until(lambda: "Visit saved" in desk.text)
        assert desk.services.companies.card(desk.ids["odin"], TODAY).visits[0].record.note == "lager"


def at_once(desk: Desk, *keys: str) -> None:
    """Keys that arrive together, as from a fast typist after a stall or from a paste."""
    for key in keys:
        desk.app.post_message(events.Key(key, CHARACTERS.get(key, key)))


SLOW = 0.8
"""Seconds a slow laptop takes, more than a held key waits for nothing."""


@pytest.mark.parametrize("slow", ["nothing", "lookup", "mount"])
async def test_what_is_typed_right_after_choosing_a_citizen_stands_in_their_part(
    office: Office, monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    look_up, mount = PersonPicker.rows, PartHeading._on_mount

    def slowly_rows(self: PersonPicker, text: str) -> list[Row]:
        time.sleep(SLOW)
        return look_up(self, text)

    async def slowly_mounted(self: PartHeading, event: events.Mount) -> None:
        await asyncio.sleep(SLOW)
        mount(self, event)

    async with office.open((80, 24), "en") as desk:
        desk.app.new_visit(desk.ids["odin"])
        await desk.settle()
        if slow == "lookup":
            monkeypatch.setattr(PersonPicker, "rows", slowly_rows)
        elif slow == "mount":
            monkeypatch.setattr(PartHeading, "_on_mount", slowly_mounted)
        at_once(desk, *"lager", "ctrl+n", *"ahmed", "enter", *"mandag", "ctrl+d")
        await desk.until(lambda: "Visit saved" in desk.text)
        (visit,) = desk.services.companies.card(desk.ids["odin"], TODAY).visits
        assert visit.record.note == "lager", "nothing of the citizen is in the company's file"
        assert desk.services.people.contacts(desk.ids["ahmed"])[0].entry.record.note == "mandag"
