"""The form screen: skip logic, drafts, what is missing, secrets, rows, versions, undo, the glance guard."""

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.programme_form import ProgrammeForm
from broker_tui.screens.row_sheet import RowSheet
from sync.records import types
from tests.ui.office import SIZES, Desk, Office


async def begin(desk: Desk, form: str = "T-1") -> ProgrammeForm:
    desk.app.open_form(desk.ids["jonas"], desk.ids["jonas-case"], form)
    await desk.settle()
    screen = desk.app.screen
    assert isinstance(screen, ProgrammeForm)
    await desk.until(lambda: screen.form.complete)
    return screen


def saved(desk: Desk) -> list[types.Form]:
    return [
        entry.record for entry in desk.services.store.entries(types.Form, where={"case_id": desk.ids["jonas-case"]})
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_fields_come_and_go_with_the_answers_and_lose_nothing(
    small_office: Office, size: tuple[int, int], lang: Language
) -> None:
    place = {"da": "Sted *", "en": "Place *"}[lang]
    async with small_office.open(size, lang) as desk:
        await begin(desk)
        assert {"da": "Afsnit 1 af 2", "en": "Section 1 of 2"}[lang] in desk.text
        assert {"da": "Dagen for samtalen", "en": "The day of the talk"}[lang] in desk.text
        assert place not in desk.text
        await desk.press("tab", "right")
        assert place in desk.text
        assert {"da": "1 af 3", "en": "1 of 3"}[lang] in desk.text
        await desk.press("tab")
        await desk.write("Kantinen")
        assert {"da": "2 af 3", "en": "2 of 3"}[lang] in desk.text
        await desk.press("shift+tab", "right")
        assert place not in desk.text
        await desk.press("left")
        assert "Kantinen" in desk.text


async def test_what_is_missing_is_named_and_gets_the_focus(small_office: Office) -> None:
    async with small_office.open() as desk:
        screen = await begin(desk)
        await desk.press("pagedown", "ctrl+d")
        assert "2 required fields are missing: Held on, Kind" in desk.text
        assert "Something is missing here" in desk.text
        assert screen.form.fields()["f.held_on"].has_focus_within
        assert not saved(desk)


async def test_kept_as_begun_then_completed_then_undone(small_office: Office) -> None:
    async with small_office.open() as desk:
        await begin(desk)
        await desk.write("17/11")
        await desk.press("ctrl+s")
        assert "kept as begun on Jonas Pedersen: 1 of 2" in desk.text
        (form,) = saved(desk)
        assert (form.state, form.version, form.values) == ("begun", 2, {"held_on": "2026-11-17"})
        assert not desk.services.drafts.all()
        await begin(desk)
        await desk.press("tab", "p", "ctrl+d")
        assert "Trial sheet complete on Jonas Pedersen" in desk.text
        (form,) = saved(desk)
        assert (form.state, form.values["kind"]) == ("complete", "phone")
        await desk.press("u")
        await desk.until(lambda: saved(desk)[0].state == "begun")


async def test_esc_a_lock_and_a_row_on_its_way_lose_nothing(small_office: Office) -> None:
    async with small_office.open() as desk:
        await begin(desk)
        await desk.press("pagedown", "tab", "enter")
        assert isinstance(desk.app.screen, RowSheet)
        await desk.write("Sag 7")
        desk.app.flush_drafts()
        (draft,) = desk.services.drafts.all()
        assert "Sag 7" in draft.values["f.lines"]
        await desk.press("escape", "escape")
        assert desk.app.at_place
        screen = await begin(desk)
        assert "Draft from" in desk.text
        await desk.press("pagedown")
        assert "Sag 7" in desk.text
        assert screen.form.values()["f.lines"]
        await desk.press("escape", "ctrl+t", "enter")
        assert isinstance(desk.app.screen, ProgrammeForm), "the list of drafts brings it back too"


async def test_rows_are_checked_changed_and_taken_away(small_office: Office) -> None:
    async with small_office.open() as desk:
        screen = await begin(desk)
        await desk.press("pagedown", "tab", "n", "tab")
        await desk.write("32/11")
        await desk.press("ctrl+d")
        assert isinstance(desk.app.screen, RowSheet)
        assert "Something is missing here" in desk.text
        await desk.write("Sag 8")
        await desk.press("ctrl+d")
        assert isinstance(desk.app.screen, RowSheet), "the day does not exist"
        await desk.press(*["backspace"] * 5)
        await desk.write("17/11")
        await desk.press("tab")
        await desk.write("hemmelig")
        await desk.press("ctrl+d")
        assert screen.is_current
        row = desk.line("1  Sag 8")
        assert "17 Nov 2026" in row
        assert "hemmelig" not in desk.text
        await desk.press("x", "f")
        assert "Sag 8" not in desk.text


@pytest.mark.parametrize("size", SIZES)
async def test_secrets_are_bars_until_opened_and_again_when_left(small_office: Office, size: tuple[int, int]) -> None:
    async with small_office.open(size) as desk:
        screen = await begin(desk)
        await desk.write("17/11")
        await desk.press("tab", "p", "tab")
        await desk.write("hemmeligt")
        assert "hemmeligt" in desk.text, "what is being written can be read"
        await desk.press("tab")
        assert "hemmeligt" not in desk.text
        await desk.press("ctrl+d")
        screen = await begin(desk)
        assert "hemmeligt" not in desk.text
        await desk.press("tab", "tab")
        assert "Enter shows it" in desk.text
        assert "hemmeligt" not in desk.text
        await desk.press("enter")
        assert "hemmeligt" in desk.text
        await desk.write("!")
        await desk.press("tab")
        assert "hemmeligt" not in desk.text
        assert screen.form.values()["f.note"].endswith("!")
        await desk.press("f9")
        assert "J.P." in desk.text
        assert "Jonas" not in desk.text


async def test_an_older_version_opens_as_it_was_and_can_be_carried_over(small_office: Office) -> None:
    values = {"held_on": "2026-11-10", "gone": "Kort", "note": "hemmeligt"}
    async with small_office.open() as desk:
        desk.services.forms.save(desk.ids["jonas-case"], "T-1", values, version=1)
        screen = await begin(desk)
        assert screen.definition.version == 1
        assert "F10 carries it over" in desk.text
        assert "Field that is gone" in desk.text
        await desk.press("f10")
        assert "No longer asked: Field that is gone   Kort" in desk.text
        assert "New, required: Kind" in desk.text
        assert "hemmeligt" not in desk.text
        await desk.press("o")
        again = desk.app.screen
        assert isinstance(again, ProgrammeForm)
        await desk.until(lambda: again.form.complete)
        assert again.definition.version == 2
        await desk.press("tab", "p", "ctrl+d")
        (form,) = saved(desk)
        assert (form.version, form.state) == (2, "complete")
        assert form.values == {"held_on": "2026-11-10", "kind": "phone", "note": "hemmeligt"}
