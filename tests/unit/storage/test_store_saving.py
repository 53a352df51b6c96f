"""A save is one transaction: record, operation, search index and audit row, or nothing at all."""

import time
from pathlib import Path
from threading import Thread
from typing import Literal

import pytest
from sqlcipher3 import dbapi2

from broker_tui.domain.views import Me, NotFound, StoreFull
from broker_tui.services.ports import ChangeNote, Page, Write
from broker_tui.storage.ground import Turns
from broker_tui.storage.store import SqlStore
from sync.records import SHARED, RecordError, case_scope, new_id
from sync.records.types import Citizen, Company, Contact, Memo
from tests.fakes.keys import open_store
from tests.unit.storage.conftest import Office, create


def tables(store: SqlStore) -> dict[str, int]:
    """How many rows everything a save touches has."""
    names = ("citizen", "contact", "op", "audit", "note", "name_word")
    return {name: store._row(f"SELECT count(*) FROM {name}")[0] for name in names}  # noqa: S608 - names from above


def test_a_save_writes_record_operation_index_and_audit(office: Office) -> None:
    person = office.person()
    office.contact(person, "Cykelværkstedet ringede")
    assert tables(office.store) == {"citizen": 1, "contact": 1, "op": 3, "audit": 3, "note": 1, "name_word": 2}


def test_a_waiting_save_comes_before_a_waiting_page() -> None:
    turns, order = Turns(), list[str]()

    def take(origin: Literal["local", "sync"]) -> None:
        with turns.taken(origin):
            order.append(origin)

    origins: tuple[Literal["local", "sync"], ...] = ("sync", "local", "sync", "local")
    waiting = [Thread(target=take, args=(origin,)) for origin in origins]
    with turns.taken("sync"):
        for thread in waiting:
            thread.start()
        deadline = time.monotonic() + 10
        while turns._saves < 2:
            assert time.monotonic() < deadline
            time.sleep(0.001)
    for thread in waiting:
        thread.join()
    assert order == ["local", "local", "sync", "sync"]


def test_unknown_fields_survive_a_patch(office: Office) -> None:
    store, person = office.store, new_id()
    doc = {"name": "Bo Lund", "shoe_size": 43, "nested": {"a": [1]}}
    store.save([Write("create", "citizen", person, case_scope(person), doc)])
    office.patch(person, name="Bo Holm", area="Øst")
    found = store.get("citizen", person)
    assert found is not None
    assert found.doc == {"name": "Bo Holm", "area": "Øst", "shoe_size": 43, "nested": {"a": [1]}}


def test_none_in_a_patch_takes_a_field_away(office: Office) -> None:
    person = office.person(area="Øst")
    office.patch(person, area=None)
    found = office.store.get("citizen", person)
    assert found is not None
    assert "area" not in found.doc


def test_a_patch_keeps_what_was_before_with_its_group(office: Office) -> None:
    person = office.person()
    case = office.store._row('SELECT id FROM "case"')[0]
    scope = case_scope(person)
    office.store.save([Write("patch", "case", case, scope, {"status": "closed", "closed_on": "2026-03-02"})])
    office.store.save([Write("patch", "case", case, scope, {"closed_on": "2026-03-01"})])
    last = office.store.unsent(10)[-1]
    assert last.patch == {"closed_on": "2026-03-01"}
    assert last.before == {"closed_on": "2026-03-02", "status": "closed"}
    assert office.store.operations(last.op)[0].before == {"closed_on": "2026-03-02"}


def test_a_patch_that_changes_nothing_is_no_operation(office: Office) -> None:
    person = office.person("Bo Lund")
    before = tables(office.store)
    office.patch(person, name="Bo Lund")
    assert tables(office.store) == before


def test_a_chain_of_edits_names_its_first_operation_and_the_one_before(office: Office) -> None:
    person = office.person()
    office.patch(person, area="Øst")
    office.patch(person, area="Nord")
    ops = [op for op in office.store.unsent(10) if op.id == person]
    assert [op.kind for op in ops] == ["create", "patch", "patch"]
    assert {op.chain for op in ops} == {ops[0].op}
    assert [op.after for op in ops] == [None, ops[0].op, ops[1].op]
    assert [op.base for op in ops] == [0, 0, 0]


def test_saves_of_several_records_share_a_transaction_and_single_ones_name_none(office: Office) -> None:
    person = office.person()
    office.contact(person)
    first, second, third = office.store.unsent(10)
    assert first.tx == second.tx == first.op
    assert third.tx is None
    assert [op.record_id for op in office.store.operations(first.op)] == [first.id, second.id]
    assert [op.op_id for op in office.store.operations(second.op)] == [first.op, second.op]


@pytest.mark.parametrize(
    "write",
    [
        Write("create", "citizen", "x", case_scope("x"), {"name": 5}),
        Write("create", "citizen", "x", case_scope("x"), {}),
        Write("create", "citizen", "x", SHARED, {"name": "Bo"}),
        Write("create", "nothing", "x", SHARED, {}),
        Write("create", "company", "x", SHARED, {"name": "Bo", "employees": 2.5}),
    ],
)
def test_a_bad_document_changes_nothing(office: Office, write: Write) -> None:
    person = office.person()
    before = tables(office.store)
    with pytest.raises((RecordError, TypeError)):
        office.store.save([Write("patch", "citizen", person, case_scope(person), {"area": "Øst"}), write])
    assert tables(office.store) == before
    found = office.store.get("citizen", person)
    assert found is not None
    assert "area" not in found.doc


