"""What is known about a case on a day: its facts by kind, in order of time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

import msgspec

from broker_tui.domain.facts import ALWAYS, RESERVED, Fact, flat, moved, written

__all__ = ["ALWAYS", "RESERVED", "Fact", "Facts", "flat", "moved", "written"]

_NONE: tuple[Fact, ...] = ()


def _order(fact: Fact) -> tuple[Any, ...]:
    """One order whatever the order facts are given in; of two on one day the later written counts as later."""
    return (str(fact.at or ""), fact.entered or fact.on, fact.id)


def _exact(fact: Fact) -> tuple[Any, ...]:
    """The order of facts that differ in nothing but their values, which take longer to compare."""
    return (*_order(fact), _text(fact.values))


def _text(values: Any) -> str:
    return msgspec.json.encode(values, order="deterministic").decode()


_ON = attrgetter("on")


def _same_days(found: list[Fact]) -> None:
    """Put the facts of one day in their own order; most days have one, so this is cheaper than one long key."""
    start = 0
    for place in range(1, len(found) + 1):
        if place == len(found) or found[place].on != found[start].on:
            if place - start > 1:
                day = found[start:place]
                apart = len({_order(fact) for fact in day}) == len(day)
                found[start:place] = sorted(day, key=_order if apart else _exact)
            start = place


class Facts:
    """The facts of one case as known on a day: by kind, in order of time, corrections applied, the future left out.

    Planned things lie in the future by nature: kinds in `planned` are kept whatever their day.
    """

    def __init__(self, facts: Iterable[Fact], today: date, planned: Iterable[str] = ()) -> None:
        every = list(facts)
        replaced = {fact.replaces for fact in every if fact.replaces}
        keep = frozenset(planned)
        kinds: dict[str, list[Fact]] = {}
        for fact in every:
            if (fact.on <= today or fact.kind in keep) and not (replaced and fact.id in replaced):
                kinds.setdefault(fact.kind, []).append(fact)
        for found in kinds.values():
            if len(found) > 1:
                found.sort(key=_ON)
                _same_days(found)
        self._kinds = kinds
        self._days: dict[str, list[date]] = {}
        self.today = today

    def of(self, kind: str) -> Sequence[Fact]:
        """All facts of a kind, oldest first."""
        return self._kinds.get(kind, _NONE)

    def days(self, kind: str) -> Sequence[date]:
        """The days of all facts of a kind, oldest first."""
        found = self._days.get(kind)
        if found is None:
            found = self._days[kind] = [fact.on for fact in self.of(kind)]
        return found

    def put(self, kind: str, facts: Iterable[Fact]) -> None:
        """Set the facts of a kind that the family works out from others, oldest first."""
        self._kinds[kind] = list(facts)
        self._days.pop(kind, None)

    def kinds(self) -> set[str]:
        """The kinds that are there."""
        return set(self._kinds)

    def value(self, kind: str, name: str) -> tuple[Any, date | None]:
        """The latest known value of a field over all facts of the kind, and the day it was given; (None, None)."""
        for fact in reversed(self.of(kind)):
            if name in fact.values and fact.values[name] is not None:
                return fact.values[name], fact.on
        return None, None

    def last_kept(self, kind: str, test: Callable[[Fact], bool]) -> Fact | None:
        """The latest fact of a kind that passes."""
        return next((fact for fact in reversed(self.of(kind)) if test(fact)), None)

    @cached_property
    def reached(self) -> list[tuple[Fact, str, frozenset[str]]]:
        """Contacts that reached somebody: each with its kind (`text_two_way` for both sides of a text) and who took
        part. A registered substitute counts as the broker on the days of the substitution; a group session counts
        only with a note about the person (domain 0.5)."""
        found: list[tuple[Fact, str, frozenset[str]]] = []
        for fact in self.of("contact"):
            values = fact.values
            if values.get("outcome", "reached") != "reached":
                continue
            if values.get("group") and not values.get("individual_note"):
                continue
            kind = values.get("kind") or ""
            present = frozenset(values.get("participants") or ())
            if "substitute" in present and "broker" not in present and self.has_role("substitute", fact.on):
                present |= {"broker"}
            found.append((fact, "text_two_way" if kind == "text" and values.get("two_way") else kind, present))
        return found

    def counting(self, kinds: frozenset[str], by: frozenset[str], others: frozenset[str]) -> list[Fact]:
        """Reached contacts of these kinds with all of `others` and, if any are named, one of `by`; oldest first."""
        return [
            fact
            for fact, kind, present in self.reached
            if kind in kinds and others <= present and (not by or not by.isdisjoint(present))
        ]

    @cached_property
    def roles(self) -> dict[str, list[Fact]]:
        """Role assignments by role code."""
        found: dict[str, list[Fact]] = {}
        for fact in self.of("role"):
            found.setdefault(str(fact.get("role")), []).append(fact)
        return found

    def has_role(self, role: str, day: date) -> bool:
        """Whether somebody held the role on `day`."""
        return any(fact.holds(day) for fact in self.roles.get(role, ()))
