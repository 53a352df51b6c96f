"""A position and its candidates as whole numbers: half hours, bit masks, scores over a common denominator."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from broker_tui.matching.constraints import checks, open_to
from broker_tui.matching.model import STEP, Citizen, Position, Task
from broker_tui.matching.room import room
from broker_tui.matching.score import Score, score

PLENTY = 99


@dataclass(slots=True)
class Row:
    """One candidate; task places are those of the grid."""

    citizen: Citizen
    left: int
    scores: tuple[int, ...]
    points: tuple[int, ...]
    """Scores times the hours of the task."""
    eligible: int
    few: int
    kind: int
    """Candidates of one kind can be placed in exactly the same ways, apart from scores."""
    rooms: dict[int, int | None] = field(default_factory=dict)

    def room(self, mask: int, tasks: Sequence[Task]) -> int | None:
        """Half hours for flexible tasks beside the fixed ones in the mask."""
        if mask not in self.rooms:
            found = room(self.citizen, [task for place, task in enumerate(tasks) if mask >> place & 1])
            self.rooms[mask] = None if found is None else found // STEP
        return self.rooms[mask]


@dataclass(slots=True)
class Grid:
    """Tasks (fixed times first, then those with fewest candidates) and the candidates in order of their ids."""

    tasks: list[Task]
    hours: list[int]
    slices: list[int]
    sharers: list[int]
    rows: list[Row]
    fixed: frozenset[int]
    scale: int
    sums: list[int] = field(init=False)
    """Half hours of every set of tasks, by mask."""
    all: int = field(init=False)
    total: int = field(init=False)
    timed: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        self.sums = [0]
        for hours in self.hours:
            self.sums += [before + hours for before in self.sums]
        self.all = len(self.sums) - 1
        self.total = self.sums[-1]
        self.timed = [bool(task.slots) for task in self.tasks]


def residual(citizen: Citizen, here: dict[str, int]) -> int:
    """Half hours free; what a fixed member already has in this position counts as free for it."""
    free = max(0, (citizen.capacity or 0) - max(0, citizen.committed - here.get(citizen.id, 0)))
    return free // STEP


def grid(position: Position, citizens: Sequence[Citizen], share: int, here: dict[str, int]) -> Grid:
    """The numbers of a position for candidates who are eligible for something, or who are to stay."""
    company = position.company
    fits: dict[tuple[str, str], Score] = {}
    for citizen in citizens:
        for task in position.tasks:
            if open_to(checks(citizen, task, company), hours=False):
                fits[citizen.id, task.id] = score(citizen, task, company)
    wanted = {task.id: sum(key[1] == task.id for key in fits) for task in position.tasks}
    tasks = sorted(position.tasks, key=lambda task: (not task.slots, wanted[task.id], task.id))
    scale = lcm(*(found.total.denominator for found in fits.values())) if fits else 1
    rows: list[Row] = []
    kinds: dict[tuple[object, ...], int] = {}
    for citizen in sorted(citizens, key=lambda one: one.id):
        eligible = sum(1 << place for place, task in enumerate(tasks) if (citizen.id, task.id) in fits)
        left = residual(citizen, here)
        if citizen.id not in here and not (eligible and left):
            continue
        scores = tuple(
            int(fits[citizen.id, task.id].total * scale) if (citizen.id, task.id) in fits else 0 for task in tasks
        )
        few = citizen.hard("few_tasks")
        times = (citizen.hard("max_day_hours"), tuple(sorted(citizen.availability or ())), citizen.availability is None)
        limit = PLENTY if few is None else few
        kind = kinds.setdefault((left, eligible, limit, *times), len(kinds))
        points = tuple(one * task.minutes // STEP for one, task in zip(scores, tasks, strict=True))
        rows.append(Row(citizen, left, scores, points, eligible, limit, kind))
    for row in rows:
        whole = row.room(0, tasks)
        row.left = min(row.left, whole or 0)
    return Grid(
        tasks,
        [task.minutes // STEP for task in tasks],
        [min(task.min_slice, task.minutes) // STEP for task in tasks],
        [1 if task.slots else task.share or share for task in tasks],
        rows,
        frozenset(place for place, row in enumerate(rows) if row.citizen.id in here),
        scale,
    )


def shortened(whole: Grid, most: int) -> tuple[Grid, bool]:
    """At most so many candidates: those who stay, then task by task whoever suits it best; True when some were left."""
    if len(whole.rows) <= most:
        return whole, False
    kept = set(whole.fixed)
    lines = []
    for place in range(len(whole.tasks)):
        able = [n for n, row in enumerate(whole.rows) if row.eligible >> place & 1]
        lines.append(sorted(able, key=lambda n: (-whole.rows[n].scores[place], whole.rows[n].citizen.id)))
    for depth in range(len(whole.rows)):
        for line in lines:
            if depth < len(line) and len(kept) < most:
                kept.add(line[depth])
    places = sorted(kept)
    rows = [whole.rows[place] for place in places]
    stay = frozenset(n for n, place in enumerate(places) if place in whole.fixed)
    return Grid(whole.tasks, whole.hours, whole.slices, whole.sharers, rows, stay, whole.scale), True


def mean(found: Grid, points: int, hours: int) -> Fraction:
    """The hours-weighted mean score."""
    return Fraction(points, found.scale * hours) if hours else Fraction(0)
