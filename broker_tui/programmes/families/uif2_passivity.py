"""Passivity of people on flex-job unemployment benefit, and re-treatment (domain 3.9, U-Q8 to U-Q11).

Passive is who has had the benefit for six months since the last thing that resets the count: the benefit's start, the
effort's start, a flex job, a company-directed effort with at least one attended day, a re-treatment. Days without
benefit, lawful absence and exemption are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.uif2_work import DAY, Work, bounded, cutoff
from broker_tui.programmes.pauses import Span, extend, merged, running
from broker_tui.programmes.placements import Placement

LEFT_OUT = ("lawful_absence", "exemption", "no_ly")
"""What the six months leave out, as the rules name it in `extend`."""
EFFORTS = frozenset({"internship", "wage_subsidy"})


@dataclass(frozen=True, slots=True)
class Round:
    """One stretch of waiting.

    Attributes:
        anchor: the day it counts from.
        passive_on: the first day after the six months.
        again: whether it began with a re-treatment.
    """

    anchor: date
    passive_on: date
    again: bool


@dataclass(frozen=True, slots=True)
class Passivity:
    """How a case stands.

    Attributes:
        now: the present round; None in a job or effort, and without benefit.
        ended: the round that the latest re-treatment closed, when it was passive by then.
        due: the day from which the present round, or the ended one, had to be re-treated.
        required: whether it must be re-treated now.
    """

    now: Round | None
    ended: Round | None
    due: date | None
    required: bool
    meeting: date | None


def benefit_spans(course: Course, work: Work) -> list[Span]:
    """Periods on the benefit; one without an end is over when a flex job begins."""
    found: list[Span] = []
    for fact in course.facts.of("ly"):
        begun = [job.start for job in work.jobs if job.start > fact.on]
        until = bounded(fact.until)
        found.append((fact.on, min(begun) - DAY if until is None and begun else until))
    return merged(found)


def gaps(spans: Sequence[Span]) -> list[Span]:
    """Days without benefit between two periods."""
    return [(a[1] + DAY, b[0] - DAY) for a, b in pairwise(spans) if a[1] is not None]


def run_start(spans: Sequence[Span], work: Work, limit: date, months: int) -> date | None:
    """Start of the run of periods that reaches `limit`: joined across gaps of at most so many months without a job."""
    begun = [span for span in spans if span[0] <= limit]
    if not begun:
        return None
    start = begun[-1][0]
    for first, last in reversed(begun[:-1]):
        if last is None or add_months(last + DAY, months) < start or work.between(last + DAY, start - DAY):
            break
        start = first
    return start


class _Case:
    """What resets the count, looked up once."""

    def __init__(self, course: Course, work: Work, spans: Sequence[Span]) -> None:
        self.course, self.work, self.spans = course, work, spans
        self.stale_days = course.number("stale_agreement_days")
        self.meetings = [f.on for f in course.facts.of("team_meeting") if f.get("kind") == "retreatment"]
        self.proof = _proof(course)
        self.efforts = [p for p in course.placements if p.type in EFFORTS and p.cancelled_on is None]

    def attended(self, stay: Placement) -> bool:
        """Whether there was at least one day: noted attendance, a follow-up, or a course that ran to its end."""
        said = self.proof.get(stay.id)
        return said if said is not None else stay.ended(self.course.today)

    def stale_on(self, stay: Placement) -> date | None:
        """The last of the days in which nobody came to an agreed effort; after it the agreement is stale."""
        if stay.type == "flexjob" or stay.start is None or self.attended(stay):
            return None
        return stay.start + timedelta(days=self.stale_days)

    def busy(self, day: date) -> bool:
        """Whether a job or a company-directed effort is under way on a day."""
        if any(job.covers(day) for job in self.work.jobs):
            return True
        for stay in self.efforts:
            if stay.start is not None and stay.start <= day and (stay.last_day is None or day <= stay.last_day):
                stale = self.stale_on(stay)
                if stale is None or (self.proof.get(stay.id) is None and day <= stale):
                    return True
        return False

    def round(self, limit: date, meetings: Sequence[date]) -> Round | None:
        """The round that runs on a day."""
        start = run_start(self.spans, self.work, limit, self.course.number("ly_gap_months"))
        if start is None or running(self.spans, limit) is None or self.busy(limit):
            return None
        jobs = [job.last_day + DAY for job in self.work.jobs if job.last_day is not None and job.last_day < limit]
        efforts = [
            stay.last_day + DAY
            for stay in self.efforts
            if stay.start is not None
            and stay.start <= limit
            and stay.last_day is not None
            and stay.last_day < limit
            and self.attended(stay)
        ]
        held = max((day for day in meetings if day <= limit), default=None)
        anchor = max([start, cutoff(self.course), *jobs, *efforts, *([held] if held else [])])
        pauses = self.course.pauses(LEFT_OUT)
        due = add_months(anchor, self.course.number("passive_months"))
        return Round(anchor, extend(anchor, due, pauses, self.course.today), held is not None and anchor == held)

    def exempt(self) -> bool:
        """Whether a signed agreement stands: planned or active, and not stale."""
        today = self.course.today
        return any(
            stay.cancelled_on is None
            and not stay.ended(today)
            and ((stale := self.stale_on(stay)) is None or today <= stale)
            for stay in self._signed()
        )

    def lost(self, limit: date) -> list[date]:
        """The days on which agreements were cancelled or became stale."""
        found: list[date] = []
        for stay in self._signed():
            stale = self.stale_on(stay)
            days = [day for day in (stay.cancelled_on, stale) if day is not None]
            if days and min(days) + (DAY if min(days) == stale else timedelta(0)) <= limit:
                found.append(min(days))
        return found

    def _signed(self) -> list[Placement]:
        wanted = EFFORTS | {"flexjob"}
        return [p for p in self.course.placements if p.type in wanted and p.signed_on is not None]


def _proof(course: Course) -> dict[str, bool]:
    """Attendance by placement, as far as something is said about it."""
    proof: dict[str, bool] = {}
    for fact in course.facts.of("attendance"):
        name = str(fact.get("placement") or "")
        proof[name] = proof.get(name, False) or fact.get("attended") is not False
    for kind in ("follow_up", "internship_follow_up"):
        for fact in course.facts.of(kind):
            if fact.get("placement"):
                proof[str(fact.get("placement"))] = True
    for fact in course.facts.of("contact"):
        if fact.get("placement") and fact.get("place") == "company" and fact.get("outcome", "reached") == "reached":
            proof[str(fact.get("placement"))] = True
    return proof


def passivity(course: Course, work: Work, spans: Sequence[Span]) -> Passivity:
    """The present round, the one before it and whether the case must be re-treated."""
    course.standstill["no_ly"] = gaps(spans)
    case = _Case(course, work, spans)
    today = course.today
    now = case.round(today, case.meetings)
    meeting = case.meetings[-1] if case.meetings else None
    ended = None
    if now is not None and now.again and meeting is not None:
        earlier = [day for day in case.meetings if day < meeting]
        ended = case.round(meeting - DAY, earlier)
        if ended is not None and ended.passive_on > meeting:
            ended = None
    if now is not None and now.passive_on <= today:
        said = last_review(course, now)
        required = not case.exempt() and (said is None or said.get("outcome") != "ordinary_presentation")
        due = max([now.passive_on, *case.lost(today)]) if required else None
        return Passivity(now, ended, due, required, meeting)
    due = max([ended.passive_on, *case.lost(meeting)]) if ended is not None and meeting is not None else None
    return Passivity(now, ended, due, False, meeting)


def last_review(course: Course, found: Round) -> Fact | None:
    """The latest review of a round."""
    first = early(course, found)
    return course.facts.last_kept("case_review", lambda fact: fact.on >= first)


def early(course: Course, found: Round) -> date:
    """The earliest day a review of this round counts."""
    return found.passive_on - timedelta(days=course.number("review_early_days"))
