"""The hub over HTTP: litestar routes around `HubService`.

Each handler reads the whole capped body, checks the signature over the bytes as sent, works in a thread, commits
and only then answers. Everything that goes wrong is a problem document; nothing of a body is ever logged.
"""

import logging
import time
from collections.abc import AsyncIterator, Callable
from email.utils import format_datetime
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from sync.hub.auth import Headers, SignedRequest, authenticate
from sync.hub.bodies import decoded, encoded, inflated
from sync.hub.limits import ALARM, Limits
from sync.hub.metrics import Metrics
from sync.hub.problems import Refused, problem
from sync.hub.service import HubService
from sync.hub.state import Actor
from sync.protocol import (
    MAX_BODY,
    PROTOCOL,
    DevicesRequest,
    EnrolRequest,
    LostRequest,
    Problem,
    PullRequest,
    PushRequest,
    StatusRequest,
    WipedRequest,
)

_log = logging.getLogger("jobcenter_hub")
Work = Callable[[], msgspec.Struct]


async def _body(request: Request[Any, Any, Any]) -> bytes:
    """The body as sent; reading stops at the cap."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BODY:
        raise Refused("too-large")
    parts: list[bytes] = []
    size = 0
    stream: AsyncIterator[bytes] = request.stream()
    async for part in stream:
        size += len(part)
        if size > MAX_BODY:
            raise Refused("too-large")
        parts.append(part)
    return b"".join(parts)


class Endpoints:
    """The messages, a sign of life, and whether there is anything to ask for."""

    def __init__(self, service: HubService, limits: Limits, metrics: Metrics) -> None:
        self.service = service
        self.limits = limits
        self.metrics = metrics

    def routes(self) -> list[Any]:
        """The route handlers."""
        return [
            self._route("/v1/devices", self._enrol),
            self._route("/v1/sync/status", self._status),
            self._route("/v1/sync/push", self._push),
            self._route("/v1/sync/pull", self._pull),
            self._route("/v1/devices/list", self._devices),
            self._route("/v1/devices/lost", self._lost),
            self._route("/v1/devices/wiped", self._wiped),
            self._alive(),
            self._ready(),
        ]

    def _alive(self) -> Any:
        @get("/v1/alive", sync_to_thread=False)
        def alive() -> Response[bytes]:
            return self._response(b"{}", "application/json", 200, False)

        return alive

    def _ready(self) -> Any:
        @get("/v1/ready", sync_to_thread=True)
        def ready() -> Response[bytes]:
            if not self.service.ready():
                return self.refusal(problem("not-ready"), 5)
            return self._response(b"{}", "application/json", 200, False)

        return ready

    def _route(self, path: str, answer: Callable[[SignedRequest, bytes], msgspec.Struct]) -> Any:
        from litestar.concurrency import sync_to_thread  # late: only a running hub needs it

        @post(path, status_code=200, name=path)
        async def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
            started = time.perf_counter()
            status, code = 200, ""
            try:
                body = await _body(request)
                signed = _signed(request)
                gzip_wanted = "gzip" in request.headers.get("accept-encoding", "")

                def work() -> tuple[bytes, bool]:
                    return encoded(answer(signed, body), gzip_wanted)

                content, zipped = await sync_to_thread(work)
                return self._response(content, "application/json", 200, zipped)
            except Refused as refused:
                status, code = refused.problem.status, refused.problem.code
                return self.refusal(refused.problem, refused.retry_after)
            except (OperationalError, NoConnection):  # a full or locked disk, or too many at once
                status, code = 503, "busy"
                return self.refusal(problem("busy"), 5)
            except Exception as error:
                # the message of an exception may quote a value, so only its type is written down
                status, code = 500, type(error).__name__
                return self.refusal(problem("broken"))
            finally:
                spent = time.perf_counter() - started
                self.metrics.answered(path, status, code, spent)
                told = {"event": "answered", "path": path, "status": status, "code": code, "ms": round(spent * 1000)}
                _log.info("%s %s %s %.0f ms", path, status, code or "ok", spent * 1000, extra=told)

        return handler

    def _decoded(self, signed: SignedRequest, body: bytes, kind: type[Any]) -> Any:
        encoding = dict(signed.headers.items()).get("content-encoding", "").strip().lower()
        return decoded(inflated(body, encoding), kind)

    def _actor(self, signed: SignedRequest, body: bytes) -> Actor:
        """Who asks, if they may ask again already; the limit is for those who proved who they are."""
        actor = authenticate(self.service, signed, body).actor
        device = actor.device_id or ""
        word = self.limits.ask(device)
        if word.alarm:
            self.service.note("limit", device)
            self.metrics.alarmed()
            most = ALARM * self.limits.per_minute
            told = {"event": "limit", "device": device, "per_minute": most}
            _log.warning("device %s asks more than %s times a minute", device, most, extra=told)
        if word.wait:
            raise Refused("too-often", retry_after=word.wait)
        return actor

    def _enrol(self, signed: SignedRequest, body: bytes) -> msgspec.Struct:
        return self.service.enrol(self._decoded(signed, body, EnrolRequest))

    def _status(self, signed: SignedRequest, body: bytes) -> msgspec.Struct:
        actor = self._actor(signed, body)
        return self.service.status(actor, self._decoded(signed, body, StatusRequest))

    def _push(self, signed: SignedRequest, body: bytes) -> msgspec.Struct:
        actor = self._actor(signed, body)
        return self.service.push(actor, self._decoded(signed, body, PushRequest))

    def _pull(self, signed: SignedRequest, body: bytes) -> msgspec.Struct:
        actor = self._actor(signed, body)
        page = self.service.pull(actor, self._decoded(signed, body, PullRequest))
        if page.more:
            self.limits.moved_on(actor.device_id or "", sum(cursor.seq for cursor in page.next.values()))
        return page

    def _devices(self, signed: SignedRequest, body: bytes) -> msgspec.Struct:
        actor = self._actor(signed, body)
        self._decoded(signed, body, DevicesRequest)
        return self.service.devices(actor)

    def _lost(self, signed: SignedRequest, body: bytes) -> msgspec.Struct:
        actor = self._actor(signed, body)
        return self.service.lost(actor, self._decoded(signed, body, LostRequest))

    def _wiped(self, signed: SignedRequest, body: bytes) -> msgspec.Struct:
        # the laptop has no key any more; what it says it signed before
        return self.service.wiped(self._decoded(signed, body, WipedRequest))

    def refusal(self, said: Problem, retry_after: int | None = None) -> Response[bytes]:
        """A problem document."""
        response = self._response(msgspec.json.encode(said), "application/problem+json", said.status, False)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    def _response(self, content: bytes, media_type: str, status: int, zipped: bool) -> Response[bytes]:
        headers = {
            "Sync-Protocol": PROTOCOL,
            "Cache-Control": "no-store",
            "Accept-Encoding": "gzip",
            "Date": format_datetime(self.service.clock(), usegmt=True),
        }
        if zipped:
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=media_type, status_code=status, headers=headers)


def _signed(request: Request[Any, Any, Any]) -> SignedRequest:
    lines = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in request.scope["headers"]]
    host = next((v for k, v in lines if k == "host"), "")
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or request.scope["path"]
    return SignedRequest(request.method, f"{request.scope['scheme']}://{host}{path}", Headers(lines))


def make_app(service: HubService, limits: Limits | None = None, metrics: Metrics | None = None) -> Litestar:
    """The ASGI application of an open hub; without `limits` a laptop may ask as often as it likes."""
    endpoints = Endpoints(service, limits or Limits(0, time.monotonic), metrics or Metrics())

    def outside(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = {404: "not-found", 405: "method"}.get(status, "broken" if status >= 500 else "bad-request")
        return endpoints.refusal(problem(code))

    return Litestar(
        route_handlers=endpoints.routes(),
        exception_handlers={Exception: outside},
        openapi_config=None,
        logging_config=None,
        on_shutdown=[service.store.close],
    )
