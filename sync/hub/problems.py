"""The hub's refusals by code: what is wrong, in English without values, and whether sending again can help."""

from typing import Literal

import msgspec

from sync.protocol import Problem

Retry = Literal["same-op", "new-op", "wait", "never"]

_KNOWN: dict[str, tuple[int, Retry, str]] = {
    # one operation
    "malformed": (422, "new-op", "this is not an operation"),
    "op-id-reuse": (422, "never", "this operation id was used for another content"),
    "not-entitled": (404, "never", "there is no such record or scope for this person"),
    "unknown-type": (422, "wait", "this hub does not know the record type yet"),
    "schema-too-new": (422, "wait", "the record was written by a newer program than this hub knows"),
    "validation": (422, "new-op", "the record breaks the contract"),
    "wrong-scope": (422, "new-op", "the record may not lie in this scope"),
    "answered-by-others": (422, "never", "an offer is answered by whom it was made to, or withdrawn by whom made it"),
    "append-only": (422, "new-op", "a fact is corrected by a new record, never changed"),
    "hub-writes-only": (422, "never", "only the hub writes records of this type"),
    "tx-partner-refused": (422, "same-op", "another operation saved together with this one was refused"),
    # a whole request
    "signature": (401, "same-op", "the request is not signed by a known device"),
    "device-unknown": (401, "never", "this device is not enrolled here"),
    "device-revoked": (401, "never", "this device was reported lost; the hub takes nothing from it"),
    "replayed": (401, "same-op", "the request was seen before; sign it anew"),
    "clock": (401, "same-op", "the device's clock is off; sign with the time of the Date header"),
    "code-refused": (403, "never", "the code is wrong, used or too old; ask for a new one"),
    "too-many-tries": (429, "wait", "too many refused codes within the hour; try again later"),
    "too-often": (429, "same-op", "this device asks too often; come again after the seconds of Retry-After"),
    "not-found": (404, "never", "there is nothing here"),
    "method": (405, "never", "only POST is spoken here"),
    "history-diverged": (409, "wait", "the cursor or the push is not of this hub's history"),
    "too-large": (413, "new-op", "the body is larger than allowed"),
    "encoding": (415, "new-op", "the body's encoding is not gzip, or is broken"),
    "too-many-items": (422, "new-op", "a body holds at most 500 items"),
    "bad-request": (400, "new-op", "the body is not the JSON object this address takes"),
    "broken": (500, "same-op", "the hub failed; nothing of the request was kept"),
    "not-ready": (503, "wait", "the database cannot be reached, or is not at this program's schema"),
    "busy": (503, "same-op", "the hub cannot serve now"),
}


class Refused(Exception):
    """A whole request is refused."""

    def __init__(self, code: str, detail: str = "", retry_after: int | None = None, order: str = "") -> None:
        super().__init__(code)
        self.problem = msgspec.structs.replace(problem(code, detail), order=order)
        self.retry_after = retry_after


def problem(code: str, detail: str = "", pointer: str | None = None) -> Problem:
    """The problem document of a code."""
    status, retry, title = _KNOWN[code]
    return Problem(code=code, title=title, status=status, detail=detail, retry=retry, pointer=pointer)


def catalogue() -> dict[str, Problem]:
    """Every problem this hub may name, by code."""
    return {code: problem(code) for code in _KNOWN}
