"""Step logic and signals of `fsm2` (domain 2.6, 2.9)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families.common import BROKER, CITIZEN, LIVE, latest, minutes_on, when
from broker_tui.programmes.families.fsm2_search import (
    EXEMPTION,
    INTERNSHIP,
    Episode,
    agreed_purpose,
    episodes,
    runs,
    search_days,
    searched,
    set_days,
    step1_due,
)
from broker_tui.programmes.families.fsm2_stepup import consent, set_stepup
from broker_tui.programmes.families.ladder import Search
from broker_tui.programmes.pauses import last_resume, running
from broker_tui.programmes.results import Reason

_DAY = timedelta(days=1)
_EXIT = "fsm2.step3.exit-self-support"
_TOPIC = "start_clarification"
_TWO_WAY = LIVE | {"text_two_way"}


def derive(course: Course) -> None:
    """Step, days and signals of a case."""
    restarted, returned = _restart(course), _returned(course)
    course.days["first_talk"] = talk = _first_talk(course)
    started = restarted or talk
    floor = max((day for day in (restarted, returned) if day is not None), default=None)
    search = searched(course, started, floor)
    stays = runs(course)
    found = episodes(course, search, stays, floor)
    set_days(course, search, stays, found)
    course.step, course.since = search.step, search.since
    course.days["step1.since"] = started
    course.references["episodes"] = found
    _exemption(course)
    final = _final(course, restarted, returned)
    if final is not None:
        course.step, course.since, course.decided_by = final
    set_stepup(course, course.step)
    _signals(course, search, found, final is not None)
    _post(course, final is not None and final[0] == "exited_self_support")


def _first_talk(course: Course) -> date | None:
    """The first held talk with the caseworker about the start."""
    talks = course.facts.counting(LIVE, frozenset({"caseworker"}), CITIZEN)
    return next((when(fact) for fact in talks if _TOPIC in (fact.get("topics") or ())), None)


# final states and ways back


def _restart(course: Course) -> date | None:
    """The day a caseworker placed the case in group 1 after it had left the programme: step 1 begins anew (F-Q16)."""
    groups = course.facts.of("group_decision")
    left = [f.on for kind in ("not_target", "withdrawn") for f in course.facts.of(kind)]
    out = max(left, default=None)
    back: date | None = None
    for fact in groups:
        if str(fact.get("group")) == "2":
            out = fact.on if out is None else max(out, fact.on)
            back = None
        elif back is None and out is not None and fact.on >= out:
            back = fact.on
    return None if back == ALWAYS or (left and back is not None and max(left) > back) else back


def _returned(course: Course) -> date | None:
    """The first day of the new search after a job was lost and the caseworker confirmed the return (2.9)."""
    exit_, back = _exit(course), latest(course, "return_to_search")
    if exit_ is None or back is None or back.on < exit_.on:
        return None
    lost = _lost_on(course, exit_)
    return lost + _DAY if lost is not None else when(back)


def _exit(course: Course) -> Fact | None:
    """Self-support, confirmed by the authority."""
    return latest(course, "self_support", lambda f: bool(f.get("type") and f.get("confirmed_by")))


def _lost_on(course: Course, exit_: Fact) -> date | None:
    lost = latest(course, "job_lost", lambda f: f.on >= exit_.on)
    if lost is None:
        return None
    said = lost.get("last_day")
    return date.fromisoformat(said) if isinstance(said, str) else said or when(lost)


def _final(course: Course, restarted: date | None, returned: date | None) -> tuple[str, date | None, str | None] | None:
    """The state in which nothing more is asked: the latest of exit, group 2, outside the target group, withdrawn."""
    found: list[tuple[date, int, str, str | None]] = []
    if (exit_ := _exit(course)) is not None:
        course.days["exit.on"] = when(exit_)
        if returned is None and (restarted is None or restarted < exit_.on):
            found.append((exit_.on, 3, "exited_self_support", _EXIT))
    group = latest(course, "group_decision")
    if group is not None and str(group.get("group")) == "2":
        course.days["group2.decided"] = when(group)
        found.append((group.on, 2, "group2", "fsm2.step1.group2-visitation"))
    for kind, state, rule in (
        ("not_target", "not_target", "fsm2.target.group1-default"),
        ("withdrawn", "withdrawn", None),
    ):
        fact = latest(course, kind)
        if fact is not None and (restarted is None or restarted < fact.on):
            found.append((fact.on, 1, state, rule))
    told = course.assumed
    if told is not None and told.get("step") in course.program.finals and (restarted is None or restarted < told.on):
        found.append((told.on, 0, str(told.get("step")), None))
    if not found:
        return None
    on, _rank, state, decided = max(found, key=lambda one: one[:2])
    return state, None if on == ALWAYS else on, decided


# clocks


def _exemption(course: Course) -> None:
    """Exempt people keep their step and leave the effort group; when it ends the broker has to be told."""
    spans = course.pauses(EXEMPTION)
    now = running(spans, course.today)
    course.signals["exempt"] = now[0].isoformat() if now is not None else None
    course.days["exemption.resumed"] = resumed = None if now is not None else last_resume(spans, course.today)
    course.days["exemption.began"] = next(
        (a for a, b in spans if resumed is not None and b is not None and b + _DAY == resumed), None
    )


def _post(course: Course, exited: bool) -> None:
    """Follow-up after exit waits for the consent and ends with it, with the job, or after six months."""
    exit_ = _exit(course)
    on = when(exit_)
    state, since = consent(course, "post_follow_up")
    course.days["consent.post"] = since if state == "given" else None
    pending = exited and state not in ("given", "refused", "withdrawn")
    course.signals["consent_pending"] = pending
    course.days["post.since"] = course.days["post.until"] = None
    if not exited or exit_ is None or on is None:
        return
    course.days["post.until"] = add_months(on, course.number("post_should_months"))
    lost = _lost_on(course, exit_)
    if lost is not None and lost < course.today:
        return
    if pending:
        course.days["post.since"] = on
    elif state == "given" and since is not None:
        course.days["post.since"] = max(on, since)
        course.signals["post_recommended"] = recommended = _recommended(course, max(on, since), on)
        if recommended:
            course.explainable.add("fsm2.post.monthly")


def _recommended(course: Course, anchor: date, exit_on: date) -> bool:
    """Whether the running month ends in months 4 to 6, where follow-up is recommended and not a demand (F-Q6)."""
    last = _last_contact(course, _TWO_WAY)
    if last is not None and last > anchor:
        anchor = last
    due = add_months(anchor, course.number("monthly_months"))
    return due >= add_months(exit_on, course.number("post_must_months"))


def _last_contact(course: Course, kinds: frozenset[str]) -> date | None:
    """The latest contact of citizen and broker of these kinds."""
    found = course.facts.counting(kinds, BROKER, CITIZEN)
    return found[-1].on if found else None


# signals


def _signals(course: Course, search: Search, found: Sequence[Episode], final: bool) -> None:
    signals, facts = course.signals, course.facts
    group = latest(course, "group_decision")
    chosen = str(group.get("group")) == "1" if group is not None else search.step != "step1"
    signals["in_effort_group"] = chosen and not final and not course.raised("exempt")
    signals["default_group"] = _by_default(course)
    people = {f.get("person") or f.id or f.on for f in facts.roles.get("broker", ())}
    signals["broker_changes"] = max(0, len(people) - 1)
    active = [f.on for f in facts.roles.get("broker", ()) if f.holds(course.today)]
    course.days["broker.active"] = min(active, default=None)
    signals["mismatch"] = _mismatch(course)
    signals["at_company_share"] = _share_text(course)
    if final:
        return
    if search.step != "step1":
        signals["search_days"] = search_days(course, found)
        signals["live_gap"] = _live_gap(course)
    if (readiness := facts.value("citizen", "readiness")[0]) not in (None, "activity_ready"):
        course.changes.append(Reason("target_changed", {"rule": "fsm2.target.group1-default", "value": readiness}))
    if latest(course, "self_support") is not None and _exit(course) is None:
        course.exit_proposed = _EXIT


def _by_default(course: Course) -> bool:
    """Activity-ready and old enough on the day step 1 began (F-Q1)."""
    if course.facts.value("citizen", "readiness")[0] != "activity_ready":
        return False
    age = _age(course, course.days.get("step1.since") or course.today)
    return age is not None and age >= course.number("min_age")


def _age(course: Course, day: date) -> int | None:
    born, _on = course.facts.value("citizen", "birth_date")
    if born is not None:
        birth = date.fromisoformat(born) if isinstance(born, str) else born
        return int(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))
    age, _on = course.facts.value("citizen", "age")
    return int(age) if age is not None else None


def _mismatch(course: Course) -> bool:
    """Whether agreement, Min Plan and VITAS name different purposes of the current internship."""
    current = course.current
    if current is None or current.type not in INTERNSHIP:
        return False
    named: set[Any] = {agreed_purpose(course, current)}
    said: dict[Any, Any] = {}
    for fact in course.facts.of("registration"):
        if fact.get("item") == "purpose" and fact.get("placement") == current.id:
            said[fact.get("system")] = fact.get("value")
    named |= {said.get("min_plan"), said.get("vitas")}
    return len(named - {None}) > 1


def _share(course: Course, since: date) -> tuple[int, int]:
    notes = [f for f in course.facts.of("follow_up") if f.on >= since]
    return sum(f.get("place") == "company" for f in notes), len(notes)


def _share_text(course: Course) -> str | None:
    done, of = _share(course, course.today - timedelta(days=course.number("share_days")))
    return f"{done} of {of}" if of else None


def _live_gap(course: Course) -> int | None:
    """Days since the last talk when the weekly contact has been kept up in writing only."""
    since = course.days.get("search.since")
    if since is None or course.raised("exempt"):
        return None
    last = _last_contact(course, _TWO_WAY)
    spoken = _last_contact(course, LIVE)
    floor = max(spoken, since) if spoken is not None else since
    if last is None or last <= floor or (course.today - last).days > course.number("weekly_days"):
        return None
    gap = (course.today - floor).days
    return gap if gap > course.number("live_gap_days") else None


# figures


def _effort_group(course: Course) -> int:
    return int(course.raised("in_effort_group"))


def _step_length(course: Course) -> tuple[int, int]:
    """Closed steps 1 and 2 that kept their length, of all closed ones."""
    kept = closed = 0
    started, first = course.days.get("step1.since"), course.days.get("step1.closed")
    if started is not None and first is not None:
        closed += 1
        kept += first <= step1_due(course, started)
    for one in course.references.get("episodes") or ():
        if one.closed is not None:
            closed += 1
            kept += one.closed <= one.due(course)
    return kept, closed


def _paid_hours(course: Course) -> dict[str, Any]:
    """Placements with paid hours now, of those under way; paid minutes a week first and now."""
    alive = [p.id for p in course.placements if p.under_way(course.today)]
    paid = sum(minutes_on(course, course.today, "ordinary", [one]) > 0 for one in alive)
    begun = [
        f.on
        for f in course.facts.of("hours")
        if f.get("measure", "ordinary") == "ordinary" and f.on <= course.today and f.get("minutes")
    ]
    first = minutes_on(course, begun[0], "ordinary") if begun else 0
    return {"now": (paid, len(alive)), "first": first, "latest": minutes_on(course, course.today, "ordinary")}


def _follow_up_at_company(course: Course) -> tuple[int, int]:
    return _share(course, ALWAYS)


MEASURES: dict[str, Any] = {
    "effort_group": _effort_group,
    "step_length": _step_length,
    "paid_hours": _paid_hours,
    "follow_up_at_company": _follow_up_at_company,
}
