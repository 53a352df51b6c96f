"""Makes the small vault of the newest schema that every later version must open: `python -m tests.vaults.make`.

Run once when a schema has landed; never again for that schema. All people and companies are invented.
"""

from pathlib import Path

import msgspec

from broker_tui.services.ports import Write
from broker_tui.storage.schema import SCHEMA
from broker_tui.storage.store import SqlStore
from broker_tui.vault import Vault
from sync.protocol import By, Change, Cursor
from sync.records import SHARED, Record, broker_scope, case_scope, new_id, to_doc, type_of
from sync.records.types import Case, Citizen, Company, CompanyVisit, Contact, FollowUp, Goal, Hours, Memo
from tests.fakes.keys import START, TickingClock

HERE = Path(__file__).parent
PASSPHRASE_FILE = "passphrase.txt"
TODAY = START.date()


def create(record: Record, scope: str, record_id: str | None = None) -> Write:
    """A write that makes a record."""
    return Write("create", type_of(record).name, record_id or new_id(), scope, to_doc(record))  # type: ignore[arg-type]  # a plain text scope


def fill(store: SqlStore) -> None:
    """A little of everything: local changes, received ones, drafts, a correction, a deletion."""
    me, citizen, company, wrong = store.me(), new_id(), new_id(), new_id()
    scope = case_scope(citizen)
    person = Citizen(name="Åse Kjær", cpr="0101900000", area="Ørbæk", note="Kører på cykel")
    store.save(
        [
            create(person, scope, citizen),
            create(Case(citizen_id=citizen, programme="fsm2", known_from=TODAY), scope),
            create(Company(name="Ærø Bådeværft", cvr="12345678", tasks="Svejsning"), SHARED, company),
        ]
    )
    call = Contact(
        occurred_on=TODAY, kind="phone", outcome="reached", citizen_id=citizen, note="Hun vil gerne se vaerftet"
    )
    store.save([create(call, scope, wrong)])
    corrected = msgspec.structs.replace(call, note="Hun vil gerne se værftet", replaces=wrong)
    store.save([create(corrected, scope)])
    store.save(
        [
            create(CompanyVisit(company_id=company, occurred_on=TODAY, note="Rundvisning i hallen"), SHARED),
            create(Hours(citizen_id=citizen, start=TODAY, minutes_per_week=600, measure="ordinary"), scope),
            create(Goal(citizen_id=citizen, kind="job_goal", text="Svejser", set_on=TODAY), scope),
            create(FollowUp(what="Ring om truckkort", due=TODAY, citizen_id=citizen), scope),
            create(Memo(text="Husk kaffe"), broker_scope(me.staff_id)),
        ]
    )
    store.save([Write("patch", "citizen", citizen, scope, {"phone": "20304050"})])
    other = new_id()
    doc = {"name": "Bo Lund", "from_a_newer_hub": {"kept": True}}
    by = By(staff=new_id(), device="other", at=START.isoformat(), fields=["name"], op=new_id())
    change = Change(seq=1, kind="put", id=other, type="citizen", scope=case_scope(other), rev=3, doc=doc, by=by)
    store.apply_page([change], {"broker:b": Cursor(epoch="e", seq=1, chain="c")}, {"broker:b": 1})
    store.save_draft(f"contact:{citizen}", "contact", citizen, {"note": "Halvt skrevet"})
    store.set_setting("language", "da")


def main() -> None:
    """Make the vault of the newest schema."""
    home = HERE / f"schema-{SCHEMA}"
    home.mkdir()
    passphrase = "fem grønne både ved molen"
    (home / PASSPHRASE_FILE).write_text(passphrase + "\n", encoding="utf-8")
    vault, _ = Vault.create(home, passphrase)
    with vault:
        store = SqlStore.open(vault, TickingClock())
        fill(store)
        store.close()
    (home / "vault.lock").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
