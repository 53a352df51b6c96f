"""A fast typist on a slow laptop: what is typed after Tab belongs to the next field, however late the screen is."""

from textual import events
from textual.widgets import Input

from tests.ui.office import Office


async def test_text_typed_right_after_tab_lands_in_the_next_field(office: Office) -> None:
    async with office.open((80, 24), "en") as desk:
        await desk.press("f3", "enter", "p")
        app = desk.app
        for key in (*"Call", "tab", *"24/12"):
            app.post_message(events.Key(key, key if len(key) == 1 else "\t"))
        await desk.settle()
        values = [field.value for field in app.screen.query(Input)]
        assert "Call" in values
        assert "24/12" in values
