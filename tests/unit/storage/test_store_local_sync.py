"""The laptop's side of sync: what goes out, what the hub's answers do, and applying pages."""

from datetime import UTC, datetime
from typing import Any

import pytest

from broker_tui.domain.views import NotFound
from broker_tui.services.ports import ChangeNote, Page, Write
from broker_tui.storage.store import SqlStore
from sync.protocol import By, Change, Cursor, Op, OpAnswer, Problem
from sync.records import SHARED, broker_scope, canonical, case_scope, new_id
from sync.records.types import Citizen, Company, CompanyVisit, Conflict, Contact, Memo
from tests.unit.storage.conftest import TODAY, Office, create

NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
AT = Cursor(epoch="e", seq=7, chain="c")


def put(record_id: str, doc: dict[str, Any], rev: int = 1, type_name: str = "citizen", **more: Any) -> Change:
    """The hub's word about a record."""
    scope = more.pop("scope", case_scope(record_id))
    return Change(seq=rev, kind="put", id=record_id, type=type_name, scope=scope, rev=rev, doc=doc, **more)


def apply(store: SqlStore, *changes: Change) -> Any:
    """One page."""
    return store.apply_page(changes, {"broker:b": AT}, {"broker:b": 3})


def acknowledge(store: SqlStore, status: Any = "applied", rev: int = 1) -> list[Op]:
    """The hub names every unsent operation."""
    ops = list(store.unsent(500))
    store.record_answers([OpAnswer(op=op.op, status=status, rev=rev, seq=1) for op in ops], "r1", NOW)
    return ops


def refuse(store: SqlStore, op: Op, retry: Any = "new-op") -> None:
    """The hub refuses one operation."""
    problem = Problem(code="bad-field", detail="phone is too long", retry=retry, pointer="/phone")
    store.record_answers([OpAnswer(op=op.op, status="rejected", problem=problem)], "r1", NOW)


def doc(store: SqlStore, record_id: str, type_name: str = "citizen") -> dict[str, Any]:
    """A record as the broker sees it."""
    found = store.get(type_name, record_id)
    assert found is not None
    return found.doc


def test_only_named_operations_count_as_sent(office: Office) -> None:
    store = office.store
    office.person()
    first, second = store.unsent(10)
    store.record_answers([OpAnswer(op=first.op, status="applied", rev=1, seq=1)], "r1", NOW)
    assert [op.op for op in store.unsent(10)] == [second.op]
    assert store.unsent_count() == 1
    store.record_answers([OpAnswer(op=second.op, status="waiting")], "r1", NOW)
    assert store.unsent_count() == 1


def test_a_save_is_not_split_over_batches(office: Office) -> None:
    store = office.store
    for _ in range(3):
        office.person()
    assert len(store.unsent(3)) == 2
    assert len(store.unsent(4)) == 4
    assert len(store.unsent(1)) == 1
    assert len(store.unsent(100)) == 6


def test_a_refused_operation_holds_back_what_builds_on_it_and_nothing_else(office: Office) -> None:
    store = office.store
    bad, good = office.person("Bo"), office.person("Ida")
    office.contact(bad)
    office.contact(good)
    refuse(store, store.unsent(1)[0])
    assert {op.scope for op in store.unsent(10)} == {case_scope(good)}
    assert store.unsent_count() == 6
    (row,) = store.refused_rows()
    assert (row.code, row.pointer, row.unsent.who, row.unsent.record_type) == ("bad-field", "/phone", "Bo", "citizen")
    log = store.log(scope=None, record_id=bad, company_id=None, page=Page())
    assert [line.sent for line in log] == ["refused"]


def test_a_refused_change_is_given_up(office: Office) -> None:
    store, person = office.store, office.person("Bo")
    acknowledge(store)
    apply(store, put(person, {"name": "Bo"}))
    office.patch(person, phone="12")
    office.patch(person, area="Øst")
    refuse(store, store.unsent(1)[0])
    assert store.unsent(10) == []
    store.discard_refused(store.refused_rows()[0].unsent.op_id)
    assert doc(store, person) == {"name": "Bo", "area": "Øst"}
    assert [op.patch for op in store.unsent(10)] == [{"area": "Øst"}]
    with pytest.raises(NotFound):
        store.discard_refused("x")


