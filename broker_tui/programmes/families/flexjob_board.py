"""The computed signals of a `flexjob` case, put together (domain B7)."""

from datetime import date, timedelta
from typing import Any

from broker_tui.programmes.course import Course
from broker_tui.programmes.families import flexjob_company as company_side
from broker_tui.programmes.families import flexjob_follow as follow
from broker_tui.programmes.families import flexjob_signals as told
from broker_tui.programmes.families.flexjob_jobs import Job, Standing


def board(course: Course, stand: Standing, talks: follow.Talks) -> None:
    """All signals that do not belong to illness or the next talk; those that are not raised are left out."""
    found: dict[str, Any] = _place(course, stand)
    found |= told.capacity(course, stand)
    found |= told.refund(course, stand)
    found["balance_index"], found["balance_flag"] = told.balance(course, talks)
    found["identity_delta"] = told.identity(course)
    found["bonus_check"] = company_side.bonus(course, stand.current or stand.next)
    lines, blocked = told.invoice(course)
    found["invoice_line"], found["price_blocked"] = lines or None, blocked or None
    found["price_low"] = told.underpriced(course) or None
    if course.step == "before_job":
        found |= _idle(course, stand)
    if stand.current is not None:
        found |= _in_job(course, stand, stand.current, talks)
    elif stand.former is not None and course.signals.get("profile") == "four_yearly":
        found["slot_state"] = follow.slot_states(course, stand.former, talks.citizen)
    found |= _company(course, stand, found)
    keep = {"honesty_complete", "stable", "residual_hours", "balance_index", "attendance_stability"}
    keep |= {"identity_delta", "hours_delta"}
    course.signals |= {name: value for name, value in found.items() if value or (value is not None and name in keep)}
    _graduated(course, stand)


def _place(course: Course, stand: Standing) -> dict[str, Any]:
    """Which side, which design, and what lies ahead."""
    job, shown = stand.current, stand.current or stand.next
    design = shown.design if shown is not None else course.params["design"]
    ran_out = job is None and stand.former is not None and stand.former.ran_out
    broken = stand.former is not None and stand.former.broken_off and not stand.former.base
    stay_end = course.day("intern_end")
    latest = course.day("intern_latest")
    return {
        "side": "in_job" if course.step == "in_job" else "before_job",
        "design": design,
        "municipal": design == "municipal",
        "workshop": design == "workshop",
        "employed": course.days["job_start"] is not None,
        "temporary": job is not None and job.end is not None,
        "term_over": ran_out,
        "term_fits": _term_fits(course, job),
        "base_employed": job is not None and job.base,
        "seconded": job is not None and job.stage == "seconded",
        "presenting": bool(course.facts.of("proposal")) and (job is None or job.base),
        "in_internship": stand.in_internship,
        "internship_too_long": stay_end is not None and latest is not None and stay_end > latest,
        "agreement_ahead": stand.next is not None or _agreed_ahead(course, stand),
        "interrupted": broken and (job is None or job.base),
        "base_too_safe": company_side.too_safe(course, stand),
    }


def _term_fits(course: Course, job: Job | None) -> bool:
    """Whether an end date is written down that lies within the longest term of the design (B3.6, B3.7)."""
    latest = course.day("term_latest")
    if job is None or latest is None or job.end is None or job.end > latest:
        return False
    return job.end < latest or any(stay.id == job.id and stay.planned_end is not None for stay in course.placements)


def _agreed_ahead(course: Course, stand: Standing) -> bool:
    """An agreement written since the last job ended, its job not yet planned."""
    since = max((job.last_day for job in stand.all if job.last_day is not None), default=date.min)
    known = {job.id for job in stand.all}
    return any(
        fact.on > since
        and str(fact.get("placement") or "") not in known
        and (stand.current is None or fact.get("placement"))
        for fact in course.facts.of("job_agreement")
    )


def _idle(course: Course, stand: Standing) -> dict[str, Any]:
    """Days without something meaningful to do before a job."""
    last = told.last_activity(course, stand)
    since = max((day for day in (last, course.day("before_since")) if day is not None), default=None)
    course.days["last_activity"] = last
    course.days["idle_since"] = since
    if since is None or stand.current is not None:
        return {}
    sick = follow.sick_spans(course)
    days = told.idle_days(course, since, sick)
    course.days["idle_from"] = course.today - timedelta(days=days)
    return {"idle_days": days, "idle": days > course.number("idle_max_days")}


def _in_job(course: Course, stand: Standing, job: Job, talks: follow.Talks) -> dict[str, Any]:
    """Stability, risk, talks and compensation of the job under way."""
    problems = told.open_problems(course)
    signs, course.days["risk_since"] = told.risk(course, job, problems)
    course.days["mentor_over_since"] = told.mentor_over(course, job)
    citizen, company = course.day("follow_due"), course.day("company_due")
    name = str(course.signals.get("profile"))
    kept, due = follow.on_time(course, name, job, talks.citizen)
    return {
        **told.stability(course, job, problems),
        "breakup_risk": signs or None,
        "mentor_over": course.days["mentor_over_since"] is not None,
        "mentor_compensation": told.compensation(course, job),
        "followup_due": citizen.isoformat() if citizen is not None else None,
        "joint_visit": company_side.joint_visit(citizen, company),
        "slot_state": follow.slot_states(course, job, talks.citizen) if name == "four_yearly" else None,
        "mid_date": _iso(course.day("mid_date")),
        "final_window": [_iso(course.day("final_opens")), _iso(course.day("final_due"))]
        if job.end is not None
        else None,
        "talks_on_time": [kept, due] if due else None,
    }


def _company(course: Course, stand: Standing, found: dict[str, Any]) -> dict[str, Any]:
    """Seats, growth and what the company has been told."""
    name = company_side.of_interest(course, stand)
    stays = company_side.seats(course, stand, name)
    state, dropped = company_side.workshop(course, stays)
    firsts = [first for first, _last in stays if first <= course.today]
    course.days["first_hire"] = min(firsts, default=None)
    course.days["workshop_dropped"] = dropped
    more: dict[str, Any] = {"workshop_state": state}
    if name or found.get("presenting") or found.get("agreement_ahead"):
        more |= company_side.honesty(course, name)
    if stand.current is not None and not stand.current.base:
        more |= company_side.growth(course, stays, told.open_problems(course), bool(found.get("breakup_risk")))
    course.days["growth_since"] = more.pop("since", None)
    return more


def _graduated(course: Course, stand: Standing) -> None:
    """Above the limit for long: a suggestion to hand over, nothing more."""
    if stand.current is not None and told.grown(course, stand):
        course.signals["graduated"] = True
        course.exit_proposed = "flexjob.entry.capacity-max"
        weeks, limit = course.number("graduated_weeks"), course.number("capacity_max_hours")
        course.evidence = f"more than {limit} hours a week in {weeks} weeks"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
