"""The way to a hub over HTTP: the only place that speaks it, and the only import of httpx.

Whatever comes back is the hub's answer only if everything says so: https to the configured host, no redirect, the
protocol's media type and header, a body that ends, unpacks within bounds and parses to its end. Anything else (the
hotel's login page, a proxy's apology) counts as no network and changes nothing.

Import this module late: httpx costs more than the first screen.
"""

import gzip
import ipaddress
import logging
import secrets
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from http_message_signatures import HTTPMessageSigner, algorithms

from sync.errors import BadAnswer, Cause, HubRefused, HubTrouble, NoNetwork, SyncError
from sync.ports import Clock, Signer
from sync.protocol import (
    MAX_BODY,
    PROTOCOL,
    DevicesAnswer,
    DevicesRequest,
    EnrolAnswer,
    EnrolRequest,
    LostRequest,
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
from sync.signatures import COMPONENTS, LABEL, TAG

CONNECT, READ, TOTAL = 5.0, 30.0, 60.0
"""Seconds: to be connected, between two pieces of an answer, for a whole exchange."""
GZIP_LEVEL = 3
"""134 bytes for an operation of 900 instead of 115 at level 6, for a third of the time."""
JSON = "application/json"
PROBLEM = "application/problem+json"
_BUSY = frozenset({408, 425, 429, 503})
_NOT_THE_HUB = frozenset({407, 511})
_CAUSES = {
    "clock": Cause.CLOCK,
    "enrolment-code": Cause.CODE_REFUSED,
    "code-refused": Cause.CODE_REFUSED,
    "device-unknown": Cause.DEVICE_UNKNOWN,
    "device-revoked": Cause.DEVICE_REVOKED,
    "history-diverged": Cause.HISTORY_DIVERGED,
    "client-too-old": Cause.TOO_OLD,
    "too-large": Cause.TOO_LARGE,
}
_STATUS_CAUSES = {401: Cause.DEVICE_UNKNOWN, 403: Cause.NOT_ALLOWED, 413: Cause.TOO_LARGE, 426: Cause.TOO_OLD}
T = TypeVar("T")


class _Message:
    """A request as the signature library looks at it."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.method = "POST"
        self.url = url
        self.headers = headers


def check_url(url: str) -> str:
    """The address of a hub without a slash at its end.

    Raises:
        SyncError: not https (plain http is for this very machine), or no address at all.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SyncError(Cause.INSECURE_URL) from None
    plain = parts.scheme == "http" and _is_this_machine(host)
    extras = parts.username or parts.password or parts.query or parts.fragment
    if not host or extras or not (parts.scheme == "https" or plain):
        raise SyncError(Cause.INSECURE_URL)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def network_seems_up(url: str, seconds: float = 1.0) -> bool:
    """Whether somebody listens at the hub's address; costs one connection and says nothing about who it is."""
    parts = urlsplit(url)
    try:
        address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        with socket.create_connection(address, timeout=seconds):
            return True
    except (OSError, ValueError):
        return False


class HttpHub:
    """A hub at the other end of a line; implements `sync.ports.Hub`.

    Args:
        base_url: its address, checked by `check_url`.
        signer: signs every request but the enrolment; None only for enrolling.
        clock: local time; corrected in memory if the hub says it is wrong.
        ca_file: an additional authority the municipality trusts, PEM.
        transport: another way to carry requests (tests).
    """

    def __init__(
        self,
        base_url: str,
        signer: Signer | None,
        clock: Clock,
        *,
        ca_file: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        _silence()
        self._base = check_url(base_url)
        self._signer = signer
        self._clock = clock
        self._offset = timedelta()
        self._up = self._down = 0
        verify: ssl.SSLContext | bool = False
        if self._base.startswith("https:"):
            verify = ssl.create_default_context()
            verify.minimum_version = ssl.TLSVersion.TLSv1_3
            if ca_file:
                verify.load_verify_locations(ca_file)
        self._client = httpx.Client(
            verify=verify,
            trust_env=False,
            follow_redirects=False,
            transport=transport,
            timeout=httpx.Timeout(READ, connect=CONNECT),
            headers={"User-Agent": "broker-tui", "Accept": f"{JSON}, {PROBLEM}", "Accept-Encoding": "gzip"},
        )

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    @property
    def clock_offset(self) -> timedelta:
        """How far this machine's clock is behind the hub's, as far as the hub complained."""
        return self._offset

    def traffic(self) -> tuple[int, int]:
        """Bytes of packed bodies sent and received; headers and TLS come on top."""
        return self._up, self._down

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        return self._ask("/v1/devices", request, EnrolAnswer, signed=False)

    def status(self, request: StatusRequest) -> StatusAnswer:
        return self._ask("/v1/sync/status", request, StatusAnswer)

    def push(self, request: PushRequest) -> PushAnswer:
        return self.prepared(request)()

    def prepared(self, request: PushRequest) -> Callable[[], PushAnswer]:
        """`push` of this request, packed already; it is signed when it is sent."""
        body = _packed(request)
        return lambda: self._send("/v1/sync/push", body, PushAnswer)

    def pull(self, request: PullRequest) -> PullAnswer:
        return self._ask("/v1/sync/pull", request, PullAnswer)

    def devices(self, request: DevicesRequest) -> DevicesAnswer:
        """The laptops of the person whose this one is."""
        return self._ask("/v1/devices/list", request, DevicesAnswer)

    def lost(self, request: LostRequest) -> DevicesAnswer:
        """Report another one lost."""
        return self._ask("/v1/devices/lost", request, DevicesAnswer)

    def wiped(self, request: WipedRequest) -> WipedAnswer:
        """Tell that an order was carried out; the receipt inside is signed, the request is not."""
        return self._ask("/v1/devices/wiped", request, WipedAnswer, signed=False)

    def _ask(self, path: str, request: msgspec.Struct, kind: type[T], *, signed: bool = True) -> T:
        return self._send(path, _packed(request), kind, signed=signed)

    def _send(self, path: str, body: bytes, kind: type[T], *, signed: bool = True) -> T:
        try:
            return self._exchange(path, body, kind, signed)
        except HubRefused as refused:
            # The hub says our clock is wrong and what time it is: sign once more with its time.
            if refused.cause is not Cause.CLOCK or not signed:
                raise
        return self._exchange(path, body, kind, signed)

    def _exchange(self, path: str, body: bytes, kind: type[T], signed: bool) -> T:
        url = self._base + path
        headers = {"Content-Type": JSON, "Content-Encoding": "gzip", "Sync-Protocol": PROTOCOL}
        if signed:
            self._sign(url, headers, body)
        try:
            with self._client.stream("POST", url, content=body, headers=headers) as response:
                self._up += len(body)
                self._check_origin(response)
                raw = b"".join(self._pieces(response))
        except httpx.HTTPError as error:
            raise _line_error(error) from None
        if response.status_code != 200:
            raise self._refusal(response, raw)
        try:
            return msgspec.json.decode(raw, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            # Not valid JSON to the end: cut on the way. Valid, but another shape: the hub speaks otherwise.
            shape = isinstance(error, msgspec.ValidationError)
            raise BadAnswer(Cause.PROTOCOL if shape else Cause.CUT_SHORT) from None

    def _sign(self, url: str, headers: dict[str, str], body: bytes) -> None:
        if self._signer is None:
            raise HubRefused(Cause.NOT_ENROLLED)
        message = _Message(url, headers)
        maker = HTTPMessageSigner(signature_algorithm=algorithms.ED25519)
        prepared = maker.prepare(
            message,
            key_id=self._signer.key_id,
            created=self._clock.now() + self._offset,
            nonce=secrets.token_urlsafe(16),
            label=LABEL,
            tag=TAG,
            covered_component_ids=COMPONENTS,
            body=body,
        )
        maker.apply(message, prepared, self._signer.sign(prepared.signature_base))

    def _check_origin(self, response: httpx.Response) -> None:
        """Raise unless the answer bears the hub's marks."""
        media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        expected = JSON if response.status_code == 200 else PROBLEM
        marked = response.headers.get("Sync-Protocol") == PROTOCOL
        if marked and media in (expected, JSON) and response.status_code not in _NOT_THE_HUB:
            return
        if response.status_code in _BUSY:
            # A gateway in front of the hub may say this without the hub's marks; obeying it is harmless.
            raise HubTrouble(Cause.BUSY, retry_after=_retry_after(response))
        if response.status_code >= 500 and response.status_code not in _NOT_THE_HUB:
            raise HubTrouble(Cause.BROKEN)
        raise NoNetwork(Cause.NOT_THE_HUB)

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        """The unpacked body, never more than `MAX_BODY` of it, and never for longer than `TOTAL`."""
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in ("gzip", "identity"):
            raise NoNetwork(Cause.NOT_THE_HUB)
        inflate = zlib.decompressobj(wbits=31) if packing == "gzip" else None
        size = 0
        deadline = monotonic() + TOTAL
        for piece in response.iter_raw():
            self._down += len(piece)
            if monotonic() > deadline:
                raise NoNetwork(Cause.TIMED_OUT)
            if inflate is not None:
                try:
                    piece = inflate.decompress(piece, MAX_BODY - size + 1)
                except zlib.error:
                    raise BadAnswer(Cause.CUT_SHORT) from None
            size += len(piece)
            if size > MAX_BODY:
                raise BadAnswer(Cause.TOO_LARGE)
            yield piece
        if inflate is not None and (not inflate.eof or inflate.unused_data):
            raise BadAnswer(Cause.CUT_SHORT)  # cut, or something hangs on behind the end

    def _refusal(self, response: httpx.Response, raw: bytes) -> SyncError:
        try:
            problem = msgspec.json.decode(raw, type=Problem)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            problem = Problem(code="unnamed", status=response.status_code)
        status = response.status_code
        if status in _BUSY:
            return HubTrouble(Cause.BUSY, problem, _retry_after(response))
        if status >= 500:
            return HubTrouble(Cause.BROKEN, problem, _retry_after(response))
        if status < 400:
            return NoNetwork(Cause.NOT_THE_HUB)
        cause = _CAUSES.get(problem.code) or _STATUS_CAUSES.get(status, Cause.PROTOCOL)
        if cause is Cause.CLOCK:
            self._learn_time(response)
        return HubRefused(cause, problem, _retry_after(response))

    def _learn_time(self, response: httpx.Response) -> None:
        try:
            theirs = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)
        self._offset = theirs - self._clock.now()


def _packed(request: msgspec.Struct) -> bytes:
    return gzip.compress(msgspec.json.encode(request), GZIP_LEVEL, mtime=0)


def _line_error(error: httpx.HTTPError) -> SyncError:
    if isinstance(error, httpx.TimeoutException):
        return NoNetwork(Cause.TIMED_OUT)
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return NoNetwork(Cause.CUT_SHORT)
    if _has_tls_trouble(error):
        return NoNetwork(Cause.TLS)
    return NoNetwork(Cause.NO_CONNECTION)


def _has_tls_trouble(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds the hub asked for, at most a day; a date is not worth trusting either clock."""
    text = response.headers.get("Retry-After", "").strip()
    return min(float(text), 86_400.0) if text.isascii() and text.isdigit() else None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _silence() -> None:
    """httpx logs every address at INFO; nothing of ours belongs in a log."""
    for name in ("httpx", "httpcore", "http_message_signatures"):
        logging.getLogger(name).setLevel(logging.WARNING)
