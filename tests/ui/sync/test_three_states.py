"""Three states told apart: saved here, the hub has it (with its receipt), registered in another system."""

from dataclasses import replace
from typing import Any

import pytest

from broker_tui.domain.views import LogRow
from broker_tui.i18n import Language
from broker_tui.screens.where_lines import where
from broker_tui.widgets.spans import plain
from sync.records.types import Contact, Fact, Placement
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, TODAY, Desk, Office
from tests.ui.sync.hubbed import join


def entered_elsewhere(desk: Desk, system: str = "min_plan") -> None:
    """The job of Jonas stands in another system."""
    services, jonas = desk.services, desk.ids["jonas"]
    (job,) = services.store.entries(Placement, where={"citizen_id": jonas})
    batch = services.work.batch()
    values: dict[str, object] = {"system": system, "item": "agreement", "placement": job.id, "reference": "MP-17"}
    batch.create(Fact(kind="registration", occurred_on=TODAY, citizen_id=jonas, programme="uif2", values=values))
    batch.save()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "words"),
    [("da", ("gemt her", "hos hubben", "registreret")), ("en", ("saved here", "at the hub", "registered"))],
)
async def test_each_line_of_the_log_says_where_its_change_is(
    office: Office, size: tuple[int, int], lang: Language, words: tuple[str, str, str]
) -> None:
    async with office.open(size, lang) as desk:
        entered_elsewhere(desk)
        await join(desk, FakeHub())
        jonas = desk.ids["jonas"]
        desk.services.contacts.add(Contact(citizen_id=jonas, occurred_on=TODAY, kind="text", outcome="reached"))
        desk.app.open_citizen(jonas, tab="log")
        await desk.settle()
        contact, goal, job = ("Kontakt", "Mål", "Placering") if lang == "da" else ("Contact", "Goal", "Placement")
        assert desk.line(f"{contact}  ", words[0])
        assert desk.line(f"{goal}  ", words[1])
        assert desk.line(f"{job}  ", words[2])


async def test_enter_says_all_three_with_receipt_and_reference(office: Office) -> None:
    async with office.open((120, 40), "da") as desk:
        entered_elsewhere(desk, "vitas")
        await join(desk, FakeHub())
        (kept,) = desk.services.receipts.found()
        desk.app.open_citizen(desk.ids["jonas"], tab="log")
        await desk.settle()
        await desk.press("enter")
        assert "Gemt her" in desk.text
        assert f"kvittering nr. {kept.number}" in desk.text
        assert "registreret i VITAS i dag (MP-17)" in desk.text


async def test_the_list_of_what_is_unsent_says_that_a_job_stands_elsewhere(office: Office) -> None:
    async with office.open((120, 40), "da") as desk:
        await join(desk, FakeHub())
        entered_elsewhere(desk)
        await desk.press("f7")
        assert "gemt her, endnu ikke hos hubben" in desk.text
        assert "registreret i Min Plan" in desk.line("Programfaktum")


def _row(**changes: Any) -> LogRow:
    from datetime import datetime

    from broker_tui.domain.clock import DENMARK

    at = datetime(2026, 11, 17, 9, 43, tzinfo=DENMARK)
    row = LogRow("o", "contact", "r", "create", (), at, "Bo", "pc", mine=True, sent="unsent")
    return replace(row, **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Not yet: it is sent with the next sync."),
        ({"sent": "refused"}, "the hub refused it"),
        ({"sent": "sent"}, "no receipt of its own"),
        ({"sent": "received", "mine": False}, "Saved by Bo on pc"),
        ({"record_type": "placement"}, "Not that anybody noted here."),
        ({}, "The hub passes nothing on"),
    ],
)
def test_nothing_is_claimed_that_is_not_known(changes: dict[str, object], said: str) -> None:
    _title, content = where(_row(**changes), TODAY)
    assert said in "\n".join(plain(row) for row in content)
