"""Forms as data: what can be written down, field by field, and which facts follow from it.

A form is a file entry beside the definitions (`definitions/forms/<programme>.toml`, described in
`docs/programme-forms.md`). One screen renders all of them, one record type stores them, and `facts` turns a filled
form into the facts the engine reads, so that the same evidence is never asked for twice.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

import msgspec

from broker_tui.domain.facts import Fact
from broker_tui.programmes import loading
from broker_tui.programmes.conditions import filled as filled
from broker_tui.programmes.definition import Part, Words
from broker_tui.programmes.program import Fault, Program

FieldType = Literal[
    "text",
    "long",
    "date",
    "time",
    "moment",
    "bool",
    "int",
    "hours",
    "scale",
    "choice",
    "choices",
    "texts",
    "person",
    "company",
    "placement",
    "list",
    "computed",
]
"""`hours` is whole minutes, written as 7,5; `scale` 1 to 5; `texts` one per line; `list` rows of sub-fields;
`computed` is shown and never written."""
Sensitivity = Literal["S0", "S1", "S2"]


class Choice(Part, frozen=True, kw_only=True):
    """One code with its words."""

    code: str
    da: str
    en: str


class Show(Part, frozen=True, kw_only=True, rename={"is_": "is"}):
    """When a field is asked for or a fact follows: another field has one of these values, or is filled at all."""

    field: str
    is_: Any = None
    not_: Any = msgspec.field(default=None, name="not")

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it does."""
        value = values.get(self.field)
        if self.is_ is None and self.not_ is None:
            return filled(value) and value is not False
        said = frozenset(value) if isinstance(value, list) else {value}
        if self.not_ is not None:
            return filled(value) and said.isdisjoint(self.not_ if isinstance(self.not_, list) else [self.not_])
        return not said.isdisjoint(self.is_ if isinstance(self.is_, list) else [self.is_])


class FormField(Part, frozen=True, kw_only=True):
    """One field.

    Attributes:
        required: the form is complete only with it (when it is shown).
        sensitivity: S1 and S2 are masked until opened; S2 never stands in lists, search, titles or exports.
        prefill: where the first value comes from: `today`, `me`, `current` (placement), or `FORM.field`.
        after: a date field that must not lie after this one.
        ahead: a day that lies ahead, such as the next talk: typed without a year it is the next one, not the latest.
        min, max: bounds of a number (minutes for hours).
    """

    name: str
    type: FieldType
    da: str
    en: str
    required: bool = False
    sensitivity: Sensitivity = "S0"
    help: Words | None = None
    if_: Show | None = msgspec.field(default=None, name="if")
    choices: list[Choice] = []
    fields: list["FormField"] = []
    prefill: str = ""
    after: str = ""
    ahead: bool = False
    min: int | None = None
    max: int | None = None

    @property
    def towards(self) -> Literal["past", "future"]:
        """Which way a day without a year is filled in."""
        return "future" if self.ahead else "past"


class FormSection(Part, frozen=True, kw_only=True):
    """Fields under a heading."""

    da: str
    en: str
    field: list[FormField]


class Emits(Part, frozen=True, kw_only=True):
    """A fact that follows from a filled form.

    Attributes:
        fact: its kind.
        on: the field with its day (`today` of the form if empty); without a day there no fact follows.
        until: the field with its last day.
        at: the field with its moment, for what is reckoned in hours.
        if_: when it follows.
        each: one fact per row of this list field; `values` then names fields of the row, or of the form.
        values: field of the fact -> field of the form, or `{ is = literal }`, or `{ filled = "field" }`.
    """

    fact: str
    on: str = ""
    until: str = ""
    at: str = ""
    if_: Show | None = msgspec.field(default=None, name="if")
    each: str = ""
    values: dict[str, Any] = {}


class Lock(Part, frozen=True, kw_only=True):
    """What stands once a field is filled: everything but the fields in `open`, and new rows of lists (domain B9)."""

    by: str
    open: list[str] = []


