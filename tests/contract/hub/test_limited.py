"""T41 on the wire: the 61st request in a minute is 429 with Retry-After; the laptop obeys; work is not in its way."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar.testing import TestClient

from broker_tui.domain.clock import DENMARK
from broker_tui.services.attempts import Attempts
from broker_tui.vault.device import DeviceSigner
from sync.errors import Cause, HubTrouble
from sync.hub.app import make_app
from sync.hub.limits import ALARM, PER_MINUTE, Limits
from sync.protocol import Cursor, PullRequest, PushRequest, StatusRequest
from sync.records import new_id
from sync.transport import HttpHub
from tests.contract.hub.conftest import BASE, Wire
from tests.hub_lab import Lab, make

STATUS, PUSH, PULL = "/v1/sync/status", "/v1/sync/push", "/v1/sync/pull"


@pytest.fixture
def http(lab: Lab) -> Iterator[Any]:
    """A hub with the usual limit; its seconds are those of the lab."""
    limits = Limits(PER_MINUTE, lambda: lab.now.timestamp())
    with TestClient(make_app(lab.service, limits), base_url=BASE) as client:
        yield client


def noted(lab: Lab) -> list[tuple[str, str, int]]:
    return [(one.kind, one.subject, one.n) for one in lab.admin.events() if one.kind == "limit"]


def test_t41_the_61st_request_in_a_minute(ida: Wire) -> None:
    answers = [ida.send(STATUS, b"{}") for _ in range(61)]
    assert [answer.status for answer in answers] == [200] * 60 + [429]
    last = answers[-1]
    assert (last.code, last.body["retry"], last.headers["retry-after"]) == ("too-often", "same-op", "1")
    assert last.headers["content-type"].startswith("application/problem+json")
    for path in (PUSH, PULL):
        assert ida.send(path, b"{}").status == 429
    ida.lab.later(seconds=1)
    assert [ida.send(STATUS, b"{}").status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("database", [None])
def test_t41_who_is_not_known_counts_for_nobody(ida: Wire, lab: Lab, http: Any) -> None:
    thief = Wire(lab, http, device=ida.device)
    assert {thief.send(STATUS, b"{}").status for _ in range(100)} == {401}
    assert ida.send(STATUS, b"{}").status == 200


@pytest.mark.parametrize("database", [None])
def test_t41_an_alarm_at_three_times_the_limit(ida: Wire, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(ALARM * PER_MINUTE):
        ida.send(STATUS, b"{}")
    assert noted(ida.lab) == []
    for _ in range(5):
        ida.send(STATUS, b"{}")
    assert noted(ida.lab) == [("limit", ida.device, 1)]
    assert [r.levelname for r in caplog.records if "asks more than 180 times" in r.message] == ["WARNING"]


@pytest.mark.parametrize("database", [None])
def test_t41_ten_thousand_records_go_in_and_out_within_one_minute(ida: Wire, lab: Lab, http: Any) -> None:
    second = Wire(lab, http)
    assert second.enrol(lab.admin.code("Ida Holm")).status == 200
    for _ in range(20):
        ops = [make("company", new_id(), "shared", {"name": "Værft"}) for _ in range(500)]
        batch = PushRequest(batch=new_id(), items=[msgspec.Raw(msgspec.json.encode(op)) for op in ops])
        assert ida.ask(PUSH, batch).status == 200
    for laptop in (ida, second):
        cursors: dict[str, Cursor] = {}
        got, pages = 0, 0
        for _ in range(30):
            page = laptop.ask(PULL, PullRequest(cursors=cursors))
            assert page.status == 200
            got, pages = got + page.body["count"], pages + 1
            cursors = msgspec.convert(page.body["next"], dict[str, Cursor])
            if not page.body.get("more"):
                break
        assert (got, pages) == (10_001, 21)
    assert [ida.send(STATUS, b"{}").status for _ in range(39)] == [200] * 39  # 60 less 20 pushes and the last page
    assert ida.send(STATUS, b"{}").status == 429


class Now:
    """The lab's clock for a laptop."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def now(self) -> datetime:
        return self.lab.now


@pytest.mark.parametrize("database", [None])
def test_t41_the_laptop_comes_again_when_it_was_told_to(ida: Wire, lab: Lab, http: Any, tmp_path: Path) -> None:
    def carry(request: httpx.Request) -> httpx.Response:
        got = http.post(request.url.path, content=request.read(), headers=dict(request.headers))
        headers = {k: v for k, v in got.headers.items() if k not in ("content-encoding", "content-length")}
        return httpx.Response(got.status_code, headers=headers, stream=httpx.ByteStream(got.content))

    signer = DeviceSigner(ida.key.private_bytes_raw(), ida.device)
    hub = HttpHub("https://testserver.local", signer, Now(lab), transport=httpx.MockTransport(carry))
    ida.lab.service.clock = lambda: lab.now
    for _ in range(PER_MINUTE):
        assert hub.status(StatusRequest()).device_id == ida.device
    with pytest.raises(HubTrouble) as caught:
        hub.status(StatusRequest())
    assert (caught.value.cause, caught.value.retry_after) == (Cause.BUSY, 1.0)
    attempts, told = Attempts(lambda: 0.0), datetime(2026, 11, 16, 10, tzinfo=DENMARK)
    attempts.failed(told, 90.0)
    assert (attempts.next_attempt(told, 1) - told).total_seconds() == 90.0
    attempts.failed(told, caught.value.retry_after)
    wait = attempts.next_attempt(told, 1) - told
    assert wait.total_seconds() >= 1.0
    lab.now += wait
    assert hub.status(StatusRequest()).device_id == ida.device
    hub.close()
