"""Who together fill a position: smallest team, fewest shared tasks, highest mean score, most backups, lowest ids."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from broker_tui.matching.constraints import askable, checks
from broker_tui.matching.grid import Grid, grid, mean, shortened
from broker_tui.matching.model import STEP, BadInput, Citizen, Position, distinct
from broker_tui.matching.placing import SPARE
from broker_tui.matching.relax import relaxations, uncovered
from broker_tui.matching.results import (
    MOST_CANDIDATES,
    MOST_TASKS,
    Ask,
    Backup,
    Composed,
    Member,
    Params,
    Share,
    Shared,
    Team,
)
from broker_tui.matching.search import Found, Search

TRIAL_STEPS = 60_000
"""A change that is tried gets less time than the question itself."""


def compose(position: Position, citizens: Sequence[Citizen], params: Params | None = None) -> Composed:
    """The best team; where there is none, the best partial cover, the reasons, and what single change would help.

    Raises:
        BadInput: an id twice, or somebody who should stay and is not among the citizens.
    """
    params = params or Params()
    distinct((citizen.id for citizen in citizens), position.id)
    strangers = sorted({one.citizen for one in params.stays} - {citizen.id for citizen in citizens})
    if strangers:
        raise BadInput(f"{position.id}: {', '.join(strangers)} should stay but is not among the citizens")
    smaller = _searched(position)
    left_out = tuple(sorted({task.id for task in position.tasks} - {task.id for task in smaller.tasks}))
    ask = _asked(position, citizens)
    search, cut = _search(smaller, citizens, params)
    sizes = range(max(1, len(search.grid.fixed)), params.max_team + 1)
    for size in sizes:
        found = search.best(size)
        if found is not None:
            team = _team(search.grid, found)
            larger = _larger(search, team, range(size + 1, params.max_team + 1))
            return Composed(team, larger, None, ask, search.limited or cut or bool(left_out), left_out)
    best = search.partial(params.max_team)
    partial = _team(search.grid, best[0]) if best else None
    missing, solver = uncovered(smaller, citizens, partial, params), Solver()
    changes = relaxations(smaller, citizens, params, partial, solver)
    limited = search.limited or cut or bool(left_out) or solver.limited
    return Composed(None, None, partial, ask, limited, left_out, missing, changes)


class Solver:
    """What `relax` tries its changes with."""

    limited = False

    def team(self, position: Position, citizens: Sequence[Citizen], params: Params) -> Team | None:
        """The best team and nothing else."""
        search, _ = _search(position, citizens, params)
        search.steps = TRIAL_STEPS
        for size in range(max(1, len(search.grid.fixed)), params.max_team + 1):
            found = search.best(size)
            if found is not None:
                return _team(search.grid, found)
        self.limited |= search.limited
        return None

    def covered(self, position: Position, citizens: Sequence[Citizen], params: Params, before: int) -> int:
        """Minutes that can be covered if they are more than before, else as many as before."""
        search, _ = _search(position, citizens, params)
        search.steps = TRIAL_STEPS
        undone = search.covers_more(params.max_team, (position.minutes - before) // STEP)
        self.limited |= search.limited
        return before if undone is None else position.minutes - undone * STEP


def _search(position: Position, citizens: Sequence[Citizen], params: Params) -> tuple[Search, bool]:
    here = {one.citizen: one.minutes for one in params.stays}
    numbers, cut = shortened(grid(position, citizens, params.share, here), MOST_CANDIDATES)
    return Search(numbers, params.max_shared), cut


def _searched(position: Position) -> Position:
    """The eight tasks with most hours."""
    kept = sorted(position.tasks, key=lambda task: (-task.minutes, task.id))[:MOST_TASKS]
    return msgspec.structs.replace(position, tasks=tuple(sorted(kept, key=lambda task: task.id)))


def _larger(search: Search, team: Team, sizes: range) -> Team | None:
    """The first larger team, as small as possible, that suits better."""
    for size in sizes:
        found = search.best(size)
        if found is not None and mean(search.grid, found.points, search.grid.total) > team.mean:
            return _team(search.grid, found)
    return None


def _team(numbers: Grid, found: Found) -> Team:
    given: dict[int, list[Share]] = {n: [] for n in found.team}
    shared, missing, covered = [], [], 0
    for task, hours, place, option in _by_id(numbers, found):
        for m, taken in option:
            row = numbers.rows[found.team[m]]
            points = Fraction(row.scores[place], numbers.scale)
            given[found.team[m]].append(Share(task, taken * STEP, points))
        done = sum(taken for _, taken in option)
        covered += done
        if len(option) > 1:
            first = min(option, key=lambda one: (-one[1], one[0]))[0]
            shared.append(Shared(task, numbers.rows[found.team[first]].citizen.id))
        if done < hours:
            missing.append((task, (hours - done) * STEP))
    members = []
    for n, shares in given.items():
        row = numbers.rows[n]
        spare = row.left * STEP - sum(share.minutes for share in shares)
        members.append(Member(row.citizen.id, tuple(shares), spare))
    backups = tuple(_backups(numbers, found, members))
    points_mean = mean(numbers, found.points, covered)
    return Team(tuple(members), points_mean, covered * STEP, tuple(shared), backups, tuple(missing))


def _by_id(numbers: Grid, found: Found) -> list[tuple[str, int, int, tuple[tuple[int, int], ...]]]:
    rows = zip(numbers.tasks, numbers.hours, range(len(numbers.tasks)), found.options, strict=True)
    return sorted((task.id, hours, place, option) for task, hours, place, option in rows)


def _backups(numbers: Grid, found: Found, members: Sequence[Member]) -> list[Backup]:
    backups = []
    for task, _, place, option in _by_id(numbers, found):
        doers = {m for m, _ in option}
        for m, member in enumerate(members):
            able = numbers.rows[found.team[m]].eligible >> place & 1
            if option and m not in doers and able and member.spare >= SPARE * STEP:
                backups.append(Backup(task, member.citizen, member.spare))
    return backups


def _asked(position: Position, citizens: Sequence[Citizen]) -> tuple[Ask, ...]:
    found = []
    for citizen in sorted(citizens, key=lambda one: one.id):
        for task in sorted(position.tasks, key=lambda one: one.id):
            seen = checks(citizen, task, position.company)
            if askable(seen):
                about = tuple(sorted({check.key for check in seen if check.verdict == "ask"}))
                found.append(Ask(citizen.id, task.id, about))
    return tuple(found)
