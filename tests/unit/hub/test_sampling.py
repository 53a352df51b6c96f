"""The lead's sample: unforeseeable, drawn once, checkable by whoever has the hub's public key."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete

from sync.hub import tables as t
from sync.hub.admin import AdminError
from sync.hub.anchoring import SigningKey
from sync.hub.cli import main
from sync.hub.sampling import is_genuine
from sync.protocol import AuditHead, StatusRequest
from tests.hub_lab import Lab, Laptop, contact

MONTH = "2026-11"
AFTER = datetime(2026, 12, 1, 8, tzinfo=UTC)


def public(lab: Lab) -> bytes:
    return base64.b64decode(lab.service.sign_key)


def worked(lab: Lab, changes: int = 30) -> Laptop:
    """A broker's November: changes, and an audit log of forty lines."""
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create, *(contact(who) for _ in range(changes)))
    lab.service.status(ida.actor, StatusRequest(audit=AuditHead(seq=40, mac="a" * 64)))
    return ida


def test_it_is_drawn_once_and_stays_the_same(lab: Lab) -> None:
    ida = worked(lab)
    lab.now = AFTER
    sample, follows = lab.admin.audit_sample(MONTH, changes=5, lines=3)
    assert follows
    assert len({one.op for one in sample.changes}) == 5
    assert {one.staff for one in sample.changes} == {ida.staff}
    (log,) = sample.logs
    assert (log.device, log.since, log.head, len(set(log.lines))) == (ida.actor.device_id, 0, 40, 3)
    assert all(0 < line <= 40 for line in log.lines)
    ida.push(ida.citizen()[1])  # a later month
    lab.service.status(
        ida.actor, StatusRequest(audit=AuditHead(seq=50, mac="b" * 64), since=AuditHead(seq=40, mac="a" * 64))
    )
    assert lab.admin.audit_sample(MONTH, changes=9) == (sample, True)
    lab.now = datetime(2027, 1, 4, tzinfo=UTC)
    (again,) = lab.admin.audit_sample("2026-12")[0].logs
    assert (again.since, again.head) == (40, 50)
    assert all(40 < line <= 50 for line in again.lines)


def test_it_cannot_be_foreseen_nor_drawn_until_it_suits(lab: Lab, tmp_path: Path) -> None:
    worked(lab)
    for early in (MONTH, "2031-01"):
        with pytest.raises(AdminError, match="not over"):
            lab.admin.audit_sample(early)
    with pytest.raises(AdminError, match="written as"):
        lab.admin.audit_sample("november")
    lab.now = AFTER
    sample, _ = lab.admin.audit_sample(MONTH, changes=5)
    assert is_genuine(sample, lab.service.tenant, public(lab))
    other = SigningKey.of(tmp_path)
    assert other is not None
    assert not is_genuine(sample, lab.service.tenant, base64.b64decode(other.public_text))
    for forged in (
        msgspec.structs.replace(sample, month="2026-10"),
        msgspec.structs.replace(
            sample, logs=[msgspec.structs.replace(log, lines=[1, 2, 3, 4, 6]) for log in sample.logs]
        ),
    ):
        assert not is_genuine(forged, lab.service.tenant, public(lab))


def test_another_key_draws_other_changes(tmp_path: Path) -> None:
    """Who knows the history but not the key cannot tell what will be drawn."""
    lab = Lab.at(tmp_path / "hub")
    worked(lab, changes=60)
    lab.now = AFTER
    mine, _ = lab.admin.audit_sample(MONTH, changes=5)
    with lab.service.store.write() as conn:
        conn.execute(delete(t.audit_sample))
    (tmp_path / "hub" / "sign-key").unlink()
    other = Lab.of(tmp_path / "hub")
    other.now = AFTER
    theirs, _ = other.admin.audit_sample(MONTH, changes=5)
    assert [one.op for one in mine.changes] != [one.op for one in theirs.changes]


def test_a_history_that_was_changed_is_told(lab: Lab) -> None:
    worked(lab)
    lab.now = AFTER
    sample, _ = lab.admin.audit_sample(MONTH, changes=5)

    def forget(conn: Connection) -> None:
        conn.execute(delete(t.op).where(t.op.c.op == sample.changes[0].op))

    lab.service.store.commit(forget)
    assert lab.admin.audit_sample(MONTH) == (sample, False)


def test_the_month_is_the_one_where_the_jobcenter_is(lab: Lab) -> None:
    lab.now = datetime(2026, 10, 31, 22, 59, tzinfo=UTC)  # 23.59 in Denmark
    worked(lab, changes=1)
    lab.now = datetime(2026, 10, 31, 23, 1, tzinfo=UTC)
    ida = lab.laptop("Ida")
    ida.push(ida.citizen()[1])
    lab.now = AFTER
    assert (len(lab.admin.audit_sample("2026-10")[0].changes), len(lab.admin.audit_sample(MONTH)[0].changes)) == (2, 1)


def test_the_command_says_ids_and_no_content(tmp_path: Path) -> None:
    lab = Lab.at(tmp_path / "hub")
    lab.now = datetime(2020, 1, 10, tzinfo=UTC)
    worked(lab)
    lab.service.store.close()
    arguments = ["audit-sample", "--month", "2020-01", "--data", str(tmp_path / "hub")]
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 0, told.output
    assert "Ida" in told.output
    assert "ringede" not in told.output
    assert "HISTORY HAS CHANGED" not in told.output
    found = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).output)
    assert (found["month"], found["follows"], len(found["changes"])) == ("2020-01", True, 20)
    assert (
        CliRunner().invoke(main, ["audit-sample", "--month", "2999-01", "--data", str(tmp_path / "hub")]).exit_code == 4
    )
