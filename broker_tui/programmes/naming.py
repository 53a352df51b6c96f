"""Which placement a fact is about when it does not say so: the app always says it, people who write facts do not.

A `placement` without a name is called by its company. An agreement, plan, contact person or registration without one is
about the placement told last that lacks it; hours, notes and ends are about the placement under way, if it is the only
one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from broker_tui.programmes.facts import ALWAYS, Fact

TERMS = frozenset({"agreement", "follow_up_plan", "company_contact", "registration", "internship_purpose", "paid_goal"})
"""Kinds that make up what is agreed about a placement."""
COURSE = frozenset(
    {
        "placement_cancelled",
        "placement_end",
        "hours",
        "attendance",
        "planned",
        "follow_up",
        "direct_contact",
        "internship_follow_up",
        "internship_doubt",
    }
)
"""Kinds about what happens during a placement."""
_OVER = ("placement_end", "placement_cancelled")
_ITEMS = frozenset({"agreement", "company_contact", "contact", "purpose"})
"""Registrations that are about a placement; others are about the case."""


@dataclass(slots=True)
class _Stay:
    name: str
    told: date
    start: date
    last: date = date.max


def named(facts: Iterable[Fact], today: date) -> Sequence[Fact]:
    """The facts with the placement they are about filled in where it is missing.

    A placement dated on its first day is known from the day its agreement was signed, so a start that lies ahead
    is not lost.
    """
    every = list(facts)
    stays = [fact for fact in every if fact.kind == "placement"]
    if not stays:
        return every
    ahead = any(fact.on > today for fact in stays)
    lacking = [fact for fact in every if _lacks(fact)]
    if not lacking and not ahead:
        return every
    over = [fact.on for fact in every if fact.kind in _OVER]
    changed = _names(stays, over)
    found = _found([changed.get(id(fact), fact) for fact in stays], every)
    changed |= _assigned(sorted((f for f in lacking if f.kind != "placement"), key=lambda f: f.on), found, every)
    result = [changed.get(id(fact), fact) for fact in every]
    return _brought_forward(result, today) if ahead else result


def _lacks(fact: Fact) -> bool:
    if fact.values.get("placement"):
        return False
    if fact.kind == "placement":
        return not fact.id
    if fact.kind == "registration":
        return fact.values.get("item") in _ITEMS
    return fact.kind in TERMS or fact.kind in COURSE


def _with(fact: Fact, **values: Any) -> Fact:
    return msgspec.structs.replace(fact, values={**fact.values, **values})


def _names(stays: Iterable[Fact], over: Sequence[date]) -> dict[int, Fact]:
    """Placements without a name, called by their company; one that starts after an end is another one there."""
    starts: dict[str, list[date]] = {}
    found: dict[int, Fact] = {}
    for fact in sorted(stays, key=lambda f: f.on):
        if fact.values.get("placement") or fact.id:
            continue
        base = str(fact.values.get("company") or fact.values.get("type") or "placement")
        begun = starts.setdefault(base, [])
        start = _start(fact)
        if not begun or any(begun[-1] <= day <= start for day in over):
            begun.append(start)
        place = len(begun)
        found[id(fact)] = _with(fact, placement=base if place == 1 else f"{base} {place}")
    return found


def _start(fact: Fact) -> date:
    raw = fact.values.get("start") or fact.on
    return date.fromisoformat(raw) if isinstance(raw, str) else raw


def _found(placements: Iterable[Fact], every: Iterable[Fact]) -> list[_Stay]:
    """The placements with the days they were told, began and ended, in the order in which they were told."""
    found: dict[str, _Stay] = {}
    for fact in sorted(placements, key=lambda f: f.on):
        name = str(fact.values.get("placement") or fact.id)
        if name in found:
            found[name].start = _start(fact)
        else:
            found[name] = _Stay(name, fact.on, _start(fact))
    for fact in every:
        if fact.kind in _OVER and fact.values.get("placement") in found:
            raw = fact.values.get("last_day") or fact.on
            found[str(fact.values["placement"])].last = date.fromisoformat(raw) if isinstance(raw, str) else raw
    return list(found.values())


def _assigned(lacking: Iterable[Fact], stays: Sequence[_Stay], every: Iterable[Fact]) -> dict[int, Fact]:
    taken = {_term(fact, str(fact.values["placement"])) for fact in every if fact.values.get("placement")}
    found: dict[int, Fact] = {}
    for fact in lacking:
        stay = _terms_of(fact, stays, taken) if fact.kind in TERMS else _under_way(fact, stays)
        if stay is None:
            continue
        found[id(fact)] = _with(fact, placement=stay.name)
        taken.add(_term(fact, stay.name))
        if fact.kind in _OVER:
            raw = fact.values.get("last_day") or fact.on
            stay.last = date.fromisoformat(raw) if isinstance(raw, str) else raw
    return found


def _term(fact: Fact, name: str) -> tuple[Any, ...]:
    return (fact.kind, fact.values.get("system"), fact.values.get("item"), name)


def _terms_of(fact: Fact, stays: Sequence[_Stay], taken: set[tuple[Any, ...]]) -> _Stay:
    known = [stay for stay in stays if stay.told <= fact.on]
    latest = known[-1] if known else None
    if latest is None or _term(fact, latest.name) in taken:
        later = (s for s in stays if s.told > fact.on and s.told != ALWAYS and _term(fact, s.name) not in taken)
        latest = next(later, latest)
    return latest or stays[0]


def _under_way(fact: Fact, stays: Sequence[_Stay]) -> _Stay | None:
    """The placement under way on the day of a fact; None when there are several, for then nobody can tell."""
    going = [stay for stay in stays if stay.start <= fact.on <= stay.last]
    if len(going) > 1:
        return None
    open_ended = going or [stay for stay in stays if stay.last >= fact.on]
    return open_ended[-1] if open_ended else stays[-1]


def _brought_forward(facts: Sequence[Fact], today: date) -> list[Fact]:
    signed: dict[str, date] = {}
    for fact in facts:
        if fact.kind == "agreement" and fact.on <= today and (name := fact.values.get("placement")):
            signed[str(name)] = min(fact.on, signed.get(str(name), date.max))
    result: list[Fact] = []
    for fact in facts:
        day = signed.get(str(fact.values.get("placement") or fact.id)) if fact.kind == "placement" else None
        if day is not None and fact.on > today:
            start = fact.values.get("start") or fact.on.isoformat()
            fact = msgspec.structs.replace(fact, on=day, values={**fact.values, "start": start})
        result.append(fact)
    return result
