"""The soft score of a citizen for a task and the ranking of citizens for a position, in exact fractions."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from broker_tui.matching.constraints import Check, askable, checks, open_to
from broker_tui.matching.model import Citizen, Company, Position, Task, distinct
from broker_tui.matching.needs import clashes
from broker_tui.matching.room import room

HALF = Fraction(1, 2)
TILTED = 25
Lean = Literal["citizen", "company", ""]


class Score(msgspec.Struct, frozen=True):
    """The five parts in points, of 40, 25, 15, 10 and 10."""

    competences: Fraction
    wish: Fraction
    accommodation: Fraction
    value: Fraction
    travel: Fraction

    @property
    def total(self) -> Fraction:
        return self.citizen_points + self.company_points

    @property
    def citizen_points(self) -> Fraction:
        return self.wish + self.accommodation + self.travel

    @property
    def company_points(self) -> Fraction:
        return self.competences + self.value

    @property
    def tilt(self) -> Fraction:
        """Citizen points less company points."""
        return self.citizen_points - self.company_points

    @property
    def leans(self) -> Lean:
        return "" if abs(self.tilt) <= TILTED else "citizen" if self.tilt > 0 else "company"


class Part(msgspec.Struct, frozen=True):
    """Hours of one task that somebody would take."""

    task: str
    minutes: int
    score: Score


class Seen(msgspec.Struct, frozen=True):
    """Every constraint of a citizen for one task."""

    task: str
    checks: tuple[Check, ...]


class Ranked(msgspec.Struct, frozen=True):
    """A citizen in the ranking, with everything it rests on; `fit` is the mean score over the hours taken."""

    citizen: str
    final: Decimal
    fit: Fraction
    cov: Fraction
    score: Score
    parts: tuple[Part, ...]
    seen: tuple[Seen, ...]


class Excluded(msgspec.Struct, frozen=True):
    """A citizen no task is open to; `ask` when an answer could open one."""

    citizen: str
    ask: bool
    seen: tuple[Seen, ...]


class Ranking(msgspec.Struct, frozen=True):
    """The citizens for a position, best first, and those it is closed to."""

    ranked: tuple[Ranked, ...]
    excluded: tuple[Excluded, ...]


def rounded(value: Fraction, places: int = 1) -> Decimal:
    """Half up (towards more), to a number of decimals."""
    steps = (value * 10**places + HALF).__floor__()
    return Decimal(steps).scaleb(-places)


def score(citizen: Citizen, task: Task, company: Company) -> Score:
    """How well a task suits a citizen and the company, 0 to 100. Hard constraints are not looked at here."""
    return Score(
        40 * _competences(citizen, task),
        25 * _wish(citizen, task),
        15 * _accommodation(citizen, task),
        10 * (HALF * task.adds_value + HALF * (task.said("time_critical") == 0)),
        10 * _travel(citizen, company),
    )


def rank(position: Position, citizens: Sequence[Citizen]) -> Ranking:
    """Citizens in order of their final score, then longest waiting, then id, whatever the order they come in."""
    distinct((citizen.id for citizen in citizens), position.id)
    ranked: list[tuple[Citizen, Ranked]] = []
    excluded: list[Excluded] = []
    for citizen in citizens:
        seen = tuple(Seen(task.id, checks(citizen, task, position.company)) for task in position.tasks)
        seen = tuple(sorted(seen, key=lambda one: one.task))
        parts = _taken(citizen, position, {one.task for one in seen if open_to(one.checks)})
        if parts:
            ranked.append((citizen, _ranked(citizen, position, parts, seen)))
        else:
            excluded.append(Excluded(citizen.id, any(askable(one.checks) for one in seen), seen))
    ranked.sort(key=lambda pair: (-pair[1].final, _waiting(pair[0]), pair[0].id))
    return Ranking(tuple(one for _, one in ranked), tuple(sorted(excluded, key=lambda one: one.citizen)))


def _ranked(citizen: Citizen, position: Position, parts: tuple[Part, ...], seen: tuple[Seen, ...]) -> Ranked:
    minutes = sum(part.minutes for part in parts)

    def mean(name: str) -> Fraction:
        return sum((getattr(part.score, name) * part.minutes for part in parts), Fraction(0)) / minutes

    means = Score(*(mean(name) for name in Score.__struct_fields__))
    cov = Fraction(minutes, position.minutes)
    final = rounded(Fraction(9, 10) * means.total + 10 * cov)
    return Ranked(citizen.id, final, means.total, cov, means, parts, seen)


def _waiting(citizen: Citizen) -> tuple[bool, str]:
    return citizen.waiting_since is None, str(citizen.waiting_since)


def _taken(citizen: Citizen, position: Position, eligible: set[str]) -> tuple[Part, ...]:
    """The best task first, as many hours as are left; a task that would break a time or a limit is passed over."""
    scored = [(score(citizen, task, position.company), task) for task in position.tasks if task.id in eligible]
    left, limit = citizen.residual, citizen.hard("few_tasks")
    parts: list[Part] = []
    fixed: list[Task] = []
    for found, task in sorted(scored, key=lambda pair: (-pair[0].total, pair[1].id)):
        if limit is not None and len(parts) >= limit:
            break
        loose = sum(part.minutes for part in parts) - sum(one.minutes for one in fixed)
        free = room(citizen, [*fixed, task])
        if free is None or free < loose:
            continue
        minutes = task.minutes if task.slots else min(task.minutes, free - loose)
        minutes = min(minutes, left)
        if minutes < task.smallest:
            continue
        parts.append(Part(task.id, minutes, found))
        left -= minutes
        if task.slots:
            fixed.append(task)
    return tuple(parts)


def _competences(citizen: Citizen, task: Task) -> Fraction:
    asked = 2 * len(task.must) + len(task.plus)
    if not asked:
        return Fraction(1)

    def reached(wanted: dict[str, int]) -> Fraction:
        shares = (Fraction(citizen.competences.get(code, 0), level) for code, level in wanted.items())
        return sum((min(Fraction(1), share) for share in shares), Fraction(0))

    return (2 * reached(dict(task.must)) + reached(dict(task.plus))) / asked


def _wish(citizen: Citizen, task: Task) -> Fraction:
    if not citizen.wishes:
        return HALF
    if task.area not in citizen.wishes:
        return Fraction(3, 10)
    return (Fraction(1), Fraction(4, 5), Fraction(3, 5))[min(2, citizen.wishes.index(task.area))]


def _accommodation(citizen: Citizen, task: Task) -> Fraction:
    soft = [need for need in citizen.needs if not need.hard]
    if not soft:
        return Fraction(1)
    met = sum(all(verdict != "conflict" for _, verdict in clashes(need, task)) for need in soft)
    return Fraction(met, len(soft))


def _travel(citizen: Citizen, company: Company) -> Fraction:
    minutes, limit = citizen.travel.get(company.id), citizen.travel_limit
    if minutes is None or limit is None:
        return HALF
    return max(Fraction(0), 1 - Fraction(minutes, limit)) if limit else Fraction(int(minutes == 0))
