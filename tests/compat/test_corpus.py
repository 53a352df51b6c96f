"""Every version that was ever recorded: its pushes are taken and mean the same, its answers are understood."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import URL

from sync.answers import changes_of
from sync.hub.problems import Refused
from sync.hub.service import HubService
from sync.hub.state import Actor
from sync.protocol import (
    Change,
    Cursor,
    EnrolAnswer,
    EnrolRequest,
    OpAnswer,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
)
from sync.records import RECORD_TYPES, Doc, upgraded
from tests.compat.corpus import VERSIONS, Recorded, peopled
from tests.contract.sync.worlds import sql_store, store_template
from tests.hub_lab import Lab

MESSAGES: dict[str, tuple[type[msgspec.Struct], type[msgspec.Struct]]] = {
    "devices": (EnrolRequest, EnrolAnswer),
    "status": (StatusRequest, StatusAnswer),
    "push": (PushRequest, PushAnswer),
    "pull": (PullRequest, PullAnswer),
}


@pytest.fixture(params=VERSIONS)
def recorded(request: pytest.FixtureRequest) -> Recorded:
    return Recorded.of(request.param)


@pytest.fixture
def lab(tmp_path: Path, database: URL | None) -> "Lab":
    return Lab.at(tmp_path / "hub", database)


def asking(service: HubService, actor: Actor, line: dict[str, Any]) -> Callable[[], object]:
    """A recorded request for a page or for the status, put to this hub."""
    body = raw(line["request"])
    if line["path"] == "pull":
        return lambda: service.pull(actor, msgspec.json.decode(body, type=PullRequest))
    return lambda: service.status(actor, msgspec.json.decode(body, type=StatusRequest))


def raw(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def last_words(recorded: Recorded) -> dict[str, Change]:
    """What a laptop that had nothing was told of each record."""
    words: dict[str, Change] = {}
    for line in recorded.those("pull", "fresh"):
        for item in line["answer"]["items"]:
            words[item["id"]] = msgspec.convert(item, Change)
    return words


def as_now(change: Change) -> Doc:
    """A recorded document as this version writes it."""
    assert change.doc is not None
    return upgraded(change.type, change.v, change.doc)


def test_there_is_a_recording() -> None:
    assert VERSIONS


def test_every_message_of_a_recorded_version_is_still_one(recorded: Recorded) -> None:
    for line in recorded.lines:
        request, answer = MESSAGES[line["path"]]
        msgspec.json.decode(raw(line["request"]), type=request)
        msgspec.json.decode(raw(line["answer"]), type=answer)


def test_what_a_recorded_version_pushed_is_taken_and_means_the_same(recorded: Recorded, lab: Lab) -> None:
    peopled(lab, recorded)
    try:
        for line in recorded.those("push"):
            request = msgspec.json.decode(raw(line["request"]), type=PushRequest)
            answer = lab.service.push(recorded.actor(line["device"]), request)
            now = [msgspec.json.decode(item, type=OpAnswer) for item in answer.items]
            then = [msgspec.convert(item, OpAnswer) for item in line["answer"]["items"]]
            assert [(a.op, a.status, a.rev, a.conflicts) for a in now] == [
                (a.op, a.status, a.rev, a.conflicts) for a in then
            ]
        wanted = last_words(recorded)
        fresh = recorded.actor(recorded.office["devices"]["fresh"]["id"])
        page = lab.service.pull(fresh, PullRequest())
        assert not page.more
        found = {change.id: change for change in changes_of(page)}
        assert found.keys() == wanted.keys()
        for record_id, change in found.items():
            before = wanted[record_id]
            assert (change.type, change.scope, change.deleted) == (before.type, before.scope, before.deleted)
            if change.type != "conflict":  # it quotes when it was opened
                assert change.doc == as_now(before)
    finally:
        lab.service.store.close()


def test_pushed_again_it_is_known(recorded: Recorded, lab: Lab) -> None:
    peopled(lab, recorded)
    try:
        for _ in range(2):
            states = set()
            for line in recorded.those("push"):
                request = msgspec.json.decode(raw(line["request"]), type=PushRequest)
                answer = lab.service.push(recorded.actor(line["device"]), request)
                states |= {msgspec.json.decode(item, type=OpAnswer).status for item in answer.items}
        assert states == {"duplicate"}
    finally:
        lab.service.store.close()


def test_a_recorded_laptop_may_ask_this_hub(recorded: Recorded, lab: Lab) -> None:
    """Its cursors are of another history, which is a word every version knows; without them it is answered."""
    peopled(lab, recorded)
    try:
        for line in recorded.those("pull") + recorded.those("status"):
            ask = asking(lab.service, recorded.actor(line["device"]), line)
            if line["request"].get("cursors"):
                with pytest.raises(Refused, match="history-diverged"):
                    ask()
            else:
                ask()
    finally:
        lab.service.store.close()


def test_this_laptop_understands_a_recorded_hub(recorded: Recorded, tmp_path: Path) -> None:
    store_template(tmp_path / "laptop")
    store = sql_store(tmp_path / "laptop")
    cursors: dict[str, Cursor] = {}
    for line in recorded.those("pull", "fresh"):
        page = msgspec.json.decode(raw(line["answer"]), type=PullAnswer)
        store.apply_page(changes_of(page), page.next, page.stable, last=not page.more)
        cursors |= page.next
    for record_id, change in last_words(recorded).items():
        stored = store.get(change.type, record_id)
        assert stored is not None
        assert (stored.doc, stored.rev, stored.scope, stored.deleted) == (
            as_now(change),
            change.rev,
            change.scope,
            change.deleted,
        )
    assert store.cursors() == cursors
    store.close()


def test_no_type_was_forgotten_since(recorded: Recorded) -> None:
    assert recorded.office["types"].keys() <= RECORD_TYPES.keys()
    assert all(version <= RECORD_TYPES[name].version for name, version in recorded.office["types"].items())
