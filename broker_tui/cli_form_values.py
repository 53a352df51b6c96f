"""Values of a form on the command line: read by the type of each field, told with what is sensitive masked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from broker_tui.domain.dates import DateFault, parse, parse_time
from broker_tui.domain.hours import typed_minutes
from broker_tui.domain.views import FieldError
from broker_tui.programmes.forms import FormDefinition, FormField

MASK = "···"
"""In place of a sensitive value; a form that is filled in again with it keeps what stood there."""
_TRUTH = {
    **dict.fromkeys(("yes", "ja", "y", "j", "true", "1"), True),
    **dict.fromkeys(("no", "nej", "n", "false", "0"), False),
}


class _Unreadable(ValueError):
    """A text that cannot be read as the type of its field; the argument is the code of the sentence."""


def read_values(
    form: FormDefinition, given: Mapping[str, Any], now: datetime, faults: list[FieldError]
) -> dict[str, Any]:
    """`given` by the types of the form; what cannot be read is left out and added to `faults`."""
    return _read_all(form.fields, given, now, faults, "")


def _read_all(
    fields: Mapping[str, FormField], given: Mapping[str, Any], now: datetime, faults: list[FieldError], prefix: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, raw in given.items():
        field = fields.get(name)
        if field is None:
            faults.append(FieldError(prefix + name, "unknown_field"))
        elif field.type == "list" and isinstance(raw, list):
            parts = {part.name: part for part in field.fields}
            rows = [row if isinstance(row, dict) else {} for row in raw]
            found[name] = [_read_all(parts, row, now, faults, f"{prefix}{name}.{n}.") for n, row in enumerate(rows)]
        else:
            try:
                found[name] = _one(field, raw, now)
            except DateFault as fault:
                faults.append(FieldError(prefix + name, fault.code))
            except _Unreadable as fault:
                faults.append(FieldError(prefix + name, str(fault)))
    return found


def _one(field: FormField, raw: Any, now: datetime) -> Any:
    if raw is None:
        return None
    if field.type in ("choices", "texts"):
        separator = "\n" if field.type == "texts" else ","
        parts = raw.split(separator) if isinstance(raw, str) else raw
        if not isinstance(parts, list):
            raise _Unreadable("not_allowed")
        return [str(part).strip() for part in parts if str(part).strip()]
    if isinstance(raw, list | dict | float) or field.type in ("list", "computed"):
        raise _Unreadable("not_allowed")
    if field.type == "date":
        return parse(str(raw), now, field.towards).day.isoformat()
    read = _READ.get(field.type)
    return read(raw, now) if read is not None else str(raw)


def _truth(raw: Any, _now: datetime) -> bool:
    word = str(raw).strip().casefold()
    if word not in _TRUTH:
        raise _Unreadable("not_allowed")
    return _TRUTH[word]


def _whole(raw: Any, _now: datetime) -> int:
    text = str(raw).strip()
    if isinstance(raw, bool) or not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise _Unreadable("number")
    return int(text)


def _minutes(raw: Any, _now: datetime) -> int:
    """A number is minutes, as in a record; a text is hours, as people write them."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    minutes = typed_minutes(str(raw))
    if minutes is None:
        raise _Unreadable("hours")
    return minutes


def _moment(raw: Any, now: datetime) -> str:
    when = parse(str(raw)[:16], now, "past")
    at = when.moment(now)
    return at.isoformat() if at is not None else when.day.isoformat()


_READ: dict[str, Callable[[Any, datetime], Any]] = {
    "bool": _truth,
    "int": _whole,
    "scale": _whole,
    "hours": _minutes,
    "time": lambda raw, _now: parse_time(str(raw)).isoformat("minutes"),
    "moment": _moment,
}


def masked(form: FormDefinition | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with a mask in place of what is sensitive; of a form nobody knows everything is."""
    fields = form.fields if form is not None else {}
    return {name: _masked(fields.get(name), value) for name, value in values.items()}


def _masked(field: FormField | None, value: Any) -> Any:
    if field is None or field.sensitivity == "S2":
        return MASK
    if field.type == "list":
        parts = {part.name: part for part in field.fields}
        return [{name: _masked(parts.get(name), one) for name, one in row.items()} for row in value]
    return value


def unmasked(values: Mapping[str, Any], stood: Mapping[str, Any]) -> dict[str, Any]:
    """Values in which a mask is again what stood there."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        before = stood.get(name)
        if value == MASK:
            found[name] = before
        elif isinstance(value, list):
            rows = before if isinstance(before, list) else []
            found[name] = [
                unmasked(row, rows[n] if n < len(rows) and isinstance(rows[n], dict) else {})
                if isinstance(row, dict)
                else row
                for n, row in enumerate(value)
            ]
        else:
            found[name] = value
    return found
