"""What the engine does with a hub that lets operations wait, is too new, or grumbles; on one thread."""

import msgspec
import pytest

from broker_tui.services.ports import Write
from sync.engine import SyncEngine
from sync.errors import Cause, HubRefused, HubTrouble, SyncError
from sync.outcome import Outcome, Progress
from sync.protocol import Op, OpAnswer, Problem, PullRequest, PushAnswer, PushRequest, StatusRequest
from sync.records import SHARED, new_id
from tests.contract.sync.worlds import FakeWorld, HandClock, Laptop, memory_store
from tests.fakes.hub import BadLine, FakeHub, FakeLine


@pytest.fixture
def hub() -> FakeHub:
    """A hub with one broker."""
    made = FakeHub()
    made.add_broker("Mette Invented")
    return made


@pytest.fixture
def laptop() -> Laptop:
    """A laptop whose sync is run by hand."""
    return Laptop(FakeWorld(), memory_store(), HandClock())


def run(laptop: Laptop, line: object, **options: int) -> Outcome:
    return SyncEngine(laptop.store, line, laptop.clock, **options).run()  # type: ignore[arg-type]  # fakes and lines


def pushed(request: PushRequest) -> list[Op]:
    return [msgspec.json.decode(raw, type=Op) for raw in request.items]


class Watched(BadLine):
    """Remembers the batches."""

    def __init__(self, line: FakeLine) -> None:
        super().__init__(line)
        self.batches: list[list[Op]] = []

    def push(self, request: PushRequest) -> PushAnswer:
        self.batches.append(pushed(request))
        return super().push(request)


def test_operations_saved_together_travel_together(hub: FakeHub, laptop: Laptop) -> None:
    line = Watched(hub.line_for(hub.staff[0]))
    laptop.company("alone")
    laptop.store.save([Write("create", "company", new_id(), SHARED, {"name": f"n{n}"}) for n in range(4)])
    laptop.company("alone too")
    outcome = run(laptop, line, batch_items=3)
    assert (outcome.sent, outcome.acknowledged, outcome.unsent) == (6, 6, 0)
    assert [len(batch) for batch in line.batches] in ([1, 4, 1], [1, 5])


def test_an_idle_sync_is_one_request(hub: FakeHub, laptop: Laptop) -> None:
    line = BadLine(hub.line_for(hub.staff[0]))
    laptop.company()
    run(laptop, line)
    line.calls.clear()
    outcome = run(laptop, line)
    assert line.calls == ["status"]
    assert outcome == Outcome(0, 0, 0, (), 0, 0, "", heard=True)


def test_what_must_wait_is_tried_again_once_and_stays_unsent(hub: FakeHub, laptop: Laptop) -> None:
    line = BadLine(hub.line_for(hub.staff[0]))
    company = laptop.company()
    laptop.write("patch", company, {"note": "n"})
    other = laptop.company("other")
    original = hub.take
    asked: list[str] = []

    def take(op: Op, device_id: str, staff_id: str) -> OpAnswer:
        asked.append(op.kind)
        if op.kind == "patch":
            return OpAnswer(op=op.op, status="waiting")
        return original(op, device_id, staff_id)

    hub.take = take  # type: ignore[method-assign]  # the hub that misses a link
    outcome = run(laptop, line)
    assert (outcome.acknowledged, outcome.waiting, outcome.unsent, outcome.error) == (2, 1, 1, None)
    assert asked.count("patch") <= 4
    assert other in hub.records
    hub.take = original  # type: ignore[method-assign]  # it has found it
    assert run(laptop, line).unsent == 0


def test_a_program_that_is_too_old_still_hands_in_its_work(hub: FakeHub, laptop: Laptop) -> None:
    line = hub.line_for(hub.staff[0])

    class TooOld(BadLine):
        """Refuses to hand anything out."""

        def status(self, request: StatusRequest) -> object:  # type: ignore[override]  # it only raises
            raise HubRefused(Cause.TOO_OLD, Problem(code="client-too-old", status=426))

        def pull(self, request: PullRequest) -> object:  # type: ignore[override]  # it only raises
            raise HubRefused(Cause.TOO_OLD, Problem(code="client-too-old", status=426))

    laptop.company()
    outcome = run(laptop, TooOld(line))
    assert (outcome.acknowledged, outcome.unsent, outcome.cause) == (1, 0, Cause.TOO_OLD)


def test_a_busy_hub_is_not_pressed(hub: FakeHub, laptop: Laptop) -> None:
    line = BadLine(hub.line_for(hub.staff[0]))
    line.before = lambda name, number: HubTrouble(Cause.BUSY, retry_after=30) if name == "push" else None
    laptop.company()
    outcome = run(laptop, line)
    assert line.calls == ["status", "push"]
    assert outcome.error is not None
    assert outcome.error.retry_after == 30
    assert (outcome.sent, outcome.unsent) == (0, 1)


def test_a_feed_that_stays_lost_ends_the_run_without_deleting(hub: FakeHub, laptop: Laptop) -> None:
    line = BadLine(hub.line_for(hub.staff[0]))
    company = laptop.company()
    run(laptop, line)

    def diverged(name: str, number: int) -> SyncError | None:
        return HubRefused(Cause.HISTORY_DIVERGED, Problem(code="history-diverged", status=409))

    line.before = diverged
    line.calls.clear()
    outcome = run(laptop, line)
    assert outcome.cause is Cause.HISTORY_DIVERGED
    assert len(line.calls) <= 3
    assert laptop.doc(company)["name"]


def test_what_is_saved_during_a_run_goes_along(hub: FakeHub, laptop: Laptop) -> None:
    line = hub.line_for(hub.staff[0])
    laptop.company("before")
    late: list[str] = []

    def told(progress: Progress) -> None:
        if progress.phase == "receiving" and not late:
            late.append(laptop.company("while it ran"))

    engine = SyncEngine(laptop.store, line, laptop.clock, on_progress=told)
    outcome = engine.run()
    assert (outcome.sent, outcome.unsent) == (2, 0)
    assert late[0] in hub.records


def test_a_store_that_fails_is_heard(hub: FakeHub, laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError("disk full")

    laptop.company()
    monkeypatch.setattr(laptop.store, "record_answers", full)
    for overlap in (False, True):
        with pytest.raises(OSError, match="disk full"):
            SyncEngine(laptop.store, hub.line_for(hub.staff[0]), laptop.clock, overlap=overlap).run()
        assert laptop.store.unsent_count() == 1
