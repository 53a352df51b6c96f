"""The examples for operators: what can be run of them here is run, the rest is held against the program."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from sync.hub.cli import main
from sync.protocol import MAX_BODY
from sync.transport import READ

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "examples-ops"
UNIT = FOLDER / "jobcenter-hub@.service"


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def understood(command: list[str]) -> dict[str, Any]:
    """The values of a command line of the hub; click refuses what it does not know."""
    assert command[:2] == ["jobcenter-hub", "serve"]
    serve = main.commands["serve"]
    values, rest, _ = serve.make_parser(click.Context(serve)).parse_args(list(command[2:]))
    assert rest == []
    return dict(values)


def test_the_unit_starts_the_hub_with_options_it_knows() -> None:
    line = re.search(r"^ExecStart=(.+)$", text(UNIT.name), re.MULTILINE)
    assert line is not None
    command = shlex.split(line[1].replace("%i", "8421"))
    values = understood([Path(command[0]).name, *command[1:]])
    assert values["port"] == "8421"
    state = re.search(r"^StateDirectory=(.+)$", text(UNIT.name), re.MULTILINE)
    assert state is not None
    assert values["folder"] == f"/var/lib/{state[1]}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "jobcenter-hub@8421.service"
    unit.write_text(text(UNIT.name).replace("/opt/jobcenter-hub/bin/jobcenter-hub", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, [row for row in done.stderr.splitlines() if unit.name in row]) == (0, "", [])


def test_the_container_installs_what_the_lock_file_names_and_starts_the_hub() -> None:
    lines = re.sub(r"\\\n", " ", text("Containerfile")).splitlines()
    (start,) = [line.removeprefix("CMD ") for line in lines if line.startswith("CMD ")]
    assert understood(json.loads(start))["host"] == "127.0.0.1"
    (install,) = [line for line in lines if line.startswith("RUN ")]
    installs = [shlex.split(step)[2:] for step in install.split("&&") if " pip install " in f" {step} "]
    # as in the README; pip takes no wheel beside a lock file with hashes, neither as a requirement nor as a constraint
    assert [step[1:] for step in installs] == [
        ["--require-hashes", "-r", "/tmp/requirements.lock"],
        ["--no-deps", "/tmp/broker_tui-*.whl"],
    ]


Block = dict[str, list[Any]]


def parsed(source: str) -> Block:
    """An nginx configuration: directives with their words or their blocks."""
    tokens = re.findall(r"""[{};]|"[^"]*"|[^\s{};"]+""", re.sub(r"#.*", "", source))

    def block(depth: int) -> Block:
        found: Block = {}
        words: list[str] = []
        while tokens:
            token = tokens.pop(0)
            if token == ";":
                found.setdefault(words[0], []).append(words[1:])
                words = []
            elif token == "{":
                found.setdefault(" ".join(words), []).append(block(depth + 1))
                words = []
            elif token == "}":
                assert (depth > 0, words) == (True, []), "a block ends where none may"
                return found
            else:
                words.append(token)
        assert (depth, words) == (0, []), "it ends in the middle"
        return found

    return block(0)


def test_the_proxy_hands_on_what_laptops_sign_and_lets_their_bodies_through() -> None:
    whole = parsed(text("nginx.conf"))
    (server,), (upstream,) = whole["server"], whole["upstream jobcenter_hub"]
    (place,) = server["location /v1/"]
    assert place["proxy_pass"] == [["http://jobcenter_hub"]], "a path here would change the one that was signed"
    assert ["Host", "$http_host"] in place["proxy_set_header"]
    assert place["proxy_next_upstream"] == [["off"]]
    assert server["access_log"] == [["off"]]
    assert server["proxy_cache"] == [["off"]]
    assert server["ssl_protocols"] == [["TLSv1.3"]]
    assert server["client_max_body_size"] == [[f"{MAX_BODY // 1024**2}m"]]
    assert int(place["proxy_read_timeout"][0][0].removesuffix("s")) >= READ
    assert len(upstream["server"]) == 2
