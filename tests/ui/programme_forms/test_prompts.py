"""Prompts beside the note of a contact: there when wide, under a key when narrow, away when not wanted."""

from broker_tui.screens.contact_form import ContactForm
from tests.ui.office import Office

ASKED = "What would you like to try?"


async def test_wide_they_stand_beside_the_note_and_a_key_that_is_remembered_hides_them(small_office: Office) -> None:
    async with small_office.open((120, 40)) as desk:
        desk.app.new_contact(desk.ids["jonas"])
        await desk.settle()
        assert ASKED in desk.line(ASKED)
        await desk.write("Talt")
        await desk.press("f10")
        assert ASKED not in desk.text
        await desk.press("ctrl+d")
        desk.app.new_contact(desk.ids["jonas"])
        await desk.settle()
        assert isinstance(desk.app.screen, ContactForm)
        assert ASKED not in desk.text
        await desk.press("f10")
        assert ASKED in desk.text


async def test_narrow_they_wait_under_the_key_and_nothing_stands_in_the_way(small_office: Office) -> None:
    async with small_office.open((80, 24), "da") as desk:
        desk.app.new_contact(desk.ids["jonas"])
        await desk.settle()
        assert "Hvad vil du gerne prøve?" not in desk.text
        await desk.write("Talt")
        await desk.press("f10")
        assert "Hvad vil du gerne prøve?" in desk.text
        await desk.press("escape")
        await desk.write(" om køkkenet")
        await desk.press("ctrl+d")
        rows = desk.services.people.contacts(desk.ids["jonas"])
        assert rows[0].entry.record.note == "Talt om køkkenet"


async def test_a_walk_in_and_a_correction_have_none(small_office: Office) -> None:
    async with small_office.open((120, 40)) as desk:
        desk.app.new_walk_in()
        await desk.settle()
        assert ASKED not in desk.text
        assert "F10" not in desk.text
