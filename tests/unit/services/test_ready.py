"""Ready for the road: each point holds or says what to do; nothing else may call a laptop ready."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.lease import Lease
from broker_tui.domain.views import SyncPhase, SyncState
from broker_tui.i18n import ready_words, use
from broker_tui.services.backups import KeptBackup
from broker_tui.services.ready import ROOM, Check, Ready

NOW = datetime(2026, 11, 17, 15, 0, tzinfo=DENMARK)
WELL = SyncState(SyncPhase.IDLE, 0, enrolled=True, last_sync=NOW - timedelta(hours=2))


@dataclass
class Laptop:
    """Everything the check asks, as a test has it."""

    state_: SyncState = WELL
    made: datetime | None = NOW - timedelta(hours=6)
    opens: bool = True
    free: int | None = 5 * ROOM
    settings: dict[str, Any] = field(default_factory=dict)

    def state(self) -> SyncState:
        return self.state_

    def kept(self) -> list[KeptBackup]:
        return [KeptBackup(Path("b"), self.made, "daily", 1)] if self.made else []

    def opens_here(self) -> bool:
        return self.opens

    def free_bytes(self) -> int | None:
        return self.free

    def setting(self, name: str, default: Any = None) -> Any:
        return self.settings.get(name, default)

    def case_count(self, which: object) -> int:
        return 31

    def now(self) -> datetime:
        return NOW

    def today(self) -> date:
        return NOW.date()

    def checks(self) -> dict[str, Check]:
        me = cast(Any, self)
        return {check.point: check for check in Ready(me, me, lambda: me, me).checks()}


def test_a_laptop_in_order_is_ready() -> None:
    checks = Laptop().checks()
    assert all(check.ok for check in checks.values())
    assert list(checks) == ["synced", "unsent", "refused", "differences", "cases", "backup", "opens", "disk"]
    assert ready_words.verdict(list(checks.values())) == "Ready for the road."
    assert not any(ready_words.remedy(check) for check in checks.values())


@pytest.mark.parametrize(
    ("changes", "point", "danish"),
    [
        ({"state_": replace(WELL, last_sync=NOW - timedelta(hours=25))}, "synced", "Synkroniseret i går 14.00"),
        ({"state_": replace(WELL, last_sync=None)}, "synced", "Aldrig"),
        ({"state_": replace(WELL, unsent=7)}, "unsent", "7 usendt"),
        ({"state_": replace(WELL, refused=1)}, "refused", "1 afvist"),
        ({"state_": replace(WELL, conflicts=2)}, "differences", "2 forskelle"),
        ({"made": NOW - timedelta(days=2)}, "backup", "Sikkerhedskopi 15. nov 15.00"),
        ({"made": None}, "backup", "Ingen sikkerhedskopi"),
        ({"opens": False}, "opens", "kan ikke læses"),
        ({"free": ROOM - 1}, "disk", "200,0 MB fri"),
    ],
)
def test_one_thing_that_is_missing_is_named_with_what_to_do(changes: dict[str, Any], point: str, danish: str) -> None:
    checks = Laptop(**changes).checks()
    assert [check.point for check in checks.values() if not check.ok] == [point]
    use("da")
    try:
        assert danish in ready_words.said(checks[point], NOW.date())
        assert ready_words.remedy(checks[point])
        assert ready_words.verdict(list(checks.values())) == "1 ting at ordne, før du går."
    finally:
        use("en")


def test_without_a_hub_that_is_the_point() -> None:
    checks = Laptop(SyncState(SyncPhase.NEVER, 12)).checks()
    assert [check.point for check in checks.values() if not check.ok] == ["hub"]
    assert "synced" not in checks


@pytest.mark.parametrize(("days", "ok"), [(14, True), (4, True), (3, False), (1, False)])
def test_three_days_before_the_lease_ends_it_is_something_to_see_to(days: int, ok: bool) -> None:
    lease = Lease(NOW - timedelta(hours=2), NOW, days)
    found = Laptop(replace(WELL, lease=lease)).checks()["lease"]
    assert (found.ok, found.until) == (ok, NOW.date() + timedelta(days=days))
    assert bool(ready_words.remedy(found)) is not ok


def test_a_disk_that_says_nothing_stops_nobody() -> None:
    assert Laptop(free=None).checks()["disk"].ok
