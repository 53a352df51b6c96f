"""Writes the contract files from the Structs: `python -m sync.contract.publish`. A test fails when they drift.

A vendor needs nothing but these files to build a hub or a client of their own, so they also say what a schema
cannot: how a request is signed, what a scope is, which fields merge together.
"""

import inspect
import sys
from pathlib import Path
from typing import Any

import msgspec

from sync.protocol import (
    MAX_BODY,
    MAX_ITEMS,
    PROTOCOL,
    Change,
    DevicesAnswer,
    DevicesRequest,
    EnrolAnswer,
    EnrolRequest,
    LostRequest,
    Op,
    OpAnswer,
    Problem,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
    WipedAnswer,
    WipedRequest,
)
from sync.records import RECORD_TYPES, RecordType
from sync.records.types import SENSITIVE
from sync.signatures import ALGORITHM, COMPONENTS, MAX_SKEW, TAG

FOLDER = Path(__file__).parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MESSAGES = (
    *(EnrolRequest, EnrolAnswer, StatusRequest, StatusAnswer, PushRequest, PushAnswer, PullRequest, PullAnswer),
    *(DevicesRequest, DevicesAnswer, LostRequest, WipedRequest, WipedAnswer),
    *(Op, OpAnswer, Change, Problem),
)
_ROUTES: tuple[tuple[str, str, type, type, tuple[int, ...]], ...] = (
    ("/v1/devices", "Enrol a device with a one-time code", EnrolRequest, EnrolAnswer, (403, 429)),
    ("/v1/sync/status", "Ask where the feeds end", StatusRequest, StatusAnswer, (401, 409)),
    ("/v1/sync/push", "Hand in operations", PushRequest, PushAnswer, (401,)),
    ("/v1/sync/pull", "Fetch the next page of changes", PullRequest, PullAnswer, (401, 409)),
    ("/v1/devices/list", "Which laptops a person has", DevicesRequest, DevicesAnswer, (401,)),
    ("/v1/devices/lost", "Shut a lost laptop of one's own out", LostRequest, DevicesAnswer, (401, 404)),
    ("/v1/devices/wiped", "Tell that an order to wipe was carried out", WipedRequest, WipedAnswer, (404,)),
)
_ALWAYS = {
    400: "The body is not the JSON object this address takes",
    401: "The signature is missing, wrong, too old or used before",
    403: "The code is wrong, used or too old",
    404: "There is no such laptop or order",
    409: "The cursor is not of this hub's history",
    413: "The body is larger than allowed, as sent or inflated",
    415: "The content encoding is not gzip, or is broken",
    422: "Too many items",
    429: "Too many refused codes; see Retry-After",
    500: "The hub failed; nothing was kept",
    503: "The hub cannot serve now; see Retry-After",
}
_EVERY_ROUTE = (400, 413, 415, 422, 500, 503)
_RAW_ITEMS = {"PushRequest": "Op", "PushAnswer": "OpAnswer", "PullAnswer": "Change"}


def openapi() -> dict[str, Any]:
    """The protocol."""
    _, schemas = msgspec.json.schema_components(_MESSAGES, ref_template="#/components/schemas/{name}")
    for message, item in _RAW_ITEMS.items():
        # items travel raw so that one bad item is refused alone; what they should be is still known
        schemas[message]["properties"]["items"] = {
            "type": "array",
            "maxItems": MAX_ITEMS,
            "items": {"$ref": f"#/components/schemas/{item}"},
        }
    schemas["Op"]["properties"]["type"]["enum"] = [k for k, t in sorted(RECORD_TYPES.items()) if not t.hub_writes]
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Jobcenter hub",
            "version": PROTOCOL,
            "summary": "Offline-first sync of a broker's caseload",
            "description": _description(),
        },
        "paths": {route[0]: {"post": _operation(*route)} for route in _ROUTES},
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "device": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Signature",
                    "description": _signature(),
                }
            },
        },
    }


def _operation(path: str, title: str, request: type, answer: type, refusals: tuple[int, ...]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"Sync-Protocol": {"required": True, "schema": {"type": "string", "const": PROTOCOL}}}
    responses: dict[str, Any] = {
        "200": {
            "description": inspect.cleandoc(answer.__doc__ or ""),
            "headers": headers,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer.__name__}"}}},
        }
    }
    for status in sorted({*refusals, *_EVERY_ROUTE}):
        responses[str(status)] = {"description": _ALWAYS[status], "headers": headers, "content": problem}
    return {
        "operationId": path.rsplit("/", 1)[1],
        "summary": title,
        "security": [] if request in (EnrolRequest, WipedRequest) else [{"device": []}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{request.__name__}"}}},
        },
        "responses": responses,
    }


def _description() -> str:
    import sync.protocol  # late: only its text is needed here

    return (
        f"{inspect.cleandoc(sync.protocol.__doc__ or '')}\n\n"
        f"Bodies are at most {MAX_BODY} bytes, as sent and inflated; requests may be gzipped. "
        "Documents of records are described by the files in `records/`. Properties nobody knows are kept."
    )


def _signature() -> str:
    covered = " ".join(f'"{name}"' for name in COMPONENTS)
    return (
        f"RFC 9421 with {ALGORITHM}: covers {covered}, with the parameters created (at most {MAX_SKEW} seconds from "
        f'the hub\'s clock), nonce (used once), keyid (the device id), alg and tag="{TAG}". Content-Digest '
        "(RFC 9530, sha-256) is over the body as sent."
    )


def record_schema(kind: RecordType) -> dict[str, Any]:
    """The document of one record type."""
    schema = msgspec.json.schema(kind.struct, schema_hook=_anything, ref_template="#/$defs/{name}")
    definitions = schema["$defs"]
    own = definitions.pop(kind.struct.__name__)
    extra: dict[str, Any] = {"$defs": definitions} if definitions else {}
    return {
        "$schema": DIALECT,
        "$id": f"{kind.name}.json",
        **own,
        "additionalProperties": True,
        **extra,
        "x-version": kind.version,
        "x-scopes": list(kind.scopes),
        "x-append-only": kind.append_only,
        "x-hub-writes": kind.hub_writes,
        "x-merge-groups": [list(group) for group in kind.groups],
        "x-links": dict(kind.links),
        "x-sensitive": SENSITIVE.get(kind.name, {}),
    }


def _anything(kind: type) -> dict[str, Any]:
    """Values of a difference may be of any type."""
    if kind is object:
        return {"description": "any JSON value"}
    raise NotImplementedError(kind)


def files() -> dict[str, bytes]:
    """Every contract file by its name below the contract folder."""
    found = {"openapi.json": _text(openapi())}
    for name, kind in sorted(RECORD_TYPES.items()):
        found[f"records/{name}.json"] = _text(record_schema(kind))
    return found


def _text(value: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def publish(folder: Path = FOLDER) -> list[str]:
    """Write what changed, take away what is no longer a type; returns the names touched."""
    wanted = files()
    touched = []
    for name, content in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            touched.append(name)
    for path in (folder / "records").glob("*.json"):
        if f"records/{path.name}" not in wanted:
            path.unlink()
            touched.append(f"records/{path.name}")
    return touched


if __name__ == "__main__":
    for changed in publish():
        sys.stdout.write(f"{changed}\n")
