"""Erasing a person on the hub: everywhere, for ever, and every laptop is told."""

from pathlib import Path

import pytest
from sqlalchemy import select

from sync.hub.admin import AdminError
from sync.hub.tables import metadata
from sync.protocol import Change, Op
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, contact, edit, make, statuses

WORDS = (b"Zebrastian", b"kvaksalverknoglen", b"tudsekvartetten")


def life(lab: Lab) -> tuple[Laptop, Laptop, str, list[Op]]:
    """A person with two brokers, a difference, a refused change, a note of the broker's own, and a third who left."""
    ida, jon, former = lab.laptop("Ida"), lab.laptop("Jon"), lab.laptop("Eva")
    who, create = ida.citizen("Zebrastian")
    scope = f"case:{who}"
    memo = make("memo", new_id(), f"broker:{ida.staff}", {"text": "tudsekvartetten", "citizen_id": who})
    sent = [create, contact(who, "kvaksalverknoglen"), memo]
    ida.push(*sent)
    lab.admin.assign(who, "Ida")
    lab.admin.assign(who, "Jon")
    role = lab.admin.assign(who, "Eva")
    former.pull()
    lab.service.administer([edit("role_assignment", role, scope, 1, {"end": "2026-11-16"})])
    lab.later(days=1)
    ida.push(edit("citizen", who, scope, 1, {"area": "tudsekvartetten"}))
    jon.push(edit("citizen", who, scope, 1, {"area": "Syd"}))
    jon.push(make("contact", new_id(), scope, {"citizen_id": who, "note": "kvaksalverknoglen"}))
    for laptop in (ida, jon, former):
        laptop.pull()
    return ida, jon, who, sent


def purged(changes: list[Change]) -> set[str]:
    return {change.id for change in changes if change.kind == "purge"}


def bytes_of(lab: Lab) -> bytes:
    folder = lab.service.store.folder
    assert folder is not None
    return b"".join(path.read_bytes() for path in Path(folder).iterdir() if path.is_file())


@pytest.mark.parametrize("database", [None])
def test_nothing_of_the_person_can_be_read_in_the_hubs_files(lab: Lab) -> None:
    _ida, _jon, who, _sent = life(lab)
    before = bytes_of(lab)
    assert all(word in before for word in WORDS)
    taken = lab.admin.erase(who)
    assert taken.records >= 6
    after = bytes_of(lab)
    assert [word for word in WORDS if word in after] == []


def test_nothing_of_the_person_can_be_read_in_any_table(lab: Lab) -> None:
    def read() -> bytes:
        with lab.service.store.read() as conn:
            rows = [row for table in metadata.sorted_tables for row in conn.execute(select(table))]
        return b"|".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)

    _ida, _jon, who, _sent = life(lab)
    assert all(word in read() for word in WORDS)
    lab.admin.erase(who)
    assert [word for word in WORDS if word in read()] == []


def test_every_laptop_that_ever_followed_the_person_is_told_the_person_last(lab: Lab) -> None:
    ida, jon, who, sent = life(lab)
    former = lab.laptop("Eva")
    lab.admin.erase(who)
    for laptop in (ida, jon, former):
        changes = laptop.pull()
        assert who in purged(changes)
        assert [change for change in changes if change.kind != "purge"] == [] or laptop is former
        assert changes[-1].id == who
        assert all(change.doc is None for change in changes if change.kind == "purge")
    assert {sent[1].id, sent[2].id} <= purged(lab.laptop("Ida").pull())  # a new laptop of hers is told too


def test_what_comes_late_is_refused_and_kept_nowhere(lab: Lab) -> None:
    ida, jon, who, sent = life(lab)
    lab.admin.erase(who)
    assert statuses(jon.push(contact(who, "kvaksalverknoglen igen"))) == ["not-entitled"]
    assert statuses(ida.push(sent[0], sent[1])) == ["duplicate", "duplicate"]
    stranger = lab.laptop("Bo")
    assert statuses(stranger.push(make("citizen", who, f"case:{who}", {"name": "Zebrastian"}))) == ["not-entitled"]
    lab.service.store.fold_log()
    assert [word for word in WORDS if word in bytes_of(lab)] == []
    assert lab.admin.status()["records"] == len(lab.admin.members())


def test_an_erased_person_cannot_be_assigned_or_erased_again(lab: Lab) -> None:
    _ida, _jon, who, _sent = life(lab)
    lab.admin.erase(who)
    with pytest.raises(AdminError):
        lab.admin.assign(who, "Jon")
    with pytest.raises(AdminError):
        lab.admin.erase(who)


def test_other_people_stay(lab: Lab) -> None:
    ida, _jon, who, _sent = life(lab)
    other, create = ida.citizen("Bo Lund")
    ida.push(create, contact(other, "bliver"))
    lab.admin.erase(who)
    changes = lab.laptop("Ida").pull()
    assert {"Bo Lund"} <= {str((change.doc or {}).get("name")) for change in changes}
    assert other not in purged(changes)
