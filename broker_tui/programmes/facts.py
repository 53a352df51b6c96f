"""What is known about a case: dated facts in the trade's own words.

A fact has a kind, the day it happened and values. Evidence counts by the day it happened (domain section 0.3,
point 9); the day it was written down is kept for audit. A fact without a day has held from the beginning.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

import msgspec

ALWAYS = date.min
"""The day of a fact that has held from the beginning."""
RESERVED = ("fact", "on", "until", "at", "entered", "id", "replaces")
"""Keys of a written fact that are not values of its kind."""
_NONE: tuple["Fact", ...] = ()


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


def _order(fact: Fact) -> tuple[Any, ...]:
    """One order whatever the order facts are given in; of two on one day the later written counts as later."""
    return (fact.on, str(fact.at or ""), fact.entered or fact.on, fact.id, _text(fact.values))


def _text(values: Mapping[str, Any]) -> str:
    return msgspec.json.encode(values, order="deterministic").decode()


class Facts:
    """The facts of one case as known on a day: by kind, in order of time, corrections applied, the future left out.

    Planned things lie in the future by nature: kinds in `planned` are kept whatever their day.
    """

    def __init__(self, facts: Iterable[Fact], today: date, planned: Iterable[str] = ()) -> None:
        every = list(facts)
        replaced = {fact.replaces for fact in every if fact.replaces}
        keep = frozenset(planned)
        kinds: dict[str, list[Fact]] = {}
        for fact in every:
            if (fact.on <= today or fact.kind in keep) and not (replaced and fact.id in replaced):
                kinds.setdefault(fact.kind, []).append(fact)
        for found in kinds.values():
            if len(found) > 1:
                found.sort(key=lambda fact: fact.on)
                if any(one.on == other.on for one, other in pairwise(found)):
                    found.sort(key=_order)
        self._kinds = kinds
        self.today = today

    def of(self, kind: str) -> Sequence[Fact]:
        """All facts of a kind, oldest first."""
        return self._kinds.get(kind, _NONE)

    def put(self, kind: str, facts: Iterable[Fact]) -> None:
        """Set the facts of a kind that the family works out from others, oldest first."""
        self._kinds[kind] = list(facts)

    def kinds(self) -> set[str]:
        """The kinds that are there."""
        return set(self._kinds)

    def value(self, kind: str, name: str) -> tuple[Any, date | None]:
        """The latest known value of a field over all facts of the kind, and the day it was given; (None, None)."""
        for fact in reversed(self.of(kind)):
            if name in fact.values and fact.values[name] is not None:
                return fact.values[name], fact.on
        return None, None

    def last_kept(self, kind: str, test: Callable[[Fact], bool]) -> Fact | None:
        """The latest fact of a kind that passes."""
        return next((fact for fact in reversed(self.of(kind)) if test(fact)), None)

    @cached_property
    def roles(self) -> dict[str, list[Fact]]:
        """Role assignments by role code."""
        found: dict[str, list[Fact]] = {}
        for fact in self.of("role"):
            found.setdefault(str(fact.get("role")), []).append(fact)
        return found

    def has_role(self, role: str, day: date) -> bool:
        """Whether somebody held the role on `day`."""
        return any(fact.holds(day) for fact in self.roles.get(role, ()))


def written(raw: Mapping[str, Any]) -> Fact:
    """A fact from its flat written form (`fact`, `on`, ... and the values of its kind beside them).

    Raises:
        KeyError: no `fact`.
        msgspec.ValidationError: a reserved key has a value that is no date, moment or text.
    """
    given = {name: raw[name] for name in RESERVED if name != "fact" and raw.get(name) is not None}
    values = {name: value for name, value in raw.items() if name not in RESERVED}
    plain = msgspec.to_builtins(values)
    return msgspec.convert({**msgspec.to_builtins(given), "kind": raw["fact"], "values": plain}, Fact)


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
