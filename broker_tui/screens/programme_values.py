"""Values of a programme's form as they are typed, read back, and told in one line."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from broker_tui.domain import dates
from broker_tui.i18n import _
from broker_tui.i18n.format import clock, dated, hours
from broker_tui.i18n.programme_words import both
from broker_tui.programmes.forms import FormField
from broker_tui.screens.form_fields import Values, typed_day, typed_hours
from broker_tui.widgets.list_field import codes_of
from broker_tui.widgets.rows_field import RowTexts, rows_of, rows_text

PREFIX = "f."
"""Before the names of fields, so that none is taken for a field of another form where drafts are listed."""
YES, NO = "yes", "no"


def key_of(name: str) -> str:
    """The key of a field in the form."""
    return f"{PREFIX}{name}"


_TYPED: dict[str, Callable[[Any, datetime], str]] = {
    "bool": lambda raw, _now: YES if raw else NO,
    "time": lambda raw, _now: clock(time.fromisoformat(str(raw))),
    "moment": lambda raw, _now: _typed_moment(str(raw)),
    "hours": lambda raw, _now: typed_hours(int(raw)),
    "texts": lambda raw, _now: "\n".join(map(str, raw)),
    "choices": lambda raw, _now: json.dumps(list(raw)) if raw else "",
    "computed": lambda _raw, _now: "",
}


def typed(field: FormField, raw: Any, now: datetime) -> str:
    """A value as it stands in its field."""
    if raw is None:
        return ""
    if field.type == "list":
        return rows_text([typed_row(field, row, now) for row in raw])
    if field.type == "date":
        return typed_day(date.fromisoformat(str(raw)[:10]), now, field.towards)
    made = _TYPED.get(field.type)
    return made(raw, now) if made is not None else str(raw)


def typed_row(field: FormField, row: Mapping[str, Any], now: datetime) -> RowTexts:
    """A row as it stands in its sheet."""
    return {part.name: typed(part, row[part.name], now) for part in field.fields if row.get(part.name) is not None}


def _typed_moment(raw: str) -> str:
    day = date.fromisoformat(raw[:10])
    shown = f"{day.day}/{day.month}/{day.year}"
    return f"{shown} {clock(datetime.fromisoformat(raw))}" if len(raw) > 10 else shown


def read_values(fields: Iterable[FormField], texts: Mapping[str, str], now: datetime) -> tuple[dict[str, Any], Values]:
    """What was typed under the names of `fields`, and the reader that holds what could not be read."""
    read = Values(texts, now)
    found: dict[str, Any] = {}
    for field in fields:
        value = _read(read, field, texts.get(field.name, ""), now)
        if value not in (None, "", []):
            found[field.name] = value
    return found, read


def value_of(field: FormField, text: str, now: datetime) -> Any:
    """One value, None while it cannot be read."""
    return read_values((field,), {field.name: text}, now)[0].get(field.name)


_READ: dict[str, Callable[[Values, str], Any]] = {
    "computed": lambda _read, _name: None,
    "bool": lambda read, name: {YES: True, NO: False}.get(read.code(name) or ""),
    "time": lambda read, name: _time(read, name),
    "moment": lambda read, name: _moment(read, name),
    "int": Values.whole,
    "scale": Values.whole,
    "hours": Values.minutes,
    "texts": lambda read, name: [part.strip() for part in (read.text(name) or "").splitlines() if part.strip()],
    "choices": lambda read, name: codes_of(read.code(name) or ""),
}


def _read(read: Values, field: FormField, text: str, now: datetime) -> Any:
    if field.type == "list":
        return _rows(read, field, text, now)
    if field.type == "date":
        day = read.day(field.name, field.towards)
        return day.isoformat() if day is not None else None
    return _READ.get(field.type, Values.text)(read, field.name)


def _moment(read: Values, name: str) -> str | None:
    when = read.when(name, "past")
    if when is None:
        return None
    at = when.moment(read.now)
    return at.isoformat() if at else when.day.isoformat()


def _time(read: Values, name: str) -> str | None:
    text = read.text(name)
    if text is None:
        return None
    try:
        return dates.parse_time(text).isoformat("minutes")
    except dates.DateFault as fault:
        read.refuse(name, fault.code)
        return None


def _rows(read: Values, field: FormField, text: str, now: datetime) -> list[dict[str, Any]]:
    rows = []
    for number, row in enumerate(rows_of(text)):
        found, inner = read_values(field.fields, row, now)
        for error in inner.errors:
            read.refuse(f"{field.name}.{number}.{error.field}", error.code, **error.args)
        rows.append(found)
    return rows


def _moment_words(raw: str) -> str:
    at = datetime.fromisoformat(raw)
    return f"{dated(at.date())} {clock(at)}" if len(raw) > 10 else dated(at.date())


_WORDS: dict[str, Callable[[Any], str]] = {
    "bool": lambda raw: _("yes") if raw else _("no"),
    "date": lambda raw: dated(date.fromisoformat(str(raw)[:10])),
    "moment": lambda raw: _moment_words(str(raw)),
    "time": lambda raw: clock(time.fromisoformat(str(raw))),
    "hours": lambda raw: hours(int(raw)),
    "texts": lambda raw: ", ".join(map(str, raw)),
}


def words_of(field: FormField, raw: Any, names: Mapping[str, str]) -> str:
    """A value as a person reads it; `names` of people, companies and placements by id."""
    if raw in (None, "", []):
        return ""
    if field.choices:
        known = {choice.code: both(choice) for choice in field.choices}
        return ", ".join(known.get(code, str(code)) for code in (raw if isinstance(raw, list) else [raw]))
    if field.type in ("person", "company", "placement"):
        return names.get(str(raw), str(raw))
    if field.type == "list":
        rows = ([words_of(part, row.get(part.name), names) for part in field.fields] for row in raw)
        return "; ".join(" · ".join(filter(None, row)) for row in rows)
    return _WORDS.get(field.type, str)(raw)
