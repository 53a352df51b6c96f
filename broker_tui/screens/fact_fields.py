"""Fields of a fact kind as fields of a form, and what was typed in them as the values of a fact."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from textual.widget import Widget

from broker_tui.i18n import _
from broker_tui.i18n.words import field
from broker_tui.programmes.definition import FactKind, FieldSpec
from broker_tui.screens.form_fields import Values, choice, day, text

LABEL = 20
"""Cells of a label; longer names give way."""
_MOST = 8
"""Words a choice on one line can hold."""
_PREFIX = "value."
"""Before the names of the kind's own fields, so that one called `on` or `until` stays apart from the fact's days."""


def spaced(name: str) -> str:
    """A name of the vocabulary as it is read: the word there is for it, or itself with blanks."""
    said = field(name)
    plain = said if said != name else name.replace("_", " ")
    return plain[:1].upper() + plain[1:]


def field_key(name: str) -> str:
    """The key of a field in the form."""
    return f"{_PREFIX}{name}"


def fields_of(kind: FactKind, first: Mapping[str, Any], now: datetime) -> Iterable[Widget]:
    """One field each; those the rule needs come first."""
    names = [name for name in first if name in kind.fields]
    names += [name for name in kind.fields if name not in names]
    for name in names:
        yield _field(name, kind.fields[name], first.get(name), now)


def _field(name: str, spec: FieldSpec, value: Any, now: datetime) -> Widget:
    key, label = field_key(name), spaced(name)
    if spec.type == "bool":
        chosen = {True: "yes", False: "no"}.get(value)
        return choice(key, label, (("yes", _("yes")), ("no", _("no"))), chosen, label_width=LABEL)
    if spec.type == "choice" and 0 < len(spec.choices) <= _MOST:
        pairs = [(code, spaced(code)) for code in spec.choices]
        return choice(key, label, pairs, value if value in spec.choices else None, label_width=LABEL)
    if spec.type == "date":
        on = date.fromisoformat(value) if isinstance(value, str) and value else None
        return day(key, label, now, on, "past", label_width=LABEL)
    typed = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    hints = {"texts": _("several: a comma between"), "int": _("a whole number")}
    hint = ", ".join(spec.choices) or hints.get(spec.type, "")
    return text(key, label, typed, label_width=LABEL, hint=hint)


def values_of(kind: FactKind, values: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What was filled in, by the type of each field.

    Raises:
        InvalidInput: a day or a number that cannot be read.
    """
    read = Values(values, now)
    found: dict[str, Any] = {}
    for name, spec in kind.fields.items():
        value = _value(read, field_key(name), spec)
        if value is not None and value != []:
            found[name] = value
    read.check()
    return found


def _value(read: Values, key: str, spec: FieldSpec) -> Any:
    if spec.type == "bool":
        return {"yes": True, "no": False}.get(read.code(key) or "")
    if spec.type == "date":
        when = read.day(key, "past")
        return when.isoformat() if when else None
    if spec.type == "int":
        return read.whole(key)
    written = read.text(key)
    if spec.type in ("texts", "choices"):
        return [part for part in map(str.strip, (written or "").split(",")) if part]
    return written
