"""The programme browser: lists, filter, one rule with its numbers, whom it touches and why it is not due."""

from datetime import datetime

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.programmes import loading
from broker_tui.screens.case_card import CaseCardScreen
from sync.records.types import Contact
from tests.ui.office import TODAY, Office


async def test_typing_narrows_the_list_by_words_steps_and_weights(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await desk.press("ctrl+r", "tab", "tab")
        assert "8 rules" in desk.text
        await desk.write("recommended")
        assert "3 rules" in desk.text
        await desk.write(" netw")
        assert "1 rule" in desk.text
        await desk.press("enter")
        assert "uif2.phase1.network" in desk.text


async def test_a_rule_shows_its_numbers_and_marks_local_ones(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        desk.app.open_rule("uif2.phase1.contact", desk.ids["lise-case"])
        await desk.until(lambda: "For Lise Holm" in desk.text)
        assert "Its clock ran before this program knew the case." in desk.text
        await desk.press("end")
        assert "Days between contacts: 14   local setting" in desk.text
        assert "My people  2" in desk.text
        assert "overdue" in desk.line("Jonas Pedersen")


async def test_why_it_is_not_due_names_the_contact_that_does_not_count(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        services, jonas = desk.services, desk.ids["jonas"]
        people = ["citizen", "broker"]
        services.contacts.add(
            Contact(citizen_id=jonas, occurred_on=TODAY, kind="phone", outcome="reached", participants=people)
        )
        services.contacts.add(
            Contact(
                citizen_id=jonas,
                occurred_on=TODAY,
                occurred_at=datetime(2026, 11, 17, 8, 0, tzinfo=DENMARK),
                kind="text",
                outcome="reached",
                two_way=True,
                participants=people,
            )
        )
        desk.app.open_rule("uif2.phase1.contact", desk.ids["jonas-case"])
        await desk.until(lambda: "For Jonas Pedersen" in desk.text)
        text = " ".join(desk.text.split())
        assert "1 Dec 2026" in text
        assert "a two-way text does not" in text


async def test_enter_on_a_person_opens_their_step_board(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        desk.app.open_rule("uif2.phase1.registered")
        await desk.until(lambda: "uif2.phase1.registered" in desk.text)
        await desk.press("end", "up")
        await desk.until(lambda: "For Jonas Pedersen" in desk.text)
        await desk.press("enter")
        assert isinstance(desk.app.screen, CaseCardScreen)
        await desk.until(lambda: "To leave this step" in desk.text)


@pytest.mark.parametrize("name", loading.PROGRAMMES)
def test_every_rule_that_ships_can_be_put_into_words(name: str) -> None:
    from broker_tui.i18n import use
    from broker_tui.screens.rule_lines import whole
    from broker_tui.screens.rules_read import steps

    program = loading.program(name)
    for language in ("da", "en"):
        use(language)
        for ready in program.rules.values():
            lines = whole(ready.rule, program, 72)
            assert len(lines) > 8
            assert "_" not in steps(program, ready.rule)
