"""The card of a person: what stands on each tab, and what the keys do to the records."""

from datetime import date, datetime
from typing import Any

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import CaseCard
from broker_tui.screens import case_card
from sync.records.types import Contact, Hours, Promise
from tests.ui.office import SIZES, TODAY, Desk, Office


def card(desk: Desk, key: str) -> CaseCard:
    return desk.services.people.card(desk.ids[key], TODAY)


async def open_card(desk: Desk, key: str, *keys: str) -> None:
    desk.app.open_citizen(desk.ids[key])
    await desk.settle()
    await desk.press(*keys)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("lang", "word"), [("da", "Jobmål"), ("en", "Job goal")])
async def test_overview_shows_next_goal_and_hours(office: Office, size: tuple[int, int], lang: Any, word: str) -> None:
    async with office.open(size, lang) as desk:
        await open_card(desk, "jonas")
        assert word in desk.text
        assert "Fast i butikken på Dalum" in desk.text
        assert "Tale om køkkenet" in desk.text
        assert "Dalum Købmand" in desk.text
        assert ("8,0" if lang == "da" else "8.0") in desk.text


async def test_cpr_is_masked_revealed_for_a_while_and_hidden_by_the_guard(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_card, "REVEAL_SECONDS", 0.3)
    async with office.open() as desk:
        await open_card(desk, "jonas")
        assert "010190-****" in desk.text
        await desk.press("k")
        assert "010190-0000" in desk.text
        await desk.until(lambda: "010190-****" in desk.text)
        await desk.press("f9", "k")
        assert "010190" not in desk.text


