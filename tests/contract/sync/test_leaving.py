"""People leave a laptop: after a closed case, and by an order to erase; over the real hub and the encrypted store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker_tui.services.lease import ENROLMENT
from broker_tui.services.ports import Page
from broker_tui.services.retention import Retention
from broker_tui.storage.store import SqlStore
from sync.records import RECORD_TYPES, case_scope, new_id
from tests.contract.sync.worlds import Laptop, ServiceWorld, encrypted
from tests.hub_lab import edit


@pytest.fixture
def pair(real_hub: ServiceWorld, templates: Path, tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    """Two laptops of one broker."""
    mette = real_hub.add_broker("Mette")
    made = [encrypted(real_hub, templates, tmp_path / name).join(mette) for name in ("one", "two")]
    yield made[0], made[1]
    for laptop in made:
        laptop.close()


def closed_course(laptop: Laptop, *, closed_on: str = "2026-09-01") -> tuple[str, str]:
    """A person with a closed case, a note, and ids of person and case."""
    person, case = laptop.citizen(), new_id()
    doc = {"citizen_id": person, "programme": "fsm2", "known_from": "2026-01-01", "status": "closed"}
    laptop.write("create", case, doc | {"closed_on": closed_on}, type_name="case", scope=case_scope(person))
    laptop.contact(person, "en samtale")
    return person, case


def retention(laptop: Laptop) -> Retention:
    return Retention(laptop.store, laptop.clock)


def test_a_closed_case_leaves_after_its_days_and_comes_back_when_it_opens(pair: tuple[Laptop, Laptop]) -> None:
    one, two = pair
    person, case = closed_course(one)
    young, _case = closed_course(one, closed_on="2026-11-20")
    assert retention(one).sweep() == 0  # the hub has not got it yet
    one.run()
    two.run()
    assert retention(one).sweep() == 1
    assert (one.doc(person, "citizen"), bool(one.doc(young, "citizen"))) == ({}, True)
    two.write("patch", person, {"area": "Nord"}, type_name="citizen")
    two.run()
    one.run()
    assert one.doc(person, "citizen") == {}
    two.write("patch", case, {"status": "open", "closed_on": None}, type_name="case")
    two.run()
    one.run()
    one.run()
    assert one.doc(person, "citizen")["area"] == "Nord"
    assert len(one.store.contact_rows(citizen_id=person, page=Page())) == 1


def test_somebody_fetched_back_has_everything_again(pair: tuple[Laptop, Laptop]) -> None:
    one, _two = pair
    person, case = closed_course(one)
    one.run()
    retention(one).sweep()
    assert retention(one).call_back(person) == 1
    one.run()
    assert one.doc(person, "citizen")["name"] == "Ida Invented"
    assert one.doc(case, "case")["status"] == "closed"
    assert len(one.store.contact_rows(citizen_id=person, page=Page())) == 1


def test_the_municipality_says_how_long(pair: tuple[Laptop, Laptop]) -> None:
    one, _two = pair
    assert (retention(one).days, retention(one).set_by_hub) == (30, False)
    one.store.set_setting(ENROLMENT, {"policy": {"retention_days": 400}})
    assert (retention(one).days, retention(one).set_by_hub) == (365, True)


def test_an_order_to_erase_takes_what_the_hub_never_saw_too(
    real_hub: ServiceWorld, pair: tuple[Laptop, Laptop]
) -> None:
    one, two = pair
    person = one.citizen()
    note = one.contact(person, "sendt")
    one.run()
    two.run()
    unsent = two.contact(person, "aldrig sendt")
    two.store.save_draft(f"contact:{person}", "contact", person, {"note": "halvt"})
    real_hub.admin.erase(person)
    receipt = two.run()
    one.run()
    for laptop in pair:
        assert laptop.doc(person, "citizen") == laptop.doc(note, "contact") == laptop.doc(unsent, "contact") == {}
        assert laptop.store.unsent_count() == 0
        assert laptop.store.refused_rows() == []
        assert laptop.store.drafts() == []
        assert [one.why for one in laptop.store.departures(Page())] == ["erased"]
    assert receipt.outcome == "ok"


def found(laptop: Laptop, word: str) -> int:
    return len(laptop.store.find(word, types=None, page=Page()))


def rows_about(laptop: Laptop, person: str) -> int:
    """Rows of any kind of record in the encrypted database."""
    assert isinstance(laptop.store, SqlStore)
    queries = (f'SELECT count(*) FROM "{name}" WHERE scope = ?' for name in RECORD_TYPES)  # noqa: S608 - names of tables
    return sum(int(laptop.store._rows(query, (case_scope(person),))[0][0]) for query in queries)


def test_t38_a_case_that_went_to_somebody_else_leaves_nothing_behind(
    real_hub: ServiceWorld, templates: Path, tmp_path: Path
) -> None:
    mette, niels = real_hub.add_broker("Mette"), real_hub.add_broker("Niels")
    one = encrypted(real_hub, templates, tmp_path / "one").join(mette)
    other = encrypted(real_hub, templates, tmp_path / "other").join(niels)
    person, kept = one.citizen("Zebrastian Prøve"), one.citizen("Kvaksalver Prøve")
    role = new_id()
    doc = {"citizen_id": person, "staff_id": mette, "role": "broker", "start": "2026-01-01"}
    one.write("create", role, doc, type_name="role_assignment", scope=case_scope(person))
    note = one.contact(person, "kanariefuglen sang")
    one.contact(kept, "bliver her")
    one.run()
    one.store.save_draft(f"contact:{person}", "contact", person, {"note": "kanariefuglen halvt"})
    one.store.save_draft(f"contact:{kept}", "contact", kept, {"note": "bliver"})
    assert found(one, "kanariefuglen") == found(one, "Zebrastian") == 1

    real_hub.admin.assign(case_scope(person), "Niels")
    ended = edit("role_assignment", role, case_scope(person), 1, {"end": "2026-11-20"})
    assert [answer.status for answer in real_hub.service.administer([ended])] == ["applied"]
    one.run()
    other.run()

    assert one.doc(person, "citizen") == one.doc(note, "contact") == one.doc(role, "role_assignment") == {}
    assert (found(one, "kanariefuglen"), found(one, "Zebrastian"), found(one, "Kvaksalver")) == (0, 0, 1)
    assert [draft.about for draft in one.store.drafts()] == [kept]
    assert one.doc(kept, "citizen")["name"] == "Kvaksalver Prøve"
    assert other.doc(person, "citizen")["name"] == "Zebrastian Prøve"
    assert rows_about(one, person) == 0 < rows_about(one, kept)
    for laptop in (one, other):
        laptop.close()
