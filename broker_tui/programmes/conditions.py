"""Conditions over facts, made ready once per definition; each answers on which day it was met, or None.

The other way round, `samples` says which facts would meet a condition: that is what closes an obligation.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from broker_tui.programmes.definition import Cond
from broker_tui.programmes.expressions import Reckon, number
from broker_tui.programmes.facts import ALWAYS, Fact

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course

Met = Callable[["Course"], date | None]
Test = Callable[[Fact, "Course"], bool]
Maker = Callable[[str], Reckon]
"""Turns the text of a day expression into a function."""


class ConditionFault(ValueError):
    """A condition that says nothing sensible."""


HEADS = ("fact", "contact", "value", "all", "any", "not_", "signal", "past", "param", "events")


def head(cond: Cond) -> str:
    """Which of the ten forms it has.

    Raises:
        ConditionFault: none or several.
    """
    given = [name for name in HEADS if getattr(cond, name) is not None]
    if len(given) != 1:
        raise ConditionFault(f"needs exactly one of {', '.join(n.rstrip('_') for n in HEADS)}, has {len(given)}")
    return given[0]


def ready(cond: Cond, params: Mapping[str, Any], maker: Maker) -> Met:
    """A condition as a function of the course.

    Raises:
        ConditionFault: it has no head or several.
        ExpressionFault: a day in it cannot be read.
    """
    kind = head(cond)
    if kind in ("all", "any"):
        parts = [ready(part, params, maker) for part in (cond.all if kind == "all" else cond.any) or ()]
        return _all(parts) if kind == "all" else _any(parts)
    if kind == "not_":
        inner = ready(cond.not_ or cond, params, maker)
        return lambda course: ALWAYS if inner(course) is None else None
    return _SIMPLE[kind](cond, params, maker)


def _signal(cond: Cond, _params: Mapping[str, Any], _maker: Maker) -> Met:
    name = cond.signal or ""
    return lambda course: ALWAYS if course.raised(name) else None


def _past(cond: Cond, _params: Mapping[str, Any], maker: Maker) -> Met:
    reckoned = maker(cond.past or "")
    return lambda course: day if (day := reckoned(course)) is not None and day <= course.today else None


def _param(cond: Cond, params: Mapping[str, Any], _maker: Maker) -> Met:
    wanted, value = cond.is_, params.get(cond.param or "")
    holds = (value == wanted) if wanted is not None else bool(value)
    return lambda _course: ALWAYS if holds else None


def _all(parts: Sequence[Met]) -> Met:
    def met(course: "Course") -> date | None:
        latest = ALWAYS
        for part in parts:
            day = part(course)
            if day is None:
                return None
            latest = max(latest, day)
        return latest

    return met


def _any(parts: Sequence[Met]) -> Met:
    def met(course: "Course") -> date | None:
        return min((day for part in parts if (day := part(course)) is not None), default=None)

    return met


def _value(cond: Cond, params: Mapping[str, Any], _maker: Maker) -> Met:
    kind, _, name = (cond.value or "").partition(".")
    test = matcher(cond.is_, params) if cond.is_ is not None else None

    def met(course: "Course") -> date | None:
        value, day = course.facts.value(kind, name)
        if day is None:
            return None
        return day if test is None or test(value, course) else None

    return met


def _facts(cond: Cond, params: Mapping[str, Any], maker: Maker) -> Met:
    matching = _matching(cond, params)
    need = number(cond.count, params)
    since = maker(cond.since) if cond.since else None
    until = maker(cond.until) if cond.until else None
    before = maker(cond.before) if cond.before else None
    if since is None and until is None and before is None:

        def nth(course: "Course") -> date | None:
            found = matching(course)
            return found[need - 1] if len(found) >= need else None

        return nth

    def met(course: "Course") -> date | None:
        found = matching(course)
        start, end = 0, len(found)
        if since is not None:
            if not found or (low := since(course)) is None:
                return None
            start = bisect_left(found, low)
        if until is not None and (high := until(course)) is not None:
            end = min(end, bisect_right(found, high))
        if before is not None and (under := before(course)) is not None:
            end = min(end, bisect_left(found, under))
        place = start + need - 1
        return found[place] if place < end else None

    return met


def _matching(cond: Cond, params: Mapping[str, Any]) -> Callable[["Course"], Sequence[date]]:
    """The days of all facts that meet a fact or contact condition, oldest first.

    Several rules ask the same of the same contacts; a condition that names nothing of the course itself (`@`) is
    looked up once for all of them.
    """
    kinds, find = kinds_of(cond), finder(cond, params)
    if not cond.where and cond.contact is None and len(kinds) == 1:
        kind = kinds[0]
        return lambda course: course.facts.days(kind)

    def look(course: "Course") -> Sequence[date]:
        found = [fact.on for fact in find(course)]
        return sorted(found) if len(kinds) > 1 else found

    said = msgspec.json.encode([kinds, cond.contact, cond.where, cond.by, cond.with_])
    if b'"@' in said:
        return look

    def kept(course: "Course") -> Sequence[date]:
        found = course.matched.get(said)
        if found is None:
            found = course.matched[said] = look(course)
        return found

    return kept


def _events(cond: Cond, params: Mapping[str, Any], maker: Maker) -> Met:
    name, need = cond.events or "", number(cond.count, params)
    since = maker(cond.since) if cond.since else None

    def met(course: "Course") -> date | None:
        low = since(course) if since is not None else None
        if since is not None and low is None:
            return None
        found = [day for day in course.event_days(name) if low is None or day >= low]
        return found[need - 1] if len(found) >= need else None

    return met


_SIMPLE: dict[str, Callable[[Cond, Mapping[str, Any], Maker], Met]] = {
    "fact": _facts,
    "contact": _facts,
    "value": _value,
    "signal": _signal,
    "past": _past,
    "param": _param,
    "events": _events,
}


def lister(cond: Cond, params: Mapping[str, Any], maker: Maker) -> Callable[["Course"], Sequence[date]]:
    """All days on which a counting condition was met, oldest first; several on one day count once."""
    kind = head(cond)
    since = maker(cond.since) if cond.since else None
    if kind == "events":
        name = cond.events or ""
        return lambda course: course.event_days(name)
    if kind == "any":
        parts = [lister(part, params, maker) for part in cond.any or ()]
        return lambda course: sorted({day for part in parts for day in part(course)})
    if kind not in ("fact", "contact"):
        raise ConditionFault(f"events are counted by fact, contact, events or any of these, not by {kind.rstrip('_')}")
    matching = _matching(cond, params)

    def days(course: "Course") -> Sequence[date]:
        found = matching(course)
        if since is not None and found:
            low = since(course)
            found = found[bisect_left(found, low) :] if low is not None else found
        return list(dict.fromkeys(found))

    return days


def picker(cond: Cond, params: Mapping[str, Any]) -> Callable[["Course"], list[Fact]]:
    """The facts that meet a fact or contact condition, oldest first."""
    kinds, find = kinds_of(cond), finder(cond, params)

    def facts(course: "Course") -> list[Fact]:
        found = list(find(course))
        return sorted(found, key=lambda f: f.on) if len(kinds) > 1 else found

    return facts


def kinds_of(cond: Cond) -> tuple[str, ...]:
    """The fact kinds a fact or contact condition reads."""
    if cond.contact is not None:
        return ("contact",)
    return (cond.fact,) if isinstance(cond.fact, str) else tuple(cond.fact or ())


def fact_test(cond: Cond, params: Mapping[str, Any]) -> Test | None:
    """Whether one fact meets `where`; for contacts see `Facts.counting`."""
    tests = [(name, matcher(spec, params)) for name, spec in cond.where.items()]
    if not tests:
        return None
    if len(tests) == 1:
        (only, test), *_ = tests
        return lambda fact, course: test(fact.values.get(only), course)

    def where(fact: Fact, course: "Course") -> bool:
        values = fact.values
        for name, test in tests:  # noqa: SIM110 - asked tens of thousands of times
            if not test(values.get(name), course):
                return False
        return True

    return where


def finder(cond: Cond, params: Mapping[str, Any]) -> Callable[["Course"], Sequence[Fact]]:
    """The facts that meet a fact or contact condition, oldest first within each kind."""
    kinds, test = kinds_of(cond), fact_test(cond, params)
    if cond.contact is not None:
        accepted, by, others = frozenset(cond.contact), frozenset(cond.by), frozenset(cond.with_)

        def contacts(course: "Course") -> Sequence[Fact]:
            found = course.facts.counting(accepted, by, others)
            return found if test is None else [fact for fact in found if test(fact, course)]

        return contacts

    def facts(course: "Course") -> Sequence[Fact]:
        return [f for kind in kinds for f in course.facts.of(kind) if test is None or test(f, course)]

    return facts


def matcher(spec: Any, params: Mapping[str, Any]) -> Callable[[Any, "Course"], bool]:
    """A test of one value. `false` also means "not said"; a list means one of these; text in a list field: contained.

    Raises:
        ConditionFault: an operator nobody knows.
    """
    if isinstance(spec, str) and spec.startswith("$"):
        spec = params.get(spec[1:])
    if isinstance(spec, str) and spec.startswith("@"):
        name = spec[1:]
        return lambda value, course: value is not None and value == course.reference(name)
    if isinstance(spec, Mapping):
        tests = [_operator(name, wanted, params) for name, wanted in spec.items()]
        return lambda value, course: all(test(value, course) for test in tests)
    if isinstance(spec, list):
        options = frozenset(str(one) if isinstance(one, date) else one for one in spec)
        return lambda value, _c: not options.isdisjoint(value) if isinstance(value, list) else value in options
    if spec is False:
        return lambda value, _c: not value
    wanted = spec.isoformat() if isinstance(spec, date) else spec
    return lambda value, _c: wanted in value if isinstance(value, list) else value == wanted


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "filled": lambda value, wanted: filled(value) == wanted,
    "min": lambda value, wanted: value is not None and value >= wanted,
    "max": lambda value, wanted: value is not None and value <= wanted,
    "over": lambda value, wanted: value is not None and value > wanted,
    "under": lambda value, wanted: value is not None and value < wanted,
    "has": lambda value, wanted: isinstance(value, list) and all(one in value for one in wanted),
    "lacks": lambda value, wanted: not isinstance(value, list) or not any(one in value for one in wanted),
    "not": lambda value, wanted: value not in (wanted if isinstance(wanted, list) else [wanted]),
    "items": lambda value, wanted: isinstance(value, list) and len(value) >= wanted,
}


def _operator(name: str, wanted: Any, params: Mapping[str, Any]) -> Callable[[Any, "Course"], bool]:
    test = _OPERATORS.get(name)
    if test is None:
        raise ConditionFault(f"operator {name!r} is unknown; there are {', '.join(_OPERATORS)}")
    if isinstance(wanted, str) and wanted.startswith("$"):
        wanted = params.get(wanted[1:])
    bound = wanted.isoformat() if isinstance(wanted, date) else wanted
    return lambda value, _course: test(value, bound)


def filled(value: Any) -> bool:
    """Whether something was said; no and 0 are answers too."""
    return value is not None and value not in ("", [])
