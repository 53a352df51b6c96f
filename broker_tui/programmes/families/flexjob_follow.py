"""Clocks of the follow-up of `flexjob`: talks, profiles, illness, half time and end (domain B2.2, B7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.common import is_held
from broker_tui.programmes.families.flexjob_jobs import DAY, Job, day_of

TALKS = frozenset({"meeting", "video", "phone"})
"""A talk is spoken; a message or a letter is none."""
COMPANY = frozenset({"company", "company_contact", "company_mentor"})
PROFILES = (
    "monthly",
    "four_yearly",
    "two_to_three_months",
    "waiting_three_months",
    "mid_and_final",
    "on_request",
    "steady",
)
_SURELY_IN_TIME = 28
"""No profile asks for the next talk sooner than after so many days."""
_CITIZEN_FORMS = ("citizen_follow_up", "mid_term_talk", "final_talk")
_COMPANY_FORMS = ("company_follow_up",)
_JOINT = frozenset({"company", "company_contact", "company_mentor", "employer"})


@dataclass(slots=True)
class Talks:
    """What one pass over the contacts gives, each list oldest first.

    Attributes:
        citizen, company: days of held talks.
        employer: those of them with the management or the contact person of the company.
        calls: days the citizen was reached by voice.
        attempts: days of calls in vain, one entry for each.
        citizen_contacts, company_contacts: days of held contacts of any two-way kind, one entry for each.
    """

    citizen: list[date] = field(default_factory=list)
    company: list[date] = field(default_factory=list)
    employer: list[date] = field(default_factory=list)
    calls: list[date] = field(default_factory=list)
    attempts: list[date] = field(default_factory=list)
    citizen_contacts: list[date] = field(default_factory=list)
    company_contacts: list[date] = field(default_factory=list)


def talks(course: Course) -> Talks:
    """Held talks with citizen and company; a form about a talk counts like the contact."""
    found = Talks()
    for fact in course.facts.of("contact"):
        _contact(found, fact)
    for kind in _CITIZEN_FORMS:
        for fact in course.facts.of(kind):
            _form(found, fact, citizen=True, company=_with_company(fact))
    for kind in _COMPANY_FORMS:
        for fact in course.facts.of(kind):
            _form(found, fact, citizen=False, company=True)
            if "employer" in (fact.get("with") or ()):
                found.employer.append(fact.on)
    for fact in course.facts.of("sick_call"):
        (found.calls if fact.get("reached") else found.attempts).append(fact.on)
    for days in (found.citizen, found.company, found.employer, found.calls, found.attempts):
        days.sort()
    return found


def _contact(found: Talks, fact: Fact) -> None:
    values = fact.values
    present = values.get("participants") or ("citizen",)
    kind, citizen = values.get("kind"), "citizen" in present
    if not is_held(fact):
        if citizen and kind == "phone" and values.get("outcome") == "not_reached":
            found.attempts.append(fact.on)
        return
    company = not COMPANY.isdisjoint(present)
    if values.get("group") and not values.get("individual_note"):
        return
    spoken = kind in TALKS
    if spoken or (kind == "text" and values.get("two_way")):
        if citizen:
            found.citizen_contacts.append(fact.on)
        if company:
            found.company_contacts.append(fact.on)
    if spoken and citizen:
        found.citizen.append(fact.on)
        found.calls.append(fact.on)
    if spoken and company:
        found.company.append(fact.on)
        if "company" in present or "company_contact" in present:
            found.employer.append(fact.on)


def _form(found: Talks, fact: Fact, *, citizen: bool, company: bool) -> None:
    """A filled form; when the contact itself is written down that day too, it is one contact."""
    if citizen:
        found.citizen.append(fact.on)
        if fact.on not in found.citizen_contacts:
            found.citizen_contacts.append(fact.on)
    if company:
        found.company.append(fact.on)
        if fact.on not in found.company_contacts:
            found.company_contacts.append(fact.on)


def _with_company(fact: Fact) -> bool:
    present = fact.get("attendees") or fact.get("with") or ()
    return not _JOINT.isdisjoint(present)


def profile(course: Course, employed: bool) -> str:
    """The chosen follow-up profile; one for waiting only gives way to the default once there is a job."""
    told = next((f.get("profile") for f in reversed(course.facts.of("follow_up_plan")) if f.get("profile")), None)
    chosen = str(told if told in PROFILES else course.params["follow_up_profile"])
    if employed and chosen == "waiting_three_months":
        local = str(course.params["follow_up_profile"])
        return local if local != chosen else "steady"
    return chosen


@dataclass(frozen=True, slots=True)
class Clock:
    """When the next talk is due, and from when it is shown."""

    since: date
    due: date
    opens: date | None = None


def next_talk(course: Course, name: str, start: date, held: Sequence[date]) -> Clock | None:
    """The next talk by a profile (`followup_due`, B7); None when the profile sets no such date."""
    if name == "four_yearly":
        return _next_window(course, start, {day for day in held if day >= start})
    return _rolling(course, name, start, max(start, held[-1]) if held else start)


def _rolling(course: Course, name: str, start: date, last: date) -> Clock | None:
    """The next talk after the latest one, or after the job's start."""
    early = name == "steady" and last < add_months(start, course.number("steady_months"))
    if name == "monthly" or early:
        return Clock(last, add_months(last, 1))
    if name in ("two_to_three_months", "steady"):
        return Clock(last, add_months(last, 3), add_months(last, 2))
    if name == "on_request":
        return Clock(last, add_months(last, course.number("safety_net_months")))
    return None


