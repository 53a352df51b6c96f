"""Computed signals of a mastery case (domain A7). A signal that has nothing to say is left out."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families import mastery_attendance as attendance
from broker_tui.programmes.families import mastery_evidence as evidence
from broker_tui.programmes.families import mastery_group
from broker_tui.programmes.families.common import latest
from broker_tui.programmes.families.mastery_calendar import DAY, WEEK, as_day, as_int, week_of
from broker_tui.programmes.families.mastery_path import Path
from broker_tui.programmes.results import Reason

STATEMENTS = ("resources", "ownership", "barriers", "ready")
DONE = frozenset({"reached", "met", "dropped", "done"})


def fill(course: Course, path: Path) -> None:
    """All signals of the case."""
    found = course.signals
    _length(course, path, found)
    _preparation(course, path, found)
    _substance(course, path, found)
    mastery_group.fill(course, path.team, found)
    _attendance(course, path, found)
    _internship(course, path, found)
    _transport(course, path, found)
    found["harm_watch"] = harm_watch(course, path) or None
    _aftercare(course, path, found)
    _progress(course, found)
    found["phase_gap"] = _phase_gap(course, path) or None


# length


def length_days(path: Path) -> int | None:
    """Days from the first preparation talk to the last internship day; not for a case referred back."""
    if path.prep_start is None or path.end is None or (path.exit is not None and path.exit[0] == "back_referred"):
        return None
    return (path.end - path.prep_start).days + 1


def _length(course: Course, path: Path, found: dict[str, Any]) -> None:
    days = length_days(path)
    if days is None or path.prep_start is None:
        return
    least = course.number("min_total_weeks") * 7
    short = days < least and not path.stay.early and not _secured(course, "end")
    found["length_days"] = days
    found["length_weeks"] = f"{days // 7} w {days % 7} d"
    found["length_short"] = short or None
    found["length_ok"] = not short
    earliest = path.prep_start + timedelta(days=least - 1)
    found["earliest_pe"] = earliest.isoformat()
    if short:
        # a whole week is proposed: the Sunday on or after
        found["proposed_pe"] = (earliest + timedelta(days=6 - earliest.weekday())).isoformat()


# preparation


def prep_state(course: Course, path: Path) -> str | None:
    """How long the preparation is: blocked, short, ok or long."""
    if path.prep_start is None or path.team.start is None:
        return None
    days = (path.team.start - path.prep_start).days
    if days < course.number("prep_min_weeks") * 7:
        return "blocked"
    if days < course.number("prep_recommended_weeks") * 7:
        return "short"
    return "ok" if days <= course.number("prep_max_weeks") * 7 else "long"


def _preparation(course: Course, path: Path, found: dict[str, Any]) -> None:
    team, today = path.team, course.today
    state = prep_state(course, path)
    found["prep_state"] = state
    found["prep_long"] = state == "long" or None
    # in model 1 the supplier finds the place; follow-up stays with the jobcenter in every model (A3.7)
    found["search_role"] = "supplier" if team.model == "1" else "company_consultant"
    due = course.days["search_due"]
    opened = course.facts.of("placement_search")
    found["search_late"] = (not opened and due is not None and today > due) or None
    usual = team.t0 - course.number("placement_search_lead_weeks") * WEEK if team.t0 is not None else None
    late = usual is not None and path.prep_start is not None and path.prep_start > usual and path.accepted is not None
    found["late_intake"] = late or None
    why = []
    if state == "blocked":
        why.append("prep_min_length")
    if evidence.substance_state(course, team.start) == "not_now":
        why.append("substance_free")
    late_start = team.t0 is not None and team.start is not None and team.start > team.t0
    if late_start and week_of(team.start, team.t0) >= course.number("join_late_weeks"):
        why.append("joins_too_late")
    found["next_team"] = why or None
    guide = latest(course, "agreement_guide")
    if team.moved and guide is not None and guide.on > ALWAYS:
        old = course.number("guide_review_weeks") * WEEK
        found["guide_review"] = today - guide.on > old or None
    age = _age_at_start(course, team.t0)
    found["age_at_start"] = age
    found["age_in_range"] = age is not None and course.number("age_min") <= age <= course.number("age_max")


def _age_at_start(course: Course, t0: date | None) -> int | None:
    """The age on the team's first day; from the day of birth where it is known."""
    born = as_day(course.facts.value("citizen", "birth_date")[0])
    if born is not None:
        on = t0 or course.today
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return as_int(course.facts.value("citizen", "age")[0])


