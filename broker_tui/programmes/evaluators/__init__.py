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


def make(rule: shape.Rule, program: "Program") -> Check:  # noqa: PLR0911
    """The check of a rule.

    Raises:
        ConditionFault, ExpressionFault: its parameters make no sense.
    """
    what = rule.evaluator
    match what:
        case shape.Deadline():
            return once.deadline(rule, what, program)
        case shape.Criterion():
            return once.criterion(rule, what, program)
        case shape.Checklist():
            return once.checklist(rule, what, program)
        case shape.Gated():
            return once.gate(rule, what, program)
        case shape.Cadence():
            return cadence.cadence(rule, what, program)
        case shape.WindowCount():
            return counting.window_count(rule, what, program)
        case shape.Slots():
            return counting.slots(rule, what, program)
        case shape.PerEvent():
            return events.per_event(rule, what, program)
        case shape.Planned():
            return events.planned(rule, what, program)
        case shape.ReplyTimer():
            return events.reply_timer(rule, what, program)
        case shape.Info():
            return standing.info(rule, what, program)
        case shape.Kpi():
            return lambda _course: ()
