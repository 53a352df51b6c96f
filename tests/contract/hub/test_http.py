"""The hub on the wire: signatures, bodies, problems. Every refusal leaves the hub as it was."""

import gzip
import json
import logging
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from sync.hub import tables as t
from sync.protocol import MAX_BODY, PullRequest, PushRequest, StatusRequest
from sync.records import new_id
from tests.contract.hub.conftest import Answer, Wire
from tests.hub_lab import contact, make

PUSH = "/v1/sync/push"
STATUS = "/v1/sync/status"


def batch(*ops: object) -> PushRequest:
    return PushRequest(batch=new_id(), items=[msgspec.Raw(msgspec.json.encode(op)) for op in ops])


def records(wire: Wire) -> int:
    with wire.lab.service.store.read() as conn:
        return int(conn.execute(select(func.count()).select_from(t.record)).scalar_one())


def refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.headers["sync-protocol"] == "2"
    assert answer.headers["cache-control"] == "no-store"


def test_enrolled_laptop_pushes_and_pulls(ida: Wire) -> None:
    who = new_id()
    ops = [make("citizen", who, f"case:{who}", {"name": "Åse Bæk"}), *(contact(who) for _ in range(30))]
    pushed = ida.ask(PUSH, batch(*ops))
    assert pushed.status == 200
    assert [a["status"] for a in pushed.body["items"]] == ["applied"] * 31
    assert pushed.headers["content-encoding"] == "gzip"
    assert pushed.headers["sync-protocol"] == "2"
    pulled = ida.ask("/v1/sync/pull", PullRequest())
    assert pulled.body["count"] == 32
    assert pulled.body["end"] is True
    status = ida.ask(STATUS, StatusRequest(cursors={}))
    assert status.body["device_id"] == ida.device
    assert status.body["heads"] == {"shared": 1, f"broker:{ida.staff}": 31}


def test_target_uri_is_accepted_too(ida: Wire) -> None:
    headers = ida.signed(STATUS, b"{}", cover=("@method", "@target-uri", "content-digest"))
    assert ida.post(STATUS, b"{}", headers).status == 200


def test_unsigned_is_refused(ida: Wire) -> None:
    refused(ida.send(STATUS, b"{}", sign=False), 401, "signature")


@pytest.mark.parametrize(
    "cover", [("@method", "content-digest"), ("@method", "@path", "content-digest"), ("@authority", "@path")]
)
def test_signature_over_too_little_is_refused(ida: Wire, cover: tuple[str, ...]) -> None:
    refused(ida.post(STATUS, b"{}", ida.signed(STATUS, b"{}", cover=cover)), 401, "signature")


def test_signature_for_another_purpose_or_address_is_refused(ida: Wire) -> None:
    refused(ida.post(STATUS, b"{}", ida.signed(STATUS, b"{}", tag="letterbox")), 401, "signature")
    refused(ida.post(PUSH, b"{}", ida.signed(STATUS, b"{}")), 401, "signature")


def test_changed_body_is_refused(ida: Wire) -> None:
    refused(ida.post(STATUS, b'{"v": 1}', ida.signed(STATUS, b"{}")), 401, "signature")


def test_changed_digest_is_refused(ida: Wire) -> None:
    headers = ida.signed(STATUS, b"{}")
    other = ida.signed(STATUS, b'{"v": 1}')
    refused(ida.post(STATUS, b'{"v": 1}', {**headers, "Content-Digest": other["Content-Digest"]}), 401, "signature")


def test_foreign_key_is_refused(ida: Wire, lab: Any, http: Any) -> None:
    thief = Wire(lab, http, device=ida.device)
    refused(thief.send(STATUS, b"{}"), 401, "signature")


def test_unknown_device_is_refused(unknown: Wire) -> None:
    unknown.device = new_id()
    refused(unknown.send(STATUS, b"{}"), 401, "device-unknown")


def test_a_lost_device_is_shut_out_and_told_so_only_with_its_own_key(ida: Wire, lab: Any, http: Any) -> None:
    lab.admin.revoke(ida.device)
    for path in (STATUS, PUSH, "/v1/sync/pull"):
        refused(ida.send(path, b"{}"), 401, "device-revoked")
    refused(Wire(lab, http, device=ida.device).send(STATUS, b"{}"), 401, "signature")
    lab.admin.let_back_in(ida.device)
    assert ida.send(STATUS, b"{}").status == 200


def test_replayed_request_is_refused(ida: Wire) -> None:
    headers = ida.signed(STATUS, b"{}")
    assert ida.post(STATUS, b"{}", headers).status == 200
    refused(ida.post(STATUS, b"{}", headers), 401, "replayed")
    ida.lab.later(seconds=59)
    refused(ida.post(STATUS, b"{}", headers), 401, "replayed")


