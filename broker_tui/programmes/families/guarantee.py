"""Step logic and signals of `guarantee` (domain 1.6, 1.9)."""

from datetime import date, timedelta
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes import placements as stays
from broker_tui.programmes.conditions import reached
from broker_tui.programmes.course import Course
from broker_tui.programmes.families.common import LIVE, held, is_held, latest, minutes_on, month_end, months_begun, when
from broker_tui.programmes.families.ladder import Search, climb
from broker_tui.programmes.results import Reason

CRITERIA = (
    "guarantee.step1.exit-referral",
    "guarantee.step1.exit-cv",
    "guarantee.step1.exit-direction",
    "guarantee.step1.exit-broker",
)
BENEFITS = ("cash_benefit", "education_benefit", "integration_benefit")


def derive(course: Course) -> None:
    """Step, days and signals of a case."""
    search = climb(course, CRITERIA, course.day("first_talk"))
    course.step, course.since = search.step, search.since
    _days(course, search)
    _signals(course, search)
    outside = _outside_target(course)
    if exit_ := latest(course, "exit", lambda f: bool(f.get("type"))):
        hours = exit_.get("type") == "hours_30"
        course.step, course.since = "exited_hours" if hours else "exited_self_support", when(exit_)
        course.decided_by = "guarantee.step3.exit-30-hours" if hours else "guarantee.step3.exit-self-support"
    elif rehab := _rehab(course):
        course.step, course.since, course.decided_by = "rehab_branch", rehab[0], rehab[1]
    elif gone := latest(course, "withdrawn"):
        course.step, course.since = "withdrawn", when(gone)
    elif outside is not None:
        if search.step == "step1" and course.day("first_talk") is not None:
            course.step, course.decided_by, course.since = "not_target", outside, course.day("first_talk")
        elif search.step != "step1":
            course.changes.append(Reason("target_changed", {"rule": outside}))


def _rehab(course: Course) -> tuple[date | None, str] | None:
    """Group 2, or a judgement after an interruption; a later decision for group 1 takes the case back."""
    group = latest(course, "group_decision")
    judged = latest(course, "rehab_decision")
    if judged is not None and (group is None or judged.on >= group.on):
        return when(judged), "guarantee.step3.interrupt-rehab"
    if group is not None and str(group.get("group")) == "2":
        return when(group), "guarantee.step1.group2-rehab"
    return None


def _outside_target(course: Course) -> str | None:
    """The target rule that does not hold, from what is known; what is not known is not held against anybody."""
    value = course.facts.value
    if (readiness := value("citizen", "readiness")[0]) is not None and readiness != "activity_ready":
        return "guarantee.target.activity-ready"
    if value("citizen", "lives_in_area")[0] is False:
        return "guarantee.target.residence"
    benefit = value("citizen", "benefit")[0]
    if benefit is not None and benefit not in BENEFITS:
        return "guarantee.target.benefit"
    if benefit == "integration_benefit" and value("citizen", "integration_programme")[0]:
        return "guarantee.target.not-integration-programme"
    return None


def _days(course: Course, search: Search) -> None:
    current = course.current
    course.days |= {
        "step1.closed": search.first,
        "step2.since": search.search_since,
        "step2.closed": search.since if search.step == "step3" else None,
        "step3.since": search.since if search.step == "step3" else None,
        "run.start": stays.company_run_start(course.placements, course.today),
        "placement.start": current.start if current is not None else None,
        "placement.end": current.last_day or current.planned_end if current is not None else None,
    }


def _signals(course: Course, search: Search) -> None:
    raised = inactive_since(course, search)
    course.days["inactive.raised"] = raised
    course.signals["inactive"] = raised.isoformat() if raised else None
    today = course.today
    if search.step == "step2" and search.since is not None:
        acts = [f.on for kind in ("company_approach", "match_sheet") for f in course.facts.of(kind)]
        last = max([*acts, search.since])
        course.days["idle.since"] = last
        idle = (today - last).days >= course.number("idle_search_days")
        course.signals["idle_search"] = (today - last).days if idle else None
    minutes = minutes_on(course, today, "ordinary")
    course.signals["ordinary_minutes_week"] = minutes
    _exit(course, search, minutes)
    benefit, goal = course.facts.value("citizen", "benefit")[0], course.facts.value("plan", "long_term_goal")[0]
    if benefit == "education_benefit" and goal is not None and goal != "education":
        course.signals["plan_goal_violation"] = True
    people = {fact.get("person") or fact.id or fact.on for fact in course.facts.roles.get("broker", ())}
    course.signals["broker_changes"] = max(0, len(people) - 1)
    course.signals["talks_held"] = len(held(course, "outreach_consultant"))


