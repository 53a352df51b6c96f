"""T33: a one-time code lets one laptop of its own broker in, once and soon; a refusal stands in the watch book."""

import base64
import json
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from sync.hub import tables as t
from sync.hub.enrolling import LIFE_SECONDS, TRIES
from sync.protocol import EnrolRequest
from tests.contract.hub.conftest import Answer, Wire
from tests.hub_lab import Lab

STATUS = "/v1/sync/status"


@pytest.fixture
def ida_id(lab: Lab) -> str:
    return lab.admin.add_member("Ida Holm").staff_id


@pytest.fixture
def code(lab: Lab, ida_id: str) -> str:
    return lab.admin.code("Ida Holm")


def noted(lab: Lab) -> dict[tuple[str, str], int]:
    return {(one.kind, one.subject): one.n for one in lab.admin.events()}


def devices(lab: Lab) -> int:
    with lab.service.store.read() as conn:
        return len(conn.execute(select(t.device.c.id)).all())


def refused(answer: Answer) -> bool:
    return (answer.status, answer.code, answer.body.get("detail")) == (403, "code-refused", None)


def wrong(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_t33_a_code_is_good_once(lab: Lab, http: Any, code: str, ida_id: str) -> None:
    first = Wire(lab, http)
    assert first.enrol(code).status == 200
    assert refused(Wire(lab, http).enrol(code))
    assert devices(lab) == 1
    assert noted(lab) == {("enrolled", first.device): 1, ("code-used", ida_id): 1}


def test_t33_the_sixth_try_is_refused_though_it_is_right(lab: Lab, http: Any, code: str, ida_id: str) -> None:
    assert TRIES == 5
    for _ in range(TRIES):
        assert refused(Wire(lab, http).enrol(wrong(code)))
    assert refused(Wire(lab, http).enrol(code))
    assert devices(lab) == 0
    assert noted(lab) == {("code-wrong", ida_id): 5, ("code-tries", ida_id): 1}


def test_t33_the_fifth_try_may_be_the_right_one(lab: Lab, http: Any, code: str) -> None:
    for _ in range(TRIES - 1):
        assert refused(Wire(lab, http).enrol(wrong(code)))
    assert Wire(lab, http).enrol(code).status == 200


def test_t33_in_the_sixteenth_minute_a_code_is_too_old(lab: Lab, http: Any, code: str, ida_id: str) -> None:
    assert LIFE_SECONDS == 15 * 60
    lab.later(minutes=15, seconds=1)
    assert refused(Wire(lab, http).enrol(code))
    assert (devices(lab), noted(lab)) == (0, {("code-old", ida_id): 1})


def test_t33_in_the_fifteenth_minute_it_is_good(lab: Lab, http: Any, code: str) -> None:
    lab.later(minutes=15)
    assert Wire(lab, http).enrol(code).status == 200


def test_t33_a_code_makes_a_laptop_of_its_own_broker_only(lab: Lab, http: Any, code: str, ida_id: str) -> None:
    jon = lab.admin.add_member("Jon Prøve").staff_id
    body = enrolment(Wire(lab, http), code) | {"staff_id": jon, "staff": jon, "tenant": 2, "role": "admin"}
    answer = Wire(lab, http).send("/v1/devices", json.dumps(body).encode(), sign=False)
    assert (answer.status, answer.body["staff_id"]) == (200, ida_id)
    with lab.service.store.read() as conn:
        assert conn.execute(select(t.device.c.tenant, t.device.c.staff_id)).all() == [(1, ida_id)]


def test_t33_a_laptop_cannot_speak_for_another_broker(lab: Lab, http: Any, code: str, ida_id: str) -> None:
    ida, jon = Wire(lab, http), Wire(lab, http)
    assert ida.enrol(code).status == 200
    lab.admin.add_member("Jon Prøve")
    assert jon.enrol(lab.admin.code("Jon Prøve")).status == 200
    as_ida = Wire(lab, http, key=jon.key, device=ida.device)
    answer = as_ida.send(STATUS, b"{}")
    assert (answer.status, answer.code) == (401, "signature")
    assert noted(lab)["signature", ida.device] == 1


def test_t33_a_key_swapped_on_the_way_opens_nothing_to_the_laptop_and_is_seen(
    lab: Lab, http: Any, code: str, ida_id: str
) -> None:
    """Whoever sits on the line puts their own key in. The laptop's own signature then fails at once, its code is used
    up, and the administrator sees a laptop that joined and whose signatures are wrong: `revoke` shuts it out."""
    laptop, thief = Wire(lab, http), Wire(lab, http)
    body = enrolment(laptop, code) | {"public_key": enrolment(thief, code)["public_key"]}
    answer = laptop.send("/v1/devices", json.dumps(body).encode(), sign=False)
    laptop.device = answer.body["device_id"]
    said = laptop.send(STATUS, b"{}")
    assert (said.status, said.code) == (401, "signature")
    assert refused(laptop.enrol(code))
    assert noted(lab) == {("enrolled", laptop.device): 1, ("signature", laptop.device): 1, ("code-used", ida_id): 1}
    lab.admin.revoke(laptop.device)
    thief.device = laptop.device
    assert thief.send(STATUS, b"{}").code == "device-revoked"


def test_t33_a_guess_without_a_code_is_noted_too(lab: Lab, http: Any) -> None:
    assert refused(Wire(lab, http).enrol("0000000000"))
    lab.later(hours=1)
    assert refused(Wire(lab, http).enrol("0000000000"))
    assert refused(Wire(lab, http).enrol("0000000000"))
    assert [(one.kind, one.subject, one.n) for one in lab.admin.events()] == [
        ("code-unknown", "", 2),
        ("code-unknown", "", 1),
    ]


def test_the_watch_book_is_kept_a_year(lab: Lab, http: Any) -> None:
    lab.service.note("code-unknown", "")
    lab.later(days=380)
    lab.laptop("Ida").push()
    assert len(lab.admin.events()) == 1
    lab.later(days=30)
    lab.laptop("Ida").push()
    assert lab.admin.events() == []


def enrolment(wire: Wire, code: str) -> dict[str, Any]:
    """The body a laptop sends."""
    public = base64.b64encode(wire.key.public_key().public_bytes_raw()).decode()
    made: dict[str, Any] = msgspec.to_builtins(EnrolRequest(code=code, public_key=public))
    return made
