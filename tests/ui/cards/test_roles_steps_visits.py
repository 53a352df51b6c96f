"""What stands on a case or company beside contacts and work: roles, the step, walk-ins, a visit corrected."""

from pathlib import Path

import pytest

from broker_tui.screens import draft_forms
from sync.records.types import Citizen, CompanyVisit, Contact
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, TODAY, Desk, Office
from tests.ui.sync.hubbed import URL, connect, second_laptop


async def show_card(desk: Desk, who: str, *keys: str) -> None:
    desk.app.open_citizen(desk.ids[who])
    await desk.settle()
    await desk.press(*keys)


@pytest.mark.parametrize("size", SIZES)
async def test_a_role_is_given_seen_and_ended(office: Office, size: tuple[int, int]) -> None:
    async with office.open(size, "da") as desk:
        await show_card(desk, "lise", "r", "ctrl+d")
        assert "Rolle noteret på Lise Holm" in desk.text
        roles = {entry.record.role for entry in desk.services.people.card(desk.ids["lise"], TODAY).roles}
        assert roles == {"broker", "substitute"}
        await desk.press("5")
        assert "Hvem hjælper  2" in desk.text
        assert "vikar" in desk.line("Bente Broker", "vikar").lower()
        await desk.press("x", "ctrl+d")
        ended = [e.record for e in desk.services.people.card(desk.ids["lise"], TODAY).roles if e.record.end]
        assert [role.end for role in ended] == [TODAY]
        assert "Hvem hjælper  1" in desk.text
        await desk.press("u")
        assert "Hvem hjælper  2" in desk.text


async def test_the_step_is_confirmed_with_a_name(office: Office) -> None:
    async with office.open(lang="da") as desk:
        await show_card(desk, "jonas", "f")
        assert "UIF2 fase" not in desk.text.splitlines()[1]
        await desk.press("right", "right", "ctrl+d")
        await desk.until(lambda: "UIF2 fase 3" in desk.text)
        case = desk.services.people.card(desk.ids["jonas"], TODAY).current_case
        assert case is not None
        assert (case.record.step, case.record.step_since) == ("phase3", TODAY)
        assert case.record.step_confirmed_by == "Bente Broker"


async def test_the_company_part_of_a_visit_is_corrected_not_overwritten(office: Office) -> None:
    async with office.open(lang="da") as desk:
        visit = CompanyVisit(company_id=desk.ids["dalum"], occurred_on=TODAY, note="Leder var på ferie")
        desk.services.companies.add_visit(visit)
        desk.app.open_company(desk.ids["dalum"])
        await desk.settle()
        await desk.press("2", "e", "end")
        await desk.write(" i uge 47")
        await desk.press("ctrl+d")
        assert "Besøg rettet på Dalum Købmand" in desk.text
        assert "Leder var på ferie i uge 47" in desk.text
        visits = desk.services.companies.card(desk.ids["dalum"], TODAY).visits
        assert sorted(entry.record.note or "" for entry in visits) == [
            "Leder var på ferie",
            "Leder var på ferie i uge 47",
        ]
        await desk.press("f9")
        assert "ferie" not in desk.text, "typed text hides under the guard"


async def test_a_walk_in_is_found_again_and_taken_in(office: Office) -> None:
    async with office.open(lang="da") as desk:
        met = Contact(occurred_on=TODAY, kind="meeting", outcome="reached", walk_in_name="Nadia", note="Vil gerne")
        desk.services.contacts.add(met)
        await desk.press("W")
        assert "Vil gerne" in desk.line("Nadia", "Vil gerne")
        await desk.press("t", "ctrl+d")
        assert desk.services.contacts.walk_ins() == []
        citizen_id = desk.services.people.resolve("Nadia")
        assert desk.services.people.contacts(citizen_id)[0].entry.record.note == "Vil gerne"


async def test_drafts_of_the_short_questions_come_back(office: Office) -> None:
    async with office.open() as desk:
        await show_card(desk, "jonas", "f")
        await desk.press("right", "escape")
        (draft,) = desk.services.drafts.all()
        form = draft_forms.of_draft(draft.form, draft.about, draft.key)
        assert form is not None
        desk.app.fill_in(form)
        await desk.settle()
        await desk.press("ctrl+d")
        case = desk.services.people.card(desk.ids["jonas"], TODAY).current_case
        assert case is not None
        assert case.record.step == "phase2"


async def test_a_difference_shows_its_sign_on_the_record_and_opens_sync(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        hub = FakeHub()
        staff_id = hub.add_broker("Bente")
        connect(desk.services, hub, staff_id)
        desk.services.sync.enrol(URL, hub.code_for(staff_id))
        desk.services.sync.run()
        other = second_laptop(tmp_path / "second", hub, staff_id)
        jonas = desk.ids["jonas"]
        stay = desk.services.people.card(jonas, TODAY).placements[0].id
        other.services.work.edit_placement(stay, {"job_title": "kasse"})
        other.services.sync.run()
        other.close()
        desk.services.work.edit_placement(stay, {"job_title": "lager"})
        desk.services.people.edit_citizen(jonas, {"phone": "87654321"})
        desk.services.sync.run()
        assert desk.services.store.entry(Citizen, jonas) is not None
        await show_card(desk, "jonas", "5")
        assert desk.line("≠", "Dalum Købmand")
        assert "≠ 1 difference" in desk.text
        await desk.press("enter")
        assert "lager" in desk.line("lager", "kasse")
