"""What whoever watches the hub gets: is it ready, how much is asked, what is in its log; never an id or a name."""

import json
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from sync.hub.app import make_app
from sync.hub.limits import Limits
from sync.hub.logs import FIELDS, JsonLines
from sync.hub.metrics import Metrics, MetricsServer
from sync.protocol import PushRequest
from tests.contract.hub.conftest import BASE, Wire
from tests.hub_lab import Lab, make

CANARY, CPR = "Kanariefugl", "0101900000"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def http(lab: Lab, metrics: Metrics) -> Iterator[Any]:
    with TestClient(make_app(lab.service, Limits(3, lambda: 0.0), metrics), base_url=BASE) as client:
        yield client


def ready(http: Any) -> tuple[int, str]:
    got = http.get("/v1/ready")
    assert got.headers["sync-protocol"] == "2"
    return got.status_code, str(got.json().get("code", ""))


def test_a_hub_is_ready_when_its_database_is(lab: Lab, http: Any) -> None:
    assert ready(http) == (200, "")
    with lab.service.store.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert ready(http) == (503, "not-ready")
    assert http.get("/v1/alive").status_code == 200  # a process that is alive need not be started again


def test_a_database_that_is_away_is_told(lab: Lab, http: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception(f"no route to {CANARY}"))

    monkeypatch.setattr(lab.service.store, "read", away)
    got = http.get("/v1/ready")
    assert (got.status_code, got.headers["retry-after"]) == (503, "5")
    assert CANARY not in got.text


def busy(ida: Wire) -> None:
    """Work, refusals and a laptop that asks too often."""
    citizen = make("citizen", ida.staff, f"case:{ida.staff}", {"name": CANARY, "cpr": CPR})
    ida.ask("/v1/sync/push", PushRequest(batch=CANARY, items=[msgspec.Raw(msgspec.json.encode(citizen))]))
    ida.send(f"/v1/{CANARY}", b"{}")
    ida.send("/v1/sync/status?cpr=" + CPR, b"{}", sign=False, headers={"User-Agent": CANARY, "Host": CANARY})
    for _ in range(12):
        ida.send("/v1/sync/pull", b"{}")


@pytest.mark.parametrize("database", [None])
def test_metrics_count_and_name_nobody(ida: Wire, metrics: Metrics) -> None:
    busy(ida)
    said = metrics.text()
    assert 'hub_answers_total{path="/v1/devices",status="200",code=""} 1\n' in said
    assert 'hub_answers_total{path="/v1/sync/push",status="200",code=""} 1\n' in said
    assert 'hub_answers_total{path="/v1/sync/pull",status="200",code=""} 2\n' in said
    assert 'hub_answers_total{path="/v1/sync/pull",status="429",code="too-often"} 10\n' in said
    assert 'hub_answer_seconds_bucket{path="/v1/sync/pull",le="+Inf"} 12\n' in said
    assert 'hub_answer_seconds_count{path="/v1/sync/pull"} 12\n' in said
    assert "hub_limit_alarms_total 1\n" in said
    for word in (CANARY, CPR, ida.device, ida.staff, "Holm"):
        assert word not in said
    shape = re.compile(r'# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? [0-9.]+')
    assert [line for line in said.splitlines() if not shape.fullmatch(line)] == []


def test_times_fall_into_the_slot_they_belong_to() -> None:
    metrics = Metrics()
    for seconds in (0.01, 0.02, 11.0):
        metrics.answered("/x", 200, "", seconds)
    said = re.findall(r'le="(0.01|0.05|10.0|\+Inf)"} (\d)', metrics.text())
    assert said == [("0.01", "1"), ("0.05", "2"), ("10.0", "2"), ("+Inf", "3")]
    assert 'hub_answer_seconds_sum{path="/x"} 11.030000' in metrics.text()


def test_metrics_are_served_on_this_machine_only(metrics: Metrics) -> None:
    metrics.alarmed()
    server = MetricsServer(metrics, 0)
    try:
        assert server._server.server_address[0] == "127.0.0.1"
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
            assert answer.read().decode() == metrics.text()
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert "Python" not in str(answer.headers)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/v1/sync/status", timeout=10)
        assert caught.value.code == 404
        caught.value.close()
    finally:
        server.close()


@pytest.mark.parametrize("database", [None])
def test_json_lines_hold_what_the_list_allows(ida: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        busy(ida)
        logging.getLogger("jobcenter_hub").warning("%s was here", CANARY, extra={"cpr": CPR, "code": f"a {CANARY}"})
        try:
            raise ValueError(CANARY)
        except ValueError:
            logging.getLogger("another.library").exception(CANARY)
    lines = [JsonLines().format(record) for record in caplog.records]
    said = [json.loads(line) for line in lines]
    assert all("\n" not in line for line in lines)
    assert {name for line in said for name in line} <= {"time", "level", "logger", "error", *FIELDS}
    for word in (CANARY, CPR, ida.staff, "Holm"):
        assert word not in "".join(lines)
    (pushed,) = (line for line in said if line.get("path") == "/v1/sync/push")
    assert (pushed["event"], pushed["status"], pushed["code"], pushed["level"]) == ("answered", 200, "", "INFO")
    assert [line["device"] for line in said if line.get("event") == "limit"] == [ida.device]
    assert said[-1] | {"time": ""} == {"time": "", "level": "ERROR", "logger": "another.library", "error": "ValueError"}
