"""An older copy of the caseload is put back: with the next syncs everything the hub has stands here again."""

from pathlib import Path

import pytest

from broker_tui.storage.store import SqlStore
from tests.contract.sync.test_audit_anchor import kept, laptop, put_back, world  # noqa: F401 - fixtures
from tests.contract.sync.worlds import Laptop, ServiceWorld


@pytest.mark.parametrize("also_new", [False, True])
def test_own_work_made_after_the_copy_comes_back_from_the_hub(
    world: ServiceWorld,  # noqa: F811 - the fixture
    laptop: Laptop,  # noqa: F811 - the fixture
    tmp_path: Path,
    also_new: bool,
) -> None:
    before = laptop.company(note="før")
    person = laptop.citizen()
    laptop.run()
    laptop.run()
    copy = kept(laptop, tmp_path)
    laptop.write("patch", before, {"note": "efter", "area": "Nord"})
    note = laptop.contact(person, "efter kopien")
    later = laptop.company("Odins Lager")
    laptop.run()
    laptop.run()
    put_back(laptop, copy)
    assert laptop.doc(before)["note"] == "før"
    new = laptop.contact(person, "efter tilbagelægningen") if also_new else ""
    for _ in range(3):
        laptop.run()
    assert laptop.doc(before) == {"name": "Nordvest Lager ApS", "note": "efter", "area": "Nord"}
    assert laptop.doc(note, "contact")["note"] == "efter kopien"
    assert laptop.doc(later)["name"] == "Odins Lager"
    if also_new:
        assert laptop.doc(new, "contact")["note"] == "efter tilbagelægningen"
    assert laptop.store.unsent_count() == 0
    assert isinstance(laptop.store, SqlStore)
