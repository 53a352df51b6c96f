"""Shifts over a store: one mark a day and job, the week's hours, the sheet that begins with them, mentor time."""

from datetime import date, timedelta
from typing import Any

import pytest

from broker_tui.domain.views import InvalidInput
from broker_tui.services import Services
from broker_tui.services.shifts import Worker
from sync.records import types
from sync.records.types import Case, Placement
from tests.unit.services.services_helpers import TODAY, company

START = date(2026, 9, 28)  # a Monday; TODAY lies in the eighth week
MONDAY = TODAY - timedelta(days=TODAY.weekday())
BEFORE = MONDAY - timedelta(days=7)


@pytest.fixture
def job(services: Services) -> tuple[str, str, str]:
    """Company, case and placement of somebody in flex job."""
    place = company(services)
    citizen = services.people.add_citizen(types.Citizen(name="Mia Prøve"), "flexjob", START, TODAY).ids[0]
    services.work.add_placement(Placement(citizen_id=citizen, type="flexjob", company_id=place, start=START))
    case = services.store.entries(Case, where={"citizen_id": citizen})[0].id
    return place, case, services.store.entries(Placement, where={"citizen_id": citizen})[0].id


def worker(services: Services, place: str, monday: date) -> Worker:
    (one,) = services.shifts.sheet(place, monday).workers
    return one


def test_hours_of_the_week_follow_from_the_marks(services: Services, job: tuple[str, str, str]) -> None:
    place, case, placement = job
    services.shifts.mark(case, placement, BEFORE, "present", planned=150)
    services.shifts.mark(case, placement, BEFORE + timedelta(days=1), "partial", worked=60)
    services.shifts.mark(case, placement, BEFORE + timedelta(days=2), "no_show")
    week = worker(services, place, BEFORE).week
    assert (week.presence, week.unknown) == (210, 0)
    assert week.shifts[BEFORE + timedelta(days=1)].planned == 150, "as long as the one before"


def test_a_shift_is_expected_again_a_week_later_until_it_is_marked(
    services: Services, job: tuple[str, str, str]
) -> None:
    place, case, placement = job
    services.shifts.mark(case, placement, BEFORE, "present", planned=150)
    assert worker(services, place, MONDAY).week.expected == {MONDAY}
    services.shifts.mark_many([(case, placement)], MONDAY, "present")
    week = worker(services, place, MONDAY).week
    assert (week.expected, week.presence) == (frozenset(), 150)


def test_two_laptops_mark_one_shift_the_later_counts_and_a_blank_never(
    services: Services, job: tuple[str, str, str]
) -> None:
    place, case, placement = job
    services.shifts.mark(case, placement, BEFORE, "sick")
    told = {"placement": placement, "mark": "no_show"}
    services.statements.add_fact(case, "shift", BEFORE, told)
    assert worker(services, place, BEFORE).week.shifts[BEFORE].mark == "no_show"
    signals = services.programmes.standing(case, TODAY).evaluation.signals
    assert signals["attendance_stability"] == 0
    services.statements.add_fact(case, "shift", BEFORE, {"placement": placement, "mark": "present"})
    signals = services.programmes.standing(case, TODAY).evaluation.signals
    assert signals["attendance_stability"] == 100, "one shift, not three"


def test_a_correction_replaces_and_undo_brings_back(services: Services, job: tuple[str, str, str]) -> None:
    place, case, placement = job
    services.shifts.mark(case, placement, BEFORE, "present")
    services.shifts.mark(case, placement, BEFORE, "blank")
    assert worker(services, place, BEFORE).week.shifts[BEFORE].mark == "blank"
    services.journal.undo_last()
    assert worker(services, place, BEFORE).week.shifts[BEFORE].mark == "present"


@pytest.mark.parametrize(
    ("day", "mark", "code"),
    [
        (TODAY + timedelta(days=1), "present", "in_future"),
        (START - timedelta(days=1), "present", "outside_job"),
        (BEFORE, "partial", "required"),
        (BEFORE, "dancing", "no_fact_code"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(
    services: Services, job: tuple[str, str, str], day: date, mark: str, code: str
) -> None:
    _place, case, placement = job
    with pytest.raises(InvalidInput) as refused:
        services.shifts.mark(case, placement, day, mark)
    assert code in [error.code for error in refused.value.errors]
    assert services.store.entries(types.Fact, where={"kind": "shift"}) == []


def test_the_sheet_begins_with_the_hours_and_the_price_of_the_week_before(
    services: Services, job: tuple[str, str, str]
) -> None:
    place, case, placement = job
    line = {"task": "Vask", "presence_minutes": 60, "effective_minutes": 60, "rate_ore": 13541}
    former = {"week": BEFORE.isoformat(), "placement": placement, "company": place, "lines": [line]}
    services.forms.save(case, "F-F9", {**former, "approved_by": "K"})
    assert worker(services, place, BEFORE).week.approved
    services.shifts.mark(case, placement, MONDAY, "present", planned=150)
    services.shifts.begin_sheet(case, placement, MONDAY)
    (sheet,) = services.shifts.sheets(case, placement, MONDAY)
    lines: Any = sheet.record.values["lines"]
    (told,) = lines
    assert (told["task"], told["rate_ore"], told["presence_minutes"]) == ("Vask", 13541, 150)
    assert not worker(services, place, MONDAY).week.approved


def test_mentor_time_written_again_replaces(services: Services, job: tuple[str, str, str]) -> None:
    place, case, placement = job
    services.shifts.mentor_time(case, placement, BEFORE, 90)
    services.shifts.mentor_time(case, placement, BEFORE, 60)
    assert worker(services, place, BEFORE).week.mentor == 60


def test_one_persons_week_is_that_of_the_job_asked_for(services: Services, job: tuple[str, str, str]) -> None:
    _place, case, placement = job
    citizen = services.programmes.records(case).citizen.id
    later = Placement(citizen_id=citizen, type="flexjob", company_id=company(services, "Anden Butik"), start=MONDAY)
    services.work.add_placement(later)
    services.shifts.mentor_time(case, placement, BEFORE, 90)
    found = services.shifts.worker(case, placement, BEFORE)
    assert found is not None
    assert (found.job.id, found.week.mentor) == (placement, 90)
    assert services.shifts.worker(case, "no such job", BEFORE) is None


def test_no_shift_is_expected_outside_the_job(services: Services, job: tuple[str, str, str]) -> None:
    place, case, placement = job
    services.shifts.mark(case, placement, BEFORE, "present", planned=150)
    services.shifts.mark(case, placement, BEFORE + timedelta(days=1), "present", planned=150)
    services.work.end_placement(placement, MONDAY, "completed")
    assert worker(services, place, MONDAY).week.expected == {MONDAY}, "Tuesday is after its last day"
