"""The hub remembers how far a laptop's audit log goes: an older copy put back is seen, and nothing unsent is lost."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from broker_tui.services.ports import Page
from broker_tui.storage.store import SqlStore
from broker_tui.vault.device import verify
from tests.contract.sync.worlds import HandClock, Laptop, ServiceWorld, sql_store


@pytest.fixture
def world(templates: Path, tmp_path: Path) -> Iterator[ServiceWorld]:
    real = ServiceWorld(Path(shutil.copytree(templates / "hub", tmp_path / "hub")))
    yield real
    real.close()


@pytest.fixture
def laptop(world: ServiceWorld, templates: Path, tmp_path: Path) -> Iterator[Laptop]:
    clock = HandClock()
    folder = Path(shutil.copytree(templates / "laptop", tmp_path / "laptop"))
    made = Laptop(world, sql_store(folder, clock), clock).join(world.add_broker("Mette"))
    yield made
    made.close()


def worked(laptop: Laptop, times: int = 3) -> None:
    for _ in range(times):
        laptop.citizen()
    laptop.run()


def heads(world: ServiceWorld) -> list[dict[str, object]]:
    return world.admin.audit_heads()


def anchored(store: SqlStore) -> int:
    anchor = store.audit_anchor()
    assert anchor is not None
    return anchor.seq


def put_back(laptop: Laptop, copy: Path) -> None:
    """The whole caseload as it was."""
    laptop.close()
    folder = copy.parent / "laptop"
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    laptop.store = sql_store(folder, laptop.clock, fresh=False)
    laptop.sync = type(laptop)(laptop.world, laptop.store, laptop.clock).sync


def kept(laptop: Laptop, tmp_path: Path) -> Path:
    """A copy made while nobody writes."""
    assert isinstance(laptop.store, SqlStore)
    laptop.store._fold_log()
    return Path(shutil.copytree(tmp_path / "laptop", tmp_path / "copy"))


def test_each_sync_takes_the_anchor_along(world: ServiceWorld, laptop: Laptop) -> None:
    assert isinstance(laptop.store, SqlStore)
    worked(laptop)
    first = anchored(laptop.store)
    worked(laptop)
    assert anchored(laptop.store) > first
    (head,) = heads(world)
    assert (head["seq"], head["forked_at"]) == (anchored(laptop.store), None)
    assert laptop.sync.state().warnings == ()


def test_the_anchor_is_countersigned(laptop: Laptop) -> None:
    assert isinstance(laptop.store, SqlStore)
    worked(laptop)
    anchor = laptop.store.audit_anchor()
    assert anchor is not None
    public = base64.b64decode(laptop.store.setting("hub.enrolment")["org_sign_key"])
    data = msgspec.json.encode(["audit", laptop.store.me().device_id, anchor.seq, anchor.mac, anchor.at])
    assert verify(public, base64.b64decode(anchor.signature), data)
    assert not verify(public, base64.b64decode(anchor.signature), data + b" ")


@pytest.mark.parametrize("grown", [0, 30])
def test_t26_an_older_copy_put_back_is_told_and_its_work_is_still_taken(
    world: ServiceWorld, laptop: Laptop, tmp_path: Path, grown: int
) -> None:
    worked(laptop)
    copy = kept(laptop, tmp_path)
    worked(laptop, 5)
    (before,) = heads(world)
    put_back(laptop, copy)
    unsent = [laptop.citizen() for _ in range(grown)]
    laptop.run()
    assert laptop.sync.state().warnings == ("forked",)
    (head,) = heads(world)
    assert (head["seq"], head["mac"], bool(head["forked_at"])) == (before["seq"], before["mac"], True)
    assert laptop.store.unsent_count() == 0
    assert all(world.admin.scope_of(person) for person in unsent)
    actions = [line.action for line in laptop.store.audit_lines(about=None, since=None, page=Page(0, 500))]
    assert actions.count("forked") == 1
    laptop.run()
    assert laptop.sync.state().warnings == ("forked",)
    world.admin.forget_audit_head(str(head["device"]))
    laptop.run()
    assert laptop.sync.state().warnings == ()


def test_an_answer_lost_on_the_way_is_no_fork(world: ServiceWorld, laptop: Laptop, tmp_path: Path) -> None:
    assert isinstance(laptop.store, SqlStore)
    worked(laptop)
    anchor = laptop.store.audit_anchor()
    assert anchor is not None
    worked(laptop)
    laptop.store.note_anchor(anchor)  # as if the last answer had never arrived
    laptop.run()
    assert laptop.sync.state().warnings == ()
    (head,) = heads(world)
    assert (head["forked_at"], int(str(head["seq"])) > anchor.seq) == (None, True)


def test_a_line_changed_in_the_old_part_is_seen_by_the_hub_too(world: ServiceWorld, laptop: Laptop) -> None:
    assert isinstance(laptop.store, SqlStore)
    worked(laptop)
    laptop.store._writer.execute("DROP TRIGGER audit_fixed_update")
    laptop.store._writer.execute("UPDATE audit SET mac = ? WHERE seq = ?", ("0" * 64, anchored(laptop.store)))
    laptop.run()
    assert laptop.sync.state().warnings == ("forked",)
