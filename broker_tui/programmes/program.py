"""A definition made ready to run: every condition and day expression turned into a function, once.

Making ready is also the check: whatever is wrong is reported with rule, key and remedy (`faults`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

from broker_tui.programmes import conditions
from broker_tui.programmes.conditions import ConditionFault
from broker_tui.programmes.definition import Cond, Definition, Kpi, NamedDate, Rule, Vocabulary
from broker_tui.programmes.expressions import ExpressionFault, Reckon, reckon

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course
    from broker_tui.programmes.evaluators import Check

_BUILT_IN = frozenset({"today", "event", "known_from"})
PLANNED = ("planned", "hours")
"""Fact kinds that are read although their day lies ahead: planned days, hours agreed for later."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a definition: rule or section, key, what is wrong, what to do."""

    where: str
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule with its functions."""

    rule: Rule
    check: "Check"
    states: frozenset[str]
    condition: conditions.Met | None
    begins: Reckon | None
    ends: Reckon | None

    @property
    def always(self) -> bool:
        """Whether it asks something in each of its states, without a condition or days of its own."""
        return self.condition is None and self.begins is None and self.ends is None


class Program:
    """A programme ready to evaluate cases.

    Args:
        definition: as read from its file, local settings applied.
        vocabulary: fact kinds and roles that all programmes share.

    Attributes:
        params: parameter values by name.
        dates: named days of the definition.
        faults: what is wrong; a program with faults must not be used.
    """

    def __init__(self, definition: Definition, vocabulary: Vocabulary) -> None:
        self.definition = definition
        self.kinds = {**vocabulary.facts, **definition.facts}
        self.roles = {**vocabulary.roles, **definition.roles}
        self.params: dict[str, Any] = {name: param.value for name, param in definition.params.items()}
        self.faults: list[Fault] = []
        self.planned = PLANNED
        self.steps = {step.code: step for step in definition.steps}
        self.first_step = definition.steps[0].code if definition.steps else ""
        self.finals = frozenset(step.code for step in definition.steps if step.final)
        self._order = {step.code: place for place, step in enumerate(definition.steps)}
        self.dates: dict[str, Callable[[Course], date | None]] = {}
        for name, named in definition.dates.items():
            made = self._try(f"dates.{name}", "", partial(self._named, named))
            if made is not None:
                self.dates[name] = made
        self.gate_shown: dict[str, conditions.Met] = {}
        self.gate_needs: dict[str, conditions.Met] = {}
        for name, words in definition.gates.items():
            for key, cond, into in (("shown", words.shown, self.gate_shown), ("needs", words.needs, self.gate_needs)):
                if cond is not None:
                    self._check_words(f"gates.{name}", key, cond)
                    made = self._try(f"gates.{name}", key, partial(self.condition, cond))
                    if made is not None:
                        into[name] = made
        self._met: dict[str, conditions.Met] = {}
        self.rules: dict[str, ReadyRule] = {}
        for rule in definition.rule:
            if rule.id in self.rules:
                self.faults.append(Fault(rule.id, "id", "stands twice; give each rule an id of its own"))
                continue
            self.rules[rule.id] = self._ready(self._weighed(rule))

    @property
    def id(self) -> str:
        """The programme's code."""
        return self.definition.id

    @cached_property
    def family(self) -> Any:
        """The module with the programme's step logic."""
        return import_module(f"broker_tui.programmes.families.{self.definition.family}")

    @cached_property
    def case_rules(self) -> tuple[ReadyRule, ...]:
        """Rules about one case, without figures."""
        return tuple(r for r in self.rules.values() if r.rule.level == "case" and not isinstance(r.rule.evaluator, Kpi))

    @cached_property
    def by_state(self) -> dict[str, tuple[ReadyRule, ...]]:
        """Rules about one case that can ask something in a state."""
        return {code: tuple(r for r in self.case_rules if code in r.states) for code in self.steps}

    @cached_property
    def exits(self) -> dict[str, list[Rule]]:
        """Exit rules by step; where the table's step is an area of work and no state, by where the rule is live."""
        found: dict[str, list[Rule]] = {}
        for ready in self.case_rules:
            if ready.rule.kind == "exit":
                for step in [code for code in ready.rule.steps if code in self.steps] or ready.rule.live:
                    found.setdefault(step, []).append(ready.rule)
        return found

    @cached_property
    def exit_rank(self) -> dict[str, int]:
        """The place of the step each exit rule leaves."""
        return {rule.id: self.rank(step) for step, rules in self.exits.items() for rule in rules}

    @cached_property
    def gate_rules(self) -> dict[str, tuple[ReadyRule, ...]]:
        """The rules each act waits for."""
        return self._waiting(lambda rule: rule.gates)

    @cached_property
    def soft_rules(self) -> dict[str, tuple[ReadyRule, ...]]:
        """The rules for which each act asks a reason."""
        return self._waiting(lambda rule: rule.soft)

    def _waiting(self, names: Callable[[Rule], list[str]]) -> dict[str, tuple[ReadyRule, ...]]:
        return {gate: tuple(r for r in self.case_rules if gate in names(r.rule)) for gate in self.definition.gates}

    def rank(self, step: str) -> int:
        """The place of a step in the order of the definition."""
        return self._order.get(step, -1)

    def met(self, rule: str, course: "Course") -> date | None:
        """The day a rule's closing condition was met, whatever the step."""
        made = self._met.get(rule)
        return made(course) if made is not None else None

    def knows_day(self, name: str) -> bool:
        """Whether an expression may name this day."""
        if name in _BUILT_IN or name.startswith("event.") or name in self.definition.dates:
            return True
        start, _, which = name.rpartition(".")
        if which in ("since", "closed") and start in self.steps:
            return True
        return which in ("first", "last") and start in self.kinds

    # making ready

    def reckon(self, text: str) -> Reckon:
        """A day expression as a function."""
        return reckon(text, self.params, self.knows_day)

    def condition(self, cond: Cond) -> conditions.Met:
        """A condition as a function."""
        return conditions.ready(cond, self.params, self.reckon)

    def _ready(self, rule: Rule) -> ReadyRule:
        from broker_tui.programmes.evaluators import make

        for part, cond in conditions_of(rule):
            self._check_words(rule.id, part, cond)
        self._check_steps(rule)
        check = self._try(rule.id, "evaluator", lambda: make(rule, self)) or (lambda _course: ())
        closing = getattr(rule.evaluator, "closed_by", None)
        if closing is not None and (made := self._try(rule.id, "closed_by", lambda: self.condition(closing))):
            self._met[rule.id] = made
        return ReadyRule(
            rule=rule,
            check=check,
            states=self._states(rule),
            condition=None
            if rule.if_ is None
            else self._try(rule.id, "if", lambda: self.condition(rule.if_ or Cond())),
            begins=None if rule.from_ is None else self._try(rule.id, "from", lambda: self.reckon(rule.from_ or "")),
            ends=None if rule.until is None else self._try(rule.id, "until", lambda: self.reckon(rule.until or "")),
        )

    def _weighed(self, rule: Rule) -> Rule:
        """The rule with the weight it has under the local settings."""
        for name in rule.mandatory_where:
            if name not in self.params:
                self.faults.append(Fault(rule.id, "mandatory_where", f"{name!r} is no parameter; name one of [params]"))
                return rule
        if not rule.mandatory_where or any(self.params[name] != v for name, v in rule.mandatory_where.items()):
            return rule
        return msgspec.structs.replace(rule, severity="M")

    def _states(self, rule: Rule) -> frozenset[str]:
        """Where the rule asks something: `live`, or every step from its own on; an exit rule only in its own step."""
        if rule.live:
            return frozenset(rule.live)
        mine = [step for step in rule.steps if step in self.steps]
        if not mine:
            return frozenset(code for code in self.steps if code not in self.finals)
        if rule.kind == "exit":
            return frozenset(mine)
        lowest = min(self.rank(step) for step in mine)
        return frozenset(
            code for code in self.steps if code in mine or (code not in self.finals and self.rank(code) >= lowest)
        )

    def _check_steps(self, rule: Rule) -> None:
        for code in rule.live:
            if code not in self.steps:
                known = ", ".join(self.steps)
                self.faults.append(Fault(rule.id, "live", f"{code!r} is no step; there are {known}"))
        for gate in (*rule.gates, *rule.soft):
            if gate not in self.definition.gates:
                self.faults.append(Fault(rule.id, "gates", f"{gate!r} is no gate; name it under [gates.{gate}]"))
        for role in rule.who:
            if role not in self.roles:
                self.faults.append(Fault(rule.id, "who", f"{role!r} is no role; name it under [roles.{role}]"))

    def _check_words(self, where: str, key: str, cond: Cond) -> None:
        """Every kind and field a condition names must be in the vocabulary."""
        for kind in conditions.kinds_of(cond):
            known = self.kinds.get(kind)
            if known is None:
                self.faults.append(Fault(where, key, f"{kind!r} is no fact kind; describe it under [facts.{kind}]"))
                continue
            for name in cond.where:
                if name not in known.fields:
                    told = ", ".join(known.fields) or "none"
                    self.faults.append(Fault(where, key, f"{kind} has no field {name!r}; its fields: {told}"))
        if cond.value is not None:
            kind, _, name = cond.value.partition(".")
            if kind not in self.kinds or name not in self.kinds[kind].fields:
                self.faults.append(Fault(where, key, f"{cond.value!r} is no field of a fact kind; write kind.field"))
        if cond.signal is not None and cond.signal not in self.definition.signals:
            self.faults.append(
                Fault(where, key, f"{cond.signal!r} is no signal; name it under [signals.{cond.signal}]")
            )
        for part in (*(cond.all or ()), *(cond.any or ()), *((cond.not_,) if cond.not_ else ())):
            self._check_words(where, key, part)

    def _named(self, named: NamedDate) -> "Callable[[Course], date | None] | None":
        if named.first is not None or named.last is not None:
            cond = named.first or named.last
            days = conditions.lister(cond or Cond(), self.params, self.reckon)
            place = 0 if named.first is not None else -1

            def nth(course: "Course") -> date | None:
                found = days(course)
                return found[place] if found else None

            return nth
        if named.value is not None:
            kind, _, name = named.value.partition(".")

            def said(course: "Course") -> date | None:
                value, _day = course.facts.value(kind, name)
                return date.fromisoformat(value) if isinstance(value, str) else value

            return said
        if named.is_ is not None:
            return self.reckon(named.is_)
        if named.max or named.min:
            pick: Callable[[list[date]], date] = max if named.max else min
            parts = [self.reckon(text) for text in named.max or named.min]

            def chosen(course: "Course") -> date | None:
                known = [day for part in parts if (day := part(course)) is not None]
                return pick(known) if known else None

            return chosen
        return None

    def _try(self, where: str, key: str, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except (ExpressionFault, ConditionFault) as error:
            self.faults.append(Fault(where, key, str(error)))
            return None


def conditions_of(rule: Rule) -> Iterator[tuple[str, Cond]]:
    """Every condition of a rule with the key it stands under."""
    if rule.if_ is not None:
        yield "if", rule.if_
    for name in rule.evaluator.__struct_fields__:
        value = getattr(rule.evaluator, name)
        if isinstance(value, Cond):
            yield name, value
    for extra in getattr(rule.evaluator, "keys_if", ()):
        yield "keys_if", extra.if_


def overridden(definition: Definition, local: Mapping[str, Any]) -> tuple[Definition, list[Fault]]:
    """The definition with a municipality's own settings; only parameters marked local can be set.

    A setting that is the name of a preset, such as `local_profile = "horsens"`, brings the rest of the preset along;
    what is set beside it stands.
    """
    import msgspec

    faults: list[Fault] = []
    params = dict(definition.params)
    wanted: dict[str, Any] = {}
    for name, value in local.items():
        preset = definition.presets.get(str(value), {})
        if preset.get(name) == value:
            wanted |= preset
    for name, value in (wanted | dict(local)).items():
        param = params.get(name)
        if param is not None and isinstance(param.value, str) and type(value) is int:
            value = str(value)
        if param is None:
            faults.append(Fault("params", name, f"is no parameter; there are {', '.join(sorted(params))}"))
        elif not param.local:
            faults.append(Fault("params", name, "is a demand of the programme and no local setting; leave it out"))
        elif wrong := _unfit(value, param.value, param.min, param.max, param.choices):
            faults.append(Fault("params", name, wrong))
        else:
            params[name] = msgspec.structs.replace(param, value=value)
    return msgspec.structs.replace(definition, params=params), faults


def _unfit(value: Any, default: Any, low: Any, high: Any, choices: list[Any]) -> str:
    """What is wrong with a local value, or ""."""
    if choices and value not in choices:
        return f"{value!r} is none of {', '.join(map(str, choices))}"
    if default is not None and type(value) is not type(default):
        return f"{value!r} should be like {default!r}"
    if (low is not None and value < low) or (high is not None and value > high):
        return f"{value!r} should lie between {low} and {high}"
    return ""