def _substance(course: Course, path: Path, found: dict[str, Any]) -> None:
    said = evidence.misuse(course)
    found["misuse"] = said if said in ("past", "current") else None
    found["misuse_current"] = said == "current" or None
    found["substance_ok"] = evidence.substance_ok(course, course.today)
    state = evidence.substance_state(course, path.team.start)
    if said == "current" and course.facts.value("substance", "in_treatment")[0] is False:
        state = "not_now"  # treatment first (A4, step 2)
    found["substance_state"] = state
    free = course.days["substance_free_from"]
    if state in ("conditional", "not_now") and free is not None:
        found["substance_recheck"] = free.isoformat()
    # referred on condition: the rule holds nothing back until preparation has begun (A4.1)
    waits = state == "conditional" and path.prep_start is None
    found["substance_asked"] = (found["misuse"] is not None and not waits) or None


# attendance


def _attendance(course: Course, path: Path, found: dict[str, Any]) -> None:
    team = path.team
    if team.start is not None and course.today >= team.start:
        found["attendance_rate"] = attendance.rate(attendance.counted(path.marks, ("teaching",)))
    if team.internship is not None and course.today >= team.internship:
        held = [m for m in path.marks if m.type == "weekly_teaching" and m.mark != "not_held"]
        found["weekly_day_rate"] = attendance.rate(held)
    if path.stay.p0 is not None and course.today >= path.stay.p0:
        found["internship_rate"] = attendance.rate(attendance.counted(path.marks, ("internship",)))
    chains = [c for c in path.chains if c.where != "worked"]
    if chains:
        last = chains[-1]
        late = last.contacted is None and course.today >= last.escalates
        found["absence_chain"] = "escalated" if late else "contacted" if last.contacted else "contact_due"
    open_ = [c.on.isoformat() for c in chains if c.contacted is None]
    found["absence_open"] = open_ or None
    count, since = path.frequent
    found["frequent_absence"] = count if since is not None else None
    if path.stay.p0 is not None and team.end is not None and path.stay.pe is not None and path.stay.weeks:
        begin, weeks = team.end + DAY, []
        while begin <= (course.days["weekly_until"] or begin - DAY):
            weeks.append(begin.isoformat())
            begin += WEEK
        found["weekly_replaced"] = weeks or None


# internship


def _internship(course: Course, path: Path, found: dict[str, Any]) -> None:
    stay, team = path.stay, path.team
    on = stay.signed_on
    told = latest(course, "readiness", lambda f: bool(f.get("decision")))
    if on is None and told is not None and told.get("decision") in ("full", "reduced") and course.step == "phase3":
        # without a place the decision can only be to postpone or to taste (A4, step 4)
        course.changes.append(Reason("no_place_for_decision", {"decision": told.get("decision")}))
    if on is None and team.start is not None and course.today >= team.start and course.step in ("phase3", "phase4"):
        searched = [f.on for f in course.facts.of("placement_search") if f.on >= team.start]
        checked = max([*searched, team.start - DAY])
        found["search_check"] = (checked + course.number("search_check_days") * DAY).isoformat()
    if on is not None:
        found["agreement_state"] = "late" if team.start is not None and on >= team.start else "ok"
    if stay.p0 is not None and team.internship is not None:
        days = (stay.p0 - team.internship).days
        found["postponed_days"] = days or None
        if days < 0:
            found["early_start"] = True
            if not latest(course, "readiness", lambda f: bool(f.get("reason"))):
                course.changes.append(Reason("early_start_without_reason", {"days": -days}))
        elif days > course.number("max_postponement_weeks") * 7:
            course.changes.append(Reason("postponed_too_long", {"days": days}))
    found["postponement_refused"] = stay.refused or None
    if stay.p0 is not None and stay.pe is not None:
        enough = (stay.pe - stay.p0).days + 1 >= course.number("internship_weeks") * 7
        found["long_enough"] = enough or stay.early


# transport


def pass_gap(course: Course, days: Sequence[date]) -> date | None:
    """The first of these days that no valid pass covers; None for a citizen who needs no transport."""
    if not course.facts.value("transport", "need")[0]:
        return None
    spans = [
        (as_day(f.get("valid_from")) or f.on, as_day(f.get("valid_to")) or date.max)
        for f in course.facts.of("transport")
        if f.get("kind")
    ]
    return next((day for day in days if not any(first <= day <= last for first, last in spans)), None)


def _transport(course: Course, path: Path, found: dict[str, Any]) -> None:
    team = path.team
    found["transport_needed"] = bool(course.facts.value("transport", "need")[0]) or None
    if not found["transport_needed"] or team.start is None:
        return
    begun = team.start
    gap = pass_gap(course, [day for day in (*team.teaching_days, *team.weekly_days) if day >= begun])
    found["pass_gap"] = gap.isoformat() if gap is not None else None
    ahead = pass_gap(course, [day for day in team.teaching_days if day >= max(course.today, begun)])
    found["pass_missing"] = ahead is not None or None


# harm, aftercare, progress


