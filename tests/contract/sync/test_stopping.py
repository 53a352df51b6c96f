"""A sync that somebody stops: whatever moment it is, nothing is lost, nothing doubled, and the counts stay true.
Progress says records and bytes."""

from pathlib import Path

import pytest

from broker_tui.domain.views import StoreFull, SyncPhase, SyncState
from sync.engine import SyncEngine
from sync.errors import Cause, SyncError
from sync.outcome import Progress
from tests.contract.sync.conftest import MakeLaptop
from tests.contract.sync.worlds import HttpWorld, encrypted, served

SYNCING = (SyncPhase.CONNECTING, SyncPhase.SENDING, SyncPhase.RECEIVING)


@pytest.mark.parametrize("moment", range(1, 7))
def test_stopped_at_any_word_of_progress_and_run_again(laptop: MakeLaptop, mette: str, moment: int) -> None:
    first, second = laptop(mette), laptop(mette)
    for machine in (first, second):
        for _ in range(3):
            machine.citizen()
    second.sync.run()
    first.page = 2
    heard: list[SyncPhase] = []

    def stop_at(state: SyncState) -> None:
        heard.append(state.phase)
        if len(heard) == moment:
            assert first.sync.stop()

    with pytest.raises(SyncError) as stopped:
        first.sync.run(stop_at)
    assert stopped.value.cause is Cause.STOPPED
    state = first.sync.state()
    assert (state.phase, state.cause, state.connected) == (SyncPhase.IDLE, "stopped", True)
    last = first.sync.receipts(0, 1)[0]
    assert (last.outcome, last.unsent) == ("stopped", first.store.unsent_count())
    first.sync.run()
    assert first.store.unsent_count() == 0
    assert first.sync.state().phase is SyncPhase.IDLE
    second.sync.run()
    assert first.store.cursors() == second.store.cursors()
    assert second.sync.receipts(0, 1)[0].conflicts == 0


def test_a_stopped_sync_does_not_start_by_itself_a_minute_later(laptop: MakeLaptop, mette: str) -> None:
    machine = laptop(mette)
    machine.citizen()
    stopped: list[bool] = []
    with pytest.raises(SyncError):
        machine.sync.run(lambda _state: stopped.append(machine.sync.stop()))
    assert stopped[0]
    due = machine.sync.next_attempt(machine.clock.now())
    assert due is not None
    assert (due - machine.clock.now()).total_seconds() > 500


def test_stopping_when_nothing_runs_stops_nothing(laptop: MakeLaptop, mette: str) -> None:
    machine = laptop(mette)
    assert not machine.sync.stop()
    machine.citizen()
    machine.sync.run()
    assert machine.store.unsent_count() == 0


def test_progress_counts_records_and_bytes_over_a_real_line(templates: Path, tmp_path: Path) -> None:
    with served(HttpWorld, templates, tmp_path) as world:
        machine = encrypted(world, templates, tmp_path / "laptop").join(world.add_broker("Mette"))
        for _ in range(20):
            machine.citizen()
        count = machine.store.unsent_count()
        hub = world.line(machine.sync._keys.signer(machine.sync._private_key(), machine.store.me().device_id))
        told: list[Progress] = []
        outcome = SyncEngine(machine.store, hub, machine.clock, on_progress=told.append).run()
        hub.close()
        assert (outcome.error, outcome.acknowledged) == (None, count)
        up, down = [one.bytes_up for one in told], [one.bytes_down for one in told]
        assert up == sorted(up)
        assert down == sorted(down)
        assert up[-1] > 500
        assert down[-1] > 100
        sending = [one for one in told if one.phase == "sending"]
        assert (sending[-1].done, sending[-1].total) == (count, count)
        machine.close()


@pytest.mark.parametrize("error", [StoreFull, RuntimeError])
@pytest.mark.parametrize("broken", ["add_receipt", "note_audit", "record_answers"])
def test_a_store_that_fails_while_a_sync_is_kept_leaves_nobody_syncing(
    laptop: MakeLaptop, mette: str, monkeypatch: pytest.MonkeyPatch, broken: str, error: type[Exception]
) -> None:
    machine = laptop(mette)
    machine.citizen()

    def full(*_args: object, **_more: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(machine.store, broken, full)
        with pytest.raises(error):
            machine.sync.run()
        state = machine.sync.state()
        assert state.phase not in SYNCING
        assert state.cause == ("store_full" if error is StoreFull else None)
        assert not machine.sync._one_run.locked()
    machine.sync.run()
    assert machine.store.unsent_count() == 0
    assert machine.sync.state().phase is SyncPhase.IDLE
