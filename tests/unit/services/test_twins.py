"""One workplace entered twice: merged by a person, read under either id, parted again."""

import random

import pytest

from broker_tui.domain.views import InvalidInput
from broker_tui.services import Services
from broker_tui.services.ports import Write
from broker_tui.services.twins import kept, kin
from sync.records import SHARED
from sync.records.types import Company, CompanyContact, CompanyVisit, Placement
from tests.unit.services.services_helpers import TODAY, person


def twice(services: Services) -> tuple[str, str]:
    """The older and the younger record of one workplace."""
    older = services.companies.add(Company(name="Havblik Kro", phone="11223344", area="Havnen")).ids[0]
    younger = services.companies.add(Company(name="Havblik Kro ApS", cvr="10150817", stage="active", area="Nord")).ids[
        0
    ]
    return (older, younger) if older < younger else (younger, older)


def names(services: Services) -> list[str]:
    return [row.name for row in services.companies.rows(today=TODAY)]


def test_what_belongs_to_either_is_shown_on_one_card(services: Services) -> None:
    older, younger = twice(services)
    services.companies.add_contact(CompanyContact(company_id=younger, name="Birthe Holm"))
    services.companies.add_visit(CompanyVisit(company_id=older, occurred_on=TODAY, note="Rundvisning"))
    jonas = person(services)
    services.work.add_placement(Placement(citizen_id=jonas, company_id=younger, type="flexjob", start=TODAY))
    services.twins.merge(older, younger)
    for company_id in (older, younger):
        card = services.companies.card(company_id, TODAY)
        assert card.company.id == older
        assert [entry.id for entry in card.also] == [younger]
        assert [entry.record.name for entry in card.contacts] == ["Birthe Holm"]
        assert [entry.record.note for entry in card.visits] == ["Rundvisning"]
        assert list(card.citizens) == [jonas]
    (row,) = services.companies.rows(today=TODAY)
    assert (row.company_id, row.placed, row.last_visit) == (older, 1, TODAY)
    assert services.companies.count() == 1
    told = {(row.record_type, row.record_id) for row in services.people.log(older)}
    assert {kind for kind, _id in told} == {"company", "company_contact", "company_visit"}
    assert {("company", older), ("company", younger)} <= told


def test_the_older_says_what_stays_unless_the_younger_was_chosen(services: Services) -> None:
    older, younger = twice(services)
    pair = services.twins.pair(younger, older)
    assert pair.older.id == older
    assert set(pair.told()) == {"name", "cvr", "phone", "stage", "area"}
    assert set(pair.apart()) == {"name", "stage", "area"}
    services.twins.merge(younger, older, {"stage": "younger"})
    company = services.companies.card(younger, TODAY).company.record
    first, second = pair.older.record, pair.younger.record
    assert (company.name, company.area) == (first.name, first.area)
    assert (company.cvr, company.phone) == ("10150817", "11223344")
    assert company.stage == second.stage


def test_parting_and_undo_make_two_again(services: Services) -> None:
    older, younger = twice(services)
    saved = services.twins.merge(older, younger)
    services.journal.undo(saved.tx)
    assert len(names(services)) == 2
    services.twins.merge(older, younger)
    services.twins.part(younger)
    assert sorted(names(services)) == ["Havblik Kro", "Havblik Kro ApS"]
    with pytest.raises(InvalidInput):
        services.twins.part(older)


def test_a_company_is_not_merged_with_itself(services: Services) -> None:
    older, younger = twice(services)
    services.twins.merge(older, younger)
    with pytest.raises(InvalidInput):
        services.twins.merge(younger, older)
    assert services.companies.resolve("Havblik Kro ApS") == older


def test_merging_in_any_order_makes_one_and_no_circle(services: Services, seed: int) -> None:
    rng = random.Random(seed)
    ids = [services.companies.add(Company(name=f"Firma {n}")).ids[0] for n in range(5)]
    # as it comes together from several offices: every pair names the older one, whatever is known of the others
    for one, other in rng.sample([(a, b) for a in ids for b in ids if a < b], 7):
        services.store.save([_same(other, one)])
    groups = {tuple(sorted(kin(services.store, one))) for one in ids}
    assert sum(len(group) for group in groups) == len(ids)
    assert sorted(row.company_id for row in services.companies.rows(today=TODAY)) == sorted(
        kept(services.store, group[0]) for group in groups
    )


def test_a_record_that_names_a_younger_or_a_missing_one_stays_in_sight(services: Services) -> None:
    older, younger = twice(services)
    services.store.save([_same(older, younger)])
    assert len(names(services)) == 2
    services.twins.merge(older, younger)
    services.store.save([_gone(older)])
    assert kept(services.store, younger) == younger
    assert len(names(services)) == 1


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (Company(name="Havblik Kro"), True),
        (Company(name="HAVBLIK kro A/S"), True),
        (Company(name="Kroen", cvr="10150817"), True),
        (Company(name="Havblik Bageri"), False),
    ],
)
def test_what_looks_like_the_same_is_said(services: Services, other: Company, alike: bool) -> None:
    first = services.companies.add(Company(name="Havblik Kro", cvr="10150817", p_number="1000000019")).ids[0]
    services.companies.add(other)
    card = services.companies.card(first, TODAY)
    assert [entry.record.name for entry in card.likely] == ([other.name] if alike else [])


def _same(company_id: str, older: str) -> Write:
    return Write("patch", "company", company_id, SHARED, {"same_as": older})


def _gone(company_id: str) -> Write:
    return Write("delete", "company", company_id, SHARED)


def test_a_field_that_is_none_is_not_passed_over(services: Services) -> None:
    older, younger = twice(services)
    with pytest.raises(InvalidInput):
        services.twins.merge(older, younger, {"stgae": "younger"})
    assert len(kin(services.store, older)) == 1