def harm_watch(course: Course, path: Path) -> list[str]:
    """Signs that the course does not help: an answer that fell two points, or attendance under half (A7)."""
    found = []
    for kind, name in (("preparation_talk", "motivation"), ("internship_follow_up", "wellbeing")):
        told = [n for f in course.facts.of(kind) if (n := as_int(f.get(name))) is not None]
        if len(told) >= 2 and told[-2] - told[-1] >= course.number("harm_drop_points"):
            found.append(name)
    window = attendance.counted_all(path.marks)[-course.number("frequent_window") :]
    met = sum(one.mark in attendance.ATTENDED for one in window)
    if len(window) >= course.number("frequent_window") and met * 100 < course.number("harm_attendance_pct") * len(
        window
    ):
        found.append("attendance")
    return found


def _secured(course: Course, measured: str | None = None) -> bool:
    """Whether the latest outcome is a job or education."""
    told = latest(course, "outcome", lambda f: measured in (None, f.get("measured")) and bool(f.get("category")))
    return told is not None and told.get("category") in ("job", "education")


def suggestion(course: Course, path: Path) -> tuple[int, list[str]]:
    """The level of aftercare the signs speak for, and why (A7)."""
    goals = [f for kind in ("job_goal", "sub_goal") for f in course.facts.of(kind) if f.get("state") not in DONE]
    since = course.today - timedelta(days=27)
    used = sum(attendance.as_minutes(f) or 0 for f in course.facts.of("mentor_time") if f.on >= since) / 4
    reasons = []
    if goals or _low_statement(course):
        reasons.append("unmet_goals")
    if used >= course.number("mentor_use_minutes"):
        reasons.append("mentor_use")
    if reasons:
        return (1 if len(reasons) == 2 else 2), reasons
    if _secured(course) or path.stay.early:
        return 0, ["job_or_education"]
    return 3, ["no_job_or_education"]


def _low_statement(course: Course) -> bool:
    """Whether the citizen's latest statements at exit or end fall short of a goal of the teaching (A3.4)."""
    told = latest(course, "status", lambda f: f.get("by", "citizen") == "citizen" and f.get("point") in ("exit", "end"))
    grades = [as_int(told.get(name)) for name in STATEMENTS] if told is not None else []
    return any(grade is not None and grade < course.number("exit_statement_min") for grade in grades)


def _aftercare(course: Course, path: Path, found: dict[str, Any]) -> None:
    end = path.end
    if path.level:
        found["aftercare_level"] = path.level
        found[f"aftercare_level{path.level}"] = True
    found["recheck_refused"] = evidence.contact_refused(course) or None
    if end is None:
        return
    if course.today >= end - timedelta(days=course.number("aftercare_opens_days")) and path.exit is None:
        found["aftercare_suggestion"], found["aftercare_reasons"] = suggestion(course, path)
    mentor = evidence.has_mentor_after(course, end)
    stays = any(
        p.cancelled_on is None
        and ((p.start is not None and p.start > end) or (p.planned_end is not None and p.planned_end > end))
        and not (p.last_day is not None and p.last_day <= end)
        for p in course.placements
    )
    found["aftercare_both"] = (mentor and stays) or None
    found["aftercare_one"] = (mentor != stays) or None
    if course.today > end:
        act_by = course.act_by(add_months(end, course.number("outcome_recheck_months")))
        found["recheck_act_by"] = act_by.isoformat() if act_by is not None else None


def _mean(fact: Fact | None) -> float | None:
    """The mean of the four statements; None when one is missing."""
    if fact is None:
        return None
    told = [n for name in STATEMENTS if (n := as_int(fact.get(name))) is not None]
    return sum(told) / 4 if len(told) == 4 else None


def _progress(course: Course, found: dict[str, Any]) -> None:
    """The citizen's own statements: start of teaching against the latest; no start, no development shown."""
    means: dict[str, float] = {}
    for fact in course.facts.of("status"):
        if fact.get("by", "citizen") == "citizen" and (mean := _mean(fact)) is not None:
            means[str(fact.get("point"))] = mean
    last = means.get("end", means.get("exit"))
    if last is None:
        last = means.get("start")
    found["progress"] = round(last, 2) if last is not None else None
    if "start" in means and last is not None and len(means) > 1:
        found["progress_delta"] = round(last - means["start"], 2)


def _phase_gap(course: Course, path: Path) -> list[str]:
    """Phases the case has passed without a trace of them."""
    today, team = course.today, path.team
    found = []
    if path.prep_start is not None and course.days["referral"] is None:
        found.append("phase1")
    if team.internship is not None and today >= team.internship and path.prep_start is not None:
        taught = any(m.type == "teaching" for m in path.marks) or any(
            f.get("type") == "teaching" for f in course.facts.of("session")
        )
        if not taught:
            found.append("phase3")
    over = path.end is not None and today > path.end and path.prep_start is not None
    if over and not course.placements and not path.stay.early:
        found.append("phase4")
    return found
