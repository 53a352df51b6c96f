"""Fields and forms: typing, choosing, errors, drafts."""

from collections.abc import Iterable

import pytest
from textual.app import ComposeResult
from textual.widget import Widget

from broker_tui.widgets.base_app import DesignApp
from broker_tui.widgets.choice_field import ChoiceField, Option
from broker_tui.widgets.field import Field
from broker_tui.widgets.form import Form
from broker_tui.widgets.note_field import BarArea, NoteField
from broker_tui.widgets.text_fields import BarInput, DateField, MaskedField, Reading, TextField
from tests.ui.screen_text import screen_lines, screen_text

KINDS = [Option("phone", "Telefon"), Option("meeting", "Møde"), Option("mail", "Mail"), Option("visit", "Åbent hus")]


def parse(text: str) -> Reading:
    """Understands one date."""
    return Reading(text, "fri 20 Nov") if text == "fri" else Reading(error="No such date. Write 28/2.")


class FormApp(DesignApp):
    """One form with a field of each kind."""

    LEAST = (1, 1)

    def __init__(self, fields: Iterable[Widget] | None = None) -> None:
        super().__init__(no_color=False)
        self.edits: list[dict[str, str]] = []
        self.form_fields = fields or (
            ChoiceField("kind", "How", options=KINDS, value="phone"),
            TextField("who", "Who"),
            DateField("when", "When", parser=parse),
            NoteField("note", "Note", min_rows=2, max_rows=4),
        )

    def compose(self) -> ComposeResult:
        with Form(id="form"):
            yield from self.form_fields

    @property
    def form(self) -> Form:
        return self.query_one(Form)

    def on_form_edited(self, event: Form.Edited) -> None:
        self.edits.append(event.values)


async def test_danish_text_goes_through_all_fields_with_tab() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        app.form.fields()["kind"].focus()
        await pilot.press("tab", *"Søren Æbelø", "tab", *"fri", "tab", *"Åse [/b] é", "enter", "x")
        assert app.form.values() == {
            "kind": "phone",
            "who": "Søren Æbelø",
            "when": "fri",
            "note": "Åse [/b] é\nx",
        }
        assert "│ fri             fri 20 Nov" in screen_text(app)


async def test_arrows_and_letters_choose() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        field = app.form.fields()["kind"]
        field.focus()
        await pilot.press("right")
        assert field.value == "meeting"
        await pilot.press("m")
        assert field.value == "mail"
        await pilot.press("m")
        assert field.value == "meeting"
        await pilot.press("å")
        assert field.value == "visit"
        await pilot.press("right")
        assert field.value == "visit"
        await pilot.press("left", "left", "left", "left")
        assert field.value == "phone"
        assert "Telefon  Møde  Mail  Åbent hus" in screen_text(app)


async def test_choice_by_mouse() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        await pilot.click(ChoiceField, offset=(10 + 11, 0))
        assert app.form.fields()["kind"].value == "meeting"


async def test_words_that_do_not_fit_go_on_below() -> None:
    options = [Option(str(n), f"alternative{n}") for n in range(8)]
    app = FormApp([ChoiceField("k", "How", options=options), TextField("who", "Who")])
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        shown = screen_text(app)
        assert all(f"alternative{n}" in shown for n in range(8))


async def test_errors_stand_under_their_fields_and_the_first_gets_the_focus() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        app.form.fields()["note"].focus()
        assert app.form.show_errors({"when": "The day is missing. Write fri.", "who": "Who was it?"})
        await pilot.pause()
        assert app.focused is app.form.fields()["who"].control
        lines = [text for text in screen_lines(app) if "×" in text]
        assert lines == ["          × Who was it?", "          × The day is missing. Write fri."]
        await pilot.press("x")
        await pilot.pause()
        assert "Who was it?" not in screen_text(app)
        assert not app.form.show_errors({})
        await pilot.pause()
        assert "×" not in screen_text(app)


async def test_date_says_what_is_wrong_on_leaving() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        app.form.fields()["when"].focus()
        await pilot.press(*"31/2")
        await pilot.pause()
        assert "×" not in screen_text(app)
        await pilot.press("tab")
        await pilot.pause()
        assert "× No such date. Write 28/2." in screen_text(app)


