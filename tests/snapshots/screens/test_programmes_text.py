"""Today with rules, the step board and a rule as plain text, at both sizes and in both languages."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from broker_tui import bootstrap
from broker_tui.domain.clock import DENMARK, SystemClock
from broker_tui.i18n import Language
from tests.ui.office import SIZES, TODAY, Desk, Office, copy_office, make_office
from tests.ui.small import busy, shipped

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 41, tzinfo=DENMARK)
ROUNDS = 8
"""Looks without a change, 20 ms and a settled app apart."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A caseload of which `uif2` asks something; it is always 9.41."""
    folder = tmp_path_factory.mktemp("definitions")
    with shipped(folder, {"uif2": busy()}), pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda _clock: NOW)
        patch.setattr(bootstrap, "device_name", lambda: "bærbar-7")
        office = make_office(tmp_path_factory.mktemp("pictures") / "home")
        session = office.session()
        case = session.services.people.card(office.ids["jonas"], TODAY).current_case
        assert case is not None
        session.services.people.edit_case(case.id, {"known_from": date(2026, 5, 25)})
        session.services.statements.add_fact(case.id, "follow_up", date(2026, 9, 3), {"place": "company"})
        office.ids["case"] = case.id
        session.close()
        yield office


async def still_text(desk: Desk) -> str:
    """The screen once it does not change any more."""
    texts = [desk.text]

    def same() -> bool:
        texts.append(desk.text)
        return len(texts) > ROUNDS and len(set(texts[-ROUNDS:])) == 1

    await desk.until(same)
    return texts[-1]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("lang", ["da", "en"])
async def test_what_the_programmes_ask_looks_the_same(
    template: Office, tmp_path: Path, size: tuple[int, int], lang: Language, snapshot: SnapshotAssertion
) -> None:
    office = copy_office(template, tmp_path / "office")
    async with office.open(size, lang) as desk:
        assert await still_text(desk) == snapshot(name="today")
        await desk.press("f3")
        assert await still_text(desk) == snapshot(name="caseload")
        desk.app.open_citizen(office.ids["jonas"], "step")
        await desk.settle()
        assert await still_text(desk) == snapshot(name="step")
        desk.app.open_rule("uif2.phase1.contact", office.ids["case"])
        await desk.settle()
        assert await still_text(desk) == snapshot(name="rule")
        await desk.press("r")
        assert await still_text(desk) == snapshot(name="rules")
