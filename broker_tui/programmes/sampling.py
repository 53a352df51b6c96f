"""The other way round: which facts would close an obligation. What a form must hold, and what a test records.

From a condition follow the facts that meet it; where the condition does not tell (a computed list of events, a signal),
the definition gives a sample.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from broker_tui.programmes import definition as shape
from broker_tui.programmes.conditions import head, kinds_of
from broker_tui.programmes.course import Course
from broker_tui.programmes.definition import Cond, FieldSpec, Rule
from broker_tui.programmes.facts import Fact, written
from broker_tui.programmes.program import Program
from broker_tui.programmes.results import Obligation

Written = dict[str, Any]
_NEW = "new"
"""How a placement is called that is still to be made."""


def closers(program: Program, rule_id: str) -> list[Written]:
    """Written facts without days that close an obligation of the rule; empty when no fact closes it."""
    rule = program.rules[rule_id].rule
    if rule.sample:
        return [dict(entry) for entry in rule.sample]
    return _of_evaluator(program, rule) or []


def closing_facts(course: Course, obligation: Obligation) -> list[Fact]:
    """Facts that, recorded today, close an obligation of this course (or, for rules that count, make one more).

    What belongs to the current placement needs one: without any, a new placement with its agreement comes first.
    """
    entries = closers(course.program, obligation.rule)
    found: list[Fact] = []
    if course.current is None and any("@current" in entry.values() for entry in entries):
        today = course.today.isoformat()
        placement = {"fact": "placement", "placement": _NEW, "type": "internship", "company": _NEW, "start": today}
        entries = [placement, {"fact": "agreement", "placement": _NEW}, *entries]
    for entry in entries:
        told = {name: _meant(value, course, obligation.key) for name, value in entry.items()}
        told.setdefault("on", course.today)
        found.append(written({name: value for name, value in told.items() if value is not None}))
    return found


def _meant(value: Any, course: Course, event: str) -> Any:
    """A placeholder of a sample for this course: `@today`, `@event`, `@current` and the family's own; after a bar
    stands what holds when the family knows none."""
    if isinstance(value, list):
        return [_meant(one, course, event) for one in value]
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    if value == "@today":
        return course.today.isoformat()
    if value == "@current":
        return course.reference("current") or _NEW
    name, _bar, otherwise = value[1:].partition("|")
    return event if name == "event" else course.reference(name) or otherwise or None


def _of_evaluator(program: Program, rule: Rule) -> list[Written] | None:
    what = rule.evaluator
    match what:
        case shape.Cadence() | shape.WindowCount() | shape.Slots() | shape.Planned():
            return sample(program, what.counts)
        case shape.Checklist():
            return [_filled(program, what)]
        case shape.ReplyTimer():
            everybody = [*dict.fromkeys((*what.enquirers, *what.advice, "broker"))]
            return [{"fact": "contact", "kind": "phone", "outcome": "reached", "participants": everybody}]
        case shape.PerEvent():
            found = sample(program, what.closed_by)
            if found and what.link:
                found[0][what.link] = "@event"
            return found
        case shape.Criterion() | shape.Deadline() | shape.Gated():
            return sample(program, what.closed_by)
    return None


def contacts(program: Program, rule_id: str) -> list[Cond]:
    """The contacts that close an obligation of the rule, each with its kinds and `where`; empty when none does."""
    what = program.rules[rule_id].rule.evaluator
    cond = getattr(what, "counts", None) or getattr(what, "closed_by", None)
    return list(_contacts(cond)) if isinstance(cond, Cond) else []


def _contacts(cond: Cond) -> Iterator[Cond]:
    if cond.contact is not None:
        yield cond
    for part in (*(cond.any or ()), *(cond.all or ())):
        yield from _contacts(part)


def sample(program: Program, cond: Cond) -> list[Written] | None:
    """Facts that meet a condition; None when facts alone cannot."""
    kind = head(cond)
    if kind in ("fact", "contact"):
        return [_one(program, cond) for _ in range(_count(cond, program))]
    if kind == "value":
        name, _, field = (cond.value or "").partition(".")
        return [{"fact": name, field: _value(cond.is_, program, _spec(program, name, field))}]
    if kind == "events":
        made = program.definition.samples.get(cond.events or "")
        return [dict(entry) for entry in made for _ in range(_count(cond, program))] if made else None
    if kind == "all":
        found: list[Written] = []
        for part in cond.all or ():
            some = sample(program, part)
            if some is None and head(part) not in ("past", "param", "not_", "signal"):
                return None
            found += some or []
        return found or None
    if kind == "any":
        for part in cond.any or ():
            if some := sample(program, part):
                return some
    return None


def _count(cond: Cond, program: Program) -> int:
    if isinstance(cond.count, str):
        return int(program.params[cond.count[1:]])
    return cond.count


def _one(program: Program, cond: Cond) -> Written:
    kind = kinds_of(cond)[0]
    made: Written = {"fact": kind}
    if cond.contact is not None:
        accepted = cond.contact[0]
        made["kind"] = "text" if accepted == "text_two_way" else accepted
        if accepted == "text_two_way":
            made["two_way"] = True
        made["outcome"] = "reached"
        made["participants"] = [*dict.fromkeys((*cond.with_, *cond.by[:1]))]
    for name, spec in cond.where.items():
        value = _value(spec, program, _spec(program, kind, name))
        if name == "participants" and isinstance(made.get(name), list):
            made[name] = [*dict.fromkeys((*made[name], *(value if isinstance(value, list) else [value])))]
        elif value is not None:
            made[name] = value
    return made


def _spec(program: Program, kind: str, field: str) -> FieldSpec | None:
    known = program.kinds.get(kind)
    return known.fields.get(field) if known else None


def _filled(program: Program, what: shape.Checklist) -> Written:
    made: Written = {"fact": what.of}
    for name, spec in what.where.items():
        made[name] = _value(spec, program, _spec(program, what.of, name))
    extra = [key for more in what.keys_if for key in more.keys]
    for key in (*what.keys, *extra):
        made.setdefault(key, something(_spec(program, what.of, key)))
    return made


def _value(spec: Any, program: Program, field: FieldSpec | None) -> Any:
    """A value that passes the test of `where` or `is`."""
    if isinstance(spec, str) and spec.startswith("$"):
        spec = program.params.get(spec[1:])
    if isinstance(spec, list):
        return _listed(spec[0], field)
    if not isinstance(spec, Mapping):
        return something(field) if spec is None else _listed(spec, field)
    told = {name: _param(wanted, program) for name, wanted in spec.items()}
    if "has" in told:
        return list(told["has"])
    for name, shift in (("min", 0), ("max", 0), ("over", 1), ("under", -1)):
        if name in told:
            bound = told[name]
            return bound + shift if isinstance(bound, int) else bound
    if "items" in told:
        return [f"x{n}" if n else "x" for n in range(told["items"])]
    if "not" in told:
        banned = told["not"] if isinstance(told["not"], list) else [told["not"]]
        options = field.choices if field is not None and field.choices else [something(field)]
        return _listed(next((one for one in options if one not in banned), "x"), field)
    if spec.get("filled") is False or "lacks" in spec:
        return None
    return something(field)


def _param(value: Any, program: Program) -> Any:
    return program.params.get(value[1:]) if isinstance(value, str) and value.startswith("$") else value


def _listed(value: Any, field: FieldSpec | None) -> Any:
    """The value, in a list where the field holds several."""
    return (
        [value] if field is not None and field.type in ("texts", "choices") and not isinstance(value, list) else value
    )


def something(field: FieldSpec | None) -> Any:
    """Any value the field can hold; days are given as `@today`."""
    if field is None:
        return "x"
    if field.choices:
        return [field.choices[0]] if field.type == "choices" else field.choices[0]
    return {"texts": ["x"], "choices": ["x"], "date": "@today", "bool": True, "int": 1}.get(field.type, "x")
