"""The step board of the card: what it shows, and what can be said and written from it."""

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.fact_form import FactForm
from broker_tui.screens.rule_page import RulePage
from sync.records import types
from tests.ui.office import SIZES, TODAY, Desk, Office

LEAVE = {"en": "To leave this step  1 of 2", "da": "For at afslutte trinnet  1 af 2"}


async def board(desk: Desk, who: str = "jonas") -> None:
    """The step tab of a person's card."""
    desk.app.open_citizen(desk.ids[who], "step")
    await desk.until(lambda: "Phase 1" in desk.text or "Fase 1" in desk.text)


async def to_row(desk: Desk, words: str) -> None:
    """Put the cursor on the row with these words."""
    await desk.press("home")
    for _row in range(25):
        if any(row.startswith("▌") and words in row for row in desk.text.splitlines()):
            return
        await desk.press("down")
    raise AssertionError(f"no row with {words}:\n{desk.text}")


def facts(desk: Desk, kind: str) -> list[types.Fact]:
    return [entry.record for entry in desk.services.store.entries(types.Fact, where={"kind": kind})]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "da"])
async def test_met_and_missing_with_what_closes_it(busy_office: Office, size: tuple[int, int], lang: Language) -> None:
    async with busy_office.open(size, lang) as desk:
        await board(desk)
        assert LEAVE[lang] in desk.text
        met = desk.line({"en": "Agree on a job goal", "da": "Aftal et jobmål"}[lang])
        assert met[1] == "●"
        assert {"en": "1 Jun", "da": "1. jun"}[lang] in met
        missing = desk.line({"en": "Write a CV together", "da": "Skriv et CV sammen"}[lang])
        assert "○" in missing[:3]
        assert {"en": "do: a CV", "da": "gør: et CV"}[lang] in desk.text
        assert {"en": "day 176 of 182", "da": "dag 176 af 182"}[lang] in desk.text


async def test_windows_are_drawn_as_boxes_with_their_dates(busy_office: Office) -> None:
    async with busy_office.open((120, 40)) as desk:
        case_id = desk.ids["jonas-case"]
        desk.services.statements.add_fact(case_id, "follow_up", TODAY, {"place": "company"})
        await board(desk)
        assert "■□□□  1 of 4  25 May to 24 Nov" in desk.text
        assert "Introduce to a company" in desk.text, "the act that waits is named"
        assert "Talk about the network" in desk.text[desk.text.index("Without a date") :]


async def test_debt_refuses_a_later_step_with_a_sentence_and_the_evidence_lets_it_through(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await board(desk)
        await desk.press("f", "right", "ctrl+d")
        assert "Registrations are missing (1)" in desk.text
        await desk.press("escape")
        await to_row(desk, "Register the plan in Min Plan")
        await desk.press("d")
        assert isinstance(desk.app.screen, FactForm)
        await desk.press("tab")
        await desk.write("MP-12")
        await desk.press("ctrl+d")
        await desk.until(lambda: not isinstance(desk.app.screen, FactForm))
        (fact,) = facts(desk, "registered")
        assert (fact.case_id, fact.values) == (desk.ids["jonas-case"], {"reference": "MP-12"})
        await desk.press("f", "ctrl+d")
        await desk.until(lambda: "confirmed" in desk.text)
        (step,) = facts(desk, "step")
        assert (step.values["step"], step.values["by"], step.occurred_on) == ("phase2", "Bente Broker", TODAY)
        case = desk.services.people.card(desk.ids["jonas"], TODAY).current_case
        assert case is not None
        assert case.record.step == "phase2"


async def test_a_recommended_rule_is_explained_and_a_mandatory_one_waived(busy_office: Office) -> None:
    async with busy_office.open((120, 40)) as desk:
        await board(desk)
        await to_row(desk, "Talk about the network")
        await desk.press("R")
        await desk.write("Han ønsker det ikke endnu")
        await desk.press("ctrl+d")
        await desk.until(lambda: "Explained: Jonas Pedersen" in desk.text)
        assert "Bente Broker, 17 Nov: Han ønsker det ikke endnu" in desk.text
        await to_row(desk, "At least 4 follow-ups")
        await desk.press("R")
        assert "Explain why" not in desk.text, "a mandatory rule cannot be explained"
        await desk.press("M")
        await desk.write("Karin Lund")
        await desk.press("tab", "tab")
        await desk.write("Har et fra sidste år")
        await desk.press("ctrl+d")
        await desk.until(lambda: "Karin Lund, caseworker, 17 Nov: Har et fra sidste år" in desk.text)
        (waiver,) = facts(desk, "waiver")
        assert (waiver.values["rule"], waiver.values["role"]) == ("uif2.phase1.follow-ups", "caseworker")
        await desk.press("f9")
        assert "sidste år" not in desk.text


async def test_what_lies_before_this_program_is_unknown_until_it_is_settled(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await board(desk, "lise")
        await desk.press("end")
        await to_row(desk, "Register the plan in Min Plan")
        assert "Before this program: unknown" in desk.text
        await desk.press("z")
        assert "how does it stand?" in desk.text
        await desk.press("ctrl+d")
        await desk.until(lambda: "Settled: Lise Holm" in desk.text)
        (settled,) = facts(desk, "settled")
        assert (settled.values["rule"], settled.values["state"]) == ("uif2.phase1.registered", "met")


async def test_an_explanation_and_a_snooze_stand_on_the_card(busy_office: Office) -> None:
    async with busy_office.open((120, 40)) as desk:
        await board(desk)
        await to_row(desk, "Talk with the citizen every 14")
        await desk.press("s")
        await desk.write("+2d")
        await desk.press("tab")
        await desk.write("Han er på ferie")
        await desk.press("enter")
        await desk.until(lambda: "Han er på ferie" in desk.text)
        assert "left aside" in desk.text[desk.text.index("Explained, waived, left aside") :]


async def test_enter_reads_the_rule_and_the_list_of_all_is_one_key_away(busy_office: Office) -> None:
    async with busy_office.open() as desk:
        await board(desk)
        await desk.press("enter")
        assert isinstance(desk.app.screen, RulePage)
        assert "For Jonas Pedersen" in desk.text
        await desk.press("r")
        assert "8 rules" in desk.text
        await desk.press("escape", "escape")
        assert "To leave this step" in desk.text
