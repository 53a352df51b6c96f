"""Values as the databases take them: lists of ids as one value, text and numbers no database refuses.

`column IN (ids)` with all the ids in one value, so that a statement is the same text whatever their number.
SQLAlchemy writes a list out as one placeholder each and does so anew for every list: a tenth of a push of 500.
"""

import json
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Ids(TypeDecorator[list[str]]):
    """A list of texts: an array where there are arrays, else JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class _Unfolded(FunctionElement[str]):
    """The list as rows."""

    inherit_cache = True


@compiles(_Unfolded)
def _json(element: _Unfolded, compiler: Any, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608 - the name of a parameter


@compiles(_Unfolded, "postgresql")
def _array(element: _Unfolded, compiler: Any, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **options)}))"


LARGEST = 2**31 - 1
"""Of a whole number in a column."""


def fitting(text: str, length: int) -> str:
    """A text a laptop made up, cut; no text in PostgreSQL may hold the character nought."""
    return text.replace("\0", "")[:length]


def among(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether `column` is in the list given for the parameter `name`."""
    return column.op("IN", is_comparison=True)(_Unfolded(bindparam(name, type_=_Ids())))
