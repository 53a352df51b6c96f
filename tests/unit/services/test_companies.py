"""Companies and visits: what colleagues may read and what stays in the citizens' files."""

import pytest

from broker_tui.domain.views import InvalidInput, NotFound
from broker_tui.services import Services, VisitPart
from sync.records.types import Company, CompanyContact, CompanyVisit, FollowUp, Placement, Promise
from tests.unit.services.services_helpers import TODAY, company, person


def test_a_visit_fans_out_without_leaking(services: Services) -> None:
    company_id = company(services)
    jonas, mia = person(services), person(services, "Mia Test")
    placement = services.work.add_placement(
        Placement(citizen_id=jonas, company_id=company_id, type="flexjob", start=TODAY)
    ).ids[0]
    saved = services.companies.add_visit(
        CompanyVisit(
            company_id=company_id, occurred_on=TODAY, note="Vist rundt i køkkenet", promised="Sender kontrakt"
        ),
        [
            VisitPart(jonas, "Trives", follow_up=FollowUp(what="Nye opgaver", due=TODAY)),
            VisitPart(mia, "Begynder i morgen", present=False),
        ],
        promise=Promise(text="Sende kontrakten", due=TODAY, made_on=TODAY),
    )
    visit_id = saved.ids[0]
    visit = services.store.get("company_visit", visit_id)
    assert visit is not None
    assert visit.scope == "shared"
    assert jonas not in str(visit.doc)
    assert mia not in str(visit.doc)
    (part,) = services.people.contacts(jonas)
    record = part.entry.record
    assert (record.visit_id, record.company_id, record.place, record.kind) == (
        visit_id,
        company_id,
        "company",
        "meeting",
    )
    assert record.placement_id == placement
    assert record.note == "Trives"
    stored = services.store.get("contact", part.entry.id)
    assert stored is not None
    assert stored.scope == f"case:{jonas}"
    (other,) = services.people.contacts(mia)
    assert "citizen" not in other.entry.record.participants
    card = services.companies.card(company_id, TODAY)
    assert [v.record.note for v in card.visits] == ["Vist rundt i køkkenet"]
    assert card.citizens == {jonas: "Jonas Prøve"}
    assert [f.record.company_id for f in card.follow_ups] == [company_id]
    assert len({op.tx for op in services.store.operations(saved.tx)}) == 1
    services.journal.undo(saved.tx)
    assert services.people.contacts(jonas) == []
    assert services.companies.card(company_id, TODAY).visits == ()


def test_a_cpr_number_never_reaches_what_colleagues_read(services: Services) -> None:
    company_id, jonas = company(services), person(services)
    with pytest.raises(InvalidInput) as caught:
        services.companies.add_visit(
            CompanyVisit(company_id=company_id, occurred_on=TODAY, note="Om 010190-0000 og 1234567890"),
            [VisitPart(jonas, "x"), VisitPart(jonas, "y")],
        )
    assert [(e.field, e.code) for e in caught.value.errors] == [
        ("note", "cpr_in_shared"),
        ("parts.1.citizen_id", "twice"),
    ]
    assert services.companies.card(company_id, TODAY).visits == ()
    with pytest.raises(InvalidInput):
        services.companies.edit(company_id, {"note": "ring om 0101900000"})
    services.companies.edit(company_id, {"note": "telefon 12345678, faktura 3213990000"})


def test_companies_are_found_and_not_doubled(services: Services) -> None:
    saved = services.companies.add(Company(name="Nørreå Bageri", cvr="DK 12 34 56 78", p_number="1234567890"))
    company_id = saved.ids[0]
    for reference in ("12345678", "12345678 1234567890", "1234567890", "norrea bageri", company_id):
        assert services.companies.resolve(reference) == company_id, reference
    with pytest.raises(InvalidInput) as caught:
        services.companies.add(Company(name="Igen", cvr="12345678", p_number="1234567890"))
    assert caught.value.errors[0].code == "cvr_known"
    services.companies.add(Company(name="Anden afdeling", cvr="12345678", p_number="9876543210"))
    with pytest.raises(NotFound):
        services.companies.resolve("Findes Ikke")


def test_people_at_companies(services: Services) -> None:
    company_id = company(services)
    contact_id = services.companies.add_contact(CompanyContact(company_id=company_id, name="Bo Holm")).ids[0]
    services.companies.edit_contact(contact_id, {"active": False})
    (entry,) = services.companies.card(company_id, TODAY).contacts
    assert not entry.record.active
    assert [row.name for row in services.companies.rows(today=TODAY)] == ["Kantinen Åen"]
    services.companies.edit(company_id, {"stage": "agreement"})
    assert services.companies.count(stage="agreement") == 1
