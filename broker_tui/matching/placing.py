"""The best way to give out a position's tasks among one group of people, step by step over all ways that matter.

Ways that leave everybody with the same hours, fixed times and number of tasks are one: only the best of them is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broker_tui.matching.grid import PLENTY, Grid

State = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int, int]
"""Hours left, fixed tasks and tasks still allowed of each member; tasks that may still be shared; hours that may stay
undone."""
Option = tuple[tuple[int, int], ...]
"""Who takes how many half hours of one task."""
Trail = tuple["Trail", Option] | None
SPARE = 2
"""Half hours a backup needs."""


class Budget:
    """So many steps and no more, so that an answer comes; counted, so that it is the same on every machine."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    @property
    def spent(self) -> bool:
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Way:
    """One way to give out the tasks: options in the order of the grid's tasks."""

    points: int
    backups: int
    options: tuple[Option, ...]


def only(grid: Grid, team: Sequence[int]) -> list[tuple[int, int]]:
    """Per sub-group (as a mask) the tasks that no one else of the team can do and the hours the sub-group has."""
    everybody = (1 << len(team)) - 1
    able, left = [0], [0]
    for n in team:
        row = grid.rows[n]
        able += [mask | row.eligible for mask in able]
        left += [hours + row.left for hours in left]
    return [(grid.all & ~able[everybody ^ mask], left[mask]) for mask in range(everybody + 1)]


def undone(grid: Grid, team: Sequence[int]) -> int:
    """Half hours that must stay undone at least: what only a sub-group can do beyond the hours it has."""
    return max(grid.sums[tasks] - left for tasks, left in only(grid, team))


def highest(grid: Grid, team: Sequence[int]) -> int:
    """No way scores more: every task with whoever suits it best."""
    if len(team) == 1:
        return sum(grid.rows[team[0]].points)
    return sum(map(max, *(grid.rows[n].points for n in team)))