def test_a_missing_record_cannot_be_patched(office: Office) -> None:
    with pytest.raises(NotFound):
        office.patch(new_id(), area="Øst")


def test_a_fact_is_never_patched(office: Office) -> None:
    person = office.person()
    contact = office.contact(person)
    with pytest.raises(RecordError):
        office.store.save([Write("patch", "contact", contact, case_scope(person), {"note": "Andet"})])


def test_an_id_stands_only_once(office: Office) -> None:
    person = office.person()
    with pytest.raises(RecordError):
        office.store.save([create(Citizen(name="Igen"), case_scope(person), person)])


def test_a_full_disk_saves_nothing_and_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    office = Office(store)
    person = office.person()
    before = tables(store)
    pages = store._writer.execute("PRAGMA page_count").fetchone()[0]
    store._writer.execute(f"PRAGMA max_page_count = {pages}")
    long = "ord " * 2400

    def fill() -> None:
        nonlocal before
        for _ in range(50):
            before = tables(store)
            office.contact(person, long)

    with pytest.raises(StoreFull):
        fill()
    assert tables(store) == before
    with pytest.raises(StoreFull):
        store.save_draft("contact:x", "contact", person, {"note": long * 10})
    store._writer.execute("PRAGMA max_page_count = 1000000")
    office.contact(person, "Nu er der plads")
    assert tables(store)["contact"] == before["contact"] + 1
    store.close()


def test_delete_and_restore(office: Office) -> None:
    person = office.person()
    contact, scope = office.contact(person, "Cykelværksted"), case_scope(person)
    office.store.save([Write("delete", "contact", contact, scope)])
    assert office.store.contact_rows(citizen_id=person, page=Page()) == []
    assert office.store.find("cykel", types=None, page=Page()) == []
    assert office.store.last_contact(person) is None
    office.store.save([Write("restore", "contact", contact, scope)])
    assert [row.entry.id for row in office.store.contact_rows(citizen_id=person, page=Page())] == [contact]
    assert [hit.id for hit in office.store.find("cykel", types=None, page=Page())] == [contact]


def test_a_moved_contact_leaves_the_wrong_person(office: Office) -> None:
    wrong, right = office.person("Bo Lund"), office.person("Ida Vind")
    contact = office.contact(wrong, "Om cyklen")
    move = Write("move", "contact", contact, case_scope(right), {"citizen_id": right})
    office.store.save([move])
    assert office.store.contact_rows(citizen_id=wrong, page=Page()) == []
    assert office.store.last_contact(wrong) is None
    (hit,) = office.store.find("cyklen", types=None, page=Page())
    assert (hit.open_id, hit.title) == (right, "Ida Vind")
    operation = office.store.operations(office.store.unsent(10)[-1].op)[0]
    assert (operation.scope, operation.former_scope) == (case_scope(right), case_scope(wrong))
    assert operation.before == {"citizen_id": wrong}


def test_a_correction_replaces_until_it_is_withdrawn(office: Office) -> None:
    person = office.person()
    first = office.contact(person, "Forkert ordlyd")
    second = office.contact(person, "Rigtig ordlyd", replaces=first)
    shown = office.store.contact_rows(citizen_id=person, page=Page())
    assert [row.entry.id for row in shown] == [second]
    everything = office.store.contact_rows(citizen_id=person, replaced=True, page=Page())
    assert {row.entry.id: row.entry.replaced_by for row in everything} == {first: second, second: None}
    assert [hit.id for hit in office.store.find("ordlyd", types=None, page=Page())] == [second]
    office.store.save([Write("delete", "contact", second, case_scope(person))])
    assert [hit.id for hit in office.store.find("ordlyd", types=None, page=Page())] == [first]
    entry = office.store.entry(Contact, first)
    assert entry is not None
    assert entry.replaced_by is None


def test_undo_is_found_until_it_is_done(office: Office) -> None:
    store = office.store
    person = office.person("Bo Lund")
    saved = office.patch(person, name="Bo Holm")
    last = store.last_undoable()
    assert last is not None
    assert (last.op_id, last.kind, last.fields) == (saved.tx, "patch", ("name",))
    store.save([Write("patch", "citizen", person, case_scope(person), {"name": "Bo Lund"})], undoes=saved.tx)
    before = store.last_undoable()
    assert before is not None
    assert before.record_id == person
    assert before.kind == "create"


def test_listeners_hear_after_the_commit_and_may_read_and_save(office: Office) -> None:
    heard: list[ChangeNote] = []

    def listen(note: ChangeNote) -> None:
        heard.append(note)
        if len(heard) == 1:
            assert len(office.store.unsent_rows(Page())) == 2
            office.store.save([create(Company(name="Bageriet"), SHARED)])

    office.store.subscribe(listen)
    person = office.person()
    assert heard[0] == ChangeNote(frozenset({"citizen", "case"}), frozenset({case_scope(person)}), "local")
    assert heard[1].types == frozenset({"company"})