def test_a_refused_create_is_given_up_with_all_of_its_record(office: Office) -> None:
    store = office.store
    company = store.save([create(Company(name="Værft"), SHARED)]).ids[0]
    store.save([Write("patch", "company", company, SHARED, {"area": "Nord"})])
    refuse(store, store.unsent(1)[0])
    store.discard_refused(store.refused_rows()[0].unsent.op_id)
    assert store.get("company", company) is None
    assert store.unsent_count() == 0
    assert store.find("værft", types=None, page=Page()) == []


def test_what_was_saved_together_with_a_refused_change_goes_again_without_it(office: Office) -> None:
    store, person = office.store, office.person("Bo")
    acknowledge(store)
    apply(store, put(person, {"name": "Bo"}))
    scope = case_scope(person)
    contact = Contact(occurred_on=TODAY, kind="phone", outcome="reached", citizen_id=person)
    store.save([create(contact, scope), Write("patch", "citizen", person, scope, {"phone": "12"})])
    good, bad = store.unsent(10)
    partner = Problem(code="tx-partner-refused", retry="same-op")
    store.record_answers([OpAnswer(op=good.op, status="rejected", problem=partner)], "r", NOW)
    refuse(store, bad)
    assert store.unsent(10) == []
    store.discard_refused(bad.op)
    assert [op.op for op in store.unsent(10)] == [good.op]
    assert store.refused_rows() == []
    assert doc(store, person) == {"name": "Bo"}


def test_giving_up_a_person_gives_up_what_is_about_them(office: Office) -> None:
    store, person, other = office.store, office.person("Bo"), office.person("Ida")
    office.contact(person, "Kanariefugl")
    refuse(store, store.unsent(1)[0])
    store.discard_refused(store.refused_rows()[0].unsent.op_id)
    assert {op.scope for op in store.unsent(10)} == {case_scope(other)}
    assert store.get("citizen", person) is None
    assert store._row('SELECT count(*) FROM "case"')[0] == 1
    assert store.find("kanarie", types=None, page=Page()) == []


def test_a_note_outlives_the_company_it_named(office: Office) -> None:
    store, person = office.store, office.person("Bo")
    company = store.save([create(Company(name="Værft"), SHARED)]).ids[0]
    contact = office.contact(person, "Kanariefugl", company_id=company)
    visit = store.save([create(CompanyVisit(company_id=company, occurred_on=TODAY), SHARED)]).ids[0]
    refuse(store, next(op for op in store.unsent(10) if op.id == company))
    store.discard_refused(store.refused_rows()[0].unsent.op_id)
    assert store.get("company", company) is None
    assert store.get("company_visit", visit) is None
    assert "company_id" not in doc(store, contact, "contact")
    assert company not in str(store.unsent(10))
    assert [hit.id for hit in store.find("kanarie", types=None, page=Page())] == [contact]


def test_a_corrected_change_goes_again_as_one_new_operation(office: Office) -> None:
    store = office.store
    company = store.save([create(Company(name="Værft", phone="12"), SHARED)]).ids[0]
    old = store.unsent(1)[0]
    refuse(store, old)
    store.save([Write("patch", "company", company, SHARED, {"phone": "20304050"})])
    store.retry_refused(old.op)
    (again,) = store.unsent(10)
    assert again.op != old.op
    assert again.chain == again.op
    assert (again.kind, again.patch) == ("create", {"name": "Værft", "phone": "20304050"})
    store.save([Write("patch", "company", company, SHARED, {"area": "Nord"})])
    assert [op.after for op in store.unsent(10)] == [None, again.op]
    assert store.refused_rows() == []


def test_the_same_operation_goes_again_when_the_hub_said_so(office: Office) -> None:
    store = office.store
    store.save([create(Company(name="Værft"), SHARED)])
    old = store.unsent(1)[0]
    refuse(store, old, "same-op")
    store.retry_refused(old.op)
    assert [op.op for op in store.unsent(10)] == [old.op]


