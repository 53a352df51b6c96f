"""A lost laptop at the hub: shut out once, listed as such, what the notice needs, and let in again."""

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync.hub.cli import main
from sync.protocol import EnrolRequest
from tests.hub_lab import Lab


def run(*args: object, said: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], input=said)


@pytest.fixture
def lost(tmp_path: Path) -> tuple[Path, str]:
    """A hub in whose only laptop the broker has two cases; the folder and the laptop's id."""
    lab = Lab.at(tmp_path / "hub")
    ida = lab.laptop("Ida")
    for name in ("Mia Prøve", "Bo Prøve"):
        ida.push(ida.citizen(name)[1])
    public = base64.b64encode(bytes(32)).decode()
    joined = lab.service.enrol(EnrolRequest(code=lab.admin.code("Ida"), public_key=public))
    lab.service.store.close()
    return tmp_path / "hub", joined.device_id


def test_shutting_out_tells_what_the_notice_needs(lost: tuple[Path, str]) -> None:
    folder, device = lost
    shown = run("revoke", device, "--data", folder, "--yes")
    assert shown.exit_code == 0
    for words in ("Ida", "Cases of this broker now: 2", "encrypted", "72 hours"):
        assert words in shown.output
    assert "Prøve" not in shown.output, "no content of cases"
    (row,) = json.loads(run("status", "--data", folder, "--json").output)["devices"]
    first = row["revoked_at"]
    assert first
    again = json.loads(run("revoke", device, "--data", folder, "--yes", "--json").output)
    assert (again["revoked_at"], again["cases"]) == (first, 2), "what was said first counts"


def test_without_a_yes_nothing_happens(lost: tuple[Path, str]) -> None:
    folder, device = lost
    assert run("revoke", device, "--data", folder, said="n\n").exit_code == 1
    (row,) = json.loads(run("status", "--data", folder, "--json").output)["devices"]
    assert row["revoked_at"] is None


def test_let_in_again_and_what_cannot_be(lost: tuple[Path, str]) -> None:
    folder, device = lost
    assert run("revoke", device, "--data", folder, "--undo").exit_code == 4, "it is not shut out"
    assert run("revoke", "no-such-device", "--data", folder, "--yes").exit_code == 4
    run("revoke", device, "--data", folder, "--yes")
    assert run("revoke", device, "--data", folder, "--undo").exit_code == 0
    (row,) = json.loads(run("status", "--data", folder, "--json").output)["devices"]
    assert row["revoked_at"] is None
