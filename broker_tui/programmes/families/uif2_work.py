"""Flex jobs and their agreed minutes as `uif2` looks at them (domain 0.7, 3.9, U-Q2, U-Q12).

A job is an unbroken employment at one company: a flex job that goes on the next day under other terms is the same job,
because the six months are tied to the employment. Internships add no minutes, so only flex jobs are looked at here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS
from broker_tui.programmes.placements import Placement

DAY = timedelta(days=1)
Entry = tuple[date, date | None, int]
"""Minutes a week from a day on, perhaps until a day; of two on one day the later written one counts."""


@dataclass(slots=True)
class Job:
    """One employment in flex job.

    Attributes:
        placements: its placements, by start; several when the terms changed from one day to the next.
        entries: agreed minutes from a day on, oldest first.
        fallback: minutes of the agreement, for days without an entry.
    """

    placements: list[Placement]
    start: date
    last_day: date | None
    entries: list[Entry] = field(default_factory=list)
    fallback: int = 0

    @property
    def ids(self) -> frozenset[str]:
        """How the facts call it."""
        return frozenset(p.id for p in self.placements)

    @property
    def company(self) -> str:
        """Where it is."""
        return self.placements[-1].company

    def covers(self, day: date) -> bool:
        """Whether it is under way on a day."""
        return self.start <= day and (self.last_day is None or day <= self.last_day)

    def minutes(self, day: date) -> int:
        """Minutes a week on a day: the latest entry that has begun and not ended, else those of the agreement."""
        if not self.covers(day):
            return 0
        for begin, end, minutes in reversed(self.entries):
            if begin <= day and (end is None or day <= end):
                return minutes
        return self.fallback


@dataclass(slots=True)
class Work:
    """All flex jobs of a case.

    Attributes:
        jobs: those that ever began, by start.
        ahead: the one that is agreed or in sight and has not begun.
        steps: the days on which the minutes of all jobs together changed, with the minutes from then on.
    """

    jobs: list[Job]
    ahead: Job | None
    steps: list[tuple[date, int]]
    today: date

    @property
    def main(self) -> Job | None:
        """The one under way; of several the one begun first, to which the six months are tied."""
        return next((job for job in self.jobs if job.covers(self.today)), None)

    @property
    def former(self) -> Job | None:
        """The one that ended last."""
        over = [job for job in self.jobs if job.last_day is not None and job.last_day < self.today]
        return max(over, key=lambda job: job.last_day or date.min, default=None)

    def minutes(self, day: date) -> int:
        """Minutes a week of all jobs together."""
        return sum(job.minutes(day) for job in self.jobs)

    def between(self, start: date, end: date) -> bool:
        """Whether a job was under way on any day from `start` to `end`."""
        return any(job.start <= end and (job.last_day is None or job.last_day >= start) for job in self.jobs)

    def run_since(self, limit: int, day: date) -> date | None:
        """First day of the stretch up to `day` in which the minutes stayed above the limit, or stayed within it."""
        over = self.minutes(day) > limit
        since = None
        for begin, minutes in self.steps:
            if begin > day:
                break
            if (minutes > limit) is not over:
                since = None
            elif since is None:
                since = begin
        return since

    def first_over(self, limit: int, start: date) -> date | None:
        """The first day from `start` on with more minutes than the limit."""
        if self.minutes(start) > limit:
            return start
        return next((day for day, minutes in self.steps if day >= start and minutes > limit), None)


def work_of(course: Course) -> Work:
    """The flex jobs of a case."""
    today = course.today
    stays = [p for p in course.placements if p.type == "flexjob" and p.cancelled_on is None]
    jobs: list[Job] = []
    for stay in stays:
        if stay.start is None or stay.start > today:
            continue
        former = next((job for job in jobs if _goes_on(job, stay)), None)
        if former is not None:
            former.placements.append(stay)
            former.last_day = stay.last_day
        else:
            jobs.append(Job([stay], stay.start, stay.last_day))
    planned = [p for p in stays if p.start is None or p.start > today]
    chosen = min(planned, key=lambda p: (p.signed_on is None, p.start or date.max, p.id), default=None)
    ahead = Job([chosen], chosen.start or date.max, chosen.last_day) if chosen is not None else None
    _fill(course, [*jobs, *([ahead] if ahead else [])])
    return Work(jobs, ahead, _steps(jobs, today), today)


def _goes_on(job: Job, stay: Placement) -> bool:
    return bool(job.company and job.company == stay.company and job.last_day and stay.start == job.last_day + DAY)


def _fill(course: Course, jobs: Sequence[Job]) -> None:
    """Hand each job its entries; minutes that name no job belong to the one under way on their day."""
    if not jobs:
        return
    by_id = {name: job for job in jobs for name in job.ids}
    for entry in course.facts.of("hours"):
        job = by_id.get(str(entry.get("placement") or ""))
        measure = entry.get("measure")
        if job is None and not entry.get("placement") and measure == "flexjob":
            job = next((one for one in jobs if one.covers(entry.on)), jobs[0] if len(jobs) == 1 else None)
        if job is not None and measure in ("flexjob", None):
            job.entries.append((entry.on, bounded(entry.until), int(entry.get("minutes") or 0)))
    effective = course.params["hours_basis"] == "effective"
    for fact in course.facts.of("agreement"):
        job = by_id.get(str(fact.get("placement") or ""))
        if job is None:
            continue
        job.fallback = int(fact.get("weekly_minutes") or job.fallback)
        if effective and fact.get("effective_minutes") is not None:
            job.entries.append((fact.on, None, int(fact.get("effective_minutes"))))
            job.entries.sort(key=lambda entry: entry[0])


def _steps(jobs: Sequence[Job], today: date) -> list[tuple[date, int]]:
    days = sorted({day for job in jobs for day in _changes(job) if day <= today})
    return [(day, sum(job.minutes(day) for job in jobs)) for day in days]


def _changes(job: Job) -> Iterator[date]:
    yield job.start
    if job.last_day is not None:
        yield job.last_day + DAY
    for begin, end, _minutes in job.entries:
        if begin > job.start:
            yield begin
        if end is not None and end >= job.start:
            yield end + DAY


def known(day: date | None) -> date | None:
    """A day that can be counted from; what has always held cannot."""
    return None if day == ALWAYS else day


def bounded(day: date | None) -> date | None:
    """The end of an interval; one at the end of the calendar means none."""
    return None if day is None or day.year == date.max.year else day


def cutoff(course: Course) -> date:
    """The day the effort started."""
    raw = course.params["cutoff"]
    return raw if isinstance(raw, date) else date.fromisoformat(raw)
