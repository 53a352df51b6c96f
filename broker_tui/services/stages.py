"""What a caseload asks of an evaluation: how long the step may last, and which signals raise a case into a view.

The names of signals are the programmes' own; this is the one place that reads them together.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from broker_tui.programmes.definition import Deadline
from broker_tui.programmes.results import OWED, Evaluation

if TYPE_CHECKING:
    from broker_tui.programmes.program import Program
    from broker_tui.services.programmes import Standing

PASSIVE = ("passive", "inactive", "idle", "unexplained_absence")
PASSIVE_FROM = ("passive_on",)
NEAR = ("near_exit", "exit_ready", "hours_30")
_LEAST_DAYS = 21
"""A deadline shorter than this, counted from the start of the step, is about a task and not about the step."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The longest a step may last."""

    rule: str
    days: int
    due: date


@dataclass(frozen=True, slots=True)
class Stage:
    """One case as the caseload shows it."""

    step: str
    differs: bool
    """A person confirmed another step than the one proposed now."""
    day: int | None
    most: int | None
    next_due: date | None
    overdue: bool
    exits_met: int
    exits_all: int
    long: bool
    passive: bool
    near_exit: bool
    left: bool
    """Events of a counted window are still to be held."""


def limit_of(program: "Program", evaluation: Evaluation) -> Limit | None:
    """How long the present step may last, where a deadline of the programme says so."""
    since = evaluation.since
    if since is None:
        return None
    found: list[Limit] = []
    for obligation in evaluation.obligations:
        rule = program.rules[obligation.rule].rule
        if rule.kind != "deadline" or not isinstance(rule.evaluator, Deadline) or obligation.due is None:
            continue
        if obligation.clock != f"{evaluation.step}.since" or obligation.since != since or rule.severity == "A":
            continue
        days = (obligation.due - since).days
        if days >= _LEAST_DAYS and obligation.state not in ("closed", "closed_late", "na"):
            found.append(Limit(rule.id, days, obligation.due))
    return min(found, key=lambda limit: limit.due, default=None)


def stage_of(standing: "Standing", program: "Program", today: date) -> Stage:
    """What the caseload shows of a case."""
    evaluation = standing.evaluation
    limit = limit_of(program, evaluation)
    owed = [o for o in standing.owed if program.rules[o.rule].rule.severity != "A"]
    due = min((o.due for o in owed if o.due is not None), default=None)
    missing = standing.exits_all - standing.exits_met
    signals = evaluation.signals
    since = [value for name in PASSIVE_FROM if isinstance(value := signals.get(name), date)]
    confirmed = evaluation.confirmed
    return Stage(
        step=evaluation.step,
        differs=confirmed is not None and bool(confirmed.step) and confirmed.step != evaluation.step,
        day=(today - evaluation.since).days if evaluation.since is not None else None,
        most=limit.days if limit is not None else None,
        next_due=due,
        overdue=any(o.state == "overdue" for o in owed),
        exits_met=standing.exits_met,
        exits_all=standing.exits_all,
        long=limit is not None and today > limit.due,
        passive=any(signals.get(name) for name in PASSIVE) or any(day <= today for day in since),
        near_exit=evaluation.exit_proposed is not None
        or any(signals.get(name) for name in NEAR)
        or (standing.exits_all > 1 and missing == 1),
        left=any(
            o.count is not None and o.count.done < o.count.minimum and o.state in OWED for o in evaluation.obligations
        ),
    )
