"""Single records and small families, as entries the services can use."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec

from broker_tui.domain.identity import check_cpr
from broker_tui.domain.text import fold
from broker_tui.domain.views import Entry
from broker_tui.services.ports import Stored
from broker_tui.storage import search_index
from broker_tui.storage.ground import Ground, local_moment
from broker_tui.storage.projection import columns, defaults, loads
from sync.records import RECORD_TYPES, R, RecordError, Scope, field_names, type_of, view

UNSENT = "EXISTS (SELECT 1 FROM op WHERE op.record_id = r.id AND op.ack_status IS NULL)"
CONFLICTS = "(SELECT count(*) FROM conflict k WHERE k.record_id = r.id AND k.state = 'open' AND k.deleted = 0)"
ENTRY = f"r.id, r.doc, r.deleted, r.replaced_by, r.entered_at, {UNSENT}, {CONFLICTS}"
_ROW_COLUMNS = frozenset({"id", "scope"})
SHORTEST_PREFIX = 8


class RecordsPart(Ground):
    """Reading records by id, by link and by reference."""

    def get(self, type_name: str, record_id: str) -> Stored | None:
        """A record as it lies in the vault, withdrawn or not."""
        row = self._row(
            f'SELECT id, scope, doc, rev, deleted, {UNSENT} FROM "{_known(type_name)}" r WHERE id = ?',
            (record_id,),
        )
        if row is None:
            return None
        return Stored(row[0], type_name, Scope(row[1]), loads(row[2]), row[3], bool(row[4]), bool(row[5]))

    def entry(self, struct: type[R], record_id: str) -> Entry[R] | None:
        """A record as an entry."""
        name = type_of(struct).name
        row = self._row(f'SELECT {ENTRY} FROM "{name}" r WHERE id = ?', (record_id,))
        return None if row is None else entry_of(struct, row)

    def entries(
        self, struct: type[R], *, where: Mapping[str, Any], deleted: bool = False, replaced: bool = True
    ) -> list[Entry[R]]:
        """Records whose fields equal `where` (a list means any of them, None means absent), oldest first."""
        name = type_of(struct).name
        terms, values = ["1"], []
        for field, wanted in where.items():
            term, bound = _term(name, field, wanted)
            terms.append(term)
            values.extend(bound)
        if not deleted:
            terms.append("r.deleted = 0")
        if not replaced:
            terms.append("r.replaced_by IS NULL")
        found = self._rows(
            f'SELECT {ENTRY} FROM "{name}" r WHERE {" AND ".join(terms)} ORDER BY r.entered_at, r.id',
            values,
        )
        return [entry_of(struct, row) for row in found]

    def names(self, struct: type[R], ids: Sequence[str]) -> dict[str, str]:
        """The names of people and companies by id."""
        name = type_of(struct).name
        if "name" not in columns(name) or not ids:
            return {}
        found = self._rows(
            f'SELECT id, name FROM "{name}" WHERE id IN (SELECT value FROM json_each(?))',
            (json.dumps(sorted({i for i in ids if i})),),
        )
        return {record_id: text or "" for record_id, text in found}

    def matching_ids(self, type_name: str, reference: str, limit: int = 10) -> list[str]:
        """Ids of records that answer to `reference`; see `Store.matching_ids`. The surest kind of match wins."""
        text = reference.strip()
        if not text:
            return []
        table = _known(type_name)
        for term, values in _references(type_name, text):
            found = self._rows(
                f'SELECT id FROM "{table}" r WHERE deleted = 0 AND {term} ORDER BY id LIMIT ?',
                (*values, limit),
            )
            if found:
                return [row[0] for row in found]
        return self._named(type_name, text, limit)

    def _named(self, type_name: str, text: str, limit: int) -> list[str]:
        words = search_index.words(text)
        if not words or "sort_name" not in columns(type_name):
            return []
        join, values = name_matches(words)
        found = self._rows(
            f'SELECT id, name FROM "{type_name}" WHERE deleted = 0 AND id IN ({join}) ORDER BY sort_name, id',
            values,
        )
        wanted = " ".join(words)
        exact = [row[0] for row in found if " ".join(search_index.words(row[1] or "")) == wanted]
        return (exact or [row[0] for row in found])[:limit]


def entry_of(struct: type[R], row: Sequence[Any]) -> Entry[R]:
    """An entry from the columns `ENTRY`."""
    record_id, doc, deleted, replaced_by, entered_at, unsent, conflicts = row
    return Entry(
        *(record_id, decoded(struct, doc), bool(unsent), bool(deleted), replaced_by, conflicts),
        local_moment(entered_at),
    )


def decoded(struct: type[R], doc: str) -> R:
    """The typed view of a stored document."""
    try:
        record: R = _decoder(struct).decode(doc)
        return record
    except msgspec.ValidationError:
        return view(loads(doc), struct)  # says which field, without its value


@cache
def _decoder(struct: type[Any]) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(struct)


def name_matches(words: Sequence[str]) -> tuple[str, list[str]]:
    """SQL for the ids whose names hold words that start with each of `words`, and its values."""
    terms, values = [], []
    for word in words:
        terms.append("SELECT record_id FROM name_word WHERE word >= ? AND word < ?")
        values += [word, f"{word}\U0010ffff"]
    return " INTERSECT ".join(terms), values


def _term(type_name: str, field: str, wanted: Any) -> tuple[str, list[Any]]:
    if field in _ROW_COLUMNS or field in columns(type_name):
        column = f'r."{field}"'
    elif field in field_names(type_name):
        column = f"coalesce(json_extract(r.doc, '$.{field}'), {_literal(defaults(type_name).get(field))})"
    else:
        raise RecordError(type_name, f"/{field}", "unknown field")
    if wanted is None:
        return f"{column} IS NULL", []
    if isinstance(wanted, list | tuple | set | frozenset):
        options = json.dumps([_plain(value) for value in wanted])
        return f"{column} IN (SELECT value FROM json_each(?))", [options]
    return f"{column} = ?", [_plain(wanted)]


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else f"'{value}'"  # codes of the contract, never user text


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _known(type_name: str) -> str:
    if type_name not in RECORD_TYPES:
        raise RecordError(type_name, "", "unknown record type")
    return type_name


def _references(type_name: str, text: str) -> list[tuple[str, tuple[Any, ...]]]:
    """Ways to read a reference, surest first."""
    lowered = text.lower()
    ways: list[tuple[str, tuple[Any, ...]]] = [("id = ?", (text,))]
    if len(lowered) >= SHORTEST_PREFIX and all(char in "0123456789abcdef-" for char in lowered):
        ways.append(("id >= ? AND id < ?", (lowered, f"{lowered}g")))
    digits = "".join(char for char in text if char.isdecimal() and char.isascii())
    only_digits = bool(digits) and not set(fold(text)) - set("0123456789 .-/+dk")
    if type_name == "citizen":
        checked = check_cpr(text)
        if checked.digits:
            ways.append(("cpr = ?", (checked.digits,)))
        ways.append(("local_number = ?", (text,)))
    if type_name == "company" and only_digits:
        if len(digits) == 8:
            ways.append(("cvr = ?", (digits,)))
        if len(digits) == 10:
            ways.append(("p_number = ?", (digits,)))
        if len(digits) == 18:
            ways.append(("cvr = ? AND p_number = ?", (digits[:8], digits[8:])))
    return ways


__all__ = ["CONFLICTS", "ENTRY", "UNSENT", "RecordsPart", "decoded", "entry_of", "name_matches"]