@pytest.mark.parametrize("off", [timedelta(days=-1), timedelta(seconds=61), timedelta(seconds=-61)])
def test_clock_that_is_off_is_told_the_time(ida: Wire, off: timedelta) -> None:
    answer = ida.post(STATUS, b"{}", ida.signed(STATUS, b"{}", created=ida.lab.now + off))
    refused(answer, 401, "clock")
    assert answer.body["retry"] == "same-op"
    assert answer.headers["date"] == "Mon, 16 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("body", "encoding", "status", "code"),
    [
        (b"not gzip at all", "gzip", 415, "encoding"),
        (gzip.compress(b"{}")[:-3], "gzip", 415, "encoding"),
        (gzip.compress(b"{}") + b"more", "gzip", 415, "encoding"),
        (b"{}", "br", 415, "encoding"),
        (gzip.compress(b" " * (MAX_BODY + 1)), "gzip", 413, "too-large"),
        (b'{"batch": "b", "items": [', "", 400, "bad-request"),
        (b"[]", "", 400, "bad-request"),
        (b"", "", 400, "bad-request"),
        (b'{"batch": 7, "items": []}', "", 400, "bad-request"),
        (b'{"batch": "b", "items": [' + b"[" * 4000 + b"]" * 4000 + b"]}", "", 400, "bad-request"),
        (b'{"batch": "b", "items": [' + b",".join([b"{}"] * 501) + b"]}", "", 422, "too-many-items"),
        (b"\xff\xfe{}", "", 400, "bad-request"),
    ],
    ids=["no-gzip", "cut", "tail", "brotli", "bomb", "cut-json", "list", "empty", "type", "deep", "501", "utf-16"],
)
def test_bad_bodies(ida: Wire, body: bytes, encoding: str, status: int, code: str) -> None:
    before = records(ida)
    headers = {"Content-Encoding": encoding} if encoding else {}
    answer = ida.send(PUSH, body, headers=headers)
    if answer.status == 200:  # an item that nests too deep is refused alone
        assert [a["problem"]["code"] for a in answer.body["items"]] == ["malformed"]
    else:
        refused(answer, status, code)
    assert records(ida) == before


def test_body_over_the_cap_is_not_read(ida: Wire) -> None:
    refused(ida.send(PUSH, b" " * (MAX_BODY + 1)), 413, "too-large")


def test_address_that_is_none(ida: Wire) -> None:
    refused(ida.send("/v1/nix", b"{}"), 404, "not-found")
    got = ida.http.get(PUSH)
    assert (got.status_code, got.json()["code"]) == (405, "method")


def test_failure_inside_is_a_problem_and_keeps_nothing(ida: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    before = records(ida)

    def fail(*_: object) -> None:
        raise RuntimeError("with a name in it")

    monkeypatch.setattr("sync.hub.writing.Writer.history", fail)
    who = new_id()
    answer = ida.ask(PUSH, batch(make("citizen", who, f"case:{who}", {"name": "P"})))
    refused(answer, 500, "broken")
    assert "name in it" not in json.dumps(answer.body)
    assert records(ida) == before


def test_log_holds_no_content(ida: Wire, caplog: pytest.LogCaptureFixture) -> None:
    who = new_id()
    with caplog.at_level(logging.DEBUG):
        ida.ask(PUSH, batch(make("citizen", who, f"case:{who}", {"name": "Kanariefugl", "cpr": "0101900000"})))
        ida.ask(PUSH, batch(make("citizen", who, f"case:{who}", {"name": 7, "cpr": "0101900000"})))
    assert "/v1/sync/push 200 ok" in caplog.text
    for word in ("Kanariefugl", "0101900000", who):
        assert word not in caplog.text


class TestEnrolment:
    """One-time codes."""

    def test_code_works_once(self, ida: Wire, lab: Any, http: Any) -> None:
        code = lab.admin.code("Ida Holm")
        assert Wire(lab, http).enrol(code).status == 200
        refused(Wire(lab, http).enrol(code), 403, "code-refused")

    def test_code_may_be_typed_loosely(self, ida: Wire, lab: Any, http: Any) -> None:
        code = lab.admin.code("Ida Holm").lower()
        assert Wire(lab, http).enrol(f" {code[:5]}-{code[5:]} ").status == 200

    def test_code_runs_out(self, ida: Wire, lab: Any, http: Any) -> None:
        code = lab.admin.code("Ida Holm")
        lab.later(minutes=15, seconds=1)
        refused(Wire(lab, http).enrol(code), 403, "code-refused")

    def test_five_wrong_tries_burn_a_code(self, ida: Wire, lab: Any, http: Any) -> None:
        code = lab.admin.code("Ida Holm")
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        for _ in range(5):
            refused(Wire(lab, http).enrol(wrong), 403, "code-refused")
        refused(Wire(lab, http).enrol(code), 403, "code-refused")

    def test_twenty_refusals_an_hour(self, ida: Wire, lab: Any, http: Any) -> None:
        laptop = Wire(lab, http)
        for _ in range(20):
            refused(laptop.enrol("0000000000"), 403, "code-refused")
        answer = laptop.enrol(lab.admin.code("Ida Holm"))
        refused(answer, 429, "too-many-tries")
        assert answer.headers["retry-after"] == "3600"
        lab.later(hours=1)
        assert laptop.enrol(lab.admin.code("Ida Holm")).status == 200

    def test_bad_key_does_not_use_the_code_up(self, ida: Wire, lab: Any, http: Any) -> None:
        code = lab.admin.code("Ida Holm")
        body = json.dumps({"code": code, "public_key": "AAAA"}).encode()
        refused(Wire(lab, http).send("/v1/devices", body, sign=False), 400, "bad-request")
        assert Wire(lab, http).enrol(code).status == 200

    def test_name_of_the_device_is_cleaned(self, ida: Wire) -> None:
        devices = ida.lab.admin.status()["devices"]
        assert isinstance(devices, list)
        assert devices[0]["name"] == "Ida[2Js bærbare"
