"""Example files: facts and what the engine should say about them, as data that anyone can add to.

`docs/programme-examples.md` describes the format. Only what an example lists is asserted.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from broker_tui.programmes import loading
from broker_tui.programmes.engine import evaluate, evaluate_level
from broker_tui.programmes.explain import explain
from broker_tui.programmes.facts import RESERVED, Fact, written
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import Evaluation, Obligation


class ExampleFault(ValueError):
    """An example file that cannot be read; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold."""

    example: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What running example files gave; an example holds when every expectation of it does."""

    held: int
    total: int
    failed: tuple[Failure, ...]


class _Then(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    expect: dict[str, Any]
    facts: list[dict[str, Any]] = []
    today: date | None = None
    now: datetime | None = None


class _Example(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    programme: str
    today: date
    title: str = ""
    note: str = ""
    facts: list[dict[str, Any]] = []
    expect: dict[str, Any] = {}
    then: list[_Then] = []
    known_from: date | None = None
    now: datetime | None = None
    settings: dict[str, Any] = {}


class _Set(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    name: str
    facts: list[dict[str, Any]]
    defaults: dict[str, Any] = {}


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    example: list[_Example] = []
    set: list[_Set] = []
    matching: list[Any] = []
    """Read by `broker_tui.matching`; a file may hold both."""


@dataclass(frozen=True, slots=True)
class Situation:
    """An example at one of its days: what is known then, and what should be said."""

    name: str
    program: Program
    facts: tuple[Fact, ...]
    today: date
    known_from: date | None
    now: datetime | None
    expect: Mapping[str, Any]


def verify(place: Path) -> Verified:
    """Run every example file (`*.toml`, `*.json`) below a folder, or one file.

    Raises:
        ExampleFault: a file, an example or a fact that cannot be read.
        OSError: the place cannot be read.
    """
    total, held, failed = 0, 0, []
    for situations in examples(place):
        total += 1
        found = [failure for situation in situations for failure in _judged(situation)]
        failed += found
        held += not found
    return Verified(held, total, tuple(failed))


def examples(place: Path) -> Iterator[list[Situation]]:
    """Every example below a folder as its situations in order of time.

    Raises:
        ExampleFault, OSError: as `verify`.
    """
    files = sorted(p for p in place.rglob("*") if p.suffix in (".toml", ".json")) if place.is_dir() else [place]
    if not files:
        raise ExampleFault(
            f"{place}: no example files (*.toml, *.json) there; name a folder that has some, or one file"
        )
    for file in files:
        read = _read(file)
        sets = {one.name: one for one in read.set}
        for example in read.example:
            yield _situations(example, sets, file.name)


def _read(file: Path) -> _File:
    try:
        text = file.read_text("utf-8-sig")
        raw = msgspec.json.decode(text) if file.suffix == ".json" else tomllib.loads(text)
        return msgspec.convert(raw, _File)
    except (tomllib.TOMLDecodeError, msgspec.DecodeError, UnicodeDecodeError) as error:
        if isinstance(error, msgspec.ValidationError):
            raise ExampleFault(f"{file}: {error}; see docs/programme-examples.md for the format") from None
        raise ExampleFault(f"{file}: cannot be read: {error}") from None


def _situations(example: _Example, sets: Mapping[str, _Set], file: str) -> list[Situation]:
    where = f"{file}: {example.id}"
    try:
        program = _program(example)
    except KeyError:
        known = ", ".join(loading.PROGRAMMES)
        raise ExampleFault(f"{where}: no programme {example.programme!r}; there are {known}") from None
    facts = tuple(facts_of(example.facts, sets, program, where))
    today = example.today
    found = [Situation(example.id, program, facts, today, example.known_from, example.now, example.expect)]
    for place, then in enumerate(example.then, 1):
        facts += tuple(facts_of(then.facts, sets, program, f"{where} then {place}"))
        today = then.today or today
        name = f"{example.id} then {place}"
        found.append(Situation(name, program, facts, today, example.known_from, then.now, then.expect))
    return found


def _program(example: _Example) -> Program:
    if not example.settings:
        return loading.program(example.programme)
    raw = loading.raw(example.programme)
    return loading.made(raw, f"{example.programme}.toml", example.settings, example.id)


def facts_of(
    raw: Sequence[Mapping[str, Any]], sets: Mapping[str, _Set], program: Program, where: str
) -> Iterator[Fact]:
    """Written facts, sets unfolded, each checked against the vocabulary.

    Raises:
        ExampleFault: an unknown kind, field or set.
    """
    for place, entry in enumerate(raw, 1):
        if "use" in entry:
            yield from _unfolded(entry, sets, program, f"{where}: fact {place}")
        else:
            yield checked(entry, program, f"{where}: fact {place}")


def _unfolded(entry: Mapping[str, Any], sets: Mapping[str, _Set], program: Program, where: str) -> Iterator[Fact]:
    found = sets.get(str(entry["use"]))
    if found is None:
        raise ExampleFault(f"{where}: no set {entry['use']!r}; this file has {', '.join(sets) or 'none'}")
    given = {**found.defaults, **{name: value for name, value in entry.items() if name != "use"}}
    for fact in found.facts:
        filled = {name: _given(value, given) for name, value in fact.items()}
        if "on" in given:
            filled.setdefault("on", given["on"])
        yield checked({k: v for k, v in filled.items() if v is not None}, program, where)


def _given(value: Any, given: Mapping[str, Any]) -> Any:
    return given.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value


def checked(entry: Mapping[str, Any], program: Program, where: str) -> Fact:
    """A written fact whose kind and fields the programme knows.

    Raises:
        ExampleFault: it does not.
    """
    kind = entry.get("fact")
    known = program.kinds.get(str(kind))
    if known is None:
        raise ExampleFault(f"{where}: {kind!r} is no fact kind of {program.id}; there are {', '.join(program.kinds)}")
    plain = dict(entry)
    for name, value in entry.items():
        if name in RESERVED:
            continue
        spec = known.fields.get(name)
        if spec is None:
            told = ", ".join(known.fields) or "none"
            raise ExampleFault(f"{where}: {kind} has no field {name!r}; its fields: {told}")
        for one in value if isinstance(value, list) else [value]:
            if spec.choices and _code(one) not in spec.choices:
                raise ExampleFault(f"{where}: {kind}.{name} is {one!r}; it should be one of {', '.join(spec.choices)}")
        if spec.choices:
            plain[name] = [_code(one) for one in value] if isinstance(value, list) else _code(value)
    try:
        return written(plain)
    except (msgspec.ValidationError, TypeError) as error:
        raise ExampleFault(f"{where}: {error}") from None


def _code(value: Any) -> Any:
    """A code as the vocabulary writes it: `model = 3` is meant as "3"."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _judged(case: Situation) -> Iterator[Failure]:
    known: dict[str, Any] = {"known_from": case.known_from, "now": case.now}
    said = evaluate(case.program, case.facts, case.today, kpis="kpis" in case.expect, **known)
    said = _with_levels(case, said)
    why = partial(explain, case.program, case.facts, case.today, **known)
    for key, wanted in case.expect.items():
        test = _TESTS.get(key)
        if test is None:
            raise ExampleFault(f"{case.name}: expect has no {key!r}; there are {', '.join(_TESTS)}")
        yield from (Failure(case.name, expected, got) for expected, got in test(key, wanted, said, why))


def _with_levels(case: Situation, said: Evaluation) -> Evaluation:
    """With what rules about the project, a team or a company ask, as far as the example names such rules."""
    rules = case.program.rules
    named = {name.partition("@")[0] for name in case.expect.get("obligations", ())}
    levels = {rules[name].rule.level for name in named if name in rules} - {"case"}
    more = [
        one
        for level in sorted(levels)
        for one in evaluate_level(case.program, case.facts, case.today, level)
        if one.rule in named
    ]
    return msgspec.structs.replace(said, obligations=(*said.obligations, *more)) if more else said


Found = Iterator[tuple[str, str]]


def _plainly(key: str, wanted: Any, said: Evaluation, _why: Any) -> Found:
    got = getattr(said, key)
    if wanted == "none" and not got:
        return
    if _plain(got) != _plain(wanted):
        yield f"{key} = {_plain(wanted)}", f"{key} = {_plain(got)}"


def _set(key: str, wanted: list[str], got: Sequence[str]) -> Found:
    if sorted(set(wanted)) != sorted(set(got)):
        yield f"{key} = {sorted(set(wanted))}", f"{key} = {sorted(set(got))}"


def _missing(key: str, wanted: list[str], said: Evaluation, _why: Any) -> Found:
    yield from _set(key, wanted, said.missing_exit)


def _overdue(key: str, wanted: list[str], said: Evaluation, _why: Any) -> Found:
    yield from _set(key, wanted, [o.rule for o in said.obligations if o.state == "overdue" and not o.debt])


def _debt(key: str, wanted: list[str], said: Evaluation, _why: Any) -> Found:
    yield from _set(key, wanted, [o.rule for o in said.doc_debt])


def _absent(_key: str, wanted: list[str], said: Evaluation, _why: Any) -> Found:
    for rule in wanted:
        for found in _of(said, rule):
            yield f"{rule} not applicable", f"{rule} {found.state}"


def _obligations(_key: str, wanted: Mapping[str, Any], said: Evaluation, _why: Any) -> Found:
    for name, spec in wanted.items():
        found = _of(said, name)
        if not found:
            yield f"{name} {_plain(spec)}", f"{name} not applicable"
            continue
        asked = {"state": spec} if isinstance(spec, str | list) else spec
        misses = [list(_compared(o, asked)) for o in found]
        if all(misses):
            best = min(misses, key=len)
            yield (
                f"{name} {'; '.join(expected for expected, _ in best)}",
                f"{name} {'; '.join(got for _, got in best)}",
            )


def _of(said: Evaluation, name: str) -> list[Obligation]:
    rule, _, key = name.partition("@")
    return [o for o in said.obligations if o.rule == rule and (not key or o.key == key)]


def _compared(found: Obligation, asked: Mapping[str, Any]) -> Found:
    for key, wanted in asked.items():
        got = _attribute(found, key)
        options = wanted if key == "state" and isinstance(wanted, list) else [wanted]
        if key == "missing":
            if sorted(wanted) != sorted(got):
                yield f"missing = {sorted(wanted)}", f"missing = {sorted(got)}"
        elif _plain(got) not in [_plain(one) for one in options]:
            yield f"{key} = {_plain(wanted)}", f"{key} = {_plain(got)}"


def _attribute(found: Obligation, key: str) -> Any:
    if key in ("done", "minimum", "behind", "checkpoints"):
        return getattr(found.count, key) if found.count else None
    if key == "window":
        return [found.count.start, found.count.end] if found.count else found.window
    if key == "closed":
        return found.closed_on
    if key == "counts_from":
        return found.since
    if key == "minutes_late":
        late = (found.closed_at - found.due_at) if found.closed_at and found.due_at else None
        return int(late.total_seconds() // 60) if late is not None else None
    if key == "reason":
        return found.reason.code if found.reason else None
    if key not in Obligation.__struct_fields__:
        raise ExampleFault(f"an obligation has no {key!r} to compare; see docs/programme-examples.md")
    return getattr(found, key)


def _signals(_key: str, wanted: Mapping[str, Any], said: Evaluation, _why: Any) -> Found:
    for name, value in wanted.items():
        gate = said.gates.get(name)  # a signal of the documents may be a gate here
        got = gate.open if gate is not None and name not in said.signals else said.signals.get(name)
        if value is False or value in ("none", "ok"):
            if got and got != value:
                yield f"signal {name} not raised", f"signal {name} = {_plain(got)}"
        elif value is True:
            if not got:
                yield f"signal {name} raised", f"signal {name} not raised"
        elif not _alike(_plain(got), _plain(value)):
            yield f"signal {name} = {_plain(value)}", f"signal {name} = {_plain(got)}"


def _alike(got: Any, wanted: Any) -> bool:
    """Whether a signal says what is wanted: a number to the decimals written, as text or as number, the only entry of
    a list by itself, a code with spaces."""
    if isinstance(got, list) and len(got) == 1 and not isinstance(wanted, list):
        got = got[0]
    if isinstance(got, bool) or isinstance(wanted, bool) or got is None:
        return bool(got == wanted)
    if isinstance(wanted, float) and isinstance(got, float):
        places = len(repr(wanted).partition(".")[2])
        return bool(abs(got - wanted) * 10**places <= 0.5 + 1e-9)
    return bool(got == wanted) or (isinstance(got, str | int | float) and str(got) in (str(wanted), _joined(wanted)))


def _joined(wanted: Any) -> str:
    return str(wanted).replace(" ", "_")


def _gates(_key: str, wanted: Mapping[str, Any], said: Evaluation, _why: Any) -> Found:
    for name, spec in wanted.items():
        gate = said.gates.get(name)
        if gate is None and isinstance(spec, bool) and isinstance(said.signals.get(name), bool):
            yield from _signals(_key, {name: spec}, said, _why)
            continue
        if gate is None:
            yield f"gate {name}", f"no gate {name}"
            continue
        asked = {"open": spec} if isinstance(spec, bool) else spec
        for key, value in asked.items():
            got = getattr(gate, key)
            if (sorted(value) != sorted(got)) if isinstance(value, list) else value != got:
                yield f"gate {name} {key} = {value}", f"gate {name} {key} = {_plain(got)}"


def _mapping(key: str, wanted: Mapping[str, Any], said: Evaluation, _why: Any) -> Found:
    for name, value in wanted.items():
        got = getattr(said, key).get(name)
        if _plain(got) != _plain(value):
            yield f"{key} {name} = {_plain(value)}", f"{key} {name} = {_plain(got)}"


def _changes(key: str, wanted: list[str], said: Evaluation, _why: Any) -> Found:
    yield from _set(key, wanted, [change.code for change in said.changes])


def _confirmed(_key: str, wanted: Mapping[str, Any], said: Evaluation, _why: Any) -> Found:
    for name, value in wanted.items():
        got = getattr(said.confirmed, name) if said.confirmed else None
        if _plain(got) != _plain(value):
            yield f"confirmed {name} = {_plain(value)}", f"confirmed {name} = {_plain(got)}"


def _explained(_key: str, wanted: Mapping[str, Any], _said: Evaluation, why: Callable[[str], Any]) -> Found:
    for rule, codes in wanted.items():
        got = [reason.code for reason in why(rule).reasons]
        for code in [codes] if isinstance(codes, str) else codes:
            if code not in got:
                yield f"{rule} explained by {code}", f"{rule} explained by {', '.join(got) or 'nothing'}"


_TESTS: dict[str, Callable[[str, Any, Evaluation, Any], Found]] = {
    "step": _plainly,
    "since": _plainly,
    "sub": _plainly,
    "final": _plainly,
    "reason": _plainly,
    "exit_proposed": _plainly,
    "evidence": _plainly,
    "may_confirm": _plainly,
    "missing_exit": _missing,
    "overdue": _overdue,
    "doc_debt": _debt,
    "not_applicable": _absent,
    "obligations": _obligations,
    "signals": _signals,
    "gates": _gates,
    "kpis": _mapping,
    "changes": _changes,
    "confirmed": _confirmed,
    "explain": _explained,
}


def _plain(value: Any) -> Any:
    """As it would be written, so that 2021-02-08 equals "2021-02-08" and (1, 2) equals [1, 2]."""
    return msgspec.json.decode(msgspec.json.encode(value))
