"""A hub behind its HTTP app, and a laptop that signs by the library rather than by our own transport."""

import base64
import gzip
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms
from litestar.testing import TestClient
from sqlalchemy import URL

from sync.hub.app import make_app
from sync.protocol import EnrolAnswer, EnrolRequest
from sync.signatures import COMPONENTS, LABEL, TAG
from tests.hub_lab import Lab

BASE = "http://testserver.local"


class FixedKey(HTTPSignatureKeyResolver):
    """The one key of a laptop, whatever it is called."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self.key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self.key


@dataclass
class Message:
    """A request about to be signed."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any
    raw: bytes = b""

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


@dataclass
class Wire:
    """One laptop on the wire."""

    lab: Lab
    http: Any
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    device: str = ""
    staff: str = ""

    def enrol(self, code: str) -> Answer:
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        body = msgspec.json.encode(EnrolRequest(code=code, public_key=public, device_name="Ida\x1b[2Js bærbare"))
        answer = self.send("/v1/devices", body, sign=False)
        if answer.status == 200:
            enrolled = msgspec.convert(answer.body, EnrolAnswer)
            self.device, self.staff = enrolled.device_id, enrolled.staff_id
        return answer

    def signed(
        self, path: str, body: bytes, *, created: datetime | None = None, nonce: str | None = None, tag: str = TAG,
        cover: tuple[str, ...] = COMPONENTS, headers: dict[str, str] | None = None,
    ) -> dict[str, str]:  # fmt: skip
        """Headers of a signed request."""
        message = Message("POST", BASE + path, {"Host": BASE.removeprefix("http://"), **(headers or {})})
        signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=FixedKey(self.key))
        signer.sign(
            message, key_id=self.device, created=created or self.lab.now, nonce=nonce or secrets.token_hex(16),
            label=LABEL, tag=tag, covered_component_ids=cover, body=body if "content-digest" in cover else None,
        )  # fmt: skip
        return message.headers

    def send(self, path: str, body: bytes, *, sign: bool = True, headers: dict[str, str] | None = None) -> Answer:
        """Send a body, signed unless told otherwise."""
        lines = self.signed(path, body, headers=headers) if sign else dict(headers or {})
        return self.post(path, body, lines)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send as it is."""
        got = self.http.post(path, content=body, headers=headers)
        kind = got.headers.get("content-type", "")
        return Answer(got.status_code, dict(got.headers), got.json() if "json" in kind else got.content, got.content)

    def ask(self, path: str, message: object) -> Answer:
        """A message, gzipped and signed."""
        body = gzip.compress(msgspec.json.encode(message), 6)
        return self.send(path, body, headers={"Content-Encoding": "gzip"})


@pytest.fixture
def lab(tmp_path: Path, database: URL | None) -> Iterator[Lab]:
    lab = Lab.at(tmp_path / "hub", database)
    yield lab
    lab.service.store.close()


@pytest.fixture
def http(lab: Lab) -> Iterator[Any]:
    with TestClient(make_app(lab.service), base_url=BASE) as client:
        yield client


@pytest.fixture
def unknown(lab: Lab, http: Any) -> Wire:
    """A laptop that is not enrolled."""
    return Wire(lab, http)


@pytest.fixture
def ida(lab: Lab, unknown: Wire) -> Wire:
    """Ida's laptop, enrolled."""
    lab.admin.add_member("Ida Holm")
    assert unknown.enrol(lab.admin.code("Ida Holm")).status == 200
    return unknown
