"""Course teams over a store: days, marks merged, and what two laptops wrote on the same day."""

from datetime import date
from pathlib import Path

import pytest

from broker_tui.domain.clock import SystemClock
from broker_tui.domain.views import InvalidInput, NotFound
from broker_tui.services import Services
from sync.records import types
from sync.records.types import Citizen
from tests.fakes.keys import open_store

T0, TODAY = date(2026, 8, 17), date(2026, 9, 23)  # example M-base of the specification


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return Services(open_store(tmp_path), SystemClock(TODAY))


def on_team(services: Services, name: str = "Hold 1") -> str:
    citizen = services.people.add_citizen(Citizen(name="Aia Prøve"), None, None, TODAY).ids[0]
    case_id = services.people.open_case(citizen, "mastery", date(2026, 7, 20), TODAY).ids[0]
    services.teams.join(case_id, name)
    return case_id


def test_days_of_the_specification(services: Services) -> None:
    services.teams.found("Hold 1", T0, 4, "wed")
    slots = services.teams.sheet("Hold 1").timetable.slots
    teaching = [slot.on for slot in slots if slot.type == "teaching"]
    weekly = [slot.on for slot in slots if slot.type == "weekly_teaching"]
    assert (len(teaching), teaching[0], teaching[-1]) == (16, T0, date(2026, 9, 10))
    assert (len(weekly), weekly[0], weekly[-1]) == (12, date(2026, 9, 16), date(2026, 12, 2))


def test_two_laptops_mark_the_same_person_a_mark_beats_a_blank_and_the_later_the_earlier(services: Services) -> None:
    services.teams.found("Hold 1", T0, 4, "wed")
    case_id = on_team(services)
    slot = next(one for one in services.teams.sheet("Hold 1").timetable.slots if one.on == date(2026, 9, 10))
    services.teams.mark("Hold 1", slot, {case_id: "sick"})

    def other(mark: str) -> None:  # a fact as the other laptop made it: it knew nothing of ours and replaces nothing
        services.statements.add_fact(case_id, "attendance", slot.on, {"type": "teaching", "mark": mark})

    def mark() -> str:
        (one,) = services.teams.sheet("Hold 1").participants
        return one.meeting.marks[slot.on, "teaching"][0]

    other("blank")
    assert mark() == "sick", "a mark beats a blank"
    other("no_show")
    assert mark() == "no_show", "the later edit beats the earlier"
    kept = services.store.entries(types.Fact, where={"kind": "attendance"})
    assert [entry.record.values["mark"] for entry in kept].count("sick") == 1, "both stay in the history"


def test_the_day_is_written_down_once_with_the_first_mark(services: Services) -> None:
    services.teams.found("Hold 1", T0, 4, "wed")
    cases = [on_team(services), on_team(services)]
    slot = services.teams.sheet("Hold 1").timetable.slots[0]
    services.teams.mark("Hold 1", slot, dict.fromkeys(cases, "present"))
    slot = services.teams.sheet("Hold 1").timetable.slots[0]
    assert slot.session
    services.teams.mark("Hold 1", slot, {cases[0]: "late"})
    sessions = services.store.entries(types.Fact, where={"kind": "session"}, replaced=False)
    assert len(sessions) == 1
    assert all(entry.record.citizen_id is None for entry in sessions), "the day names nobody"


def test_moving_to_the_next_team(services: Services) -> None:
    services.teams.found("Hold 1", T0, 4, "wed")
    services.teams.found("Hold 2", date(2026, 10, 12), 4, "wed")
    case_id = on_team(services)
    services.teams.join(case_id, "Hold 2")
    assert services.teams.sheet("Hold 1").participants == ()
    assert [one.standing.case_id for one in services.teams.sheet("Hold 2").participants] == [case_id]


def test_bad_input_is_refused_and_changes_nothing(services: Services) -> None:
    services.teams.found("Hold 1", T0, 4, "wed")
    case_id = on_team(services)
    slots = services.teams.sheet("Hold 1").timetable.slots
    before = len(services.people.log(None, 0, 500))
    ahead = next(slot for slot in slots if slot.on > TODAY)
    with pytest.raises(InvalidInput):
        services.teams.mark("Hold 1", ahead, {case_id: "present"})
    with pytest.raises(InvalidInput):
        services.teams.mark("Hold 1", slots[0], {case_id: "asleep"})
    with pytest.raises(InvalidInput):
        services.teams.call_off("Hold 1", slots[0], "  ")
    with pytest.raises(InvalidInput):
        services.teams.join(case_id, "Hold 1")
    with pytest.raises(NotFound):
        services.teams.join(case_id, "Hold 99")
    assert len(services.people.log(None, 0, 500)) == before
