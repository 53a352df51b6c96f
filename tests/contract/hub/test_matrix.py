"""T35: who may do what, generated from `matrix.toml`: each role, kind of request and place, over signed requests.

What is somebody else's and what nobody ever heard of are answered alike, byte for byte, so that no answer says that
there is such a person.
"""

import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import URL

from sync.hub.admin import ROLES, create, opened
from sync.hub.app import make_app
from sync.hub.places import Place
from sync.protocol import Cursor, DevicesRequest, LostRequest, OpKind, PullRequest, StatusRequest
from sync.records import new_id
from tests.contract.hub.conftest import BASE, Wire
from tests.contract.hub.office import KINDS, PULL, PUSH, STATUS, Case, Office, without_ids, word
from tests.hub_lab import START, Lab, contact, make

WHOLE = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text("utf-8"))
TABLE = WHOLE["rule"]
LAPTOPS = {role: rule["answers"] for rule in WHOLE["laptops"] for role in rule["roles"]}
EXPECTED = {(role, do): answers for rule in TABLE for role in rule["roles"] for do, answers in rule["answers"].items()}
STRANGE = ("foreign", "unknown", "neighbour")
Make = Callable[[str], Office]


@pytest.fixture
def beside(tmp_path: Path, lab: Lab, database: URL | None) -> Iterator[Lab]:
    """The neighbouring jobcenter: in the same database where that holds several, else a hub of its own."""
    assert lab.service.store.folder is not None
    if database is None:
        shutil.copytree(lab.service.store.folder, tmp_path / "beside")
        other = Lab.of(tmp_path / "beside")
    else:
        place = Place(tmp_path / "beside", database, 2)
        create(place.folder, "Jobcenter Naboby", lambda: START, place)
        other = Lab.__new__(Lab)
        other.now = START
        other.service = opened(place.folder, lambda: other.now, place)
    yield other
    other.service.store.close()


@pytest.fixture
def office(lab: Lab, http: Any, beside: Lab) -> Make:
    """Makes the office around a person of a role."""
    return lambda role: Office(lab, Wire(lab, http), Case.made(beside.laptop("Eva Prøve"), "kanarie-nabo"), role)


def test_t35_the_table_is_whole() -> None:
    wanted = {(role, do) for role in ROLES for do in ("status", "pull", *KINDS)}
    assert set(EXPECTED) == wanted
    assert len(EXPECTED) == sum(len(rule["roles"]) * len(rule["answers"]) for rule in TABLE)  # nothing said twice
    assert {do for do in KINDS if do != "move-into"} == set(msgspec.json.schema(OpKind)["enum"])
    for answers in EXPECTED.values():
        assert list(answers) == ["own", "team", "former", "foreign", "unknown", "neighbour"]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("do", KINDS)
def test_t35_push(office: Make, role: str, do: str) -> None:
    room = office(role)
    answers = {place: room.push(room.op(do, case)) for place, case in reversed(room.places.items())}
    assert {place: word(answer) for place, answer in answers.items()} == EXPECTED[role, do]
    if "applied" not in {EXPECTED[role, do][place] for place in STRANGE}:
        assert len({str(without_ids(answers[place])) for place in STRANGE}) == 1


@pytest.mark.parametrize("role", ROLES)
def test_t35_pull_and_status(office: Make, role: str) -> None:
    room = office(role)
    for place, case in room.places.items():
        assert brought(room.page, case) == EXPECTED[role, "pull"][place], place
    if role == "admin":
        assert b"kanarie" not in room.page
        assert b"case:" not in room.page
    feeds = {"own": room.wire.staff, **dict.fromkeys(("team", "former", "foreign"), room.colleague)}
    status, pages = {}, {}
    for place in room.places:
        named = {f"broker:{feeds.get(place) or new_id()}": Cursor()}
        status[place] = room.ask(STATUS, StatusRequest(cursors=named))
        pages[place] = room.ask(PULL, PullRequest(cursors=named))
        assert str(status[place].status) == EXPECTED[role, "status"][place]
        assert set(status[place].body["heads"]) == {"shared", f"broker:{room.wire.staff}"}
    for answers in (status, pages):
        assert len({str(without_ids(answers[place])) for place in STRANGE}) == 1


