"""Figures of one mastery case (domain A11): a count out of how many, or a category; a team adds them up."""

from typing import Any

from broker_tui.programmes.course import Course
from broker_tui.programmes.families import mastery_attendance as attendance
from broker_tui.programmes.families.common import latest
from broker_tui.programmes.families.mastery_calendar import as_int

Share = tuple[int, int]


def _started(course: Course) -> bool:
    """Whether the citizen met on a teaching day, or the clocks say the teaching began for one who was accepted."""
    if any(m.mark in attendance.ATTENDED for m in attendance.marks(course)):
        return True
    start, accepted = course.days.get("start"), course.days.get("accepted")
    return course.step in ("phase3", "phase4", "aftercare", "closed") and None not in (start, accepted)


def _over(course: Course) -> bool:
    """Whether the citizen reached the end of the course."""
    end = course.days.get("END")
    return course.step in ("aftercare", "closed") and end is not None and end < course.today


def start_rate(course: Course) -> Share:
    """Started of accepted at visitation."""
    accepted = course.days.get("accepted") is not None
    return int(accepted and _started(course)), int(accepted)


def completion(course: Course) -> Share:
    """Reached END of started."""
    started = _started(course)
    return int(started and _over(course)), int(started)


def _outcome(course: Course, measured: str) -> str | None:
    """The category of an outcome; `unknown` is shown apart, None for those who never started."""
    if not _started(course):
        return None
    told = latest(course, "outcome", lambda f: f.get("measured") == measured and bool(f.get("category")))
    return str(told.get("category")) if told is not None else "unknown"


def outcome_end(course: Course) -> str | None:
    """Status at the end."""
    return _outcome(course, "end")


def outcome_6m(course: Course) -> str | None:
    """Status six months later."""
    return _outcome(course, "6_months")


def agreement_before_teaching(course: Course) -> Share:
    """Agreement before the first teaching day, of started."""
    started = _started(course)
    return int(started and course.signals.get("agreement_state") == "ok"), int(started)


def _prep_with(course: Course, *roles: str) -> Share:
    start, started = course.days.get("start"), _started(course)
    held = any(
        (start is None or f.on < start)
        and f.get("outcome") not in ("no_show", "cancelled")
        and not set(roles).isdisjoint(f.get("attendees") or ())
        for f in course.facts.of("preparation_talk")
    )
    return int(started and held), int(started)


def prep_teacher(course: Course) -> Share:
    """Preparation talk with the teacher before the start, of started."""
    return _prep_with(course, "teacher")


def prep_consultant(course: Course) -> Share:
    """Preparation meeting with a company consultant before the start, of started."""
    return _prep_with(course, "company_consultant", "supplier")


def attended(course: Course) -> dict[str, Share]:
    """Attended of scheduled: teaching, weekly day and internship apart."""
    found = attendance.with_blanks(course, attendance.marks(course))
    shares: dict[str, Share] = {}
    for type_ in ("teaching", "weekly_teaching", "internship"):
        days = attendance.counted(found, (type_,))
        shares[type_] = sum(one.mark in attendance.ATTENDED for one in days), len(days)
    return shares


def absence_on_time(course: Course) -> Share:
    """Absences with a contact in time, of those that need one and whose time is up or that were contacted."""
    chains = attendance.absences(course, attendance.marks(course))
    judged = [c for c in chains if c.contacted is not None or c.due < course.today]
    return sum(c.contacted is not None and c.contacted <= c.due for c in judged), len(judged)


def mentor_coverage(course: Course) -> Share:
    """With a mentor from the first teaching day, of those with a need."""
    needed = bool(course.signals.get("mentor_needed"))
    since, start = course.days.get("mentor_covered"), course.days.get("start")
    return int(needed and since is not None and (start is None or since <= start)), int(needed)


def group_size(course: Course) -> Share:
    """The team has the recommended size, of teams whose size is known."""
    state = course.signals.get("group_state")
    return int(state == "recommended"), int(state is not None)


def length(course: Course) -> Share:
    """Long enough, of cases at END; one who left early for work or education is not counted as too short."""
    over = _over(course)
    return int(over and bool(course.signals.get("length_ok"))), int(over)


def adapted(course: Course) -> Share:
    """Reduced, taster or postponed, of internships."""
    p0 = course.days.get("P0")
    begun = _started(course) and p0 is not None and p0 <= course.today
    told = latest(course, "readiness", lambda f: f.get("decision") in ("reduced", "taster", "postponed"))
    return int(begun and told is not None), int(begun)


def aftercare(course: Course) -> dict[str, Any]:
    """The level decided, and reviews held in time of those due."""
    told = latest(course, "aftercare", lambda f: as_int(f.get("level")) is not None)
    end, every = course.days.get("END"), course.number("aftercare_review_days")
    on_time = due = 0
    anchor = end
    if told is not None and told.get("level") and end is not None:
        for fact in course.facts.of("aftercare_review"):
            if anchor is not None and fact.on >= anchor:
                due += 1
                on_time += (fact.on - anchor).days <= every
                anchor = fact.on
        if anchor is not None and course.step == "aftercare" and (course.today - anchor).days > every:
            due += 1
    return {"level": told.get("level") if told is not None else None, "reviews": (on_time, due)}


MEASURES: dict[str, Any] = {
    "start_rate": start_rate,
    "completion": completion,
    "outcome_end": outcome_end,
    "outcome_6m": outcome_6m,
    "agreement_before_teaching": agreement_before_teaching,
    "prep_teacher": prep_teacher,
    "prep_consultant": prep_consultant,
    "attendance": attended,
    "absence_on_time": absence_on_time,
    "mentor_coverage": mentor_coverage,
    "group_size": group_size,
    "length": length,
    "adapted": adapted,
    "aftercare": aftercare,
}
