"""Computed signals of `guarantee` (domain 1.9): inactivity, idle search, exit, courses in a row, sanction, project."""

from datetime import date, timedelta

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.common import BROKER, CITIZEN, LIVE, held, is_held, latest, months_begun
from broker_tui.programmes.families.guarantee_hours import (
    active,
    hours_a_month,
    minutes_in_month,
    segments,
    thirty_hours,
)
from broker_tui.programmes.families.guarantee_sanction import sanction
from broker_tui.programmes.families.ladder import Search
from broker_tui.programmes.pauses import extend
from broker_tui.programmes.results import SETTLED, Obligation

_MISSED = ("no_show", "cancelled_by_citizen")


def raise_signals(course: Course, search: Search) -> None:
    """Everything computed that rules and screens ask for; a signal that is not raised is None."""
    raised = inactive_since(course, search)
    course.days["inactive.raised"] = raised
    course.signals |= {
        "current_placement": course.current.id if course.current is not None else None,
        "inactive": raised.isoformat() if raised is not None else None,
        "idle_search": _idle(course, search),
        "plan_goal_violation": _goal_violated(course),
        "talks_held": _talks(course) if search.step == "step1" else None,
        "setup_complete": _setup_complete(course),
    }
    _brokers(course)
    _year(course)
    _hours(course, search)
    _renewal(course)
    sanction(course)


# inactivity and idle search


def inactive_since(course: Course, search: Search) -> date | None:
    """The day the citizen counts as inactive; only a held contact clears it, attempts do not."""
    if search.step not in ("step1", "step2"):
        return _absent_since(course)
    last, row = _heard(course)
    misses = course.number("inactivity_missed")
    candidates = [row[misses - 1]] if len(row) >= misses else []
    if (quiet := _quiet_since(course, last)) is not None:
        candidates.append(quiet)
    return min(candidates, default=None)


def _heard(course: Course) -> tuple[date | None, list[date]]:
    """The day of the last held contact with the citizen, and the agreed talks missed in a row since."""
    last: date | None = None
    row: list[date] = []
    for fact in course.facts.of("contact"):
        if _meets(fact):
            last, row = fact.on, []
        elif fact.get("outcome") in _MISSED:
            row.append(fact.on)
    return last, row


def _meets(fact: Fact) -> bool:
    """Whether the citizen was really there: a text counts when both wrote, a letter never."""
    kind = fact.get("kind")
    return (
        is_held(fact)
        and (kind in LIVE or (kind == "text" and bool(fact.get("two_way"))))
        and "citizen" in (fact.get("participants") or ("citizen",))
    )


def _quiet_since(course: Course, last: date | None) -> date | None:
    """So many days without a held contact, from the day there is a broker; days of standstill do not count."""
    attached = course.met("guarantee.step1.exit-broker")
    if last is None or attached is None:
        return None
    quiet = extend(
        last, last + timedelta(days=course.number("inactivity_days")), course.pauses(("hold",)), course.today
    )
    quiet = max(quiet, attached)
    return quiet if quiet <= course.today else None


def _absent_since(course: Course) -> date | None:
    """At a company: its first note of unexplained absence since the citizen was last heard."""
    notes = [fact.on for fact in course.facts.of("absence") if not fact.get("explained")]
    if not notes:
        return None
    last, _row = _heard(course)
    return next((day for day in notes if last is None or day > last), None)


def _idle(course: Course, search: Search) -> int | None:
    """Days of search without an approach, a visit or a changed match sheet, once there are too many."""
    if search.step != "step2" or search.since is None:
        return None
    last = search.since
    for kind in ("company_approach", "match_sheet"):
        if found := course.facts.of(kind):
            last = max(last, found[-1].on)
    idle = (course.today - last).days
    return idle if idle >= course.number("idle_search_days") else None


# talks, plan, brokers, contact year, hours


def _talks(course: Course) -> int:
    """Held talks between consultant and citizen; the clarification typically takes one or two."""
    return sum(fact.get("kind") in LIVE for fact in held(course, "citizen", "outreach_consultant"))