def test_a_page_brings_records_and_cursors(office: Office) -> None:
    store, person, contact = office.store, new_id(), new_id()
    heard: list[ChangeNote] = []
    store.subscribe(lambda note: heard.append(note))
    note = {"occurred_on": "2026-02-01", "kind": "phone", "outcome": "reached", "citizen_id": person, "note": "Truck"}
    by = By(staff="s", device="other", at="2026-02-01T10:00:00+01:00", fields=["note"], op=new_id())
    applied = apply(
        store,
        put(person, {"name": "Åse", "later": {"x": 1}}),
        put(contact, note, type_name="contact", scope=case_scope(person), by=by),
    )
    assert (applied.written, applied.removed, applied.conflicts, applied.undecodable) == (2, 0, 0, 0)
    assert store.cursors() == {"broker:b": AT}
    assert [hit.id for hit in store.find("tru", types=None, page=Page())] == [contact]
    assert store.last_contact(person) is not None
    assert store.unsent_count() == 0
    (line,) = store.log(scope=case_scope(person), record_id=None, company_id=None, page=Page())
    assert (line.mine, line.sent, line.fields, line.device, line.kind) == (
        False,
        "received",
        ("note",),
        "other",
        "create",
    )
    assert heard[0].origin == "sync"
    assert heard[0].types == {"citizen", "contact"}
    assert doc(store, person)["later"] == {"x": 1}
    store.reset_feed("broker:b")
    assert store.cursors() == {}


def test_a_page_applied_twice_changes_nothing(office: Office) -> None:
    store, person = office.store, new_id()
    page = (
        put(person, {"name": "Åse"}, 2, by=By(op="o", staff="s")),
        put("x", {"text": "Husk"}, 1, "memo", scope="broker:b"),
    )
    for _ in range(2):
        apply(store, *page)
    apply(store, put(person, {"name": "Ældre"}, 1))
    assert doc(store, person) == {"name": "Åse"}
    assert len(store.log(scope=None, record_id=person, company_id=None, page=Page())) == 1
    assert store._row("SELECT count(*) FROM name_word WHERE record_id = ?", (person,))[0] == 1


def test_an_id_that_claims_a_year_beyond_all_calendars_does_not_stop_the_page(office: Office) -> None:
    store, strange = office.store, "ffffffff-ffff-7fff-8fff-ffffffffffff"
    assert apply(store, put(strange, {"name": "Sen Fremtid"})).written == 1
    assert doc(store, strange)["name"] == "Sen Fremtid"


def test_own_unsent_changes_stay_on_top_of_the_hubs_word(office: Office) -> None:
    store, person = office.store, new_id()
    apply(store, put(person, {"name": "Bo", "area": "Nord"}))
    office.patch(person, area="Øst")
    apply(store, put(person, {"name": "Bo Holm", "area": "Vest", "phone": "1"}, 2))
    assert doc(store, person) == {"name": "Bo Holm", "area": "Øst", "phone": "1"}
    (op,) = store.unsent(10)
    assert (op.base, op.before) == (1, {"area": "Nord"})
    apply(store, put(person, {"name": "Bo Holm", "area": "Øst", "phone": "1"}, 3, ops=[op.op]))
    acknowledge(store, rev=3)
    apply(store, put(person, {"name": "Ny", "area": "Syd"}, 4))
    assert doc(store, person) == {"name": "Ny", "area": "Syd"}


def test_an_operation_in_the_feed_whose_answer_was_lost_is_not_laid_on_again(office: Office) -> None:
    store, person = office.store, new_id()
    apply(store, put(person, {"name": "Bo"}))
    office.patch(person, area="Øst")
    (op,) = store.unsent(10)
    apply(store, put(person, {"name": "Bo", "area": "Øst"}, 2, ops=[op.op]))
    apply(store, put(person, {"name": "Bo", "area": "Vest"}, 3))
    assert doc(store, person)["area"] == "Vest"
    assert store.unsent_count() == 1


def test_own_operations_come_back_without_a_document(office: Office) -> None:
    store, person = office.store, office.person("Bo", area="Øst")
    ops = acknowledge(store)
    office.patch(person, area="Nord")
    change = Change(seq=1, kind="put", id=person, type="citizen", scope=case_scope(person), rev=1, ops=[ops[0].op])
    apply(store, change)
    assert doc(store, person)["area"] == "Nord"
    office.store.record_answers([OpAnswer(op=store.unsent(1)[0].op, status="applied", rev=2)], "r", NOW)
    apply(store, put(person, {"name": "Bo", "area": "Vest"}, 3))
    assert doc(store, person)["area"] == "Vest"
    office.patch(person, area="Syd")
    (op,) = store.unsent(5)
    assert (op.base, op.chain) == (3, op.op)


