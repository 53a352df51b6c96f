"""Step logic and signals of `uif2` (domain 3.6, 3.9)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes.conditions import reached
from broker_tui.programmes.course import Course
from broker_tui.programmes.families.common import LIVE, latest, when
from broker_tui.programmes.families.uif2_follow_ups import FollowUps, behind, follow_ups, next_by_plan
from broker_tui.programmes.families.uif2_parallel import parallel
from broker_tui.programmes.families.uif2_passivity import (
    LEFT_OUT,
    Passivity,
    benefit_spans,
    early,
    last_review,
    passivity,
)
from broker_tui.programmes.families.uif2_work import DAY, Job, Work, cutoff, known, work_of
from broker_tui.programmes.pauses import Span, running
from broker_tui.programmes.placements import Placement

BENEFIT = "flexjob_unemployment_benefit"
EXITS = ("uif2.phase2.exit-agreement", "uif2.phase2.exit-company-contact")


@dataclass(slots=True)
class Standing:
    """Where a case stands.

    Attributes:
        job: the flex job the rules ask about: under way, ended without benefit since, or agreed.
        entry: the day phase 2 was complete for that job.
        reopened: the day the hours fell back to the limit (U-Q12).
        why: the rule behind a final state.
    """

    step: str
    since: date | None = None
    sub: str = ""
    job: Job | None = None
    entry: date | None = None
    reopened: date | None = None
    why: str | None = None
    evidence: str = ""


def derive(course: Course) -> None:
    """Step, days, events and signals of a case."""
    work = work_of(course)
    spans = benefit_spans(course, work)
    base = _base(course, spans)
    found = _standing(course, work, spans, base)
    _point_at(course, found.job)
    found = _ended(course, found)
    course.step, course.since, course.sub = found.step, known(found.since), found.sub
    course.decided_by, course.evidence = found.why, found.evidence
    _entry_days(course, spans, base)
    _job_days(course, work, found)
    _search(course, work, found)
    _in_job(course, work, found)
    _passive(course, passivity(course, work, spans), found.step == "phase2")
    parallel(course, found.job)
    _broker_changes(course)
    course.signals["weekly_minutes"] = work.minutes(course.today)


# entry (domain 3.6)


@dataclass(frozen=True, slots=True)
class Base:
    """How the case came in: `since` the first day of phase 2, when it has begun."""

    prepared: date | None
    since: date | None
    on_benefit: bool
    visited: date | None
    broker: date | None


def _base(course: Course, spans: list[Span]) -> Base:
    """Phase 2 begins with the later of visitation and broker; for people who came in on the benefit with the broker."""
    visited = course.met("uif2.phase1.exit-visited")
    broker = course.met("uif2.phase1.exit-broker")
    prepared = course.day("preparation_started.first")
    route = course.facts.value("intake", "entry_route")[0]
    paid = bool(spans) or course.facts.value("citizen", "benefit")[0] == BENEFIT
    on_benefit = route in ("existing_ly", "new_ly") or (route is None and prepared is None and paid)
    since = None
    if on_benefit and broker is not None:
        begun = [day for day in (visited, spans[0][0] if spans else None) if day is not None]
        since = max([broker, *([min(begun)] if begun else [])])
    elif visited is not None and broker is not None:
        since = max(visited, broker)
    return Base(known(prepared), since, on_benefit, visited, broker)


def _standing(course: Course, work: Work, spans: list[Span], base: Base) -> Standing:
    main, former = work.main, work.former
    if former is not None and base.since is not None and (former.last_day or date.min) < base.since:
        former = None  # a job from before the course
    back = _benefit_after(former, spans, main.start if main is not None else course.today) if former else None
    if main is not None:
        begun = max([day for day in (back, base.since) if day is not None], default=None)
        if back is None and former is not None:
            begun = main.start
        return _in_flexjob(course, work, main, begun or base.since or main.start)
    if former is not None and back is None:
        left = _left(course, work, former)
        if left is not None:
            return left
    if back is not None:
        return Standing("phase2", max(back, base.since or back), job=work.ahead)
    if course.assumed is not None and former is None and course.program.rank(course.assumed.values["step"]) > 1:
        return Standing(str(course.assumed.values["step"]), course.assumed.on)
    if base.since is not None or base.on_benefit:
        return Standing("phase2", base.since, job=work.ahead)
    return Standing("phase1", base.prepared, job=work.ahead)


def _benefit_after(job: Job, spans: list[Span], limit: date) -> date | None:
    """The first day on the benefit after a job."""
    over = (job.last_day or date.max) if job.last_day != date.max else date.max
    days = [max(first, over + DAY) for first, last in spans if over < date.max and (last is None or last > over)]
    return next((day for day in days if day <= limit), None)


def complete(course: Course, job: Job) -> date | None:
    """The day phase 2 was complete for a job: begun, agreed with goals and follow-up, company contact named."""
    for stay in reversed(job.placements):
        course.references["job"] = stay.id
        days = [course.met(rule) for rule in EXITS]
        if all(day is not None for day in days):
            return max([job.start, *(day for day in days if day is not None)])
    course.references["job"] = job.placements[-1].id
    return None


def _in_flexjob(course: Course, work: Work, job: Job, searching: date) -> Standing:
    """By the criteria of phase 2, then by the hours."""
    entry = complete(course, job)
    if entry is None:
        return Standing("phase2", searching, job=job)
    return _by_hours(course, work, job, entry, course.today)


def _by_hours(course: Course, work: Work, job: Job, entry: date, day: date) -> Standing:
    limit, minutes = course.number("exit_minutes"), work.minutes(day)
    since = work.run_since(limit, day) or entry
    if minutes > limit:
        direct = since <= entry
        begun = entry if direct else since
        return Standing(
            "exited_flexjob_over_10h_direct" if direct else "exited_over_10h",
            begun,
            job=job,
            entry=entry,
            why="uif2.phase2.exit-started" if direct else "uif2.phase3.exit-over-10",
            evidence=f"{minutes} minutes a week from {since.isoformat()}",
        )
    if job.start < cutoff(course):
        return Standing("not_target", entry, job=job, entry=entry, why="uif2.phase3.target")
    reopened = since if since > entry else None
    return Standing("phase3", reopened or entry, job=job, entry=entry, reopened=reopened)


def _left(course: Course, work: Work, job: Job) -> Standing | None:
    """A job that is over, without benefit since: an exit stays one, phase 3 waits for what the caseworker says."""
    entry = complete(course, job)
    if entry is None or job.last_day is None or entry > course.today:
        return None
    found = _by_hours(course, work, job, entry, job.last_day)
    if found.step == "not_target":
        return None
    if found.step == "phase3":
        found.sub = "job_ended"
    return found


def _ended(course: Course, found: Standing) -> Standing:
    """What a person decided: left the course, another benefit, not in the target group. A later new start undoes it."""
    gone = [fact for fact in (latest(course, "withdrawn"), latest(course, "other_benefit")) if fact is not None]
    judged = latest(course, "intake", lambda fact: fact.get("judged_target_flexjob") is not None)
    if judged is not None and judged.get("judged_target_flexjob") is False and found.step == "phase1":
        gone.append(judged)
    if not gone:
        return found
    last = max(gone, key=lambda fact: fact.on)
    starts = ("preparation_started", "visitation", "ly")
    if any(fact.on > last.on for kind in starts for fact in course.facts.of(kind)):
        return found
    step = {"withdrawn": "withdrawn", "other_benefit": "other_benefit"}.get(last.kind, "not_target")
    why = "uif2.phase1.target" if step == "not_target" else None
    return Standing(step, when(last), job=found.job, entry=found.entry, why=why)


def _entry_days(course: Course, spans: list[Span], base: Base) -> None:
    start = cutoff(course)
    route = course.facts.value("intake", "entry_route")[0]
    at_start = running(spans, start) is not None
    existing = base.on_benefit and (route == "existing_ly" or (route is None and at_start))
    present = running(spans, course.today)
    first = known(spans[0][0]) if spans else None
    course.days |= {
        "phase1.since": base.prepared,
        "phase1.closed": max(base.visited, base.broker) if base.visited and base.broker else None,
        "existing_ly.since": start if existing else None,
        "new_ly.since": first if first is not None and not existing and first >= start else None,
        "ly.since": present[0] if present is not None else None,
    }


# the job


def _point_at(course: Course, job: Job | None) -> None:
    """What conditions call `@job` and `@job_company`."""
    if job is None:
        course.references["job"] = None
        return
    course.references.setdefault("job", job.placements[-1].id)
    if course.references["job"] not in job.ids:
        course.references["job"] = job.placements[-1].id
    course.references["job_company"] = job.company or None


def _job_days(course: Course, work: Work, found: Standing) -> None:
    job, limit = found.job, course.number("exit_minutes")
    days: dict[str, date | None] = dict.fromkeys(
        ("job.found", "job.low", "job.start", "job.over", "job.over_hours", "job.ended", "window.start", "window.end")
    )
    course.days |= days
    course.days["phase2.closed"] = found.entry
    if found.step == "phase2":
        course.days["phase2.since"] = known(found.since)
    former = work.former
    if former is not None and work.main is None and work.ahead is None:
        course.days["job.ended"] = former.last_day + DAY if former.last_day is not None else None
    if job is None:
        return
    begun = job.start <= course.today
    told = [fact.on for stay in job.placements for fact in stay.facts if fact.on <= course.today]
    course.days["job.found"] = min(told, default=None)
    agreed = job.minutes(max(job.start, course.today) if job.start < date.max else job.start)
    if 0 < agreed <= limit:
        course.days["job.low"] = course.days["job.found"]
    course.days["job.start"] = job.start if job.start < date.max else None
    if not begun:
        return
    now = work.run_since(limit, course.today) if work.minutes(course.today) > limit else None
    over = work.first_over(limit, found.entry) if found.entry is not None else now
    course.days["job.over_hours"] = now
    ends = [day for day in (over, job.last_day + DAY if job.last_day is not None else None) if day is not None]
    course.days["job.over"] = min((day for day in ends if day <= course.today), default=None)
    if job.start >= cutoff(course):
        course.days["window.start"] = job.start
        course.days["window.end"] = add_months(job.start, course.number("window_months"))


# phase 2


def _search(course: Course, work: Work, found: Standing) -> None:
    """The latest contact, whether talks are among the latest, and the internship before employment."""
    course.days |= dict.fromkeys(("last_talk", "internship.signed", "internship.start", "internship.end"))
    course.references["internship"] = None
    if found.step != "phase2":
        return
    since = known(found.since) or date.min
    live = [
        fact
        for fact in course.facts.of("contact")
        if fact.on >= since and reached(fact, course, LIVE, ("broker",), ("citizen",))
    ]
    course.days["last_talk"] = live[-1].on if live else None
    few = course.number("conversation_window")
    seen = live[-few:]
    if len(seen) == few and not any(fact.get("kind") in ("meeting", "video") for fact in seen):
        course.signals["conversation_share"] = f"0/{few}"
    stay = _internship(course, work)
    if stay is not None:
        course.references["internship"] = stay.id
        course.days["internship.signed"] = stay.signed_on
        if stay.started(course.today):
            course.days["internship.start"] = stay.start
            course.days["internship.end"] = stay.last_day or stay.planned_end


def _internship(course: Course, work: Work) -> Placement | None:
    """The latest internship before employment: a doubt is noted, or its purpose is a flex job (domain 3.3 F)."""
    names = {str(fact.get("placement") or "") for fact in course.facts.of("internship_doubt")}
    names |= {
        str(fact.get("placement") or "")
        for fact in course.facts.of("agreement")
        if fact.get("purpose") == "flex_job"
    }
    if not names:
        return None
    former = work.former
    over = former.last_day if former is not None and former.last_day is not None else date.min
    stays = [
        stay
        for stay in course.placements
        if stay.type == "internship"
        and stay.id in names
        and stay.cancelled_on is None
        and (stay.start or date.max) > over
        and not any(job.covers(stay.start) for job in work.jobs if stay.start is not None)
    ]
    return max(stays, key=lambda stay: (stay.signed_on or date.min, stay.start or date.max), default=None)


# phase 3


def _in_job(course: Course, work: Work, found: Standing) -> None:
    """Follow-ups, status meeting, follow-up by plan, progression."""
    course.days |= dict.fromkeys(
        ("status.held", "continue.since", "continue.due", "continue.next", "last_follow_up", "progress.check")
    )
    job, start = found.job, course.days["window.start"]
    if job is None or job.start > course.today:
        return
    if found.sub == "job_ended":
        course.signals["job_ended"] = True
    held = follow_ups(course, job)
    course.events |= {"followups": held.valid, "followups_in_person": held.in_person}
    course.days["last_follow_up"] = held.latest
    if held.meetings:
        course.days["status.held"] = next((f.on for f in held.meetings if f.get("plan_interval")), None)
    if start is not None and found.step in ("phase2", "phase3"):
        _counts(course, held, start)
    if found.step == "phase3" and not found.sub:
        _by_plan(course, held, found)
        _progress(course, work, job)


def _counts(course: Course, held: FollowUps, start: date) -> None:
    last = add_months(start, course.number("window_months")) - DAY
    course.signals["followups_done"] = sum(start <= day <= last for day in held.valid)
    course.signals["in_person_done"] = sum(start <= day <= last for day in held.in_person)
    if course.days["job.over"] is None:
        slow = behind(course, start, held.valid, course.number("follow_ups_min")) or behind(
            course, start, held.in_person, course.number("in_person_min")
        )
        course.signals["pace"] = "behind" if slow else None


def _by_plan(course: Course, held: FollowUps, found: Standing) -> None:
    """After the counting months, or once the hours fell back after an exit, follow-up goes on by plan."""
    begin = found.reopened or course.days["window.end"]
    if begin is None or begin > course.today:
        return
    anchor, due = next_by_plan(course, held, begin)
    course.days |= {"continue.since": anchor, "continue.due": due, "continue.next": anchor + DAY}


def _progress(course: Course, work: Work, job: Job) -> None:
    """Every so many months: neither more hours nor a goal reached (U-Q15). With a retention goal nothing is raised."""
    if course.facts.value("recommendation", "goal_type")[0] == "retention_content":
        return
    months, count = course.number("progress_check_months"), 0
    while add_months(job.start, (count + 1) * months) <= course.today:
        count += 1
    if not count:
        return
    begin, check = add_months(job.start, (count - 1) * months), add_months(job.start, count * months)
    if work.minutes(check) > work.minutes(begin):
        return
    for goal in course.facts.of("sub_goal"):
        if goal.get("state") == "reached":
            raw = goal.get("reached_on")
            day = date.fromisoformat(raw) if isinstance(raw, str) else raw or goal.on
            if begin <= day <= check:
                return
    course.days["progress.check"] = check
    course.signals["no_progression"] = check.isoformat()


# passivity


def _passive(course: Course, found: Passivity, searching: bool) -> None:
    names = ("review", "repeat", "passive", "retreat")
    course.days |= dict.fromkeys(f"{name}.{part}" for name in names for part in ("anchor", "from"))
    course.days |= {"retreat.due": None, "retreat.last": found.meeting}
    if not searching:
        return
    now, ended = found.now, found.ended
    if now is not None:
        first = early(course, now)
        which = "repeat" if now.again else "review"
        course.days |= {f"{which}.anchor": now.anchor, f"{which}.from": first}
        course.days |= {"passive.anchor": now.anchor, "passive.from": first}
        if running(course.pauses(LEFT_OUT), course.today) is None:
            course.signals["passive_on"] = now.passive_on.isoformat()
        course.signals["passive"] = now.passive_on <= course.today
    course.signals["retreat_required"] = found.required
    if ended is not None and not ended.again and last_review(course, ended) is not None:
        course.days |= {"review.anchor": ended.anchor, "review.from": early(course, ended)}
    source = now if found.required else ended
    if found.due is not None and source is not None:
        course.days |= {"retreat.due": found.due, "retreat.from": source.passive_on}


def _broker_changes(course: Course) -> None:
    """Other people as broker than the one before, and whether the latest change has its reason."""
    changes, person, reason = 0, None, None
    for fact in course.facts.roles.get("broker", ()):
        name = fact.get("person")
        if person is not None and name is not None and name != person:
            changes += 1
            reason = fact
        elif reason is not None and fact.get("reason"):
            reason = fact
        person = name or person
    course.signals["broker_changes"] = changes
    course.signals["unexplained_broker_change"] = reason is not None and not reason.get("reason")


# figures


def _passive_share(course: Course) -> tuple[int, int]:
    """1 when passive, of 1 when on the benefit today."""
    return int(course.raised("passive")), int(course.days.get("ly.since") is not None)


def _retreat_use(course: Course) -> tuple[int, int]:
    """Re-treatments of reviews."""
    held = sum(fact.get("kind") == "retreatment" for fact in course.facts.of("team_meeting"))
    return held, len(course.facts.of("case_review"))


def _hours_progress(course: Course) -> int | None:
    """Change in agreed minutes a week from the start of the latest job to its latest day."""
    work = work_of(course)
    job = work.main or work.former
    if job is None:
        return None
    day = course.today if job.covers(course.today) else job.last_day or course.today
    return job.minutes(day) - job.minutes(job.start)


MEASURES: dict[str, Any] = {
    "passive_share": _passive_share,
    "retreat_use": _retreat_use,
    "hours_progress": _hours_progress,
}
