"""Today: groups, reasons, acts and their effects, in both languages and sizes."""

import pytest

from broker_tui.i18n import Language
from sync.records.types import FollowUp, Promise
from tests.ui.office import SIZES, TODAY, Office

GROUPS = {
    "en": ("Overdue", "Today", "This week", "Next week"),
    "da": ("Forfaldne", "I dag", "Denne uge", "Næste uge"),
}
WHY = {"en": "Why now", "da": "Hvorfor nu"}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "da"])
async def test_groups_stand_in_order_of_urgency_with_who_what_and_programme(
    office: Office, size: tuple[int, int], lang: Language
) -> None:
    async with office.open(size, lang) as desk:
        rows = desk.text.splitlines()[2:]
        found = [next(i for i, row in enumerate(rows) if row.strip().startswith(name)) for name in GROUPS[lang]]
        assert found == sorted(found)
        overdue = desk.line("Ahmed Khalil", "Ugentlig kontakt")
        assert "FSM2" in overdue
        assert overdue.startswith("▌!")
        timed = desk.line("Dalum Købmand", "Opfølgning på stedet")
        assert ("10.00" if lang == "da" else "10:00") in timed
        assert WHY[lang] in desk.text


async def test_the_reason_follows_the_cursor(office: Office) -> None:
    async with office.open() as desk:
        assert "Agreed follow-up for 14 Nov 2026." in desk.text
        for _row in range(3):
            await desk.press("down")
        assert "Promised on 12 Nov 2026 for 19 Nov 2026." in desk.text
        assert "19 Nov, in 2 days" in desk.text


async def test_the_sheet_beside_the_list_shows_the_last_contact(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        await desk.press("down", "down")
        await desk.until(lambda: "Jonas vil gerne prøve" in desk.text)
        assert "9 days ago" in desk.text


async def test_done_completes_a_follow_up_and_undo_brings_it_back(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("d")
        await desk.until(lambda: "Ugentlig kontakt" not in desk.text)
        assert "Done: Ahmed Khalil" in desk.text
        assert "u undo" in desk.line("Done: Ahmed Khalil")
        record = desk.services.store.entry(FollowUp, desk.ids["overdue"])
        assert record is not None
        assert (record.record.state, record.record.done_on) == ("done", TODAY)
        await desk.press("u")
        await desk.until(lambda: "Ugentlig kontakt" in desk.text)


async def test_done_completes_a_promise(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("down", "down", "down", "d")
        await desk.until(lambda: "buskortet" not in desk.text)
        record = desk.services.store.entry(Promise, desk.ids["promise"])
        assert record is not None
        assert record.record.state == "done"


async def test_a_groups_by_area_person_and_rule_and_back(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("a")
        assert "by area" in desk.text
        assert desk.text.index("Dalum  2") < desk.text.index("Vollsmose  3") < desk.text.index("Without area")
        await desk.press("a")
        assert "by person" in desk.text
        await desk.press("a")
        assert "by rule" in desk.text
        await desk.press("a")
        assert "Overdue" in desk.text


async def test_moving_a_follow_up_takes_five_presses_at_most(office: Office) -> None:
    async with office.open() as desk:
        before = desk.presses
        await desk.press("e")
        await desk.write("fre")
        await desk.press("ctrl+d")
        await desk.until(lambda: desk.app.at_place)
        assert desk.presses - before <= 5
        record = desk.services.store.entry(FollowUp, desk.ids["overdue"])
        assert record is not None
        assert record.record.due.isoformat() == "2026-11-20"


async def test_enter_opens_the_person_of_the_row_and_escape_comes_back(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("enter")
        await desk.until(lambda: not desk.app.at_place)
        assert "Ahmed Khalil" in desk.text
        await desk.press("escape")
        assert desk.app.at_place


async def test_text_that_looks_like_markup_is_shown_as_it_is(office: Office) -> None:
    async with office.open() as desk:
        assert "CV [bold]på[/bold] Jobnet" in desk.line("Bo [/b] Brik")


async def test_under_the_glance_guard_no_name_and_no_note_is_left(office: Office) -> None:
    for size in SIZES:
        async with office.open(size) as desk:
            await desk.press("down", "down")
            await desk.press("f9")
            await desk.settle()
            for secret in ("Ahmed", "Khalil", "Jonas", "Pedersen", "Søren", "køkkenet", "buskortet", "visitkort"):
                assert secret not in desk.text
            assert "discreet" in desk.text
            assert "Dalum Købmand" in desk.text
            await desk.press("f9")
            assert "Ahmed Khalil" in desk.text


async def test_an_empty_day_is_one_sentence(office: Office) -> None:
    async with office.open() as desk:
        for item in desk.services.today.items(TODAY):
            if item.kind == "follow_up":
                desk.services.plans.drop(item.record_id)
            elif item.kind == "promise":
                desk.services.plans.complete_promise(item.record_id, TODAY)
            elif item.kind == "memo":
                desk.services.plans.complete_memo(item.record_id, TODAY)
        await desk.until(lambda: "Ahmed" not in desk.text)
        assert "Åse Lindholm" in desk.text
