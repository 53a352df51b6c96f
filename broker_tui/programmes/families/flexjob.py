"""Step logic, named days and signals of `flexjob` (domain part B).

The four elements are no phases (B12 no. 2): a citizen is a candidate, before a job or in one. When a job ends, the
citizen is before a job again. All of it is a proposal: a person confirms the step.
"""

from datetime import date, timedelta

from broker_tui.programmes.course import Course
from broker_tui.programmes.expressions import add_working_days
from broker_tui.programmes.families import flexjob_entry as entry
from broker_tui.programmes.families import flexjob_figures as figures
from broker_tui.programmes.families import flexjob_follow as follow
from broker_tui.programmes.families.common import name_latest
from broker_tui.programmes.families.flexjob_board import board
from broker_tui.programmes.families.flexjob_jobs import DAY, Job, Standing, last_of, longest, standing
from broker_tui.programmes.results import Reason

READY = tuple(f"flexjob.element1.{name}" for name in ("accommodations", "competences", "wishes", "hours", "database"))
"""Hard demands of clarifying -> ready (B4.1)."""
MEASURES = figures.MEASURES
SETTLED_DAYS = 28
"""How long a settled illness stays in sight."""


def derive(course: Course) -> None:
    """Step, days and signals of a case."""
    for kind in ("problem_response", "problem_closed"):
        name_latest(course, kind, "problem", "problem")
    stand = standing(course)
    talks = follow.talks(course)
    entry.days(course)
    accepted = entry.accepted(course)
    _job_days(course, stand, accepted)
    _step(course, stand, accepted)
    _illness(course, talks)
    _next_talks(course, talks)
    board(course, stand, talks)


def former_job(stand: Standing) -> Job | None:
    """The job that ended last, as long as there is no other; employment in the base comes before a job."""
    if stand.former is None or stand.former.base or (stand.current is not None and not stand.current.base):
        return None
    return stand.former


# step


def _step(course: Course, stand: Standing, accepted: date | None) -> None:
    job = stand.current
    outside = job is not None and not job.base
    if (final := entry.closing(course, stand)) is not None:
        course.step, course.since = final
        return
    if outside or (job is None and course.days["job_start"] is not None):
        course.step, course.since = "in_job", course.days["run_start"]
        course.sub = _sub_in_job(job) if job is not None else ""
        _outgrown(course)
        return
    if (side := entry.side_exit(course)) is not None:
        course.step, course.since, course.decided_by = side
        return
    if accepted is None and former_job(stand) is None and job is None:
        course.step, course.since = "candidate", course.day("approval.first")
        return
    course.step, course.since = "before_job", course.days["before_since"]
    course.sub = _sub_before(course, stand)


def _sub_in_job(job: Job) -> str:
    return "seconded" if job.stage == "seconded" else "workshop" if job.design == "workshop" else "direct"


def _sub_before(course: Course, stand: Standing) -> str:
    if stand.current is not None:
        return "base_employed"
    if stand.in_internship:
        return "internship"
    tick = "flexjob.element1.exit"
    ready = course.met(tick) is not None or tick in course.explanations
    return "ready" if ready and all(course.met(rule) is not None for rule in READY) else "clarifying"


def _outgrown(course: Course) -> None:
    """A new estimate outside the limits while in a job takes nobody out; it deserves a look."""
    for rule in entry.outside(course):
        course.changes.append(Reason("target_changed", {"rule": rule}))


# named days


