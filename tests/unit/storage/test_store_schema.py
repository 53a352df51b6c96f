"""How the tables come to be: the door to sqlite-utils, newer vaults, lists that walk along an index."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from broker_tui.services.ports import CaseFilter, Page
from broker_tui.storage import driver, schema
from broker_tui.storage.store import SqlStore
from broker_tui.vault import UnsupportedVault, opening
from tests.fakes.keys import KEY, database, open_store
from tests.unit.storage.conftest import TODAY, Office


def test_sqlite_utils_catches_the_exceptions_of_our_driver(tmp_path: Path) -> None:
    connection = opening.open_writer(database(tmp_path), KEY)
    db = driver.database(connection)
    db.execute("CREATE TABLE t (a INTEGER UNIQUE) STRICT")

    def twice() -> None:
        with db.atomic():
            db.execute("INSERT INTO t VALUES (1)")
            db.execute("INSERT INTO t VALUES (1)")

    with pytest.raises(dbapi2.IntegrityError):
        twice()
    assert not connection.in_transaction
    assert list(db.query("INSERT INTO t VALUES (2) RETURNING a")) == [{"a": 2}]
    assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 1
    connection.close()


def test_without_registration_a_failure_would_leave_a_transaction_open(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from broker_tui.vault import opening\n"
        "from sqlite_utils import Database\n"
        "c = opening.open_writer(Path(sys.argv[1]), bytes(range(32))); db = Database(c, execute_plugins=False)\n"
        "db.execute('CREATE TABLE t (a)')\n"
        "try: list(db.query('INSERT INTO t VALUES (2) RETURNING a'))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(database(tmp_path))], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "OperationalError"


def test_a_current_vault_opens_without_sqlite_utils(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    code = (
        "import sys; from pathlib import Path; from tests.fakes.keys import open_store\n"
        "open_store(Path(sys.argv[1])).close()\n"
        "print([name for name in ('sqlite_utils', 'httpx', 'textual', 'openpyxl') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_a_vault_of_a_newer_program_is_refused_unchanged(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store._writer.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")
    store.close()
    with pytest.raises(UnsupportedVault):
        open_store(tmp_path)


def test_a_migration_that_fails_leaves_the_vault_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "FIRST", (*schema.FIRST, "CREATE TABLE op (again)"))
        with pytest.raises(dbapi2.OperationalError):
            open_store(tmp_path)
    connection = opening.open_writer(database(tmp_path), KEY)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert "op" not in tables
    store = open_store(tmp_path)
    assert store.unsent_count() == 0
    store.close()


def test_no_table_or_index_names_a_collation(store: SqlStore) -> None:
    written = store._rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    assert not [row[0] for row in written if "collate" in row[0].lower()]


def test_lists_walk_along_an_index(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    store, person = office.store, office.person()
    asked: list[tuple[str, tuple[object, ...]]] = []
    plain = store._rows

    def noting(sql: str, values: tuple[object, ...] = ()) -> list[object]:
        asked.append((sql, values))
        return plain(sql, values)

    monkeypatch.setattr(store, "_rows", noting)
    store.contact_rows(citizen_id=person, page=Page())
    store.contact_rows(citizen_id=None, page=Page())
    store.case_rows(CaseFilter(), sort="name", descending=False, page=Page(), today=TODAY)
    store.find("na", types=None, page=Page())
    store.log(scope=None, record_id=person, company_id=None, page=Page())
    monkeypatch.undo()
    for sql, values in asked:
        plan = [row[3] for row in plain(f"EXPLAIN QUERY PLAN {sql}", values)]
        whole = [
            line for line in plan if line.startswith("SCAN ") and line.split()[1] in ("contact", "t", "o", "r", "h")
        ]
        assert all("USING INDEX" in line or "VIRTUAL TABLE" in line for line in whole if line != "SCAN r"), plan
        assert not [line for line in plan if "AUTOMATIC" in line], plan
