"""Figures of one `flexjob` case (domain B10): a number, or (count, of how many). Caseloads add them up."""

from typing import Any

from broker_tui.programmes.course import Course
from broker_tui.programmes.families import flexjob_follow as follow
from broker_tui.programmes.families.flexjob_company import of_interest, seats_taken
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


def _talks_on_time(course: Course) -> dict[str, Share]:
    """Talks held in time, of those due or held, with the citizen and with the company; over all jobs."""
    told = follow.talks(course)
    found = {"citizen": (0, 0), "company": (0, 0)}
    for job in jobs(course):
        if job.start > course.today:
            continue
        for side, held in (("citizen", told.citizen), ("company", told.company)):
            own = [day for day in held if job.last_day is None or day <= job.last_day]
            kept, due = follow.on_time(course, follow.profile(course, not job.base), job, own)
            found[side] = (found[side][0] + kept, found[side][1] + due)
    return found


def _sick_day_one(course: Course) -> Share:
    """Periods of illness called about on their first day, of those begun."""
    return follow.called_in_time(course, follow.talks(course))


def _active(course: Course) -> bool:
    return accepted(course) is not None and not course.final


def _cv(course: Course) -> Share:
    """With a competence CV, of the active."""
    return int(_active(course) and bool(course.facts.of("competence_cv"))), int(_active(course))


def _honesty(course: Course) -> Share:
    """With everything told that must be, of the agreements under way or ahead."""
    stand = standing(course)
    agreed = any(job is not None and not job.base for job in (stand.current, stand.next))
    return int(agreed and course.raised("honesty_complete")), int(agreed)


def _idle(course: Course) -> Share:
    """Idle for too long, of those before a job."""
    before = _active(course) and standing(course).current is None
    return int(before and course.raised("idle")), int(before)


def _workshop_size(course: Course) -> int | None:
    """Seats taken today at the company of the job under way; it is a workshop from two."""
    stand = standing(course)
    if stand.current is None or not (company := of_interest(course, stand)):
        return None
    return seats_taken(course, stand, company)


def _team_cover(course: Course) -> dict[str, int] | None:
    """How many cover the position the latest plan divides; one who fills it alone is no team."""
    plans = course.facts.of("team_plan")
    members = plans[-1].get("members") if plans else None
    return {"members": int(members), "team": int(members > 1)} if members else None


def _company_mix(course: Course) -> dict[str, str] | None:
    """Size and sector of the company, as far as they are told."""
    told = {name: course.facts.value("company", name)[0] for name in ("size", "sector")}
    return {name: str(value) for name, value in told.items() if value} or None


def _balance(course: Course) -> Share:
    """Leaning to one side, of the cases with enough contacts to tell."""
    return int(course.raised("balance_flag")), int(course.signals.get("balance_index") is not None)


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
    "talks_on_time": _talks_on_time,
    "sick_day_one": _sick_day_one,
    "cv": _cv,
    "honesty": _honesty,
    "idle": _idle,
    "workshop_size": _workshop_size,
    "team_cover": _team_cover,
    "company_mix": _company_mix,
    "balance": _balance,
}
