"""The long lists: order, filters, figures and pages."""

from datetime import date

from broker_tui.services.ports import CaseFilter, Page, Write
from sync.records import SHARED, broker_scope, case_scope, new_id
from sync.records.types import (
    Citizen,
    Company,
    CompanyContact,
    CompanyVisit,
    Contact,
    FollowUp,
    Goal,
    Hours,
    Placement,
    Promise,
    Staff,
)
from tests.unit.storage.conftest import TODAY, Office, create


def names(office: Office, which: CaseFilter | None = None, sort: str = "name", descending: bool = False) -> list[str]:
    """The people of the caseload, in order."""
    rows = office.store.case_rows(which or CaseFilter(), sort=sort, descending=descending, page=Page(), today=TODAY)
    return [row.name for row in rows]


def test_names_stand_in_danish_order(office: Office) -> None:
    for name in ("Åse", "Zita", "Ærø", "Øjvind", "Aage", "anna", "Bo"):
        office.person(name)
    assert names(office) == ["anna", "Bo", "Zita", "Ærø", "Øjvind", "Aage", "Åse"]
    assert names(office, descending=True) == ["Åse", "Aage", "Øjvind", "Ærø", "Zita", "Bo", "anna"]


def test_people_without_a_value_come_last_either_way(office: Office) -> None:
    office.person("Bo")
    first, last = office.person("Ida"), office.person("Kaj")
    office.contact(first, occurred_on=date(2026, 1, 5))
    office.contact(last, occurred_on=date(2026, 2, 5))
    assert names(office, sort="last_contact") == ["Ida", "Kaj", "Bo"]
    assert names(office, sort="last_contact", descending=True) == ["Kaj", "Ida", "Bo"]


def test_only_contacts_held_with_the_person_count(office: Office) -> None:
    person = office.person()
    office.contact(person, occurred_on=date(2026, 1, 5), participants=["citizen", "company"])
    office.contact(person, occurred_on=date(2026, 1, 6), outcome="no_show")
    office.contact(person, occurred_on=date(2026, 1, 7), participants=["company"])
    assert office.store.last_contact(person) == date(2026, 1, 5)
    assert names(office, CaseFilter(no_contact_since=date(2026, 1, 6))) == ["Åse Kjær"]
    assert names(office, CaseFilter(no_contact_since=date(2026, 1, 5))) == []


def test_filters(office: Office) -> None:
    bo, ida = office.person("Bo", area="Øst"), office.person("Ida", area="Nord", programme="flexjob")
    case = office.store._row('SELECT id FROM "case" WHERE citizen_id = ?', (bo,))[0]
    office.store.save([Write("patch", "case", case, case_scope(bo), {"status": "closed"})])
    nobody = new_id()
    office.store.save([create(Citizen(name="Kaj", area="Å"), case_scope(nobody), nobody)])
    assert names(office) == ["Ida"]
    assert names(office, CaseFilter("closed")) == ["Bo"]
    assert names(office, CaseFilter("none")) == ["Kaj"]
    assert names(office, CaseFilter("all")) == ["Bo", "Ida", "Kaj"]
    assert names(office, CaseFilter("all", area="Øst")) == ["Bo"]
    assert names(office, CaseFilter(programme="flexjob")) == ["Ida"]
    assert office.store.case_count(CaseFilter("all")) == 3
    assert office.store.areas() == [("Nord", 1)]
    assert ida


