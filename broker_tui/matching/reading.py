"""Example files of matching, as a person writes them: hours as numbers, times as `mon-fri 08:00-16:00`."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from broker_tui.matching.model import HOUR, BadInput, Citizen, Company, Position, Slot, Task
from broker_tui.matching.needs import NEEDS
from broker_tui.matching.results import Params

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIMES = re.compile(r"^([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)$")
_CLOCK = re.compile(r"^(\d\d):(\d\d)$")


class ExampleFault(ValueError):
    """An example file that cannot be read; the message says where and what to do."""


class _Example(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    title: str = ""
    note: str = ""
    position: dict[str, Any] = {}
    tasks: list[dict[str, Any]]
    citizens: list[dict[str, Any]]
    all_tasks: dict[str, Any] = {}
    all_citizens: dict[str, Any] = {}
    params: dict[str, Any] = {}
    expect: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Example:
    """An example ready to be run."""

    name: str
    position: Position
    citizens: tuple[Citizen, ...]
    params: Params
    expect: Mapping[str, Any]


def examples(place: Path) -> Iterator[Example]:
    """Every `[[matching]]` entry of the files (`*.toml`, `*.json`) below a folder, or of one file.

    Raises:
        ExampleFault: a file or an entry that cannot be read.
        OSError: the place cannot be read.
    """
    files = sorted(p for p in place.rglob("*") if p.suffix in (".toml", ".json")) if place.is_dir() else [place]
    for file in files:
        for entry in _entries(file):
            where = f"{file.name}: {entry.get('id', 'matching') if isinstance(entry, dict) else entry!r}"
            try:
                yield _made(msgspec.convert(entry, _Example))
            except (msgspec.ValidationError, BadInput, AttributeError, TypeError) as error:
                raise ExampleFault(f"{where}: {error}; see docs/programme-examples.md for the format") from None


def _entries(file: Path) -> Sequence[Any]:
    text = file.read_text("utf-8-sig")
    try:
        if file.suffix == ".json":
            raw = json.loads(text, parse_float=Decimal)
        else:
            raw = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise ExampleFault(f"{file}: cannot be read: {error}") from None
    entries = raw.get("matching", []) if isinstance(raw, dict) else []
    if not isinstance(entries, list):
        raise ExampleFault(f"{file}: matching should be a list of entries ([[matching]])")
    return entries


def _made(example: _Example) -> Example:
    company = {"id": example.position.get("company", "company"), "excluded": example.position.get("excluded", False)}
    position = Position(
        id=str(example.position.get("id", example.id)),
        company=msgspec.convert(company, Company),
        tasks=tuple(msgspec.convert(_task({**example.all_tasks, **task}), Task) for task in example.tasks),
    )
    people = [_citizen({**example.all_citizens, **one}, position.company.id) for one in example.citizens]
    params = dict(example.params)
    params["stays"] = [{"minutes": minutes(one.pop("hours", 0)), **one} for one in map(dict, params.get("stays", []))]
    citizens = tuple(msgspec.convert(one, Citizen) for one in people)
    return Example(example.id, position, citizens, msgspec.convert(params, Params), example.expect)


def _task(raw: dict[str, Any]) -> dict[str, Any]:
    task = {**raw, "minutes": minutes(raw.get("hours", 0)), "fixed": slots(raw.get("fixed", []))}
    task.pop("hours", None)
    if "min_slice" in task:
        task["min_slice"] = minutes(task["min_slice"])
    return task


def _citizen(raw: dict[str, Any], company: str) -> dict[str, Any]:
    one = {**raw, "needs": [_need(need) for need in raw.get("needs", [])]}
    for name in ("capacity", "committed"):
        if name in one:
            one[name] = minutes(one[name])
    if "availability" in one:
        one["availability"] = slots(one["availability"])
    if "travel" in one and not isinstance(one["travel"], dict):
        one["travel"] = {company: one["travel"]}
    return one


def _need(raw: Any) -> dict[str, Any]:
    need = {"code": raw} if isinstance(raw, str) else {"code": raw.get("need"), **raw}
    need.pop("need", None)
    kind = NEEDS.get(need["code"])
    if kind and kind.unit == "hours" and "value" in need:
        need["value"] = minutes(need["value"])
    if kind and kind.unit == "time" and "value" in need:
        clock = _CLOCK.match(str(need["value"]))
        if clock is None:
            raise BadInput(f"{need['code']}: write a time as 08:00")
        need["value"] = int(clock[1]) * HOUR + int(clock[2])
    return need


def minutes(hours: Any) -> int:
    """Whole minutes of hours written as a number."""
    if isinstance(hours, bool) or not isinstance(hours, int | Decimal) or hours * HOUR % 1:
        raise BadInput(f"{hours!r} is no number of hours")
    return int(hours * HOUR)


def slots(texts: Sequence[str]) -> tuple[Slot, ...]:
    """Times as they are written: a day or a span of days, from and to."""
    found: list[Slot] = []
    for text in texts:
        parts = _TIMES.match(str(text))
        if parts is None or parts[1] not in DAYS or (parts[2] or parts[1]) not in DAYS:
            raise BadInput(f"{text!r}: write a time as 'sat 09:00-12:00' or 'mon-fri 08:00-16:00'")
        start, end = int(parts[3]) * HOUR + int(parts[4]), int(parts[5]) * HOUR + int(parts[6])
        first = DAYS.index(parts[1])
        found += [Slot(day + 1, start, end) for day in range(first, DAYS.index(parts[2] or parts[1]) + 1)]
    return tuple(found)