def test_a_refused_change_after_a_bodyless_answer_falls_back_to_the_right_base(office: Office) -> None:
    store, person = office.store, office.person("Bo", area="Øst")
    ops = acknowledge(store)
    office.patch(person, area="Nord")
    apply(store, Change(seq=1, kind="put", id=person, type="citizen", scope=case_scope(person), rev=1, ops=[ops[0].op]))
    refuse(store, store.unsent(1)[0])
    store.discard_refused(store.refused_rows()[0].unsent.op_id)
    assert doc(store, person) == {"name": "Bo", "area": "Øst"}


def test_giving_up_after_a_pull_falls_back_to_what_was_pulled(office: Office) -> None:
    store, person = office.store, new_id()
    apply(store, put(person, {"name": "Bo", "area": "Nord"}))
    office.patch(person, area="Øst")
    apply(store, put(person, {"name": "Bo Holm", "area": "Vest"}, 2))
    refuse(store, store.unsent(1)[0])
    store.discard_refused(store.refused_rows()[0].unsent.op_id)
    assert doc(store, person) == {"name": "Bo Holm", "area": "Vest"}


def test_revoked_and_purged_records_leave_nothing_behind(office: Office) -> None:
    store, person, kept = office.store, office.person("Bo", note="Kanariefugl"), office.person("Ida")
    office.contact(person, "Zebrafinke")
    acknowledge(store)
    office.patch(person, phone="20304050")
    contact = store.contact_rows(citizen_id=person, page=Page())[0].entry.id
    store.save_draft(f"contact:{person}", "contact", person, {"note": "Papegøje"})
    store.save([], imported={person: {"name": "Bo"}})
    applied = apply(
        store,
        Change(seq=2, kind="purge", id=contact, type="contact", scope=case_scope(person)),
        Change(seq=3, kind="revoke", id=person, type="citizen", scope=case_scope(person), rev=1),
    )
    assert applied.removed == 2
    assert store.get("citizen", person) is None
    assert store.get("contact", contact) is None
    for word in ("bo", "kanarie", "zebra"):
        assert store.find(word, types=None, page=Page()) == []
    assert store.drafts() == []
    assert store.imported([person]) == {}
    assert [op.patch for op in store.unsent(10)] == [{"phone": "20304050"}]
    journal = str(store._rows("SELECT patch, before FROM op"))
    assert "Kanariefugl" not in journal
    assert "Zebrafinke" not in journal
    assert store.get("citizen", kept) is not None


def test_a_case_that_comes_back_is_there_again(office: Office) -> None:
    store, person = office.store, new_id()
    apply(store, put(person, {"name": "Bo"}, 1))
    apply(
        store,
        Change(seq=2, kind="revoke", id=person, type="citizen", scope=case_scope(person), rev=1),
        put(person, {"name": "Bo"}, 2),
    )
    assert doc(store, person) == {"name": "Bo"}
    assert [hit.id for hit in store.find("bo", types=None, page=Page())] == [person]


def test_a_soft_delete_of_a_colleague_hides_the_record(office: Office) -> None:
    store, person = office.store, new_id()
    apply(store, put(person, {"name": "Bo"}))
    apply(store, put(person, {"name": "Bo"}, 2, deleted=True))
    entry = store.entry(Citizen, person)
    assert entry is not None
    assert entry.deleted
    assert store.find("bo", types=None, page=Page()) == []


def test_corrections_are_linked_in_whatever_order_they_come(office: Office) -> None:
    store, person, old, new = office.store, new_id(), new_id(), new_id()
    fact = {"occurred_on": "2026-02-01", "kind": "phone", "outcome": "reached", "citizen_id": person}
    first = put(old, {**fact, "note": "Forkert"}, 1, "contact", scope=case_scope(person))
    second = put(new, {**fact, "note": "Rigtigt", "replaces": old}, 1, "contact", scope=case_scope(person))
    for order in ((second, first), (first, second)):
        apply(store, order[0])
        apply(store, order[1])
        assert [row.entry.id for row in store.contact_rows(citizen_id=person, page=Page())] == [new]
        assert store.find("forkert", types=None, page=Page()) == []
        purge = [Change(seq=9, kind="purge", id=i, type="contact", scope=case_scope(person)) for i in (old, new)]
        apply(store, *purge)
    apply(store, second, first)
    assert [row.entry.id for row in store.contact_rows(citizen_id=person, page=Page())] == [new]


