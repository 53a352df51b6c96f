"""One suite over the store in memory and the real one: what services and the sync engine rely on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from broker_tui.services.ports import Page, Store, Write
from broker_tui.storage.store import SqlStore
from sync.ports import LocalStore
from sync.protocol import Change, Cursor, Op, OpAnswer, Problem
from sync.records import SHARED, Scope
from sync.records.types import Company, Conflict
from tests.fakes.keys import open_store
from tests.fakes.local_store import MemoryStore

NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
AnyStore = SqlStore | MemoryStore


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    """Both stores in turn."""
    if request.param == "memory":
        yield MemoryStore()
        return
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def as_ports(store: SqlStore) -> tuple[Store, LocalStore]:
    """The type checker's word that the real store answers both ports."""
    return store, store


def write(kind: Any, company: str = "c", closes: tuple[str, ...] = (), **fields: Any) -> Write:
    """A write about a company."""
    return Write(kind, "company", company, Scope(SHARED), fields, closes)


def put(rev: int, doc: dict[str, Any] | None, company: str = "c", **more: Any) -> Change:
    """The hub's word about a company."""
    return Change(seq=rev, kind="put", id=company, type="company", scope=SHARED, rev=rev, doc=doc, **more)


def apply(store: AnyStore, *changes: Change, seq: int = 1) -> Any:
    """One page of the shared feed."""
    return store.apply_page(changes, {"shared": Cursor(epoch="e", seq=seq, chain="x")}, {})


def answer(store: AnyStore, op: Op, status: Any = "applied", rev: int = 1) -> None:
    """The hub's word on one operation."""
    problem = Problem(code="no") if status == "rejected" else None
    store.record_answers([OpAnswer(op=op.op, status=status, rev=rev, seq=rev, problem=problem)], "r", NOW)


def seen(store: AnyStore, company: str = "c") -> dict[str, Any]:
    """A company as the broker sees it."""
    found = store.get("company", company)
    assert found is not None
    return found.doc


def test_a_saved_record_is_there_and_unsent(store: AnyStore) -> None:
    saved = store.save([write("create", name="Værft")])
    found = store.get("company", "c")
    assert found is not None
    assert (found.doc, found.unsent, found.rev, found.deleted) == ({"name": "Værft"}, True, 0, False)
    assert saved.ids == ("c",)
    assert store.unsent_count() == 1
    assert [op.op_id for op in store.operations(saved.tx)] == [store.unsent(1)[0].op]


def test_operations_carry_base_chain_and_what_went_before(store: AnyStore) -> None:
    apply(store, put(4, {"name": "Værft", "area": "Nord"}))
    store.save([write("patch", area="Øst")])
    store.save([write("patch", area="Vest")])
    one, two = store.unsent(10)
    assert (one.base, one.chain, one.after, one.before) == (4, one.op, None, {"area": "Nord"})
    assert (two.base, two.chain, two.after, two.before) == (4, one.op, one.op, {"area": "Øst"})


def test_a_chain_keeps_its_base_when_a_page_comes_between(store: AnyStore) -> None:
    apply(store, put(4, {"name": "Værft"}))
    store.save([write("patch", area="Øst")])
    apply(store, put(5, {"name": "Skibsværft"}), seq=2)
    store.save([write("patch", area="Vest")])
    assert [op.base for op in store.unsent(10)] == [4, 4]
    assert seen(store) == {"name": "Skibsværft", "area": "Vest"}


def test_an_acknowledged_change_stays_on_top_until_it_is_pulled(store: AnyStore) -> None:
    apply(store, put(1, {"name": "Værft"}))
    store.save([write("patch", area="Øst")])
    answer(store, store.unsent(1)[0], rev=3)
    assert store.unsent_count() == 0
    apply(store, put(2, {"name": "Skibsværft"}), seq=2)
    assert seen(store) == {"name": "Skibsværft", "area": "Øst"}
    apply(store, put(3, {"name": "Skibsværft", "area": "Syd"}), seq=3)
    assert seen(store) == {"name": "Skibsværft", "area": "Syd"}


