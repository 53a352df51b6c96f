"""Ways to a form: the card's list, decisions, and from a rule to exactly the field its evidence is written in."""

import pytest

from broker_tui.i18n import Language
from broker_tui.programmes import forms as shapes
from broker_tui.screens.choose_menu import ChooseMenu
from broker_tui.screens.contact_form import ContactForm
from broker_tui.screens.programme_form import ProgrammeForm
from broker_tui.screens.row_sheet import RowSheet
from broker_tui.screens.rule_page import RulePage
from broker_tui.widgets.form import Form
from sync.records import types
from tests.ui.office import SIZES, Desk, Office
from tests.ui.programme_forms.conftest import PEOPLE
from tests.ui.programmes.test_today_rules import to_row

CV = {"en": "Write a CV together", "da": "Skriv et CV sammen"}


def has_focus(desk: Desk, name: str) -> bool:
    return desk.app.screen.query_one(Form).fields()[name].has_focus_within


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_the_card_lists_the_forms_with_their_state(
    small_office: Office, size: tuple[int, int], lang: Language
) -> None:
    words = {"da": ("ikke påbegyndt", "påbegyndt, 1 af 2"), "en": ("not begun", "begun, 1 of 2")}[lang]
    async with small_office.open(size, lang) as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("7")
        name = {"da": "Prøveark", "en": "Trial sheet"}[lang]
        assert words[0] in desk.line(name)
        assert {"da": "Myndighedsark", "en": "Authority sheet"}[lang] not in desk.text
        await desk.press("enter")
        await desk.write("17/11")
        await desk.press("ctrl+s")
        assert words[1] in desk.line(name)
        await desk.press("x", "t")
        await desk.until(lambda: words[0] in desk.line(name))
        await desk.press("u")
        await desk.until(lambda: words[1] in desk.line(name))


async def test_a_note_is_filled_in_several_times_and_each_opens_again(small_office: Office) -> None:
    async with small_office.open() as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("7", "down", "enter")
        await desk.write("Skifter")
        await desk.press("ctrl+d", "n")
        await desk.write("Skifter igen")
        await desk.press("ctrl+d")
        assert "2 filled in" in desk.line("Decision about the group")
        await desk.press("down", "enter")
        screen = desk.app.screen
        assert isinstance(screen, ProgrammeForm)
        assert screen.form.values()["f.reason"] in ("Skifter", "Skifter igen")
        await desk.press("escape")
        assert len(desk.services.store.entries(types.Form, where={"form": "T-2"})) == 2


async def test_decisions_are_offered_and_authority_only_to_authority(small_office: Office) -> None:
    async with small_office.open() as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("B")
        assert isinstance(desk.app.screen, ChooseMenu)
        assert "Authority sheet" not in desk.text
        await desk.press("enter")
        await desk.write("Ny vurdering")
        await desk.press("ctrl+d")
        assert "Decision about the group complete on Jonas Pedersen" in desk.text


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_d_on_a_rule_opens_exactly_its_field(small_office: Office, lang: Language) -> None:
    async with small_office.open(lang=lang) as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("6")
        await to_row(desk, CV[lang])
        await desk.press("d")
        assert isinstance(desk.app.screen, ProgrammeForm)
        assert has_focus(desk, "f.functions")
        await desk.write("Kasse")
        await desk.press("pageup")
        await desk.write("17/11")
        await desk.press("tab", "right", "right", "ctrl+d")
        await desk.until(lambda: not isinstance(desk.app.screen, ProgrammeForm))
        case_id = desk.ids["jonas-case"]
        assert (
            "uif2.phase1.cv" not in desk.services.programmes.standing(case_id, desk.app.today).evaluation.missing_exit
        )


async def test_d_in_today_opens_a_new_row_where_the_evidence_is_one(small_office: Office) -> None:
    async with small_office.open() as desk:
        await to_row(desk, "Jonas Pedersen", "Register the plan")
        await desk.press("d")
        assert isinstance(desk.app.screen, RowSheet)
        assert has_focus(desk, "reference")
        await desk.press("escape", "escape")
        assert desk.app.at_place
        desk.app.close_rule(desk.ids["jonas"], desk.ids["jonas-case"], "uif2.phase1.contact")
        await desk.settle()
        assert isinstance(desk.app.screen, ContactForm)
        await desk.press("escape")
        desk.app.open_evidence(desk.ids["jonas-case"], "uif2.phase1.courage")
        await desk.settle()
        assert isinstance(desk.app.screen, RulePage), "advice asks nothing and is shown"


@pytest.mark.parametrize(
    ("rule", "how"),
    [
        ("guarantee.step2.monthly-contact", "phone"),
        ("uif2.broker.joint-meetings", "meeting"),
        ("uif2.phase2.f-meeting", "visit"),
    ],
)
async def test_a_contact_begins_as_one_the_rule_counts(office: Office, rule: str, how: str) -> None:
    async with office.open() as desk:
        desk.app.new_contact(desk.ids["jonas"], begin=desk.app.contact_for(rule))
        await desk.settle()
        assert isinstance(desk.app.screen, ContactForm)
        assert desk.app.screen.field("kind").value == how


@pytest.mark.slow
@pytest.mark.parametrize("programme", list(PEOPLE))
async def test_every_rule_leads_to_its_field_or_is_shown(office: Office, programme: str) -> None:
    async with office.open() as desk:
        services = desk.services
        for rule in services.programmes.program(programme).rules:
            way = services.forms.way_to(rule)
            assert way is not None, rule
            desk.app.close_rule(office.ids[PEOPLE[programme]], office.ids[f"{programme}-case"], rule)
            await desk.settle()
            screen = desk.app.screen
            form = shapes.forms(programme)[way.form] if way.way == "form" else None
            if form is not None and not form.authority_only:
                name, _dot, part = way.field.partition(".")
                asks = [name]
                while (shown := form.fields[asks[-1]].if_) is not None:  # the answers that make the field appear
                    asks.append(shown.field)
                rows = (part or form.fields[name].type == "list") and len(asks) == 1
                assert isinstance(screen, RowSheet if rows else ProgrammeForm), rule
                assert rows or any(has_focus(desk, f"f.{one}") for one in asks), f"{rule}\n{desk.text}"
            else:
                assert not desk.app.at_place, rule
            await desk.press(*["escape"] * (len(desk.app.screen_stack) - 2))
            assert desk.app.at_place, rule


async def test_a_form_about_the_project_names_no_citizen_and_is_shared_by_all_cases(office: Office) -> None:
    async with office.open() as desk:
        citizen_id, case_id = office.ids["markup"], office.ids["guarantee-case"]
        desk.app.close_rule(citizen_id, case_id, "guarantee.setup.steering-jobcenter")
        await desk.settle()
        assert isinstance(desk.app.screen, RowSheet)
        await desk.press("escape")
        assert "the local project" in desk.text
        assert "Brik" not in desk.text.splitlines()[5]
        await desk.press("pageup", "pageup", "pageup")
        await desk.write("Vollsmose")
        await desk.press("ctrl+s")
        (entry,) = desk.services.store.entries(types.Form, where={"form": "G-F1"})
        assert (entry.record.citizen_id, entry.record.case_id) == (None, None)
        desk.app.open_citizen(citizen_id)
        await desk.settle()
        await desk.press("7", "end")
        assert "The local project" in desk.text
        assert "begun, 1 of" in desk.line("Project and partnership sheet")
