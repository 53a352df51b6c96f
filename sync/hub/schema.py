"""Brings the database to the schema of this program; run at every start, so that an update needs no extra step."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from sync.hub.locking import hold_schema
from sync.hub.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0008"
"""The newest step; known here so that a start without anything to do need not load Alembic."""


class SchemaTooNew(Exception):
    """The database was written by a newer hub."""


def alembic_config(conn: Connection) -> "Config":
    """Alembic on an open connection, without an ini file."""
    from alembic.config import Config  # late: see HEAD

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = conn
    return config


def current_step(conn: Connection) -> str | None:
    """The step a database is at; None if it is empty."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(store: Store) -> None:
    """Run the missing steps; of several processes that start together, one does.

    Raises:
        SchemaTooNew: the database knows a step this program does not.
    """
    with store.read() as conn:
        if current_step(conn) == HEAD:
            return
    from alembic import command  # late: see HEAD
    from alembic.script import ScriptDirectory

    with store.write() as conn:
        hold_schema(conn)
        config = alembic_config(conn)
        current = current_step(conn)
        known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise SchemaTooNew(current)
        command.upgrade(config, "head")
