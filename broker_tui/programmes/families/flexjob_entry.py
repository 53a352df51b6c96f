"""Entry and exit of `flexjob`: who is accepted, who is not, and what takes a case out (domain B3.1, B4)."""

from datetime import date

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.common import latest, when
from broker_tui.programmes.families.flexjob_jobs import DAY, Standing, day_of
from broker_tui.programmes.families.flexjob_signals import latest_estimate

ENTRY = ("flexjob.entry.approved", "flexjob.entry.capacity-max", "flexjob.entry.capacity-min", "flexjob.entry.exit")
"""Hard demands of candidate -> accepted (B4.1)."""
GROUNDS = {"misuse": "misuse", "severe_illness": "illness"}
"""Grounds for treatment first, and how their named days begin."""
_RULE = {"misuse": "flexjob.entry.misuse-first", "severe_illness": "flexjob.entry.severe-illness-first"}
_OUTCOME = {
    "normal_effort": "flexjob.entry.not-too-strong",
    "not_suited": "flexjob.entry.not-too-weak",
    "declined": "flexjob.entry.voluntary",
}
_REVIEW_AHEAD = 14
"""How many days before the agreed day a new look at a treatment decision is shown."""
Side = tuple[str, date | None, str]
"""State, the day it began, the rule behind it."""


def days(course: Course) -> None:
    """What the entry demands look at: the estimate in force, the benefit, and why treatment may come first."""
    estimate = latest_estimate(course)
    high, low = course.number("capacity_max_hours") * 60, course.number("capacity_min_hours") * 60
    minutes = None if estimate is None else int(estimate.get("minutes"))
    on = None if estimate is None else estimate.on
    course.days["capacity_max_ok"] = on if minutes is not None and minutes <= high else None
    course.days["capacity_min_ok"] = on if minutes is not None and minutes >= low else None
    course.days["benefit_start"] = _benefit_start(course)
    for ground, name in GROUNDS.items():
        since, due = _treatment_clock(course, ground)
        course.days |= {f"{name}_since": since, f"{name}_due": due}


def _benefit_start(course: Course) -> date | None:
    """Start of the present spell of the benefit; a later word counts."""
    fact = latest(course, "benefit")
    if fact is not None:
        return day_of(fact.get("start")) or when(fact)
    return day_of(course.facts.value("approval", "benefit_start")[0])


def accepted(course: Course) -> date | None:
    """The day all hard demands of entry were met, each by its evidence or a waiver."""
    found = [course.met(rule) for rule in ENTRY]
    known = [day for day in found if day is not None]
    if len(known) < len(found):
        assumed = course.assumed
        return assumed.on if assumed is not None and assumed.values["step"] in ("before_job", "in_job") else None
    day = max(known)
    return visited(course) if day == ALWAYS else day


def visited(course: Course) -> date | None:
    """The day of the latest visitation that accepted the citizen."""
    return when(latest(course, "visitation", lambda fact: fact.get("outcome") == "accepted"))


def outside(course: Course) -> list[str]:
    """Limits of capacity that the estimate in force does not keep."""
    if latest_estimate(course) is None:
        return []
    limits = {"flexjob.entry.capacity-max": "capacity_max_ok", "flexjob.entry.capacity-min": "capacity_min_ok"}
    return [rule for rule, day in limits.items() if course.days[day] is None and course.waived_on(rule) is None]


def closing(course: Course, stand: Standing) -> tuple[str, date | None] | None:
    """A final state somebody recorded; a later acceptance or a later job opens the case again."""
    kinds = (("case_closed", "closed"), ("withdrawn", "closed"), ("handover", "graduated"))
    found = [(fact, state) for kind, state in kinds if (fact := latest(course, kind)) is not None]
    if not found:
        return None
    fact, state = max(found, key=lambda pair: pair[0].on)
    again = [visited(course), *(job.start for job in stand.all if job.start <= course.today)]
    if any(day is not None and day > fact.on for day in again):
        return None
    return state, when(fact)


def side_exit(course: Course) -> Side | None:
    """A way out before a job: the citizen's no, treatment first, outside the limits, or the outcome recorded."""
    answer = latest(course, "acceptance", lambda fact: bool(fact.get("answer")))
    if answer is not None and answer.get("answer") == "no":
        return "declined", when(answer), "flexjob.entry.voluntary"
    for ground in GROUNDS:
        if (since := _treatment(course, ground)) is not None:
            return "treatment_first", since, _RULE[ground]
    for rule in outside(course):
        state = "normal_effort" if rule.endswith("-max") else "not_suited"
        return state, when(latest_estimate(course)), rule
    outcome = latest(course, "visitation", lambda fact: bool(fact.get("outcome")))
    if outcome is None or (kind := str(outcome.get("outcome"))) == "accepted":
        return None
    if kind == "treatment_first":
        decided = latest(course, "treatment_decision")
        if decided is not None and decided.on >= outcome.on and decided.get("outcome") == "start":
            return None
        return kind, when(outcome), "flexjob.entry.misuse-first"
    return kind, when(outcome), _OUTCOME[kind]


def _decision(course: Course, ground: str) -> Fact | None:
    return course.facts.last_kept("treatment_decision", lambda fact: fact.get("ground") == ground)


def _flagged(course: Course, ground: str) -> date | None:
    """The day it was recorded; a later visitation that says otherwise takes it back."""
    if ground == "misuse":
        value, day = course.facts.value("visitation", "misuse")
        return day if value == "extensive" else None
    value, day = course.facts.value("visitation", "severe_illness")
    return day if value else None


def _treatment(course: Course, ground: str) -> date | None:
    """Since when treatment comes first: as decided, or as proposed because of what was recorded."""
    flagged, decision = _flagged(course, ground), _decision(course, ground)
    if decision is not None and (flagged is None or decision.on >= flagged):
        return decision.on if decision.get("outcome") == "wait_for_treatment" else None
    return flagged


def _treatment_clock(course: Course, ground: str) -> tuple[date | None, date | None]:
    """From when a decision counts, and until when it is asked; near the agreed day a new one is."""
    flagged, decision = _flagged(course, ground), _decision(course, ground)
    if decision is None or (flagged is not None and decision.on < flagged):
        return flagged, None
    review = day_of(decision.get("review_on"))
    waits = decision.get("outcome") == "wait_for_treatment" and review is not None and review > decision.on
    if waits and review is not None and (review - course.today).days <= _REVIEW_AHEAD:
        return decision.on + DAY, review
    return flagged or decision.on, None