async def test_up_and_down_go_between_fields() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        fields = app.form.fields()
        fields["kind"].focus()
        await pilot.press("down")
        assert app.focused is fields["who"].control
        await pilot.press("up")
        assert app.focused is fields["kind"].control


async def test_edits_are_told_soon_while_one_types() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        app.form.fields()["who"].focus()
        await pilot.press("a", "b")
        assert app.form.edited
        app.form.flush()
        await pilot.pause()
        assert app.edits == [app.form.values()]
        assert app.edits[0]["who"] == "ab"
        app.form.flush()
        await pilot.pause()
        assert len(app.edits) == 1


async def test_edits_are_told_without_being_asked() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        app.form.fields()["who"].focus()
        await pilot.press("a")
        for _ in range(200):
            if app.edits:
                break
            await pilot.pause(0.01)
        assert app.edits[0]["who"] == "a"


async def test_a_draft_comes_back_without_counting_as_an_edit() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        app.form.set_values({"kind": "mail", "who": "Åse", "when": "fri", "note": "two\nlines", "unknown": "x"})
        await pilot.pause()
        assert app.form.values() == {"kind": "mail", "who": "Åse", "when": "fri", "note": "two\nlines"}
        assert not app.form.edited
        assert "fri 20 Nov" in screen_text(app)


async def test_note_grows_between_its_bounds() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        note = app.form.fields()["note"]
        area = note.query_one(BarArea)
        await pilot.pause()
        assert area.size.height == 2
        note.focus()
        await pilot.press(*["a", "enter"] * 2)
        await pilot.pause()
        assert area.size.height == 3
        await pilot.press(*["a", "enter"] * 5)
        await pilot.pause()
        assert area.size.height == 4


async def test_passphrase_is_dots_until_shown_and_hidden_again_on_leaving() -> None:
    app = FormApp([MaskedField("p", "Pass"), TextField("who", "Who")])
    async with app.run_test() as pilot:
        field = app.query_one(MaskedField)
        field.focus()
        await pilot.press(*"smør")
        await pilot.pause()
        assert field.value == "smør"
        assert "••••" in screen_text(app)
        assert "smør" not in screen_text(app)
        field.reveal()
        await pilot.pause()
        assert "smør" in screen_text(app)
        await pilot.press("tab")
        await pilot.pause()
        assert "smør" not in screen_text(app)


async def test_nudge_never_blocks_and_gives_way_to_an_error() -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        field = app.form.fields()["note"]
        field.nudge = "»Søvnen« is health."
        await pilot.pause()
        assert "▲ »Søvnen« is health." in screen_text(app)
        field.error = "Too long."
        await pilot.pause()
        assert "× Too long." in screen_text(app)
        assert "▲" not in screen_text(app)


@pytest.mark.parametrize("text", ["[/b]", "\x1b[31mred\x1b[0m", "\u202egnp.exe", "[bold]x", "\x00\x9b", "👩‍👩‍👧"])
async def test_any_text_can_be_held_and_drawn(text: str) -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        app.form.set_values({"who": text, "when": text, "note": text})
        for field in app.query(Field):
            field.error = text
            field.hint = text
        await pilot.pause()
        assert app.form.values()["who"] == text
        shown = screen_text(app)
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize("key", ["f6", "f7", "ctrl+f", "ctrl+s", "ctrl+n"])
async def test_program_keys_reach_the_app_from_a_field(key: str) -> None:
    app = FormApp()
    async with app.run_test() as pilot:
        for name in ("who", "note"):
            app.form.fields()[name].focus()
            await pilot.pause()
            taken = app.screen.active_bindings.get(key)
            assert taken is None or not isinstance(taken.node, BarInput | BarArea)


@pytest.mark.parametrize("name", ["who", "note"])
async def test_cursor_of_a_field_is_seen_without_colours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = FormApp()
    app.no_color = True
    app.theme = "terminal"
    async with app.run_test() as pilot:
        app.form.fields()[name].focus()
        await pilot.press("a", "b", "left")
        await pilot.pause()
        control = app.form.fields()[name].control
        reversed_text = [
            segment.text
            for segment in app.screen._compositor.render_strips(app.size)[control.region.y]
            if segment.style is not None and segment.style.reverse
        ]
        assert reversed_text == ["b"]
