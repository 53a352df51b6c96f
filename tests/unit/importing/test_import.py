"""Bringing a caseload in: identities, three-way comparison, all or nothing, and the same file twice."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from broker_tui.domain.clock import SystemClock
from broker_tui.services.importing import Importer, ImportFault, ImportReport
from broker_tui.services.importing.mapping import ImportKind
from broker_tui.services.journal import Journal
from broker_tui.services.ports import Write
from broker_tui.storage.store import SqlStore
from sync.records import case_scope
from sync.records.types import Case, Citizen, Company, CompanyContact, Contact, Hours, Placement, RoleAssignment
from tests.fakes.keys import START, open_store

CITIZENS = """Cpr.nr.;Fornavn;Efternavn;Telefon;Adresse;Postnr.;By;Område;Ydelse;Program;Start
010190-0000;Søren;Ågesen;20 00 00 01;Pilealle 3;5000;Odense C;Solparken;kontanthjælp;FSM2;05-01-2026
0202850000;Mia;Thomsen;20 00 00 02;;;;Nørrevang;ledighedsydelse;Udvikling i fleksjob II;1/2-2026
"""


class Office:
    """A store, an importer and files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: SqlStore = open_store(folder)
        self.store.set_me(replace(self.store.me(), name="Ane Bro"))
        self.importer = Importer(self.store, SystemClock(START.date()))

    def bring(self, kind: ImportKind, text: str, *, dry_run: bool = False, skip_bad_rows: bool = False) -> ImportReport:
        path = self.folder / f"{kind}.csv"
        path.write_text(text, encoding="cp1252")
        return self.importer.run(kind, path, dry_run=dry_run, skip_bad_rows=skip_bad_rows)

    def citizen(self, cpr: str) -> Citizen:
        return self.store.entries(Citizen, where={"cpr": cpr})[0].record

    def citizen_id(self, cpr: str) -> str:
        return self.store.entries(Citizen, where={"cpr": cpr})[0].id


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.store.close()


def codes(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(note.row, note.field, note.fault.code) for note in report.errors]


def warned(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(n.row, n.field, n.fault.code) for n in report.warnings if n.fault.code != "cpr_checksum"]


def test_citizens_come_in_with_course_and_role(office: Office) -> None:
    report = office.bring("citizens", CITIZENS)
    assert (report.rows, report.created, report.errors) == (2, 2, ())
    person = office.citizen("0101900000")
    assert person.name == "Søren Ågesen"
    assert person.address == "Pilealle 3, 5000 Odense C"
    citizen_id = office.citizen_id("0101900000")
    case = office.store.entries(Case, where={"citizen_id": citizen_id})[0].record
    assert (case.programme, str(case.start), case.known_from) == ("fsm2", "2026-01-05", START.date())
    role = office.store.entries(RoleAssignment, where={"citizen_id": citizen_id})[0].record
    assert (role.role, role.staff_id) == ("broker", office.store.me().staff_id)


def test_the_same_file_twice_changes_nothing(office: Office) -> None:
    office.bring("citizens", CITIZENS)
    before = office.store.unsent_count()
    report = office.bring("citizens", CITIZENS)
    assert (report.created, report.updated, report.unchanged, report.saved) == (0, 0, 2, None)
    assert office.store.unsent_count() == before


def test_a_newer_file_updates_what_nobody_touched_and_keeps_what_a_broker_changed(office: Office) -> None:
    office.bring("citizens", CITIZENS)
    person = office.citizen_id("0101900000")
    office.store.save([Write("patch", "citizen", person, case_scope(person), {"phone": "20 99 99 99"})])
    newer = CITIZENS.replace("20 00 00 01", "20 11 11 11").replace("Solparken", "Birkelunden")
    report = office.bring("citizens", newer)
    after = office.citizen("0101900000")
    assert (after.phone, after.area) == ("20 99 99 99", "Birkelunden")
    assert (report.updated, report.unchanged) == (1, 1)
    assert warned(report) == [(2, "Telefon", "broker_changed")]
    assert warned(office.bring("citizens", newer)) == []


def test_an_empty_cell_never_empties_a_field(office: Office) -> None:
    office.bring("citizens", CITIZENS)
    office.bring("citizens", CITIZENS.replace("20 00 00 01", ""))
    assert office.citizen("0101900000").phone == "20 00 00 01"


