"""A fast typist on a slow laptop: what is typed after Tab belongs to the next field, however late the screen is."""

from pathlib import Path

from textual import events
from textual.widgets import Input

from tests.ui.office import Desk, Office

CHARACTERS = {"enter": "\r", "tab": "\t", "slash": "/", "ctrl+d": "\x04"}


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


def at_once(desk: Desk, *keys: str) -> None:
    """Keys that arrive together, as from a fast typist after a stall or from a paste."""
    for key in keys:
        desk.app.post_message(events.Key(key, CHARACTERS.get(key, key)))