def test_the_audit_log_is_only_added_to(office: Office) -> None:
    person = office.person()
    office.patch(person, area="Øst")
    office.store.note_audit("show_cpr", "citizen", person)
    rows = office.store._rows("SELECT action, entity, entity_id, detail FROM audit ORDER BY seq")
    assert rows[-2:] == [("patch", "citizen", person, "area"), ("show_cpr", "citizen", person, "")]
    for statement in ("DELETE FROM audit", "UPDATE audit SET actor = 'x'"):
        with pytest.raises(dbapi2.IntegrityError):
            office.store._writer.execute(statement)


def test_many_threads_save_and_read(office: Office) -> None:
    person = office.person()
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(15):
                office.contact(person)
                office.store.contact_rows(citizen_id=person, page=Page())
        except BaseException as error:  # handed to the test
            errors.append(error)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert office.store.contact_count(person) == 60


def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    office = Office(store)
    person = office.person()
    contact = office.contact(person, "Cykelværksted")
    me = store.me()
    store.close()
    store = open_store(tmp_path)
    assert store.me() == me
    assert store.unsent_count() == 3
    assert [hit.id for hit in store.find("cykel", types=None, page=Page())] == [contact]
    store.close()


def test_columns_and_index_follow_when_their_rules_change(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    person = Office(store).person("Åse Kjær")
    contact = Office(store).contact(person, "Cykelværksted")
    store._writer.execute("UPDATE citizen SET sort_name = 'x'")
    store._writer.execute("DROP INDEX contact__0")
    store._writer.execute("ALTER TABLE citizen DROP COLUMN sort_area")
    store._writer.execute("DELETE FROM name_word")
    store._writer.execute("UPDATE laptop SET value = 'older' WHERE name = 'projection'")
    store.close()
    store = open_store(tmp_path)
    assert store._row("SELECT sort_name FROM citizen")[0] == "}se kj{r"
    assert store._row("SELECT count(*) FROM sqlite_master WHERE name = 'contact__0'")[0] == 1
    assert [hit.id for hit in store.find("kjær", types=None, page=Page())] == [person]
    assert [hit.id for hit in store.find("cykel", types=None, page=Page())] == [contact]
    store.close()


def test_drafts_settings_and_identity(store: SqlStore) -> None:
    store.save_draft("contact:1", "contact", "1", {"note": "Jeg skr", "on": "2026-03-02"})
    store.save_draft("contact:1", "contact", "1", {"note": "Jeg skriver"})
    store.save_draft("memo", "memo", None, {})
    assert [draft.key for draft in store.drafts()] == ["memo", "contact:1"]
    draft = store.draft("contact:1")
    assert draft is not None
    assert draft.values == {"note": "Jeg skriver"}
    store.discard_draft("contact:1")
    assert store.draft("contact:1") is None
    store.set_setting("theme", {"name": "nat"})
    assert store.setting("theme") == {"name": "nat"}
    store.set_setting("theme", None)
    assert store.setting("theme", "lys") == "lys"
    me = Me(new_id(), "Ida", new_id(), "Bærbar", False)
    store.set_me(me)
    assert store.me() == me


def test_enrolment_rewrites_the_local_person(office: Office) -> None:
    store, new = office.store, new_id()
    former = store.me().staff_id
    person = office.person()
    office.contact(person, staff_id=former)
    memo = store.save([create(Memo(text="Husk"), f"broker:{former}")]).ids[0]
    store.adopt_staff(former, new)
    assert {op.staff for op in store.unsent(10)} == {new}
    assert store._row("SELECT staff_id FROM contact")[0] == new
    found = store.get("memo", memo)
    assert found is not None
    assert found.scope == f"broker:{new}"
    assert former not in str(store.unsent(10))


def test_what_an_import_said_is_kept_with_the_save(office: Office) -> None:
    person = office.person()
    write = Write("patch", "citizen", person, case_scope(person), {"area": "Øst"})
    office.store.save([write], imported={person: {"area": "Øst"}})
    assert office.store.imported([person, "x"]) == {person: {"area": "Øst"}}


def test_a_save_takes_its_draft_along_or_leaves_both_as_they_were(office: Office) -> None:
    store, person = office.store, office.person()
    store.save_draft("contact:1", "contact", person, {"note": "n"})
    store.save_draft("other", "contact", person, {"note": "o"})
    seen: list[int] = []
    store.subscribe(lambda note: seen.append(len(store.drafts())))
    bad = Write("create", "contact", new_id(), case_scope(person), {"note": 1})
    with pytest.raises(RecordError), store.ending_draft("contact:1"):
        store.save([bad])
    assert len(store.drafts()) == 2
    with store.ending_draft("contact:1"):
        office.contact(person, "n")
    assert seen == [1], "the draft had gone when the save was told of"
    office.contact(person, "a later save ends nothing")
    assert [draft.key for draft in store.drafts()] == ["other"]
