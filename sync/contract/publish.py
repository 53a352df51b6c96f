"""Writes the contract files from the Structs: `python -m sync.contract.publish`. A test fails when they drift.

A vendor needs nothing but these files to build a hub or a client of their own, so they also say what a schema
cannot: how a request is signed, what a scope is, which fields merge together.
"""

import inspect
import sys
from pathlib import Path
from typing import Any

import msgspec

from sync.hub.problems import catalogue
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
_ALWAYS = ("bad-request", "too-large", "encoding", "broken", "busy")
"""Problems of every address that takes a message."""
_SIGNED = (*_ALWAYS, "signature", "device-unknown", "device-revoked", "clock", "replayed", "too-often")
"""Problems of every address that asks who speaks."""
_ROUTES: tuple[tuple[str, str, type, type, tuple[str, ...]], ...] = (
    (
        *("/v1/devices", "Enrol a device with a one-time code", EnrolRequest, EnrolAnswer),
        (*_ALWAYS, "code-refused", "too-many-tries"),
    ),
    ("/v1/sync/status", "Ask where the feeds end", StatusRequest, StatusAnswer, (*_SIGNED, "history-diverged")),
    (
        *("/v1/sync/push", "Hand in operations", PushRequest, PushAnswer),
        (*_SIGNED, "history-diverged", "too-many-items"),
    ),
    ("/v1/sync/pull", "Fetch the next page of changes", PullRequest, PullAnswer, (*_SIGNED, "history-diverged")),
    ("/v1/devices/list", "Which laptops a person has", DevicesRequest, DevicesAnswer, _SIGNED),
    ("/v1/devices/lost", "Shut a lost laptop of one's own out", LostRequest, DevicesAnswer, (*_SIGNED, "not-found")),
    (
        "/v1/devices/wiped",
        "Say that a wipe was carried out",
        WipedRequest,
        WipedAnswer,
        (*_ALWAYS, "not-found"),
    ),
)
_SIGNS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("/v1/alive", "Whether the process answers", ()),
    ("/v1/ready", "Whether the database can be reached and is at this program's schema", ("not-ready", "broken")),
)
"""What whoever watches the hub asks with GET, unsigned."""
_ELSEWHERE = ("method",)
"""Problems of no address in this file: of another method. A path that is not here is `not-found` too."""
_LATER = frozenset({429, 503})
"""Statuses that say in Retry-After when to come again."""
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
    schemas["OpAnswer"]["properties"]["problem"]["x-codes"] = _of_operations()
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Jobcenter hub",
            "version": PROTOCOL,
            "summary": "Offline-first sync of a broker's caseload",
            "description": _description(),
        },
        "paths": {route[0]: {"post": _operation(*route)} for route in _ROUTES}
        | {sign[0]: {"get": _sign(*sign)} for sign in _SIGNS},
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


def _operation(path: str, title: str, request: type, answer: type, codes: tuple[str, ...]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{answer.__name__}"}
    return {
        "operationId": path.removeprefix("/v1/").removeprefix("sync/").replace("/", "-"),
        "summary": title,
        "security": [{"device": []}] if set(codes) >= set(_SIGNED) else [],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{request.__name__}"}}},
        },
        "responses": _responses(inspect.cleandoc(answer.__doc__ or ""), schema, codes),
    }


def _sign(path: str, title: str, codes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "operationId": path.rsplit("/", 1)[1],
        "summary": title,
        "security": [],
        "responses": _responses("Yes", {"type": "object", "maxProperties": 0}, codes),
    }


def _responses(well: str, schema: dict[str, Any], codes: tuple[str, ...]) -> dict[str, Any]:
    """The answer when all is well, and one response a status with the codes of the problems that have it."""
    known = catalogue()
    found: dict[str, Any] = {
        "200": {"description": well, "headers": _headers(200), "content": {"application/json": {"schema": schema}}}
    }
    for status in sorted({known[code].status for code in codes}):
        here = sorted(code for code in codes if known[code].status == status)
        narrowed = [{"$ref": "#/components/schemas/Problem"}, {"properties": {"code": {"enum": here}}}]
        found[str(status)] = {
            "description": "; ".join(f"`{code}`: {known[code].title} (retry: {known[code].retry})" for code in here),
            "headers": _headers(status),
            "content": {"application/problem+json": {"schema": {"allOf": narrowed}}},
        }
    return found


def _headers(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Sync-Protocol": {"required": True, "schema": {"type": "string", "const": PROTOCOL}},
        "Cache-Control": {"required": True, "schema": {"type": "string", "const": "no-store"}},
        "Date": {"required": True, "schema": {"type": "string"}, "description": "the hub's time (RFC 9110)"},
    }
    if status in _LATER:
        found["Retry-After"] = {
            "required": True,
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
            "description": "seconds until it is worth coming again",
        }
    return found


def _of_operations() -> dict[str, str]:
    """What one operation may be refused for, by code."""
    named = [*(route[4] for route in _ROUTES), *(sign[2] for sign in _SIGNS), _ELSEWHERE]
    elsewhere = {code for codes in named for code in codes}
    return {code: f"{one.title} (retry: {one.retry})" for code, one in catalogue().items() if code not in elsewhere}


def _description() -> str:
    import sync.protocol  # late: only its text is needed here

    return (
        f"{inspect.cleandoc(sync.protocol.__doc__ or '')}\n\n"
        f"Bodies are at most {MAX_BODY} bytes, as sent and inflated; requests may be gzipped. "
        "Documents of records are described by the files in `records/`. Properties nobody knows are kept. "
        "A path that is not in this file is answered with 404 `not-found`, another method with 405 `method`."
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
