"""A visit: one part per reader, nothing of a citizen in the company's file, one save, one undo."""

from datetime import time

import pytest

from sync.records.types import FollowUp
from tests.ui.office import SIZES, TODAY, Desk, Office


async def open_visit(desk: Desk, key: str = "dalum") -> None:
    desk.app.new_visit(desk.ids[key])
    await desk.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_placed_citizens_have_a_part_and_each_heading_says_who_reads_it(
    office: Office, size: tuple[int, int]
) -> None:
    async with office.open(size, "da") as desk:
        await open_visit(desk)
        assert "kan læses af kolleger" in desk.line("Dalum Købmand", "kan læses")
        assert "kun på sagen" in desk.line("Jonas Pedersen", "kun")
        await desk.write("Godt besøg")
        await desk.press("tab")
        await desk.write("Han trives")
        await desk.press("ctrl+d")
        (visit,) = desk.services.companies.card(desk.ids["dalum"], TODAY).visits
        assert visit.record.note == "Godt besøg"
        contact = desk.services.people.contacts(desk.ids["jonas"])[0].entry.record
        assert (contact.note, contact.visit_id, contact.kind, contact.place) == (
            "Han trives",
            visit.id,
            "meeting",
            "company",
        )
        assert "Besøg gemt på Dalum Købmand og 1 sag" in desk.text


async def test_name_in_the_company_part_is_mentioned_and_a_cpr_number_refused(office: Office) -> None:
    async with office.open() as desk:
        await open_visit(desk)
        await desk.write("Birthe is happy with jonas")
        assert "“Jonas” is a citizen" in desk.text.replace("“jonas”", "“Jonas”")
        await desk.write(" 010190-0000")
        await desk.press("ctrl+d")
        assert "Colleagues read this text" in desk.text
        assert desk.services.companies.card(desk.ids["dalum"], TODAY).visits == ()


async def test_part_without_a_word_makes_no_contact(office: Office) -> None:
    async with office.open() as desk:
        await open_visit(desk)
        await desk.write("Only the company")
        await desk.press("ctrl+d")
        assert len(desk.services.people.contacts(desk.ids["jonas"])) == 1
        assert len(desk.services.companies.card(desk.ids["dalum"], TODAY).visits) == 1


async def test_empty_visit_is_refused_at_the_note(office: Office) -> None:
    async with office.open() as desk:
        await open_visit(desk)
        await desk.press("ctrl+d")
        assert "Something is missing here" in desk.text


async def test_draft_brings_back_the_added_citizen_and_both_texts(office: Office) -> None:
    async with office.open() as desk:
        await open_visit(desk, "odin")
        await desk.write("Lageret")
        await desk.press("ctrl+n")
        await desk.write("ahmed")
        await desk.press("enter")
        await desk.write("Kan begynde mandag")
        await desk.press("escape")
        await open_visit(desk, "odin")
        assert "Lageret" in desk.text
        assert "Ahmed Khalil" in desk.text
        assert "Kan begynde mandag" in desk.text
        await desk.press("ctrl+d")
        assert desk.services.people.contacts(desk.ids["ahmed"])[0].entry.record.note == "Kan begynde mandag"


async def test_visit_closes_the_follow_up_of_the_citizen_and_one_undo_takes_all_back(office: Office) -> None:
    async with office.open() as desk:
        plan = FollowUp(
            citizen_id=desk.ids["jonas"],
            company_id=desk.ids["dalum"],
            what="4. opfølgning",
            due=TODAY,
            at=time(10, 0),
        )
        follow_up = desk.services.plans.add(plan).ids[0]
        await open_visit(desk)
        assert "closes 4. opfølgning" in desk.text
        await desk.press("tab")
        await desk.write("Talked in the kitchen")
        await desk.press("ctrl+d")

        def state() -> str:
            card = desk.services.people.card(desk.ids["jonas"], TODAY)
            return next(entry.record.state for entry in card.follow_ups if entry.id == follow_up)

        assert state() == "done"
        await desk.press("u")
        assert state() == "open"
        assert all(entry.deleted for entry in desk.services.companies.card(desk.ids["dalum"], TODAY).visits)


async def test_promise_to_the_company_is_noted_with_its_day(office: Office) -> None:
    async with office.open() as desk:
        await open_visit(desk)
        await desk.write("Godt")
        await desk.press("tab", "tab")
        await desk.write("Sende et forslag")
        await desk.press("tab")
        await desk.write("1/12")
        await desk.press("ctrl+d")
        (promise,) = desk.services.companies.card(desk.ids["dalum"], TODAY).promises
        assert (promise.record.text, promise.record.due.isoformat()) == ("Sende et forslag", "2026-12-01")


async def test_guard_over_an_open_form_hides_names_and_keeps_what_is_written(office: Office) -> None:
    async with office.open() as desk:
        await open_visit(desk)
        await desk.write("Godt besøg")
        await desk.press("f9")
        assert "J.P." in desk.line("only on the case")
        assert "Godt besøg" in desk.text
        await desk.press("escape")
        desk.app.new_contact(desk.ids["lise"])
        await desk.settle()
        await desk.press("f9")
        assert "New contact   Lise Holm" in desk.text
        await desk.press("f9")
        assert "New contact   L.H." in desk.text
