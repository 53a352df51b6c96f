"""The line and the hub on their worst days: nothing is lost, doubled or called sent that is not."""

from collections.abc import Callable
from contextlib import suppress

import msgspec
import pytest

from broker_tui.domain.views import SyncPhase
from sync.errors import Cause, SyncError
from sync.protocol import Cursor, OpAnswer, Problem, PullAnswer, PushAnswer, PushRequest
from tests.contract.sync.conftest import MakeLaptop
from tests.contract.sync.worlds import HubWorld, Laptop
from tests.fakes.hub import BadLine, broken, cut, lost


@pytest.fixture
def pair(laptop: MakeLaptop, mette: str) -> tuple[Laptop, Laptop]:
    """Two laptops of one broker that have synced once."""
    one, two = laptop(mette), laptop(mette)
    one.run()
    two.run()
    return one, two


def fails(machine: Laptop) -> Cause:
    """A sync that must fail; why."""
    with pytest.raises(SyncError) as caught:
        machine.run()
    return caught.value.cause


def heal(line: BadLine) -> None:
    line.before = line.after = lambda name, number: None
    line.garble = lambda answer: answer
    line.twice = False
    line.calls.clear()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("message", ["status", "push", "pull"])
@pytest.mark.parametrize("error", [lost, broken, cut])
def test_a_failure_anywhere_loses_and_doubles_nothing(
    pair: tuple[Laptop, Laptop], when: str, message: str, error: Callable[[], SyncError]
) -> None:
    one, two = pair
    theirs = two.company("Theirs ApS")
    two.run()
    citizen = one.citizen()
    notes = [one.contact(citizen, f"note {n}") for n in range(4)]
    line = one.line()
    line.calls.clear()
    setattr(line, when, lambda name, number: error() if name == message else None)
    with pytest.raises(SyncError):
        one.run()
    receipt = one.sync.receipts()[0]
    assert receipt.outcome == one.sync.state().cause != "ok"
    assert receipt.unsent == one.store.unsent_count()
    assert receipt.unsent == (0 if message == "pull" else 5)
    assert len(line.calls) < 60
    heal(line)
    assert one.run().unsent == 0
    two.run()
    assert one.doc(theirs)["name"] == "Theirs ApS"
    assert [two.doc(note, "contact")["note"] for note in notes] == [f"note {n}" for n in range(4)]
    assert one.sync.differences() == two.sync.differences() == []