def test_own_operations_without_a_document_become_the_base(store: AnyStore) -> None:
    store.save([write("create", name="Værft")])
    (op,) = store.unsent(10)
    answer(store, op)
    apply(store, put(1, None, ops=[op.op]))
    found = store.get("company", "c")
    assert found is not None
    assert (found.doc, found.rev, found.unsent) == ({"name": "Værft"}, 1, False)


def test_groups_are_not_split(store: AnyStore) -> None:
    for name in ("a", "b"):
        store.save([write("create", f"{name}1", name="x"), write("create", f"{name}2", name="y")])
    assert [op.id for op in store.unsent(3)] == ["a1", "a2"]
    assert [op.id for op in store.unsent(4)] == ["a1", "a2", "b1", "b2"]


def test_refused_operations_wait_and_are_counted(store: AnyStore) -> None:
    store.save([write("create", name="Værft")])
    store.save([write("create", "d", name="Bageri")])
    refused = store.unsent(1)[0]
    answer(store, refused, "rejected")
    assert [op.id for op in store.unsent(10)] == ["d"]
    assert store.unsent_count() == 2
    assert [(row.code, row.unsent.op_id) for row in store.refused_rows()] == [("no", refused.op)]
    store.retry_refused(refused.op)
    assert {op.id for op in store.unsent(10)} == {"c", "d"}
    assert store.refused_rows() == []
    assert len(store.unsent_rows(Page())) == 2
    assert [row.record_id for row in store.unsent_rows(Page(0, 1))] == ["d"], "the newest first"


def test_a_refused_change_can_be_given_up(store: AnyStore) -> None:
    apply(store, put(1, {"name": "Værft"}))
    store.save([write("patch", area="Øst")])
    answer(store, store.unsent(1)[0], "rejected")
    store.discard_refused(store.refused_rows()[0].unsent.op_id)
    assert seen(store) == {"name": "Værft"}
    assert store.unsent_count() == 0


def test_waiting_operations_stay_unsent(store: AnyStore) -> None:
    store.save([write("create", name="Værft")])
    answer(store, store.unsent(1)[0], "waiting")
    assert len(store.unsent(10)) == 1


def test_cursors_move_with_the_page_and_can_be_forgotten(store: AnyStore) -> None:
    assert store.cursors() == {}
    apply(store, put(1, {"name": "Værft"}), seq=9)
    assert store.cursors()["shared"].seq == 9
    store.reset_feed("shared")
    assert store.cursors() == {}
    assert seen(store) == {"name": "Værft"}


def test_what_is_revoked_is_gone(store: AnyStore) -> None:
    apply(store, put(1, {"name": "Værft"}))
    applied = apply(store, Change(seq=2, kind="revoke", id="c", type="company", scope=SHARED, rev=1), seq=2)
    assert applied.removed == 1
    assert store.get("company", "c") is None


def test_a_difference_is_settled_at_once(store: AnyStore) -> None:
    side = {"values": {"area": "Øst"}}
    difference = {
        **{"record_id": "c", "record_type": "company", "fields": ["area"], "chain": "x"},
        **{"kept": side, "other": side, "before": {"values": {}}},
    }
    change = Change(seq=2, kind="put", id="k", type="conflict", scope=SHARED, rev=1, doc=difference)
    applied = apply(store, put(1, {"name": "Værft"}), change)
    assert applied.conflicts == 1
    store.save([write("resolve", closes=("k",), area="Øst")])
    (entry,) = store.entries(Conflict, where={"record_id": "c"})
    assert entry.record.state == "settled"
    assert store.unsent(10)[-1].closes == ["k"]


def test_names_and_entries(store: AnyStore) -> None:
    store.save([write("create", name="Værft", stage="active")])
    assert store.names(Company, ["c"]) == {"c": "Værft"}
    assert [entry.record.name for entry in store.entries(Company, where={"stage": "active"})] == ["Værft"]
    assert store.entries(Company, where={"stage": "resting"}) == []
