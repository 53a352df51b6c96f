"""From days to a state: what all evaluators share (domain section 0.3).

In this order: the evidence, what the broker said about the time before this program, a waiver, an explanation, the
time before this program, then the calendar.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from broker_tui.programmes.definition import Rule
from broker_tui.programmes.results import Obligation, Reason, State

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course

EXPLAINED_DAYS = 28
"""How far ahead an explanation may reach, in days (a local setting of the product)."""
WAIVER_ROLES = ("lead", "caseworker", "outreach_consultant")
"""Who may waive."""


class Clock:
    """The running of one obligation before its state is known."""

    __slots__ = ("anchor", "due", "state", "until", "waived")

    def __init__(self, anchor: date | None, due: date | None) -> None:
        self.anchor = anchor
        self.due = due
        self.state: State | None = None
        self.until: date | None = None
        self.waived: tuple[date, date] | None = None
        """The interval before this one, when it was waived: from when it ran and when it was due."""


class Timing(msgspec.Struct, kw_only=True):
    """What an evaluator found out about an obligation before its state is known.

    Attributes:
        knowable: its evidence is the course of the case itself, so a clock from before this program counts.
        red: whether it can be overdue.
    """

    due: date | None = None
    since: date | None = None
    clock: str = ""
    key: str = ""
    opens: date | None = None
    closed_on: date | None = None
    soon: int = 7
    red: bool = True
    debt: bool = False
    attention: bool = False
    missing: tuple[str, ...] = ()
    knowable: bool = False


def dated(course: "Course", rule: Rule, timing: Timing) -> Obligation:
    """An obligation that is done once."""
    due, since, key, closed_on, red = timing.due, timing.since, timing.key, timing.closed_on, timing.red
    attention, opens, reason = timing.attention, timing.opens, None
    today = course.today
    state: State
    days = 0
    if closed_on is not None:
        state = "closed_late" if due is not None and closed_on > due else "closed"
        days = (closed_on - due).days if due is not None and closed_on > due else 0
    elif (said := _settled(course, rule.id, key)) == "met":
        state, closed_on, reason = "closed", due, Reason("settled")
    elif _waived(course, rule.id, key):
        state = "waived"
    elif (until := _explained(course, rule, due, since)) is not None and today <= until:
        state, due = "explained", until
    else:
        if until is not None and (due is None or until > due):
            due = until
        before = course.known_from
        if (
            before is not None
            and said != "open"
            and due is not None
            and _ran_before(since, due, before, timing.knowable)
        ):
            state, reason = "unknown", Reason("before_program")
        elif opens is not None and today < opens:
            state = "upcoming"
        elif due is None:
            state = "open"
        else:
            state = by_calendar(today, due, timing.soon, red)
            days = (today - due).days if today > due and red else 0
            attention = attention or (today > due and not red)
    return Obligation(
        rule=rule.id,
        state=state,
        key=key,
        opens=opens,
        due=due,
        act_by=course.act_by(due) if due is not None and state in ("open", "due_soon", "overdue", "upcoming") else None,
        since=since,
        clock=timing.clock,
        closed_on=closed_on,
        days=days,
        missing=timing.missing,
        debt=timing.debt,
        attention=attention,
        reason=reason,
    )


def _ran_before(since: date | None, due: date, known_from: date, knowable: bool) -> bool:
    if knowable or since is None:
        return due < known_from
    return since < known_from


def by_calendar(today: date, due: date, soon: int, red: bool = True) -> State:
    """Open, due soon or overdue; what is never red stays open."""
    if today > due:
        return "overdue" if red else "open"
    return "due_soon" if today >= due - timedelta(days=soon) else "open"


def rolling(course: "Course", rule: Rule, clock: Clock, after: Callable[[date], date]) -> None:
    """Apply waivers and explanations to one interval of a cadence, moving `clock` on.

    A waiver covers the running interval, which goes on to be reported as waived; the next begins where it ends, on the
    due day or on the day of the waiver, whichever is later. An explanation replaces the due day of the interval in
    which it was given.
    """
    today = course.today
    for fact in course.waivers.get(rule.id, ()):
        if clock.anchor is None or clock.due is None or fact.on < clock.anchor:
            continue
        reach = fact.until or max(clock.due, fact.on)
        if today <= reach:
            clock.state = "waived"
            return
        if reach >= clock.due:
            clock.waived = (clock.anchor, clock.due)
            clock.anchor = reach
            clock.due = after(reach)
    until = _explained(course, rule, clock.due, clock.anchor)
    if until is not None:
        if today <= until:
            clock.state, clock.due = "explained", until
        elif clock.due is None or until > clock.due:
            clock.due = until


def _settled(course: "Course", rule: str, key: str) -> str | None:
    found = [fact for fact in course.settlements.get(rule, ()) if str(fact.get("key") or "") in ("", key)]
    return str(found[-1].get("state")) if found else None


def _waived(course: "Course", rule: str, key: str) -> bool:
    return any(
        str(fact.get("key") or "") in ("", key) and (fact.until is None or course.today <= fact.until)
        for fact in course.waivers.get(rule, ())
    )


def _explained(course: "Course", rule: Rule, due: date | None, since: date | None) -> date | None:
    """How far the latest explanation given since the clock started reaches; only rules that may be explained."""
    if not course.explanations or not (rule.may_explain or rule.id in course.explainable):
        return None
    found = [fact for fact in course.explanations.get(rule.id, ()) if since is None or fact.on >= since]
    if not found:
        return None
    last = found[-1]
    limit = last.on + timedelta(days=EXPLAINED_DAYS)
    return min(last.until, limit) if last.until is not None else limit