def test_one_bad_cell_stops_everything_unless_bad_rows_are_skipped(office: Office) -> None:
    bad = CITIZENS + "310290-0000;Bo;Sand;;;;;;;FSM2;31-02-2026\n"
    report = office.bring("citizens", bad)
    assert codes(report) == [(4, "Cpr.nr.", "cpr_date"), (4, "Start", "date_impossible")]
    assert report.errors[1].fault.shape == "99-99-9999"
    assert report.saved is None
    assert office.store.entries(Citizen, where={}) == []
    assert office.bring("citizens", bad, skip_bad_rows=True).created == 2
    assert len(office.store.entries(Citizen, where={})) == 2


def test_a_dry_run_writes_nothing(office: Office) -> None:
    report = office.bring("citizens", CITIZENS, dry_run=True)
    assert (report.created, report.saved) == (2, None)
    assert office.store.entries(Citizen, where={}) == []


def test_people_without_cpr_are_known_by_local_number(office: Office) -> None:
    text = "Lokalt nr.;Navn;Program\nA-17;Bo Sand;UJG\n"
    office.bring("citizens", text)
    report = office.bring("citizens", text.replace("Bo Sand", "Bo Sand Holm"))
    assert (report.created, report.updated) == (0, 1)
    assert codes(office.bring("citizens", "Navn\nUden Nummer\n")) == [(2, "cpr", "no_identity")]


def test_the_same_person_twice_in_one_file_is_an_error(office: Office) -> None:
    report = office.bring("citizens", CITIZENS + "0101900000;Søren;Ågesen;;;;;;;;\n")
    assert codes(report) == [(4, "Cpr.nr.", "twice_in_file")]
    assert report.errors[0].fault.shape == "2"


def test_companies_are_known_by_cvr_and_p_number(office: Office) -> None:
    text = (
        "CVR;P-nummer;Virksomhed;Ansatte;Kontaktperson\n"
        "10000037;1000000041;Odins Lager Nord;1.200;Bente Holm\n10000037;1000000042;Odins Lager Syd;12;\n"
    )
    assert office.bring("companies", text).created == 2
    assert len(office.store.entries(CompanyContact, where={})) == 1
    report = office.bring("companies", text.replace("Odins Lager Syd;12", "Odins Lager Syd;14"))
    assert (report.created, report.updated, report.unchanged) == (0, 1, 1)
    assert {c.record.employees for c in office.store.entries(Company, where={})} == {1200, 14}


def test_past_contacts_and_placements_find_their_people(office: Office) -> None:
    office.bring("citizens", CITIZENS)
    contacts = (
        "CPR-nummer;Dato;Kl.;Type;Udfald;Notat\n"
        '0101900000;05-02-2026;9.30;Telefon;Holdt;"Første linje\nanden linje"\n'
        "0101900000;06-02-2026;;Møde;Udeblevet;\n"
        "0101900000;06-02-2026;;Møde;Udeblevet;\n"
    )
    assert office.bring("contacts", contacts).created == 3
    assert office.bring("contacts", contacts).unchanged == 3
    rows = [entry.record for entry in office.store.entries(Contact, where={})]
    assert {(row.kind, row.outcome) for row in rows} == {("phone", "reached"), ("meeting", "no_show")}
    assert next(row.note for row in rows if row.kind == "phone") == "Første linje\nanden linje"
    placements = (
        "CPR;Virksomhed;CVR;Type;Fra;Til;Timer pr. uge;Stilling\n"
        "0202850000;Odins Lager;10000037;Fleksjob;01-02-2026;;7,5;lagerhjælp\n"
    )
    assert office.bring("placements", placements).created == 1
    assert office.bring("placements", placements).unchanged == 1
    hours = office.store.entries(Hours, where={})[0].record
    assert (hours.minutes_per_week, hours.measure) == (450, "flexjob")
    office.bring("placements", placements.replace("7,5", "9"))
    assert [h.record.minutes_per_week for h in office.store.entries(Hours, where={})] == [450, 540]
    assert office.store.entries(Placement, where={})[0].record.status == "active"


