"""T40: the lease runs by days the laptop cannot take back, and one good answer of the hub puts everything right."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker_tui.bootstrap import open_services
from broker_tui.domain.clock import DENMARK, SystemClock
from broker_tui.domain.lease import DAYS, Lease, bounded, moved
from broker_tui.domain.views import Me, StoreFull
from broker_tui.services.lease import ENROLMENT, HEARD, SEEN, Leases
from tests.unit.services.services_helpers import PASSPHRASE, FreeDerivation, StillClock, fresh

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=DENMARK)


class Machine:
    """A laptop with two clocks: one on the wall, which anybody sets, and one nobody does."""

    def __init__(self, *, enrolled: bool = True) -> None:
        self.settings: dict[str, Any] = {}
        self.noted: list[tuple[str, ...]] = []
        self.wall, self.steady = NOW, 0.0
        self.enrolled, self.full = enrolled, False

    def opened(self) -> Leases:
        """The program is started."""
        me = cast(Any, self)
        return Leases(me, me, lambda: self.steady)

    def runs(self, **span: float) -> None:
        """Both clocks go on."""
        self.wall += timedelta(**span)
        self.steady += timedelta(**span).total_seconds()

    def now(self) -> datetime:
        return self.wall

    def today(self) -> date:
        return self.wall.date()

    def me(self) -> Me:
        return Me("s", "Bente", "d", "laptop", self.enrolled)

    def setting(self, name: str, default: Any = None) -> Any:
        return self.settings.get(name, default)

    def set_setting(self, name: str, value: Any) -> None:
        if self.full:
            raise StoreFull
        self.settings[name] = value

    def note_audit(self, *line: str) -> None:
        self.noted.append(line)


def joined() -> Machine:
    machine = Machine()
    machine.opened().renew()
    return machine


def test_t40_day_fourteen_is_open_and_day_fifteen_is_not() -> None:
    machine = joined()
    machine.wall = NOW + timedelta(days=14, hours=14)
    assert not machine.opened().over()
    machine.wall = NOW + timedelta(days=15)
    assert machine.opened().over()
    machine.opened().renew()
    assert not machine.opened().over()


def test_a_laptop_without_a_hub_has_no_lease() -> None:
    machine = Machine(enrolled=False)
    machine.wall += timedelta(days=500)
    assert machine.opened().look() is None
    assert not machine.opened().over()
    assert machine.settings == {}


def test_one_that_joined_with_an_older_program_begins_now() -> None:
    machine = Machine()
    lease = machine.opened().look()
    assert lease == Lease(NOW, NOW, DAYS)
    machine.wall += timedelta(days=15)
    assert machine.opened().over()


def test_a_clock_turned_back_wins_nothing() -> None:
    machine = joined()
    machine.wall = NOW + timedelta(days=15)
    assert machine.opened().over()
    machine.wall = NOW
    assert machine.opened().over()
    machine.wall = NOW - timedelta(days=400)
    assert machine.opened().over()


def test_while_the_program_runs_time_passes_whatever_the_wall_says() -> None:
    machine = joined()
    lease = machine.opened()
    for _ in range(15 * 24):
        machine.wall = NOW - timedelta(days=3)
        machine.steady += 3600
        lease.look()
    assert lease.over()
    assert machine.opened().over()


def test_a_clock_set_far_ahead_and_back_is_cured_by_one_answer() -> None:
    machine = joined()
    machine.wall = NOW + timedelta(days=4000)
    assert machine.opened().over()
    machine.wall = NOW + timedelta(days=1)
    lease = machine.opened()
    assert lease.over()
    lease.renew()
    found = machine.opened().look()
    assert found is not None
    assert found.until == (NOW + timedelta(days=15)).date()
    machine.wall = NOW + timedelta(days=15, hours=1)
    assert not machine.opened().over()
    machine.wall = NOW + timedelta(days=16)
    assert machine.opened().over()


def test_a_dead_clock_battery_closes_nothing() -> None:
    machine = joined()
    machine.wall = datetime(2020, 1, 1, tzinfo=DENMARK)
    lease = machine.opened()
    machine.runs(minutes=20)
    assert not lease.over()
    machine.wall = NOW + timedelta(days=1)
    assert not lease.over()


def test_the_municipality_says_how_long_within_reason() -> None:
    machine = joined()
    machine.settings[ENROLMENT] = {"policy": {"lease_days": 3}}
    machine.wall = NOW + timedelta(days=4)
    assert machine.opened().over()
    assert [bounded(days) for days in (None, "7", True, 0, -5, 7, 10**9)] == [DAYS, DAYS, DAYS, 1, 1, 7, 366]


def test_another_figure_holds_from_the_answer_that_names_it() -> None:
    machine = joined()
    machine.settings[ENROLMENT] = {"tenant": "Prøveby", "policy": {"retention_days": 40}}
    lease = machine.opened()
    lease.renew({"lease_days": 3})
    assert machine.settings[ENROLMENT] == {"tenant": "Prøveby", "policy": {"retention_days": 40, "lease_days": 3}}
    for silent in ({}, None, {"lease_days": 3}):
        lease.renew(silent)
    assert machine.noted == [("policy", "hub", "", "lease_days 3")], "said once, however often it is told"
    machine.wall = NOW + timedelta(days=4)
    assert lease.over()
    lease.renew({"lease_days": 30})
    machine.wall += timedelta(days=30)
    assert not lease.over()


def test_a_full_disk_stops_nobody_from_reading() -> None:
    machine = joined()
    machine.full = True
    machine.wall = NOW + timedelta(days=2)
    assert not machine.opened().over()
    machine.wall = NOW + timedelta(days=20)
    assert machine.opened().over()


def test_looking_ahead_with_on_neither_ends_nor_stretches_it() -> None:
    machine = joined()
    real_now = datetime.now(DENMARK)
    machine.settings[HEARD] = machine.settings[SEEN] = (real_now - timedelta(days=20)).isoformat()
    assert Leases(cast(Any, machine), SystemClock((real_now - timedelta(days=20)).date())).over()
    machine.settings[HEARD] = machine.settings[SEEN] = real_now.isoformat()
    assert not Leases(cast(Any, machine), SystemClock((real_now + timedelta(days=90)).date())).over()


@pytest.mark.parametrize(("days", "soon"), [(4, False), (3, True), (0, True), (-1, True)])
def test_three_days_before_somebody_is_told(days: int, soon: bool) -> None:
    lease = Lease(NOW - timedelta(days=DAYS - days), NOW)
    assert lease.ends_soon(NOW.date()) is soon


@given(st.lists(st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 10**6)), max_size=30))
def test_time_known_to_have_come_never_goes_back_nor_stands_still(steps: list[tuple[int, int]]) -> None:
    seen = NOW
    for offset, running in steps:
        after = moved(seen, NOW + timedelta(seconds=offset), running)
        assert after >= seen + timedelta(seconds=running)
        assert after >= NOW + timedelta(seconds=offset)
        seen = after


def test_many_short_looks_with_the_clock_turned_back_add_up() -> None:
    machine = joined()
    for _ in range(15 * 24 * 60 // 9 + 1):
        machine.wall = NOW
        lease = machine.opened()
        machine.runs(minutes=9)
        machine.wall = NOW
        lease.close()
    assert machine.opened().over()


def test_closing_the_caseload_writes_down_what_it_was_open(tmp_path: Path) -> None:
    services = fresh(tmp_path / "home")
    me = services.store.me()
    services.store.set_me(Me(me.staff_id, me.name, me.device_id, me.device_name, enrolled=True))
    services.lease.renew()
    before = services.store.setting(SEEN)
    services.lease._steady = lambda: services.lease._looked + 540.0
    services.close()
    again = open_services(tmp_path / "home", PASSPHRASE, StillClock(), FreeDerivation())
    assert datetime.fromisoformat(again.store.setting(SEEN)) - datetime.fromisoformat(before) >= timedelta(minutes=9)
    again.close()
