"""Small computations several programmes ask for: latest decisions, hours a week, held contacts, missed talks."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import msgspec

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact

LIVE = frozenset({"meeting", "video", "phone"})
BROKER, CITIZEN = frozenset({"broker"}), frozenset({"citizen"})


def latest(course: Course, kind: str, test: Callable[[Fact], bool] | None = None) -> Fact | None:
    """The latest fact of a kind."""
    return course.facts.last_kept(kind, test or (lambda _fact: True))


def when(fact: Fact | None) -> date | None:
    """Its day; None for no fact and for what has always held."""
    return None if fact is None or fact.on == ALWAYS else fact.on


def name_latest(course: Course, kind: str, field: str, event: str) -> None:
    """An answer that does not say which event it is about answers the latest one none other has answered."""
    told = course.facts.of(kind)
    taken = {str(fact.get(field)) for fact in told if fact.get(field)}
    if len(told) == sum(bool(fact.get(field)) for fact in told):
        return
    named = []
    for fact in told:
        if not fact.get(field):
            events = [one for one in course.facts.of(event) if one.on <= fact.on]
            free = [name for one in events if (name := one.id or one.on.isoformat()) not in taken]
            if free:
                taken.add(free[-1])
                fact = msgspec.structs.replace(fact, values={**fact.values, field: free[-1]})
        named.append(fact)
    course.facts.put(kind, named)


def is_held(fact: Fact) -> bool:
    """Whether a contact took place."""
    return bool(fact.get("outcome", "reached") == "reached")


def held(course: Course, *roles: str) -> list[Fact]:
    """Held contacts with all these people, oldest first."""
    return [
        fact
        for fact in course.facts.of("contact")
        if is_held(fact) and all(role in (fact.get("participants") or ()) for role in roles)
    ]


def minutes_on(course: Course, day: date, measure: str, placements: Iterable[str] | None = None) -> int:
    """Agreed minutes a week of a measure on a day: per placement the latest entry that has begun, while it lasts."""
    allowed = None if placements is None else frozenset(placements)
    stays = {p.id: p for p in course.placements}
    found: dict[str, int] = {}
    for fact in course.facts.of("hours"):
        name = str(fact.get("placement") or "")
        if fact.get("measure", "ordinary") != measure or fact.on > day or (allowed is not None and name not in allowed):
            continue
        stay = stays.get(name)
        over = stay is not None and (
            stay.cancelled_on is not None or (stay.last_day is not None and stay.last_day < day)
        )
        early = stay is not None and stay.start is not None and stay.start > day
        found[name] = (
            0 if over or early or (fact.until is not None and fact.until < day) else int(fact.get("minutes", 0))
        )
    return sum(found.values())


def month_end(day: date) -> date:
    """The last day of the month."""
    return add_months(day.replace(day=1), 1) - timedelta(days=1)


def months_begun(start: date, end: date) -> int:
    """How many anniversary months of `start` have begun by `end`."""
    count = 0
    while add_months(start, count) <= end:
        count += 1
    return count