def test_a_contact_of_nobody_is_refused_by_row(office: Office) -> None:
    report = office.bring("contacts", "CPR;Dato;Notat\n0303900000;05-02-2026;x\n0101900000;01-01-2030;y\n")
    assert codes(report) == [(2, "CPR", "person_unknown"), (3, "Dato", "in_future")]


def test_an_import_is_one_act_to_undo(office: Office) -> None:
    report = office.bring("citizens", CITIZENS)
    assert report.saved is not None
    assert len({op.tx for op in office.store.operations(report.saved.tx)}) == 1
    assert len(office.store.operations(report.saved.tx)) == 6


def test_five_thousand_contacts_come_in_within_seconds(office: Office) -> None:
    office.bring("citizens", CITIZENS)
    lines = "".join(
        f"0101900000;{1 + n % 28:02d}-{1 + n // 28 % 12:02d}-2025;Telefon;Notat nummer {n} om ugen\n"
        for n in range(5000)
    )
    started = time.perf_counter()
    report = office.bring("contacts", "CPR;Dato;Type;Notat\n" + lines)
    print(f"5,000 contacts imported in {time.perf_counter() - started:.1f} s")
    assert report.created == 5000
    assert time.perf_counter() - started < 30


CONTACTS = "CPR;Dato;Type;Notat\n0101900000;05-02-2026;Telefon;Talt sammen\n"
PLACEMENTS = "CPR;Virksomhed;Type;Fra;Timer\n0202850000;Odins Lager;Fleksjob;01-02-2026;7,5\n"


@pytest.mark.parametrize(
    ("kind", "text", "struct"),
    [("contacts", CONTACTS, Contact), ("placements", PLACEMENTS, Placement), ("citizens", CITIZENS, Citizen)],
)
def test_an_import_that_was_undone_can_be_done_again(
    office: Office, kind: ImportKind, text: str, struct: type[Contact] | type[Placement] | type[Citizen]
) -> None:
    if kind != "citizens":
        office.bring("citizens", CITIZENS)
    first = office.bring(kind, text)
    assert first.saved is not None
    hours = [entry.record.minutes_per_week for entry in office.store.entries(Hours, where={})]
    Journal(office.store, SystemClock(START.date())).undo(first.saved.tx)
    assert office.store.entries(struct, where={}) == []
    again = office.bring(kind, text)
    assert (again.created, again.unchanged) == (first.created, 0)
    assert len(office.store.entries(struct, where={})) == first.created
    assert [entry.record.minutes_per_week for entry in office.store.entries(Hours, where={})] == hours
    assert office.bring(kind, text).created == 0


def test_a_contact_the_broker_deleted_does_not_come_back(office: Office) -> None:
    office.bring("citizens", CITIZENS)
    office.bring("contacts", CONTACTS)
    entry = office.store.entries(Contact, where={})[0]
    office.store.save([Write("delete", "contact", entry.id, case_scope(entry.record.citizen_id or ""))])
    assert office.bring("contacts", CONTACTS).created == 0
    assert office.store.entries(Contact, where={}) == []


def test_a_field_chosen_by_hand_is_taken_from_the_column_that_had_it(office: Office) -> None:
    path = office.folder / "chosen.csv"
    path.write_text("CPR;Navn;Kaldenavn\n0101900000;Søren Ågesen;Søs Ågesen\n", encoding="utf-8")
    preview = office.importer.preview("citizens", path, {"Kaldenavn": "name"})
    assert preview.columns == (("CPR", "cpr"), ("Navn", None), ("Kaldenavn", "name"))
    office.importer.run("citizens", path, chosen={"Kaldenavn": "name"})
    assert office.citizen("0101900000").name == "Søs Ågesen"


def test_a_preview_says_what_is_missing_and_is_mended_by_a_choice(office: Office) -> None:
    path = office.folder / "missing.csv"
    path.write_text("CPR;;Hele navnet\n0101900000;x;Søren Ågesen\n", encoding="utf-8")
    preview = office.importer.preview("citizens", path)
    assert preview.missing is not None
    assert preview.missing.fault is ImportFault.MISSING_COLUMN
    assert preview.sample == (("0101900000", "Søren Ågesen"),)
    mended = preview.mapped({"Hele navnet": "name"})
    assert (mended.missing, dict(mended.columns)["Hele navnet"]) == (None, "name")
