"""Step up of `fsm2`: challenges, preparation, cross-disciplinary talks and the agreement document (domain 2.4, 2.9)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact

HEALTH, FAMILY = "health", "family"
_REQUIRED = frozenset({"citizen", "caseworker", "broker"})


def newest(facts: Iterable[Fact], key: Callable[[Fact], str]) -> dict[str, Fact]:
    """The latest statement about each thing; a thing without a name of its own is told by its kind."""
    return {key(fact): fact for fact in facts}


def challenges(course: Course) -> list[Fact]:
    """What the citizen experiences as challenges, the latest word on each kind, closed ones too."""
    return list(newest(course.facts.of("challenge"), lambda f: str(f.get("kind") or "other")).values())


def set_challenges(course: Course) -> None:
    """Since when every open challenge has an action and an owner, and since when the support is placed."""
    found = challenges(course)
    course.days["challenges.answered"] = _all_on(
        found, lambda f: bool(f.get("closed") or (f.get("action") and f.get("owner")))
    )
    owned = [f for f in found if f.get("owner")]
    course.days["challenges.owned"] = _all_on(
        owned, lambda f: bool(f.get("closed") or f.get("owner") == "broker" or f.get("owner_reason"))
    )


def _all_on(facts: Iterable[Fact], test: Callable[[Fact], bool]) -> date | None:
    """The day the last of them came to hold; None when one does not, or there are none."""
    day: date | None = None
    for fact in facts:
        if not test(fact):
            return None
        day = fact.on if day is None else max(day, fact.on)
    return day


def obstacles(course: Course, day: date) -> set[str]:
    """Which of health and family the citizen experiences as an obstacle on a day: open challenges, the start form, the
    preparation form."""
    told = (f for f in course.facts.of("challenge") if f.on <= day)
    latest = newest(told, lambda f: str(f.get("kind") or "other"))
    kinds = {kind for kind, fact in latest.items() if not fact.get("closed")}
    for kind, field in (("stepup_start", "challenge_types"), ("preparation_form", "obstacles")):
        kinds |= set(_said(course, kind, field, day) or ())
    return kinds & {HEALTH, FAMILY}


def _said(course: Course, kind: str, field: str, day: date) -> Any:
    """The latest value of a field on a day."""
    found = course.facts.last_kept(kind, lambda f: f.on <= day and f.get(field) is not None)
    return found.get(field) if found is not None else None


def criteria_on(course: Course) -> date | None:
    """The day both criteria were answered yes with text (F-Q8: always text); None while one is not."""
    days: list[date] = []
    for answer, text in (("match_drags", "why_match_drags"), ("cooperation_exhausted", "why_not_enough")):
        said, on = course.facts.value("stepup_start", answer)
        words, written = course.facts.value("stepup_start", text)
        if not said or not words or on is None or written is None:
            return None
        days += [on, written]
    return max(days)


def set_stepup(course: Course, step: str) -> None:
    """Days and signals of step up. `step`: where the case stands."""
    set_challenges(course)
    kinds = obstacles(course, course.today)
    answered = criteria_on(course)
    tried = bool(course.facts.of("company_approach") or course.facts.of("placement"))
    started = next((f.on for f in course.facts.of("stepup_start") if f.get("started")), None)
    course.signals["stepup_allowed"] = step in ("step2", "step3") and tried and bool(kinds) and answered is not None
    course.signals["stepup_hint"] = _hint(course, step)
    course.days["stepup.considered"] = course.day("stepup_start.first")
    course.days["stepup.since"] = min((day for day in (started, answered) if day is not None), default=None)
    course.signals["health_challenge"] = HEALTH in kinds
    course.signals["family_rep_needed"] = FAMILY in kinds and _provider(course, course.today)
    _set_consent(course)
    _set_talks(course)
    _set_lines(course)


def _hint(course: Course, step: str) -> bool:
    """Advice only: the match drags on, and health or family stands in the way (2.9)."""
    if not any(f.get("kind") in (HEALTH, FAMILY) and not f.get("closed") for f in challenges(course)):
        return False
    due = course.days.get("step2.max")
    if step == "step2" and due is not None and course.today > due:
        return True
    broken = sum(p.how == "interrupted" and p.ended(course.today) for p in course.placements)
    return step in ("step2", "step3") and broken >= course.number("stepup_hint_interruptions")


def _provider(course: Course, day: date) -> bool:
    said = _said(course, "preparation_form", "is_provider", day)
    return bool(_said(course, "citizen", "provider", day) if said is None else said)


def consent(course: Course, scope: str) -> tuple[str, date | None]:
    """How the latest consent of a scope stands, and since when; an expired one counts as withdrawn."""
    state, since = "", None
    for fact in course.facts.of("consent"):
        if fact.get("scope") != scope:
            continue
        said = str(fact.get("state") or "")
        if said == "given" and fact.until is not None and fact.until < course.today:
            said = "withdrawn"
        if said != state:
            state, since = said, fact.on
    return state, since


def _set_consent(course: Course) -> None:
    state, since = consent(course, "step_up_sharing")
    course.days["consent.stepup"] = since if state == "given" else None


# talks


def _set_talks(course: Course) -> None:
    talks = course.facts.of("cross_disciplinary_talk")
    valid = [f for f in talks if _is_valid(f, course)]
    days = sorted({f.on for f in valid})
    most = course.number("stepup_talks_max")
    course.events["valid_talks"] = days
    course.signals["valid_talks"] = len(days)
    course.signals["talk_valid"] = bool(valid and valid[-1] is talks[-1]) if talks else None
    course.signals["third_talk"] = len(days) > most and not valid[-1].get("third_reason")
    course.signals["surplus_people"] = surplus(talks[-1], course) if talks else 0
    course.days["talk.first_valid"] = days[0] if days else None
    # papers for a second talk are new papers; without a second talk the first ones stand
    planned, _on = course.facts.value("pack", "meeting_on")
    former = [f.on for f in talks if planned is not None and f.on.isoformat() < str(planned)]
    course.days["pack.since"] = former[-1] + timedelta(days=1) if former else ALWAYS


def _is_valid(fact: Fact, course: Course) -> bool:
    """Citizen, caseworker and broker, the representatives that are asked for, and minutes on the three matters."""
    present = _present(fact, course)
    if not present >= _REQUIRED | _asked(course, fact.on):
        return False
    return bool(fact.get("challenges")) and all(
        fact.get(name) is not None for name in ("support_decision", "extra_decision")
    )


def _present(fact: Fact, course: Course) -> set[str]:
    present = set(fact.get("present") or ())
    if "substitute" in present and course.facts.has_role("substitute", fact.on):
        present = (present - {"substitute"}) | {"broker"}
    return present


def _asked(course: Course, day: date) -> set[str]:
    """Representatives whose condition held on the day of a talk."""
    kinds = obstacles(course, day)
    asked = {"health_rep"} if HEALTH in kinds else set()
    return asked | {"family_rep"} if FAMILY in kinds and _provider(course, day) else asked


def surplus(fact: Fact, course: Course) -> int:
    """People at a talk that nobody asked for: neither required nor wished for nor there for a stated reason."""
    wanted = _REQUIRED | _asked(course, fact.on) | set(fact.get("with_reason") or ())
    wishes = (course.facts.value("preparation_form", "network_wish")[0], course.facts.value("network", "wish")[0])
    if "yes" in wishes:
        wanted = wanted | {"network"}
    return len(_present(fact, course) - wanted)


# the agreement document


def _set_lines(course: Course) -> None:
    lines = newest(course.facts.of("agreement_line"), lambda f: str(f.get("line") or f.get("kind") or ""))
    if len(lines) > 1:
        lines.pop("", None)  # a line of which nothing is known yet, made good by the others
    wanted = ("kind", "text", "owner", "follow_up_on")
    course.days["lines.complete"] = _all_on(lines.values(), lambda f: all(f.get(name) for name in wanted))
    hints = [f for f in lines.values() if f.get("kind") == "consideration"]
    efforts = [f for f in lines.values() if f.get("kind") == "extra_effort"]
    course.days["considerations.applied"] = _done(course, hints, "consideration_applied")
    course.days["efforts.started"] = _done(course, efforts, "extra_effort_started")
    waiting = [f.on for f in efforts if _done(course, [f], "extra_effort_started") is None]
    course.days["efforts.since"] = min(waiting or [f.on for f in efforts], default=None)


def _done(course: Course, lines: list[Fact], kind: str) -> date | None:
    """The day the last of the lines was carried out; a mark that names no line is about all lines before it."""
    last: date | None = None
    for line in lines:
        name = line.get("line")
        done = next((f.on for f in course.facts.of(kind) if f.on >= line.on and f.get("line") in (None, name)), None)
        if done is None:
            return None
        last = done if last is None else max(last, done)
    return last
