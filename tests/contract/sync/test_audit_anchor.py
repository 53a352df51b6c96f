"""The hub remembers how far a laptop's audit log goes: an older copy put back is seen, and nothing unsent is lost."""

import base64
from pathlib import Path

import msgspec
import pytest

from broker_tui.services.ports import Page
from broker_tui.storage.store import SqlStore
from broker_tui.vault.device import verify
from tests.contract.sync.worlds import Laptop, ServiceWorld, kept, put_back


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


def test_each_sync_takes_the_anchor_along(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    assert isinstance(real_laptop.store, SqlStore)
    worked(real_laptop)
    first = anchored(real_laptop.store)
    worked(real_laptop)
    assert anchored(real_laptop.store) > first
    (head,) = heads(real_hub)
    assert (head["seq"], head["forked_at"]) == (anchored(real_laptop.store), None)
    assert real_laptop.sync.state().warnings == ()


def test_the_anchor_is_countersigned(real_laptop: Laptop) -> None:
    assert isinstance(real_laptop.store, SqlStore)
    worked(real_laptop)
    anchor = real_laptop.store.audit_anchor()
    assert anchor is not None
    public = base64.b64decode(real_laptop.store.setting("hub.enrolment")["org_sign_key"])
    data = msgspec.json.encode(["audit", real_laptop.store.me().device_id, anchor.seq, anchor.mac, anchor.at])
    assert verify(public, base64.b64decode(anchor.signature), data)
    assert not verify(public, base64.b64decode(anchor.signature), data + b" ")


@pytest.mark.parametrize("grown", [0, 30])
def test_t26_an_older_copy_put_back_is_told_and_its_work_is_still_taken(
    real_hub: ServiceWorld, real_laptop: Laptop, tmp_path: Path, grown: int
) -> None:
    worked(real_laptop)
    copy = kept(real_laptop, tmp_path / "laptop", tmp_path / "copy")
    worked(real_laptop, 5)
    (before,) = heads(real_hub)
    put_back(real_laptop, tmp_path / "laptop", copy)
    unsent = [real_laptop.citizen() for _ in range(grown)]
    real_laptop.run()
    assert real_laptop.sync.state().warnings == ("forked",)
    (head,) = heads(real_hub)
    assert (head["seq"], head["mac"], bool(head["forked_at"])) == (before["seq"], before["mac"], True)
    assert real_laptop.store.unsent_count() == 0
    assert all(real_hub.admin.scope_of(person) for person in unsent)
    actions = [line.action for line in real_laptop.store.audit_lines(about=None, since=None, page=Page(0, 500))]
    assert actions.count("forked") == 1
    real_laptop.run()
    assert real_laptop.sync.state().warnings == ("forked",)
    real_hub.admin.forget_audit_head(str(head["device"]))
    real_laptop.run()
    assert real_laptop.sync.state().warnings == ()


def test_an_answer_lost_on_the_way_is_no_fork(real_hub: ServiceWorld, real_laptop: Laptop, tmp_path: Path) -> None:
    assert isinstance(real_laptop.store, SqlStore)
    worked(real_laptop)
    anchor = real_laptop.store.audit_anchor()
    assert anchor is not None
    worked(real_laptop)
    real_laptop.store.note_anchor(anchor)  # as if the last answer had never arrived
    real_laptop.run()
    assert real_laptop.sync.state().warnings == ()
    (head,) = heads(real_hub)
    assert (head["forked_at"], int(str(head["seq"])) > anchor.seq) == (None, True)


def test_a_line_changed_in_the_old_part_is_seen_by_the_hub_too(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    assert isinstance(real_laptop.store, SqlStore)
    worked(real_laptop)
    real_laptop.store._writer.execute("DROP TRIGGER audit_fixed_update")
    real_laptop.store._writer.execute("UPDATE audit SET mac = ? WHERE seq = ?", ("0" * 64, anchored(real_laptop.store)))
    real_laptop.run()
    assert real_laptop.sync.state().warnings == ("forked",)
