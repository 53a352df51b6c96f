"""The hub's own process behind a real port, sent signed requests drawn from its contract and plain nonsense.

No answer is a failure of the hub, and none is one the contract does not name: status, media type, headers, body and the
code of a problem. Longer: `pytest -m slow tests/contract/hub/test_running_hub.py`.
"""

import base64
import gzip
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, algorithms
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sync.contract.publish import FOLDER
from sync.protocol import EnrolRequest, PullRequest, PushRequest, StatusRequest
from sync.records import new_id
from sync.signatures import COMPONENTS, LABEL, TAG
from tests.contract.hub.conftest import FixedKey, Message
from tests.e2e.laptop import Hub
from tests.hub_lab import make

SPEC = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(SPEC)
POSTS = sorted(path for path, methods in SPEC["paths"].items() if "post" in methods)
SIGNED = [path for path in POSTS if SPEC["paths"][path]["post"]["security"]]
GETS = sorted(path for path, methods in SPEC["paths"].items() if "get" in methods)
CHECKS: list[Any] = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
]
MODES = list(GenerationMode)


def drawn(count: int) -> settings:
    """So many examples, the same ones each time."""
    return settings(
        max_examples=count, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@dataclass
class Device:
    """An enrolled laptop that sends what it is told to, signed."""

    url: str
    http: httpx.Client
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    id: str = ""
    seen: Counter[int] = field(default_factory=Counter)

    def enrol(self, code: str) -> None:
        """Take the identity the hub gives."""
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        body = msgspec.json.encode(EnrolRequest(code=code, public_key=public, device_name="Idas bærbare"))
        self.id = str(self.http.post(f"{self.url}/v1/devices", content=body).json()["device_id"])

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Send."""
        lines = {name: value for name, value in headers.items() if name.lower() not in ("content-length", "host")}
        if path in SIGNED:
            message = Message("POST", self.url + path, {"Host": self.url.removeprefix("http://"), **lines})
            signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=FixedKey(self.key))
            signer.sign(
                message, key_id=self.id, created=datetime.now(UTC), nonce=secrets.token_hex(16), label=LABEL, tag=TAG,
                covered_component_ids=COMPONENTS, body=body,
            )  # fmt: skip
            lines = message.headers
        answer = self.http.post(self.url + path, content=body, headers=lines)
        self.seen[answer.status_code] += 1
        return answer


def held(case: Any, answer: httpx.Response) -> None:
    """The answer is one the contract names."""
    case.validate_response(answer, checks=CHECKS)
    said = SPEC["paths"][case.path][case.method.lower()]["responses"][str(answer.status_code)]
    needed = {name.lower() for name, header in said["headers"].items() if header["required"]}
    assert needed <= set(answer.headers), "a header the contract promises is missing"


@pytest.fixture(scope="module")
def unlimited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    """A laptop at a hub that lets it ask as often as it likes."""
    with Hub(tmp_path_factory.mktemp("running") / "hub", "--per-minute", "0") as hub, httpx.Client(timeout=30) as http:
        hub.run("broker", "add", "Ida Holm")
        device = Device(hub.url, http)
        device.enrol(hub.code("Ida Holm"))
        yield device


def conversation(device: Device, path: str, mode: GenerationMode, count: int) -> None:
    """Messages drawn from the contract, or from what it forbids."""

    @drawn(count)
    @given(SCHEMA[path]["POST"].as_strategy(generation_mode=mode))
    def conforms(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=device.url)
        taken = {name: sent[name] for name in ("headers", "json", "data", "params") if name in sent}
        prepared = requests.Request("POST", sent["url"], **taken).prepare()
        body = prepared.body or b""
        assert isinstance(body, bytes | str)
        headers = {name: str(value) for name, value in (prepared.headers or {}).items()}
        held(case, device.post(path, body.encode() if isinstance(body, str) else body, headers))

    conforms()


VALID = st.sampled_from(
    [
        msgspec.json.encode(StatusRequest()),
        msgspec.json.encode(PullRequest(cursors={}, limit=3)),
        msgspec.json.encode(
            PushRequest(
                batch=new_id(),
                items=[msgspec.Raw(msgspec.json.encode(make("company", new_id(), "shared", {"name": "A"})))],
            )
        ),
    ]
)
BODIES = st.one_of(
    VALID,
    st.binary(max_size=200),
    VALID.flatmap(lambda body: st.integers(0, len(body)).map(lambda at: body[:at])),
    VALID.flatmap(lambda body: st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)).map(
        lambda hit: body[: hit[0]] + bytes([hit[1]]) + body[hit[0] + 1 :])),
    st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["batch", "items", "cursors", "limit", "v", "code", ""]), inner), max_leaves=20,
    ).map(msgspec.json.encode),
    st.integers(1, 3000).map(lambda depth: b"[" * depth),
)  # fmt: skip
PACKINGS = st.sampled_from(["", "identity", "gzip", "GZIP", "br", "gzip, gzip", "zstd"])


def nonsense(device: Device, path: str, count: int) -> None:
    """Bytes of any kind, well signed, packed as they say or not."""

    @drawn(count)
    @given(BODIES, PACKINGS, st.booleans())
    def conforms(body: bytes, packing: str, honest: bool) -> None:
        if honest and packing.lower() == "gzip":
            body = gzip.compress(body, mtime=0)
        headers = {"Content-Type": "application/json"} | ({"Content-Encoding": packing} if packing else {})
        held(SCHEMA[path]["POST"].Case(), device.post(path, body, headers))

    conforms()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("path", POSTS)
def test_a_running_hub_answers_as_its_contract_says(unlimited: Device, path: str, mode: GenerationMode) -> None:
    conversation(unlimited, path, mode, 20)


@pytest.mark.parametrize("path", POSTS)
def test_a_running_hub_answers_nonsense_as_its_contract_says(unlimited: Device, path: str) -> None:
    nonsense(unlimited, path, 40)


@pytest.mark.slow
@pytest.mark.parametrize("path", POSTS)
def test_a_running_hub_answers_for_long_as_its_contract_says(unlimited: Device, path: str) -> None:
    unlimited.seen.clear()
    for mode in MODES:
        conversation(unlimited, path, mode, 300)
    nonsense(unlimited, path, 800)
    print(f"{path}: {unlimited.seen.total()} requests, answers {dict(sorted(unlimited.seen.items()))}")


@pytest.mark.parametrize("path", GETS)
def test_the_signs_of_a_running_hub_are_in_its_contract(unlimited: Device, path: str) -> None:
    answer = unlimited.http.get(unlimited.url + path)
    held(SCHEMA[path]["GET"].Case(), answer)
    assert answer.status_code == 200


def test_a_body_too_large_is_answered_as_the_contract_says(unlimited: Device) -> None:
    for body, packing in ((b"0" * (16 * 1024 * 1024 + 1), ""), (gzip.compress(b"0" * (17 * 1024 * 1024)), "gzip")):
        headers = {"Content-Encoding": packing} if packing else {}
        answer = unlimited.post("/v1/sync/push", body, headers)
        held(SCHEMA["/v1/sync/push"]["POST"].Case(), answer)
        assert answer.status_code == 413


def test_who_asks_too_often_is_answered_as_the_contract_says(tmp_path: Path) -> None:
    with Hub(tmp_path / "hub", "--per-minute", "3") as hub, httpx.Client(timeout=30) as http:
        hub.run("broker", "add", "Ida Holm")
        device = Device(hub.url, http)
        device.enrol(hub.code("Ida Holm"))
        for _ in range(5):
            held(SCHEMA["/v1/sync/status"]["POST"].Case(), device.post("/v1/sync/status", b"{}", {}))
        for _ in range(25):
            body = b'{"code":"AAAA-BBBB-CCCC","public_key":"' + base64.b64encode(bytes(32)) + b'","device_name":"x"}'
            held(SCHEMA["/v1/devices"]["POST"].Case(), device.post("/v1/devices", body, {}))
        assert device.seen[429] > 2, dict(device.seen)