def window(start: date, k: int) -> tuple[date, date]:
    """Window k of three months from a job start (`slot_state`, B7), k from 0; reckoned from the start."""
    return add_months(start, 3 * k), add_months(start, 3 * k + 3) - DAY


def _next_window(course: Course, start: date, held: set[date]) -> Clock:
    k = 0
    while window(start, k)[1] < course.today:
        k += 1
    first, last = window(start, k)
    if any(first <= day <= last for day in held):
        first, last = window(start, k + 1)
        return Clock(first, last, first)
    return Clock(first, last)


def slot_states(course: Course, job: Job, held: Sequence[date]) -> list[str]:
    """Each window that has begun: `met`, `missed`, `open`, or `na` when the job's end cut it short."""
    found: list[str] = []
    grace = timedelta(days=7 * course.number("slot_grace_weeks"))
    end = job.last_day or job.end
    for k in range(400):
        first, last = window(job.start, k)
        if first > course.today or (end is not None and first > end):
            break
        if any(first <= day <= last for day in held):
            found.append("met")
        elif end is not None and end < last and first + grace > end:
            found.append("na")
        else:
            over = last if end is None else min(last, end)
            found.append("missed" if over < course.today else "open")
    return found


def on_time(course: Course, name: str, job: Job, held: Sequence[date]) -> tuple[int, int]:
    """How many talks were held in time, of those that fell due or were held."""
    if name == "four_yearly":
        states = slot_states(course, job, held)
        return states.count("met"), states.count("met") + states.count("missed")
    kept = due = 0
    last = job.start
    for day in held:
        if day < job.start:
            continue
        due += 1
        if (day - last).days > _SURELY_IN_TIME:
            clock = _rolling(course, name, job.start, last)
            kept += clock is None or day <= clock.due
        else:
            kept += 1
        last = day
    clock = _rolling(course, name, job.start, last)
    return (kept, due + (clock.due < course.today)) if clock is not None else (0, 0)


# half time and end of a temporary job


