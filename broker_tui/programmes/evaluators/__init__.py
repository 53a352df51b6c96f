"""One function per evaluator type: it takes a rule and gives a check that is run for every case."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from broker_tui.programmes import definition as shape
from broker_tui.programmes.evaluators import cadence, counting, events, once, standing
from broker_tui.programmes.results import Obligation

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course
    from broker_tui.programmes.program import Program

Check = Callable[["Course"], Obligation | Sequence[Obligation]]
"""What a rule says about a course: one obligation, several, or none (not applicable)."""


_MAKERS: dict[type[shape.Part], Callable[..., Check]] = {
    shape.Criterion: once.criterion,
    shape.Deadline: once.deadline,
    shape.Review: once.deadline,
    shape.Checklist: once.checklist,
    shape.Gated: once.gate,
    shape.Cadence: cadence.cadence,
    shape.WindowCount: counting.window_count,
    shape.Slots: counting.slots,
    shape.PerEvent: events.per_event,
    shape.Planned: events.planned,
    shape.ReplyTimer: events.reply_timer,
    shape.Info: standing.info,
    shape.Kpi: standing.figure,
}


def make(rule: shape.Rule, program: "Program") -> Check:
    """The check of a rule.

    Raises:
        ConditionFault, ExpressionFault: its parameters make no sense.
    """
    return _MAKERS[type(rule.evaluator)](rule, rule.evaluator, program)
