"""Step logic, named days and figures of `guarantee` (domain 1.6, 1.9)."""

from datetime import date
from typing import Any

from broker_tui.programmes import placements as stays
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.common import LIVE, is_held, latest, when
from broker_tui.programmes.families.guarantee_hours import minutes_in_month, segments
from broker_tui.programmes.families.guarantee_plan import spell_out
from broker_tui.programmes.families.guarantee_signals import months_covered, raise_signals
from broker_tui.programmes.families.ladder import Search, climb
from broker_tui.programmes.results import Reason

CRITERIA = (
    "guarantee.step1.exit-referral",
    "guarantee.step1.exit-cv",
    "guarantee.step1.exit-direction",
    "guarantee.step1.exit-broker",
)
AT_COMPANY = (
    "guarantee.step2.exit-agreement",
    "guarantee.step2.exit-plan",
    "guarantee.step2.exit-company-contact",
)
BENEFITS = ("cash_benefit", "education_benefit", "integration_benefit")


def derive(course: Course) -> None:
    """Step, days and signals of a case; a final state is decided by a person and goes before every criterion."""
    course.days["first_talk"] = course.program.met("guarantee.step1.start", course)
    spell_out(course)
    search = climb(course, CRITERIA, course.day("first_talk"), AT_COMPANY)
    course.step, course.since = search.step, search.since
    _days(course, search)
    if _left(course):
        return
    outside = _outside_target(course)
    if outside is not None and search.step == "step1" and (first := course.day("first_talk")) is not None:
        rule, known = outside
        course.step, course.decided_by, course.since = "not_target", rule, max(first, known)
        return
    if outside is not None and search.step != "step1":
        course.changes.append(Reason("target_changed", {"rule": outside[0]}))  # G-Q13: told, never an exit by itself
    raise_signals(course, search)


def _left(course: Course) -> bool:
    """Whether the case is in a final state by a person's decision: exit, rehabilitation team, withdrawn."""
    if exit_ := latest(course, "exit", lambda fact: bool(fact.get("type"))):
        hours = exit_.get("type") == "hours_30"
        course.step, course.since = "exited_hours" if hours else "exited_self_support", when(exit_)
        course.decided_by = "guarantee.step3.exit-30-hours" if hours else "guarantee.step3.exit-self-support"
    elif rehab := _rehab(course):
        course.step, course.since, course.decided_by = "rehab_branch", when(rehab[0]), rehab[1]
        course.signals["rehab_judged"] = True if rehab[0].kind == "rehab_decision" else None
    elif gone := latest(course, "withdrawn"):
        course.step, course.since = "withdrawn", when(gone)
    else:
        return False
    return True


def _rehab(course: Course) -> tuple[Fact, str] | None:
    """Group 2, or a judgement after an interruption; a later decision the other way takes the case back."""
    group = latest(course, "group_decision", lambda fact: bool(fact.get("group")))
    judged = latest(course, "rehab_decision")
    if judged is not None and (group is None or judged.on >= group.on):
        return None if judged.get("target") == "none" else (judged, "guarantee.step3.interrupt-rehab")
    if group is not None and str(group.get("group")) == "2":
        return group, "guarantee.step1.group2-rehab"
    return None


def _outside_target(course: Course) -> tuple[str, date] | None:
    """The target rule that does not hold and since when; what is not known is not held against anybody."""
    value = course.facts.value
    readiness, known = value("citizen", "readiness")
    if readiness is not None and readiness != "activity_ready":
        return "guarantee.target.activity-ready", known or ALWAYS
    lives, known = value("citizen", "lives_in_area")
    if lives is False:
        return "guarantee.target.residence", known or ALWAYS
    benefit, known = value("citizen", "benefit")
    if benefit is not None and benefit not in BENEFITS:
        return "guarantee.target.benefit", known or ALWAYS
    covered, since = value("citizen", "integration_programme")
    if benefit == "integration_benefit" and covered:
        return "guarantee.target.not-integration-programme", max(known or ALWAYS, since or ALWAYS)
    return None


def _days(course: Course, search: Search) -> None:
    current = course.current or _under_way(course)
    ended = stays.last_ended(course.placements, course.today)
    at_company = search.step == "step3"
    course.days |= {
        "step1.since": course.day("first_talk"),
        "step1.closed": search.first,
        "step2.since": search.search_since or (search.since if at_company else None),
        "step2.closed": search.since if at_company else None,
        "step3.since": search.since if at_company else None,
        "search.from": search.search_since if search.reentry else ALWAYS,
        "run.start": stays.company_run_start(course.placements, course.today),
        "placement.start": current.start if current is not None else search.since if at_company else None,
        "placement.end": (current.last_day or current.planned_end) if current is not None else None,
    }
    course.references["ended"] = ended.id if ended is not None else None
    course.references["company"] = current.company if current is not None and current.company else None


def _under_way(course: Course) -> stays.Placement | None:
    """The placement that began last and goes on, its agreement not written down here."""
    return next((p for p in reversed(course.placements) if p.under_way(course.today)), None)


# figures


def _ordinary_hours(course: Course) -> float:
    """Ordinary hours of the month of today; shares above 0 and of 30 or more follow from it."""
    return round(minutes_in_month(course, segments(course), course.today) / 60, 1)


def _no_show(course: Course) -> dict[str, tuple[int, int]]:
    """Missed of agreed talks, at the outreach office and elsewhere."""
    found = {"outreach_office": (0, 0), "elsewhere": (0, 0)}
    for fact in course.facts.of("contact"):
        if fact.get("kind") not in LIVE or fact.get("outcome", "reached") in ("not_reached", "cancelled_by_staff"):
            continue
        name = "outreach_office" if fact.get("place") == "outreach_office" else "elsewhere"
        missed, agreed = found[name]
        found[name] = (missed + (not is_held(fact)), agreed + 1)
    return found


def _time_to_company(course: Course) -> int | None:
    """Days from the first talk to the first placement's start."""
    start = next((p.start for p in course.placements if p.started(course.today)), None)
    first = course.day("first_talk")
    return (start - first).days if start is not None and first is not None else None


MEASURES: dict[str, Any] = {
    "ordinary_hours": _ordinary_hours,
    "no_show": _no_show,
    "time_to_company": _time_to_company,
    "months_covered": months_covered,
}
