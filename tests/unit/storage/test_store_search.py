"""Find: prefixes, Danish letters, order, special characters, and what must never be found."""

from datetime import date
from pathlib import Path

import pytest

from broker_tui.domain.views import Hit
from broker_tui.services.ports import Page, Write
from broker_tui.storage import search_index
from sync.protocol import Change
from sync.records import SHARED, broker_scope, case_scope, new_id, to_doc
from sync.records.types import Citizen, Company, CompanyContact, CompanyVisit, Contact, Memo
from tests.fakes.keys import open_store
from tests.unit.storage.conftest import TODAY, Office, create


def find(office: Office, text: str, types: list[str] | None = None, page: Page | None = None) -> list[Hit]:
    """What find answers."""
    return office.store.find(text, types=types, page=page or Page(limit=50))


def test_every_typed_word_begins_a_word_newest_first(office: Office) -> None:
    person = office.person()
    ids = {
        day: office.contact(person, f"Hun vil gerne køre truck {day}", occurred_on=date(2026, 1, day))
        for day in (5, 20, 11)
    }
    office.contact(person, "Noget helt andet")
    assert [hit.id for hit in find(office, "gern tru")] == [ids[20], ids[11], ids[5]]
    assert find(office, "gern tru")[0].on == date(2026, 1, 20)
    assert [hit.id for hit in find(office, "truck 11")] == [ids[11]]
    assert find(office, "truck cykel") == []


@pytest.mark.parametrize("typed", ["kobenhavn", "KØBENHAVN", "koebenh", "köb", "Københavns"[:9]])
def test_danish_letters_are_found_however_they_are_typed(office: Office, typed: str) -> None:
    contact = office.contact(office.person(), "Flytter til København")
    assert [hit.id for hit in find(office, typed)] == [contact]


@pytest.mark.parametrize("typed", ["aase", "Åse", "åse k", "kjaer", "ase"])
def test_people_answer_to_their_names(office: Office, typed: str) -> None:
    person = office.person("Åse Kjær")
    assert [hit.open_id for hit in find(office, typed)] == [person]


def test_people_come_before_companies_and_notes(office: Office) -> None:
    person = office.person("Bager Bo")
    company = office.store.save([create(Company(name="Bageriet"), SHARED)]).ids[0]
    contact = office.contact(person, "Var hos bageren")
    hits = find(office, "bager")
    assert [(hit.type, hit.open_id) for hit in hits] == [
        *(("citizen", person), ("company", company), ("contact", person))
    ]
    assert hits[2].title == "Bager Bo"
    paged = [hit.id for offset in range(3) for hit in find(office, "bager", page=Page(offset, 1))]
    assert paged == [person, company, contact]
    assert [hit.id for hit in find(office, "bager", ["contact"])] == [contact]
    assert [hit.id for hit in find(office, "bager", ["company"])] == [company]


@pytest.mark.parametrize(
    "typed",
    ['"', "'", "NEAR(", "AND", "OR NOT", "a*", "^x", "-x", ":", "folded:x", "%", "\\", "(", "+", "﷽", "☃", "x\0y"],
)
def test_what_is_typed_is_never_query_language(office: Office, typed: str) -> None:
    office.contact(office.person("Bo"), "Et ganske almindeligt notat")
    assert find(office, typed) == []
    contact = office.contact(office.person("Ib"), 'NEAR and far, AND OR NOT; 100 % "sikker"')
    assert [hit.id for hit in find(office, 'near "sikker"')] == [contact]


def test_letters_of_all_kinds_do_no_harm(office: Office) -> None:
    contact = office.contact(office.person(), "Привет från Łódź 数 𞤀𞤁 ok")
    assert [hit.id for hit in find(office, "lodz")] == [contact]
    assert [hit.id for hit in find(office, "прив")] == [contact]
    assert [hit.id for hit in find(office, "ok")] == [contact]
    find(office, "\U0001e900 ok \u1c88")


