"""T37: what the hub decides by itself cannot be set from outside: owner, author, tenant, time, revision, state."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from sync.hub import tables as t
from sync.protocol import Op
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, make, statuses

ALIEN = {
    "tenant": 2, "owner": "x", "owner_broker": "x", "device": "x", "author": "x", "created_at": "2020-01-01T00:00:00Z",
    "received_at": "2020-01-01T00:00:00Z", "rev": 99, "seq": 99, "status": "applied", "deleted": True,
    "by": {"staff": "x"},
    "field_revs": [[9, "x", []]], "hub_writes": True, "feed": "broker:x", "solo": "x",
}  # fmt: skip
"""Names of the hub's own columns and of what others call them."""


def raw(op: Op, **more: Any) -> bytes:
    return msgspec.json.encode(msgspec.to_builtins(op) | more)


def stored(lab: Lab, record: str) -> Any:
    with lab.service.store.read() as conn:
        return conn.execute(select(t.record).where(t.record.c.id == record)).one()


@pytest.fixture
def pair(lab: Lab) -> tuple[Laptop, Laptop]:
    return lab.laptop("Ida"), lab.laptop("Jon")


def test_t37_beside_the_operation_nothing_is_taken(lab: Lab, pair: tuple[Laptop, Laptop]) -> None:
    ida, jon = pair
    who, create = ida.citizen("Ny Person")
    assert statuses(ida.push(raw(create, **ALIEN, staff=jon.staff))) == ["applied"]
    row = stored(lab, who)
    by = msgspec.json.decode(row.by)
    assert (row.tenant, row.rev, row.deleted, row.scope) == (1, 1, False, f"case:{who}")
    assert (by["staff"], by["device"]) == (ida.staff, ida.actor.device_id)
    assert msgspec.json.decode(row.doc) == {"name": "Ny Person"}
    with lab.service.store.read() as conn:
        op = conn.execute(select(t.op).where(t.op.c.record_id == who)).one()
    assert (op.tenant, op.staff, op.device, op.rev) == (1, ida.staff, ida.actor.device_id, 1)
    assert op.received_at.startswith("2026-11-16T09:00:00")
    assert who not in [change.id for change in jon.pull()]


def test_t37_inside_the_document_it_means_nothing(lab: Lab, pair: tuple[Laptop, Laptop]) -> None:
    """Properties nobody knows are kept, for a newer laptop may have written them; the hub reads none of them."""
    ida, jon = pair
    who = new_id()
    answers = ida.push(make("citizen", who, f"case:{who}", {"name": "Ny Person", **ALIEN, "staff_id": jon.staff}))
    row = stored(lab, who)
    assert statuses(answers) == ["applied"]
    assert (row.tenant, row.rev, row.deleted) == (1, 1, False)
    assert msgspec.json.decode(row.by)["staff"] == ida.staff
    assert who not in [change.id for change in jon.pull()]
    with lab.service.store.read() as conn:
        grants = conn.execute(select(t.grant.c.staff_id).where(t.grant.c.scope == f"case:{who}")).scalars().all()
    assert grants == [ida.staff]


def test_t37_a_role_written_into_a_staff_record_opens_nothing(lab: Lab, pair: tuple[Laptop, Laptop]) -> None:
    ida, jon = pair
    who, create = jon.citizen("Jons Person")
    jon.push(create)
    staff = Op(op=(op := new_id()), chain=op, id=ida.staff, type="staff", scope="shared", kind="patch", base=1,
               patch={"role": "admin"})  # fmt: skip
    ida.push(staff)
    with lab.service.store.read() as conn:
        roles = conn.execute(select(t.member.c.role).where(t.member.c.staff_id == ida.staff)).scalars().all()
    assert roles == ["broker"]
    assert who not in [change.id for change in ida.pull()]


@pytest.mark.parametrize("scope", ["case:{jons}", "broker:{jon}", "broker:" + "0" * 8, "tenant:2", "shared "])
def test_t37_a_place_that_is_not_ones_own_is_refused(lab: Lab, pair: tuple[Laptop, Laptop], scope: str) -> None:
    ida, jon = pair
    who, create = jon.citizen("Jons Person")
    jon.push(create)
    where = scope.format(jons=who, jon=jon.staff)
    doc = {"what": "aftale", "due": "2026-12-01"}
    (said,) = statuses(ida.push(make("follow_up", new_id(), where, doc)))
    assert said in ("not-entitled", "malformed")


def test_t37_the_hubs_own_records_are_not_written_from_outside(lab: Lab, pair: tuple[Laptop, Laptop]) -> None:
    ida, _ = pair
    who, create = ida.citizen()
    ida.push(create)
    doc = {"record_id": who, "record_type": "citizen", "fields": ["name"], "state": "settled"}
    assert statuses(ida.push(make("conflict", new_id(), f"case:{who}", doc))) == ["hub-writes-only"]
