"""From a refused change, Enter opens the form in the field in question with the reason beside it; saving sends it."""

from collections.abc import Callable
from datetime import date

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.form_base import RecordForm
from broker_tui.services import Services
from sync.protocol import Op, OpAnswer, Problem
from sync.records.types import CompanyContact, Contact, Hours, Placement
from tests.fakes.hub import FakeHub
from tests.ui.office import TODAY, Desk, Office
from tests.ui.sync.hubbed import join

Work = Callable[[Services, dict[str, str]], object]


def refusing(hub: FakeHub, monkeypatch: pytest.MonkeyPatch, pointer: str | None, code: str = "validation") -> None:
    """The hub refuses everything from now on."""

    def take(op: Op, _device: str, _staff: str) -> OpAnswer:
        problem = Problem(code=code, status=422, detail="no such value", pointer=pointer)
        return OpAnswer(op=op.op, status="rejected", problem=problem)

    monkeypatch.setattr(hub, "take", take)


async def refused(desk: Desk, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, pointer: str | None, work: Work) -> None:
    """`work` is done and refused; Sync is in front with the cursor on it."""
    await join(desk, hub)
    with monkeypatch.context() as patch:
        refusing(hub, patch, pointer)
        work(desk.services, desk.ids)
        desk.services.sync.run()
    await desk.press("f7", "g")


def an_address(services: Services, ids: dict[str, str]) -> object:
    """An e-mail address."""
    return services.people.edit_citizen(ids["jonas"], {"email": "a@b"})


WORK: list[tuple[str, Work, str | None, str]] = [
    ("CitizenForm", lambda s, i: s.people.edit_citizen(i["jonas"], {"email": "a@b"}), "/email", "email"),
    ("CitizenForm", lambda s, i: s.people.edit_citizen(i["jonas"], {"address": "Vej 1"}), None, "address"),
    ("CompanyForm", lambda s, i: s.companies.edit(i["odin"], {"p_number": "1000000000"}), "/p_number", "p_number"),
    (
        "CompanyContactForm",
        lambda s, i: s.companies.add_contact(CompanyContact(company_id=i["odin"], name="Per")),
        "/name",
        "name",
    ),
    (
        "PlacementForm",
        lambda s, i: s.work.add_placement(
            Placement(citizen_id=i["lise"], type="internship", company_id=i["odin"], start=TODAY)
        ),
        "/planned_end",
        "planned_end",
    ),
    (
        "GoalForm",
        lambda s, i: s.goals.set_job_goal(i["lise"], "Butik", 600, TODAY),
        "/target_minutes_per_week",
        "target",
    ),
    (
        "HoursForm",
        lambda s, i: s.work.add_hours(
            Hours(citizen_id=i["jonas"], start=date(2026, 11, 1), minutes_per_week=600, measure="flexjob")
        ),
        "/minutes_per_week",
        "hours",
    ),
    (
        "ContactForm",
        lambda s, i: s.contacts.add(
            Contact(citizen_id=i["jonas"], occurred_on=TODAY, kind="phone", outcome="reached", note="Ok")
        ),
        "/occurred_on",
        "when",
    ),
    ("PlanForm", lambda s, i: s.plans.edit_promise(i["promise"], {"text": "Ring"}), "/text", "what"),
    ("PlanForm", lambda s, i: s.plans.edit(i["today"], {"what": "Andet"}), "/due", "due"),
    ("MemoForm", lambda s, i: s.plans.edit_memo(i["memo"], {"text": "Andet"}), "/text", "text"),
]


@pytest.mark.parametrize(("form", "work", "pointer", "key"), WORK, ids=[f"{w[0]}-{w[3]}" for w in WORK])
async def test_enter_opens_the_form_in_the_field_with_the_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch, form: str, work: Work, pointer: str | None, key: str
) -> None:
    async with office.open() as desk:
        await refused(desk, FakeHub(), monkeypatch, pointer, work)
        await desk.press("enter")
        screen = desk.app.screen
        assert type(screen).__name__ == form
        assert isinstance(screen, RecordForm)
        field = screen.field(key)
        assert "A field has a value the hub cannot take" in field.error
        assert "no such value" in field.error
        assert desk.app.focused is not None
        assert field in (desk.app.focused, *desk.app.focused.ancestors)
        assert "A field has a value" in desk.text


@pytest.mark.parametrize(("lang", "reason"), [("da", "Et felt har en værdi"), ("en", "A field has a value")])
async def test_what_was_corrected_is_sent_and_the_quarantine_is_empty(
    office: Office, monkeypatch: pytest.MonkeyPatch, lang: Language, reason: str
) -> None:
    hub = FakeHub()
    async with office.open(lang=lang) as desk:
        await refused(desk, hub, monkeypatch, "/email", an_address)
        await desk.press("r")
        assert reason in desk.text
        await desk.press("backspace")
        await desk.write("example.org")
        await desk.press("ctrl+d")
        await desk.until(lambda: not desk.services.sync.refused())
        desk.services.sync.run()
        assert desk.services.store.unsent_count() == 0
        held = hub.records[desk.ids["jonas"]].state.doc
        assert held["email"] == "a@example.org"


async def test_a_corrected_contact_takes_the_place_of_the_refused_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = FakeHub()
    async with office.open() as desk:
        jonas = desk.ids["jonas"]
        wrong = Contact(citizen_id=jonas, occurred_on=TODAY, kind="phone", outcome="reached", note="Forkert")
        await refused(desk, hub, monkeypatch, "/note", lambda s, i: s.contacts.add(wrong))
        await desk.press("enter")
        await desk.write(" rettet")
        await desk.press("ctrl+d")
        await desk.until(lambda: not desk.services.sync.refused())
        desk.services.sync.run()
        assert desk.services.store.unsent_count() == 0
        notes = [record.state.doc.get("note") for record in hub.records.values() if record.type == "contact"]
        assert sorted(note for note in notes if note and "orkert" in note) == ["Forkert rettet"]


async def test_without_a_change_nothing_is_sent_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async with office.open() as desk:
        await refused(desk, FakeHub(), monkeypatch, "/email", an_address)
        await desk.press("enter", "escape")
        assert len(desk.services.sync.refused()) == 1


async def test_what_no_form_changes_opens_the_card_and_says_why(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.open((120, 40)) as desk:

        def work(services: Services, ids: dict[str, str]) -> object:
            return services.contacts.withdraw(services.people.contacts(ids["jonas"], 0, 1)[0].entry.id)

        await refused(desk, FakeHub(), monkeypatch, None, work)
        await desk.press("enter")
        assert type(desk.app.screen).__name__ == "CaseCardScreen"
        assert "A field has a value" in desk.text
