"""Tables, and how an older vault becomes a current one.

What never changes its meaning is made by numbered migrations. The columns that lists need are derived from the raw
objects and follow `projection`: whenever that changes, missing columns are added and all are filled again.
sqlite-utils is only loaded when there is something to do.
"""

from typing import TYPE_CHECKING

from broker_tui.storage import driver, projection, search_index
from broker_tui.storage.errors import translated
from broker_tui.vault.errors import UnsupportedVault
from sync.records import RECORD_TYPES

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

SCHEMA = 2
"""Number of the newest migration; stands in `PRAGMA user_version`."""

COMMON: dict[str, type] = {
    "id": str,
    "scope": str,
    "doc": str,
    "v": int,
    "rev": int,
    "deleted": int,
    "base": str,
    "base_scope": str,
    "base_deleted": int,
    "replaced_by": str,
    "entered_at": str,
}
"""Columns of every record table. `base` is the hub's last word; NULL while the document is exactly that."""

FIRST = (
    """CREATE TABLE op (
        seq INTEGER PRIMARY KEY,
        op TEXT NOT NULL UNIQUE, tx TEXT NOT NULL, together INTEGER NOT NULL DEFAULT 0, mine INTEGER NOT NULL,
        type TEXT NOT NULL, record_id TEXT NOT NULL, scope TEXT NOT NULL, former_scope TEXT NOT NULL,
        kind TEXT NOT NULL, v INTEGER NOT NULL DEFAULT 1, base_rev INTEGER NOT NULL DEFAULT 0,
        chain TEXT NOT NULL DEFAULT '', after_op TEXT, patch TEXT NOT NULL, before TEXT NOT NULL DEFAULT '{}',
        closes TEXT, at TEXT NOT NULL, staff TEXT, device TEXT, undoes TEXT,
        ack_status TEXT, ack_rev INTEGER, ack_seq INTEGER, acked_at TEXT, receipt TEXT, problem TEXT,
        stable INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX op_record ON op (record_id)",
    "CREATE INDEX op_scope ON op (scope)",
    "CREATE INDEX op_tx ON op (tx) WHERE op <> tx",
    "CREATE INDEX op_undoes ON op (undoes) WHERE undoes IS NOT NULL",
    "CREATE INDEX op_pending ON op (record_id, scope) WHERE ack_status IS NULL",
    "CREATE INDEX op_refused ON op (record_id) WHERE problem IS NOT NULL",
    """CREATE TABLE audit (
        seq INTEGER PRIMARY KEY, ts TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
        entity TEXT NOT NULL, entity_id TEXT NOT NULL, detail TEXT NOT NULL
    ) STRICT""",
    """CREATE TRIGGER audit_fixed_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TRIGGER audit_fixed_delete BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END""",
    """CREATE TABLE draft (
        key TEXT PRIMARY KEY NOT NULL, form TEXT NOT NULL, about TEXT, "values" TEXT NOT NULL, saved_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE laptop (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE imported (record_id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE feed (
        name TEXT PRIMARY KEY NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL,
        stable INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE receipt (n INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, doc TEXT NOT NULL) STRICT",
    """CREATE TABLE parked (
        id TEXT PRIMARY KEY NOT NULL, rev INTEGER NOT NULL, change TEXT NOT NULL
    ) STRICT""",
    *search_index.TABLES,
)

SECOND = (
    # Rows from before the chain keep no mac; the first row after them seals them all (vault-format.md).
    "ALTER TABLE audit ADD COLUMN device TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE audit ADD COLUMN purpose TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE audit ADD COLUMN version TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE audit ADD COLUMN mac TEXT",
    "CREATE INDEX audit_entity ON audit (entity_id, seq)",
    """CREATE TABLE incident (
        ref TEXT PRIMARY KEY NOT NULL, at TEXT NOT NULL, doc TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE departed (
        scope TEXT PRIMARY KEY NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)
"""Chained audit, details of crashes, and people whose records left this laptop (`why`: closed, erased, revoked)."""


def is_older(connection: "Connection") -> bool:
    """Whether a vault has tables, and not yet those of this program."""
    with translated():
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return 0 < version < SCHEMA


def prepare(connection: "Connection") -> None:
    """Bring a vault's tables to what this program needs; costs two look-ups when they are.

    Raises:
        UnsupportedVault: a newer program has changed the tables in a way this one does not know.
    """
    with translated():
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            raise UnsupportedVault
        wanted = f"{projection.fingerprint()} {search_index.VERSION}"
        if version == SCHEMA:
            row = connection.execute("SELECT value FROM laptop WHERE name = 'projection'").fetchone()
            if row is not None and row[0] == wanted:
                return
        connection.isolation_level = "DEFERRED"
        db = driver.database(connection)
        _migrations().apply(db)
        with db.atomic():
            _follow_projection(db)
            search_index.rebuild(connection)
            connection.execute("INSERT OR REPLACE INTO laptop VALUES ('projection', ?)", (wanted,))
        connection.execute(f"PRAGMA user_version = {SCHEMA}")


def _migrations() -> "Migrations":
    steps = driver.migrations("broker_tui")

    @steps()
    def first(db: "Database") -> None:
        """Journal, audit, drafts, settings, feeds, receipts and search."""
        for statement in FIRST:
            db.execute(statement)

    @steps()
    def second(db: "Database") -> None:
        """Audit rows that can be chained, incidents, and who left the laptop."""
        for statement in SECOND:
            db.execute(statement)

    return steps


def _follow_projection(db: "Database") -> None:
    for name in RECORD_TYPES:
        table = db.table(name)
        wanted = {c: int if c in projection.NUMBERS else str for c in projection.columns(name)}
        if not table.exists():
            table.create(
                {**COMMON, **wanted},
                pk="id",
                not_null={"id", "scope", "doc", "v", "rev", "deleted", "base_deleted", "entered_at"},
                defaults={"v": 1, "rev": 0, "deleted": 0, "base_deleted": 0},
                strict=True,
            )
        present = {column.name for column in table.columns}
        for column, kind in wanted.items():
            if column not in present:
                table.add_column(column, kind)
        for index in table.indexes:
            if index.name.startswith(f"{name}__"):
                db.execute(f'DROP INDEX "{index.name}"')
        lines = list(projection.INDEXES.get(name, ()))
        if projection.replaces(name):
            lines.append("(replaces) WHERE replaces IS NOT NULL")
        for number, line in enumerate(lines):
            db.execute(f'CREATE INDEX "{name}__{number}" ON "{name}" {line}')
        _fill(db, name)


def _fill(db: "Database", name: str) -> None:
    names = projection.columns(name)
    if not names:
        return
    sets = ", ".join(f'"{column}" = ?' for column in names)
    rows = db.execute(f'SELECT id, doc FROM "{name}"').fetchall()
    statement = f'UPDATE "{name}" SET {sets} WHERE id = ?'
    for record_id, doc in rows:
        db.conn.execute(statement, [*projection.project(name, projection.loads(doc)), record_id])
