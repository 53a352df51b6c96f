"""The course teams of the demo: when they begin, their teaching days, and how a participant met."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from broker_tui.domain.facts import Fact

STARTS = {"phase1": 45, "phase2": 16, "phase3": -9, "phase4": -60, "aftercare": -150}
"""Days until the team of a person in each phase begins to teach."""
WEEKS, INTERNSHIP_WEEKS = 4, 12
_MARKS = ("present", "present", "present", "present", "present", "late", "sick", "agreed", "no_show")
_TAGS = (["bonding", "physical_training"], ["physical_training"], ["physical_training", "placement_prep"])


def start_of(step: str, today: date) -> date:
    """The Monday on which the team of a phase begins to teach."""
    begins = today + timedelta(days=STARTS[step])
    return begins - timedelta(days=begins.weekday())


def name_of(step: str) -> str:
    """What the team is called."""
    return f"Hold {list(STARTS).index(step) + 1}"


def facts(step: str, today: date) -> list[Fact]:
    """The team, its size and mentor hours, and the teaching days held so far."""
    begins = start_of(step, today)
    on = begins - timedelta(days=60)
    values = {"team": name_of(step), "t0": begins.isoformat(), "model": "3"}
    found = [
        Fact(kind="team", on=on, id="team", values=values),
        Fact(kind="group", on=on, id="group", values={"accepted": 9}),
        Fact(kind="capacity", on=on, id="hours", values={"mentor_minutes": 1200, "need_minutes": 900}),
    ]
    for day, kind in _days(begins, today):
        week = (day - begins).days // 7
        told = {"type": kind, "minutes": 240, "profession": "psychologist", "group": True}
        if kind == "teaching" and day.weekday() == 0:
            told["tags"] = _TAGS[0 if week == 0 else 1 if week < 2 else 2]
        if kind == "weekly_teaching":
            told |= {"positive_stories": True, "everyday_handling": True}
        found.append(Fact(kind="session", on=day, id=f"session-{day}", values=told))
    return found


def attendance(step: str, today: date, rng: random.Random) -> Iterator[Fact]:
    """How one participant met on the days held so far; the last day is not marked yet."""
    days = list(_days(start_of(step, today), today))
    for day, kind in days[:-1]:
        yield Fact(kind="attendance", on=day, values={"type": kind, "mark": rng.choice(_MARKS)})


def _days(begins: date, today: date) -> Iterator[tuple[date, str]]:
    """Monday to Thursday in the weeks of teaching, then every Wednesday of the internship."""
    for week in range(WEEKS + INTERNSHIP_WEEKS):
        monday = begins + timedelta(weeks=week)
        for offset in range(4) if week < WEEKS else (2,):
            day = monday + timedelta(days=offset)
            if day <= today:
                yield day, "teaching" if week < WEEKS else "weekly_teaching"
