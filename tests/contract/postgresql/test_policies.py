"""T36: the database keeps jobcenters and persons apart, also when the hub's own queries forget to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, delete, func, insert, select, update
from sqlalchemy.exc import ProgrammingError

from sync.hub import pulling
from sync.hub import tables as t
from sync.hub.admin import ROLES, create, opened
from sync.hub.places import Place
from sync.hub.tables import metadata
from sync.protocol import PullRequest
from sync.records import new_id
from tests.hub_lab import START, Lab, Laptop, contact, make, statuses


@pytest.fixture
def neighbour(address: URL, tmp_path: Path) -> Iterator[Lab]:
    """Another jobcenter in the same database, with a case and a company in it."""
    place = Place(tmp_path / "neighbour", address, 2)
    create(place.folder, "Jobcenter Naboby", lambda: START, place)
    lab = Lab.__new__(Lab)
    lab.now = START
    lab.service = opened(place.folder, lambda: lab.now, place)
    eva = lab.laptop("Eva")
    who, citizen = eva.citizen("Zebrastian")
    eva.push(citizen, contact(who, "kvaksalverknoglen"), make("company", new_id(), "shared", {"name": "Naboens Værft"}))
    eva.push(make("contact", new_id(), f"case:{who}", {"citizen_id": who, "note": 7}))
    lab.admin.code("Eva")
    yield lab
    lab.service.store.close()


def test_t36_no_table_shows_a_row_of_another_jobcenter(lab: Lab, neighbour: Lab) -> None:
    lab.laptop("Ida").push(make("company", new_id(), "shared", {"name": "Eget Værft"}))
    filled = set()
    for one, number in ((lab, 1), (neighbour, 2)):
        with one.service.store.read() as conn:
            for table in metadata.tables.values():
                tenants = set(conn.execute(select(table.c.tenant)).scalars())
                assert tenants <= {number}, table.name
                filled |= {table.name} if tenants else set()
    assert filled >= {"tenant", "member", "enrolment", "record", "op", "refused", "scope_grant", "feed", "feed_entry"}


def test_t36_a_service_that_takes_itself_for_another_jobcenter_gets_nothing(lab: Lab, neighbour: Lab) -> None:
    ida, eva = lab.laptop("Ida"), neighbour.laptop("Eva")
    lab.service.tenant = neighbour.service.tenant
    page = lab.service.pull(eva.actor, PullRequest())
    assert (page.items, page.more) == ([], False)
    assert lab.admin.members() == []
    with pytest.raises(ProgrammingError, match="row-level security"):
        Laptop(lab, eva.actor).push(make("company", new_id(), "shared", {"name": "Fremmed"}))
    lab.service.tenant = 1
    assert statuses(ida.push(make("company", new_id(), "shared", {"name": "Eget Værft"}))) == ["applied"]


def test_t36_a_write_that_names_no_jobcenter_reaches_its_own_rows_only(lab: Lab, neighbour: Lab) -> None:
    with lab.service.store.write() as conn:
        assert conn.execute(update(t.record).values(doc=b"{}")).rowcount == 0
        assert conn.execute(delete(t.op)).rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            conn.execute(insert(t.counter).values(tenant=2, name="x", n=1))
    with neighbour.service.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(t.record).where(t.record.c.doc == b"{}")).scalar_one() == 0
        assert conn.execute(select(func.count()).select_from(t.op)).scalar_one() >= 3


def test_t36_a_connection_that_says_nothing_sees_nothing(lab: Lab, neighbour: Lab) -> None:
    with lab.service.store.engine.connect() as conn:
        for table in metadata.tables.values():
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0, table.name


@pytest.fixture
def office(lab: Lab) -> tuple[Laptop, Laptop, str, str]:
    """Two brokers with a case each; the second also writes a memo."""
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    cases = []
    for laptop in (ida, jon):
        who, create_case = laptop.citizen()
        laptop.push(create_case, contact(who))
        cases.append(who)
    jon.push(make("memo", new_id(), f"broker:{jon.staff}", {"text": "ring"}))
    ida.push(make("company", new_id(), "shared", {"name": "Nordvest Lager"}))
    return ida, jon, cases[0], cases[1]


def test_t36_a_query_for_a_person_shows_only_what_that_person_may_see(
    lab: Lab, office: tuple[Laptop, Laptop, str, str]
) -> None:
    ida, jon, _hers, his = office
    with lab.service.store.read(ida.staff) as conn:
        scopes = set(conn.execute(select(t.record.c.scope)).scalars())
        feeds = {table.name: set(conn.execute(select(table.c.feed)).scalars()) for table in (t.entry, t.feed, t.op)}
    assert f"case:{his}" not in scopes
    assert f"broker:{jon.staff}" not in scopes
    assert len(scopes) == 2
    assert all(found <= {"shared", f"broker:{ida.staff}"} for found in feeds.values()), feeds
    lab.admin.assign(his, "Ida")
    with lab.service.store.read(ida.staff) as conn:
        assert f"case:{his}" in set(conn.execute(select(t.record.c.scope)).scalars())


RELATIONS = {"own": True, "assigned": True, "ended": False, "of a colleague": False, "of another jobcenter": False}
"""How a case stands to somebody, and whether a query for them may show it. An administrator sees none."""


@pytest.mark.parametrize("role", ROLES)
def test_t36_each_role_sees_each_case_as_it_stands_to_it(lab: Lab, neighbour: Lab, role: str) -> None:
    lab.admin.add_member("Ida", role)
    ida, jon, eva = lab.laptop("Ida"), lab.laptop("Jon"), neighbour.laptop("Eva")
    cases: dict[str, str] = {}
    for relation, laptop in zip(RELATIONS, (ida, jon, jon, jon, eva), strict=True):
        who, create_case = laptop.citizen()
        laptop.push(create_case, contact(who))
        cases[relation] = f"case:{who}"
    for relation in ("assigned", "ended"):
        lab.admin.assign(cases[relation], "Ida")
    with lab.service.store.write() as conn:
        of_ida = (t.grant.c.scope == cases["ended"]) & (t.grant.c.staff_id == ida.staff)
        conn.execute(update(t.grant).where(of_ida).values(active=False))
    with lab.service.store.read(ida.staff) as conn:
        shown = set(conn.execute(select(t.record.c.scope)).scalars())
    expected = {cases[relation] for relation, may in RELATIONS.items() if may and role != "admin"}
    assert {scope for scope in shown if scope.startswith("case:")} == expected
    assert "shared" in shown


def test_t36_a_pull_that_forgets_whose_feed_it_reads_hands_nothing_out(
    lab: Lab, office: tuple[Laptop, Laptop, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ida, jon, hers, _his = office

    def of_anybody(_actor: object) -> tuple[str, ...]:
        return ("shared", f"broker:{ida.staff}", f"broker:{jon.staff}")

    monkeypatch.setattr(pulling, "feeds_of", of_anybody)
    pulled = ida.pull()
    assert {change.scope for change in pulled} == {"shared", f"case:{hers}"}


def test_a_case_taken_away_and_one_that_ran_out_are_still_revoked(lab: Lab, beside: Callable[[], Lab]) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create_case = ida.citizen()
    ida.push(create_case, contact(who))
    lab.admin.assign(who, "Jon")
    assert len([c for c in jon.pull() if c.kind == "put" and c.scope == f"case:{who}"]) == 3
    role = next(c.id for c in ida.pull() if c.type == "role_assignment")
    from tests.hub_lab import edit

    ida.push(edit("role_assignment", role, f"case:{who}", 1, {"end": "2026-11-16"}))
    jon.pull()
    lab.later(days=1)
    later = Laptop(beside(), jon.actor, jon.cursors)  # another process; it has not yet looked at the day
    later.lab.now = lab.now
    assert {c.kind for c in later.pull()} == {"revoke"}
