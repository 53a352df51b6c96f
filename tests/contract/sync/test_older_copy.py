"""An older copy of the caseload is put back: with the next syncs everything the hub has stands here again."""

from pathlib import Path

import pytest

from tests.contract.sync.worlds import Laptop, kept, put_back


@pytest.mark.parametrize("also_new", [False, True])
def test_own_work_made_after_the_copy_comes_back_from_the_hub(
    real_laptop: Laptop, tmp_path: Path, also_new: bool
) -> None:
    before = real_laptop.company(note="før")
    person = real_laptop.citizen()
    real_laptop.run()
    real_laptop.run()
    copy = kept(real_laptop, tmp_path / "laptop", tmp_path / "copy")
    real_laptop.write("patch", before, {"note": "efter", "area": "Nord"})
    note = real_laptop.contact(person, "efter kopien")
    later = real_laptop.company("Odins Lager")
    real_laptop.run()
    real_laptop.run()
    put_back(real_laptop, tmp_path / "laptop", copy)
    assert real_laptop.doc(before)["note"] == "før"
    new = real_laptop.contact(person, "efter tilbagelægningen") if also_new else ""
    for _ in range(3):
        real_laptop.run()
    assert real_laptop.doc(before) == {"name": "Nordvest Lager ApS", "note": "efter", "area": "Nord"}
    assert real_laptop.doc(note, "contact")["note"] == "efter kopien"
    assert real_laptop.doc(later)["name"] == "Odins Lager"
    if also_new:
        assert real_laptop.doc(new, "contact")["note"] == "efter tilbagelægningen"
    assert real_laptop.store.unsent_count() == 0
