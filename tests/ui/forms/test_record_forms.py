"""The other forms: what they save, what they refuse in words, and that their drafts come back."""

from typing import Any

import pytest

from broker_tui.screens import registry
from tests.ui.office import SIZES, TODAY, Desk, Office


async def show(desk: Desk, form: Any) -> None:
    desk.app.fill_in(form)
    await desk.settle()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_citizen_with_number_and_programme(office: Office, size: tuple[int, int], lang: Any) -> None:
    async with office.open(size, lang) as desk:
        await show(desk, registry.citizen_form())
        await desk.write("Nadia Berg")
        await desk.press("tab")
        await desk.write("050592-0000")
        assert "1992" in desk.text
        await desk.press("tab")
        assert "0505" not in desk.text, "the number is dots once the field is left"
        await desk.press("tab", "right", "right", "ctrl+d")
        citizen_id = desk.services.people.resolve("0505920000")
        card = desk.services.people.card(citizen_id, TODAY)
        assert card.current_case is not None
        assert card.current_case.record.programme == "fsm2"


async def test_wrong_and_known_cpr_are_refused_at_the_field(office: Office) -> None:
    async with office.open((120, 40)) as desk:
        await show(desk, registry.citizen_form())
        await desk.write("Nadia Berg")
        await desk.press("tab")
        await desk.write("320190-0000")
        await desk.press("ctrl+d")
        assert "this one does not" in desk.text
        await desk.press(*["backspace"] * 11)
        await desk.write("010190-0000")
        await desk.press("ctrl+d")
        assert "on the caseload already" in desk.text
        assert desk.services.people.count(status="all") == 6


async def test_editing_a_citizen_changes_only_what_was_changed(office: Office) -> None:
    async with office.open() as desk:
        await show(desk, registry.citizen_form(desk.ids["jonas"]))
        await desk.press("end")
        await desk.write(" Holm")
        await desk.press("ctrl+d")
        (row,) = [r for r in desk.services.people.log(desk.ids["jonas"], 0, 50) if r.kind == "patch"]
        assert row.fields == ("name",)
        assert desk.services.people.card(desk.ids["jonas"], TODAY).citizen.record.cpr == "0101900000"


async def test_placement_with_company_hours_and_contact_person(office: Office) -> None:
    async with office.open() as desk:
        await show(desk, registry.placement_form(desk.ids["lise"]))
        await desk.press("tab", "d", "enter")
        assert "Dalum Købmand" in desk.text
        await desk.press(*["tab"] * 5)
        await desk.write("7,5")
        await desk.press("ctrl+d")
        card = desk.services.people.card(desk.ids["lise"], TODAY)
        (stay,) = card.placements
        assert (stay.record.type, stay.record.company_id) == ("internship", desk.ids["dalum"])
        assert card.company_contacts[stay.record.company_contact_id or ""] == "Birthe Holm"
        assert [(e.record.minutes_per_week, e.record.measure) for e in card.hours] == [(450, "internship")]


async def test_hours_refuse_words_and_take_a_comma(office: Office) -> None:
    async with office.open() as desk:
        await show(desk, registry.hours_form(desk.ids["jonas"]))
        await desk.write("mange")
        await desk.press("ctrl+d")
        assert "7,5 or 7:30" in desk.text
        await desk.press(*["backspace"] * 5)
        await desk.write("10,5")
        await desk.press("ctrl+d")
        newest = max(desk.services.people.card(desk.ids["jonas"], TODAY).hours, key=lambda e: e.record.start)
        assert (newest.record.minutes_per_week, newest.record.measure) == (630, "flexjob")


async def test_consent_is_a_new_statement_each_time(office: Office) -> None:
    async with office.open() as desk:
        for state in ("given", "refused"):
            await show(desk, registry.consent_form(desk.ids["jonas"]))
            if state == "refused":
                await desk.press("tab", "right")
            await desk.press("ctrl+d")
        consents = desk.services.people.card(desk.ids["jonas"], TODAY).consents
        assert [entry.record.state for entry in consents] == ["given", "refused"]
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        assert "× network" in desk.text