def test_a_row_shows_what_is_due_hours_and_what_is_unsent(office: Office) -> None:
    store, person = office.store, office.person()
    scope = case_scope(person)
    placement = new_id()
    store.save(
        [
            create(FollowUp(what="Ring", due=date(2026, 3, 9), citizen_id=person), scope),
            create(FollowUp(what="Gjort", due=date(2026, 3, 1), citizen_id=person, state="done"), scope),
            create(Promise(text="Mail", due=date(2026, 3, 5), made_on=TODAY, citizen_id=person), scope),
            create(Placement(citizen_id=person, type="ordinary_employment", start=date(2025, 12, 1)), scope, placement),
            create(
                Hours(
                    citizen_id=person,
                    start=date(2025, 12, 1),
                    minutes_per_week=300,
                    measure="ordinary",
                    placement_id=placement,
                ),
                scope,
            ),
            create(
                Hours(
                    citizen_id=person,
                    start=date(2026, 2, 1),
                    minutes_per_week=600,
                    measure="ordinary",
                    placement_id=placement,
                ),
                scope,
            ),
        ]
    )
    (row,) = store.case_rows(CaseFilter(), sort="hours", descending=True, page=Page(), today=TODAY)
    assert row.next_due == date(2026, 3, 5)
    assert row.minutes_per_week == 600
    assert row.recent_minutes == (0, 0, 300, 300, 600, 600)
    assert row.unsent == store.scope_unsent(scope) == 8
    assert row.start == TODAY


def test_contacts_come_newest_first_in_pages(office: Office) -> None:
    person, other = office.person(), office.person("Bo")
    for day in range(1, 8):
        office.contact(person, f"Dag {day}", occurred_on=date(2026, 2, day))
    office.contact(other, occurred_on=date(2026, 2, 20))
    first = office.store.contact_rows(citizen_id=person, page=Page(0, 3))
    second = office.store.contact_rows(citizen_id=person, page=Page(3, 3))
    assert [row.entry.record.note for row in [*first, *second]] == [f"Dag {day}" for day in (7, 6, 5, 4, 3, 2)]
    assert office.store.contact_count(person) == 7
    recent = office.store.contact_rows(citizen_id=None, page=Page(0, 2))
    assert [row.entry.record.occurred_on.day for row in recent] == [20, 7]


def test_walk_ins_and_names_of_staff_and_companies(office: Office) -> None:
    store, me, staff, company = office.store, office.store.me(), new_id(), new_id()
    store.save([create(Staff(name="Ida Vind"), SHARED, staff), create(Company(name="Bageriet"), SHARED, company)])
    walk_in = Contact(
        occurred_on=TODAY, kind="meeting", outcome="reached", walk_in_name="Gorm", staff_id=staff, company_id=company
    )
    store.save([create(walk_in, broker_scope(me.staff_id))])
    office.contact(office.person())
    (row,) = store.contact_rows(citizen_id=None, walk_ins=True, page=Page())
    assert (row.entry.record.walk_in_name, row.staff_name, row.company_name) == ("Gorm", "Ida Vind", "Bageriet")
    (hit,) = store.find("gorm", types=None, page=Page())
    assert (hit.open_type, hit.open_id, hit.title) == ("walk_in", row.entry.id, "Gorm")


def test_companies(office: Office) -> None:
    store, person = office.store, office.person()
    bakery, yard = new_id(), new_id()
    store.save([create(Company(name="Ørsted Bageri", stage="active"), SHARED, bakery)])
    store.save([create(Company(name="Aalborg Værft", area="Nord"), SHARED, yard)])
    store.save([create(CompanyContact(company_id=bakery, name="Mia"), SHARED)])
    store.save([create(CompanyVisit(company_id=bakery, occurred_on=date(2026, 2, 1)), SHARED)])
    placed = Placement(citizen_id=person, type="internship", start=date(2026, 2, 1), company_id=bakery)
    store.save([create(placed, case_scope(person))])
    store.save([create(FollowUp(what="Ring", due=TODAY, company_id=bakery, citizen_id=person), case_scope(person))])

    def rows(**which: str) -> list[str]:
        page = store.company_rows(stage=which.get("stage"), sort=which.get("sort", "name"), page=Page(), today=TODAY)
        return [row.name for row in page]

    assert rows() == ["Ørsted Bageri", "Aalborg Værft"]
    assert rows(stage="found") == ["Aalborg Værft"]
    assert rows(sort="stage") == ["Aalborg Værft", "Ørsted Bageri"]
    assert rows(sort="last_visit") == ["Ørsted Bageri", "Aalborg Værft"]
    assert rows(sort="area") == ["Aalborg Værft", "Ørsted Bageri"]
    row = store.company_rows(stage="active", sort="name", page=Page(), today=TODAY)[0]
    assert (row.last_visit, row.placed, row.next_due, row.unsent) == (date(2026, 2, 1), 1, TODAY, 3)
    assert store.company_count(stage=None) == 2
    assert store.company_count(stage="active") == 1