def test_every_request_arriving_twice_changes_nothing(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    one.line().twice = two.line().twice = True
    company = one.company(note="n")
    one.run()
    two.run()
    one.write("patch", company, {"note": "one"})
    two.write("patch", company, {"note": "two"})
    one.run()
    two.run()
    one.run()
    assert len(one.sync.differences()) == len(two.sync.differences()) == 1
    assert one.doc(company) == two.doc(company)
    assert one.store.unsent_count() == two.store.unsent_count() == 0


def test_the_line_breaks_after_each_request_in_turn(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    one.page = two.page = 2
    for n in range(4):
        two.company(f"Theirs {n}")
    two.run()
    own = [one.company(f"Mine {n}") for n in range(4)]
    line = one.line()
    for stop in range(1, 30):
        line.calls.clear()
        line.after = lambda name, number, stop=stop: lost() if len(line.calls) >= stop else None  # type: ignore[misc]  # stop is bound now
        with suppress(SyncError):
            one.run()
            break
    heal(line)
    receipt = one.run()
    two.run()
    assert receipt.unsent == 0
    assert [two.doc(company)["name"] for company in own] == [f"Mine {n}" for n in range(4)]


def garbled_push(change: Callable[[list[OpAnswer]], list[OpAnswer]]) -> Callable[[object], object]:
    """Changes the words of a push answer on their way."""

    def garble(answer: object) -> object:
        if not isinstance(answer, PushAnswer):
            return answer
        words = change([msgspec.json.decode(raw, type=OpAnswer) for raw in answer.items])
        return msgspec.structs.replace(answer, items=[msgspec.Raw(msgspec.json.encode(word)) for word in words])

    return garble


def test_only_what_is_named_counts_as_sent(pair: tuple[Laptop, Laptop]) -> None:
    one, _ = pair
    for n in range(3):
        one.company(f"Company {n}")
    line = one.line()
    line.garble = garbled_push(lambda words: words[:1])
    line.calls.clear()
    assert fails(one) is Cause.PROTOCOL
    assert one.store.unsent_count() in (0, 1)
    line.garble = garbled_push(lambda words: [])
    one.company("Company 4")
    before = one.store.unsent_count()
    assert fails(one) is Cause.PROTOCOL
    assert one.store.unsent_count() == before
    assert one.sync.receipts()[0].acknowledged == 0
    assert line.calls.count("push") < 20
    heal(line)
    assert one.run().unsent == 0


def test_words_about_strangers_and_words_twice_mean_nothing(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    company = one.company("Company")
    stranger = OpAnswer(op="019a0000-0000-7000-8000-0000000000ff", status="applied", rev=9)

    def change(words: list[OpAnswer]) -> list[OpAnswer]:
        refused = [msgspec.structs.replace(w, status="rejected", problem=Problem(code="validation")) for w in words]
        return [stranger, *words, *refused]

    one.line().garble = garbled_push(change)
    receipt = one.run()
    assert (receipt.acknowledged, receipt.refused, receipt.unsent) == (1, (), 0)
    two.run()
    assert two.doc(company)["name"] == "Company"


@pytest.mark.parametrize(
    "damage",
    [
        lambda page: msgspec.structs.replace(page, end=False),
        lambda page: msgspec.structs.replace(page, count=page.count + 1),
        lambda page: msgspec.structs.replace(page, items=[*page.items[:-1], msgspec.Raw(b'{"seq":"x"}')]),
        lambda page: msgspec.structs.replace(page, next=dict.fromkeys(page.next, Cursor(epoch="other", seq=99))),
    ],
    ids=["without an end", "short of an item", "with an unreadable item", "of another history"],
)
def test_a_page_that_is_not_whole_is_thrown_away(
    pair: tuple[Laptop, Laptop], damage: Callable[[PullAnswer], PullAnswer]
) -> None:
    one, two = pair
    company = two.company("Theirs ApS")
    two.run()
    before = one.store.cursors()
    line = one.line()
    line.garble = lambda answer: damage(answer) if isinstance(answer, PullAnswer) else answer
    assert fails(one) in (Cause.CUT_SHORT, Cause.PROTOCOL)
    assert one.store.cursors() == before
    assert one.doc(company) == {}
    heal(line)
    one.run()
    assert one.doc(company)["name"] == "Theirs ApS"


def test_a_page_that_comes_again_and_again_ends_the_run(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    two.company("Theirs ApS")
    two.run()
    line = one.line()
    stuck = one.store.cursors()
    line.garble = lambda answer: (
        PullAnswer(items=[], count=0, next=stuck, more=True, end=True) if isinstance(answer, PullAnswer) else answer
    )
    line.calls.clear()
    assert fails(one) is Cause.PROTOCOL
    assert line.calls.count("pull") <= 6


def test_one_operation_that_breaks_the_hub_does_not_hold_up_the_others(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    companies = [one.company(f"Company {n}") for n in range(40)]
    poison = one.company("POISON")
    after = one.company("After")
    line = one.line()
    original = line.hub.push

    def push(request: PushRequest) -> PushAnswer:
        if any(b"POISON" in bytes(raw) for raw in request.items):
            raise broken()
        return original(request)

    line.hub.push = push  # type: ignore[method-assign]  # the hub that chokes
    line.calls.clear()
    assert fails(one) is Cause.BROKEN
    receipt = one.sync.receipts()[0]
    assert (receipt.acknowledged, receipt.unsent) == (41, 1)
    assert line.calls.count("push") < 40
    two.run()
    assert all(two.doc(company) for company in [*companies, after])
    assert two.doc(poison) == {}
    line.hub.push = original  # type: ignore[method-assign]  # and is repaired
    assert one.run().unsent == 0


def test_a_hub_that_breaks_on_everything_is_left_alone(pair: tuple[Laptop, Laptop]) -> None:
    one, _ = pair
    for n in range(200):
        one.company(f"Company {n}")
    line = one.line()
    line.before = lambda name, number: broken() if name == "push" else None
    line.calls.clear()
    assert fails(one) is Cause.BROKEN
    assert line.calls.count("push") <= 90
    assert one.store.unsent_count() == 200


def test_a_refused_change_waits_for_the_broker_and_blocks_nothing(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    bad, good = one.company("Bad"), one.company("Good")
    line = one.line()

    def change(words: list[OpAnswer]) -> list[OpAnswer]:
        problem = Problem(code="validation", detail="no", status=422, pointer="/name", retry="new-op")
        return [OpAnswer(op=words[0].op, status="rejected", problem=problem), *words[1:]]

    line.garble = garbled_push(change)
    receipt = one.run()
    assert [code for _, code in receipt.refused] == ["validation"]
    assert (receipt.acknowledged, receipt.unsent) == (1, 1)
    state = one.sync.state()
    assert (state.refused, state.unsent) == (1, 1)
    [refused] = one.sync.refused()
    assert (refused.code, refused.unsent.record_id) == ("validation", bad)
    heal(line)
    assert one.run().sent == 0
    two.run()
    assert two.doc(good)["name"] == "Good"
    one.sync.discard_refused(refused.unsent.op_id)
    assert one.sync.state().unsent == 0


def test_a_hub_whose_history_was_lost_is_read_again_and_nothing_is_deleted(
    pair: tuple[Laptop, Laptop], world: HubWorld
) -> None:
    one, two = pair
    company = two.company("Theirs ApS", note="n")
    two.run()
    one.run()
    line = one.line()
    real = line.hub

    class Restored:
        """The same hub after it forgot every cursor it gave out."""

        def __init__(self) -> None:
            self.angry = True

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def status(self, request: object) -> object:
            if self.angry and one.store.cursors():
                self.angry = False
                from sync.errors import HubRefused

                raise HubRefused(Cause.HISTORY_DIVERGED, Problem(code="history-diverged", status=409))
            return real.status(request)  # type: ignore[arg-type]  # handed through

    line.hub = Restored()  # type: ignore[assignment]  # stands in for the line
    two.write("patch", company, {"note": "newer"})
    two.run()
    one.write("patch", company, {"area": "mine"})
    assert one.run().unsent == 0
    assert {k: one.doc(company)[k] for k in ("name", "note", "area")} == {
        "name": "Theirs ApS",
        "note": "newer",
        "area": "mine",
    }


def test_a_clock_set_back_a_day_changes_no_outcome(pair: tuple[Laptop, Laptop]) -> None:
    from datetime import timedelta

    one, two = pair
    company = one.company(note="0")
    one.run()
    two.run()
    one.clock.at -= timedelta(days=1)
    one.write("patch", company, {"note": "1"})
    one.run()
    two.run()
    assert one.doc(company)["note"] == two.doc(company)["note"] == "1"
    assert one.sync.next_attempt(one.clock.now()) is not None


def test_the_state_tells_the_truth_all_the_way(pair: tuple[Laptop, Laptop]) -> None:
    one, _ = pair
    for n in range(7):
        one.company(f"Company {n}")
    seen: list[tuple[SyncPhase, int]] = []
    one.sync.run(lambda state: seen.append((state.phase, state.unsent)))
    phases = [phase for phase, _ in seen]
    assert phases[0] is SyncPhase.CONNECTING
    assert SyncPhase.SENDING in phases
    assert SyncPhase.RECEIVING in phases
    assert phases[-1] is SyncPhase.IDLE
    assert [unsent for _, unsent in seen] == sorted((unsent for _, unsent in seen), reverse=True)
    assert seen[-1][1] == 0


def test_a_background_attempt_that_reaches_nobody_leaves_no_receipt(pair: tuple[Laptop, Laptop]) -> None:
    one, _ = pair
    count = len(one.sync.receipts())
    one.line().before = lambda name, number: lost()
    with pytest.raises(SyncError):
        one.sync.run(background=True)
    assert len(one.sync.receipts()) == count
    assert one.sync.state().phase is SyncPhase.OFFLINE
    due = one.sync.next_attempt(one.clock.now())
    assert due is not None
    assert due > one.clock.now()


def test_a_code_works_once(laptop: MakeLaptop, world: HubWorld, mette: str) -> None:
    machine = laptop(mette)
    code = world.code(mette)
    machine.sync.enrol("https://hub.invalid", code)
    with pytest.raises(SyncError) as caught:
        machine.sync.enrol("https://hub.invalid", code)
    assert caught.value.cause is Cause.CODE_REFUSED
    assert machine.sync.state().enrolled