async def test_job_goal_with_hours_is_reworded_not_doubled(office: Office) -> None:
    async with office.open() as desk:
        await show(desk, registry.goal_form(desk.ids["jonas"]))
        await desk.press("shift+tab", "right", "tab")
        await desk.write("Kok i en kantine")
        await desk.press("tab")
        await desk.write("15")
        await desk.press("ctrl+d")
        (goal,) = desk.services.people.card(desk.ids["jonas"], TODAY).goals
        assert (goal.record.text, goal.record.target_minutes_per_week) == ("Kok i en kantine", 900)


async def test_promise_and_memo(office: Office) -> None:
    async with office.open() as desk:
        desk.app.new_promise(desk.ids["lise"])
        await desk.settle()
        await desk.write("Ringe om buskort")
        await desk.press("tab")
        await desk.write("fre")
        await desk.press("ctrl+d")
        (promise,) = desk.services.people.card(desk.ids["lise"], TODAY).promises
        assert promise.record.due.isoformat() == "2026-11-20"
        desk.app.new_memo(desk.ids["lise"])
        await desk.settle()
        await desk.write("Husk kaffe")
        await desk.press("ctrl+d")
        (memo,) = desk.services.people.card(desk.ids["lise"], TODAY).memos
        assert memo.record.text == "Husk kaffe"


async def test_missing_words_are_asked_for_at_their_fields(office: Office) -> None:
    async with office.open(lang="da") as desk:
        desk.app.new_follow_up(desk.ids["lise"])
        await desk.settle()
        await desk.press("ctrl+d")
        assert desk.text.count("×") == 2
        assert desk.services.people.card(desk.ids["lise"], TODAY).follow_ups == ()


FORMS = {
    "citizen": lambda ids: registry.citizen_form(ids["jonas"]),
    "company": lambda ids: registry.company_form(ids["dalum"]),
    "company_contact": lambda ids: registry.company_contact_form(ids["dalum"]),
    "follow_up": lambda ids: registry.plan_form(ids["jonas"]),
    "promise": lambda ids: registry.plan_form(ids["jonas"], kind="promise"),
    "memo": lambda ids: registry.memo_form(company_id=ids["dalum"]),
    "goal": lambda ids: registry.goal_form(ids["lise"]),
    "placement": lambda ids: registry.placement_form(ids["jonas"], company_id=ids["odin"]),
    "hours": lambda ids: registry.hours_form(ids["jonas"]),
    "consent": lambda ids: registry.consent_form(ids["jonas"]),
    "close_case": lambda ids: registry.course_form("close_case", ids["jonas"], case_id="x"),
    "plan_many": lambda ids: registry.plan_many_form([ids["jonas"], ids["lise"]]),
}


@pytest.mark.parametrize("name", FORMS)
async def test_every_form_comes_back_from_its_draft_alone(office: Office, name: str) -> None:
    async with office.open() as desk:
        await show(desk, FORMS[name](desk.ids))
        if name == "placement":
            await desk.press("tab", "tab", "tab")
        if name == "consent":
            await desk.press("tab", "tab", "tab", "tab")
        await desk.write("zebra")
        await desk.press("escape")
        (draft,) = desk.services.drafts.all()
        assert draft.key.startswith(f"{name}:")
        desk.app.continue_draft(draft)
        await desk.settle()
        assert "zebra" in desk.text
        if name == "placement":
            assert "Odins Lager" in desk.text
        if name == "plan_many":
            assert "2 people" in desk.text


@pytest.mark.parametrize(("who", "measure"), [("lise", "flexjob"), ("soren", "flexjob"), ("ahmed", "ordinary")])
async def test_plain_hours_count_as_the_programme_does(office: Office, who: str, measure: str) -> None:
    async with office.open() as desk:
        await show(desk, registry.hours_form(desk.ids[who]))
        await desk.write("6")
        await desk.press("ctrl+d")
        (entry,) = desk.services.people.card(desk.ids[who], TODAY).hours
        assert (entry.record.minutes_per_week, entry.record.measure) == (360, measure)
