"""Placements as they stand on a day, put together from dated facts (domain section 0.7).

`placement` (terms), `agreement` (signed), `follow_up_plan`, `company_contact`, `placement_cancelled` and
`placement_end` name the placement they are about in their field `placement`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from broker_tui.programmes.facts import ALWAYS, Fact, Facts

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Placement:
    """One stay at a workplace.

    Attributes:
        id: how the facts call it.
        start: the first day, actual or planned.
        last_day: the last day when it has ended or its planned end has passed.
        how: `completed`, `interrupted`, `converted`; "" while it lasts.
    """

    id: str
    type: str
    company: str
    start: date | None
    planned_end: date | None
    signed_on: date | None = None
    plan_on: date | None = None
    contact_on: date | None = None
    cancelled_on: date | None = None
    last_day: date | None = None
    how: str = ""
    facts: list[Fact] = field(default_factory=list)

    def started(self, today: date) -> bool:
        """Whether it ever began."""
        return self.cancelled_on is None and self.start is not None and self.start <= today

    def ended(self, today: date) -> bool:
        """Whether its last day lies behind."""
        return self.last_day is not None and self.last_day < today

    def under_way(self, today: date) -> bool:
        """Whether today is one of its days."""
        return self.started(today) and not self.ended(today)

    @property
    def days(self) -> int:
        """How many days it lasted (0 when it never began or has no last day)."""
        if self.start is None or self.last_day is None or self.cancelled_on is not None:
            return 0
        return max(0, (self.last_day - self.start).days + 1)


def build(facts: Facts, today: date) -> list[Placement]:
    """All placements, tasters left out (a taster is never a placement), by start and then name."""
    found: dict[str, Placement] = {}
    for fact in facts.of("placement"):
        name = str(fact.get("placement") or fact.id)
        known = found.get(name)
        if known is None:
            found[name] = known = Placement(name, "", "", None, None)
        known.facts.append(fact)
        known.type = str(fact.get("type") or known.type)
        known.company = str(fact.get("company") or known.company)
        known.start = day_named(fact, "start") or known.start or (None if fact.on == ALWAYS else fact.on)
        known.planned_end = day_named(fact, "planned_end") or known.planned_end
    for kind, attribute in (
        ("agreement", "signed_on"),
        ("follow_up_plan", "plan_on"),
        ("company_contact", "contact_on"),
    ):
        for fact in facts.of(kind):
            placement = found.get(str(fact.get("placement")))
            if placement is not None and getattr(placement, attribute) is None:
                setattr(placement, attribute, fact.on)
    for fact in facts.of("placement_cancelled"):
        if (placement := found.get(str(fact.get("placement")))) is not None:
            placement.cancelled_on = fact.on
    for fact in facts.of("placement_end"):
        if (placement := found.get(str(fact.get("placement")))) is not None:
            placement.last_day = day_named(fact, "last_day") or fact.on
            placement.how = str(fact.get("how") or "completed")
    for placement in found.values():
        if placement.last_day is None and placement.planned_end is not None and placement.planned_end < today:
            placement.last_day, placement.how = placement.planned_end, "completed"
    return sorted(
        (p for p in found.values() if p.type != "taster"),
        key=lambda p: (p.start or date.max, p.signed_on or date.max, p.id),
    )


def day_named(fact: Fact, name: str) -> date | None:
    """The day a fact tells in one of its fields."""
    raw = fact.get(name)
    return date.fromisoformat(raw) if isinstance(raw, str) else raw


def current(placements: Sequence[Placement], today: date) -> Placement | None:
    """The signed one that is planned or under way; of several the one signed last (domain 1.9)."""
    alive = [p for p in placements if p.signed_on is not None and p.cancelled_on is None and not p.ended(today)]
    return max(alive, key=lambda p: (p.signed_on or date.min, p.start or date.min, p.id), default=None)


def last_ended(placements: Sequence[Placement], today: date) -> Placement | None:
    """The one that ended last, of those that began."""
    over = [p for p in placements if p.started(today) and p.ended(today)]
    return max(over, key=lambda p: (p.last_day or date.min, p.id), default=None)


def bridged(former: Placement, successor: Placement | None, days: int) -> bool:
    """Whether `successor` is signed and starts within `days` of the former's last day."""
    return (
        successor is not None
        and successor is not former
        and successor.signed_on is not None
        and successor.start is not None
        and former.last_day is not None
        and former.start is not None
        and successor.start >= former.start
        and successor.start <= former.last_day + timedelta(days=days)
    )


def chain_start(placements: Sequence[Placement], today: date, bridge_days: int) -> date | None:
    """Start of the run of bridged placements that is under way today (or in its bridge); None when none is."""
    begun = [p for p in placements if p.started(today)]
    alive = [p for p in begun if not p.ended(today)]
    ahead = current(placements, today)
    if not alive:
        former = last_ended(placements, today)
        if former is None or not bridged(former, ahead, bridge_days):
            return None
        alive = [former]
    first = min(alive, key=lambda p: p.start or date.max)
    while True:
        before = [
            p
            for p in begun
            if p is not first and (p.start or date.max) < (first.start or date.min) and bridged(p, first, bridge_days)
        ]
        if not before:
            return first.start
        first = min(before, key=lambda p: p.start or date.max)


def company_run_start(placements: Sequence[Placement], today: date) -> date | None:
    """Start of the first placement of the latest run at one company; only another company breaks a run."""
    begun = [p for p in placements if p.started(today)]
    if not begun:
        return None
    start, company = begun[-1].start, begun[-1].company
    for placement in reversed(begun):
        if placement.company != company:
            break
        start = placement.start
    return start
