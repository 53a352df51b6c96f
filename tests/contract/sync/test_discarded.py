"""A refused change is given up: what was built on it later goes its own way, and nothing of it waits for ever."""

from dataclasses import dataclass

import msgspec
import pytest

from broker_tui.services.hub_line import ClosableHub
from sync.protocol import (
    EnrolAnswer,
    EnrolRequest,
    Op,
    OpAnswer,
    Problem,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
)
from tests.contract.sync.conftest import MakeLaptop
from tests.contract.sync.worlds import Laptop


@pytest.fixture
def one(laptop: MakeLaptop, mette: str) -> Laptop:
    made = laptop(mette)
    made.run()
    return made


@dataclass
class Picky:
    """A line to the hub on which a change with a word in it is refused, and the hub never hears of it."""

    hub: ClosableHub
    word: str

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        return self.hub.enrol(request)

    def status(self, request: StatusRequest) -> StatusAnswer:
        return self.hub.status(request)

    def pull(self, request: PullRequest) -> PullAnswer:
        return self.hub.pull(request)

    def push(self, request: PushRequest) -> PushAnswer:
        """What is not refused goes to the hub."""
        problem = Problem(code="validation", detail="no", status=422, pointer="/note", retry="new-op")
        ops = [msgspec.json.decode(raw, type=Op) for raw in request.items]
        bad = [op.op for op in ops if self.word in op.patch.values()]
        rest = [raw for raw, op in zip(request.items, ops, strict=True) if op.op not in bad]
        answer = self.hub.push(msgspec.structs.replace(request, items=rest))
        words = [OpAnswer(op=op, status="rejected", problem=problem) for op in bad]
        added = [msgspec.Raw(msgspec.json.encode(word)) for word in words]
        return msgspec.structs.replace(answer, items=[*answer.items, *added])

    def close(self) -> None:
        self.hub.close()


def test_what_was_saved_after_a_discarded_change_arrives(one: Laptop) -> None:
    company = one.company(note="first")
    one.run()
    line = one.line()
    line.hub = Picky(line.hub, "forbidden")
    one.write("patch", company, {"note": "forbidden"})
    one.write("patch", company, {"area": "Nord"})
    one.run()
    [refused] = one.sync.refused()
    one.sync.discard_refused(refused.unsent.op_id)
    for _ in range(3):
        one.run()
    assert one.store.unsent_count() == 0, "it waits for a change that never comes"
    assert one.doc(company) == {"name": "Nordvest Lager ApS", "note": "first", "area": "Nord"}


def test_a_second_try_on_the_same_field_arrives_without_a_difference(one: Laptop) -> None:
    company = one.company(note="first")
    one.run()
    line = one.line()
    line.hub = Picky(line.hub, "forbidden")
    one.write("patch", company, {"note": "forbidden"})
    one.write("patch", company, {"note": "second"})
    one.write("patch", company, {"note": "third"})
    one.run()
    [refused] = one.sync.refused()
    one.sync.discard_refused(refused.unsent.op_id)
    for _ in range(3):
        one.run()
    assert (one.store.unsent_count(), one.sync.state().conflicts) == (0, 0)
    assert one.doc(company)["note"] == "third"


@pytest.mark.parametrize("kind", ["create", "patch"])
@pytest.mark.parametrize("way", ["retry", "discard"])
def test_what_was_refused_for_its_length_goes_once_it_is_shorter(real_laptop: Laptop, kind: str, way: str) -> None:
    """The former value of the correction is the very text the hub refused; it must not be refused for that again."""
    one, long = real_laptop, "x" * 10_001
    company = one.company(note=long if kind == "create" else "first")
    if kind == "patch":
        one.run()
        one.write("patch", company, {"note": long})
    one.run()
    [refused] = one.sync.refused()
    one.write("patch", company, {"note": "short"})
    if way == "retry":
        one.sync.retry_refused(refused.unsent.op_id)
    else:
        one.sync.discard_refused(refused.unsent.op_id)
    one.run()
    assert (one.sync.refused(), one.store.unsent_count(), one.sync.state().conflicts) == ([], 0, 0)
    assert one.doc(company).get("note") == (None if (kind, way) == ("create", "discard") else "short")
