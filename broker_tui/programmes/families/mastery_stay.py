"""The internship of a mastery course: first and last day, postponement, extension, agreement (domain A3, A4, A7)."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from broker_tui.programmes.course import Course
from broker_tui.programmes.expressions import add_working_days
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.common import latest, when
from broker_tui.programmes.families.mastery_calendar import DAY, WEEK, Team, as_day, as_int
from broker_tui.programmes.placements import Placement
from broker_tui.programmes.results import Reason


@dataclass(slots=True)
class Stay:
    """The citizen's internship.

    Attributes:
        p0, pe: first and last day, planned or actual.
        early: the course ended early because of a job or education.
        refused: weeks of postponement asked for beyond the limit; 0 when none.
        chain: the internship placements up to `pe`, by start.
        cancelled_on: the day the company cancelled an agreement and no other is in place.
    """

    p0: date | None = None
    pe: date | None = None
    early: bool = False
    refused: int = 0
    weeks: int = 0
    chain: list[Placement] = field(default_factory=list)
    agreement: Placement | None = None
    agreement_on: date | None = None
    signed_on: date | None = None
    cancelled_on: date | None = None
    changes: list[Reason] = field(default_factory=list)

    def running(self, today: date) -> Placement | None:
        """The placement the citizen is at."""
        return next((p for p in reversed(self.chain) if p.under_way(today)), None)


def stay_of(course: Course, team: Team) -> Stay:
    """Where the internship stands."""
    stay = Stay()
    # a placement from before the team began is not this course's; one that begins after the whole course is aftercare
    first = team.t0 or date.min
    last = team.end + 2 * WEEK if team.end is not None else date.max
    for place in course.placements:
        place.start, place.planned_end = as_day(place.start), as_day(place.planned_end)
        place.last_day = as_day(place.last_day)
    stays = [p for p in course.placements if p.cancelled_on is None and (p.start is None or first <= p.start <= last)]
    _postponed(course, stay)
    _begin(course, team, stay, stays)
    _finish(course, team, stay, stays)
    _agreement(course, team, stay)
    return stay


def _postponed(course: Course, stay: Stay) -> None:
    """Weeks of postponement that can be given: two in all; more is refused and another way is named (A4, step 6)."""
    most = course.number("max_postponement_weeks")
    for fact in course.facts.of("readiness"):
        weeks = as_int(fact.get("weeks")) or 0
        if fact.get("decision") not in ("postponed", "taster") or weeks <= 0:
            continue
        if stay.weeks + weeks > most:
            stay.refused = weeks
            ways = ["reduced", "taster", "back_referral"]
            stay.changes.append(Reason("postponement_refused", {"weeks": weeks, "most": most, "instead": ways}))
        else:
            stay.weeks += weeks


def _begin(course: Course, team: Team, stay: Stay, stays: list[Placement]) -> None:
    """P0: the placement's start, or the team's first internship day; a postponement moves it (P0 moves)."""
    first = stays[0] if stays else None
    stay.p0 = first.start if first is not None and first.start is not None else team.internship
    shift = stay.weeks * WEEK
    if stay.weeks and team.internship is not None and stay.p0 is not None and stay.p0 < team.internship + shift:
        stay.p0 += shift
    agreed = latest(course, "readiness", lambda fact: as_day(fact.get("p0")) is not None)
    if agreed is not None and not stay.refused and _recorded(first) <= agreed.on:
        stay.p0 = as_day(agreed.get("p0"))


def _recorded(placement: Placement | None) -> date:
    """When the terms of a placement were last written down."""
    return placement.facts[-1].on if placement is not None and placement.facts else ALWAYS


def _finish(course: Course, team: Team, stay: Stay, stays: list[Placement]) -> None:
    """PE: twelve weeks from P0 or the agreed end, moved by extension, cut by an early end."""
    if stay.p0 is None:
        stay.pe = None
        return
    pe = stay.p0 + team.internship_weeks * WEEK - DAY
    first = stays[0] if stays else None
    if first is not None and first.planned_end is not None and first.start is not None:
        pe = first.planned_end + max(stay.p0 - first.start, timedelta(0))
    extensions = [f for f in course.facts.of("extension") if as_day(f.get("new_end")) is not None]
    for fact in extensions:
        if fact.on <= pe:
            pe = as_day(fact.get("new_end")) or pe
        else:
            stay.changes.append(Reason("late_extension", {"on": fact.on, "end": pe}))
    stay.chain = [p for p in stays if p.start is None or p.start <= pe]
    for other in stay.chain[1:]:
        if other.planned_end is not None and not extensions:
            pe = max(pe, other.planned_end)
    pe = _cut(course, stay, pe)
    stay.pe = pe


def _cut(course: Course, stay: Stay, pe: date) -> date:
    """An early end. An interrupted placement does not end the course: another place is looked for."""
    last = stay.chain[-1] if stay.chain else None
    ended = {str(fact.get("placement")): fact for fact in course.facts.of("placement_end")}
    if last is not None and (fact := ended.get(last.id)) is not None and fact.get("how") != "interrupted":
        day = as_day(fact.get("last_day")) or fact.on
        if day < pe:
            pe, stay.early = day, fact.get("how") == "converted"
    gone = left_for_work(course)
    if gone is not None and (day := when(gone) or course.today) <= pe:
        pe, stay.early = day, True
    return pe


def left_for_work(course: Course) -> Fact | None:
    """The citizen left for a job or education."""
    return latest(course, "leaving", lambda fact: fact.get("to") in ("job", "education"))


def _agreement(course: Course, team: Team, stay: Stay) -> None:
    """The agreement that stands: company, start, contact person, signed. A cancelled one leaves none (A7)."""
    signed = [p for p in course.placements if p.signed_on is not None and p.company and p.start is not None]
    over = team.t0 or date.min
    signed = [p for p in signed if p.cancelled_on is None and not (p.last_day is not None and p.last_day < over)]
    stay.signed_on = min((p.signed_on for p in signed if p.signed_on and not _lost(p, course.today)), default=None)
    whole = [p for p in signed if p.contact_on is not None]
    alive = [p for p in whole if not _lost(p, course.today)]
    if alive:
        stay.agreement = alive[0]
        stay.agreement_on = max(alive[0].signed_on or ALWAYS, alive[0].contact_on or ALWAYS)
        return
    stay.cancelled_on = max(_losses(course), default=None)


def _losses(course: Course) -> list[date]:
    """Days on which a signed agreement fell away: cancelled before it began, or the placement interrupted."""
    signed = [p for p in course.placements if p.signed_on is not None]
    days = [p.cancelled_on if p.cancelled_on is not None else p.last_day for p in signed if _lost(p, course.today)]
    return [day for day in days if day is not None]


def _lost(placement: Placement, today: date) -> bool:
    return placement.cancelled_on is not None or (placement.how == "interrupted" and placement.ended(today))


def agreement_due(course: Course, team: Team, stay: Stay) -> date | None:
    """The day before the citizen's first teaching day; five working days after an agreement fell away."""
    on = stay.agreement_on
    lost = max((day for day in _losses(course) if on is None or day <= on), default=None)
    if lost is not None:
        return add_working_days(lost, course.number("new_agreement_days"), course)
    return team.start - DAY if team.start is not None else None
