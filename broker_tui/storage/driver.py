"""The one door to sqlite-utils, which must find our driver instead of the standard library's (security.md 1.3).

sqlite-utils catches `pysqlite3`'s exceptions if there is such a module; without this registration it would catch
exceptions that sqlcipher3 never raises and leave transactions open in silence. Nothing else may import it.
"""

import sys
from typing import TYPE_CHECKING

import sqlcipher3
from sqlcipher3 import dbapi2

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations


def register() -> None:
    """Let sqlite-utils find sqlcipher3; must run before its first import."""
    sys.modules.setdefault("pysqlite3", sqlcipher3)
    sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)


def database(connection: "dbapi2.Connection") -> "Database":
    """sqlite-utils over a keyed connection, closed to plugins: any installed one would get the caseload."""
    register()
    from sqlite_utils import Database

    return Database(connection, execute_plugins=False)


def migrations(name: str) -> "Migrations":
    """An empty set of migrations."""
    register()
    from sqlite_utils.migrations import Migrations

    return Migrations(name)
