"""The database's schema is what the tables say, carries the tenant everywhere, and is at the step the code names."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from sync.hub.schema import HEAD, alembic_config, current_step, migrate
from sync.hub.tables import metadata
from tests.hub_lab import Lab


def test_migrated_database_is_what_the_tables_say(lab: Lab) -> None:
    with lab.service.store.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
        assert current_step(conn) == HEAD
        assert ScriptDirectory.from_config(alembic_config(conn)).get_current_head() == HEAD


def test_an_older_database_is_brought_up_and_keeps_what_it_holds(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    store = lab.service.store
    with store.write() as conn:
        command.downgrade(alembic_config(conn), "0002")
        assert current_step(conn) == "0002"
    migrate(store)
    with store.read() as conn:
        assert current_step(conn) == HEAD
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
    assert who in {change.id for change in ida.pull()}


def test_every_table_carries_the_tenant() -> None:
    for table in metadata.tables.values():
        assert "tenant" in table.primary_key.columns, table.name


@pytest.mark.parametrize("database", [None])
def test_commits_survive_a_power_cut(lab: Lab) -> None:
    with lab.service.store.read() as conn:
        settings = {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")}
    assert settings == {"journal_mode": "wal", "synchronous": 2}
