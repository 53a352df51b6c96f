"""Where a `uif2` case stands: how it came in, the flex job that decides, and what a person decided (domain 3.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from broker_tui.programmes.course import Course
from broker_tui.programmes.families.common import latest, when
from broker_tui.programmes.families.uif2_work import DAY, Job, Work, cutoff, known
from broker_tui.programmes.pauses import Span

BENEFIT = "flexjob_unemployment_benefit"
EXITS = ("uif2.phase2.exit-agreement", "uif2.phase2.exit-company-contact")


@dataclass(slots=True)
class Standing:
    """Where a case stands.

    Attributes:
        job: the flex job the rules ask about: under way, ended without benefit since, or agreed.
        entry: the day phase 2 was complete for that job.
        reopened: the day the hours fell back to the limit (U-Q12).
        why: the rule behind a final state.
    """

    step: str
    since: date | None = None
    sub: str = ""
    job: Job | None = None
    entry: date | None = None
    reopened: date | None = None
    why: str | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """How the case came in: `since` the first day of phase 2, when it has begun."""

    prepared: date | None
    since: date | None
    on_benefit: bool
    visited: date | None
    broker: date | None


def base_of(course: Course, spans: Sequence[Span]) -> Base:
    """Phase 2 begins with the later of visitation and broker; for people who came in on the benefit with the broker."""
    visited = course.met("uif2.phase1.exit-visited")
    broker = course.met("uif2.phase1.exit-broker")
    prepared = course.day("preparation_started.first")
    route = course.facts.value("intake", "entry_route")[0]
    paid = bool(spans) or course.facts.value("citizen", "benefit")[0] == BENEFIT
    on_benefit = route in ("existing_ly", "new_ly") or (route is None and prepared is None and paid)
    since = None
    if on_benefit and broker is not None:
        begun = [day for day in (visited, spans[0][0] if spans else None) if day is not None]
        since = max([broker, *([min(begun)] if begun else [])])
    elif visited is not None and broker is not None:
        since = max(visited, broker)
    return Base(known(prepared), since, on_benefit, visited, broker)


def standing(course: Course, work: Work, spans: Sequence[Span], base: Base) -> Standing:
    main, former = work.main, work.former
    if former is not None and base.since is not None and (former.last_day or date.min) < base.since:
        former = None  # a job from before the course
    back = _benefit_after(former, spans, main.start if main is not None else course.today) if former else None
    if main is not None:
        begun = max([day for day in (back, base.since) if day is not None], default=None)
        if back is None and former is not None:
            begun = main.start
        return _in_flexjob(course, work, main, begun or base.since or main.start)
    if former is not None and back is None:
        left = _left(course, work, former)
        if left is not None:
            return left
    if back is not None:
        return Standing("phase2", max(back, base.since or back), job=work.ahead)
    if course.assumed is not None and former is None and course.program.rank(course.assumed.values["step"]) > 1:
        return Standing(str(course.assumed.values["step"]), course.assumed.on)
    if base.since is not None or base.on_benefit:
        return Standing("phase2", base.since, job=work.ahead)
    return Standing("phase1", base.prepared, job=work.ahead)


def _benefit_after(job: Job, spans: Sequence[Span], limit: date) -> date | None:
    """The first day on the benefit after a job."""
    over = job.last_day
    if over is None:
        return None
    days = [max(first, over + DAY) for first, last in spans if last is None or last > over]
    return next((day for day in days if day <= limit), None)


def complete(course: Course, job: Job) -> date | None:
    """The day phase 2 was complete for a job: begun, agreed with goals and follow-up, company contact named."""
    for stay in reversed(job.placements):
        course.references["job"] = stay.id
        days = [course.met(rule) for rule in EXITS]
        if all(day is not None for day in days):
            return max([job.start, *(day for day in days if day is not None)])
    course.references["job"] = job.placements[-1].id
    return None


def _in_flexjob(course: Course, work: Work, job: Job, searching: date) -> Standing:
    """By the criteria of phase 2, then by the hours."""
    entry = complete(course, job)
    if entry is None:
        return Standing("phase2", searching, job=job)
    return _by_hours(course, work, job, entry, course.today)


def _by_hours(course: Course, work: Work, job: Job, entry: date, day: date) -> Standing:
    limit, minutes = course.number("exit_minutes"), work.minutes(day)
    since = work.run_since(limit, day) or entry
    if minutes > limit:
        direct = since <= entry
        begun = entry if direct else since
        return Standing(
            "exited_flexjob_over_10h_direct" if direct else "exited_over_10h",
            begun,
            job=job,
            entry=entry,
            why="uif2.phase2.exit-started" if direct else "uif2.phase3.exit-over-10",
            evidence=f"{minutes} minutes a week from {since.isoformat()}",
        )
    if job.start < cutoff(course):
        return Standing("not_target", entry, job=job, entry=entry, why="uif2.phase3.target")
    reopened = since if since > entry else None
    return Standing("phase3", reopened or entry, job=job, entry=entry, reopened=reopened)


def _left(course: Course, work: Work, job: Job) -> Standing | None:
    """A job that is over, without benefit since: an exit stays one, phase 3 waits for what the caseworker says."""
    entry = complete(course, job)
    if entry is None or job.last_day is None or entry > course.today:
        return None
    found = _by_hours(course, work, job, entry, job.last_day)
    if found.step == "not_target":
        return None
    if found.step == "phase3":
        found.sub = "job_ended"
    return found


def decided(course: Course, found: Standing) -> Standing:
    """What a person decided: left the course, another benefit, not in the target group. A later new start undoes it."""
    gone = [fact for fact in (latest(course, "withdrawn"), latest(course, "other_benefit")) if fact is not None]
    judged = latest(course, "intake", lambda fact: fact.get("judged_target_flexjob") is not None)
    if judged is not None and judged.get("judged_target_flexjob") is False and found.step == "phase1":
        gone.append(judged)
    if not gone:
        return found
    last = max(gone, key=lambda fact: fact.on)
    starts = ("preparation_started", "visitation", "ly")
    if any(fact.on > last.on for kind in starts for fact in course.facts.of(kind)):
        return found
    step = {"withdrawn": "withdrawn", "other_benefit": "other_benefit"}.get(last.kind, "not_target")
    why = "uif2.phase1.target" if step == "not_target" else None
    return Standing(step, when(last), job=found.job, entry=found.entry, why=why)
