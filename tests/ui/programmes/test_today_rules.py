"""Today with what the programmes ask: rows, reasons, what closes them, snooze, and what else is due."""

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.contact_form import ContactForm
from broker_tui.screens.fact_form import FactForm
from broker_tui.screens.rule_page import RulePage
from sync.records import types
from tests.ui.office import SIZES, TODAY, Desk, Office

CONTACT = {"en": "Talk with the citizen every 14", "da": "Tal med borgeren mindst hver 14"}
REGISTER = {"en": "Register the plan in Min Plan", "da": "Registrér planen i Min Plan"}


async def to_row(desk: Desk, *parts: str) -> None:
    """Put the cursor on the row that holds all of `parts`."""
    await desk.press("home")
    for _row in range(20):
        if any(row.startswith("▌") and all(part in row for part in parts) for row in desk.text.splitlines()):
            return
        await desk.press("down")
    raise AssertionError(f"no row with {parts}:\n{desk.text}")


def facts(desk: Desk, kind: str) -> list[types.Fact]:
    return [entry.record for entry in desk.services.store.entries(types.Fact, where={"kind": kind})]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "da"])
async def test_a_rule_stands_in_the_list_with_why_source_and_what_closes_it(
    busy_office: Office, size: tuple[int, int], lang: Language
) -> None:
    async with busy_office.open(size, lang) as desk:
        row = desk.line("Jonas Pedersen", CONTACT[lang])
        assert row[1] == "!"
        assert "UIF2" in row
        assert desk.text.splitlines()[4 if size[1] < 30 else 5].startswith("▌"), "the cursor is at the top"
        text = " ".join(desk.text.split())
        for words in (
            {"en": "Steady contact carries the course", "da": "Den faste kontakt bærer forløbet"}[lang],
            {"en": "a talk with the citizen", "da": "en samtale med borgeren"}[lang],
            {"en": "25 May", "da": "25. maj"}[lang],
            "003 Fas",
        ):
            assert words in text


async def test_a_contact_that_counts_closes_the_rule_and_the_rest_is_offered(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await to_row(desk, "Jonas Pedersen", CONTACT["en"])
        await desk.press("d")
        assert isinstance(desk.app.screen, ContactForm)
        await desk.write("Talked")
        await desk.press("ctrl+d")
        await desk.until(lambda: "Also due: Register" in desk.text)
        assert "Contact saved on Jonas Pedersen" in desk.line("Also due")
        assert desk.line("Also due").endswith("Enter now")
        assert all(CONTACT["en"] not in row for row in desk.text.splitlines() if "Jonas" in row)
        await desk.press("enter")
        assert isinstance(desk.app.screen, FactForm)
        await desk.press("ctrl+d")
        await desk.until(lambda: desk.app.at_place)
        assert [fact.occurred_on for fact in facts(desk, "registered")] == [TODAY]
        assert REGISTER["en"] not in desk.text


async def test_any_other_key_lets_the_offer_go_and_does_its_own_work(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await to_row(desk, "Jonas Pedersen", CONTACT["en"])
        await desk.press("c")
        await desk.write("Talked")
        await desk.press("ctrl+d")
        await desk.until(lambda: "Also due" in desk.text)
        await desk.press("a")
        assert "by area" in desk.text
        assert "Also due" not in desk.text
        await desk.press("enter")
        assert not isinstance(desk.app.screen, FactForm)


async def test_snooze_takes_a_day_and_a_reason_and_can_be_seen_undone_and_taken_back(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await to_row(desk, "Jonas Pedersen", REGISTER["en"])
        await desk.press("s")
        await desk.write("+3d")
        await desk.press("enter")
        assert not desk.app.at_place, "a reason is asked for, and the cursor stands there"
        await desk.write("Systemet er nede")
        await desk.press("enter")
        await desk.until(lambda: "Left aside until 20 Nov" in desk.text)
        assert not any(REGISTER["en"] in row for row in desk.text.splitlines())
        await desk.press("u")
        await desk.until(lambda: REGISTER["en"] in desk.text)
        await to_row(desk, "Jonas Pedersen", REGISTER["en"])
        await desk.press("s")
        await desk.write("+3d")
        await desk.press("tab")
        await desk.write("Systemet er nede")
        await desk.press("enter")
        await desk.until(lambda: "Left aside until 20 Nov" in desk.text)
        await desk.press("z")
        await to_row(desk, "Jonas Pedersen", REGISTER["en"], "to 20 Nov")
        await desk.press("s")
        await desk.until(lambda: "Back on the list" in desk.text)
        assert "!" in desk.line("Jonas Pedersen", REGISTER["en"])[:3]


async def test_an_agreed_follow_up_can_be_left_aside_too(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await to_row(desk, "Ugentlig kontakt")
        await desk.press("s")
        await desk.write("+1d")
        await desk.press("tab")
        await desk.write("Syg")
        await desk.press("enter")
        await desk.until(lambda: "Left aside until 18 Nov" in desk.text)
        assert "Ugentlig kontakt" not in desk.text


async def test_grouping_by_rule_and_by_person(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await desk.press("a", "a")
        assert "Jonas Pedersen  5" in desk.text
        await desk.press("a")
        rows = desk.text.splitlines()
        place = next(i for i, row in enumerate(rows) if row.startswith("   Register the plan in Min Plan  1"))
        assert "Jonas Pedersen" in rows[place + 1]


async def test_r_reads_the_rule_and_says_why_it_is_due(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await to_row(desk, "Jonas Pedersen", CONTACT["en"])
        await desk.press("r")
        assert isinstance(desk.app.screen, RulePage)
        text = " ".join(desk.text.split())
        assert "At least once in 14 days" in text
        assert "For Jonas Pedersen" in text
        assert "8 Nov 2026 does not count" in text
        await desk.press("escape")
        assert desk.app.at_place


@pytest.mark.parametrize("programmes", [{"uif2": 'id = "uif2"\nversion = 3\n'}])
async def test_a_programme_that_cannot_be_read_is_told_and_takes_nothing_down(office: Office) -> None:
    async with office.open() as desk:
        assert "Ugentlig kontakt" in desk.text
        await desk.until(lambda: "The rules of UIF2 cannot be used" in desk.text)
        await desk.press("f3")
        await desk.until(lambda: "The rules of UIF2 cannot be used" in desk.text)
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("6")
        assert "The rules of UIF2 cannot be used" in desk.text
        await desk.press("f")
        await desk.press("escape")
        await desk.press("ctrl+r")
        for _programme in range(5):
            if "The rules of UIF2 cannot be used" in desk.text:
                break
            await desk.press("tab")
        assert "The rules of UIF2 cannot be used" in desk.text


async def test_under_the_guard_no_name_and_no_reason_is_left(busy_office: Office) -> None:
    async with busy_office.open((120, 40)) as desk:
        await desk.press("f9", "a", "a")
        for secret in ("Jonas", "Pedersen", "Ahmed"):
            assert secret not in desk.text
        assert CONTACT["en"] in desk.text
