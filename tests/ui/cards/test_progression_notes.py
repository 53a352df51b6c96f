"""A progression note is corrected on the Goals tab: new words replace the old ones, which stay below them."""

import pytest

from tests.ui.office import SIZES, TODAY, Desk, Office


async def at_the_note(desk: Desk) -> None:
    goal = desk.services.goals.job_goal(desk.ids["jonas"])
    assert goal is not None
    desk.services.goals.note(goal.id, "fire timer", TODAY)
    desk.app.open_citizen(desk.ids["jonas"], "goals")
    await desk.settle()
    await desk.press("G")


@pytest.mark.parametrize("size", SIZES)
async def test_a_note_is_corrected_and_shows_what_it_replaced(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size, "da") as desk:
        await at_the_note(desk)
        await desk.press("e")
        desk.line("Ret det sagte", "Jonas Pedersen")
        await desk.write(" i alt")
        await desk.press("ctrl+d")
        desk.line("fire timer i alt", "rettet")
        notes = desk.services.people.card(desk.ids["jonas"], TODAY).notes
        (new,) = [entry for entry in notes if entry.replaced_by is None]
        (old,) = [entry for entry in notes if entry.replaced_by is not None]
        assert (new.record.replaces, new.record.goal_id, old.record.text) == (old.id, old.record.goal_id, "fire timer")
        await desk.press("enter")
        assert "Før rettelsen, 17. nov" in desk.text
        desk.line("   fire timer ")
        await desk.press("escape", "u")
        assert "fire timer i alt" not in desk.text


async def test_under_the_guard_neither_the_new_nor_the_old_words_are_readable(office: Office) -> None:
    async with office.open() as desk:
        await at_the_note(desk)
        await desk.press("e")
        await desk.write(" a week")
        await desk.press("ctrl+d", "f9", "enter")
        assert "Before the correction" in desk.text
        assert "timer" not in desk.text


async def test_a_correction_without_words_or_dated_ahead_is_refused(office: Office) -> None:
    async with office.open() as desk:
        await at_the_note(desk)
        await desk.press("e", *["backspace"] * 10, "ctrl+d")
        assert "Something is missing here" in desk.text
        await desk.write("x")
        await desk.press("tab")
        await desk.write("1/12/2026")
        await desk.press("ctrl+d")
        assert "lies ahead" in desk.text
        assert len(desk.services.people.card(desk.ids["jonas"], TODAY).notes) == 1
