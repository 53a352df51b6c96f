"""The agreement in one go: what it asks in which programme, what it refuses at the field, and that drafts come back."""

from typing import Any

import pytest

from broker_tui.screens import registry
from broker_tui.screens.agreement_defaults import PARTS, first_values, hidden
from sync.records.types import CompanyContact
from tests.ui.office import TODAY, Desk, Office

KEYS = [key for _title, keys in PARTS for key in keys]


async def show(desk: Desk, who: str = "jonas", company: str | None = None) -> Any:
    desk.app.fill_in(registry.agreement_form(desk.ids[who], company_id=company and desk.ids[company]))
    await desk.settle()
    await desk.press("pagedown", "pageup")
    return desk.app.screen


def asked(desk: Desk, who: str) -> set[str]:
    """Fields of a new agreement that are asked for."""
    case = desk.services.people.card(desk.ids[who], TODAY).current_case
    assert case is not None
    now, programme = desk.services.clock.now(), case.record.programme
    values = first_values(programme, TODAY, now, desk.ids["dalum"], "someone")
    return set(KEYS) - hidden(values, programme)


async def test_each_programme_is_asked_what_its_forms_hold(office: Office) -> None:
    async with office.open() as desk:
        assert {"goals", "no_paid_reason", "considerations", "vitas"} <= asked(desk, "markup")
        assert {"purpose", "paid_told", "vitas"} <= asked(desk, "ahmed")
        assert {"considerations", "goals"} <= asked(desk, "jonas")
        assert not {"vitas", "purpose", "no_paid_reason"} & asked(desk, "jonas")
        assert not {"considerations", "purpose", "goals"} & asked(desk, "aase")
        assert {"first", "until", "agreed_by", "min_plan"} <= asked(desk, "soren")


async def test_what_cannot_be_stands_at_its_field_and_nothing_is_saved(office: Office) -> None:
    async with office.open((80, 40)) as desk:
        form = await show(desk, company="dalum")
        await desk.press("ctrl+d")
        assert form.field("hours").error == "Something is missing here. Fill it in."
        form.form.set_values({"hours": "80", "planned_end": "1/11/2026", "until": "18/11"})
        await desk.press("ctrl+d")
        assert "More than 74 hours" in form.field("hours").error
        assert "lies before the start" in form.field("planned_end").error
        assert "lies before the start" in form.field("until").error
        card = desk.services.people.card(desk.ids["jonas"], TODAY)
        assert (len(card.placements), len(card.follow_ups)) == (1, 1)


async def test_contact_persons_are_those_of_the_chosen_company(office: Office) -> None:
    async with office.open() as desk:
        odin = desk.ids["odin"]
        desk.services.companies.add_contact(CompanyContact(company_id=odin, name="Odin Olsen"))
        form = await show(desk, company="dalum")
        field = form.field("company_id")
        chosen = form.field("company_contact_id").value
        form.query_one("#sheet-body")
        assert desk.services.companies.card(desk.ids["dalum"], TODAY).contacts[0].id == chosen
        field.put(odin, "Odins Lager")
        await desk.settle()
        assert desk.services.companies.card(odin, TODAY).contacts[0].id == form.field("company_contact_id").value


async def test_own_days_instead_of_an_interval_and_the_draft_that_comes_back(office: Office) -> None:
    async with office.open(lang="da") as desk:
        form = await show(desk, "soren", "dalum")
        form.field("hours").focus()
        await desk.write("7,5")
        await desk.press("pagedown", "pagedown", "pagedown", "right", "right", "tab")
        await desk.write("24/11, 1/12")
        await desk.press("escape")
        assert "Kladde gemt" in desk.text
        form = await show(desk, "soren", "dalum")
        assert (form.field("dates").value, form.field("hours").value) == ("24/11, 1/12", "7,5")
        await desk.press("ctrl+d")
        card = desk.services.people.card(desk.ids["soren"], TODAY)
        assert sorted(entry.record.due.isoformat() for entry in card.follow_ups) == ["2026-11-24", "2026-12-01"]
        assert [(e.record.minutes_per_week, e.record.measure) for e in card.hours] == [(450, "flexjob")]
        assert card.company_contacts[card.placements[0].record.company_contact_id or ""] == "Birthe Holm"
        await desk.press("u")
        assert not desk.services.people.card(desk.ids["soren"], TODAY).placements


async def test_dates_follow_the_start_until_others_are_written(office: Office) -> None:
    async with office.open() as desk:
        form = await show(desk, "markup", "dalum")
        form.field("start").focus()
        await desk.write("1/12")
        assert (form.field("planned_end").value, form.field("first").value) == ("1/3", "1/1")
        form.field("planned_end").focus()
        await desk.write("31/12")
        assert form.field("until").value == "31/12"
        form.field("start").focus()
        await desk.write("2/12")
        assert form.field("planned_end").value == "31/12"


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_names_and_what_is_sensitive_hide(office: Office, lang: Any) -> None:
    async with office.open(lang=lang) as desk:
        form = await show(desk, "markup", "dalum")
        form.field("considerations").focus()
        await desk.write("angst")
        await desk.press("tab", "f9")
        assert "angst" not in desk.text
        assert "Brik" not in desk.text
        assert "Dalum" in desk.text
