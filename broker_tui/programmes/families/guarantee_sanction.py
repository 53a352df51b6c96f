"""The way to a sanction (domain 1.9 `sanction_gate`, G-Q9): which incident is open, and whether every reasonable way to
personal contact was used up. The decision itself is made by authority outside this program."""

from datetime import date

from broker_tui.programmes.course import Course
from broker_tui.programmes.families.common import latest


def sanction(course: Course) -> None:
    """Days of the open incident; nothing when there is none, when authority closed it, or when a sanction would not
    promote the citizen's availability."""
    incident = latest(course, "sanction_incident")
    if incident is None or _over(course, incident.on):
        return
    course.signals["incident_open"] = True
    course.days["incident.on"] = incident.on
    course.days["hearing.reply_by"] = reply_by = _unanswered(course, incident.on)
    exhausted = _exhausted(course, incident.on, incident.on)
    course.days["contact.exhausted"] = exhausted
    if reply_by is not None:
        course.days["contact.exhausted_after_hearing"] = _exhausted(course, incident.on, reply_by)


def _over(course: Course, since: date) -> bool:
    if any(fact.on >= since for fact in course.facts.of("sanction_closed")):
        return True
    judged = latest(course, "sanction_assessment", lambda fact: bool(fact.get("promotes_availability")))
    return judged is not None and judged.on >= since and judged.get("promotes_availability") == "no"


def _unanswered(course: Course, since: date) -> date | None:
    """The day by which the citizen should have answered the written hearing, unless an answer came."""
    hearings = [fact for fact in course.facts.of("sanction_hearing") if fact.on >= since]
    if not hearings or any(fact.get("reaction") in ("written", "oral") for fact in hearings):
        return None
    given = [fact.get("reply_by") for fact in hearings if fact.get("reply_by")]
    return date.fromisoformat(str(given[-1])) if given else hearings[-1].on


def _exhausted(course: Course, since: date, note_since: date) -> date | None:
    """The day a written note and enough attempts by telephone and by visit, on different days, were all there."""
    notes = [fact.on for fact in course.facts.of("exhaustion_note") if fact.on >= note_since and fact.get("note")]
    if not notes:
        return None
    calls, visits = _attempts(course, since)
    phone, visit = course.number("phone_attempts"), course.number("visit_attempts")
    if len(calls) < phone or len(visits) < visit or len(calls | visits) < 2:
        return None
    pair = min(max(call, day) for call in calls for day in visits if call != day)
    enough = max(pair, sorted(calls)[phone - 1], sorted(visits)[visit - 1])
    return next((day for day in notes if day >= enough), max(notes[-1], enough))


def _attempts(course: Course, since: date) -> tuple[set[date], set[date]]:
    """Days with an unanswered call, and days with a visit in vain where the citizen lives or stays."""
    calls: set[date] = set()
    visits: set[date] = set()
    for fact in course.facts.of("contact"):
        if fact.on < since or fact.get("outcome") != "not_reached":
            continue
        if fact.get("kind") == "phone":
            calls.add(fact.on)
        elif fact.get("kind") == "meeting" and fact.get("place", "home_or_stay") in ("home_or_stay", "elsewhere"):
            visits.add(fact.on)
    return calls, visits