def brought(page: bytes, case: Case) -> str:
    """What a page says of a case."""
    kinds = {item["kind"] for item in msgspec.json.decode(page)["items"] if item["scope"] == case.scope}
    if case.canary.encode() in page:
        return "sees"
    assert bool(kinds) == (case.scope.encode() in page)
    return "nothing" if not kinds else "gone" if kinds == {"revoke"} else str(kinds)


@pytest.mark.parametrize("how", ["no revision", "unknown predecessor", "own predecessor", "other record", "old scope"])
def test_t35_no_form_of_a_change_tells_a_stranger_from_nobody(office: Make, how: str) -> None:
    room = office("broker")
    mine = room.op("create", room.places["own"])
    assert word(room.push(mine)) == "applied"
    forms: dict[str, dict[str, Any]] = {
        "no revision": {"base": 0},
        "unknown predecessor": {"after": new_id()},
        "own predecessor": {"base": 0, "after": mine.op},
    }
    more = forms.get(how, {})
    for do in ("patch", "delete", "restore", "move", "resolve"):
        said = set()
        for place in STRANGE:
            op = room.op(do, room.places[place], **more)
            if how == "other record":  # a scope of one's own around somebody else's record
                op = msgspec.structs.replace(op, scope=room.spare.scope)
            if how == "old scope":  # somebody else's scope around a record of one's own
                op = msgspec.structs.replace(op, id=room.places["own"].live, scope=room.places[place].scope)
            answer = room.push(op)
            assert word(answer) in ("not-entitled", "waiting")
            said.add(str(without_ids(answer)))
        assert len(said) == 1, (do, said)


@pytest.mark.parametrize("role", ROLES)
def test_t35_laptops(office: Make, beside: Lab, http: Any, role: str) -> None:
    room = office(role)
    second, bo = Wire(room.lab, http), Wire(room.lab, http)
    assert second.enrol(room.lab.admin.code("Kim Prøve")).status == 200
    assert bo.enrol(room.lab.admin.code("Bo Prøve")).status == 200
    named = {
        "own": second.device,
        "this": room.wire.device,
        "foreign": bo.device,
        "unknown": new_id(),
        "neighbour": beside_device(beside, Wire(room.lab, http)),
    }
    listed = room.ask("/v1/devices/list", DevicesRequest())
    seen = {place: "sees" if name.encode() in listed.raw else "nothing" for place, name in named.items()}
    assert seen == LAPTOPS[role]["list"]
    said = {place: room.ask("/v1/devices/lost", LostRequest(device=name)) for place, name in named.items()}
    assert {place: str(answer.status) for place, answer in said.items()} == LAPTOPS[role]["lost"]
    assert len({str(without_ids(said[place])) for place in ("this", *STRANGE)}) == 1
    assert bo.send(STATUS, b"{}").status == 200


def test_t35_a_colleagues_own_records_are_as_nobodys(office: Make) -> None:
    room = office("broker")
    doc = contact(new_id()).patch | {"citizen_id": None}
    doc = {name: value for name, value in doc.items() if value is not None}
    said = [room.push(make("contact", new_id(), f"broker:{who}", doc)) for who in (room.colleague, new_id())]
    assert [word(answer) for answer in said] == ["not-entitled"] * 2
    assert without_ids(said[0]) == without_ids(said[1])
    assert word(room.push(make("contact", new_id(), f"broker:{room.wire.staff}", doc))) == "applied"


@pytest.mark.parametrize("path", [STATUS, PUSH, PULL, "/v1/devices/list", "/v1/devices/lost"])
def test_t35_a_laptop_of_the_neighbour_is_nobody_here(office: Make, beside: Lab, http: Any, path: str) -> None:
    room = office("broker")
    code = beside.admin.code("Eva Prøve")
    eva = Wire(room.lab, http)
    assert eva.enrol(code).code == "code-refused"
    with_own = Wire(room.lab, http, device=beside_device(beside, eva))
    nobody = Wire(room.lab, http, device=new_id())
    said = [wire.send(path, b"{}") for wire in (with_own, nobody)]
    assert [(answer.status, answer.code) for answer in said] == [(401, "device-unknown")] * 2
    assert without_ids(said[0]) == without_ids(said[1])


def beside_device(beside: Lab, wire: Wire) -> str:
    """The id of a laptop that is enrolled at the neighbour with this very key."""
    with TestClient(make_app(beside.service), base_url=BASE) as client:
        there = Wire(beside, client, key=wire.key)
        assert there.enrol(beside.admin.code("Eva Prøve")).status == 200
        return there.device
