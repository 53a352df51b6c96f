"""The rows that frame a screen, and the sheets over it: places, keys, answers, dialogs, questions."""

from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from broker_tui import i18n
from broker_tui.widgets.answer_line import AnswerLine
from broker_tui.widgets.base_app import DesignApp
from broker_tui.widgets.key_line import RIGHT, KeyHint, KeyLine, key_name
from broker_tui.widgets.places_bar import PlacesBar
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import line, plain
from tests.ui.screen_text import screen_lines, screen_text
from tests.ui.widgets.gallery import PLACES, ContactSheet, GalleryApp


class FrameApp(DesignApp):
    """A bar, an answer and keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "say", "contact", id="test.contact"),
        Binding("x", "ask", "delete", id="test.delete"),
        Binding("ctrl+n", "say", "new", id="test.new", group=RIGHT),
        Binding("f1", "say", "help", id="test.help"),
        Binding("z", "say", "hidden", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(no_color=False)
        self.chosen: list[str] = []
        self.answers: list[bool | None] = []

    def compose(self) -> ComposeResult:
        yield PlacesBar(PLACES, "today")
        yield AnswerLine()
        yield KeyLine()

    def action_say(self) -> None:
        self.query_one(AnswerLine).show("ok", "Contact saved", "u", "undo")

    def action_ask(self) -> None:
        self.push_screen(Question("Delete the draft?", "s", "delete", "keep it", opened_by="x"), self.answers.append)

    def on_places_bar_chosen(self, event: PlacesBar.Chosen) -> None:
        self.chosen.append(event.place_id)


async def test_answer_goes_at_the_next_key() -> None:
    app = FrameApp()
    async with app.run_test() as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert "   ● Contact saved   u undo" in screen_text(app)
        await pilot.press("z")  # an answer may be followed by another at once
        await pilot.pause()
        assert "Contact saved" in screen_text(app)
        await pilot.press("9")
        await pilot.pause()
        assert "Contact saved" not in screen_text(app)
        assert app.query_one(AnswerLine).content == ()


async def test_answer_goes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker_tui.widgets.answer_line.SECONDS", 0.02)
    app = FrameApp()
    async with app.run_test() as pilot:
        await pilot.press("c")
        for _ in range(200):
            if not app.query_one(AnswerLine).content:
                break
            await pilot.pause(0.01)
        assert app.query_one(AnswerLine).content == ()


async def test_keys_are_made_from_the_live_bindings() -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = plain(app.query_one(KeyLine).line_at(0))
        assert shown.startswith("c contact  x delete")
        assert shown.endswith("^N new  F1 help")
        assert "hidden" not in shown
        assert len(shown) == 74


async def test_key_hints_give_way_from_the_left_group_and_help_stays() -> None:
    app = FrameApp()
    async with app.run_test(size=(40, 24)) as pilot:
        keys = app.query_one(KeyLine)
        keys.set_hints(
            tuple(KeyHint(letter, "something") for letter in "abcde"), (KeyHint("^N", "new"), KeyHint("F1", "help"))
        )
        await pilot.pause()
        assert plain(keys.line_at(0)) == "a something        ^N new  F1 help"


async def test_click_on_a_hint_presses_the_key() -> None:
    app = FrameApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.click(KeyLine, offset=(4, 0))
        await pilot.pause()
        assert "Contact saved" in screen_text(app)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        *(("enter", "Enter"), ("ctrl+n", "^N"), ("f9", "F9"), ("escape", "Esc"), ("slash", "/")),
        *(("space", "Space"), ("question_mark", "?"), ("left", "←"), ("c", "c"), ("ctrl+d", "^D")),
    ],
)
def test_keys_are_written_as_brokers_know_them(key: str, shown: str) -> None:
    assert key_name(key) == shown


async def test_places_bar_at_eighty_columns() -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        bar = app.query_one(PlacesBar)
        bar.online, bar.unsent = False, 7
        i18n.use("da")
        await pilot.pause()
        names = "   I dag  Sagsstamme  Virksomheder  Match  Overblik  Synk "
        assert screen_lines(app)[0] == f"{names}  offline  7 usendt"
        bar.guard = True
        await pilot.pause()
        assert screen_lines(app)[0] == f"{names}  diskret  7 usendt"
        bar.guard, bar.unsent, bar.online = False, 0, True
        await pilot.pause()
        assert screen_lines(app)[0].endswith("Synk              online")


async def test_places_bar_with_room_shows_mark_and_keys() -> None:
    app = FrameApp()
    async with app.run_test(size=(120, 40)) as pilot:
        bar = app.query_one(PlacesBar)
        bar.online, bar.unsent = False, 7
        await pilot.pause()
        shown = screen_lines(app)[0]
        assert shown.startswith("   ▄█ broker   F2 I dag  F3 Sagsstamme  F4 Virksomheder")
        assert shown.endswith("○ offline  ↑ 7 unsent")
        assert len(shown) == 117
        bar.warning = True
        await pilot.pause()
        assert screen_lines(app)[0].endswith("▲ 7 unsent")


async def test_click_on_a_place_goes_there() -> None:
    app = FrameApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(PlacesBar, offset=(12, 0))
        await pilot.click(PlacesBar, offset=(79, 0))
        await pilot.pause()
        assert app.chosen == ["caseload"]


async def test_question_is_answered_only_by_its_letter() -> None:
    app = FrameApp()
    async with app.run_test() as pilot:
        await pilot.press("x")
        await pilot.pause()
        assert "Delete the draft?" in screen_text(app)
        assert "   s delete  Esc keep it" in screen_text(app)
        await pilot.press("x", "enter", "y")
        assert app.answers == []
        await pilot.press("s")
        await pilot.pause()
        assert app.answers == [True]
        await pilot.press("x")
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [True, False]


@pytest.mark.parametrize("key", ["x", "enter", "1", ""])
def test_question_refuses_a_key_that_is_pressed_by_habit(key: str) -> None:
    with pytest.raises(ValueError, match="did not open it"):
        Question("Delete?", key, "delete", "keep", opened_by="x")


async def test_sheet_leaves_the_head_of_the_page_in_sight() -> None:
    app = GalleryApp("dialog")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.screen.query_one("#sheet").region.y >= 4
        assert app.screen.query_one("#sheet").region.bottom == 24
        assert "I dag  Sagsstamme" in screen_lines(app)[0]


async def test_form_sheet_is_done_with_control_d_from_a_text_field() -> None:
    app = GalleryApp("today")
    results: list[dict[str, str] | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ContactSheet(), results.append)
        await pilot.pause()
        await pilot.press("m", "tab", "tab", "tab", "tab", "tab", "end", "!", "ctrl+d")
        await pilot.pause()
        assert results[0] is not None
        assert results[0]["kind"] == "Møde"
        assert "!" in results[0]["note"]
        app.push_screen(ContactSheet(), results.append)
        await pilot.pause()
        await pilot.press("tab", "escape")
        await pilot.pause()
        assert results[1] is None


async def test_rows_of_the_frame_stay_when_a_list_is_long() -> None:
    app = GalleryApp("today")
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        await pilot.press("G")
        await pilot.pause()
        lines = screen_lines(app)
        assert lines[0].startswith("   I dag")
        assert lines[-1].startswith("   Enter open")
        assert any(text.startswith("▌  fre 20  Birgit") for text in lines)


async def test_sheet_on_a_small_screen_scrolls_to_the_field() -> None:
    app = GalleryApp("dialog")
    async with app.run_test(size=(72, 20)) as pilot:
        await pilot.pause()
        await pilot.press("shift+tab")
        await pilot.pause()
        assert "1/12" in screen_text(app)
        assert "Esc close" in screen_lines(app)[-1]


async def test_note_of_the_draft_takes_the_left_of_the_key_line() -> None:
    app = GalleryApp("dialog")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        sheet = app.screen
        assert isinstance(sheet, ContactSheet)
        sheet.set_note(line(("●", "ok"), (" Draft kept 9:43", "muted")))
        await pilot.pause()
        assert screen_lines(app)[-1] == "   ● Draft kept 9:43                       ^D save  Tab next field  Esc close"


async def test_a_window_too_small_says_so_and_loses_nothing() -> None:
    app = GalleryApp("dialog")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("tab", "tab", "tab", "tab", "x")
        focused = app.focused
        await pilot.resize_terminal(60, 18)
        await pilot.pause()
        shown = [text for text in screen_lines(app) if text]
        assert shown == ["   The window is too small: 72 x 20 is what it takes"]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "too small" not in screen_text(app)
        assert "x" in screen_text(app)
        assert app.focused is focused