def test_entries_by_field(office: Office) -> None:
    store, person = office.store, office.person()
    scope = case_scope(person)
    goal = store.save([create(Goal(citizen_id=person, kind="job_goal", text="Bager", set_on=TODAY), scope)]).ids[0]
    step = Goal(citizen_id=person, kind="step", text="CV", set_on=TODAY, parent_id=goal, state="reached", position=2)
    store.save([create(step, scope)])
    assert [e.id for e in store.entries(Goal, where={"state": "open"})] == [goal]
    assert [e.record.text for e in store.entries(Goal, where={"state": ["open", "reached"]})] == ["Bager", "CV"]
    assert [e.record.text for e in store.entries(Goal, where={"parent_id": None, "citizen_id": person})] == ["Bager"]
    assert [e.record.text for e in store.entries(Goal, where={"position": 2, "set_on": TODAY})] == ["CV"]
    assert [e.record.text for e in store.entries(Goal, where={"scope": scope, "kind": "step"})] == ["CV"]
    store.save([Write("delete", "goal", goal, scope)])
    assert [e.record.text for e in store.entries(Goal, where={})] == ["CV"]
    assert [e.deleted for e in store.entries(Goal, where={"id": goal}, deleted=True)] == [True]


def test_references(office: Office) -> None:
    store = office.store
    bo = office.person("Bo Lund", cpr="0101900000", local_number="K-77")
    other = office.person("Bo Lundgaard")
    company = store.save([create(Company(name="Værft", cvr="12345678", p_number="1234567890"), SHARED)]).ids[0]
    for text in (bo, "010190-0000", "0101900000", "K-77", "bo lund", "BO LUND"):
        assert store.matching_ids("citizen", text) == [bo], text
    assert store.matching_ids("citizen", bo[:-2]) == [bo]
    assert store.matching_ids("citizen", "bo") == [bo, other]
    assert store.matching_ids("citizen", "ukendt") == []
    assert store.matching_ids("citizen", " ") == []
    for text in ("12345678", "DK 12 34 56 78", "1234567890", "12345678/1234567890", "vaerft"):
        assert store.matching_ids("company", text) == [company], text
    assert store.names(Citizen, [bo, other, "x"]) == {bo: "Bo Lund", other: "Bo Lundgaard"}


def test_the_log_of_a_person_and_a_company(office: Office) -> None:
    store, person = office.store, office.person()
    office.patch(person, area="Øst")
    bakery = store.save([create(Company(name="Bageri"), SHARED)]).ids[0]
    mia = store.save([create(CompanyContact(company_id=bakery, name="Mia"), SHARED)]).ids[0]
    log = store.log(scope=case_scope(person), record_id=None, company_id=None, page=Page())
    assert [(row.kind, row.record_type) for row in log] == [
        *(("patch", "citizen"), ("create", "case"), ("create", "citizen"))
    ]
    assert (log[0].fields, log[0].mine, log[0].sent, log[1].tx) == (("area",), True, "unsent", log[2].op_id)
    assert [row.record_id for row in store.log(scope=None, record_id=None, company_id=bakery, page=Page())] == [
        *(mia, bakery)
    ]
    assert len(store.log(scope=None, record_id=person, company_id=None, page=Page())) == 2
    unsent = store.unsent_rows(Page(0, 10))
    assert [(row.who, row.citizen_id) for row in unsent[-3:]] == [("Åse Kjær", person)] * 3
    assert (unsent[0].who, unsent[0].what, unsent[0].company_id) == ("Bageri", "Mia", bakery)
