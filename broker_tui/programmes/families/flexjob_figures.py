"""Figures of one `flexjob` case (domain B10): a number, or (count, of how many). Caseloads add them up."""

from typing import Any

from broker_tui.programmes.course import Course
from broker_tui.programmes.families.flexjob_entry import accepted
from broker_tui.programmes.families.flexjob_jobs import Job, jobs, standing
from broker_tui.programmes.families.flexjob_signals import refund

Share = tuple[int, int]


def _employed(course: Course) -> Share:
    """Started in any flex job, of those accepted."""
    return int(any(job.start <= course.today for job in jobs(course))), int(accepted(course) is not None)


def _lasting(course: Course) -> Share:
    """In an extended, permanent or outside job, of those accepted."""
    return int(any(_lasts(course, job) for job in jobs(course))), int(accepted(course) is not None)


def _lasts(course: Course, job: Job) -> bool:
    extended = job.term_start > job.start
    outside = job.design != "municipal" or job.stage == "outside"
    return job.active(course.today) and not job.base and (job.end is None or extended) and outside


def _kept(course: Course) -> Share:
    """Jobs not broken off, of those started."""
    begun = [job for job in jobs(course) if job.start <= course.today]
    return sum(not job.broken_off for job in begun), len(begun)


def _time_to_job(course: Course) -> int | None:
    """Days from accepted to the first job."""
    since = accepted(course)
    first = min((job.start for job in jobs(course) if not job.base and job.start <= course.today), default=None)
    return (first - since).days if first is not None and since is not None else None


def _internships(course: Course) -> Share:
    """Internships within the limit, of those that have an end."""
    stays = [(p.start, p.last_day or p.planned_end) for p in course.placements if p.type == "internship"]
    days = [(last - start).days + 1 for start, last in stays if start is not None and last is not None]
    return sum(length <= course.number("internship_max_days") for length in days), len(days)


def _joint_visitation(course: Course) -> Share:
    """Visitations with caseworker and ambassador, of all."""
    found = course.facts.of("visitation")
    both = sum({"caseworker", "ambassador"} <= set(fact.get("attendees") or ()) for fact in found)
    return both, len(found)


def _refund(course: Course) -> str | None:
    """The day refund ends, or that it is cleared; None where the clock is off."""
    found = refund(course, standing(course)).get("refund_date")
    return str(found) if found is not None else None


def _identity_hours(course: Course) -> dict[str, float | None]:
    """Work identity and hours, two measures side by side, never one alone."""
    return {"identity": course.signals.get("identity_delta"), "hours": course.signals.get("hours_delta")}


MEASURES: dict[str, Any] = {
    "employed": _employed,
    "lasting": _lasting,
    "kept": _kept,
    "time_to_job": _time_to_job,
    "internship_length": _internships,
    "joint_visitation": _joint_visitation,
    "refund": _refund,
    "identity_hours": _identity_hours,
}