async def test_all_tabs_have_a_number_without_gaps(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas")
        for number, word in enumerate(("Overview", "Contacts", "Goals", "Plan", "Job", "Step", "Forms", "Log"), 1):
            assert f"{number} {word}" in desk.text
        await desk.press("8")
        assert "1 Overview" in desk.text


async def test_contact_is_corrected_by_a_new_record(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "2", "e")
        await desk.write("!")
        await desk.press("ctrl+d")
        rows = desk.services.people.contacts(desk.ids["jonas"], include_replaced=True)
        assert len(rows) == 2
        newest = next(row.entry for row in rows if row.entry.replaced_by is None)
        assert newest.record.note == "Jonas vil gerne prøve køkkenet.!"
        assert newest.record.occurred_on == date(2026, 11, 8)
        assert newest.record.replaces in {row.entry.id for row in rows}
        assert "corrected" in desk.text


async def test_contact_is_withdrawn_after_a_question_and_comes_back_by_undo(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "2", "x")
        await desk.press("x")
        assert card(desk, "jonas").contact_count == 1, "the key that asked must not confirm"
        await desk.press("t")
        assert card(desk, "jonas").contact_count == 0
        await desk.press("u")
        assert card(desk, "jonas").contact_count == 1
        assert "gerne prøve" in desk.line("8 Nov", "Phone")


async def test_contact_moves_to_the_right_person(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "2", "m")
        await desk.write("lise")
        await desk.press("enter", "f")
        assert card(desk, "jonas").contact_count == 0
        assert card(desk, "lise").contact_count == 1
        assert "køkkenet" not in desk.text


async def test_enter_reads_a_long_note_to_its_end(office: Office) -> None:
    note = "lang [/b] 🙂 tekst\n" * 500 + "slut"
    async with office.open() as desk:
        desk.services.contacts.add(
            Contact(
                citizen_id=desk.ids["lise"],
                occurred_on=TODAY,
                occurred_at=datetime(2026, 11, 17, 9, 0, tzinfo=DENMARK),
                kind="meeting",
                outcome="reached",
                note=note,
            )
        )
        await open_card(desk, "lise", "2", "enter")
        assert "lang [/b] 🙂 tekst" in desk.text
        for _page in range(60):
            if "slut" in desk.text:
                break
            await desk.press("pagedown")
        assert "slut" in desk.text
        await desk.press("escape")
        assert "2 Contacts" in desk.text


async def test_goal_steps_are_added_reached_and_commented(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "3", "t")
        await desk.write("Tage bussen alene")
        await desk.press("ctrl+d")
        steps = [e for e in card(desk, "jonas").goals if e.record.kind == "step"]
        assert [e.record.text for e in steps] == ["Tage bussen alene"]
        await desk.press("down", "d")
        steps = [e for e in card(desk, "jonas").goals if e.record.kind == "step"]
        assert steps[0].record.state == "reached"
        assert "1 of 1" in desk.text
        await desk.press("n")
        await desk.write("Det var ikke så slemt")
        await desk.press("ctrl+d")
        (note,) = card(desk, "jonas").notes
        assert note.record.text == "Det var ikke så slemt"
        assert note.record.goal_id == steps[0].id
        assert "Det var ikke så slemt" in desk.text


async def test_plan_is_ticked_off_and_dropped(office: Office) -> None:
    async with office.open() as desk:
        promise = Promise(citizen_id=desk.ids["jonas"], text="Sende skema", due=TODAY, made_on=TODAY)
        desk.services.plans.add_promise(promise)
        await open_card(desk, "jonas", "4", "d")
        assert card(desk, "jonas").follow_ups[0].record.state == "done"
        await desk.press("x", "i")
        assert card(desk, "jonas").promises[0].record.state == "dropped"
        assert "dropped" in desk.text


async def test_job_tab_ends_a_placement(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "5", "x", "ctrl+d")
        stay = card(desk, "jonas").placements[0].record
        assert (stay.status, stay.actual_end) == ("completed", TODAY)


async def test_hours_are_corrected_and_both_stand(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "5", "down", "e")
        await desk.press("end", *["backspace"] * 3)
        await desk.write("9,5")
        await desk.press("ctrl+d")
        entries = card(desk, "jonas").hours
        assert sorted(e.record.minutes_per_week for e in entries) == [240, 480, 570]
        assert sum(e.replaced_by is not None for e in entries) == 1
        assert "corrected" in desk.text


async def test_case_is_closed_and_opened_again(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "X")
        await desk.write("i job")
        await desk.press("ctrl+d")
        case = card(desk, "jonas").current_case
        assert case is not None
        assert (case.record.status, case.record.closed_on, case.record.closed_reason) == ("closed", TODAY, "i job")
        assert "closed 17 Nov 2026" in desk.text
        await desk.press("R")
        case = card(desk, "jonas").current_case
        assert case is not None
        assert case.record.status == "open"


async def test_second_programme_stands_beside_the_first(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "N", "right", "ctrl+d")
        cases = card(desk, "jonas").cases
        assert {entry.record.status for entry in cases} == {"open"}
        assert len(cases) == 2


async def test_log_says_who_what_and_whether_the_hub_has_it(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "jonas", "8")
        row = desk.line("Placement", "new")
        assert "Bente Broker" in row
        assert "saved here" in row


async def test_guard_hides_notes_on_every_tab(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        await open_card(desk, "jonas", "f9")
        for tab in "123456":
            await desk.press(tab)
            for word in ("Jonas", "Pedersen", "køkkenet", "Fast i butikken", "010190"):
                assert word not in desk.text, (tab, word)
            assert "Dalum Købmand" in desk.text or tab in "2346"


async def test_new_menu_on_a_card_is_about_that_person(office: Office) -> None:
    async with office.open() as desk:
        await open_card(desk, "lise")
        desk.app.new_memo()
        await desk.settle()
        await desk.press("escape")
        desk.app.new_contact()
        await desk.settle()
        assert "New contact   Lise Holm" in desk.text


async def test_kinds_of_hours_are_shown_one_at_a_time(office: Office) -> None:
    async with office.open() as desk:
        hours = Hours(citizen_id=desk.ids["jonas"], start=date(2026, 10, 1), minutes_per_week=150, measure="ordinary")
        desk.services.work.add_hours(hours)
        await open_card(desk, "jonas")
        assert "now 8.0" in desk.text
        await desk.press("m")
        assert "now 2.5" in desk.text
        assert "Ordinary hours" in desk.text
        await desk.press("m")
        assert "now 8.0" in desk.text
