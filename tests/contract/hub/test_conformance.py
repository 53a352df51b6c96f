"""The hub speaks as its published OpenAPI says, whatever it is sent: schemathesis draws the messages."""

import json
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import validator_for

from sync.contract.publish import FOLDER
from tests.contract.hub.conftest import Wire

SPEC = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(SPEC)
BRIEF = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.parametrize("path", sorted(SPEC["paths"]))
def test_every_answer_is_one_the_contract_names(ida: Wire, path: str) -> None:
    operation = SPEC["paths"][path]["post"]
    seen: set[int] = set()

    @BRIEF
    @given(SCHEMA[path]["POST"].as_strategy())
    def conforms(case: Any) -> None:
        body = msgspec.json.encode(case.body)
        answer = ida.send(path, body, sign=path != "/v1/devices")
        seen.add(answer.status)
        assert str(answer.status) in operation["responses"], answer.body
        response = operation["responses"][str(answer.status)]
        kind = answer.headers["content-type"].partition(";")[0]
        schema = {**response["content"][kind]["schema"], "components": SPEC["components"]}
        validator_for(schema).validate(answer.body)
        assert answer.headers["sync-protocol"] == "2"
        assert answer.status < 500

    conforms()
    assert seen


def test_hub_serves_what_the_contract_names_and_nothing_else(ida: Wire) -> None:
    routes = {(route.path, m) for route in ida.http.app.routes for m in route.methods if m != "OPTIONS"}
    assert routes == {(path, "POST") for path in SPEC["paths"]} | {("/v1/alive", "GET"), ("/v1/ready", "GET")}