def conflict(record_id: str, **more: Any) -> dict[str, Any]:
    """A difference about somebody's area."""
    side = {"values": {"area": "Øst"}}
    return {
        **{"record_id": record_id, "record_type": "citizen", "fields": ["area"], "chain": "c"},
        **{"kept": side, "other": {"values": {"area": "Nord"}}, "before": {"values": {}}},
        **more,
    }


def test_differences_are_counted_and_settled_here_at_once(office: Office) -> None:
    store, person, difference = office.store, new_id(), new_id()
    applied = apply(
        store,
        put(person, {"name": "Bo", "area": "Øst"}),
        put(difference, conflict(person), 1, "conflict", scope=case_scope(person)),
    )
    assert applied.conflicts == 1
    entry = store.entry(Citizen, person)
    assert entry is not None
    assert entry.conflicts == 1
    assert [e.id for e in store.entries(Conflict, where={"state": "open"})] == [difference]
    resolve = Write("resolve", "citizen", person, case_scope(person), {"area": "Øst"}, (difference,))
    store.save([resolve])
    (op,) = store.unsent(10)
    assert (op.kind, op.closes, op.patch) == ("resolve", [difference], {"area": "Øst"})
    assert store.entries(Conflict, where={"state": "open"}) == []
    apply(store, put(difference, conflict(person), 2, "conflict", scope=case_scope(person)))
    assert store.entries(Conflict, where={"state": "open"}) == []
    apply(store, put(difference, conflict(person, state="settled"), 3, "conflict", scope=case_scope(person)))
    entry = store.entry(Citizen, person)
    assert entry is not None
    assert entry.conflicts == 0


def test_what_this_version_cannot_read_is_kept_for_the_next(office: Office) -> None:
    store = office.store
    applied = apply(
        store,
        put("p1", {"text": "?"}, 1, "pause", scope="case:x"),
        put("m1", {"text": 5}, 1, "memo", scope="broker:b", v=2),
        put("m2", {"text": "Husk", "colour": "red"}, 1, "memo", scope="broker:b", v=2),
    )
    assert (applied.written, applied.undecodable) == (1, 2)
    assert doc(store, "m2", "memo") == {"text": "Husk", "colour": "red"}
    store._writer.execute(
        "UPDATE parked SET change = replace(change, '\"text\":5', '\"text\":\"Fem\"') WHERE id = 'm1'"
    )
    store._unpark()
    assert doc(store, "m1", "memo") == {"text": "Fem"}
    assert store._rows("SELECT id FROM parked") == [("p1",)]


def test_a_page_that_fails_leaves_no_trace(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    store, person = office.store, new_id()

    def broken(*_: object) -> None:
        raise OSError("the disk went away")

    monkeypatch.setattr("broker_tui.storage.search_index.place_all", broken)
    with pytest.raises(OSError, match="went away"):
        apply(store, put(person, {"name": "Bo"}))
    assert store.get("citizen", person) is None
    assert store.cursors() == {}


def test_documents_travel_as_they_were(office: Office) -> None:
    store, person = office.store, new_id()
    raw = {"name": "Bo", "å": [1, {"b": True}], "z": "\u2603"}
    apply(store, put(person, raw))
    assert canonical(doc(store, person)) == canonical(raw)


def test_memos_and_contacts_of_the_page_land_in_their_lists(office: Office) -> None:
    store = office.store
    scope = broker_scope(store.me().staff_id)
    apply(
        store, put("w", {"occurred_on": "2026-02-01", "kind": "phone", "outcome": "reached"}, 1, "contact", scope=scope)
    )
    assert [row.entry.id for row in store.contact_rows(citizen_id=None, walk_ins=True, page=Page())] == ["w"]
    store.save(
        [create(Memo(text="x"), scope), create(Contact(occurred_on=TODAY, kind="text", outcome="reached"), scope)]
    )
    assert len(store.contact_rows(citizen_id=None, walk_ins=True, page=Page())) == 2
