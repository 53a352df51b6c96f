"""A job interview: the next step follows from the outcome, and what the broker only heard of is a call."""

from typing import Any

import pytest

from broker_tui.screens import registry
from tests.ui.office import SIZES, TODAY, Desk, Office


async def show(desk: Desk) -> Any:
    desk.app.fill_in(registry.interview_form(desk.ids["lise"]))
    await desk.settle()
    return desk.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_next_step_follows_from_the_outcome_until_another_is_written(
    office: Office, size: tuple[int, int]
) -> None:
    async with office.open(size, "da") as desk:
        form = await show(desk)
        await desk.press("tab", "f")
        assert form.field("what").value == "Lav aftalen med virksomheden"
        form.field("what").set_value("Ring til Birthe")
        await desk.press("n")
        assert (form.field("what").value, form.field("next").value) == ("Ring til Birthe", "24/11")
        desk.line("Udfald", "Afventer svar", "Fik jobbet", "Anden runde", "Nej tak")


async def test_what_was_only_heard_of_is_a_call_and_the_company_stands_in_the_words(office: Office) -> None:
    async with office.open() as desk:
        form = await show(desk)
        form.field("company_id").put(desk.ids["dalum"], "Dalum Købmand")
        await desk.settle()
        form.field("result").focus()
        await desk.press("r")
        form.field("how").focus()
        await desk.press("right", "ctrl+d")
        (row,) = desk.services.people.contacts(desk.ids["lise"])
        contact = row.entry.record
        assert (contact.kind, contact.place, contact.company_id) == ("phone", "remote", None)
        assert contact.agreed == (
            "Job interview at Dalum Købmand: rejected\nTalk about what was learnt, and where to next"
        )
        desk.line("Job interview saved on Lise Holm", "24 Nov")


async def test_a_next_step_in_the_past_and_an_interview_ahead_are_refused(office: Office) -> None:
    async with office.open() as desk:
        form = await show(desk)
        form.field("note").focus()
        await desk.write("x")
        form.field("next").set_value("16/11/2026")
        form.field("when").set_value("16/11/2026")
        await desk.press("ctrl+d")
        assert form.field("next").error == "The day has passed. Choose a later one."
        form.field("next").set_value("+2d")
        form.field("when").set_value("20/11/2026")
        await desk.press("ctrl+d")
        assert "lies ahead" in form.field("when").error
        await desk.press("escape")
        assert "Draft kept" in desk.text
        card = desk.services.people.card(desk.ids["lise"], TODAY)
        assert not card.follow_ups
