"""One obligation per thing that happened (`per_event`), per agreed day (`planned`), per enquiry (`reply_timer`)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from broker_tui.domain.clock import DENMARK
from broker_tui.programmes.conditions import fact_test, lister, picker
from broker_tui.programmes.definition import Cond, PerEvent, Planned, ReplyTimer, Rule
from broker_tui.programmes.evaluators.settle import Timing, dated
from broker_tui.programmes.expressions import number
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.results import Obligation, State

if TYPE_CHECKING:
    from broker_tui.programmes.course import Course
    from broker_tui.programmes.evaluators import Check
    from broker_tui.programmes.program import Program

_DAY = timedelta(days=1)
_OUTSIDE = frozenset({"citizen", "company", "network"})


def per_event(rule: Rule, what: PerEvent, program: "Program") -> "Check":
    """Something to do after each event; settled ones older than `keep_days` are left out."""
    events_of = picker(what.event, program.params)
    due_of = program.reckon(what.due)
    opens_of = program.reckon(what.opens) if what.opens else None
    met = program.condition(what.closed_by)
    closers = picker(what.closed_by, program.params) if what.link else None
    own = [fact_test(Cond(where=where), program.params) for where in what.own]
    soon = number(what.soon, program.params)

    def check(course: "Course") -> tuple[Obligation, ...]:
        found: list[Obligation] = []
        keep_from = course.today - timedelta(days=what.keep_days)
        events = events_of(course)
        linked = closers(course) if closers is not None and events else []
        for fact in events:
            if fact.on > course.today:
                continue
            course.event = fact
            due = due_of(course)
            closed_on: date | None
            if any(test is not None and test(fact, course) for test in own):
                closed_on = fact.on
            elif closers is not None and what.link is not None:
                closed_on = _linked(linked, fact, what.link)
            else:
                closed_on = met(course)
            if closed_on == ALWAYS:
                closed_on = fact.on
            if closed_on is None or closed_on >= keep_from:
                key = fact.id or fact.on.isoformat()
                opens = opens_of(course) if opens_of else None
                found.append(
                    dated(
                        course,
                        rule,
                        Timing(
                            due=due,
                            since=fact.on,
                            clock="event",
                            key=key,
                            opens=opens,
                            closed_on=closed_on,
                            soon=soon,
                            red=what.red,
                        ),
                    )
                )
        course.event = None
        return tuple(found)

    return check


def _linked(closers: list[Fact], event: Fact, link: str) -> date | None:
    for fact in closers:
        named = fact.get(link)
        if named is not None and fact.on >= event.on and named in (event.id, event.on.isoformat()):
            return fact.on
    return None


def planned(rule: Rule, what: Planned, program: "Program") -> "Check":
    """Planned days in order; each takes the earliest unused event dated from `early` days before it (domain 1.9)."""
    plan_of = picker(what.plan, program.params)
    events_of = lister(what.counts, program.params, program.reckon)
    early, soon = number(what.early, program.params), number(what.soon, program.params)
    ends_of = program.reckon(what.ends) if what.ends else None

    def check(course: "Course") -> tuple[Obligation, ...]:
        ends = ends_of(course) if ends_of else None
        free = list(events_of(course))
        found: list[Obligation] = []
        for day in sorted({fact.on for fact in plan_of(course) if not _left_behind(course, fact)}):
            if ends is not None and day > ends:
                break
            opens = day - timedelta(days=early)
            taken = next((event for event in free if event >= opens), None)
            if taken is not None:
                free.remove(taken)
            found.append(
                dated(
                    course,
                    rule,
                    Timing(
                        due=day,
                        since=day,
                        clock="planned",
                        key=day.isoformat(),
                        opens=opens,
                        closed_on=taken,
                        soon=soon,
                        knowable=True,
                    ),
                )
            )
        return tuple(found)

    return check


def _left_behind(course: "Course", fact: Fact) -> bool:
    """Whether a planned day belongs to a placement that was over by then or never began (domain 1.9)."""
    name = fact.get("placement")
    stay = next((p for p in course.placements if p.id == name), None) if name else None
    return stay is not None and (
        stay.cancelled_on is not None or (stay.last_day is not None and stay.last_day < fact.on)
    )


def moment(fact: Fact, last: bool = False) -> datetime:
    """When it happened; without a time of day the first (or last) minute of the day in Denmark."""
    if fact.at is not None:
        return fact.at if fact.at.tzinfo is not None else fact.at.replace(tzinfo=DENMARK)
    return datetime.combine(fact.on, time(23, 59) if last else time(0, 0), DENMARK)


def reply_timer(rule: Rule, what: ReplyTimer, program: "Program") -> "Check":
    """Feedback within so many hours of elapsed time, whatever the clock on the wall did (domain 0.6)."""
    hours, soon_hours = number(what.hours, program.params), number(what.soon_hours, program.params)
    enquirers = frozenset(what.enquirers)
    everybody = enquirers | frozenset(what.advice)

    def asks(fact: Fact) -> bool:
        return bool(
            fact.get("direction") == "in" and fact.get("needs_reply") and not everybody.isdisjoint(_parties(fact))
        )

    def answers(fact: Fact) -> bool:
        if fact.get("direction", "out") != "out" or fact.get("auto"):
            return False
        kind = fact.get("kind")
        if kind in ("phone", "video", "meeting"):
            return bool(fact.get("outcome", "reached") == "reached")
        return bool(kind in ("text", "letter"))

    def check(course: "Course") -> tuple[Obligation, ...]:
        contacts = course.facts.of("contact")
        found: list[Obligation] = []
        keep_from = course.today - timedelta(days=what.keep_days)
        for place, fact in enumerate(contacts):
            if not asks(fact):
                continue
            asked = moment(fact)
            due_at = (asked.astimezone(UTC) + timedelta(hours=hours)).astimezone(DENMARK)
            parties = _parties(fact)
            answer = next(
                (
                    c
                    for c in contacts
                    if answers(c) and moment(c, last=True) > asked and not parties.isdisjoint(_parties(c))
                ),
                None,
            )
            if answer is not None and answer.on < keep_from:
                continue
            found.append(
                _timed(
                    course,
                    rule,
                    fact,
                    place,
                    due_at,
                    answer,
                    soon_hours,
                    what.red and not enquirers.isdisjoint(parties),
                )
            )
        return tuple(found)

    return check


def _parties(fact: Fact) -> frozenset[str]:
    """Who is outside the jobcenter in a contact: the company as one, the citizen when nobody is named."""
    named = {"company" if role == "company_contact" else role for role in fact.get("participants") or ()} & _OUTSIDE
    return frozenset(named or ("citizen",))


def _timed(
    course: "Course", rule: Rule, fact: Fact, place: int, due_at: datetime, answer: Fact | None, soon: int, red: bool
) -> Obligation:
    now = course.now
    state: State
    closed_at = None
    days = 0
    attention = False
    if answer is not None:
        closed_at = moment(answer, last=answer.at is None and answer.on > fact.on)
        state = "closed_late" if closed_at > due_at else "closed"
    elif rule.id in course.waivers:
        state = "waived"
    elif course.known_from is not None and fact.on < course.known_from and rule.id not in course.settlements:
        state = "unknown"
    else:
        late = now > due_at if now is not None else course.today > due_at.date()
        near = now >= due_at - timedelta(hours=soon) if now is not None else course.today >= due_at.date()
        state = ("overdue" if red else "open") if late else "due_soon" if near else "open"
        days = (course.today - due_at.date()).days if state == "overdue" else 0
        attention = late and not red
    return Obligation(
        rule=rule.id,
        state=state,
        key=fact.id or (fact.at.isoformat() if fact.at else f"{fact.on}#{place}"),
        due=due_at.date(),
        due_at=due_at,
        since=fact.on,
        clock="enquiry",
        closed_on=answer.on if answer else None,
        closed_at=closed_at,
        days=max(0, days),
        attention=attention,
    )
