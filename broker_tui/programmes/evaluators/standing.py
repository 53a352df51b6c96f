"""Rules that ask nothing: advice and purposes (`info`), figures (`kpi`)."""

from typing import TYPE_CHECKING, Any

from broker_tui.programmes.conditions import lister
from broker_tui.programmes.definition import Info, Kpi, Rule
from broker_tui.programmes.results import Obligation, Reason

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course
    from broker_tui.programmes.evaluators import Check
    from broker_tui.programmes.program import Program


def info(rule: Rule, what: Info, program: "Program") -> "Check":
    """A text; with a count, a condition or a signal it says how many there are and when it deserves a look."""
    if what.counts is None and what.raised is None and what.signal is None:
        return lambda _course: ()
    events_of = lister(what.counts, program.params, program.reckon) if what.counts else None
    raised = program.condition(what.raised) if what.raised else None

    def check(course: "Course") -> Obligation:
        args: dict[str, Any] = {}
        if events_of is not None:
            args["count"] = len(events_of(course))
        attention = raised is not None and raised(course) is not None
        if what.signal is not None:
            attention = course.raised(what.signal)
            args["signal"] = what.signal
        return Obligation(
            rule=rule.id, state="info", attention=attention, reason=Reason("info", args) if args else None
        )

    return check


def figure(_rule: Rule, _what: Kpi, _program: "Program") -> "Check":
    """A figure asks nothing; `engine.figures` computes it."""
    return lambda _course: ()
