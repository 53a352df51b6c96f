"""One thing that is known about a case, in the trade's own words: what the programme engine reads.

A fact has a kind, the day it happened and values. Evidence counts by the day it happened (domain section 0.3,
point 9); the day it was written down is kept for audit. A fact without a day has held from the beginning.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

ALWAYS = date.min
"""The day of a fact that has held from the beginning."""
RESERVED = ("fact", "on", "until", "at", "entered", "id", "replaces")
"""Keys of a written fact that are not values of its kind."""


class Fact(msgspec.Struct, kw_only=True, frozen=True):
    """One thing that is known.

    Attributes:
        kind: a kind of the vocabulary, for instance `contact`, `placement`, `cv`.
        on: the local day it happened or began.
        until: the last day it holds, inclusive; only intervals (a role, a pause) have one.
        at: the moment with offset; only the reply timer asks for it.
        entered: the day it was written down.
        id: the record behind it.
        replaces: the id of an earlier fact that this one corrects.
        values: the fields of its kind.
    """

    kind: str
    on: date = ALWAYS
    until: date | None = None
    at: datetime | None = None
    entered: date | None = None
    id: str = ""
    replaces: str | None = None
    values: Mapping[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """A value of the fact."""
        return self.values.get(name, default)

    def holds(self, day: date) -> bool:
        """Whether an interval covers `day`."""
        return self.on <= day and (self.until is None or day <= self.until)


def written(raw: Mapping[str, Any]) -> Fact:
    """A fact from its flat written form (`fact`, `on`, ... and the values of its kind beside them).

    Raises:
        KeyError: no `fact`.
        msgspec.ValidationError: a reserved key has a value that is no date, moment or text.
    """
    given = {name: raw[name] for name in RESERVED if name != "fact" and raw.get(name) is not None}
    if isinstance(given.get("at"), str):
        given["at"] = _moment(given["at"])
    values = {name: value for name, value in raw.items() if name not in RESERVED}
    plain = msgspec.to_builtins(values)
    return msgspec.convert({**msgspec.to_builtins(given), "kind": raw["fact"], "values": plain}, Fact)


def _moment(text: str) -> Any:
    """A moment as people write it (seconds may be left out); what is none is left for the check to refuse."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def flat(fact: Fact) -> dict[str, Any]:
    """The written form of a fact; `written(flat(fact)) == fact`."""
    shape: dict[str, Any] = {"fact": fact.kind}
    if fact.on != ALWAYS:
        shape["on"] = fact.on.isoformat()
    for name in ("until", "at", "entered", "id", "replaces"):
        value = getattr(fact, name)
        if value:
            shape[name] = value.isoformat() if isinstance(value, date) else value
    return {**shape, **fact.values}


def moved(fact: Fact, by: timedelta) -> Fact:
    """The same fact on another day; dates among its values move along (ISO text counts as a date)."""

    def shift(value: Any) -> Any:
        if isinstance(value, list):
            return [shift(one) for one in value]
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            try:
                return (date.fromisoformat(value) + by).isoformat()
            except ValueError:
                return value
        return value

    return msgspec.structs.replace(
        fact,
        on=fact.on if fact.on == ALWAYS else fact.on + by,
        until=fact.until + by if fact.until else None,
        at=fact.at + by if fact.at else None,
        entered=fact.entered + by if fact.entered else None,
        values={name: shift(value) for name, value in fact.values.items()},
    )
