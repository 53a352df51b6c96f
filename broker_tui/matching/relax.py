"""Where no team is found: why, counted, and which single change would help."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from broker_tui.matching.constraints import checks, open_to
from broker_tui.matching.grid import residual
from broker_tui.matching.model import STEP, Citizen, Position, Task
from broker_tui.matching.results import Params, Relaxation, Team, Uncovered

MOST_MEMBERS = 9


class Solver(Protocol):
    """The search for a team, without the reasons."""

    def team(self, position: Position, citizens: Sequence[Citizen], params: Params) -> Team | None: ...

    def covered(self, position: Position, citizens: Sequence[Citizen], params: Params, before: int) -> int: ...


def uncovered(
    position: Position, citizens: Sequence[Citizen], partial: Team | None, params: Params
) -> tuple[Uncovered, ...]:
    """What nobody does, each with its reasons counted over all citizens."""
    missing = dict(partial.missing) if partial else {task.id: task.minutes for task in position.tasks}
    found = []
    for task in sorted(position.tasks, key=lambda one: one.id):
        if task.id in missing:
            counted: Counter[str] = Counter()
            for citizen in citizens:
                counted.update(set(_reasons(citizen, task, position, partial, params)))
            reasons = tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
            found.append(Uncovered(task.id, missing[task.id], reasons))
    return tuple(found)


def _reasons(citizen: Citizen, task: Task, position: Position, partial: Team | None, params: Params) -> Iterator[str]:
    seen = checks(citizen, task, position.company)
    if not open_to(seen, hours=False):
        yield from (check.key for check in seen if check.verdict != "passed" and check.rule != "H7")
        return
    if citizen.capacity is None:
        yield "capacity_unknown"
        return
    member = partial.has(citizen.id) if partial else None
    here = {one.citizen: one.minutes for one in params.stays}
    free = member.spare if member else residual(citizen, here) * STEP
    if free < task.smallest:
        yield "hours"
    elif partial and member is None and len(partial.members) >= params.max_team:
        yield "team_full"
    else:
        yield "combination"


def relaxations(
    position: Position, citizens: Sequence[Citizen], params: Params, partial: Team | None, solver: Solver
) -> tuple[Relaxation, ...]:
    """The single changes with which there is a team; where there are none, those that cover more hours."""
    tried = list(_changes(position, citizens, params))
    solved = []
    for change, changed, with_params in tried:
        team = solver.team(changed, citizens, with_params)
        if team is not None:
            solved.append(msgspec.structs.replace(change, team=team, covered=team.minutes))
    solved += _cuts(position, citizens, params, partial, solver)
    if solved:
        return tuple(solved)
    before = partial.minutes if partial else 0
    covers = [
        (change, solver.covered(changed, citizens, with_params, before)) for change, changed, with_params in tried
    ]
    return tuple(msgspec.structs.replace(change, covered=minutes) for change, minutes in covers if minutes > before)


def _changes(
    position: Position, citizens: Sequence[Citizen], params: Params
) -> Iterator[tuple[Relaxation, Position, Params]]:
    """Every change that touches something which stands in somebody's way, except cutting hours."""
    if params.max_team < MOST_MEMBERS:
        more = msgspec.structs.replace(params, max_team=params.max_team + 1)
        yield Relaxation(kind="member"), position, more
    for task in sorted(position.tasks, key=lambda one: one.id):
        seen = [check for citizen in citizens for check in checks(citizen, task, position.company)]
        demands = {check.args["demand"] for check in seen if check.rule == "H2" and check.verdict != "passed"}
        if task.slots or task.said("fixed_time") or "fixed_time" in demands:
            yield Relaxation(kind="flexible", task=task.id), with_task(position, flexible(task)), params
        for demand in sorted(demands - {"fixed_time"}):
            yield (
                Relaxation(kind="demand", task=task.id, demand=demand),
                with_task(position, without(task, demand)),
                params,
            )
        if any(check.code == "competence" for check in seen):
            changed = with_task(position, msgspec.structs.replace(task, trainable=True))
            yield Relaxation(kind="trainable", task=task.id), changed, params


def _cuts(
    position: Position, citizens: Sequence[Citizen], params: Params, partial: Team | None, solver: Solver
) -> Iterator[Relaxation]:
    """Tasks whose hours could be cut so that a team does all, each to the most hours with which there is one."""
    if partial is None:
        return
    for task in sorted(position.tasks, key=lambda one: one.id):
        if task.slots or task.fixed:
            continue
        gone = STEP if task.share == 1 or params.share == 1 else position.minutes - partial.minutes
        for minutes in range(task.minutes - gone, 0, -STEP):
            changed = with_task(position, msgspec.structs.replace(task, minutes=minutes))
            team = solver.team(changed, citizens, params)
            if team is not None:
                yield Relaxation(kind="hours", task=task.id, minutes=minutes, team=team, covered=team.minutes)
                break


def with_task(position: Position, task: Task) -> Position:
    """The position with one task as it would be."""
    tasks = tuple(task if one.id == task.id else one for one in position.tasks)
    return msgspec.structs.replace(position, tasks=tasks)


def flexible(task: Task) -> Task:
    """A task that may be done at any time, so it is not time critical either."""
    return msgspec.structs.replace(without(task, "time_critical"), fixed=(), demands={**task.demands, "fixed_time": 0})


def without(task: Task, demand: str) -> Task:
    """A task that does not ask something."""
    if demand == "time_critical":
        return msgspec.structs.replace(task, time_critical=False)
    return msgspec.structs.replace(task, demands={**task.demands, demand: 0})
