"""The hub speaks as its published OpenAPI says, whatever it is sent: schemathesis draws the messages."""

import json
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import validator_for

from sync.contract.publish import FOLDER
from sync.hub.problems import catalogue
from tests.contract.hub.conftest import Wire

SPEC = json.loads((FOLDER / "openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(SPEC)
BRIEF = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.parametrize("path", sorted(path for path, methods in SPEC["paths"].items() if "post" in methods))
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
    assert routes == {(path, method.upper()) for path, methods in SPEC["paths"].items() for method in methods}


def test_every_problem_of_the_hub_is_in_the_contract_and_no_other() -> None:
    answers = [one for methods in SPEC["paths"].values() for one in methods.values()]
    schemas = [
        said["content"]["application/problem+json"]["schema"]
        for one in answers
        for status, said in one["responses"].items()
        if status != "200"
    ]
    of_requests = {code for schema in schemas for code in schema["allOf"][1]["properties"]["code"]["enum"]}
    of_operations = set(SPEC["components"]["schemas"]["OpAnswer"]["properties"]["problem"]["x-codes"])
    assert of_requests.isdisjoint(of_operations)
    assert of_requests | of_operations | {"not-found", "method"} == set(catalogue())


def test_whatever_may_be_tried_later_says_when() -> None:
    for methods in SPEC["paths"].values():
        for one in methods.values():
            for status, said in one["responses"].items():
                assert ("Retry-After" in said["headers"]) == (status in ("429", "503"))
