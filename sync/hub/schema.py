"""Brings the database to the schema of this program; run at every start, so that an update needs no extra step."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from sync.hub.store import Store


class SchemaTooNew(Exception):
    """The database was written by a newer hub."""


def alembic_config(conn: Connection) -> Config:
    """Alembic on an open connection, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = conn
    return config


def migrate(store: Store) -> None:
    """Run the missing steps.

    Raises:
        SchemaTooNew: the database knows a step this program does not.
    """
    with store.write() as conn:
        config = alembic_config(conn)
        current = MigrationContext.configure(conn).get_current_revision()
        steps = ScriptDirectory.from_config(config)
        if current is not None and current not in {step.revision for step in steps.walk_revisions()}:
            raise SchemaTooNew(current)
        if current != steps.get_current_head():
            command.upgrade(config, "head")
