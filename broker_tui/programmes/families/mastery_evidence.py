"""Evidence of a mastery case that takes more than one fact: misuse, consents, mentor, follow-up (domain A3, A7)."""

from collections.abc import Sequence
from datetime import date

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.common import LIVE
from broker_tui.programmes.families.mastery_calendar import as_day
from broker_tui.programmes.families.mastery_path import Followed, Path

COMPANY = frozenset({"company", "company_contact", "company_mentor"})
STAFF = frozenset({"broker", "substitute", "company_consultant", "supplier", "caseworker"})


# misuse (A3.2, A4 step 2, A12 no. 4)


def misuse(course: Course) -> str | None:
    """What was said last about misuse, on the misuse form or elsewhere: none, past, current."""
    own, on = course.facts.value("substance", "misuse")
    other, since = course.facts.value("citizen", "misuse")
    if own is None or (other is not None and on is not None and since is not None and since > on):
        return other if isinstance(other, str) else None
    return str(own)


def free_from(course: Course) -> date | None:
    """The first day a month lies behind since the last use; None when it is not known."""
    last = as_day(course.facts.value("substance", "last_use")[0])
    return add_months(last, course.number("substance_free_months")) if last is not None else None


def confirmed_free(course: Course) -> date | None:
    """The day it was confirmed that the month has passed; a confirmation before that day does not count."""
    free = free_from(course)
    if free is None:
        return None
    return next((f.on for f in course.facts.of("substance") if f.get("confirmed_free") and f.on >= free), None)


def confirmed_at_start(course: Course, start: date | None) -> date | None:
    """The confirmation that counts today: the latest before the team's start, and from then on one made since
    (A12 no. 4: at visitation, and confirmed at T0)."""
    if start is None or course.today < start:
        return confirmed_free(course)
    free = free_from(course)
    if free is None:
        return None
    low = max(free, start)
    return next((f.on for f in course.facts.of("substance") if f.get("confirmed_free") and f.on >= low), None)


def substance_ok(course: Course, on: date) -> bool:
    """No misuse, or a month without it on that day; an unknown last use is not ok (A7)."""
    if misuse(course) in (None, "none"):
        return True
    free = free_from(course)
    return free is not None and on >= free


def substance_state(course: Course, start: date | None) -> str | None:
    """`ok`, `conditional`, `not_now` for this team or `unknown`; None where misuse is no question (A4, step 2)."""
    if misuse(course) in (None, "none"):
        return None
    free = free_from(course)
    if free is None:
        return "unknown"
    if course.today >= free:
        return "ok"
    return "not_now" if start is not None and free > start else "conditional"


# consents


def consents(course: Course) -> tuple[date | None, date | None]:
    """Since when the company may be told things, and when contact after the course was answered."""
    company: dict[str, Fact] = {}
    after: Fact | None = None
    for fact in course.facts.of("consent"):
        scope = str(fact.get("scope") or "")
        if scope.startswith("company"):
            company[scope] = fact
        elif scope == "after_course_contact" and fact.get("state") != "pending":
            after = fact
    given = [f.on for f in company.values() if f.get("state") == "given" and f.holds(course.today)]
    return min(given, default=None), after.on if after is not None else None


def contact_refused(course: Course) -> bool:
    """Whether the citizen said no, or took the yes back, to contact after the course."""
    told = [f for f in course.facts.of("consent") if f.get("scope") == "after_course_contact"]
    return bool(told) and told[-1].get("state") in ("refused", "withdrawn")


# mentor


def mentor_needed(course: Course) -> bool:
    """Whether the latest assessment found a need."""
    return course.facts.value("mentor_need", "level")[0] in ("light", "extensive")


def mentor_covered(course: Course, path: Path) -> date | None:
    """The day from which a mentor covers without a gap until now; before the start, that one is assigned for it."""
    spans = sorted((f.on, f.until or date.max) for f in course.facts.roles.get("mentor", ()))
    looked_at = max(course.today, path.team.start or course.today)
    begun: date | None = None
    covered = ALWAYS
    for first, last in spans:
        if begun is None or first.toordinal() > min(covered.toordinal() + 1, date.max.toordinal()):
            begun, covered = first, last
        else:
            covered = max(covered, last)
        if first <= looked_at <= covered:
            return begun
    return None


def has_mentor_after(course: Course, end: date) -> bool:
    """Whether a mentor is assigned beyond the end of the course."""
    return any(f.until is None or f.until > end for f in course.facts.roles.get("mentor", ()))


# follow-up in the internship


_BOTH, _CITIZEN, _COMPANY = ("citizen", "company"), ("citizen",), ("company",)


def _sides(fact: Fact) -> Sequence[str]:
    """Whom a contact reached: company, citizen."""
    if fact.kind == "internship_follow_up":
        return tuple(fact.get("with") or ())
    values = fact.values
    present = values.get("participants") or ()
    if values.get("kind") not in LIVE or values.get("outcome", "reached") != "reached" or STAFF.isdisjoint(present):
        return ()
    company = not COMPANY.isdisjoint(present)
    if "citizen" in present:
        return _BOTH if company else _CITIZEN
    return _COMPANY if company else ()


def followed(course: Course, p0: date | None) -> Followed:
    """The follow-up since the first internship day. One contact with both or one with each make a follow-up."""
    if p0 is None or p0 > course.today:
        return Followed()
    written = course.facts.of("internship_follow_up")
    found = [fact for fact in course.facts.of("contact") if fact.on >= p0]
    if written:
        found = sorted([*found, *(fact for fact in written if fact.on >= p0)], key=lambda one: one.on)
    first: dict[str, date] = {}
    both: list[date] = []
    reached: set[str] = set()
    for fact in found:
        sides = _sides(fact)
        if not sides:
            continue
        for side in sides:
            first.setdefault(side, fact.on)
            reached.add(side)
        if "company" in reached and "citizen" in reached:
            reached = set()
            if not both or both[-1] != fact.on:
                both.append(fact.on)
    return Followed(first.get("company"), first.get("citizen"), tuple(both))
