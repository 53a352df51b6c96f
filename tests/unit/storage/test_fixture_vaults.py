"""A vault of every schema that ever landed opens for ever, with everything in it."""

import shutil
from pathlib import Path

import pytest

from broker_tui.services.ports import CaseFilter, Page
from broker_tui.storage.schema import SCHEMA
from broker_tui.storage.store import SqlStore
from broker_tui.vault import Vault
from tests.fakes.keys import START, TickingClock
from tests.vaults.make import HERE, PASSPHRASE_FILE

VAULTS = sorted(path.name for path in HERE.glob("schema-*"))


def test_the_newest_schema_has_its_vault() -> None:
    assert f"schema-{SCHEMA}" in VAULTS


@pytest.mark.parametrize("name", VAULTS)
def test_a_vault_of_an_older_program_opens(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    shutil.copytree(HERE / name, home)
    passphrase = (home / PASSPHRASE_FILE).read_text(encoding="utf-8").strip()
    with Vault.unlock(home, passphrase) as vault:
        store = SqlStore.open(vault, TickingClock())
        (row,) = store.case_rows(CaseFilter(), sort="name", descending=False, page=Page(), today=START.date())
        assert (row.name, row.area, row.minutes_per_week, row.next_due) == ("Åse Kjær", "Ørbæk", 600, START.date())
        (contact,) = store.contact_rows(citizen_id=row.citizen_id, page=Page())
        assert contact.entry.record.note == "Hun vil gerne se værftet"
        assert len(store.contact_rows(citizen_id=row.citizen_id, replaced=True, page=Page())) == 2
        assert [hit.type for hit in store.find("vaerft", types=None, page=Page())] == ["contact"]
        assert [hit.type for hit in store.find("baadev", types=None, page=Page())] == ["company"]
        assert [hit.type for hit in store.find("rundvis", types=None, page=Page())] == ["company_visit"]
        (other,) = store.matching_ids("citizen", "bo lund")
        received = store.get("citizen", other)
        assert received is not None
        assert received.doc["from_a_newer_hub"] == {"kept": True}
        assert (received.rev, received.unsent) == (3, False)
        assert store.unsent_count() == 11
        assert store.cursors()["broker:b"].seq == 1
        assert [draft.values for draft in store.drafts()] == [{"note": "Halvt skrevet"}]
        assert store.setting("language") == "da"
        last = store.last_undoable()
        assert last is not None
        assert last.fields == ("phone",)
        store.close()
