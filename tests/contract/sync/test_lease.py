"""T40 between laptop and hub: which answers renew the lease, and that its end touches nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import Cause, HubRefused, NoNetwork, SyncError
from tests.contract.sync.conftest import MakeLaptop
from tests.contract.sync.worlds import ServiceWorld, encrypted


def test_t40_fifteen_days_without_the_hub_close_and_one_sync_opens(laptop: MakeLaptop, mette: str) -> None:
    machine = laptop(mette)
    machine.sync.run()
    machine.citizen()
    unsent = [op.op for op in machine.store.unsent(500)]
    assert not machine.sync.lease.over()
    machine.clock.at += timedelta(days=15)
    assert machine.sync.lease.over()
    assert [op.op for op in machine.store.unsent(500)] == unsent
    assert machine.sync.run().acknowledged == len(unsent)
    assert not machine.sync.lease.over()
    assert machine.store.unsent_count() == 0


@pytest.mark.parametrize(
    "failure",
    [
        NoNetwork(Cause.NOT_THE_HUB),
        NoNetwork(Cause.NO_CONNECTION),
        HubRefused(Cause.DEVICE_REVOKED),
        HubRefused(Cause.DEVICE_UNKNOWN),
        HubRefused(Cause.NOT_ALLOWED),
    ],
)
def test_no_refusal_and_no_other_page_renews_it(laptop: MakeLaptop, mette: str, failure: SyncError) -> None:
    machine = laptop(mette)
    line = machine.line()
    machine.citizen()
    machine.clock.at += timedelta(days=15)
    line.before = lambda name, number: failure if name == "status" else None
    unsent = machine.store.unsent_count()
    with pytest.raises(SyncError):
        machine.sync.run()
    assert machine.sync.lease.over()
    assert machine.store.unsent_count() == unsent


def test_the_hub_knew_the_laptop_and_then_the_line_broke(laptop: MakeLaptop, mette: str) -> None:
    machine = laptop(mette)
    line = machine.line()
    machine.citizen()
    machine.clock.at += timedelta(days=15)
    line.before = lambda name, number: NoNetwork(Cause.CUT_SHORT) if name == "push" else None
    with pytest.raises(SyncError):
        machine.sync.run()
    assert not machine.sync.lease.over()


def test_what_the_administrator_sets_reaches_a_laptop_that_joined_before_and_one_that_joins(
    real_hub: ServiceWorld, templates: Path, tmp_path: Path
) -> None:
    mette = real_hub.add_broker("Mette")
    old = encrypted(real_hub, templates, tmp_path / "old").join(mette)
    old.run()
    until = old.sync.lease.look()
    assert until is not None
    assert until.days == 14
    real_hub.admin.set_lease(5)
    new = encrypted(real_hub, templates, tmp_path / "new").join(mette)
    for machine in (old, new):
        machine.run()
        lease = machine.sync.lease.look()
        assert lease is not None
        assert lease.days == 5
        machine.clock.at += timedelta(days=6)
        assert machine.sync.lease.over()
        machine.run()
        assert not machine.sync.lease.over()
        machine.close()