def _job_days(course: Course, stand: Standing, accepted: date | None) -> None:
    """The clocks of B3: the job, its term and end, the internship, waiting."""
    job, former = stand.current, former_job(stand)
    last = former.last_day if former is not None else None
    visited = entry.visited(course) or accepted
    begins = stand.next or job
    assumed = _assumed_job(course, stand)
    before = job if stand.next is not None and job is not None else former
    course.days |= {
        "visitation": visited,
        "before_since": max((day for day in (accepted, last + DAY if last else None) if day), default=None),
        "reopen_due": add_working_days(last, 1, course) if last else None,
        "job_over": last,
        "former_start": former.start if former is not None else None,
        "waiting_since": _waiting(stand, visited),
        "job_start": job.start if job is not None else assumed,
        "job_next": stand.next.start if stand.next is not None else None,
        "agreement_from": before.start if before is not None else None,
        "start_day": begins.start if begins is not None else assumed,
        "run_start": stand.run_start or assumed,
        "base_since": job.start if job is not None and job.base else None,
        "care_since": stand.run_start or assumed or visited,
    }
    _term_days(course, job or (former if former is not None and former.ran_out else None))
    practice = stand.internship
    start = practice.start if practice is not None else None
    most = timedelta(days=course.number("internship_max_days"))
    course.days |= {
        "intern_start": start,
        "intern_end": last_of(practice),
        "intern_latest": start + most - DAY if start is not None else None,
    }
    if practice is not None and start is not None:
        course.references |= {"internship": practice.id, "intern_latest": (start + most - DAY).isoformat()}


def _assumed_job(course: Course, stand: Standing) -> date | None:
    """Since when somebody brought in from a list has been in a job of which no more is known."""
    step = course.assumed
    return step.on if step is not None and step.values["step"] == "in_job" and not stand.all else None


def _term_days(course: Course, job: Job | None) -> None:
    """End, half time and talks of a temporary job; also of one that ran out, until the next begins."""
    names = ("job_end", "final_since", "mid_date", "mid_due", "final_opens", "final_due", "term_latest")
    course.days |= dict.fromkeys(names)
    if job is None:
        return
    course.days["term_latest"] = longest(job.design, job.start, course)
    if job.end is not None:
        course.days |= {"job_end": job.end, "final_since": job.term_start, **follow.temporary_days(course, job)}


def _waiting(stand: Standing, visited: date | None) -> date | None:
    """Since when there has been no place: accepted, or the end of the last job (B4 no. 12)."""
    if stand.current is not None:
        return None
    last = stand.former.last_day if stand.former is not None else None
    return max((day for day in (visited, last) if day is not None), default=None)


def _illness(course: Course, talks: follow.Talks) -> None:
    """Clocks of the latest illness in the present job; a settled one leaves the list after four weeks."""
    names = ("sick_first", "sick_due", "sick_called", "sick_tried", "sick_call_last", "sick_next", "sick_back_on")
    course.days |= dict.fromkeys(names)
    begun = course.days["run_start"]
    ill = follow.illness(course, talks) if begun is not None else None
    if ill is None or begun is None or ill.first < begun:
        return
    gone = ill.called is not None and ill.back is not None and (course.today - ill.back).days > SETTLED_DAYS
    if gone:
        return
    course.days |= {
        "sick_first": ill.first,
        "sick_due": ill.due,
        "sick_called": ill.called,
        "sick_tried": ill.tried,
        "sick_call_last": ill.last_call,
        "sick_next": ill.next,
        "sick_back_on": ill.back,
    }
    course.signals["sick"] = ill.back is None or None
    course.signals["sick_on_time"] = ill.called <= ill.due if ill.called is not None else None
    course.signals["sick_next_too_far"] = ill.too_far or None


def _next_talks(course: Course, talks: follow.Talks) -> None:
    """Next talk with citizen and company by the profile, and what counts as one."""
    course.events["citizen_talks"] = talks.citizen
    course.events["company_talks"] = talks.company
    course.events["employer_talks"] = talks.employer
    citizen, company, name = follow.follow_up(course, course.days["job_start"], talks)
    course.days |= {
        "last_citizen": talks.citizen[-1] if talks.citizen else None,
        "last_company": talks.company[-1] if talks.company else None,
        "follow_since": citizen.since if citizen else None,
        "follow_opens": citizen.opens if citizen else None,
        "follow_due": citizen.due if citizen else None,
        "company_since": company.since if company else None,
        "company_opens": company.opens if company else None,
        "company_due": company.due if company else None,
    }
    course.signals["profile"] = name
    course.signals[f"profile_{name}"] = True
