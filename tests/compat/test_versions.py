"""Schema versions both ways: older ones are brought up, newer ones wait, and nobody loses a field they do not know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest
from sqlalchemy import URL

from sync.engine import SyncEngine
from sync.hub.state import Actor
from sync.protocol import AnswerStatus, Op, OpAnswer, Problem
from sync.records import RECORD_TYPES, Doc, new_id
from tests.contract.sync.worlds import (
    FakeWorld,
    HandClock,
    Laptop,
    ServiceWorld,
    encrypted,
    hub_template,
    memory_store,
    served,
    store_template,
)
from tests.fakes.hub import FakeHub
from tests.hub_lab import Lab, edit, make, statuses

Newer = Callable[[], None]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Newer:
    """The second version of a citizen: `area` is called `district`."""

    def second(doc: Doc) -> Doc:
        return {("district" if name == "area" else name): value for name, value in doc.items()}

    def land() -> None:
        kind = RECORD_TYPES["citizen"]
        monkeypatch.setitem(RECORD_TYPES, "citizen", replace(kind, version=2, upgrades={1: second}))

    return land


@pytest.fixture
def lab(tmp_path: Path, database: URL | None) -> Lab:
    return Lab.at(tmp_path / "hub", database)


def test_an_older_laptop_is_taken_and_brought_up(lab: Lab, newer: Newer) -> None:
    newer()
    ida = lab.laptop("Ida")
    who = new_id()
    assert statuses(ida.push(make("citizen", who, f"case:{who}", {"name": "Ida", "area": "Nord"}, v=1))) == ["applied"]
    assert statuses(ida.push(edit("citizen", who, f"case:{who}", 1, {"area": "Syd"}, v=1))) == ["applied"]
    change = next(change for change in ida.pull() if change.id == who)
    fresh = lab.laptop("Ida")
    change = next(change for change in fresh.pull() if change.id == who)
    assert (change.doc, change.v) == ({"name": "Ida", "district": "Syd"}, 2)
    lab.service.store.close()


def test_a_newer_laptop_waits_and_is_taken_once_the_hub_is_newer(lab: Lab, newer: Newer) -> None:
    ida = lab.laptop("Ida")
    who = new_id()
    ahead = make("citizen", who, f"case:{who}", {"name": "Ida", "district": "Nord"}, v=2)
    beside = make("company", new_id(), "shared", {"name": "Nordvest Lager ApS"})
    answers = ida.push(ahead, beside)
    assert [answer.status for answer in answers] == ["waiting", "applied"]
    lab.later(days=30)
    assert [answer.status for answer in ida.push(ahead)] == ["waiting"]  # not forced: nobody could read it
    newer()
    assert statuses(ida.push(ahead)) == ["applied"]
    lab.service.store.close()


@pytest.mark.parametrize("status", ["waiting", "rejected"])
def test_on_the_laptop_it_stays_unsent_and_out_of_quarantine(status: AnswerStatus) -> None:
    """`rejected` is how hubs before this version said it."""
    hub, laptop = FakeHub(), Laptop(FakeWorld(), memory_store(), HandClock())
    hub.add_broker("Mette Invented")
    line = hub.line_for(hub.staff[0])
    new = laptop.company("of a newer program")
    laptop.company("beside it")
    original = hub.take

    def take(op: Op, device_id: str, staff_id: str) -> OpAnswer:
        if op.id != new:
            return original(op, device_id, staff_id)
        return OpAnswer(op=op.op, status=status, problem=Problem(code="schema-too-new", retry="wait"))

    with patch.object(hub, "take", take):  # a hub that is older
        outcome = SyncEngine(laptop.store, line, laptop.clock).run()
    assert (outcome.acknowledged, outcome.unsent, outcome.refused, outcome.error) == (1, 1, (), None)
    assert laptop.store.refused_rows() == []
    # it was updated
    assert SyncEngine(laptop.store, line, laptop.clock).run().unsent == 0


def test_a_field_nobody_here_knows_survives_the_round_trip(tmp_path: Path, database: URL | None) -> None:
    hub_template(tmp_path / "hub")
    store_template(tmp_path / "laptop")
    (tmp_path / "place").mkdir()
    with served(ServiceWorld, tmp_path, tmp_path / "place", database) as world:
        mette = world.add_broker("Mette")
        laptop = encrypted(world, tmp_path, tmp_path / "of mette").join(mette)
        try:
            who, scope = new_id(), ""
            scope = f"case:{who}"
            unknown = {"from_a_newer_program": {"deep": ["kept", 1]}}
            ahead = make("citizen", who, scope, {"name": "Ida", **unknown})
            actor = Actor(mette, new_id())
            push(world, actor, ahead)
            laptop.run()
            assert laptop.doc(who, "citizen") == {"name": "Ida", **unknown}
            laptop.write("patch", who, {"area": "Nord"}, type_name="citizen")
            laptop.clock.at += timedelta(minutes=1)
            laptop.run()
            assert laptop.store.unsent_count() == 0
            assert laptop.doc(who, "citizen") == {"name": "Ida", "area": "Nord", **unknown}
            another = encrypted(world, tmp_path, tmp_path / "another").join(mette)
            another.run()
            assert another.doc(who, "citizen") == {"name": "Ida", "area": "Nord", **unknown}
            another.close()
        finally:
            laptop.close()


def push(world: ServiceWorld, actor: Actor, op: Op) -> None:
    """One operation of a device nobody sees."""
    from sync.protocol import PushRequest

    request = PushRequest(batch="b", items=[msgspec.Raw(msgspec.json.encode(op))])
    (raw,) = world.service.push(actor, request).items
    assert msgspec.json.decode(raw, type=OpAnswer).status == "applied"
