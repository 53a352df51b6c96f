"""Days as definitions write them: `step1.since + 1m`, `T0 - 28d`, `event + $days wd`, `max(a, b + 7d)`."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Literal, Protocol

from broker_tui.domain.dates import add_months

Unit = Literal["d", "w", "m", "wd"]
_UNITS: dict[str, Unit] = {"d": "d", "w": "w", "m": "m", "wd": "wd"}
_TOKEN = re.compile(r"\s*(?:(?P<num>\d+)|(?P<param>\$[a-z_0-9]+)|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>[-+(),]))")
_LENGTH = re.compile(r"(?P<n>\d+|\$[a-z_0-9]+)\s*(?P<unit>wd|d|w|m)")


class ExpressionFault(ValueError):
    """An expression that cannot be read; the message says where."""


class Days(Protocol):
    """What an expression is reckoned with: named days and working days."""

    def day(self, name: str) -> date | None:
        """A named day, None when it is not known."""

    def closed(self, day: date) -> bool:
        """Whether `day` is a weekend or holiday."""


Reckon = Callable[[Days], date | None]


class Length:
    """A stretch of time: days, weeks, calendar months or working days."""

    def __init__(self, count: int, unit: Unit) -> None:
        self.count = count * 7 if unit == "w" else count
        self.unit: Unit = "d" if unit == "w" else unit

    def after(self, day: date, days: Days) -> date:
        """`day` plus this; days beyond the calendar stay at its end."""
        try:
            if self.unit == "m":
                return add_months(day, self.count)
            if self.unit == "wd":
                return add_working_days(day, self.count, days)
            return day + timedelta(days=self.count)
        except (OverflowError, ValueError):
            return date.max if self.count > 0 else date.min


def add_working_days(day: date, count: int, days: Days) -> date:
    """The `count`-th working day after `day` (before it, for a negative count)."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        if not days.closed(day):
            left -= 1
    return day


def length(text: str, params: Mapping[str, Any]) -> Length:
    """A stretch as written: `7d`, `13w`, `1m`, `2wd`, `$weekly_days d`.

    Raises:
        ExpressionFault: it is none, or names a parameter that is not there.
    """
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        raise ExpressionFault(f"{text!r} is no length of time; write for instance 7d, 2w, 1m or $name d")
    return Length(number(found["n"], params), _UNITS[found["unit"]])


def number(raw: int | str, params: Mapping[str, Any]) -> int:
    """A whole number, or the parameter a `$name` stands for.

    Raises:
        ExpressionFault: no such parameter, or it is no whole number.
    """
    value = params.get(raw.strip()[1:]) if isinstance(raw, str) and raw.startswith("$") else raw
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExpressionFault(f"{raw!r} is no whole number or parameter that is one")
    return value


def reckon(text: str, params: Mapping[str, Any], names: Callable[[str], bool] | None = None) -> Reckon:
    """An expression made ready.

    Raises:
        ExpressionFault: it cannot be read, or `names` does not know a day it names.
    """
    parser = _Parser(text, params, names)
    result = parser.sum_()
    parser.end()
    return result


class _Parser:
    """Recursive descent over sums of a name (or max/min) and lengths."""

    def __init__(self, text: str, params: Mapping[str, Any], names: Callable[[str], bool] | None) -> None:
        self.text, self.params, self.names = text, params, names
        self.at = 0

    def fault(self, what: str) -> ExpressionFault:
        return ExpressionFault(f"{self.text!r}: {what} at place {self.at + 1}")

    def peek(self) -> tuple[str, str]:
        found = _TOKEN.match(self.text, self.at)
        if not found or found.lastgroup is None:
            return "", ""
        return found.lastgroup, found[found.lastgroup]

    def take(self) -> tuple[str, str]:
        found = _TOKEN.match(self.text, self.at)
        if not found or found.lastgroup is None:
            raise self.fault("something is missing")
        self.at = found.end()
        return found.lastgroup, found[found.lastgroup]

    def end(self) -> None:
        if self.text[self.at :].strip():
            raise self.fault("nothing more is understood")

    def sum_(self) -> Reckon:
        value = self.term()
        while self.peek()[1] in ("+", "-"):
            sign = 1 if self.take()[1] == "+" else -1
            value = _plus(value, sign, self.length())
        return value

    def length(self) -> Length:
        found = _LENGTH.match(self.text, self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip()))
        if not found:
            raise self.fault("a length such as 7d is missing")
        self.at = found.end()
        return Length(number(found["n"], self.params), _UNITS[found["unit"]])

    def term(self) -> Reckon:
        kind, text = self.take()
        if kind == "param":
            given = self.params.get(text[1:])
            if not isinstance(given, date | str):
                raise self.fault(f"{text} is no date")
            day = given if isinstance(given, date) else date.fromisoformat(given)
            return lambda _: day
        if kind != "name":
            raise self.fault("a day's name is missing")
        if text in ("max", "min") and self.peek()[1] == "(":
            return self.choice(max if text == "max" else min)
        if self.names is not None and not self.names(text):
            raise self.fault(f"no day is called {text!r}")
        return lambda days: days.day(text)

    def choice(self, pick: Callable[[list[date]], date]) -> Reckon:
        self.take()
        parts = [self.sum_()]
        while self.peek()[1] == ",":
            self.take()
            parts.append(self.sum_())
        if self.take()[1] != ")":
            raise self.fault("a closing bracket is missing")

        def chosen(days: Days) -> date | None:
            known = [day for part in parts if (day := part(days)) is not None]
            return pick(known) if known else None

        return chosen


def _plus(value: Reckon, sign: int, by: Length) -> Reckon:
    step = Length(by.count * sign, by.unit)

    def moved(days: Days) -> date | None:
        day = value(days)
        return None if day is None else step.after(day, days)

    return moved
