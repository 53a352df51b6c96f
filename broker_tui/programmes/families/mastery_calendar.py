"""The team of a mastery course and its days: teaching, weekly days, internship (domain A2, A9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.common import latest

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4}
_TEACHING = ("mon", "tue", "wed", "thu")


@dataclass(frozen=True, slots=True)
class Team:
    """The course team of a citizen.

    Attributes:
        t0: first teaching day of the team.
        start: the citizen's own first teaching day, later than `t0` for one who joins in the first week.
        internship: the team's first internship day.
        end: the team's last internship day.
        moved: the citizen was on another team before.
        model: the organisation model (A3.7).
    """

    t0: date | None
    start: date | None
    internship: date | None
    end: date | None
    last_teaching: date | None
    teaching_weeks: int
    internship_weeks: int
    recommended: bool
    moved: bool
    model: str
    teaching_days: tuple[date, ...]
    weekly_days: tuple[date, ...]


def as_day(value: Any) -> date | None:
    """A date as facts hold it; None for what is no date, or one no course can have."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and 1900 <= value.year <= 2200 else None


def as_int(value: Any) -> int | None:
    """A whole number; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _weeks(value: Any, default: Any) -> int:
    """A number of weeks a course can have."""
    weeks = as_int(value)
    return weeks if weeks is not None and 0 < weeks <= 104 else int(default)


def team_of(course: Course) -> Team:
    """The team the citizen is on, its own settings before those of the place (A2)."""
    member = latest(course, "team_member", lambda fact: bool(fact.get("team")))
    told = _told(course, member)
    params = course.params
    playbook = (told.get("variant") or params["variant"]) == "playbook"
    usual = params["teaching_weeks_playbook" if playbook else "teaching_weeks"]
    weeks = _weeks(told.get("teaching_weeks"), usual)
    stay = _weeks(told.get("internship_weeks"), params["internship_weeks"])
    model = str(told.get("model") or params["organisation_model"])
    t0 = as_day(told.get("t0"))
    moved = len({fact.get("team") for fact in course.facts.of("team_member")}) > 1
    if t0 is None:
        return Team(None, None, None, None, None, weeks, stay, not playbook, moved, model, (), ())
    joins = as_day(member.get("joins_on")) if member is not None else None
    internship = t0 + weeks * WEEK
    days = teaching_days(course, t0, weeks, told.get("teaching_weekdays") or _TEACHING)
    weekday = str(told.get("weekly_weekday") or params["weekly_teaching_weekday"])
    return Team(
        t0=t0,
        start=joins if joins is not None and t0 < joins < internship else t0,
        internship=internship,
        end=internship + stay * WEEK - DAY,
        last_teaching=days[-1] if days else internship - DAY,
        teaching_weeks=weeks,
        internship_weeks=stay,
        recommended=not playbook,
        moved=moved,
        model=model,
        teaching_days=days,
        weekly_days=weekly_days(course, internship, stay, weekday),
    )


def _told(course: Course, member: Fact | None) -> dict[str, Any]:
    """What is known about the citizen's team; without a membership the team written down last."""
    facts = course.facts.of("team")
    name = member.get("team") if member is not None else facts[-1].get("team") if facts else None
    told: dict[str, Any] = {}
    for fact in facts:
        if fact.get("team") in (name, None):
            told |= {key: value for key, value in fact.values.items() if value is not None}
    return told


def teaching_days(course: Course, t0: date, weeks: int, weekdays: Iterable[str]) -> tuple[date, ...]:
    """The planned teaching days, week by week from the team's start; a closed day moves within its week (A9)."""
    wanted = sorted(WEEKDAYS[name] for name in weekdays if name in WEEKDAYS)
    found: list[date] = []
    for k in range(weeks):
        block = [t0 + k * WEEK + n * DAY for n in range(7)]
        planned = [day for day in block if day.weekday() in wanted]
        open_days = [day for day in block if not course.closed(day)]
        taken = [day for day in planned if day in open_days]
        for day in planned:
            if day not in open_days and (other := nearest(day, open_days, taken)) is not None:
                taken.append(other)
        found += sorted(taken)
    return tuple(found)


def nearest(day: date, open_days: Iterable[date], taken: Iterable[date]) -> date | None:
    """The working day nearest to `day` in its calendar week that is free, the earlier of two first."""
    monday = day - day.weekday() * DAY
    free = [other for other in open_days if other not in taken and monday <= other < monday + WEEK]
    return min(free, key=lambda other: (abs(other - day), other), default=None)


def weekly_days(course: Course, internship: date, weeks: int, weekday: str) -> tuple[date, ...]:
    """One teaching day in every week of the team's internship; a week without a working day has none."""
    place = WEEKDAYS.get(weekday, 2)
    found: list[date] = []
    for k in range(weeks):
        begin = internship + k * WEEK
        day: date | None = begin + ((place - begin.weekday()) % 7) * DAY
        if day is not None and course.closed(day):
            day = nearest(day, [d for n in range(7) if not course.closed(d := begin + n * DAY)], ())
        if day is not None:
            found.append(day)
    return tuple(found)


def week_of(day: date | None, since: date | None) -> int:
    """In which week from `since` a day lies, the first being 0; negative before it and when a day is not known."""
    return (day - since).days // 7 if day is not None and since is not None else -1


def standing_in(course: Course, team: Team) -> list[date]:
    """Closed weekdays that lessen what a week of teaching asks: `min(4, working days in that week)` (A9)."""
    if team.t0 is None:
        return []
    wanted = course.number("teaching_days_per_week")
    found: list[date] = []
    for k in range(team.teaching_weeks):
        block = [team.t0 + k * WEEK + n * DAY for n in range(7)]
        weekdays = [day for day in block if day.weekday() < 5]
        shut = [day for day in weekdays if course.closed(day)]
        found += shut[: max(0, wanted - (len(weekdays) - len(shut)))]
    return found
