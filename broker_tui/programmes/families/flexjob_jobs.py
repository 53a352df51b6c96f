"""Jobs and internships of `flexjob` as they stand on a day (domain B4, B7).

A job is a `placement` of type `flexjob` with its `job_agreement`; how it ended follows from `placement_end`,
`interruption` and `extension_decision`. Employment in the base unit is a job too, but it counts as preparation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.placements import Placement

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Job:
    """One flex job.

    Attributes:
        end: the planned last day, extensions applied; None for a permanent job.
        last_day: the last day, when it has one that is settled: ended, broken off or run out.
        ran_out: it ended because its term was over, nobody broke it off.
        term_start: first day of the present term; after an extension the day after the former end.
        stage: `base`, `seconded` or `outside` in municipal employment.
        presence, intensity: agreed minutes a week and per cent; None when not said.
    """

    id: str
    company: str
    start: date
    end: date | None
    last_day: date | None
    ran_out: bool
    broken_off: bool
    term_start: date
    design: str
    stage: str
    presence: int | None
    intensity: int | None
    flexible: bool
    signed: bool
    variant: str
    mentor_minutes: int | None

    @property
    def base(self) -> bool:
        """Employed in the base unit: preparation, not yet a flex job in the sense of the model (B7, B12 no. 3)."""
        return self.design == "municipal" and self.stage == "base"

    def active(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        return self.start <= day and (self.last_day is None or day <= self.last_day)

    @property
    def halves(self) -> int | None:
        """Agreed effective half hours a week; without an intensity all presence counts."""
        return None if self.presence is None else effective_halves(self.presence, self.intensity)


def effective_halves(minutes: int, intensity: int | None) -> int:
    """Presence times intensity in half hours, half of one rounded up (`effective_hours`, B7)."""
    return (2 * minutes * (100 if intensity is None else intensity) + 3000) // 6000


def day_of(raw: Any) -> date | None:
    """A day from a field; None for no day or one that cannot be read."""
    if isinstance(raw, str):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            return None
    return raw if isinstance(raw, date) else None


def number_of(raw: Any) -> int | None:
    """A whole number from a field."""
    return int(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None


def jobs(course: Course) -> list[Job]:
    """All flex jobs that were not cancelled, by start."""
    stays = [p for p in course.placements if p.type == "flexjob" and p.cancelled_on is None and p.start is not None]
    if not stays:
        return []
    told = _merged(course.facts.of("job_agreement"), stays)
    over = _grouped(course.facts.of("placement_end"), stays)
    broken = _grouped([f for f in course.facts.of("interruption") if f.get("resumable") is False], stays)
    decided = _grouped(course.facts.of("extension_decision"), stays)
    stages = _grouped(course.facts.of("municipal_stage"), stays)
    hours = _hours(course)
    return [
        _job(
            course,
            stay,
            told.get(stay.id, {}),
            over.get(stay.id, ()),
            broken.get(stay.id, ()),
            decided.get(stay.id, ()),
            stages.get(stay.id, ()),
            hours.get(stay.id),
        )
        for stay in stays
    ]


def _job(
    course: Course,
    stay: Placement,
    told: Mapping[str, Any],
    over: Sequence[Fact],
    broken: Sequence[Fact],
    decided: Sequence[Fact],
    stages: Sequence[Fact],
    minutes: int | None,
) -> Job:
    start = stay.start or date.min
    design = str(told.get("design") or course.params["design"])
    end, term_start = _term(stay, design, decided, course)
    last_day, ran_out, broken_off = None, False, False
    if over:
        last_day = day_of(over[-1].get("last_day")) or over[-1].on
        broken_off = over[-1].get("how") == "interrupted" or over[-1].get("resumable") is False
        ran_out = not broken_off and end is not None and last_day >= end
    elif broken:
        last_day, broken_off = broken[-1].on, True
    elif end is not None and end < course.today:
        last_day, ran_out = end, True
    return Job(
        id=stay.id,
        company=str(told.get("company") or stay.company),
        start=start,
        end=end,
        last_day=last_day,
        ran_out=ran_out,
        broken_off=broken_off,
        term_start=term_start,
        design=design,
        stage=_stage(design, str(told.get("model") or course.params["model"]), stages),
        presence=minutes if minutes is not None else number_of(told.get("presence_minutes")),
        intensity=number_of(told.get("intensity_pct")),
        flexible=bool(told.get("flexible_hours")),
        signed=bool(told.get("signed")) or stay.signed_on is not None,
        variant=str(told.get("mentor_variant") or ""),
        mentor_minutes=number_of(told.get("mentor_minutes_week")),
    )


def _term(stay: Placement, design: str, decided: Sequence[Fact], course: Course) -> tuple[date | None, date]:
    """The planned last day and the first day of the present term.

    Where an employment has a longest term by rule and the agreement names no end, the rule's end counts.
    """
    start = stay.start or date.min
    end, permanent = None, False
    for fact in stay.facts:
        named = day_of(fact.get("planned_end"))
        if named is not None:
            end, permanent = named, False
        elif fact.get("permanent"):
            end, permanent = None, True
    if end is None and not permanent:
        end = longest(design, start, course)
    term_start = start
    for fact in decided:
        if fact.get("outcome") == "permanent":
            end = None
        elif fact.get("outcome") == "extend" and (new := day_of(fact.get("new_end"))) is not None:
            if end is not None and new > end:
                term_start = end + DAY
            end = new
    return end, term_start


def longest(design: str, start: date, course: Course) -> date | None:
    """The last day a job may have by its design: municipal months (B3.6), workshop weeks (B3.7)."""
    if design == "municipal":
        return add_months(start, course.number("municipal_max_months")) - DAY
    weeks = course.number("workshop_term_weeks")
    if design == "workshop" and weeks > 0:
        return start + timedelta(days=7 * weeks - 1)
    return None


def _stage(design: str, model: str, stages: Sequence[Fact]) -> str:
    """Where a municipal employee works; the hybrid begins in the base."""
    if design != "municipal":
        return ""
    if stages:
        return str(stages[-1].get("stage") or "base")
    return "seconded" if model == "secondment" else "base"


def _grouped(facts: Sequence[Fact], stays: Sequence[Placement]) -> dict[str, list[Fact]]:
    """Facts by the job they are about; one that names none is about the job begun last before it."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if (name := _about(fact, stays)) is not None:
            found.setdefault(name, []).append(fact)
    return found


