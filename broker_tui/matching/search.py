"""The best group of one size, over all groups: fewest shared tasks, highest score, most backups, lowest ids."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from broker_tui.matching.grid import Grid
from broker_tui.matching.placing import SPARE, Budget, Option, Placing, Way, able, highest, undone

GROUPS = 120_000
"""Groups looked at for one size; forty candidates have 9,880 groups of three."""
STEPS = 400_000


@dataclass(frozen=True, slots=True)
class Found:
    """A group with its way."""

    team: tuple[int, ...]
    shared: int
    points: int
    backups: int
    options: tuple[Option, ...]

    def better(self, other: "Found | None") -> bool:
        """Of two that share as many tasks."""
        if other is None:
            return True
        return (-self.points, -self.backups, self.team) < (-other.points, -other.backups, other.team)


@dataclass(slots=True)
class Search:
    """One grid looked through; `limited` once something had to be left out."""

    grid: Grid
    max_shared: int
    limited: bool = False
    steps: int = STEPS
    groups_left: int = GROUPS
    _lines: dict[int, list[tuple[int, int, tuple[int, ...]]]] = field(default_factory=dict)
    _hopeless: set[tuple[int, ...]] = field(default_factory=set)

    def best(self, size: int, missing: int = 0) -> Found | None:
        """The best group of a size that leaves exactly so many half hours undone."""
        lines = [(bound, team) for bound, least, team in self._groups(size) if least <= missing]
        for shared in range(self.max_shared + 1):
            if size > len(self.grid.tasks) + shared * 2:
                continue
            champion = self._champion(lines, shared, missing)
            if champion is not None:
                return champion
        return None

    def partial(self, most: int) -> tuple[Found, int] | None:
        """Most hours, then smallest group, then as `best`; with the half hours left undone."""
        sizes = range(1, most + 1)
        least = min((line[1] for size in sizes for line in self._groups(size)), default=self.grid.total)
        for missing in range(max(1, least), self.grid.total):
            for size in sizes:
                found = self.best(size, missing)
                if found is not None:
                    return found, missing
        return None

    def _champion(self, lines: list[tuple[int, tuple[int, ...]]], shared: int, missing: int) -> Found | None:
        budget = Budget(self.steps)
        champion: Found | None = None
        for bound, team in lines:
            if champion is not None and bound < champion.points:
                break
            shape = (shared, missing, *sorted(self.grid.rows[n].kind for n in team))
            if shape in self._hopeless:
                continue
            floor = champion.points if champion else 0
            way = Placing(self.grid, team, shared, missing).best(floor, budget)
            if budget.spent:
                self.limited = True
                break
            if way is None:
                if champion is None:
                    self._hopeless.add(shape)
                continue
            if champion is None or way.points > champion.points or self._may_win(team, champion, missing):
                way = self._backed(team, shared, missing, way, budget)
                found = Found(team, shared, way.points, way.backups, way.options)
                champion = found if found.better(champion) else champion
        return champion

    def _may_win(self, team: tuple[int, ...], champion: Found, missing: int) -> bool:
        """Whether a group that scores as much could still win by its backups or its ids."""
        most = self._most_backups(team, missing)
        return most > champion.backups or (most == champion.backups and team < champion.team)

    def _most_backups(self, team: tuple[int, ...], missing: int) -> int:
        spare = sum(self.grid.rows[n].left for n in team) - self.grid.total
        if spare < SPARE or missing:
            return 0
        return sum(can.bit_count() > 1 for can in able(self.grid, team))

    def _backed(self, team: tuple[int, ...], shared: int, missing: int, way: Way, budget: Budget) -> Way:
        """The same points with most backups: tried for everyone who may keep an hour to spare."""
        most = self._most_backups(team, missing)
        spare = sum(self.grid.rows[n].left for n in team) - self.grid.total
        for mask in range(1, 1 << len(team)):
            if way.backups >= most:
                break
            if mask.bit_count() * SPARE > spare:
                continue
            found = Placing(self.grid, team, shared, missing, mask).best(way.points, budget)
            if found is not None and found.points == way.points and found.backups > way.backups:
                way = found
        if budget.spent:
            self.limited = True
        return way

    def _groups(self, size: int) -> list[tuple[int, int, tuple[int, ...]]]:
        """Groups of a size as (highest score thinkable, half hours undone at least, group), most promising first."""
        if size not in self._lines:
            lines = [(highest(self.grid, team), undone(self.grid, team), team) for team in self._teams(size)]
            self._lines[size] = sorted(lines, key=lambda line: (-line[0], line[2]))
        return self._lines[size]

    def _teams(self, size: int) -> Iterator[tuple[int, ...]]:
        stay = self.grid.fixed
        rest = [n for n, row in enumerate(self.grid.rows) if n not in stay and row.eligible]
        if size < len(stay):
            return
        for added in combinations(rest, size - len(stay)):
            if not self.groups_left:
                self.limited = True
                return
            self.groups_left -= 1
            yield tuple(sorted((*stay, *added)))
