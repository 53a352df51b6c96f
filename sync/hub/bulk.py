"""New rows by the hundred: the statement goes to the driver as it is, in the shape that driver is quickest with."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, LargeBinary, Table, insert

_encode = msgspec.json.Encoder().encode


class Bulk:
    """Many new rows for one table as tuples.

    SQLAlchemy looks at every value of every row; here all are text, whole numbers and bytes. So the driver is given the
    compiled statement: SQLite's with the tuples as they are, PostgreSQL's with all rows in one JSON value, which spares
    it a message per row.
    """

    def __init__(self, table: Table, *columns: str) -> None:
        self.statement = insert(table)
        self.table = table
        self.columns = columns
        self._compiled: dict[str, str] = {}

    def run(self, conn: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows; their values stand in the order of `columns`."""
        if not rows:
            return
        name = conn.dialect.name
        if name not in self._compiled:
            self._compiled[name] = self._unfolding(conn) if name == "postgresql" else self._plain(conn)
        if name == "postgresql":
            conn.exec_driver_sql(self._compiled[name], (_encode(rows).decode(),))  # bytes become base64
        else:
            conn.exec_driver_sql(self._compiled[name], list(rows))

    def _plain(self, conn: Connection) -> str:
        compiled = self.statement.compile(dialect=conn.dialect, column_keys=list(self.columns))
        if tuple(getattr(compiled, "positiontup", None) or ()) != self.columns:
            raise TypeError(f"{conn.dialect.name} does not take values in the order of the columns")
        return str(compiled)

    def _unfolding(self, conn: Connection) -> str:
        quote = conn.dialect.identifier_preparer.quote
        values = [
            f"decode(e ->> {n}, 'base64')"
            if isinstance(kind := self.table.c[name].type, LargeBinary)
            else f"(e ->> {n})::{kind.compile(conn.dialect)}"
            for n, name in enumerate(self.columns)
        ]
        names = ", ".join(quote(name) for name in self.columns)
        return (
            f"INSERT INTO {quote(self.table.name)} ({names}) SELECT {', '.join(values)}"  # noqa: S608 - no value in it
            " FROM jsonb_array_elements(%s::jsonb) AS e"
        )
