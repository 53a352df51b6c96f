"""Attendance of a mastery course: marks, absence that needs a contact, rates (domain A7, A9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from broker_tui.programmes.course import Course
from broker_tui.programmes.expressions import add_working_days
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.mastery_calendar import DAY, Team

ATTENDED = frozenset({"present", "late", "left_early"})
ABSENT = frozenset({"no_show", "cancelled", "sick"})
GROUP_DAYS = ("teaching", "weekly_teaching")


@dataclass(frozen=True, slots=True)
class Mark:
    """How a citizen met on one day: the mark that counts after merging (A9, offline)."""

    on: date
    type: str
    mark: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Chain:
    """One absence that needs a contact.

    Attributes:
        where: teaching, internship, or worked (kept by the company on a weekly day).
        due: the last day for the contact.
        contacted: the day of the first contact that reached somebody.
        escalates: the first day on which missing contact has become a matter for more people.
    """

    on: date
    where: str
    due: date
    contacted: date | None
    escalates: date
    fact: Fact


def marks(course: Course) -> list[Mark]:
    """One mark per day and type, oldest first: any mark beats a blank, a later entry an earlier one."""
    found: dict[tuple[date, str], Mark] = {}
    for fact in course.facts.of("attendance"):
        mark = str(fact.get("mark") or "blank")
        type_ = str(fact.get("type") or "teaching")
        on = fact.on if fact.on != ALWAYS else course.today
        known = found.get((on, type_))
        if known is None or mark != "blank":
            found[on, type_] = Mark(on, type_, mark, fact)
    return sorted(found.values(), key=lambda one: one.on)


def absences(course: Course, found: Sequence[Mark]) -> list[Chain]:
    """Every absence that needs a contact; of one reported illness the first day and the fifth."""
    cases: list[tuple[Mark, str, int]] = []
    running: dict[str, tuple[str, int]] = {}
    for one in found:
        where = "internship" if one.type == "internship" else "teaching"
        if one.mark == "sick":
            illness = str(one.fact.get("illness") or "")
            name, days = running.get(where, ("", 0))
            days = days + 1 if days and name == illness else 1
            running[where] = (illness, days)
            if days not in (1, course.number("illness_again_day")):
                continue
        elif one.mark not in ("blank", "not_held"):
            running.pop(where, None)
        if one.mark == "worked":
            cases.append((one, "worked", course.number("worked_contact_days")))
        elif one.mark in ABSENT:
            wait = course.number("no_show_contact_days" if one.mark == "no_show" else "told_contact_days")
            cases.append((one, where, wait))
    _link(course, cases)
    reached = _contacts(course)
    return [_chain(course, one, where, wait, reached) for one, where, wait in cases]


def _chain(course: Course, one: Mark, where: str, wait: int, reached: dict[tuple[str, bool], list[date]]) -> Chain:
    names = [one.on.isoformat(), one.fact.id] if one.fact.id else [one.on.isoformat()]
    sides = (True,) if where == "worked" else (False,) if where == "teaching" else (False, True)
    days = [day for name in names for side in sides for day in reached.get((name, side), ()) if day >= one.on]
    return Chain(
        on=one.on,
        where=where,
        due=add_working_days(one.on, wait, course),
        contacted=min(days, default=None),
        escalates=add_working_days(one.on, course.number("escalate_days"), course) + DAY,
        fact=one.fact,
    )


def _link(course: Course, cases: Sequence[tuple[Mark, str, int]]) -> None:
    """A contact after absence that names none is about the latest one up to that day, with that side."""
    told = course.facts.of("absence_contact")
    if all(fact.get("absence") for fact in told):
        return
    linked = []
    for fact in told:
        sides = ("worked", "internship") if fact.get("with") == "company" else ("teaching", "internship")
        about = [one for one, where, _wait in cases if one.on <= fact.on and where in sides]
        if not fact.get("absence") and about:
            name = about[-1].fact.id or about[-1].on.isoformat()
            fact = msgspec.structs.replace(fact, values={**fact.values, "absence": name})
        linked.append(fact)
    course.facts.put("absence_contact", linked)


def _contacts(course: Course) -> dict[tuple[str, bool], list[date]]:
    """Contacts that reached somebody, by the absence they name and whether it was the company."""
    found: dict[tuple[str, bool], list[date]] = {}
    for fact in course.facts.of("absence_contact"):
        if fact.get("reached") is True:
            found.setdefault((str(fact.get("absence")), fact.get("with") == "company"), []).append(fact.on)
    return found


def put_events(course: Course, chains: Sequence[Chain], found: Sequence[Mark], team: Team) -> None:
    """The facts the rules on absence and registration look at: absences, and held sessions without a mark."""
    cases = [
        Fact(kind="absence_case", on=c.on, id=c.fact.id, values={"where": c.where, "due": c.due.isoformat()})
        for c in chains
    ]
    course.facts.put("absence_case", cases)
    marked = {one.on for one in found if one.mark != "blank" and one.type in GROUP_DAYS}
    noted = {str(one.fact.get("session")) for one in found if one.mark != "blank" and one.fact.get("session")}
    blanks = {one.on for one in found if one.mark == "blank" and one.type in GROUP_DAYS}
    held = {
        fact.on: fact
        for fact in course.facts.of("session")
        if fact.get("type") in GROUP_DAYS and not fact.get("cancelled")
    }
    names = {day: (held[day].id if day in held else "") or day.isoformat() for day in {*held, *blanks}}
    open_ = [
        day
        for day, name in names.items()
        if day not in marked and not {day.isoformat(), name} & noted and (team.start is None or day >= team.start)
    ]
    # the latest registered one is shown too, so that it can be seen that it is done
    shown = sorted({*open_, *sorted(day for day in held if day not in open_)[-1:]})
    kinds = {one.on: one.type for one in found if one.type in GROUP_DAYS} | {
        d: str(f.get("type")) for d, f in held.items()
    }
    course.facts.put(
        "unmarked_session",
        [Fact(kind="unmarked_session", on=day, id=names[day], values={"type": kinds[day]}) for day in shown],
    )


def escalation(course: Course, chains: Sequence[Chain], frequent: date | None) -> date | None:
    """The latest day on which absence became a matter for mentor, teacher and work group."""
    days = [
        c.escalates
        for c in chains
        if c.where != "worked" and c.escalates <= course.today and (c.contacted is None or c.contacted >= c.escalates)
    ]
    return max([*days, *([frequent] if frequent is not None else [])], default=None)


def counted(found: Sequence[Mark], types: Sequence[str]) -> list[Mark]:
    """The days that count as scheduled: not agreed absence, not sessions that were cancelled."""
    return [one for one in found if one.type in types and one.mark not in ("agreed", "not_held")]


def counted_all(found: Sequence[Mark]) -> list[Mark]:
    """The scheduled sessions with the group."""
    return counted(found, GROUP_DAYS)


def rate(days: Sequence[Mark]) -> float | str:
    """The share attended; a late arrival is an attendance, a blank is none."""
    if not days:
        return "no_sessions"
    return round(sum(one.mark in ATTENDED for one in days) / len(days), 3)


def with_blanks(course: Course, found: Sequence[Mark]) -> list[Mark]:
    """The marks with a blank for every session whose mark is missing: scheduled, not attended."""
    missing = [
        Mark(fact.on, str(fact.get("type") or "teaching"), "blank", fact)
        for fact in course.facts.of("unmarked_session")
        if not any(one.on == fact.on and one.type in GROUP_DAYS for one in found)
        and not any(fact.id == one.fact.get("session") for one in found)
    ]
    return sorted([*found, *missing], key=lambda one: one.on) if missing else list(found)


def frequent_since(course: Course, days: Sequence[Mark]) -> tuple[int, date | None]:
    """Absences among the latest sessions, and the day of the last when there are too many."""
    window = [one for one in days if one.type in GROUP_DAYS][-course.number("frequent_window") :]
    away = [one.on for one in window if one.mark in ABSENT]
    return len(away), away[-1] if len(away) >= course.number("frequent_absences") else None


def weekly_marks(course: Course, found: Sequence[Mark], team: Team) -> list[date]:
    """Days that answer for the weekly teaching day: a mark, a cancelled session, and after the team's last weekly
    day a talk with the mentor or the aftercare group."""
    days = {one.on for one in found if one.type == "weekly_teaching" and one.mark != "blank"}
    days |= {f.on for f in course.facts.of("session") if f.get("type") == "weekly_teaching" and f.get("cancelled")}
    if team.end is not None:
        later = [f.on for f in course.facts.of("mentor_time") if (as_minutes(f) or 0) > 0]
        later += [one.on for one in found if one.type == "aftercare_group" and one.mark != "blank"]
        later += [
            f.on
            for f in course.facts.of("contact")
            if f.on > team.end
            and f.get("outcome", "reached") == "reached"
            and {"citizen", "mentor"} <= set(f.get("participants") or ())
        ]
        days |= {day for day in later if day > team.end}
    return sorted(days)


def as_minutes(fact: Fact) -> int | None:
    """The minutes a fact tells, if it does."""
    value = fact.get("minutes")
    return value if isinstance(value, int) else None
