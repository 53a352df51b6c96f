"""What was acknowledged is kept on the laptop until a backup of the hub holds it, also when its case has left."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select

from broker_tui.services.retention import Retention
from broker_tui.storage.store import SqlStore
from sync.hub import tables as t
from tests.contract.sync.test_leaving import closed_course
from tests.contract.sync.worlds import Laptop, ServiceWorld, encrypted


@pytest.fixture
def jonas(real_hub: ServiceWorld, templates: Path, tmp_path: Path) -> Iterator[Laptop]:
    """A colleague's laptop."""
    made = encrypted(real_hub, templates, tmp_path / "other").join(real_hub.add_broker("Jonas"))
    yield made
    made.close()


def words(laptop: Laptop, record: str) -> bool:
    """Whether the journal still says what was done to a record."""
    assert isinstance(laptop.store, SqlStore)
    return any("note" in row[0] for row in laptop.store._rows("SELECT patch FROM op WHERE record_id = ?", (record,)))


def confirmed(world: ServiceWorld) -> None:
    world.admin.confirm_backup(world.admin.mark_backup())


def synced(*laptops: Laptop) -> None:
    for laptop in laptops * 2:
        laptop.run()


def two_notes(world: ServiceWorld, laptop: Laptop, *, confirm: bool = True) -> tuple[str, str, str]:
    """A person, a note from before a backup, and one from after it; all acknowledged."""
    person = laptop.citizen("Ida")
    old = laptop.contact(person, "i kopien")
    synced(laptop)
    if confirm:
        confirmed(world)
    new = laptop.contact(person, "efter kopien")
    synced(laptop)
    return person, old, new


def given_away(world: ServiceWorld, person: str, giver: Laptop, taker: Laptop) -> None:
    """The case goes over to a colleague: its first owner's role ends."""
    world.admin.assign(person, "Jonas")
    mine = world.admin.assign(person, "Mette")
    synced(taker)
    taker.write("patch", mine, {"end": "2026-11-20"}, type_name="role_assignment")
    synced(taker)
    synced(giver)
    assert giver.doc(person, "citizen") == {}


def test_words_of_a_case_that_left_stay_until_a_backup_has_them(
    real_hub: ServiceWorld, real_laptop: Laptop, jonas: Laptop
) -> None:
    person, old, new = two_notes(real_hub, real_laptop)
    given_away(real_hub, person, real_laptop, jonas)
    assert (words(real_laptop, old), words(real_laptop, new)) == (False, True)
    confirmed(real_hub)
    real_laptop.company()
    synced(real_laptop)
    assert not words(real_laptop, new)


def test_where_nobody_confirms_backups_nothing_is_waited_for(
    real_hub: ServiceWorld, real_laptop: Laptop, jonas: Laptop
) -> None:
    person, old, new = two_notes(real_hub, real_laptop, confirm=False)
    given_away(real_hub, person, real_laptop, jonas)
    assert (words(real_laptop, old), words(real_laptop, new)) == (False, False)


def forgotten(world: ServiceWorld, record: str) -> None:
    """The hub went back to a copy that knows neither this record nor the hand-over."""

    def forget(conn: Connection) -> None:
        about = conn.execute(select(t.conflict.c.conflict_id).where(t.conflict.c.record_id == record)).scalars()
        lost = [record, *about]
        conn.execute(delete(t.conflict).where(t.conflict.c.record_id == record))
        for table, column in ((t.record, t.record.c.id), (t.op, t.op.c.record_id), (t.entry, t.entry.c.record_id)):
            conn.execute(delete(table).where(column.in_(lost)))

    world.service.store.commit(forget)


def revision(world: ServiceWorld, record: str) -> int | None:
    with world.service.store.read() as conn:
        found: int | None = conn.execute(select(t.record.c.rev).where(t.record.c.id == record)).scalar()
        return found


def test_a_hub_that_went_back_gets_it_again_though_the_case_has_left(
    real_hub: ServiceWorld, real_laptop: Laptop, jonas: Laptop
) -> None:
    person, _, new = two_notes(real_hub, real_laptop)
    given_away(real_hub, person, real_laptop, jonas)
    forgotten(real_hub, new)
    real_hub.admin.assign(person, "Mette")  # the copy knew nothing of the hand-over
    real_hub.admin.new_epoch()
    synced(real_laptop)
    assert revision(real_hub, new) == 1


def test_a_hub_that_went_back_gets_again_what_it_had_taken_late(
    real_hub: ServiceWorld, real_laptop: Laptop, jonas: Laptop
) -> None:
    person, _, _ = two_notes(real_hub, real_laptop)
    late = real_laptop.contact(person, "skrevet i toget")
    given_away(real_hub, person, real_laptop, jonas)
    assert revision(real_hub, late) == 1
    assert words(real_laptop, late)
    forgotten(real_hub, late)
    real_hub.admin.new_epoch()
    synced(real_laptop)
    assert revision(real_hub, late) == 1
    confirmed(real_hub)
    real_laptop.company()
    synced(real_laptop)
    assert not words(real_laptop, late)


def test_people_with_closed_cases_leave_and_their_words_follow(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    confirmed(real_hub)
    person, _case = closed_course(real_laptop)
    synced(real_laptop)
    assert isinstance(real_laptop.store, SqlStore)
    note = real_laptop.store._row("SELECT id FROM contact WHERE json_extract(doc, '$.citizen_id') = ?", (person,))[0]
    assert Retention(real_laptop.store, real_laptop.clock).sweep() == 1
    assert real_laptop.doc(person, "citizen") == {}
    assert words(real_laptop, note)
    confirmed(real_hub)
    real_laptop.company()
    synced(real_laptop)
    assert not words(real_laptop, note)


def test_a_backup_that_never_comes_is_not_waited_for_for_ever(
    real_hub: ServiceWorld, real_laptop: Laptop, jonas: Laptop
) -> None:
    person, _, new = two_notes(real_hub, real_laptop)
    given_away(real_hub, person, real_laptop, jonas)
    real_laptop.clock.at += timedelta(days=29)
    real_laptop.company()
    synced(real_laptop)
    assert words(real_laptop, new)
    real_laptop.clock.at += timedelta(days=2)
    real_laptop.company()
    synced(real_laptop)
    assert not words(real_laptop, new)


def test_an_order_to_erase_waits_for_nobody(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    person, old, new = two_notes(real_hub, real_laptop)
    real_hub.admin.erase(person)
    synced(real_laptop)
    assert (words(real_laptop, old), words(real_laptop, new)) == (False, False)
