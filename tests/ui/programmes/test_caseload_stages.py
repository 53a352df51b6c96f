"""The caseload with what the programmes say: day of the step, next, exit criteria, signals as views."""

from datetime import date

import pytest

from broker_tui.screens import caseload_read
from sync.records.types import Contact
from tests.ui.office import TODAY, Desk, Office


def names(desk: Desk) -> list[str]:
    """The first names in the list, as drawn."""
    known = {"Ahmed", "Jonas", "Søren", "Bo", "Lise", "Åse"}
    return [word for row in desk.text.splitlines()[3:] for word in row.split()[:3] if word in known]


async def test_day_of_the_step_exit_criteria_and_the_sooner_next(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await desk.press("f3")
        await desk.until(lambda: "176/182" in desk.text)
        row = desk.line("Jonas Pedersen")
        assert row[1] == "!"
        assert "162 days over" in row, "what the programme asks is sooner than what was agreed"
        assert "1/2" in row
        assert "phase 1" in row
        assert names(desk)[0] == "Jonas", "the order is that of both"


async def test_views_from_the_signals(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await desk.press("f3", "8")
        await desk.until(lambda: "8 Near exit" in desk.text)
        assert names(desk) == ["Jonas"]
        await desk.press("9")
        assert names(desk) == ["Jonas"]
        await desk.press("7")
        assert names(desk) == ["Lise"]
        await desk.press("6")
        assert names(desk) == []
        await desk.press("1")
        assert len(names(desk)) == 6


async def test_a_step_that_differs_from_the_confirmed_one_has_a_sign(busy_office: Office) -> None:
    async with busy_office.open((120, 40)) as desk:
        services, case_id = desk.services, desk.ids["jonas-case"]
        services.statements.add_fact(case_id, "registered", date(2026, 6, 1), {})
        services.statements.confirm_step(case_id, "phase2", TODAY)
        people = ["citizen", "broker"]
        services.contacts.add(
            Contact(
                citizen_id=desk.ids["jonas"], occurred_on=TODAY, kind="phone", outcome="reached", participants=people
            )
        )
        await desk.press("f3")
        await desk.until(lambda: "phase 1" in desk.line("Jonas Pedersen"))
        await desk.press("home")
        for _row in range(7):
            if desk.line("Jonas Pedersen", "176/182").startswith("▌"):
                break
            await desk.press("down")
        await desk.until(lambda: "another step was confirmed" in desk.text)
        assert "≠" in desk.line("Jonas Pedersen", "176/182")[:3]


async def test_sort_by_the_day_of_the_step_and_turned_round(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await desk.press("f3", "o", "o", "o", "o", "o")
        await desk.until(lambda: "Day ▼" in desk.text)
        first = names(desk)
        await desk.press("O")
        assert sorted(names(desk)) == sorted(first)


async def test_thousands_stay_paged_with_the_numbers_on_the_rows_in_sight(
    busy_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caseload_read, "MOST_HELD", 3)
    async with busy_office.open() as desk:
        await desk.press("f3")
        await desk.until(lambda: "176/182" in desk.text)
        assert len(names(desk)) == 6
        assert "1/2" in desk.line("Jonas Pedersen")
        await desk.press("8")
        assert names(desk) == ["Jonas"]