def _goal_violated(course: Course) -> bool | None:
    """Education benefit with another goal than education."""
    benefit = course.facts.value("citizen", "benefit")[0]
    goal = course.facts.value("plan", "long_term_goal")[0]
    return True if benefit == "education_benefit" and goal not in (None, "education") else None


def _brokers(course: Course) -> None:
    """Changes of broker (substitutes not counted), the latest of them, and whether there is a broker today."""
    assigned = course.facts.roles.get("broker", ())
    seen: set[object] = set()
    changed: date | None = None
    for fact in assigned:
        person = fact.get("person") or fact.id or fact.on
        if seen and person not in seen:
            changed = fact.on
        seen.add(person)
    course.days["broker.changed"] = changed
    course.signals["broker_changes"] = max(0, len(seen) - 1)
    course.signals["broker_active"] = any(fact.holds(course.today) for fact in assigned) or None


def _year(course: Course) -> None:
    """The first year of monthly contact, first and last day."""
    start = course.day("run.start")
    if start is None:
        return
    last = add_months(start, course.number("monthly_window_months")) - timedelta(days=1)
    course.signals["contact_year"] = f"{start.isoformat()} to {last.isoformat()}"
    course.signals["months_covered"] = "{} of {}".format(*months_covered(course))


def months_covered(course: Course) -> tuple[int, int]:
    """Anniversary months of the first year with at least one contact that counts, of those begun."""
    start = course.day("run.start")
    if start is None:
        return 0, 0
    days = [f.on for f in course.facts.counting(LIVE, BROKER, CITIZEN)]
    begun = min(course.number("monthly_window_months"), months_begun(start, course.today))
    covered = sum(any(add_months(start, k) <= day < add_months(start, k + 1) for day in days) for k in range(begun))
    return covered, begun


def _hours(course: Course, search: Search) -> None:
    """Ordinary hours and the exit they may lead to; a person confirms it (G-Q1, G-Q2)."""
    found = segments(course)
    week = sum(one.minutes for one in active(found, course.today))
    evidence = thirty_hours(course, found)
    course.signals["ordinary_minutes_week"] = week
    course.signals["ordinary_hours_month"] = round(minutes_in_month(course, found, course.today) / 60, 1)
    course.signals["hours_30"] = evidence or None
    supported = latest(course, "self_support")
    if evidence and search.step in ("step2", "step3"):
        course.exit_proposed, course.evidence = "guarantee.step3.exit-30-hours", evidence
    elif supported is not None:
        course.exit_proposed = "guarantee.step3.exit-self-support"
    if course.exit_proposed is None and week >= course.number("near_exit_weekly_minutes"):
        course.signals["near_exit"] = hours_a_month(week)


# several courses in a row


def _renewal(course: Course) -> None:
    """Between two courses the agreement is negotiated again (KE9): once a successor at the same company is signed, and
    from some time before the planned end of the present course.

    `renewal.from`: the day it is asked. `renewal.since`: notes from that day on count.
    """
    current = course.current
    if current is None or current.start is None:
        return
    before = [p for p in course.placements if p.started(course.today) and p.start and p.start < current.start]
    former = before[-1] if before and before[-1].company == current.company else None
    ahead = timedelta(days=course.number("renewal_days"))
    if current.planned_end is not None and current.planned_end - ahead <= course.today:
        course.days |= {"renewal.from": current.planned_end - ahead, "renewal.since": current.start}
    elif former is not None:
        course.days |= {"renewal.from": current.signed_on, "renewal.since": former.start}
        course.signals["successor"] = True


# the local project


def _setup_complete(course: Course) -> bool | None:
    """Whether every mandatory demand on the local project is met; None while nothing is known about the project."""
    employed = {fact.get("role") for fact in course.facts.of("staff") if fact.holds(course.today)}
    course.signals["consultant_employed"] = "outreach_consultant" in employed or None
    course.signals["broker_employed"] = "broker" in employed or None
    if not course.facts.of("project"):
        return None
    for ready in course.program.rules.values():
        rule = ready.rule
        if rule.level != "project" or rule.severity != "M" or rule.step != "setup":
            continue
        said = ready.check(course)
        if not isinstance(said, Obligation) or said.state not in SETTLED:
            return False
    return True
