"""The example of the two roles is run as it stands, and a hub is made and used with them."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from sync.hub.admin import create, opened
from sync.hub.places import Place
from sync.records import new_id
from tests.hub_lab import START, Lab, make, statuses
from tests.postgres_lab import server

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples-ops" / "roles.sql"


def test_the_roles_of_the_example_make_a_hub_and_work_in_it(tmp_path: Path) -> None:
    with server(durable=True) as postgres:
        postgres.run("DROP DATABASE hub_template WITH (FORCE)")
        postgres.run("DROP ROLE hub")
        owner, worker = postgres.url("hub", "hub_owner"), postgres.url("hub", "hub")
        command = [
            *(str(postgres.programs / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(EXAMPLE)),
            *("-v", "owner_password=en", "-v", "hub_password=to"),
            *("-d", postgres.address[0]),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        create(tmp_path / "hub", "Jobcenter Prøveby", lambda: START, Place(tmp_path / "hub", owner))
        lab = Lab.__new__(Lab)
        lab.now = START
        lab.service = opened(tmp_path / "hub", lambda: lab.now, Place(tmp_path / "hub", worker))
        ida = lab.laptop("Ida Holm")
        _who, citizen = ida.citizen()
        assert statuses(ida.push(citizen, make("company", new_id(), "shared", {"name": "Værft"}))) == ["applied"] * 2
        assert len(ida.pull()) > 1
        lab.service.store.close()
        with (
            psycopg.connect(worker.render_as_string(hide_password=False)) as other,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            other.execute("CREATE TABLE mine (x int)")
