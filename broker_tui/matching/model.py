"""What matching reads: a citizen's profile, a position with its tasks, a company. Hours are whole minutes a week.

Nothing else may enter: no diagnosis, age, sex, origin, benefit or refund date.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from broker_tui.matching.needs import DEMANDS, NEEDS

STEP = 30
"""Hours are shared out in half hours."""
HOUR = 60
DAY = 24 * HOUR


class BadInput(ValueError):
    """Something that cannot be matched as it is written; the message says what and what to do."""


class Slot(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """A stretch of a weekday (1 Monday to 7 Sunday), in minutes after midnight."""

    day: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not (1 <= self.day <= 7 and 0 <= self.start < self.end <= DAY):
            raise BadInput(
                f"day {self.day} {self.start}-{self.end}: give a weekday 1-7 and a time that ends after it starts"
            )

    @property
    def minutes(self) -> int:
        return self.end - self.start


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An accommodation need: hard (never broken) or soft (counts in the score). Hours and times are minutes."""

    code: str
    hard: bool = True
    value: int | None = None

    def __post_init__(self) -> None:
        kind = NEEDS.get(self.code)
        if kind is None:
            raise BadInput(f"there is no need {self.code!r}; there are {', '.join(NEEDS)}")
        if self.value is None and kind.must_say:
            raise BadInput(f"{self.code}: say how much ({kind.unit})")
        if self.value is not None and self.value < (1 if self.code == "few_tasks" else 0):
            raise BadInput(f"{self.code}: {self.value} is too small")


class Mitigation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An adaptation the company has agreed to: the demand is gone for this task."""

    demand: str
    on: date
    by: str


class Citizen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The profile that is searched. What is None was not asked and never counts as fine where a demand is hard."""

    id: str
    capacity: int | None = None
    committed: int = 0
    competences: Mapping[str, int] = {}
    needs: tuple[Need, ...] = ()
    wishes: tuple[str, ...] = ()
    refused_areas: tuple[str, ...] = ()
    refused_companies: tuple[str, ...] = ()
    availability: tuple[Slot, ...] | None = None
    travel: Mapping[str, int] = {}
    """Minutes by company."""
    travel_limit: int | None = None
    waiting_since: date | None = None

    def __post_init__(self) -> None:
        levels(self.competences, self.id)
        if self.committed < 0 or (self.capacity is not None and self.capacity < 0):
            raise BadInput(f"{self.id}: hours cannot be less than none")

    @property
    def residual(self) -> int:
        """Minutes a week still free, in whole half hours."""
        return max(0, (self.capacity or 0) - self.committed) // STEP * STEP

    def hard(self, code: str) -> int | None:
        """The strictest hard parameter of a need, None without one."""
        return min((n.value for n in self.needs if n.code == code and n.hard and n.value is not None), default=None)


class Task(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task of a position. A demand that is not listed is unknown unless the list is `complete`."""

    id: str
    minutes: int
    area: str = ""
    must: Mapping[str, int] = {}
    plus: Mapping[str, int] = {}
    trainable: bool = False
    demands: Mapping[str, int | bool] = {}
    complete: bool = False
    unknown: tuple[str, ...] = ()
    mitigated: tuple[Mitigation, ...] = ()
    fixed: tuple[Slot, ...] = ()
    adds_value: bool = False
    time_critical: bool | None = None
    share: int | None = None
    """How many people may share it, 1 to 3."""
    min_slice: int = HOUR

    def __post_init__(self) -> None:
        if self.minutes < STEP or self.minutes % STEP or self.min_slice < STEP or self.min_slice % STEP:
            raise BadInput(f"{self.id}: hours and smallest share are whole half hours, at least one")
        if self.share is not None and not 1 <= self.share <= 3:
            raise BadInput(f"{self.id}: a task is shared by 1 to 3 people")
        levels(self.must, self.id)
        levels(self.plus, self.id)
        for code in (*self.demands, *self.unknown, *(m.demand for m in self.mitigated)):
            if code not in DEMANDS:
                raise BadInput(f"{self.id}: there is no demand {code!r}; there are {', '.join(DEMANDS)}")
        if self.fixed and sum(slot.minutes for slot in self.fixed) != self.minutes:
            raise BadInput(f"{self.id}: the fixed times should make up its hours")

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its fixed times, none where the company has agreed to let go of them."""
        return () if any(m.demand == "fixed_time" for m in self.mitigated) else self.fixed

    @property
    def smallest(self) -> int:
        """The smallest share anybody may have of it."""
        return self.minutes if self.slots or self.share == 1 else min(self.min_slice, self.minutes)

    def said(self, demand: str) -> int | None:
        """How much of a demand there is; None where nobody knows."""
        if any(m.demand == demand for m in self.mitigated):
            return 0
        if demand == "fixed_time" and self.fixed:
            return 1
        if demand == "time_critical" and self.time_critical is not None:
            return int(self.time_critical)
        if demand in self.demands:
            return int(self.demands[demand])
        return 0 if self.complete and demand not in self.unknown else None


class Company(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the position is."""

    id: str
    excluded: bool = False


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tasks that belong together at a company."""

    id: str
    company: Company
    tasks: tuple[Task, ...]

    def __post_init__(self) -> None:
        distinct((task.id for task in self.tasks), self.id)
        if not self.tasks:
            raise BadInput(f"{self.id}: a position needs at least one task")

    @property
    def minutes(self) -> int:
        return sum(task.minutes for task in self.tasks)


def levels(competences: Mapping[str, int], where: str) -> None:
    """Competence levels are 1 knows, 2 independent, 3 can teach."""
    for code, level in competences.items():
        if not 1 <= level <= 3:
            raise BadInput(f"{where}: {code} {level}: a level is 1, 2 or 3")


def distinct(ids: Iterable[str], where: str) -> None:
    """Refuse an id that comes twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise BadInput(f"{where}: {one} comes twice; give each its own id")
        seen.add(one)
