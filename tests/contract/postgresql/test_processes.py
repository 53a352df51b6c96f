"""Several processes of one hub on one database: nobody can tell which one answered."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import URL as Address

from broker_tui.domain.clock import SystemClock
from broker_tui.services.hub_line import ClosableHub
from sync.hub.dialects import Unusable
from sync.hub.places import VARIABLE, Place
from sync.ports import Signer
from sync.transport import HttpHub
from tests.contract.sync.worlds import Laptop, encrypted, store_template
from tests.hub_lab import Lab

if TYPE_CHECKING:
    from tests.postgres_lab import Postgres

HUB = (sys.executable, "-c", "from sync.hub.cli import main; main()")


def started(folder: Path, address: Address, *arguments: str) -> subprocess.Popen[str]:
    """The command on a database; its address stands in the environment."""
    env = {**os.environ, VARIABLE: address.render_as_string(hide_password=False)}
    command = [*HUB, *arguments, "--data", str(folder)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(folder: Path, address: Address, port_file: Path) -> Iterator[str]:
    """A hub in a process of its own; its URL."""
    process = started(folder, address, "serve", "--port", "0", "--port-file", str(port_file), "--quiet")
    try:
        deadline = time.monotonic() + 30
        while not port_file.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port_file.read_text(encoding='utf-8').strip()}"
    finally:
        process.terminate()
        assert "Traceback" not in process.communicate(timeout=20)[1]


class InTurn:
    """Each line a laptop opens leads to the next process."""

    def __init__(self, lab: Lab, urls: list[str]) -> None:
        self.lab, self.urls, self.used = lab, urls, [""]

    def add_broker(self, name: str) -> str:
        return self.lab.admin.add_member(name).staff_id

    def code(self, staff_id: str) -> str:
        return self.lab.admin.code(staff_id)

    def line(self, signer: Signer | None) -> ClosableHub:
        self.used.append(self.urls[len(self.used) % len(self.urls)])
        return HttpHub(self.used[-1], signer, SystemClock())


def test_two_processes_serve_one_laptop_in_turn(lab: Lab, address: Address, tmp_path: Path) -> None:
    folder = lab.service.store.folder
    assert folder is not None
    lab.service.clock = lambda: SystemClock().now()
    store_template(tmp_path / "templates" / "laptop")
    with ExitStack() as stack:
        urls = [stack.enter_context(serving(folder, address, tmp_path / f"port{n}")) for n in range(2)]
        world = InTurn(lab, urls)
        mette = world.add_broker("Mette")
        one, two = (encrypted(world, tmp_path / "templates", tmp_path / name).join(mette) for name in ("one", "two"))
        stack.callback(two.close)
        stack.callback(one.close)
        citizen = one.citizen("Ida Invented")
        for n in range(4):
            note = one.contact(citizen, f"note {n}")
            for laptop in (one, two):
                _hang_up(laptop)
                receipt = laptop.run()
                assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
            assert two.doc(note, "contact")["note"] == f"note {n}"
        assert min(world.used.count(url) for url in urls) >= 4


def _hang_up(laptop: Laptop) -> None:
    laptop.sync.close()
    if laptop.bad is not None:
        laptop.bad.hub.close()


def test_a_request_caught_on_the_wire_is_refused_by_the_other_process_too(
    lab: Lab, address: Address, tmp_path: Path
) -> None:
    folder = lab.service.store.folder
    assert folder is not None
    lab.service.clock = lambda: SystemClock().now()
    sent: list[httpx.Request] = []
    store_template(tmp_path / "templates" / "laptop")
    with ExitStack() as stack:
        urls = [stack.enter_context(serving(folder, address, tmp_path / f"port{n}")) for n in range(2)]
        world = InTurn(lab, urls[:1])
        one = encrypted(world, tmp_path / "templates", tmp_path / "one").join(world.add_broker("Mette"))
        stack.callback(one.close)
        send = httpx.Client.send

        def caught(client: httpx.Client, request: httpx.Request, **more: object) -> httpx.Response:
            sent.append(request)
            return send(client, request, **more)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(httpx.Client, "send", caught)
            one.run()
        first = sent[0]
        headers = {name: value for name, value in first.headers.items() if name != "content-length"}
        again = httpx.post(urls[1] + first.url.path, content=first.read(), headers=headers, trust_env=False)
        assert (again.status_code, again.json()["code"]) == (401, "replayed")


def ended(*processes: subprocess.Popen[str]) -> list[tuple[int, str]]:
    """Exit codes and what was said last."""
    said = [process.communicate(timeout=60) for process in processes]
    return [(p.returncode, (out + err).strip()) for p, (out, err) in zip(processes, said, strict=True)]


def test_two_processes_meet_an_empty_database(postgres: "Postgres", tmp_path: Path) -> None:
    with postgres.database("template0") as address:
        brought_up = ended(*(started(tmp_path / "hub", address, "migrate") for _ in range(3)))
        assert [code for code, _said in brought_up] == [0, 0, 0], brought_up
    with postgres.database("template0") as address:
        made = sorted(ended(*(started(tmp_path / "hub", address, "init") for _ in range(2))))
        assert [code for code, _said in made] == [0, 4], made
        assert "there is a hub in" in made[1][1]
        states = ended(*(started(tmp_path / "hub", address, "status", "--json") for _ in range(2)))
        epochs = {json.loads(said)["epoch"] for _code, said in states}
        assert len(epochs) == 1
        keys = [path.name for path in (tmp_path / "hub").iterdir()]
        assert keys == ["sign-key"]


def test_a_folder_with_another_key_is_not_taken_for_this_hub(lab: Lab, address: Address, tmp_path: Path) -> None:
    ((code, said),) = ended(started(tmp_path / "elsewhere", address, "status"))
    assert code == 4
    assert "sign-key" in said
    assert len(said.splitlines()) == 1


@pytest.fixture
def restricted(postgres: "Postgres", address: Address) -> Iterator[Address]:
    """The same database for a role that may use the tables but does not own them."""
    name = f"app_{address.database}"
    postgres.run(f"CREATE ROLE {name} LOGIN")
    for grant in (
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
    ):
        postgres.run(grant, address.database)
    yield address.set(username=name)
    postgres.run(f"DROP OWNED BY {name}", address.database)
    postgres.run(f"DROP ROLE {name}")


def test_a_role_that_owns_nothing_is_enough_to_serve(
    lab: Lab, restricted: Address, beside: Callable[[], Lab], postgres: "Postgres"
) -> None:
    assert lab.service.store.folder is not None
    poor = Lab.of(lab.service.store.folder, restricted)
    ida = poor.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    assert len(ida.pull()) == 2
    poor.admin.erase(who)
    poor.service.store.close()
    postgres.run("UPDATE alembic_version SET version_num = '0002'", restricted.database)
    with pytest.raises(Unusable, match="jobcenter-hub migrate"):
        Place(lab.service.store.folder, restricted).current()


def test_a_role_that_no_policy_binds_is_refused(postgres: "Postgres", address: Address, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="BYPASSRLS"):
        Place(tmp_path, postgres.url(address.database or "", "postgres")).current()


def test_a_server_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    nobody = Address.create(
        "postgresql", username="hub", host="127.0.0.1", port=9, database="hub", password="s3cret-word"
    )
    ((code, said),) = ended(started(tmp_path, nobody, "status"))
    assert code == 4
    assert said.startswith("Error: the database cannot be reached")
    assert len(said.splitlines()) == 1
    assert "s3cret-word" not in said