class Placing:
    """One group, so many shared tasks at most, so many half hours undone."""

    def __init__(self, grid: Grid, team: Sequence[int], shared: int, missing: int, spare: int = 0) -> None:
        self.grid, self.team, self.shared, self.missing, self.spare = grid, team, shared, missing, spare
        self.rows = [grid.rows[n] for n in team]
        self.able = [
            sum((row.eligible >> i & 1) << m for m, row in enumerate(self.rows)) for i in range(len(grid.tasks))
        ]
        self.start = tuple(row.left - SPARE * (spare >> m & 1) for m, row in enumerate(self.rows))
        count = len(grid.tasks)
        self.rest = [0] * (count + 1)
        for i in reversed(range(count)):
            self.rest[i] = self.rest[i + 1] + grid.hours[i] * max(row.scores[i] for row in self.rows)
        tests = [(mask, tasks) for mask, (tasks, _) in enumerate(only(grid, team)) if tasks]
        members = {mask: tuple(m for m in range(len(team)) if mask >> m & 1) for mask, _ in tests}
        self.tests = [
            [(grid.sums[tasks >> i << i], members[mask]) for mask, tasks in tests if tasks >> i]
            for i in range(count + 1)
        ]

    def best(self, floor: int, budget: Budget) -> Way | None:
        """The way with most points, then most tasks with a backup; None below the floor."""
        if min(self.start) < 0 or not self._possible(0, self.start, self.missing):
            return None
        few = tuple(row.few for row in self.rows)
        first: State = (self.start, (0,) * len(self.rows), few, self.shared, self.missing)
        layer: dict[State, tuple[int, int, Trail]] = {first: (0, 0, None)}
        for i in range(len(self.grid.tasks)):
            following: dict[State, tuple[int, int, Trail]] = {}
            for state, (points, backups, trail) in layer.items():
                if budget.spent:
                    return None
                budget.left -= 1
                for option in self._options(i, state):
                    scored = points + sum(hours * self.rows[m].scores[i] for m, hours in option)
                    if scored + self.rest[i + 1] < floor:
                        continue
                    after = self._after(i, state, option)
                    if not self._possible(i + 1, after[0], after[4]):
                        continue
                    others = self.able[i] & self.spare & ~sum(1 << m for m, _ in option)
                    backed = backups + bool(others and option)
                    known = following.get(after)
                    if known is None or (scored, backed) > known[:2]:
                        following[after] = (scored, backed, (trail, option))
            layer = following
        best: tuple[int, int, Trail] | None = None
        for state, way in layer.items():
            busy = all(left < began for left, began in zip(state[0], self.start, strict=True))
            if busy and state[4] == 0 and (best is None or way[:2] > best[:2]):
                best = way
        return None if best is None else Way(best[0], best[1], _walked(best[2]))

    def _possible(self, i: int, left: Sequence[int], missing: int) -> bool:
        for asked, members in self.tests[i]:
            lacking = asked
            for m in members:
                lacking -= left[m]
            if lacking > missing:
                return False
        return True

    def _after(self, i: int, state: State, option: Option) -> State:
        left, masks, few, shared, missing = list(state[0]), state[1], state[2], state[3], state[4]
        undone = self.grid.hours[i]
        for m, hours in option:
            left[m] -= hours
            undone -= hours
            if few[m] < PLENTY:
                few = (*few[:m], few[m] - 1, *few[m + 1 :])
            if self.grid.timed[i]:
                masks = (*masks[:m], masks[m] | 1 << i, *masks[m + 1 :])
        return tuple(left), masks, few, shared - (len(option) > 1), missing - undone

    def _options(self, i: int, state: State) -> Iterator[Option]:
        grid, missing = self.grid, state[4]
        hours, smallest = grid.hours[i], grid.slices[i]
        caps = [(m, self._cap(i, m, state)) for m in range(len(self.rows)) if self.able[i] >> m & 1]
        caps = [(m, cap) for m, cap in caps if cap >= smallest]
        alone = grid.sharers[i] == 1
        least = hours if alone else max(smallest, hours - missing)
        for m, cap in caps:
            for taken in range(min(hours, cap), least - 1, -1):
                yield ((m, taken),)
        if not alone and state[3]:
            for a, (m, cap) in enumerate(caps):
                for b in range(a + 1, len(caps)):
                    other, room = caps[b]
                    for x in range(min(cap, hours - smallest), smallest - 1, -1):
                        for y in range(min(room, hours - x), smallest - 1, -1):
                            if x + y >= least:
                                yield ((m, x), (other, y))
                            if grid.sharers[i] > 2:
                                yield from self._thirds(((m, x), (other, y)), caps[b + 1 :], i, least)
        if missing >= hours:
            yield ()

    def _thirds(self, two: Option, caps: list[tuple[int, int]], i: int, least: int) -> Iterator[Option]:
        given = sum(hours for _, hours in two)
        for m, cap in caps:
            for z in range(min(cap, self.grid.hours[i] - given), max(self.grid.slices[i], least - given) - 1, -1):
                yield (*two, (m, z))

    def _cap(self, i: int, m: int, state: State) -> int:
        """Half hours of this task the member can take; fixed tasks come first, so their times are settled by then."""
        left, mask = state[0][m], state[1][m]
        if not state[2][m]:
            return 0
        row, tasks = self.rows[m], self.grid.tasks
        if self.grid.timed[i]:
            return (
                self.grid.hours[i] if row.room(mask | 1 << i, tasks) is not None and left >= self.grid.hours[i] else 0
            )
        held = sum(self.grid.hours[place] for place in range(len(tasks)) if mask >> place & 1) if mask else 0
        return min(left, (row.room(mask, tasks) or 0) - (self.start[m] - left - held))


def _walked(trail: Trail) -> tuple[Option, ...]:
    found: list[Option] = []
    while trail is not None:
        trail, option = trail
        found.append(option)
    return tuple(reversed(found))
