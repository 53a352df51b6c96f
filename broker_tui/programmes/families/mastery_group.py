"""The group of a mastery team as signals: size, ages, psychologists' share, mentor hours (domain A7)."""

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import Any

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families import mastery_evidence as evidence
from broker_tui.programmes.families.mastery_calendar import Team, as_int


def fill(course: Course, team: Team, found: dict[str, Any]) -> None:
    """The signals about the team."""
    _group(course, team, found)
    _teaching(course, found)
    _mentors(course, found)


def accepted_count(course: Course, t0: date | None) -> int | None:
    """How many were accepted, as known on the team's first day; who drops out later makes no team too small."""
    told = [(f.on, n) for f in course.facts.of("group") if (n := as_int(f.get("accepted"))) is not None]
    before = [n for on, n in told if t0 is None or on <= t0]
    return before[-1] if before else told[0][1] if told else None


def group_state(course: Course, count: int) -> str:
    """What the size of the team allows."""
    if count < course.number("group_min"):
        return "too_small"
    if count > course.number("group_max"):
        return "too_large"
    low, high = course.number("group_recommended_min"), course.number("group_recommended_max")
    return "recommended" if low <= count <= high else "allowed"


def age_outliers(ages: Sequence[int], gap: int, near: int) -> list[int]:
    """Ages far from the median of the others and with nobody near; not computed for fewer than four."""
    if len(ages) < 4:
        return []
    found = []
    for place, age in enumerate(ages):
        others = [*ages[:place], *ages[place + 1 :]]
        if abs(age - median(others)) > gap and min(abs(age - other) for other in others) > near:
            found.append(age)
    return found


def _group(course: Course, team: Team, found: dict[str, Any]) -> None:
    t0 = team.t0
    count = accepted_count(course, t0)
    if count is not None:
        state = group_state(course, count)
        found["group_state"] = state
        found["group_allowed"] = state in ("allowed", "recommended")
        found["group_recommended"] = state == "recommended"
    now = as_int(course.facts.value("group", "participants")[0])
    if t0 is not None and course.today >= t0 and now is not None:
        found["group_thin"] = now if now < course.number("group_thin") else None
    raw = course.facts.value("group", "ages")[0]
    ages = [age for one in raw if (age := _number(one)) is not None] if isinstance(raw, list) else []
    found["age_outlier"] = (
        age_outliers(ages, course.number("age_gap_flag_years"), course.number("age_near_years")) or None
    )
    found["recommended_variant"] = (team.recommended and team.teaching_weeks >= 4) or None
    if t0 is not None:
        found["teaching_days"] = len(team.teaching_days)
        found["weekly_days"] = [day.isoformat() for day in team.weekly_days]


def _teaching(course: Course, found: dict[str, Any]) -> None:
    """The psychologists' share of teaching, the weekly days included; without minutes every session weighs the same."""
    total, by_psychologist = 0, 0
    for fact in _sessions(course):
        minutes = as_int(fact.get("minutes")) or 1
        total += minutes
        by_psychologist += minutes if fact.get("profession") == "psychologist" else 0
    if total:
        found["psychologist_share"] = round(by_psychologist / total, 3)
        found["psychologist_majority"] = by_psychologist * 2 > total


def _sessions(course: Course) -> list[Fact]:
    """The sessions held. One day may have several teachers, each told; but a record that only says that the day was
    held (the first mark on each laptop writes one) adds nothing to a day of which more is told, nor to another such."""
    held = [
        fact
        for fact in course.facts.of("session")
        if fact.get("type", "teaching") in ("teaching", "weekly_teaching") and not fact.get("cancelled")
    ]
    told = {fact.on for fact in held if _tells(fact)}
    bare = {fact.on: fact for fact in held if fact.on not in told}
    return [*(fact for fact in held if _tells(fact)), *bare.values()]


def _tells(fact: Fact) -> bool:
    return bool(fact.get("minutes") or fact.get("profession"))


def _number(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isdigit() else as_int(value)


def _mentors(course: Course, found: dict[str, Any]) -> None:
    """Hours set aside for mentors against the need; a need of nothing is covered."""
    found["mentor_needed"] = evidence.mentor_needed(course) or None
    if not course.facts.of("capacity"):
        return
    have = as_int(course.facts.value("capacity", "mentor_minutes")[0])
    need = as_int(course.facts.value("capacity", "need_minutes")[0])
    if need == 0:
        found["mentor_capacity"], found["mentor_capacity_ok"] = "ok", True
    elif have is None or need is None:
        found["mentor_capacity"] = "missing"
    else:
        found["mentor_capacity"] = round(have / need, 2)
        found["mentor_capacity_ok"] = have >= need