def temporary_days(course: Course, job: Job) -> dict[str, date | None]:
    """Half time, and when the final talk opens and is due (`mid_date`, `final_window`, B7).

    Half time is that of the whole job, the final talk that of the present term.
    """
    if job.end is None:
        return {}
    days: dict[str, date | None] = {}
    if (job.end - job.start).days + 1 >= 7 * course.number("mid_min_weeks"):
        middle = job.start + timedelta(days=(job.end - job.start).days // 2)
        days["mid_date"], days["mid_due"] = middle, middle + timedelta(days=course.number("mid_grace_days"))
    short = (job.end - job.term_start).days + 1 < 7 * course.number("final_short_weeks")
    before = course.number("final_short_days" if short else "final_due_days")
    days["final_due"] = max(job.term_start, job.end - timedelta(days=before))
    days["final_opens"] = max(job.term_start, job.end - timedelta(days=course.number("final_opens_days")))
    return days


# illness


@dataclass(frozen=True, slots=True)
class Illness:
    """The latest period of illness. The day-one call is asked once for each period (B9)."""

    first: date
    due: date
    back: date | None
    called: date | None
    tried: date | None
    last_call: date | None
    next: date | None
    too_far: bool


def illness(course: Course, found: Talks) -> Illness | None:
    """The latest period; a report during illness belongs to the period that runs."""
    periods = _periods(course)
    if not periods:
        return None
    report, first, back = periods[-1]
    due = first + timedelta(days=course.number("sick_call_day") + bool(report.get("after_hours")))
    calls = [day for day in found.calls if day >= first]
    tried = _attempted(course, found, first, due)
    reached = min([*calls[:1], *([tried] if tried is not None else [])], default=None)
    during = [day for day in calls if back is None or day <= back]
    last_call = during[-1] if during else tried
    upcoming, too_far = _next_call(course, last_call)
    return Illness(first, due, back, reached, tried, last_call, upcoming, too_far)


def called_in_time(course: Course, found: Talks) -> tuple[int, int]:
    """Periods of illness with the call (or its attempts) by the day it is due, of those where that day is over or the
    call is made."""
    kept = due_count = 0
    for report, first, _back_on in _periods(course):
        due = first + timedelta(days=course.number("sick_call_day") + bool(report.get("after_hours")))
        called = any(first <= day <= due for day in found.calls) or _attempted(course, found, first, due) is not None
        kept += called
        due_count += called or due < course.today
    return kept, due_count


def _periods(course: Course) -> list[tuple[Fact, date, date | None]]:
    found: list[tuple[Fact, date, date | None]] = []
    backs = [fact.on for fact in course.facts.of("sick_back")]
    for fact in course.facts.of("sick_leave"):
        first = max(fact.on, day_of(fact.get("first_scheduled")) or fact.on)
        if fact.on == ALWAYS or first > course.today:
            continue
        if found and (found[-1][2] is None or first < found[-1][2]):
            if fact.until is not None and found[-1][2] is None:
                found[-1] = (found[-1][0], found[-1][1], _back(fact, backs, course.today))
            continue
        found.append((fact, first, _back(fact, backs, course.today)))
    return found


def sick_spans(course: Course) -> list[tuple[date, date | None]]:
    """First and last day of each period of illness; no last day while it runs."""
    return [(first, back - DAY if back is not None else None) for _report, first, back in _periods(course)]


def _back(fact: Fact, backs: Sequence[date], today: date) -> date | None:
    """The day the citizen was back: as written, or the day after the last day of the report."""
    days = [day for day in backs if day > fact.on]
    if fact.until is not None and fact.until < today:
        days.append(fact.until + DAY)
    return min(days, default=None)


def _attempted(course: Course, found: Talks, first: date, due: date) -> date | None:
    """So many attempts in vain on one day count as the call of that day (`sick_on_time`, B7)."""
    needed = course.number("sick_attempts")
    days = [day for day in found.attempts if first <= day <= due]
    return next((day for day in dict.fromkeys(days) if days.count(day) >= needed), None)


def _next_call(course: Course, last_call: date | None) -> tuple[date | None, bool]:
    """When the next contact is due: as set at the latest call, at most so many days ahead."""
    if last_call is None:
        return None, False
    limit = last_call + timedelta(days=course.number("sick_next_max_days"))
    told = [day_of(f.get("next_contact")) for f in course.facts.of("sick_call") if f.on == last_call]
    agreed = [day for day in told if day is not None]
    if not agreed:
        return limit, False
    return min(agreed[-1], limit), agreed[-1] > limit


def follow_up(course: Course, start: date | None, found: Talks) -> tuple[Clock | None, Clock | None, str]:
    """The next talk with the citizen and with the company in a job begun on `start`, and the profile behind them."""
    name = profile(course, start is not None)
    if start is None:
        return None, None, name
    citizen = next_talk(course, name, start, found.citizen)
    company = next_talk(course, name, start, found.company) if name in ("steady", "on_request") else None
    return citizen, company, name
