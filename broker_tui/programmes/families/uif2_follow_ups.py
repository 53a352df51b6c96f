"""Follow-ups in the flex job: which are valid, the pace, the next one by plan (domain 3.9, U-Q4 to U-Q6).

A follow-up is valid when employee and company contact both took part, in one event or in two linked ones at most so
many days apart, and both status fields are filled. By telephone it needs its reason (domain 0.5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.evaluators.counting import checkpoints
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.common import LIVE, is_held
from broker_tui.programmes.families.uif2_work import DAY, Job

STAFF = frozenset({"caseworker", "company_consultant", "lead", "mentor", "outreach_consultant", "specialist"})
PARTIES = frozenset({"citizen", "broker", "company_contact"})
INTERVALS = {"monthly": 1, "every_2_months": 2, "every_3_months": 3}


@dataclass(slots=True)
class Event:
    """One talk, or what is written about it in several notes of the same day."""

    day: date
    present: set[str] = field(default_factory=set)
    employment: bool = False
    progression: bool = False
    reason: bool = False
    met: bool = False
    at_company: bool = False
    links: list[str] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        """Take in a note."""
        self.present |= set(fact.get("participants") or ())
        self.employment |= bool(fact.get("status_employment"))
        self.progression |= bool(fact.get("status_progression"))
        self.reason |= bool(fact.get("reason_if_not_company"))
        here, said = fact.get("place") == "company", fact.get("in_person")
        met = here if said is None else bool(said)
        self.met |= met
        self.at_company |= met and here
        if fact.get("linked"):
            self.links.append(str(fact.get("linked")))


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Days of valid follow-ups, those of them in person at the company, and days of status meetings of all three."""

    valid: list[date]
    in_person: list[date]
    meetings: list[Fact]
    latest: date | None


def follow_ups(course: Course, job: Job) -> FollowUps:
    """What was followed up in a job."""
    window_end = add_months(job.start, course.number("window_months"))
    events: dict[tuple[date, str], Event] = {}
    by_name: dict[str, Event] = {}
    notes: list[Fact] = []
    latest: date | None = None
    for fact in course.facts.of("follow_up"):
        placement = str(fact.get("placement") or "")
        if fact.on < job.start or (placement and placement not in job.ids):
            continue
        latest = fact.on
        if not fact.get("participants"):
            notes.append(fact)
            continue
        # several notes of one day on a talk of the same people are about the same talk
        key = (fact.on, " ".join(sorted(fact.get("participants"))))
        event = events.setdefault(key, Event(fact.on))
        event.add(fact)
        by_name[fact.id] = by_name[fact.on.isoformat()] = event
    for note in notes:  # who took part stands in another note or a logged contact of the day
        same = [event for event in events.values() if event.day == note.on]
        if not same:
            same = [talk for fact in course.facts.of("contact") if fact.on == note.on and (talk := _of_contact(fact))]
            events |= {(note.on, f"contact {place}"): talk for place, talk in enumerate(same)}
        for event in same:
            event.add(note)
    meetings: list[Fact] = []
    for fact in course.facts.of("status_meeting"):
        if fact.on >= window_end:
            if set(fact.get("participants") or ()) >= PARTIES:
                meetings.append(fact)
        elif fact.on >= job.start:  # held too early: an ordinary follow-up
            events.setdefault((fact.on, f"status {fact.id}"), Event(fact.on)).add(fact)
    found = list(events.values())
    pairs = list(_pairs(course, found, by_name))
    good = [event for event in (*found, *pairs) if _valid(course, event)]
    return FollowUps(
        sorted({event.day for event in good}),
        sorted({event.day for event in good if event.at_company}),
        meetings,
        latest,
    )


def _pairs(course: Course, events: Iterable[Event], by_name: dict[str, Event]) -> Iterable[Event]:
    linked = [(event, name) for event in events for name in event.links]
    if not linked:
        return
    contacts = {fact.id: fact for fact in course.facts.of("contact") if fact.id}
    for event, name in linked:
        other = by_name.get(name)
        if other is None and name in contacts:
            other = _of_contact(contacts[name])
        if other is None or abs((event.day - other.day).days) > course.number("pair_days"):
            continue
        both = event.met and other.met
        yield Event(
            day=max(event.day, other.day),
            present=event.present | other.present,
            employment=event.employment or other.employment,
            progression=event.progression or other.progression,
            reason=event.reason or other.reason,
            met=both,
            at_company=event.at_company and other.at_company,
        )


def _of_contact(fact: Fact) -> Event | None:
    """A logged contact as half of a pair."""
    if not is_held(fact) or fact.get("kind") not in LIVE:
        return None
    met = fact.get("kind") == "meeting"
    present = set(fact.get("participants") or ())
    return Event(fact.on, present=present, met=met, at_company=met and fact.get("place") == "company")


def _valid(course: Course, event: Event) -> bool:
    present = event.present
    if not {"citizen", "company_contact"} <= present or not (event.employment and event.progression):
        return False
    substituted = "substitute" in present and course.facts.has_role("substitute", event.day)
    if present & STAFF and "broker" not in present and not substituted:
        return False
    return event.met or event.reason


def behind(course: Course, start: date, days: Sequence[date], minimum: int) -> bool:
    """Whether fewer follow-ups are held than the even pace asks for."""
    last = add_months(start, course.number("window_months")) - DAY
    done = sum(start <= day <= last for day in days)
    if done >= minimum or course.today > last:
        return False
    points = checkpoints(start, last, 4)
    return course.today > points[min(-(-(done + 1) * 4 // minimum) - 1, 3)]


def next_by_plan(course: Course, found: FollowUps, begin: date) -> tuple[date, date]:
    """From which day the next follow-up after the first months counts, and when it is due.

    Agreed days first: each takes the earliest unused follow-up. Without any left, the agreed interval from the last
    follow-up or status meeting on, or from the day the counting months were over.
    """
    talks = sorted({*found.valid, *(fact.on for fact in found.meetings)})
    since = [day for day in talks if day >= begin]
    anchor = since[-1] if since else begin
    if not found.meetings and talks and not since and begin == course.days["window.end"]:
        # no plan yet: from the last follow-up, but not before the status meeting that makes one had to be held
        anchor = talks[-1]
        grace = begin + timedelta(days=course.number("status_meeting_grace_days"))
        return anchor, max(grace, add_months(anchor, course.number("default_interval_months")))
    plan = found.meetings[-1] if found.meetings else None
    said = plan.get("plan_interval") if plan is not None else None
    if said in INTERVALS:
        return anchor, add_months(anchor, INTERVALS[said])
    early = timedelta(days=course.number("plan_early_days"))
    first = plan.on if plan is not None else begin
    free = [day for day in found.valid if day >= first]
    agreed = sorted({fact.on for fact in course.facts.of("planned") if fact.get("status_plan") and fact.on >= first})
    for day in agreed:
        taken = next((held for held in free if held >= day - early), None)
        if taken is None:
            return anchor, day
        free.remove(taken)
    return anchor, add_months(anchor, course.number("default_interval_months"))
