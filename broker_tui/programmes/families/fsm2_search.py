"""Where a case of `fsm2` stands between search and company, and which clocks run there (domain 2.9).

Weekly contact follows where the citizen really is and not the step: it runs until the first day at a company and again
from the day after the last one, but not in a bridge between two placements. Monthly contact runs in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.families.ladder import Search, climb, company_since
from broker_tui.programmes.pauses import Span, extend, merged
from broker_tui.programmes.placements import Placement

STEP1 = ("fsm2.step1.exit-broker", "fsm2.step1.exit-cv-started", "fsm2.step1.exit-goal-started")
STEP2 = ("fsm2.step2.exit-agreement", "fsm2.step2.exit-follow-up", "fsm2.step2.exit-company-contact")
EXEMPTION = ("exemption",)
INTERNSHIP = ("internship", "combined")
_PAID = ("ordinary_employment", "wage_subsidy", "flexjob", "combined")
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Run:
    """Placements that bridge or overlap: one stay at companies. `last` is None while it lasts or is being bridged."""

    first: Placement
    start: date
    last: date | None
    end: Placement

    @property
    def days(self) -> int:
        """How long it lasted, bridges included."""
        return (self.last - self.start).days + 1 if self.last is not None else 0


@dataclass(frozen=True, slots=True)
class Episode:
    """One stretch of search. `clock`: from when its 13 weeks count, `stays`: short placements that extend them,
    `closed`: the day the terms of the next placement were complete."""

    since: date
    clock: date
    stays: tuple[Span, ...]
    closed: date | None

    def due(self, course: Course) -> date:
        """The last day of the 13 weeks, exemptions and short placements added."""
        spans = merged([*course.pauses(EXEMPTION), *self.stays])
        return extend(self.clock, self.clock + self._weeks(course), spans, self.closed or course.today)

    @staticmethod
    def _weeks(course: Course) -> timedelta:
        return timedelta(days=course.number("step2_max_days"))


def searched(course: Course, started: date | None, floor: date | None) -> Search:
    """The step by its criteria; `floor`: a day before which nothing of the present course happened (F-Q16)."""
    search = climb(course, STEP1, started)
    if floor is not None and search.first is not None:
        first = max(search.first, floor)
        since = max(search.search_since or first, first)
        own = max(search.since or since, since) if search.step == "step2" else search.since
        search = replace(search, first=first, search_since=since, since=own)
    return _by_hand(course, search) if search.step == "step2" else search


def _by_hand(course: Course, search: Search) -> Search:
    """Step 3 when what is missing was waived in this search, or the step was set without its evidence.

    Only what is dated in this search counts: after an interruption the criteria must be empty again (trap 2).
    """
    low = search.search_since or date.min
    days: list[date] = []
    for rule in STEP2:
        day = course.program.met(rule, course)
        if day is None:
            day = course.met(rule)
            if day is None or day < low:
                return search
        days.append(day)
    return replace(search, step="step3", since=max(days))


def runs(course: Course) -> list[Run]:
    """The stays at companies so far, oldest first; signed or not, for who is at a company is not searching."""
    today, bridge = course.today, timedelta(days=course.number("bridge_days"))
    found: list[Run] = []
    for placement in course.placements:
        if placement.start is None or not placement.started(today):
            continue
        last = placement.last_day if placement.ended(today) else None
        run = found[-1] if found else None
        if run is not None and _joins(run, placement, placement.start, bridge):
            if run.last is not None and (last is None or last >= run.last):
                run.last, run.end = last, placement
        else:
            found.append(Run(placement, placement.start, last, placement))
    ahead = course.current
    if found and ahead is not None and ahead.start is not None and not ahead.started(today):
        run = found[-1]
        if run.last is not None and _joins(run, ahead, ahead.start, bridge):
            run.last, run.end = None, ahead
    return found


def _joins(run: Run, placement: Placement, start: date, bridge: timedelta) -> bool:
    if run.last is None or start <= run.last:
        return True
    return placement.signed_on is not None and start <= run.last + bridge


def episodes(course: Course, search: Search, stays: Sequence[Run], floor: date | None) -> list[Episode]:
    """The searches of the case. A placement longer than 28 days starts new 13 weeks; after a shorter one the old go
    on, extended by its days (F-Q9), so that a stay of three days cannot reset them."""
    short = course.number("short_placement_days")
    since = search.first
    if since is None:
        return []
    found: list[Episode] = []
    clock, spans = since, list[Span]()
    for run in stays:
        if run.last is not None and run.last < since and not found:
            continue  # from before step 1 was complete
        found.append(Episode(since, clock, tuple(spans), _closing(course, run, since)))
        if run.last is None:
            return found
        since = max(run.last + _DAY, since)
        if floor is not None and since < floor:
            since = clock = floor
            spans = []
        elif run.days > short:
            clock, spans = since, []
        else:
            spans.append((run.start, run.last))
    if floor is not None and since < floor:
        since = clock = floor
        spans = []
    closed = search.since if search.step == "step3" else None
    return [*found, Episode(since, clock, tuple(spans), closed)]


def _closing(course: Course, run: Run, since: date) -> date | None:
    complete = company_since(course, run.first)
    return max(complete, since) if complete is not None else None


def set_days(course: Course, search: Search, stays: Sequence[Run], found: Sequence[Episode]) -> None:
    """The named days of search, placement and work, and what `@current` and its relatives stand for."""
    at_company = bool(stays) and stays[-1].last is None
    latest = found[-1] if found else None
    in_search = search.step in ("step2", "step3") and not at_company
    current, working = course.current, at_work(course)
    course.standstill["short_placement"] = list(latest.stays) if latest is not None else []
    closed = search.since if search.step == "step3" else None
    if at_company and latest is not None and latest.closed is not None and search.step == "step3":
        closed = latest.closed
    course.days |= {
        "step1.closed": search.first,
        # a case of which only the company course is known has searched, nobody knows since when
        "step2.since": latest.since if latest is not None else search.search_since or closed,
        "step2.closed": closed,
        "step2.clock": latest.clock if latest is not None else search.search_since,
        "step2.max": latest.due(course) if latest is not None else None,
        "step3.since": search.since if search.step == "step3" else None,
        "search.since": (latest.since if latest is not None else search.since) if in_search else None,
        "search.until": current.start if current is not None and in_search else None,
        "work.start": stays[-1].start if at_company else None,
        "work.until": _agreed_end(course, stays[-1]) if at_company else None,
        "terms.complete": _terms_complete(course, current),
        "placement.signed": current.signed_on if current is not None else None,
        "placement.start": working.start if working is not None else None,
        "placement.end": (working.last_day or working.planned_end) if working is not None else None,
    }
    broken = stays[-1].end if stays and not at_company else None
    course.days["interrupted.on"] = broken.last_day if broken is not None and broken.how == "interrupted" else None
    _references(course, current, working)


def _terms_complete(course: Course, current: Placement | None) -> date | None:
    """The day from which the registrations of the current placement are due: its terms complete, or waived."""
    if current is None:
        return None
    days: list[date] = []
    for rule in STEP2:
        day = course.program.met(rule, course)
        if day is None and (day := course.waived_on(rule)) is None:
            return None
        days.append(day)
    return max(days)


def at_work(course: Course) -> Placement | None:
    """The placement that is under way, the latest begun first; else the one agreed."""
    alive = [p for p in course.placements if p.under_way(course.today)]
    return max(alive, key=lambda p: (p.start or date.min, p.id), default=course.current)


def _agreed_end(course: Course, run: Run) -> date | None:
    """The day after the last agreed day of the stay; not known while one placement is open-ended."""
    alive = [p for p in course.placements if p.under_way(course.today)]
    if run.end not in alive and run.last is None:
        alive.append(run.end)
    days = [p.last_day or p.planned_end for p in alive]
    known = [day for day in days if day is not None]
    return max(known) + _DAY if known and len(known) == len(days) else None


def _references(course: Course, current: Placement | None, working: Placement | None) -> None:
    """`@working`, `@internship`, `@paid_work`, `@purpose`, and one per purpose: rules that concern such a placement."""
    refs = course.references
    refs["working"] = working.id if working is not None else None
    if current is None:
        return
    purpose = agreed_purpose(course, current)
    refs["purpose"] = purpose
    if current.type in _PAID:
        refs["paid_work"] = current.id
    if current.type in INTERNSHIP:
        refs["internship"] = current.id
        if purpose is not None:
            refs[purpose] = current.id


def agreed_purpose(course: Course, placement: Placement) -> str | None:
    """The purpose the latest agreement on a placement states."""
    found = course.facts.last_kept(
        "agreement", lambda f: f.get("placement") == placement.id and f.get("purpose") is not None
    )
    return str(found.get("purpose")) if found is not None else None


def search_days(course: Course, found: Sequence[Episode]) -> int:
    """Days of search over all episodes."""
    return sum(max(0, ((one.closed or course.today) - one.since).days) for one in found)


def step1_due(course: Course, started: date) -> date:
    """The last day of step 1, exemptions added."""
    closed = course.days.get("step1.closed") or course.today
    due = add_months(started, course.number("step1_max_months"))
    return extend(started, due, course.pauses(EXEMPTION), closed)
