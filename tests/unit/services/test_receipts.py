"""Every receipt of the hub is kept and found again: by number, day, person, company, record."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import Receipt
from broker_tui.services.receipts import Receipts
from broker_tui.storage.store import SqlStore
from sync.protocol import OpAnswer
from sync.records import SHARED
from sync.records.types import Company, CompanyVisit
from tests.contract.sync.worlds import HandClock
from tests.fakes.keys import open_store
from tests.unit.storage.conftest import TODAY, Office, create

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=DENMARK)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """An empty caseload."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def office(store: SqlStore) -> Office:
    """Short ways to fill it."""
    return Office(store)


@pytest.fixture
def receipts(store: SqlStore) -> Receipts:
    """What is tested; today is 21 November."""
    return Receipts(store, HandClock())


def confirmed(store: SqlStore, number: str, at: datetime = NOON) -> None:
    """The hub takes everything that is unsent under one number."""
    answers = [OpAnswer(op=op.op, status="applied", rev=1, seq=1) for op in store.unsent(500)]
    store.record_answers(answers, number, at)


def test_each_batch_keeps_its_number_with_what_it_covers(office: Office, receipts: Receipts) -> None:
    person = office.person()
    confirmed(office.store, "2026-1120-0001")
    office.contact(person)
    office.contact(person)
    office.patch(person, area="Øst")
    confirmed(office.store, "2026-1120-0002", NOON + timedelta(minutes=1))
    newest, first = receipts.found()
    assert (newest.number, newest.pushed and newest.pushed.items) == ("2026-1120-0002", 3)
    assert newest.pushed is not None
    assert newest.pushed.kinds == (("contact", 2), ("citizen", 1))
    assert newest.pushed.at == NOON + timedelta(minutes=1)
    assert (first.number, first.run) == ("2026-1120-0001", None)
    (group,) = receipts.groups("2026-1120-0002")
    assert (group.who, len(group.numbers)) == ("Åse Kjær", 3)
    assert receipts.groups("2026-1120-00") == [], "only the whole number"


def test_a_sync_is_one_line_with_its_last_batch_and_an_empty_one_has_a_line_too(
    office: Office, receipts: Receipts
) -> None:
    office.person()
    confirmed(office.store, "2026-1120-0001")
    office.store.add_receipt(Receipt("2026-1120-0001", NOON, 2, 2, 5, 0, (), 0))
    office.store.add_receipt(Receipt("20261120-130000-1", NOON + timedelta(hours=1), 0, 0, 0, 0, (), 0, "timed_out"))
    empty, full = receipts.found()
    assert (empty.pushed, empty.run and empty.run.outcome) == (None, "timed_out")
    assert full.run is not None
    assert full.run.received == 5


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1119-0007", ["A"]),
        ("aase kj", ["A"]),
        ("søren", ["B"]),
        ("19/11", ["A"]),
        ("i går", ["B"]),
        ("bådeværft", ["B"]),
        ("hat", []),
        ("", ["B", "A"]),
    ],
)
def test_what_answers(office: Office, receipts: Receipts, asked: str, found: list[str]) -> None:
    numbers = {"A": "2026-1119-0007", "B": "2026-1120-0001"}
    office.person("Åse Kjær")
    confirmed(office.store, numbers["A"], NOON - timedelta(days=1))
    office.person("Søren Bæk")
    yard = office.store.save([create(Company(name="Ærø Bådeværft"), SHARED)]).ids[0]
    office.store.save([create(CompanyVisit(company_id=yard, occurred_on=TODAY), SHARED)])
    confirmed(office.store, numbers["B"])
    assert [one.number for one in receipts.found(asked)] == [numbers[key] for key in found]


def test_which_receipt_covers_this_contact(office: Office, receipts: Receipts) -> None:
    person = office.person()
    contact = office.contact(person)
    assert receipts.covering(contact) == []
    confirmed(office.store, "2026-1120-0001")
    office.contact(person, "En anden")
    confirmed(office.store, "2026-1120-0002", NOON + timedelta(hours=1))
    assert [one.number for one in receipts.covering(contact)] == ["2026-1120-0001"]
    assert [one.number for one in receipts.found(contact)] == ["2026-1120-0001"]


def test_a_refused_change_is_covered_by_nothing(office: Office, receipts: Receipts) -> None:
    office.person()
    answers = [OpAnswer(op=op.op, status="rejected") for op in office.store.unsent(500)]
    office.store.record_answers(answers, "2026-1120-0001", NOON)
    assert receipts.found() == []


def test_receipts_outlive_the_person_they_are_about(office: Office, receipts: Receipts) -> None:
    person = office.person()
    office.contact(person, "Noget privat")
    confirmed(office.store, "2026-1120-0001")
    assert office.store.let_go(person) == 3
    (kept,) = receipts.found()
    assert kept.pushed is not None
    assert kept.pushed.items == 3
    (group,) = receipts.groups(kept.number)
    assert group.who is None
    assert [row.doc for row in office.store.changes(group.numbers)] == [{}, {}, {}]
