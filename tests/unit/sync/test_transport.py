"""What the transport takes for the hub's answer, and what it does not."""

import gzip
import logging
from collections.abc import Callable, Iterator

import httpx
import msgspec
import pytest

from broker_tui.domain.clock import SystemClock
from broker_tui.vault.device import DeviceSigner, new_device_key
from sync.engine import SyncEngine
from sync.errors import Cause, SyncError
from sync.protocol import MAX_BODY, Problem, PushRequest, StatusAnswer, StatusRequest
from sync.records import SHARED
from sync.transport import HttpHub, check_url
from tests.contract.sync.worlds import FakeWorld, HandClock, Laptop, memory_store
from tests.fakes.hub import FakeHub, FakeLine

URL = "https://hub.invalid"
GOOD = {"Content-Type": "application/json", "Sync-Protocol": "2"}
ANSWER = msgspec.json.encode(StatusAnswer(epoch="e", heads={}, staff_id="s", device_id="d"))
Answering = Callable[[httpx.Request], httpx.Response]


class Pieces(httpx.SyncByteStream):
    """A body in pieces, as a socket delivers it."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces


def hub(answering: Answering, url: str = URL) -> HttpHub:
    return HttpHub(
        url, DeviceSigner(new_device_key(), "device"), SystemClock(), transport=httpx.MockTransport(answering)
    )


def answer(body: bytes, status: int = 200, **headers: str) -> httpx.Response:
    fields = {**GOOD, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.Response(status, headers=fields, stream=Pieces(body))


def cause(response: httpx.Response) -> Cause:
    with pytest.raises(SyncError) as caught:
        hub(lambda request: response).status(StatusRequest())
    return caught.value.cause


def test_a_plain_and_a_packed_answer_are_read() -> None:
    for response in (answer(ANSWER), answer(gzip.compress(ANSWER), Content_Encoding="gzip")):
        assert hub(lambda request, r=response: r).status(StatusRequest()).epoch == "e"  # type: ignore[misc]  # bound now


def test_what_goes_out_is_packed_signed_and_names_nothing_in_its_address() -> None:
    seen: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(ANSWER)

    hub(answering).status(StatusRequest())
    [request] = seen
    assert str(request.url) == f"{URL}/v1/sync/status"
    assert msgspec.json.decode(gzip.decompress(request.content), type=StatusRequest) == StatusRequest()
    inputs = request.headers["Signature-Input"]
    assert inputs.startswith('device=("@method" "@authority" "@path" "content-digest")')
    assert all(part in inputs for part in ("created=", "nonce=", 'keyid="device"', 'tag="broker-sync"', "ed25519"))
    assert request.headers["Sync-Protocol"] == "2"
    assert "cookie" not in request.headers


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(200, html="<h1>Hotel</h1>"), Cause.NOT_THE_HUB),
        (httpx.Response(200, content=ANSWER, headers={"Content-Type": "application/json"}), Cause.NOT_THE_HUB),
        (answer(b"<html>", Content_Type="text/html"), Cause.NOT_THE_HUB),
        (httpx.Response(302, headers={"Location": "https://login.invalid"}), Cause.NOT_THE_HUB),
        (httpx.Response(511, text="log in"), Cause.NOT_THE_HUB),
        (httpx.Response(407, text="proxy"), Cause.NOT_THE_HUB),
        (httpx.Response(404, text="nothing"), Cause.NOT_THE_HUB),
        (answer(ANSWER, Content_Encoding="br"), Cause.NOT_THE_HUB),
        (httpx.Response(502, text="bad gateway"), Cause.BROKEN),
        (httpx.Response(503, text="down", headers={"Retry-After": "7"}), Cause.BUSY),
        (answer(b"not gzip", Content_Encoding="gzip"), Cause.CUT_SHORT),
        (answer(ANSWER.replace(b'":"', b'":"\xc3', 1)), Cause.CUT_SHORT),  # no text in any language
        (answer(b'{"epoch":7}'), Cause.PROTOCOL),
        (answer(b""), Cause.CUT_SHORT),
    ],
)
def test_what_is_not_an_answer_changes_nothing(response: httpx.Response, expected: Cause) -> None:
    assert cause(response) is expected


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("device-unknown", 401, Cause.DEVICE_UNKNOWN),
        ("device-revoked", 401, Cause.DEVICE_REVOKED),
        ("signature", 401, Cause.DEVICE_UNKNOWN),
        ("code-refused", 403, Cause.CODE_REFUSED),
        ("history-diverged", 409, Cause.HISTORY_DIVERGED),
        ("too-large", 413, Cause.TOO_LARGE),
        ("client-too-old", 426, Cause.TOO_OLD),
        ("busy", 503, Cause.BUSY),
        ("too-many-tries", 429, Cause.BUSY),
        ("broken", 500, Cause.BROKEN),
        ("bad-request", 400, Cause.PROTOCOL),
    ],
)
def test_the_hubs_own_words_become_causes(code: str, status: int, expected: Cause) -> None:
    problem = msgspec.json.encode(Problem(code=code, status=status, title="t"))
    response = answer(problem, status, Content_Type="application/problem+json", Retry_After="30")
    with pytest.raises(SyncError) as caught:
        hub(lambda request: response).status(StatusRequest())
    assert caught.value.cause is expected
    assert caught.value.problem is not None
    assert caught.value.problem.code == code
    assert caught.value.retry_after == 30


def test_t31_a_bomb_is_given_up_at_the_cap() -> None:
    bomb = gzip.compress(b"0" * (MAX_BODY + 10))
    assert len(bomb) < 100_000
    assert cause(answer(bomb, Content_Encoding="gzip")) is Cause.TOO_LARGE


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("x"), Cause.NO_CONNECTION),
        (httpx.ConnectTimeout("x"), Cause.TIMED_OUT),
        (httpx.ReadTimeout("x"), Cause.TIMED_OUT),
        (httpx.RemoteProtocolError("x"), Cause.CUT_SHORT),
    ],
)
def test_trouble_on_the_line_is_told_apart(error: httpx.HTTPError, expected: Cause) -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(SyncError) as caught:
        hub(answering).status(StatusRequest())
    assert caught.value.cause is expected


def test_a_wrong_clock_is_corrected_once_and_not_for_ever() -> None:
    asked: list[str] = []
    problem = msgspec.json.encode(Problem(code="clock", status=401))

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Signature-Input"])
        return answer(problem, 401, Content_Type="application/problem+json", Date="Fri, 20 Nov 2026 09:00:00 GMT")

    with pytest.raises(SyncError) as caught:
        hub(answering).status(StatusRequest())
    assert caught.value.cause is Cause.CLOCK
    assert len(asked) == 2
    assert "created=17951652" in asked[1]


@pytest.mark.parametrize(
    "url",
    ["http://hub.invalid", "ftp://hub.invalid", "https://", "hub", "https://u:p@hub.invalid", "https://hub.invalid/?a=1",
     "https://hub.invalid:port", "http://10.0.0.1", "http://localhost.evil.invalid"],
)  # fmt: skip
def test_only_https_and_this_machine(url: str) -> None:
    with pytest.raises(SyncError) as caught:
        check_url(url)
    assert caught.value.cause is Cause.INSECURE_URL


def test_addresses_that_may_be_spoken_to() -> None:
    assert check_url(" https://hub.invalid/ ") == "https://hub.invalid"
    assert check_url("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
    assert check_url("http://[::1]:8000/hub/") == "http://[::1]:8000/hub"
    assert check_url("http://localhost:8000") == "http://localhost:8000"


def test_t17_nothing_is_logged_about_a_request(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    speaking = hub(lambda request: answer(ANSWER))
    with caplog.at_level(logging.INFO):
        logging.getLogger("httpx").setLevel(logging.NOTSET)
        HttpHub(URL, None, SystemClock(), transport=httpx.MockTransport(lambda request: answer(ANSWER))).close()
        speaking.status(StatusRequest())
    assert "hub.invalid" not in caplog.text


def served(line: FakeLine, cut: Callable[[str, bytes], bytes]) -> HttpHub:
    """The fake hub behind the real transport; `cut` shortens bodies on their way."""
    names = {"/v1/sync/status": "status", "/v1/sync/push": "push", "/v1/sync/pull": "pull"}

    def answering(request: httpx.Request) -> httpx.Response:
        from sync.protocol import PullRequest

        name = names[request.url.path]
        kinds = {"status": StatusRequest, "push": PushRequest, "pull": PullRequest}
        message = msgspec.json.decode(gzip.decompress(request.content), type=kinds[name])
        packed = gzip.compress(msgspec.json.encode(getattr(line, name)(message)))
        return answer(cut(name, packed), Content_Encoding="gzip")

    return hub(answering, "http://127.0.0.1:1")  # plain, so that no list of authorities is read 600 times


def test_an_answer_cut_at_every_byte_loses_and_doubles_nothing() -> None:
    world = FakeHub()
    staff = world.add_broker("Mette Invented")
    # One length per message: found by an uncut run, then every shorter one is tried.
    lengths: dict[str, int] = {}

    def measure(name: str, body: bytes) -> bytes:
        lengths[name] = max(lengths.get(name, 0), len(body))
        return body

    def fresh() -> tuple[Laptop, FakeLine, str]:
        machine = Laptop(FakeWorld(), memory_store(), HandClock())
        other = Laptop(FakeWorld(), memory_store(), HandClock())
        theirs = other.company("Theirs")
        SyncEngine(other.store, world.line_for(staff), other.clock).run()
        machine.company("Mine")
        return machine, world.line_for(staff), theirs

    machine, line, _ = fresh()
    assert SyncEngine(machine.store, served(line, measure), machine.clock).run().error is None
    tried = 0
    for name, length in sorted(lengths.items()):
        for end in range(0, length, 1 if length < 400 else 7):
            machine, line, theirs = fresh()

            def shorten(asked: str, body: bytes, name: str = name, end: int = end) -> bytes:
                # packed, another conversation with other ids may be a little shorter than the one that was measured
                return body[: min(end, len(body) - 1)] if asked == name else body

            outcome = SyncEngine(machine.store, served(line, shorten), machine.clock).run()
            assert outcome.cause is Cause.CUT_SHORT
            assert outcome.unsent == machine.store.unsent_count() == (0 if name == "pull" else 1)
            assert machine.doc(theirs) == {}
            healed = SyncEngine(machine.store, served(line, lambda _, body: body), machine.clock).run()
            assert (healed.error, healed.unsent) == (None, 0)
            assert machine.doc(theirs)["name"] == "Theirs"
            world.records.clear()
            world.feeds[SHARED] = {}
            tried += 1
    assert tried > 300
