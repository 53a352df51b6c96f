"""Raw values from a command line, a form or a JSON file as the contract's types: dates and hours as people type them.

Everything that cannot be read is collected, so that all faults are told at once.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from broker_tui.domain.dates import DateFault, Prefer, parse, parse_day, parse_time
from broker_tui.domain.hours import typed_minutes
from broker_tui.domain.views import FieldError
from sync.records import Record

AHEAD = frozenset({"due", "expires", "planned_end", "end"})
"""Days that lie ahead when the year or week is left out; all others have been."""
_YES = frozenset({"yes", "ja", "y", "j", "true", "1"})
_NO = frozenset({"no", "nej", "n", "false", "0"})


def prefer(name: str) -> Prefer:
    """Which way a date field is filled in."""
    return "future" if name in AHEAD else "past"


def coerced(
    struct: type[Record], values: Mapping[str, Any], now: datetime, faults: list[FieldError], prefix: str = ""
) -> dict[str, Any]:
    """`values` with the types of `struct`; None stays None. What cannot be read is left out and added to `faults`."""
    hints = get_type_hints(struct)
    found: dict[str, Any] = {}
    for name, raw in values.items():
        hint = hints.get(name)
        if hint is None:
            faults.append(FieldError(prefix + name, "unknown_field"))
            continue
        try:
            found[name] = raw if raw is None else _one(name, raw, _base(hint), now)
        except DateFault as fault:
            faults.append(FieldError(prefix + name, fault.code))
        except _Unreadable as fault:
            faults.append(FieldError(prefix + name, fault.code))
    return found


class _Unreadable(ValueError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _base(hint: Any) -> Any:
    """The type of an optional field without None."""
    if get_origin(hint) in (Union, UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _one(name: str, raw: Any, base: Any, now: datetime) -> Any:
    if base is date:
        return parse_day(_text(raw), now.date(), prefer(name))
    if base is datetime:
        return _moment(_text(raw), now)
    if base is time:
        return parse_time(_text(raw))
    if base is bool:
        return _truth(raw)
    if base is int:
        return _whole(name, raw)
    if get_origin(base) is list:
        parts = raw.split(",") if isinstance(raw, str) else raw
        if not isinstance(parts, list):
            raise _Unreadable("not_allowed")
        return [_text(part).strip() for part in parts if _text(part).strip()]
    return _text(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool | float | list | dict):
        raise _Unreadable("not_allowed")
    return str(raw)


def _moment(text: str, now: datetime) -> datetime:
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        found = parse(text, now, "past")
        if found.at is None:
            raise DateFault("not_a_time") from None
        return datetime.combine(found.day, found.at, now.tzinfo)
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=now.tzinfo)


def _truth(raw: Any) -> bool:
    word = str(raw).strip().casefold()
    if word not in _YES | _NO:
        raise _Unreadable("not_allowed")
    return word in _YES


def _whole(name: str, raw: Any) -> int:
    if isinstance(raw, bool | float | list | dict):
        raise _Unreadable("number")
    if isinstance(raw, int):
        return raw
    text = str(raw).strip()
    if name.endswith("minutes_per_week"):
        minutes = typed_minutes(text)
        if minutes is None:
            raise _Unreadable("hours")
        return minutes
    digits = text.replace(".", "").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 9):
        raise _Unreadable("number")
    return int(digits)
