"""The line of one laptop: the real HTTP client above, the hub below, and between them what hotels and trains do."""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

import httpx
import msgspec

from sync.protocol import PROTOCOL, Op, PushRequest
from sync.transport import HttpHub
from tests.simulation.backends import HubDown
from tests.simulation.history import Broken
from tests.simulation.hub import Answer, SimulatedHub

FAULTS = (
    *(
        "drop request",
        "drop answer",
        "cut request",
        "cut answer",
        "twice",
        "late copy",
        "old answer",
        "old answer",
        "empty",
    ),
    "half taken",
    *("corrupt", "portal page", "redirect", "login 511", "busy 503", "busy 429", "gateway 502", "broken 500"),
    *("forbidden 403", "hub stops before commit", "hub stops after commit"),
)
BASE = "http://127.0.0.1:1"
MOST_REQUESTS = 400
"""A run that asks more often than this has gone in circles."""


class Unsigned(HttpHub):
    """The client without its signature, which has tests of its own and costs more than all the rest."""

    def _sign(self, url: str, headers: dict[str, str], body: bytes) -> None:
        """Nothing to sign."""


class Interruption(Protocol):
    """What happens elsewhere while a request is on its way."""

    def __call__(self) -> None: ...


class _Pieces(httpx.SyncByteStream):
    def __init__(self, content: bytes, cut: bool) -> None:
        self.content, self.cut = content, cut

    def __iter__(self) -> Iterator[bytes]:
        yield self.content
        if self.cut:
            raise httpx.ReadError("the line is gone")


@dataclass
class Run:
    """One sync: what may go wrong in it, and what went over the line."""

    chance: Random
    risk: float
    requests: int = 0
    same: Counter[bytes] = field(default_factory=Counter)
    diverged: bool = False
    taken_away: set[str] = field(default_factory=set)


class Line(httpx.BaseTransport):
    """A transport that passes requests to the hub in process."""

    def __init__(self, hub: SimulatedHub, device_id: str, faults: "Counter[str]") -> None:
        self.hub, self.device_id, self.faults = hub, device_id, faults
        self.run = Run(Random(0), 0.0)
        self.meanwhile: Interruption = lambda: None
        self.heard: Callable[[str, bytes, Answer], None] = lambda path, body, answer: None
        self._sent: list[tuple[str, bytes, str]] = []
        self._answers: dict[str, list[Answer]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path, body = request.url.path, request.read()
        packing = request.headers.get("Content-Encoding", "")
        run = self.run
        run.requests += 1
        run.same[path.encode() + body] += 1
        if run.requests > MOST_REQUESTS:
            raise Broken("I8", f"more than {MOST_REQUESTS} requests in one run")
        self.meanwhile()
        fault = run.chance.choice(FAULTS) if run.chance.random() < run.risk else ""
        if fault:
            self.faults[fault] += 1
        if fault in ("drop request",):
            raise httpx.ConnectError("no network")
        if fault in _INSTEAD:
            return _response(_INSTEAD[fault])
        if fault == "old answer" and path in self._answers:
            return _response(run.chance.choice(self._answers[path]))
        if fault == "cut request":
            body = body[: run.chance.randrange(len(body))]
        if fault == "half taken" and path.endswith("/push"):
            body = _half(body)
        if fault == "late copy" and self._sent:
            self._pass_on(*run.chance.choice(self._sent))
        if fault.startswith("hub stops"):
            self.hub.stop_at("before" if "before" in fault else "after")
        if fault == "twice":
            self._pass_on(path, body, packing)
        answer = self._pass_on(path, body, packing)
        self._sent = [*self._sent[-9:], (path, body, packing)]
        self._answers[path] = [*self._answers.get(path, [])[-4:], answer]
        self.heard(path, body, answer)
        return self._carried(answer, fault)

    def _pass_on(self, path: str, body: bytes, packing: str) -> Answer:
        try:
            return self.hub.handle(path, body, packing, self.device_id)
        except HubDown:
            self.faults["hub gone"] += 1
            self.hub.restart()
            raise httpx.RemoteProtocolError("the hub hung up") from None
        finally:
            self.hub.stop_at(None)

    def _carried(self, answer: Answer, fault: str) -> httpx.Response:
        status, headers, content = answer
        chance = self.run.chance
        if fault == "drop answer":
            raise httpx.ReadError("the line is gone")
        if fault == "cut answer":
            return _response((status, headers, content[: chance.randrange(len(content))]), cut=chance.random() < 0.5)
        if fault == "empty":
            return _response((status, headers, b""))
        if fault == "corrupt" and "Content-Encoding" in headers:  # bare JSON has TLS alone to guard it
            place = chance.randrange(len(content))
            content = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
            return _response((status, headers, content))
        return _response(answer)


def _half(body: bytes) -> bytes:
    """A push of which the hub gets to the first half only; saves are never torn."""
    try:
        asked = msgspec.json.decode(gzip.decompress(body), type=PushRequest)
    except (EOFError, OSError):
        return body
    ops = [msgspec.json.decode(raw, type=Op) for raw in asked.items]
    middle = len(ops) // 2
    while 0 < middle < len(ops) and ops[middle].tx and ops[middle].tx == ops[middle - 1].tx:
        middle -= 1
    part = msgspec.structs.replace(asked, items=asked.items[:middle])
    return gzip.compress(msgspec.json.encode(part), mtime=0)


_HTML = {"Content-Type": "text/html"}
_MARKED = {"Content-Type": "application/problem+json", "Sync-Protocol": PROTOCOL}
_INSTEAD: dict[str, Answer] = {
    "portal page": (200, _HTML, b"<html>Welcome! Accept our terms</html>"),
    "redirect": (302, _HTML | {"Location": "http://portal.invalid/"}, b""),
    "login 511": (511, _HTML, b"<html>log in</html>"),
    "busy 503": (503, _MARKED | {"Retry-After": "30"}, b'{"code":"busy","status":503}'),
    "busy 429": (429, _HTML, b"slow down"),
    "gateway 502": (502, _HTML, b"<html>bad gateway</html>"),
    "broken 500": (500, _MARKED, b'{"code":"broken","status":500}'),
    "forbidden 403": (403, _MARKED, b'{"code":"forbidden","status":403}'),
}


def _response(answer: Answer, *, cut: bool = False) -> httpx.Response:
    status, headers, content = answer
    return httpx.Response(status, headers=headers, stream=_Pieces(content, cut))