def _exit(course: Course, search: Search, minutes: int) -> None:
    """Thirty ordinary hours: by agreement from the day it holds, or by the recorded hours of one calendar month."""
    wanted = course.number("exit_hours_month") * 60
    month, evidence = None, ""
    if minutes * 52 / 12 >= wanted:
        begun = [f.on for f in course.facts.of("hours") if f.get("measure", "ordinary") == "ordinary" and f.on <= course.today]
        month = max(begun, default=course.today)
        evidence = f"{minutes * 52 / 12 / 60:.1f} hours a month from {month.isoformat()}"
    totals: dict[str, int] = {}
    for fact in course.facts.of("actual_hours"):
        key = str(fact.get("month"))
        totals[key] = totals.get(key, 0) + int(fact.get("minutes", 0))
    reached_months = sorted(key for key, total in totals.items() if total >= wanted)
    if month is None and reached_months:
        evidence = f"month {reached_months[0]}"
    course.signals["hours_30"] = evidence or None
    if evidence and search.step in ("step2", "step3"):
        course.exit_proposed, course.evidence = "guarantee.step3.exit-30-hours", evidence
    elif latest(course, "self_support") is not None:
        course.exit_proposed = "guarantee.step3.exit-self-support"
    if not evidence and minutes >= course.number("near_exit_weekly_minutes"):
        course.signals["near_exit"] = f"{minutes * 52 / 12 / 60:.1f} hours a month"


def inactive_since(course: Course, search: Search) -> date | None:
    """The day the citizen counts as inactive: so many days without a held contact, or missed talks in a row.

    Only a held contact clears it; attempts do not (domain 1.9).
    """
    if search.step not in ("step1", "step2"):
        notes = [f for f in course.facts.of("absence") if not f.get("explained")]
        heard = held(course, "citizen")
        last = heard[-1].on if heard else date.min
        return next((f.on for f in notes if f.on > last), None)
    days, misses = course.number("inactivity_days"), course.number("inactivity_missed")
    contacts = [f for f in course.facts.of("contact") if "citizen" in (f.get("participants") or ("citizen",))]
    last, row, found = None, [], None
    for fact in contacts:
        if is_held(fact) and fact.get("kind") in ("meeting", "video", "phone", "text"):
            if fact.get("kind") == "text" and not fact.get("two_way"):
                continue
            last, row = fact.on, []
        elif fact.get("outcome") in ("no_show", "cancelled_by_citizen"):
            row.append(fact.on)
    candidates = [row[misses - 1]] if len(row) >= misses else []
    if last is not None and course.met("guarantee.step1.exit-broker") is not None:
        quiet = last + timedelta(days=days)
        if quiet <= course.today:
            candidates.append(quiet)
    found = min(candidates, default=None)
    return found


# figures


def _ordinary_hours(course: Course) -> tuple[int, int]:
    """Paid minutes of the month of today, and 1 when at least thirty hours are reached."""
    minutes = ordinary_minutes_month(course, course.today)
    return minutes, int(minutes >= course.number("exit_hours_month") * 60)


def ordinary_minutes_month(course: Course, day: date) -> int:
    """Recorded minutes of a calendar month if there are any, else the agreed ones, by day for a part of a month."""
    key = f"{day:%Y-%m}"
    actual = [int(f.get("minutes", 0)) for f in course.facts.of("actual_hours") if f.get("month") == key]
    if actual:
        return sum(actual)
    first, last = day.replace(day=1), month_end(day)
    week = [minutes_on(course, first + timedelta(days=n), "ordinary") for n in range((last - first).days + 1)]
    if len(set(week)) == 1:
        return round(week[0] * 52 / 12)
    return round(sum(week) / 7)


def _no_show(course: Course) -> dict[str, tuple[int, int]]:
    """Missed of agreed talks, at the outreach office and elsewhere."""
    found: dict[str, tuple[int, int]] = {}
    for name, here in (("outreach_office", True), ("elsewhere", False)):
        agreed = [
            f
            for f in course.facts.of("contact")
            if f.get("kind") in LIVE and (f.get("place") == "outreach_office") is here
            and f.get("outcome", "reached") in ("reached", "no_show", "cancelled_by_citizen")
        ]
        found[name] = (sum(not is_held(f) for f in agreed), len(agreed))
    return found


def _time_to_company(course: Course) -> int | None:
    """Days from the first talk to the first placement's start."""
    start = next((p.start for p in course.placements if p.started(course.today)), None)
    first = course.day("first_talk")
    return (start - first).days if start is not None and first is not None else None


def months_covered(course: Course) -> tuple[int, int]:
    """Anniversary months of the first year with at least one contact that counts, of those begun."""
    start = course.day("run.start")
    if start is None:
        return 0, 0
    days = [
        f.on for f in course.facts.of("contact") if reached(f, course, LIVE, ("broker",), ("citizen",))
    ]
    begun = min(12, months_begun(start, course.today))
    covered = sum(
        any(add_months(start, k) <= day < add_months(start, k + 1) for day in days) for k in range(begun)
    )
    return covered, begun


MEASURES: dict[str, Any] = {
    "ordinary_hours": _ordinary_hours,
    "no_show": _no_show,
    "time_to_company": _time_to_company,
    "months_covered": months_covered,
}