class FormDefinition(Part, frozen=True, kw_only=True):
    """A form.

    Attributes:
        id: as in the programme document, for instance F-F7.
        about: whose form it is.
        repeat: filled anew each time (a note); otherwise one per case, opened again and continued.
        decision: one of the short decisions offered together on the case card.
        authority_only: for roles with authority.
        date: the field with the day of the form; the day it was begun if empty.
        records: typed records that belong to it (contact, placement, hours, goal, follow_up, consent).
        lock: from when on it stands, and is corrected by new rows only.
    """

    id: str
    da: str
    en: str
    version: int = 1
    about: Literal["case", "project", "team", "company"] = "case"
    repeat: bool = False
    decision: bool = False
    authority_only: bool = False
    date: str = ""
    records: list[str] = []
    lock: Lock | None = None
    help: Words | None = None
    section: list[FormSection]
    fact: list[Emits] = []

    @property
    def fields(self) -> dict[str, FormField]:
        """All fields by name, in order."""
        return {field.name: field for section in self.section for field in section.field}

    def shown(self, values: Mapping[str, Any]) -> list[FormField]:
        """The fields that are asked for with these values."""
        return [field for field in self.fields.values() if field.if_ is None or field.if_.holds(values)]

    def locked(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """Fields that were changed although the form stands; a list may only have grown."""
        if self.lock is None or not filled(before.get(self.lock.by)):
            return []
        found: list[str] = []
        for name, field in self.fields.items():
            old, new = before.get(name), after.get(name)
            if name in self.lock.open or field.type == "computed" or not (filled(old) or filled(new)):
                continue
            rows = list(old or [])
            if (list(new or [])[: len(rows)] != rows) if field.type == "list" else old != new:
                found.append(name)
        return found

    def missing(self, values: Mapping[str, Any]) -> list[str]:
        """Required fields that are asked for and not filled, those of list rows as `field.row.subfield`."""
        found: list[str] = []
        for field in self.shown(values):
            value = values.get(field.name)
            if field.required and not filled(value):
                found.append(field.name)
            for number, row in enumerate(value or [] if field.type == "list" else []):
                found += [
                    f"{field.name}.{number}.{part.name}"
                    for part in field.fields
                    if part.required and not filled(row.get(part.name)) and (part.if_ is None or part.if_.holds(row))
                ]
        return found


class Prompt(Part, frozen=True, kw_only=True):
    """Something to ask, shown beside a note. `steps`: where it fits (all if empty); `about`: citizen, company, ..."""

    key: str
    da: str
    en: str
    steps: list[str] = []
    about: str = "citizen"
    topic: str = ""


class FormsFile(Part, frozen=True, kw_only=True):
    """The forms and prompts of a programme."""

    form: list[FormDefinition] = []
    prompt: list[Prompt] = []


class FormFault(Part, frozen=True, kw_only=True):
    """A value that cannot stand: the field (`lines.0.when` in a list), a code and arguments for the sentence."""

    field: str
    code: str
    args: dict[str, Any] = {}


@lru_cache(16)
def forms(programme: str) -> dict[str, FormDefinition]:
    """The newest version of every form of a programme by id.

    Raises:
        KeyError: no such programme.
        DefinitionRefused: a form is wrong.
    """
    found: dict[str, FormDefinition] = {}
    for form in _file(programme).form:
        if form.id not in found or form.version > found[form.id].version:
            found[form.id] = form
    return found


def form_version(programme: str, form_id: str, version: int) -> FormDefinition | None:
    """A form as it was defined in a version; None when this program has never known it."""
    return next((f for f in _file(programme).form if (f.id, f.version) == (form_id, version)), None)


def prompts(programme: str, step: str, about: str = "citizen") -> list[Prompt]:
    """What to ask in a step, in the order of the document."""
    return [p for p in _file(programme).prompt if p.about == about and (not p.steps or step in p.steps)]


@lru_cache(8)
def secret_fields(programme: str) -> frozenset[tuple[str, str]]:
    """Kinds and fields of facts that come from fields of sensitivity S2 only: they leave the program in no export."""
    secret: set[tuple[str, str]] = set()
    open_: set[tuple[str, str]] = set()
    for form in _file(programme).form:
        for emits in form.fact:
            fields = {**form.fields, **({p.name: p for p in form.fields[emits.each].fields} if emits.each else {})}
            for name, source in emits.values.items():
                hidden = isinstance(source, str) and fields[source].sensitivity == "S2"
                (secret if hidden else open_).add((emits.fact, name))
    return frozenset(secret - open_)


def forget() -> None:
    """Read the files again when they are next asked for."""
    forms.cache_clear()
    secret_fields.cache_clear()
    _file.cache_clear()


@lru_cache(8)
def _file(programme: str) -> FormsFile:
    raw = loading.raw_forms(programme)
    try:
        made = msgspec.convert(raw, FormsFile)
    except msgspec.ValidationError as error:
        raise loading.DefinitionRefused(f"forms/{programme}.toml", (Fault("form", "", str(error)),)) from None
    if faults := tuple(check(made, loading.program(programme))):
        raise loading.DefinitionRefused(f"forms/{programme}.toml", faults)
    return made


def check(file: FormsFile, program: Program) -> Iterator[Fault]:
    """What is wrong with forms: unknown fields, kinds, choices without codes, facts the programme does not know."""
    seen: set[tuple[str, int]] = set()
    for form in file.form:
        if (form.id, form.version) in seen:
            yield Fault(form.id, "id", "stands twice with the same version")
        seen.add((form.id, form.version))
        names = [field.name for section in form.section for field in section.field]
        for name in {name for name in names if names.count(name) > 1}:
            yield Fault(form.id, name, "stands twice; give each field a name of its own")
        for name in (form.lock.by, *form.lock.open) if form.lock is not None else ():
            if name not in names:
                yield Fault(form.id, "lock", f"{name!r} is no field of the form")
        for field in form.fields.values():
            yield from _check_field(form, field, set(names))
        for emits in form.fact:
            yield from _check_emits(form, emits, program)


def _check_field(form: FormDefinition, field: FormField, names: set[str]) -> Iterator[Fault]:
    where = f"{form.id} {field.name}"
    if field.type in ("choice", "choices") and not field.choices:
        yield Fault(where, "choices", "a choice needs codes with words")
    if field.type == "list" and not field.fields:
        yield Fault(where, "fields", "a list needs sub-fields")
    for key, name in (("if", field.if_.field if field.if_ else ""), ("after", field.after)):
        if name and name not in names:
            yield Fault(where, key, f"{name!r} is no field of the form")
    for part in field.fields:
        if part.type == "list":
            yield Fault(where, part.name, "a list inside a list is not possible")
        if part.type in ("choice", "choices") and not part.choices:
            yield Fault(f"{where} {part.name}", "choices", "a choice needs codes with words")
        if part.if_ is not None and part.if_.field not in {p.name for p in field.fields}:
            yield Fault(f"{where} {part.name}", "if", f"{part.if_.field!r} is no field of the row")


def _check_emits(form: FormDefinition, emits: Emits, program: Program) -> Iterator[Fault]:
    where = f"{form.id} {emits.fact}"
    kind = program.kinds.get(emits.fact)
    if kind is None:
        yield Fault(where, "fact", f"{emits.fact!r} is no fact kind of {program.id}")
        return
    fields = form.fields
    row = {part.name for part in fields[emits.each].fields} if emits.each in fields else set()
    if emits.each and not row:
        yield Fault(where, "each", f"{emits.each!r} is no list field of the form")
    known = fields.keys() | row
    named = [emits.on, emits.until, emits.at, emits.if_.field if emits.if_ else ""]
    named += [source for source in emits.values.values() if isinstance(source, str)]
    named += [s["filled"] for s in emits.values.values() if isinstance(s, Mapping) and "filled" in s]
    for name in named:
        if name and name not in known:
            yield Fault(where, name, "is no field of the form")
    for name in emits.values:
        if name not in kind.fields:
            yield Fault(where, name, f"{emits.fact} has no such field; it has {', '.join(kind.fields)}")


def facts(form: FormDefinition, values: Mapping[str, Any], on: date, record_id: str = "") -> Iterator[Fact]:
    """The facts that follow from a filled form dated `on`; each is told apart by the form's id and its place.

    What was typed in fields that are not asked for any more says nothing.
    """
    values = {field.name: values[field.name] for field in form.shown(values) if field.name in values}
    for place, emits in enumerate(form.fact):
        rows: list[Mapping[str, Any]] = values.get(emits.each) or [] if emits.each else [{}]
        for number, row in enumerate(rows):
            told = {**values, **row}
            if emits.if_ is not None and not emits.if_.holds(told):
                continue
            day = _day(told.get(emits.on)) if emits.on else on
            if day is None:
                continue
            made = {name: _source(source, told) for name, source in emits.values.items()}
            yield Fact(
                kind=emits.fact,
                on=day,
                until=_day(told.get(emits.until)) if emits.until else None,
                at=_moment(told.get(emits.at)) if emits.at else None,
                id=f"{record_id}:{place}.{number}",
                values={name: value for name, value in made.items() if filled(value)},
            )


def day_of(form: FormDefinition, values: Mapping[str, Any]) -> date | None:
    """The day of a filled form, when it has a field for it."""
    return _day(values.get(form.date)) if form.date else None


def _source(source: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(source, str):
        return values.get(source)
    if "filled" in source:
        return filled(values.get(source["filled"])) or None
    return source["is"]


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None


def faults(form: FormDefinition, values: Mapping[str, Any], *, complete: bool = False) -> list[FormFault]:
    """What cannot stand: wrong codes, numbers out of bounds, an end before its start; missing fields if `complete`."""
    found = [FormFault(field=name, code="required") for name in form.missing(values)] if complete else []
    for field in form.shown(values):
        value = values.get(field.name)
        if field.type == "list":
            for number, row in enumerate(value or []):
                for part in field.fields:
                    found += value_faults(part, row.get(part.name), f"{field.name}.{number}.{part.name}")
        else:
            found += value_faults(field, value, field.name)
        start, end = _day(values.get(field.after)) if field.after else None, _day(value)
        if start is not None and end is not None and end < start:
            found.append(FormFault(field=field.name, code="end_before_start", args={"start": start, "end": end}))
    unknown = values.keys() - form.fields.keys()
    return [*found, *(FormFault(field=name, code="unknown_field") for name in sorted(unknown))]


def value_faults(field: FormField, value: Any, name: str) -> list[FormFault]:
    """What cannot stand about one value, told under `name`."""
    if not filled(value):
        return []
    if field.choices:
        codes = [choice.code for choice in field.choices]
        given = value if isinstance(value, list) else [value]
        return [FormFault(field=name, code="not_allowed", args={"offered": codes}) for one in given if one not in codes]
    if field.type in ("int", "hours", "scale"):
        low = 1 if field.type == "scale" else (field.min or 0)
        high = 5 if field.type == "scale" else field.max
        if not isinstance(value, int) or value < low or (high is not None and value > high):
            return [FormFault(field=name, code="out_of_bounds", args={"low": low, "high": high})]
    if field.type == "date" and _day(value) is None:
        return [FormFault(field=name, code="not_a_date")]
    return []
