"""What a person hands to a command: flags, standard input or a JSON object, read into the contract's types.

Faults are collected, so that all of them are told at once and nothing is changed.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from broker_tui import cli_shapes as shapes
from broker_tui.cli_base import Cli, Failure, plain, read_stdin, say, tell
from broker_tui.cli_read import case_of
from broker_tui.domain import validation
from broker_tui.domain.typed import coerced
from broker_tui.domain.views import Entry, FieldError, InvalidInput, NotFound, Saved
from broker_tui.i18n import _, words
from sync.records import RECORD_TYPES, Record

if TYPE_CHECKING:
    from broker_tui.services import Services


class Given:
    """What was given for one new record: flags over the JSON object, read into the contract's types."""

    def __init__(self, cli: Cli, services: "Services", flags: Mapping[str, Any], path: str | None) -> None:
        self.services = services
        self.now = cli.time().now()
        self.today = cli.today
        self.faults: list[FieldError] = []
        self.values: dict[str, Any] = {**(from_json(cli, path) if path else {}), **plain(flags)}

    def take(self, name: str) -> Any:
        """A value that is no field of the record."""
        return self.values.pop(name, None)

    def default(self, **values: Any) -> None:
        """What holds when nothing was said."""
        for name, value in values.items():
            self.values.setdefault(name, value)

    def record(self, struct: type[Record], values: Mapping[str, Any] | None = None, prefix: str = "") -> Any:
        """The record, or None when a value cannot be read or is missing (the faults say which)."""
        given = dict(self.values if values is None else values)
        faults: list[FieldError] = []
        self.resolve(given, prefix)
        read = coerced(struct, given, self.now, faults, prefix)
        required = [info for info in msgspec.structs.fields(struct) if info.required]
        told = {fault.field for fault in (*self.faults, *faults)}
        for info in required:
            if read.get(info.name) is None and prefix + info.name not in told:
                faults.append(FieldError(prefix + info.name, "required"))
        if not faults:
            return struct(**read)
        # What can be read is checked all the same, with anything in the place of what is missing.
        for info in required:
            if read.get(info.name) is None:
                read[info.name] = self.today if info.type is date else "-"
        others = validation.errors(validation.cleaned(struct(**read)), self.today)
        self.faults += [*faults, *(replace(other, field=prefix + other.field) for other in others)]
        return None

    def resolve(self, values: dict[str, Any], prefix: str = "") -> None:
        """Ids for what `citizen` and `company` refer to."""
        for name, find in (("citizen", self.person), ("company", self.services.companies.resolve)):
            reference = values.pop(name, None) or values.pop(f"{name}_id", None)
            if reference is not None:
                try:
                    values[f"{name}_id"] = find(str(reference))
                except NotFound as missing:
                    code = "ambiguous" if missing.candidates else "not_found"
                    self.faults.append(FieldError(prefix + name, code, {"offered": missing.candidates}))
                    values[f"{name}_id"] = ""

    def person(self, reference: str) -> str:
        """The id of the person meant."""
        return case_of(self.services, reference)

    def check(self) -> None:
        """Stop here when anything cannot be read.

        Raises:
            InvalidInput: all of it.
        """
        if self.faults:
            raise InvalidInput(tuple(offered(fault) for fault in self.faults))


def offered(fault: FieldError, type_name: str = "") -> FieldError:
    """A fault with the codes there are, where a code was wrong."""
    last = fault.field.rpartition(".")[2]
    if fault.code != "not_allowed" or fault.args.get("offered"):
        return fault
    tables = [found for (kind, name), found in words.TABLES.items() if name == last and type_name in ("", kind)]
    codes = tuple(dict.fromkeys(code for found in tables for code in words.LABELS[found]))
    return FieldError(fault.field, fault.code, {"offered": codes})


def from_json(cli: Cli, path: str) -> dict[str, Any]:
    """A JSON object out of a file or (`-`) standard input.

    Raises:
        Failure: no file, no JSON, no object.
    """
    try:
        if path == "-":
            cli.stdin_used = True
            raw = json.loads(read_stdin())
        else:
            raw = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError:
        raise Failure(_("The file {path} cannot be read. Check its name and rights.").format(path=path)) from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise Failure(
            _("{path}, line {line}: this is no JSON. Correct the file.").format(path=path, line=line)
        ) from None
    if not isinstance(raw, dict):
        raise Failure(_("{path}: a JSON object is needed, with the fields by name.").format(path=path))
    return raw


def report(cli: Cli, services: "Services", saved: Saved) -> None:
    """Say what was saved, first of all the record asked for."""
    found = [describe(services, record_id) for record_id in dict.fromkeys(saved.ids)]
    if cli.as_json:
        first = found[0] if found else {"id": None}
        tell({**first, "tx": saved.tx or None, "ids": [shape["id"] for shape in found]})
        return
    if not saved.tx:
        say(_("Nothing was different."))
        return
    for shape in found:
        say(_("{kind} saved: {id}").format(kind=words.record_type(shape["record_type"]), id=shape["id"]))


def describe(services: "Services", record_id: str) -> dict[str, Any]:
    """A saved record with its type; a person also with the course."""
    for name, kind in RECORD_TYPES.items():
        found: Entry[Any] | None = services.store.entry(kind.struct, record_id)
        if found is None:
            continue
        shape = {"id": record_id, "record_type": name, **shapes.entry(found)}
        if name == "citizen":
            cases = services.store.entries(RECORD_TYPES["case"].struct, where={"citizen_id": record_id})
            shape["case"] = cases[-1].id if cases else None
        return shape
    return {"id": record_id, "record_type": ""}
