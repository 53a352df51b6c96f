"""A hub restored from a copy says so with a new epoch: laptops give back what it lost, and nothing else happens."""

from sqlalchemy import Connection, delete, select

from sync.hub import tables as t
from tests.contract.sync.worlds import Laptop, ServiceWorld


def at_hub(world: ServiceWorld) -> set[str]:
    """Ids of the records the hub holds."""
    with world.service.store.read() as conn:
        return set(conn.execute(select(t.record.c.id)).scalars())


def test_a_new_epoch_brings_back_what_the_copy_did_not_have(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    person = real_laptop.citizen()
    before = real_laptop.contact(person, "kept in the copy")
    assert real_laptop.run().unsent == 0
    lost = real_laptop.contact(person, "acknowledged, then the disk went")
    assert real_laptop.run().unsent == 0
    had = at_hub(real_hub)
    assert {person, before, lost} <= had

    def forget(conn: Connection) -> None:
        for table, column in ((t.record, t.record.c.id), (t.op, t.op.c.record_id), (t.entry, t.entry.c.record_id)):
            conn.execute(delete(table).where(column == lost))

    real_hub.service.store.commit(forget)
    real_hub.admin.new_epoch()
    receipt = real_laptop.run()
    assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
    assert at_hub(real_hub) == had
    assert real_laptop.doc(lost, "contact")["note"] == "acknowledged, then the disk went"


def test_a_new_epoch_alone_changes_nothing(real_hub: ServiceWorld, real_laptop: Laptop) -> None:
    person = real_laptop.citizen()
    note = real_laptop.contact(person, "as it was")
    real_laptop.run()
    had = at_hub(real_hub)
    real_hub.admin.new_epoch()
    for _ in range(2):
        receipt = real_laptop.run()
        assert (receipt.outcome, receipt.unsent, receipt.refused) == ("ok", 0, ())
    assert at_hub(real_hub) == had
    assert real_laptop.doc(note, "contact")["note"] == "as it was"