def _about(fact: Fact, stays: Sequence[Placement]) -> str | None:
    if named := fact.get("placement"):
        return str(named)
    begun = [stay for stay in stays if stay.start is not None and stay.start <= fact.on]
    return (begun or list(stays))[-1 if begun else 0].id


def _merged(facts: Sequence[Fact], stays: Sequence[Placement]) -> dict[str, dict[str, Any]]:
    """Agreements by job, the latest word on each field."""
    found: dict[str, dict[str, Any]] = {}
    for fact in facts:
        named = fact.get("placement")
        name = str(named) if named else stays[-1].id
        found.setdefault(name, {}).update({key: value for key, value in fact.values.items() if value is not None})
    return found


def planless(course: Course, found: Sequence[Job]) -> list[tuple[int, bool]]:
    """Agreements that name a job nobody has planned yet: effective half hours, and whether they are signed."""
    known = {job.id for job in found} | {stay.id for stay in course.placements}
    told: dict[str, dict[str, Any]] = {}
    for fact in course.facts.of("job_agreement"):
        if (name := str(fact.get("placement") or "")) and name not in known:
            told.setdefault(name, {}).update({key: value for key, value in fact.values.items() if value is not None})
    return [
        (effective_halves(minutes, number_of(one.get("intensity_pct"))), bool(one.get("signed")))
        for one in told.values()
        if (minutes := number_of(one.get("presence_minutes"))) is not None
    ]


def _hours(course: Course) -> dict[str, int]:
    """Agreed minutes a week by job, as of today."""
    found: dict[str, int] = {}
    for fact in course.facts.of("hours"):
        ended = fact.until is not None and fact.until < course.today
        if fact.get("measure", "flexjob") == "flexjob" and fact.on <= course.today and not ended:
            found[str(fact.get("placement") or "")] = number_of(fact.get("minutes")) or 0
    return found


def first_halves(course: Course, job: Job) -> int | None:
    """Agreed effective half hours a week at the beginning of a job, for `hours_delta`."""
    days: list[tuple[date, int, int | None]] = []
    for fact in course.facts.of("hours"):
        if fact.get("placement") == job.id and fact.get("measure", "flexjob") == "flexjob":
            days.append((fact.on, number_of(fact.get("minutes")) or 0, job.intensity))
    for fact in course.facts.of("job_agreement"):
        minutes = number_of(fact.get("presence_minutes"))
        if minutes is not None and fact.get("placement") in (None, "", job.id):
            days.append((fact.on, minutes, number_of(fact.get("intensity_pct"))))
    if not days:
        return None
    _, minutes, intensity = min(days, key=lambda entry: entry[0])
    return effective_halves(minutes, intensity)


@dataclass(frozen=True, slots=True)
class Standing:
    """Which job and internship matter today.

    Attributes:
        current: the job under way that began last; base employment only when there is no other.
        run_start: the day the present unbroken time in jobs (or in the base) began.
        next: a job that is agreed and lies ahead.
        former: the job that ended last.
        internship: the one under way, else the next, else the last.
    """

    all: Sequence[Job]
    current: Job | None
    run_start: date | None
    next: Job | None
    former: Job | None
    internship: Placement | None
    in_internship: bool


def standing(course: Course) -> Standing:
    """Jobs and internships of a case, sorted out."""
    today, found = course.today, jobs(course)
    active = [job for job in found if job.active(today)]
    outside = [job for job in active if not job.base]
    current = max(outside or active, key=lambda job: (job.start, job.id), default=None)
    ahead = [job for job in found if job.start > today]
    ended = [job for job in found if job.last_day is not None and job.last_day < today and job.start <= today]
    practice = [p for p in course.placements if p.type == "internship" and p.cancelled_on is None and p.start]
    under_way = [p for p in practice if p.under_way(today)]
    later = [p for p in practice if p.start is not None and p.start > today]
    internship = (under_way or later[:1] or practice)[-1] if practice else None
    return Standing(
        all=found,
        current=current,
        run_start=_run_start(found, current),
        next=min(ahead, key=lambda job: (job.start, job.id), default=None),
        former=max(ended, key=lambda job: (job.last_day or date.min, job.id), default=None),
        internship=internship,
        in_internship=bool(under_way),
    )


def _run_start(found: Sequence[Job], current: Job | None) -> date | None:
    """First day of the unbroken run of jobs of the same side that reaches into the current one."""
    if current is None:
        return None
    first = current.start
    for job in sorted(found, key=lambda job: job.start, reverse=True):
        touches = job.last_day is None or job.last_day + DAY >= first
        if job.base == current.base and job.start < first and touches:
            first = job.start
    return first


def last_of(internship: Placement | None) -> date | None:
    """The last day of an internship, actual or planned."""
    if internship is None:
        return None
    return internship.last_day or internship.planned_end
