"""The best group of one size, over all groups: fewest shared tasks, highest score, most backups, lowest ids."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from broker_tui.matching.grid import Grid
from broker_tui.matching.placing import SPARE, Budget, Option, Placing, Way, highest, undone

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
    any_way: bool = False
    """The first way is good enough."""
    _lines: dict[tuple[int, int], list[tuple[int, tuple[int, ...]]]] = field(default_factory=dict)
    _hopeless: set[tuple[int, ...]] = field(default_factory=set)

    def best(self, size: int, missing: int = 0) -> Found | None:
        """The best group of a size that leaves exactly so many half hours undone."""
        if self.any_way:
            return self._champion(((0, team) for team in self._teams(size, missing)), self.max_shared, missing)
        lines = self._groups(size, missing)
        for shared in range(self.max_shared + 1):
            if size > len(self.grid.tasks) + shared * 2:
                continue
            champion = self._champion(lines, shared, missing)
            if champion is not None:
                return champion
        return None

    def partial(self, most: int) -> tuple[Found, int] | None:
        """Most hours, then smallest group, then as `best`; with the half hours left undone."""
        sizes = range(max(1, len(self.grid.fixed)), most + 1)
        for missing in range(max(1, self._least(sizes)), self.grid.total):
            for size in sizes:
                found = self.best(size, missing)
                if found is not None:
                    return found, missing
        return None

    def covers_more(self, most: int, missing: int) -> int | None:
        """The fewest half hours that must stay undone if they are fewer than these, whoever does the rest."""
        sizes = range(max(1, len(self.grid.fixed)), most + 1)
        self.any_way = True
        for fewer in range(self._least(sizes), missing):
            if any(self.best(size, fewer) for size in sizes):
                return fewer
        return None

    def _least(self, sizes: range) -> int:
        """Half hours that stay undone at least, whichever group it is."""
        least = self.grid.total
        for size in sizes:
            while team := next(self._teams(size, least - 1), None):
                least = undone(self.grid, team)
        return least

    def _champion(self, lines: Iterable[tuple[int, tuple[int, ...]]], shared: int, missing: int) -> Found | None:
        budget = Budget(self.steps)
        champion: Found | None = None
        seen: set[tuple[tuple[int, tuple[int, ...]], ...]] = set()
        for bound, team in lines:
            if champion is not None and bound < champion.points:
                break
            # groups of the same make come in order of their ids: the first is the one that counts
            twins = tuple(sorted((self.grid.rows[n].kind, self.grid.rows[n].scores) for n in team))
            if twins in seen:
                continue
            seen.add(twins)
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
            if self.any_way:
                return Found(team, shared, way.points, 0, way.options)
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
        return sum(sum(self.grid.rows[n].eligible >> i & 1 for n in team) > 1 for i in range(len(self.grid.tasks)))

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

    def _groups(self, size: int, missing: int) -> list[tuple[int, tuple[int, ...]]]:
        """Groups of a size as (highest score thinkable, group), most promising first."""
        if (size, missing) not in self._lines:
            lines = [(highest(self.grid, team), team) for team in self._teams(size, missing)]
            self._lines[size, missing] = sorted(lines, key=lambda line: (-line[0], line[1]))
        return self._lines[size, missing]

    def _teams(self, size: int, missing: int) -> Iterator[tuple[int, ...]]:
        """Groups of which nothing yet says that they must leave more undone."""
        grid = self.grid
        stay, looked_at = tuple(sorted(grid.fixed)), count()
        rest = [n for n, row in enumerate(grid.rows) if n not in grid.fixed and row.eligible and row.left]
        rest.sort(key=lambda n: (-grid.rows[n].left, n))
        later = [0] * (len(rest) + 1)
        for place in reversed(range(len(rest))):
            later[place] = later[place + 1] | grid.rows[rest[place]].eligible

        def grown(team: tuple[int, ...], start: int, left: int, able: int) -> Iterator[tuple[int, ...]]:
            open_seats = size - len(team)
            if not open_seats:
                if undone(grid, team) <= missing:
                    yield tuple(sorted(team))
                return
            for place in range(start, len(rest) - open_seats + 1):
                row = grid.rows[rest[place]]
                if left + open_seats * row.left < grid.total - missing:
                    return
                if grid.sums[grid.all & ~(able | later[place])] > missing:
                    return
                if next(looked_at) > GROUPS:
                    self.limited = True
                    return
                yield from grown((*team, rest[place]), place + 1, left + row.left, able | row.eligible)

        if size >= len(stay):
            rows = [grid.rows[n] for n in stay]
            able = 0
            for row in rows:
                able |= row.eligible
            yield from grown(stay, 0, sum(row.left for row in rows), able)
