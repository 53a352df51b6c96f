"""T34: a request is taken once, at its time, as it was sent, from the laptop that made it; everything else is 401."""

import base64
import random
import secrets
from datetime import timedelta
from typing import Any

import pytest
from http_message_signatures import HTTPMessageSigner, algorithms

from sync.hub.auth import Headers, SignedRequest, authenticate
from sync.hub.problems import Refused
from sync.signatures import COMPONENTS, LABEL, TAG
from tests.contract.hub.conftest import BASE, Answer, FixedKey, Message, Wire
from tests.hub_lab import Lab

STATUS, PUSH, PULL = "/v1/sync/status", "/v1/sync/push", "/v1/sync/pull"
RANDOM_PROOFS = 10_000


def refused(answer: Answer, code: str = "signature") -> None:
    assert (answer.status, answer.code) == (401, code)


def signed(wire: Wire, *, method: str = "POST", path: str = STATUS, **parameters: Any) -> dict[str, str]:
    """Headers of a request whose parameters are free; one that is None is left out."""
    message = Message(method, BASE + path, {"Host": BASE.removeprefix("http://")})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=FixedKey(wire.key))
    given: dict[str, Any] = {
        "created": wire.lab.now,
        "nonce": secrets.token_hex(16),
        "tag": TAG,
        "key_id": wire.device,
    } | parameters
    signer.sign(message, label=LABEL, covered_component_ids=COMPONENTS, body=b"{}", **given)
    return message.headers


@pytest.mark.parametrize("path", [STATUS, PUSH, PULL])
def test_t34_a_replayed_nonce_is_refused(ida: Wire, path: str) -> None:
    nonce = secrets.token_hex(16)
    ida.post(STATUS, b"{}", signed(ida, nonce=nonce))
    refused(ida.post(path, b"{}", signed(ida, path=path, nonce=nonce)), "replayed")


def test_t34_a_nonce_is_remembered_as_long_as_its_signature_could_be_taken(ida: Wire) -> None:
    early = signed(ida, created=ida.lab.now + timedelta(seconds=60))
    assert ida.post(STATUS, b"{}", early).status == 200
    ida.lab.later(seconds=119)
    assert ida.send(STATUS, b"{}").status == 200  # it sweeps
    refused(ida.post(STATUS, b"{}", early), "replayed")
    ida.lab.later(seconds=2)
    refused(ida.post(STATUS, b"{}", early), "clock")


def test_t34_other_method(ida: Wire) -> None:
    refused(ida.post(STATUS, b"{}", signed(ida, method="GET")))


def test_t34_other_path(ida: Wire) -> None:
    refused(ida.post(PULL, b"{}", signed(ida)))


def test_t34_other_body(ida: Wire) -> None:
    refused(ida.post(STATUS, b'{"v":1}', signed(ida)))


def test_t34_other_host(ida: Wire) -> None:
    refused(ida.post(STATUS, b"{}", signed(ida) | {"Host": "andet.invalid"}))


@pytest.mark.parametrize("seconds", [-61, 61])
def test_t34_made_at_another_time(ida: Wire, seconds: int) -> None:
    refused(ida.post(STATUS, b"{}", signed(ida, created=ida.lab.now + timedelta(seconds=seconds))), "clock")


@pytest.mark.parametrize("seconds", [-60, 60])
def test_t34_a_minute_is_close_enough(ida: Wire, seconds: int) -> None:
    assert ida.post(STATUS, b"{}", signed(ida, created=ida.lab.now + timedelta(seconds=seconds))).status == 200


def test_t34_other_key(ida: Wire, lab: Lab, http: Any) -> None:
    refused(ida.post(STATUS, b"{}", signed(Wire(lab, http, device=ida.device))))


@pytest.mark.parametrize("nonce", [None, "", "short", "x" * 65])
def test_t34_missing_nonce(ida: Wire, nonce: str | None) -> None:
    refused(ida.post(STATUS, b"{}", signed(ida, nonce=nonce)))


@pytest.mark.parametrize("gone", ["Signature", "Signature-Input", "Content-Digest"])
def test_t34_missing_header(ida: Wire, gone: str) -> None:
    headers = signed(ida)
    del headers[gone]
    refused(ida.post(STATUS, b"{}", headers))


def request(headers: dict[str, str]) -> SignedRequest:
    """A request as the hub's edge hands it on."""
    return SignedRequest("POST", BASE + STATUS, Headers(list(headers.items())))


def test_t34_ten_thousand_random_proofs(ida: Wire, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half are noise of the right length, half a right signature with one bit changed; none is taken."""
    chance = random.Random(seed)
    headers = {name.lower(): value for name, value in signed(ida).items()}
    right = base64.b64decode(headers["signature"].split(":")[1])
    service, said = ida.lab.service, set()
    device = service.device(ida.device)
    monkeypatch.setattr(service, "device", lambda _: device)  # the database has no part in this
    monkeypatch.setattr(service, "note", lambda *_: None)
    for n in range(RANDOM_PROOFS):
        proof = bytearray(right if n % 2 else chance.randbytes(64))
        proof[chance.randrange(64)] ^= 1 << chance.randrange(8)
        lines = headers | {"signature": f"{LABEL}=:{base64.b64encode(proof).decode()}:"}
        try:
            said.add(
                authenticate(service, SignedRequest("POST", BASE + STATUS, Headers(list(lines.items()))), b"{}").id
            )
        except Refused as refusal:
            said.add(refusal.problem.code)
    assert said == {"signature"}
    assert (
        authenticate(service, request(headers), b"{}").id == ida.device
    )  # or the ten thousand would have shown nothing
