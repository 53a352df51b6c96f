"""`jobcenter-hub`: its shapes, its refusals, and a real process that starts and stops."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync.hub.admin import opened
from sync.hub.cli import main
from tests.hub_lab import Lab


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("init", "--data", tmp_path / "hub").exit_code == 0
    return tmp_path / "hub"


def test_a_hub_from_nothing_to_a_code(folder: Path) -> None:
    added = run("broker", "add", "Ida Holm", "--data", folder, "--json")
    assert json.loads(added.output).keys() == {"id", "name", "role"}
    code = json.loads(run("enrol", "ida  holm", "--data", folder, "--json").output)["code"]
    assert len(code) == 10
    state = json.loads(run("status", "--data", folder, "--json").output)
    assert [b["name"] for b in state["brokers"]] == ["Ida Holm"]
    assert "Ida Holm" in run("status", "--data", folder).output


def test_refusals_are_one_sentence(folder: Path, tmp_path: Path) -> None:
    run("broker", "add", "Ida", "--data", folder)
    for args in (
        ("init", "--data", folder),
        ("broker", "add", " ida ", "--data", folder),
        ("broker", "add", " ", "--data", folder),
        ("enrol", "Jon", "--data", folder),
        ("assign", "0199", "Ida", "--data", folder),
        ("assign", "0199", "Jon", "--data", folder),
        ("status", "--data", tmp_path / "none"),
    ):
        result = run(*args)
        assert result.exit_code == 4, args
        assert len(result.output.splitlines()) == 1
        assert result.output.startswith("Error: ")


def test_role_nobody_knows_is_refused(tmp_path: Path) -> None:
    lab = Lab.at(tmp_path / "hub")
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    lab.service.store.close()
    result = run("assign", who, "Ida", "--data", tmp_path / "hub", "--role", "king")
    assert result.exit_code == 4
    assert run("assign", who, "Ida", "--data", tmp_path / "hub", "--json").exit_code == 0


def test_plain_http_is_for_this_machine_only(folder: Path) -> None:
    result = run("serve", "--data", folder, "--host", "0.0.0.0")  # noqa: S104 - the point of the test
    assert result.exit_code == 2


def test_port_that_is_taken_is_said_in_a_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--data", folder, "--port", taken.getsockname()[1])
    assert result.exit_code == 4
    assert result.output.startswith("Error: cannot listen on 127.0.0.1:")


def test_newer_database_is_left_alone(folder: Path) -> None:
    import sqlite3

    with sqlite3.connect(folder / "hub.sqlite3") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    result = run("status", "--data", folder)
    assert result.exit_code == 4
    assert "newer" in result.output


def _serving(folder: Path, port_file: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from sync.hub.cli import main; main()", "serve", "--data", str(folder)]
    process = subprocess.Popen(
        [*command, "--port", "0", "--port-file", str(port_file), *more], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while not port_file.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("way", ["stdin", "signal"])
def test_serve_says_its_port_and_stops_cleanly(folder: Path, tmp_path: Path, way: str) -> None:
    port_file = tmp_path / "port"
    process = _serving(folder, port_file, *(["--stop-on-stdin-close"] if way == "stdin" else []))
    port = int(port_file.read_text(encoding="utf-8"))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/alive", timeout=10) as answer:
        assert answer.headers["Sync-Protocol"] == "2"
    if way == "stdin":
        assert process.stdin is not None
        process.stdin.close()
    else:
        process.terminate()
    assert process.wait(20) == 0 or os.name == "nt"
    assert process.stderr is not None
    log = process.stderr.read().decode()
    process.stderr.close()
    if way == "signal" and process.stdin is not None:
        process.stdin.close()
    assert "Traceback" not in log
    assert not port_file.exists()


def test_serve_counts_for_prometheus_and_logs_in_json(folder: Path, tmp_path: Path) -> None:
    process = _serving(
        folder, tmp_path / "port", "--metrics-port", "0", "--log-format", "json", "--stop-on-stdin-close"
    )
    assert process.stderr is not None
    assert process.stdin is not None
    first = json.loads(process.stderr.readline())
    assert (first["event"], first["host"]) == ("metrics", "127.0.0.1")
    port = int((tmp_path / "port").read_text(encoding="utf-8"))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/ready", timeout=10) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/sync/pull", data=b"{}", timeout=10)
    caught.value.close()
    with urllib.request.urlopen(f"http://127.0.0.1:{first['port']}/metrics", timeout=10) as answer:
        assert 'hub_answers_total{path="/v1/sync/pull",status="401",code="signature"} 1' in answer.read().decode()
    process.stdin.close()
    assert process.wait(20) == 0 or os.name == "nt"
    rest = [json.loads(line) for line in process.stderr.read().decode().splitlines()]
    process.stderr.close()
    assert [line.get("event") for line in rest] == ["listening", "answered"]


def test_a_metrics_port_that_is_taken_is_said_in_a_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--data", folder, "--port", 0, "--metrics-port", taken.getsockname()[1])
    assert result.exit_code == 4
    assert result.output.startswith("Error: cannot listen on 127.0.0.1:")
    assert "--metrics-port" in result.output


def test_the_lease_is_shown_set_and_refused_in_one_sentence(folder: Path) -> None:
    assert run("lease", "--data", folder).output == "Lease: not set here: laptops take their usual 14 days.\n"
    assert json.loads(run("lease", "--data", folder, "--days", 5, "--json").output) == {"days": 5}
    assert run("lease", "--data", folder).output == "Lease: 5 days.\n"
    refused = run("lease", "--data", folder, "--days", 0)
    assert (refused.exit_code, refused.output) == (4, "Error: a lease lasts 1 to 366 days, and 0 is not among them\n")
    assert json.loads(run("lease", "--data", folder, "--json").output) == {"days": 5}
    assert [row["kind"] for row in json.loads(run("events", "--data", folder, "--json").output)] == ["lease"]


def test_the_watch_book_is_listed(folder: Path) -> None:
    assert run("events", "--data", folder).output == "Nothing was refused.\n"
    service = opened(folder)
    service.note("code-unknown", "")
    service.store.close()
    (row,) = json.loads(run("events", "--data", folder, "--json").output)
    assert (row["kind"], row["subject"], row["n"]) == ("code-unknown", "", 1)
    assert "code-unknown  1x  -" in run("events", "--data", folder).output
