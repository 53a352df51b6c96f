"""One case on one day, as the rules look at it: facts, parameters, named days, computed events and signals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from broker_tui.domain.workdays import is_closed
from broker_tui.programmes import placements as stays
from broker_tui.programmes.facts import Fact, Facts
from broker_tui.programmes.naming import named
from broker_tui.programmes.pauses import Span, merged, spans
from broker_tui.programmes.results import Reason

if TYPE_CHECKING:
    from broker_tui.programmes.program import Program

Closed = Callable[[date], bool]
"""Whether a day is a weekend or holiday."""


class Course:
    """What the rules of a programme are evaluated against. The family fills in step, days, events and signals.

    Attributes:
        step, since, sub: the proposed step, the day it began, a state inside it.
        final: nothing is asked any more, but by rules that name the state.
        decided_by: the rule behind a final state.
        days: named days the family knows (None: not known).
        events: lists of days the family computed, for counting.
        signals: computed signals; falsy means not raised.
        event: the fact a `per_event` rule looks at just now.
        matched: days of facts that met a condition, kept for other rules that ask the same.
        explainable: mandatory rules that are only recommended just now, so that a broker may explain them.
        standstill: spans the family computed that move a deadline like a pause, by the name rules give in `extend`.
    """

    def __init__(
        self,
        program: "Program",
        facts: Iterable[Fact],
        today: date,
        *,
        known_from: date | None = None,
        now: datetime | None = None,
        closed: Closed | None = None,
    ) -> None:
        self.program = program
        self.params: Mapping[str, Any] = program.params
        self.today = today
        self.known_from = known_from
        self.now = now
        self.facts = Facts(named(facts, today), today, program.planned)
        self.step = program.first_step
        self.since: date | None = None
        self.sub = ""
        self.final = False
        self.decided_by: str | None = None
        self.exit_proposed: str | None = None
        self.evidence = ""
        self.days: dict[str, date | None] = {}
        self.events: dict[str, Sequence[date]] = {}
        self.signals: dict[str, Any] = {}
        self.changes: list[Reason] = []
        self.event: Fact | None = None
        self.references: dict[str, Any] = {}
        self.standstill: dict[str, list[Span]] = {}
        self.explainable: set[str] = set()
        self.matched: dict[bytes, Sequence[date]] = {}
        self._closed = closed
        self._named: dict[str, date | None] = {}
        self._spans: dict[tuple[str, ...], list[Span]] = {}

    # days

    def day(self, name: str) -> date | None:
        """A named day: the family's, the definition's, `kind.first`, `kind.last`, `today`, `event`, `known_from`."""
        if name in self.days:
            return self.days[name]
        if name == "event":
            return self.event.on if self.event is not None else None
        if name.startswith("event."):
            return self._told(name[6:])
        if name in self._named:
            return self._named[name]
        self._named[name] = None  # a day that is defined by itself is not known
        self._named[name] = day = self._reckoned(name)
        return day

    def _told(self, field: str) -> date | None:
        """A day the event itself names in one of its fields."""
        raw = self.event.get(field) if self.event is not None else None
        return date.fromisoformat(raw) if isinstance(raw, str) else raw

    def _reckoned(self, name: str) -> date | None:
        if name == "today":
            return self.today
        if name == "known_from":
            return self.known_from
        if (made := self.program.dates.get(name)) is not None:
            return made(self)
        kind, _, which = name.rpartition(".")
        found = self.facts.of(kind)
        if not found or which not in ("first", "last"):
            return None
        return found[0].on if which == "first" else found[-1].on

    def closed(self, day: date) -> bool:
        """Whether a day is a weekend or holiday."""
        if self._closed is not None:
            return self._closed(day)
        return is_closed(day)

    def act_by(self, due: date) -> date | None:
        """The nearest earlier working day, when `due` itself is none."""
        if due.weekday() < 5 and not self.closed(due):
            return None
        day = due
        while self.closed(day):
            day -= timedelta(days=1)
        return day

    def reference(self, name: str) -> Any:
        """What `@name` in a condition stands for: `current` (placement), `event` (its id), or the family's own."""
        if name == "current":
            return self.current.id if self.current is not None else None
        if name == "event":
            return self.event.id if self.event is not None else None
        return self.references.get(name)

    # facts

    def event_days(self, name: str) -> Sequence[date]:
        """A computed list of days, oldest first."""
        return self.events.get(name, ())

    def raised(self, name: str) -> bool:
        """Whether a computed signal is raised."""
        return bool(self.signals.get(name))

    def met(self, rule: str) -> date | None:
        """The day the evidence of a rule was there; a waiver counts on its day, and so does a step that was set by
        hand for what led there."""
        day = self.program.met(rule, self)
        if day is None:
            day = self.waived_on(rule)
        assumed = self._assumed(rule)
        if day is None or assumed is None:
            return day if day is not None else assumed
        return min(day, assumed)

    def _assumed(self, rule: str) -> date | None:
        """The day of a step brought in from before this program, when the rule is an exit of an earlier step."""
        if self.assumed is None:
            return None
        exits = self.program.exit_rank.get(rule)
        return self.assumed.on if exits is not None and exits < self.program.rank(self.assumed.values["step"]) else None

    @cached_property
    def assumed(self) -> Fact | None:
        """The latest step set without its evidence."""
        return self.facts.last_kept("step", lambda fact: bool(fact.get("assume") and fact.get("step")))

    def waived_on(self, rule: str) -> date | None:
        """The day a rule was waived."""
        found = self.waivers.get(rule)
        return found[-1].on if found else None

    def pauses(self, kinds: Sequence[str]) -> list[Span]:
        """Merged pauses of these types."""
        key = tuple(kinds)
        if key not in self._spans:
            own = [span for kind in key for span in self.standstill.get(kind, ())]
            found = spans(self.facts, key)
            self._spans[key] = merged([*found, *own]) if own else found
        return self._spans[key]

    @cached_property
    def waivers(self) -> dict[str, list[Fact]]:
        """Waivers by rule: a named person with authority or lead, and a reason."""
        return self._by_rule("waiver")

    @cached_property
    def explanations(self) -> dict[str, list[Fact]]:
        """Explanations by rule."""
        return self._by_rule("explanation")

    @cached_property
    def settlements(self) -> dict[str, list[Fact]]:
        """What the broker said about obligations from before this program, by rule."""
        return self._by_rule("settled")

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Rules about which somebody said something: waived, explained or settled."""
        return frozenset((*self.waivers, *self.explanations, *self.settlements))

    def _by_rule(self, kind: str) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.facts.of(kind):
            found.setdefault(str(fact.get("rule")), []).append(fact)
        return found

    # placements

    @cached_property
    def placements(self) -> list[stays.Placement]:
        """All placements, by start."""
        return stays.build(self.facts, self.today)

    @cached_property
    def current(self) -> stays.Placement | None:
        """The signed placement that is planned or under way."""
        return stays.current(self.placements, self.today)

    def number(self, name: str) -> int:
        """A parameter that is a whole number."""
        return int(self.params[name])
