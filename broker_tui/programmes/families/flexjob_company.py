"""Computed signals of `flexjob` about the company: seats, growth, what is told, bonus (domain B7)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.common import latest, when
from broker_tui.programmes.families.flexjob_jobs import Job, Standing, day_of, number_of
from broker_tui.programmes.families.flexjob_signals import last_rating, latest_estimate

Stay = tuple[date, date | None]
"""First and last day in a seat; no last day while it lasts."""


def of_interest(course: Course, stand: Standing) -> str:
    """The company at stake: of the job under way, the next job, the latest proposal; "" when there is none."""
    for job in (stand.current, stand.next):
        if job is not None and not job.base and job.company:
            return job.company
    proposals = course.facts.of("proposal")
    return str(proposals[-1].get("company") or "") if proposals else ""


def seats(course: Course, stand: Standing, company: str) -> list[Stay]:
    """Who has been employed by the company; seconded and base employees are not its own (`workshop_state`)."""
    found: list[Stay] = [
        (job.start, job.last_day) for job in stand.all if job.company == company and job.design != "municipal"
    ]
    for fact in course.facts.of("seat"):
        if fact.get("company") in (None, "", company) and not fact.get("seconded"):
            found.append((fact.on, fact.until))
    return found


def seats_taken(course: Course, stand: Standing, company: str) -> int:
    """How many the company employs today."""
    return _count(seats(course, stand, company), course.today)


def _count(found: Sequence[Stay], day: date) -> int:
    return sum(first <= day and (last is None or day <= last) for first, last in found)


def workshop(course: Course, found: Sequence[Stay]) -> tuple[str | None, date | None]:
    """The state of the workplace, and the last day it had two when it has fallen below."""
    today = course.today
    if not found:
        return None, None
    count = _count(found, today)
    if count >= 2:
        return ("below_local_min" if count < course.number("workshop_min_people") else "workshop"), None
    ends = [last for _first, last in found if last is not None and last < today and _count(found, last) >= 2]
    return ("growing" if count else "none"), max(ends, default=None)


def growth(course: Course, found: Sequence[Stay], problems: Sequence[date], at_risk: bool) -> dict[str, Any]:
    """Whether the company may be asked for more seats (`growth_ready`), and since when."""
    first = min((start for start, _last in found), default=None)
    grade = last_rating(course)
    if first is None or grade is None or problems or at_risk:
        return {}
    opens = add_months(first, course.number("growth_after_months"))
    days = course.number("growth_rating_days")
    if course.today < opens or grade[1] < course.number("growth_rating"):
        return {}
    if (course.today - grade[0]).days > days:
        return {}
    most = number_of(course.facts.value("company", "max_seats")[0])
    if most is not None and _count(found, course.today) >= most:
        return {}
    solved = [fact.on for fact in course.facts.of("problem_closed")]
    since = max([opens, grade[0], *solved])
    return {"growth_ready": True, "growth_ask_seats": most is None, "since": since}


def honesty(course: Course, company: str) -> dict[str, Any]:
    """Whether capacity, competences and every central need are released and told (`honesty_complete`)."""
    needs = _hard_needs(course, company)
    released = _released(course, company, needs)
    wanted = ["capacity", "competences", *(f"need:{code}" for code in needs)]
    course.references |= {"to_release": wanted, "hard_needs": needs}
    hidden = [item for item in wanted if item.startswith("need:") and item not in released]
    told: set[str] = set()
    for fact in course.facts.of("disclosure"):
        if fact.get("company") in (None, "", company):
            told.update(_item(item, needs) for item in fact.get("items") or ())
            told.update(f"need:{code}" for code in fact.get("needs") or ())
            told.update(item for item in ("capacity", "competences") if fact.get(item))
    return {
        "honesty_complete": all(item in released and item in told for item in wanted),
        "unreleased_need": [item.removeprefix("need:") for item in hidden] or None,
    }


def _item(name: Any, needs: Sequence[str]) -> str:
    """An item as it is compared: a central need may be named with or without `need:`."""
    return f"need:{name}" if name in needs else str(name)


def _released(course: Course, company: str, needs: Sequence[str]) -> set[str]:
    """Items the citizen has released to this company or to any, the latest word on each."""
    state: dict[str, bool] = {}
    for fact in course.facts.of("release"):
        if str(fact.get("company") or "any") in ("any", company):
            over = fact.until is not None and fact.until < course.today
            given = fact.get("state", "given") == "given" and not over
            items = [fact.get("item"), *(fact.get("items") or ())]
            state |= {_item(item, needs): given for item in items if item}
    return {item for item, given in state.items() if given}


def _hard_needs(course: Course, company: str) -> list[str]:
    """Central needs that may matter there; whether one does not is said on the need itself."""
    known: dict[str, Fact] = {}
    for fact in course.facts.of("need"):
        if code := fact.get("code"):
            known[str(code)] = fact
    return [
        code
        for code, fact in known.items()
        if fact.get("weight") == "hard" and company not in (fact.get("irrelevant_to") or ())
    ]


def bonus(course: Course, job: Job | None) -> str | None:
    """The flex-job bonus by the rules of the day of hire; history, nothing to promise today (B12 no. 6).

    A written check may name its own day and sector; without a job the estimated hours count.
    """
    check = latest(course, "bonus_check")
    if check is None and (job is None or job.halves is None):
        return None
    day = day_of(check.get("rule_date")) if check is not None else None
    if day is None:
        day = job.start if job is not None else when(check) or course.today
    sector = (check.get("sector") if check is not None else None) or course.facts.value("company", "sector")[0]
    estimate = latest_estimate(course)
    halves = job.halves if job is not None else (number_of(estimate.get("minutes")) or 0) // 30 if estimate else None
    few = halves is None or halves <= 20
    if few and date(2013, 1, 1) <= day <= date(2014, 1, 23):
        return "25000"
    closed = day_of(course.params["bonus_closed_on"]) or date.max
    if few and sector in ("private", "voluntary") and date(2014, 5, 1) <= day <= closed:
        return "20000"
    return "no_bonus"


def too_safe(course: Course, stand: Standing) -> bool:
    """Long in the base and nothing that leads outside (`base_too_safe`)."""
    job = stand.current
    if job is None or not job.base or add_months(job.start, course.number("base_safe_months")) >= course.today:
        return False
    since = add_months(course.today, -course.number("base_safe_months"))
    outside = ("company_approach", "company_meeting", "proposal", "invitation", "match")
    days = [fact.on for kind in outside for fact in course.facts.of(kind)]
    days += [
        p.last_day or course.today for p in course.placements if p.type == "internship" and p.started(course.today)
    ]
    return max(days, default=date.min) < since


def joint_visit(citizen: date | None, company: date | None) -> bool:
    """Whether both talks fall due in the same week."""
    if citizen is None or company is None:
        return False
    return citizen - timedelta(days=citizen.weekday()) == company - timedelta(days=company.weekday())