def test_companies_memos_and_visits_open_where_they_are_shown(office: Office) -> None:
    store, me = office.store, office.store.me()
    company = store.save([create(Company(name="Værft", tasks="svejsning"), SHARED)]).ids[0]
    store.save([create(CompanyContact(company_id=company, name="Mia Holm"), SHARED)])
    store.save([create(CompanyVisit(company_id=company, occurred_on=TODAY, note="Rundvisning"), SHARED)])
    memo = store.save([create(Memo(text="Husk kaffe"), broker_scope(me.staff_id))]).ids[0]
    for typed in ("svejs", "mia", "rundvis"):
        assert [(hit.open_type, hit.open_id, hit.title) for hit in find(office, typed)] == [
            ("company", company, "Værft")
        ]
    assert [(hit.open_type, hit.open_id) for hit in find(office, "kaffe")] == [("memo", memo)]


def test_the_snippet_shows_the_place(office: Office) -> None:
    office.contact(office.person(), "Et to tre fire fem seks syv\notte Lærling ni ti " + "ord " * 60)
    (hit,) = find(office, "laerl")
    assert hit.snippet.startswith("…fem seks syv otte Lærling ni ti")
    assert len(hit.snippet) <= 92
    assert "\n" not in hit.snippet


def test_a_changed_text_is_found_by_its_new_words_only(office: Office) -> None:
    store, person = office.store, office.person("Bo Lund", note="Gammel tekst")
    office.patch(person, note="Nyt notat", name="Bo Holm")
    assert find(office, "gammel") == []
    assert find(office, "lund") == []
    assert [hit.id for hit in find(office, "nyt")] == [person]
    assert [hit.id for hit in find(office, "holm")] == [person]
    store.save([Write("delete", "citizen", person, case_scope(person))])
    assert find(office, "nyt") == []
    assert find(office, "holm") == []


def test_nothing_of_a_withdrawn_note_stays_in_the_index(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    office = Office(store)
    person = office.person()
    keep = office.contact(person, "Kanariefugl i buret")
    gone = office.contact(person, "Zebrafinke under loftet")
    store.save([Write("delete", "contact", gone, case_scope(person))])
    blocks = b"".join(bytes(row[0]) for row in store._rows("SELECT block FROM note_text_data"))
    assert b"kanariefugl"[:3] in blocks
    assert b"zebra" not in blocks
    assert b"finke" not in blocks
    assert store._rows("SELECT record_id FROM note") == [(keep,)]
    store._writer.execute("INSERT INTO note_text (note_text, rank) VALUES ('integrity-check', 0)")
    store.close()


def test_pages_of_a_feed_leave_the_index_in_few_pieces(tmp_path: Path) -> None:
    """FTS5 would merge by itself, but much at once and in whatever commit comes to it."""
    store = open_store(tmp_path)
    pieces = []
    for number in range(40):
        page = [_received(f"Samtale {number} om køkken og lager") for _ in range(3)]
        store.apply_page(page, {}, {})
        pieces.append(store._row("SELECT count(DISTINCT segid) FROM note_text_idx")[0])
    assert max(pieces) <= 8
    assert store._rows("SELECT v FROM note_text_config WHERE k = 'automerge'") == [(0,)]
    assert len(store.find("køkken", types=None, page=Page(limit=500))) == 120
    store._writer.execute("INSERT INTO note_text (note_text, rank) VALUES ('integrity-check', 0)")
    store.close()


def _received(note: str) -> Change:
    person = new_id()
    contact = Contact(citizen_id=person, occurred_on=TODAY, kind="phone", outcome="reached", note=note)
    return Change(seq=1, kind="put", id=new_id(), type="contact", scope=case_scope(person), rev=1, doc=to_doc(contact))


def test_numbers_find_people_and_companies(office: Office) -> None:
    person = office.person("Bo", cpr="0101900000", phone="20 30 40 50")
    company = office.store.save([create(Company(name="Værft", cvr="12345678"), SHARED)]).ids[0]
    for typed in ("010190", "010190-0000", "0101900000", "20 30"):
        assert [hit.id for hit in find(office, typed)] == [person], typed
    assert [hit.id for hit in find(office, "123456")] == [company]


def test_many_notes_of_one_day_keep_their_order(office: Office) -> None:
    person = office.person()
    ids = [office.contact(person, "Samme dag") for _ in range(5)]
    assert [hit.id for hit in find(office, "samme")] == ids[::-1]
    assert search_index.on_date(0) is None


def test_a_person_without_a_name_word_does_no_harm(office: Office) -> None:
    person = new_id()
    office.store.save([create(Citizen(name="???"), case_scope(person), person)])
    assert find(office, "???") == []
