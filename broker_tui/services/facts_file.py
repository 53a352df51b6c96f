"""A case as a facts file and back: the same format the example files have (`docs/programme-examples.md`).

What leaves is what the engine reads, and no more: codes, days and numbers. Names, notes, other free text and what a
form calls sensitive (S2) are left out, people and companies become P1, C1, ...; so a file can be shown to whoever helps
with a rule. What is expected of the file is what the engine says about what is left.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import msgspec

from broker_tui.domain.views import FieldError, InvalidInput, Saved
from broker_tui.programmes.facts import ALWAYS, Fact, flat
from broker_tui.programmes.forms import secret_fields
from broker_tui.programmes.program import Program
from broker_tui.programmes.verify import ExampleFault, checked
from broker_tui.services.base import Service
from broker_tui.services.programmes import Programmes
from sync.records import new_id, types
from sync.records.types import Case, Citizen, Programme

_PEOPLE = ("person", "by", "name")
_LEFT_OUT = "…"


@dataclass(frozen=True)
class FactsFile(Service):
    """Export and import of a case's facts."""

    programmes: Programmes

    def write(self, case_id: str, today: date) -> dict[str, Any]:
        """The case as one example with what the engine says today as its expectations.

        Raises:
            NotFound: no such case.
        """
        records = self.programmes.records(case_id)
        case = records.case.record
        program = self.programmes.program(case.programme)
        told = _without(self.programmes.facts_from(records), secret_fields(case.programme))
        said = self.programmes.evaluation_of(records, told, today)
        facts = _Pseudonyms().all(told, program)
        self.store.note_audit("export", "case", case_id, "facts")
        example = {
            "id": f"case-{today.isoformat()}",
            "programme": case.programme,
            "today": today,
            "known_from": case.known_from,
            "facts": [flat(fact) for fact in facts],
            "expect": {
                "step": said.step,
                **({"since": said.since} if said.since else {}),
                "missing_exit": list(said.missing_exit),
                "overdue": sorted({o.rule for o in said.obligations if o.state == "overdue" and not o.debt}),
                "doc_debt": sorted({o.rule for o in said.doc_debt}),
            },
        }
        plain: dict[str, Any] = msgspec.to_builtins({"example": [example]})
        return plain

    def read(self, raw: Mapping[str, Any], name: str, citizen_id: str | None = None) -> Saved:
        """A new case from the first example of a facts file, for a new person of that name or one who is here.

        Every fact is kept as it stands in the file.

        Raises:
            InvalidInput: the file is no facts file; every fault names its fact.
            NotFound: no such person.
        """
        example = _first(raw)
        try:
            program = self.programmes.program(str(example.get("programme")))
        except KeyError:
            raise InvalidInput((FieldError("programme", "not_allowed"),)) from None
        batch = self.batch()
        if citizen_id is None:
            citizen_id = batch.create(Citizen(name=name), record_id=new_id())
        else:
            self.require(Citizen, citizen_id)
        known = _day(example.get("known_from")) or self.clock.today()
        start = min((f for f in (_day(e.get("on")) for e in _facts(example)) if f), default=known)
        begun = min(start, known)
        case = Case(citizen_id=citizen_id, programme=cast(Programme, program.id), known_from=known, start=begun)
        case_id = batch.create(case)
        for place, entry in enumerate(_facts(example), 1):
            try:
                fact = checked(entry, program, f"fact {place}")
            except ExampleFault as fault:
                batch.fault(f"facts.{place}", "bad_fact", what=str(fault))
                continue
            batch.create(
                types.Fact(
                    kind=fact.kind,
                    occurred_on=start if fact.on == ALWAYS else fact.on,
                    occurred_at=fact.at,
                    until=fact.until,
                    citizen_id=citizen_id,
                    case_id=case_id,
                    programme=cast(Programme, program.id),
                    values=dict(fact.values),
                )
            )
        return batch.save()


def _without(facts: Iterable[Fact], secret: Collection[tuple[str, str]]) -> list[Fact]:
    """The facts without sensitive fields."""
    return [
        msgspec.structs.replace(
            fact, values={name: value for name, value in fact.values.items() if (fact.kind, name) not in secret}
        )
        for fact in facts
    ]


class _Pseudonyms:
    """The same person or company gets the same cover name throughout one file."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def all(self, facts: Iterable[Fact], program: Program) -> list[Fact]:
        return [self.one(fact, program) for fact in sorted(facts, key=lambda f: (f.on, f.kind, f.id))]

    def one(self, fact: Fact, program: Program) -> Fact:
        """The fact without ids, names and free text."""
        kind = program.kinds.get(fact.kind)
        values: dict[str, Any] = {}
        for name, value in fact.values.items():
            spec = kind.fields.get(name) if kind is not None else None
            values[name] = self._covered(fact.kind, name, value, spec)
        return msgspec.structs.replace(fact, id="", replaces=None, entered=None, values=values)

    def _covered(self, kind: str, name: str, value: Any, spec: Any) -> Any:
        if name in ("rule", "step", "version", "key", "state", "scope", "role", "system", "item", "topics", "month"):
            return value
        if name == "placement":
            return self._name("A", value)
        if name in _PEOPLE or (kind == "company_contact" and name == "name"):
            return self._name("P", value)
        if name in ("company", "receiver"):
            return self._name("C", value)
        if spec is not None and spec.type == "text" and not spec.choices and not _is_day(value):
            return _LEFT_OUT
        if spec is not None and spec.type == "texts":
            return [_LEFT_OUT for _ in value] if isinstance(value, list) else _LEFT_OUT
        return value

    def _name(self, letter: str, value: Any) -> str:
        if value in (None, ""):
            return ""
        key = f"{letter}:{value}"
        if key not in self._known:
            number = sum(known.startswith(f"{letter}:") for known in self._known) + 1
            self._known[key] = f"{letter}{number}"
        return self._known[key]


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and _day(value) is not None


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _first(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    found = raw.get("example")
    if not isinstance(found, list) or not found or not isinstance(found[0], Mapping):
        raise InvalidInput((FieldError("example", "required"),))
    return found[0]


def _facts(example: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = example.get("facts", [])
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []
