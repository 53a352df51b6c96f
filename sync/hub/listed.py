"""Values as the databases take them: lists of ids as one value, text and numbers no database refuses.

`column IN (ids)` has all the ids in one value, so that a statement is the same text whatever their number. SQLAlchemy
writes a list out as one placeholder each and does so anew for every list: a tenth of a push of 500.
"""

from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

LARGEST = 2**31 - 1
"""Of a whole number in a column."""


class _Ids(TypeDecorator[list[str]]):
    """A list of texts, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:
        return msgspec.json.encode(value).decode()


class _Among(FunctionElement[bool]):
    """A column and a list."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_Among":
        """As it is: with SQLAlchemy's `... = 1` SQLite reads the whole table instead of asking its index."""
        return self


@compiles(_Among)
def _json(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - names of a column and a parameter


@compiles(_Among, "postgresql")
def _array(element: _Among, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(part, **options) for part in element.clauses)
    # made an array at once, or the index of the column would not be asked; its driver is slow at making arrays itself
    return f"{column} = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST({listed} AS jsonb))))"


def among(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether `column` is in the list given for the parameter `name`."""
    return _Among(column, bindparam(name, type_=_Ids()))


def fitting(text: str, length: int) -> str:
    """A text a laptop made up, cut; no text in PostgreSQL may hold the character nought."""
    return text.replace("\0", "")[:length]
