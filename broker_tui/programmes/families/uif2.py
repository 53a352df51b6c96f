"""Step logic and signals of `uif2` (domain 3.6, 3.9)."""

from datetime import date
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.common import BROKER, CITIZEN, LIVE, is_held
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
from broker_tui.programmes.families.uif2_standing import Base, Standing, base_of, decided, standing
from broker_tui.programmes.families.uif2_work import DAY, Job, Work, cutoff, known, work_of
from broker_tui.programmes.pauses import Span, running
from broker_tui.programmes.placements import Placement

JOINT = frozenset({"status", "challenge"})


def derive(course: Course) -> None:
    """Step, days, events and signals of a case."""
    work = work_of(course)
    spans = benefit_spans(course, work)
    base = base_of(course, spans)
    found = standing(course, work, spans, base)
    _point_at(course, found.job)
    found = decided(course, found)
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
    """What conditions call `@job` and `@job_company`; without a job the name a first one would have."""
    if job is None:
        course.references["job"] = "job"
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
    contacts = course.facts.of("contact")
    talks = course.facts.counting(LIVE, BROKER, CITIZEN)
    course.events["talks"] = [fact.on for fact in talks]
    course.days["joint.last"] = next((fact.on for fact in reversed(contacts) if _joint(fact)), None)
    if found.step != "phase2":
        return
    since = known(found.since) or date.min
    live = [fact for fact in talks if fact.on >= since]
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


def _joint(fact: Fact) -> bool:
    """Whether it is a held meeting on status or a challenge, which both of the pair should attend."""
    topics = fact.get("topics")
    return bool(topics) and is_held(fact) and fact.get("kind") in ("meeting", "video") and not JOINT.isdisjoint(topics)


def _internship(course: Course, work: Work) -> Placement | None:
    """The latest internship before employment: a doubt is noted, or its purpose is a flex job (domain 3.3 F)."""
    names = {str(fact.get("placement") or "") for fact in course.facts.of("internship_doubt")}
    names |= {
        str(fact.get("placement") or "") for fact in course.facts.of("agreement") if fact.get("purpose") == "flex_job"
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
        course.days["status.held"] = next((f.on for f in held.meetings if _planned(f)), None)
    if start is not None and found.step in ("phase2", "phase3"):
        _counts(course, held, start)
    if found.step == "phase3" and not found.sub:
        _by_plan(course, held, found)
        _progress(course, work, job)


def _planned(meeting: Fact) -> bool:
    """Whether a status meeting made a plan."""
    return bool(meeting.get("plan_interval") or meeting.get("progression_support"))


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
    if anchor == course.today and anchor not in held.valid:
        return  # the interval begins today
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
        course.signals["passivity_anchor"] = now.anchor.isoformat()
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
