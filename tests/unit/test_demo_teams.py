"""The demo's course teams as their page shows them: every phase, days held, marks, and somebody to follow up."""

from datetime import date
from pathlib import Path

import pytest

from broker_tui.demo.caseload import Maker, Size
from broker_tui.domain.clock import SystemClock
from broker_tui.i18n import Language
from broker_tui.services import Services
from broker_tui.services.teams import TeamSheet
from tests.fakes.keys import open_store

TODAY = date(2026, 11, 25)


@pytest.fixture(params=["da", "en"])
def sheets(request: pytest.FixtureRequest, tmp_path: Path) -> list[TeamSheet]:
    """The teams of a demo."""
    language: Language = request.param
    store = open_store(tmp_path)
    store.save(list(Maker(1, TODAY, language, store.me().staff_id, Size()).writes()))
    services = Services(store, SystemClock(TODAY))
    found = [services.teams.sheet(name) for name in services.teams.names()]
    store.close()
    return found


def test_there_is_a_team_in_every_phase_and_everybody_in_it_is_known(sheets: list[TeamSheet]) -> None:
    assert {sheet.timetable.phase for sheet in sheets} == {"preparing", "teaching", "internship", "ended"}
    assert all(sheet.participants for sheet in sheets)


def test_the_team_being_taught_has_marks_for_every_day_held(sheets: list[TeamSheet]) -> None:
    [sheet] = [sheet for sheet in sheets if sheet.timetable.phase == "teaching"]
    held = [slot for slot in sheet.timetable.slots if slot.session]
    assert len(held) >= 4
    assert len(sheet.participants) >= 2
    assert [sheet.unmarked(slot) for slot in held] == [0] * len(held)
    ahead = [slot for slot in sheet.timetable.slots if slot.on > TODAY]
    assert all(sheet.unmarked(slot) == len(sheet.participants) for slot in ahead)
    assert sheet.size == "recommended"
    assert sheet.owed


def test_a_team_to_come_has_days_but_no_marks(sheets: list[TeamSheet]) -> None:
    for sheet in (one for one in sheets if one.timetable.phase == "preparing"):
        assert sheet.timetable.slots
        assert not any(one.meeting.marks for one in sheet.participants)


def test_an_absence_of_somebody_waits_for_a_contact(sheets: list[TeamSheet]) -> None:
    assert any(one.meeting.waiting for sheet in sheets for one in sheet.participants)
