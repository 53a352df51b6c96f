"""Two laptops at the same course day, out of reach of each other: what each sees once both have met the hub (A9)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine

from broker_tui.domain.clock import DENMARK
from broker_tui.programmes.families.mastery_register import Slot
from broker_tui.services import Services
from broker_tui.storage.store import SqlStore
from sync.records import types
from sync.records.types import Citizen
from tests.contract.sync.worlds import HandClock, HubWorld, Laptop, encrypted

TEAM, T0 = "Hold 1", date(2026, 11, 9)
DAY = date(2026, 11, 16)
Mark = Callable[[Laptop, str], None]
NOW = datetime(2026, 11, 17, 9, tzinfo=DENMARK)


@pytest.fixture(autouse=True)
def hand() -> Iterator[time_machine.Traveller]:
    """The time in record ids, which date what came from elsewhere; it stands still until somebody marks."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pair(world: HubWorld, templates: Path, tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    """Two laptops of one broker with encrypted stores: course teams are read by the real rules over real records."""
    staff = world.add_broker("Mette Invented")
    made = [encrypted(world, templates, tmp_path / f"laptop{n}", HandClock(NOW)).join(staff) for n in range(2)]
    yield made[0], made[1]
    for machine in made:
        machine.close()


def services(machine: Laptop) -> Services:
    assert isinstance(machine.store, SqlStore)
    return Services(machine.store, machine.clock)


@pytest.fixture
def case_id(pair: tuple[Laptop, Laptop]) -> str:
    """A participant both laptops know; the team has met nobody yet."""
    app = services(pair[0])
    app.teams.found(TEAM, T0, 4, "wed")
    citizen = app.people.add_citizen(Citizen(name="Ida Invented"), None, None, T0).ids[0]
    case = app.people.open_case(citizen, "mastery", date(2026, 10, 12), T0).ids[0]
    app.teams.join(case, TEAM)
    meet(pair)
    return case


def meet(pair: tuple[Laptop, Laptop]) -> None:
    """Both sync until both have seen what the other brought."""
    for machine in (*pair, *pair):
        machine.run()


def slot(machine: Laptop, on: date = DAY) -> Slot:
    [found] = [one for one in services(machine).teams.sheet(TEAM).timetable.slots if one.on == on]
    return found


@pytest.fixture
def mark(hand: time_machine.Traveller, case_id: str) -> Mark:
    """Marks the participant on one laptop, a minute later than whoever marked last."""

    def work(machine: Laptop, what: str) -> None:
        hand.shift(60)
        services(machine).teams.mark(TEAM, slot(machine), {case_id: what})

    return work


def seen(machine: Laptop) -> str:
    """The mark the register shows for the day."""
    [one] = services(machine).teams.sheet(TEAM).participants
    return one.meeting.marks.get((DAY, "teaching"), ("blank", ""))[0]


def history(machine: Laptop) -> list[str]:
    facts = machine.store.entries(types.Fact, where={"kind": "attendance"})
    return sorted(str(entry.record.values["mark"]) for entry in facts)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("order", [0, 1])
def test_the_later_mark_counts_whoever_syncs_first(
    pair: tuple[Laptop, Laptop], mark: Mark, first: int, order: int
) -> None:
    mark(pair[first], "no_show")
    mark(pair[1 - first], "late")
    meet(pair if order == 0 else (pair[1], pair[0]))
    for machine in pair:
        assert seen(machine) == "late"
        assert history(machine) == ["late", "no_show"], "both stay in the history"
        assert machine.sync.differences() == [], "nobody is asked"
        assert machine.store.unsent_count() == 0


def test_a_mark_beats_a_blank_though_the_blank_is_later(pair: tuple[Laptop, Laptop], mark: Mark) -> None:
    one, two = pair
    mark(one, "sick")
    meet(pair)
    mark(one, "cancelled")
    mark(two, "blank")  # of the same mark, without knowing of the other correction
    meet(pair)
    assert [seen(machine) for machine in pair] == ["cancelled", "cancelled"]


def test_taking_a_mark_away_that_nobody_corrected_leaves_it_blank(pair: tuple[Laptop, Laptop], mark: Mark) -> None:
    one, two = pair
    mark(one, "present")
    meet(pair)
    mark(two, "blank")
    meet(pair)
    assert [seen(machine) for machine in pair] == ["blank", "blank"]


def test_after_the_merge_one_correction_settles_it_on_both(pair: tuple[Laptop, Laptop], mark: Mark) -> None:
    one, two = pair
    mark(one, "sick")
    mark(two, "no_show")
    meet(pair)
    mark(one, "agreed")
    meet(pair)
    assert [seen(machine) for machine in pair] == ["agreed", "agreed"]


def test_a_day_both_wrote_down_is_one_day(pair: tuple[Laptop, Laptop], mark: Mark) -> None:
    one, two = pair
    mark(one, "present")
    mark(two, "present")
    meet(pair)
    for machine in pair:
        days = [found for found in services(machine).teams.sheet(TEAM).timetable.slots if found.on == DAY]
        assert len(days) == 1
        assert days[0].session
        sessions = machine.store.entries(types.Fact, where={"kind": "session"}, replaced=False)
        assert len(sessions) == 2, "each wrote it down; neither is lost"


def test_a_day_called_off_here_and_marked_there_reads_alike_on_both_and_can_be_called_off_again(
    pair: tuple[Laptop, Laptop], mark: Mark, hand: time_machine.Traveller
) -> None:
    one, two = pair
    services(one).teams.call_off(TEAM, slot(one), "Underviser syg")
    mark(two, "present")
    meet(pair)
    assert [slot(machine).cancelled for machine in pair] == [False, False], "the later one counts: somebody met"
    hand.shift(60)
    services(one).teams.call_off(TEAM, slot(one), "Underviser syg")
    meet(pair)
    assert [slot(machine).cancelled for machine in pair] == [True, True]
