"""How long a laptop may be silent: set by an administrator, told with enrolment and status, kept in the watch book."""

import msgspec
import pytest

from broker_tui.domain.lease import LONGEST
from sync.hub import leasing
from sync.hub.admin import AdminError
from sync.protocol import StatusRequest
from tests.hub_lab import Lab, Laptop


def told(laptop: Laptop) -> dict[str, int]:
    return laptop.lab.service.status(laptop.actor, StatusRequest()).policy


def test_a_hub_nobody_told_says_nothing(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    assert lab.admin.lease() is None
    assert told(ida) == {}
    answer = lab.service.status(ida.actor, StatusRequest())
    assert b"policy" not in msgspec.json.encode(answer), "older laptops get what they always got"


def test_the_figure_is_told_from_then_on_and_written_down(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    for days in (5, 30):
        lab.admin.set_lease(days)
        assert (lab.admin.lease(), told(ida)) == (days, {"lease_days": days})
    booked = {(row.kind, row.subject): row.n for row in lab.admin.events() if row.kind == "lease"}
    assert booked == {("lease", "5"): 1, ("lease", "30"): 1}


@pytest.mark.parametrize("days", [0, -1, leasing.LONGEST + 1, 10**9])
def test_what_no_lease_lasts_changes_nothing(lab: Lab, days: int) -> None:
    lab.admin.set_lease(7)
    with pytest.raises(AdminError, match=f"1 to 366 days, and {days} is not"):
        lab.admin.set_lease(days)
    assert lab.admin.lease() == 7


def test_hub_and_laptop_agree_on_the_longest() -> None:
    assert leasing.LONGEST == LONGEST
