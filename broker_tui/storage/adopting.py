"""Enrolment gives the local person the hub's id: everything saved so far is rewritten to it.

The local id is a UUID nobody else has, so that replacing its text inside stored JSON is exact.
"""

from broker_tui.storage import projection, rows
from broker_tui.storage.ground import Transaction
from broker_tui.storage.projection import columns, project
from sync.records import RECORD_TYPES


def adopt(transaction: Transaction, former: str, staff_id: str) -> None:
    """Make `staff_id` of `former` in unsent records and operations, drafts and settings."""
    if former == staff_id:
        return
    connection = transaction.connection
    local = rows.fetch(connection, "staff", former)
    if local is not None and local.rev == 0:  # the hub provides the person's record
        rows.erase(connection, local)
        connection.execute("DELETE FROM op WHERE record_id = ? AND mine = 1", (former,))
    pattern = f"%{former}%"
    for name in RECORD_TYPES:
        found = connection.execute(
            f'SELECT id FROM "{name}" WHERE doc LIKE ? OR scope LIKE ?',
            (pattern, pattern),
        ).fetchall()
        for (record_id,) in found:
            row = rows.fetch(connection, name, record_id)
            if row is None or row.rev > 0:
                continue
            doc = projection.loads(projection.dumps(row.doc).replace(former, staff_id))
            scope = row.scope.replace(former, staff_id)
            sets = ", ".join(f'"{column}" = ?' for column in ("scope", "doc", *columns(name)))
            connection.execute(
                f'UPDATE "{name}" SET {sets} WHERE id = ?',
                [scope, projection.dumps(doc), *project(name, doc), record_id],
            )
            transaction.touched(name, row.scope, scope)
    connection.execute(
        """UPDATE op SET scope = replace(scope, ?1, ?2), former_scope = replace(former_scope, ?1, ?2),
            patch = replace(patch, ?1, ?2), before = replace(before, ?1, ?2), staff = replace(staff, ?1, ?2)
            WHERE mine = 1 AND ack_status IS NULL""",
        (former, staff_id),
    )
    connection.execute(
        'UPDATE draft SET "values" = replace("values", ?1, ?2), about = replace(about, ?1, ?2), '
        "key = replace(key, ?1, ?2)",
        (former, staff_id),
    )
