"""Step logic of `mastery` (domain part A): phases by their clocks, exits by decision, everything else in signals."""

from collections.abc import Sequence
from datetime import date

from broker_tui.programmes.course import Course
from broker_tui.programmes.expressions import add_working_days
from broker_tui.programmes.facts import ALWAYS, Fact
from broker_tui.programmes.families import mastery_attendance as attendance
from broker_tui.programmes.families import mastery_evidence as evidence
from broker_tui.programmes.families import mastery_signals as signals
from broker_tui.programmes.families.common import latest, name_latest, when
from broker_tui.programmes.families.mastery_calendar import DAY, WEEK, Team, standing_in, team_of
from broker_tui.programmes.families.mastery_measures import MEASURES as MEASURES
from broker_tui.programmes.families.mastery_path import Path
from broker_tui.programmes.families.mastery_stay import Stay, agreement_due, left_for_work, stay_of

EXIT_STEPS = ("not_now", "not_accepted", "back_referred", "dropped_out", "withdrawn")


def derive(course: Course) -> None:
    """Step, days, events and signals of a case (A4, A7)."""
    name_latest(course, "team_conflict_decision", "conflict", "team_conflict")
    path = Path(team=team_of(course), stay=Stay())
    path.stay = stay_of(course, path.team)
    path.exit = _exit(course, path.stay.p0)
    path.prep_start = _prep_start(course, path.stay.p0)
    path.accepted = _accepted(course)
    path.marks = attendance.marks(course)
    path.chains = attendance.absences(course, path.marks)
    attendance.put_events(course, path.chains, path.marks, path.team)
    path.marks = attendance.with_blanks(course, path.marks)
    path.frequent = attendance.frequent_since(course, attendance.counted_all(path.marks))
    path.followed = evidence.followed(course, path.stay.p0)
    path.end = _end(course, path)
    _aftercare(course, path)
    _days(course, path)
    _events(course, path)
    path.blocked = _start_blocked(course, path)
    _step(course, path)
    course.changes += path.stay.changes
    signals.fill(course, path)


# where a case comes from and how it leaves


def _held(fact: Fact) -> bool:
    return fact.get("outcome") not in ("no_show", "cancelled")


def _prep_start(course: Course, p0: date | None) -> date | None:
    """The first preparation talk held; after a new referral the first since then."""
    begun = _restart(course, p0)
    talks = course.facts.of("preparation_talk")
    return next((f.on for f in talks if _held(f) and f.on >= begun and f.on > ALWAYS), None)


def _restart(course: Course, p0: date | None) -> date:
    """The day of a new referral after the case had been left; the beginning when it never was."""
    left = max((day for _step_, day, _rule in _leavings(course, p0)), default=None)
    if left is None:
        return ALWAYS
    return next((f.on for f in _referrals(course) if f.on > left), ALWAYS)


def _referrals(course: Course) -> list[Fact]:
    found = [*course.facts.of("referral_talk"), *course.facts.of("referral")]
    return sorted(found, key=lambda fact: fact.on)


def _leavings(course: Course, p0: date | None) -> list[tuple[str, date, str]]:
    """Every way the case was left that only a new referral undoes: state, day, rule behind it."""
    found: list[tuple[str, date, str]] = []
    for fact in course.facts.of("leaving"):
        if fact.get("to", "dropped_out") == "dropped_out":
            found.append(("dropped_out", fact.on, ""))
    found += [("withdrawn", fact.on, "") for fact in course.facts.of("withdrawn")]
    if (day := _referred_back(course, p0)) is not None:
        found.append(("back_referred", day, "mastery.phase1.back-referral-dialogue"))
    return found


def _referred_back(course: Course, p0: date | None) -> date | None:
    """The day a dialogue with the view of every party decided to refer back; an unheard party leaves it undecided."""
    heard: dict[str, date] = {}
    needed = {"view_citizen", "view_teacher", "view_caseworker"}
    found = None
    for fact in course.facts.of("back_referral"):
        if fact.get("trigger") and "decision" in heard:
            heard = {}
        for name, value in fact.values.items():
            if value and (name.startswith("view_") or (name == "decision" and value == "refer_back")):
                heard[name] = fact.on
        if fact.get("decision") == "continue":
            heard = {}
        wanted = needed | {"decision"} | ({"view_company"} if _company_party(course, p0, fact.on) else set())
        if wanted <= heard.keys():
            found = max(heard.values())
    return found


def _company_party(course: Course, p0: date | None, on: date) -> bool:
    """Whether the internship place has a say on that day: from the first internship day (A3.2)."""
    there = any(p.cancelled_on is None and (p.signed_on is not None or p.started(on)) for p in course.placements)
    return p0 is not None and p0 <= on and there


def _exit(course: Course, p0: date | None) -> tuple[str, date, str] | None:
    """The side exit the case is in: the latest one that nothing later has undone."""
    restart = _restart(course, p0)
    found = [entry for entry in _leavings(course, p0) if entry[1] >= restart]
    seen = latest(course, "visitation", lambda f: bool(f.get("outcome")))
    if seen is not None and seen.get("outcome") == "not_accepted" and seen.on >= restart:
        found.append(("not_accepted", seen.on, "mastery.phase2.visitation"))
    told = latest(course, "referral", lambda f: bool(f.get("decision")))
    if told is not None and told.get("decision") == "not_now" and told.on >= restart:
        moved = latest(course, "team_member", lambda f: f.on > told.on)
        if moved is None:
            found.append(("not_now", told.on, "mastery.phase1.exit"))
    return max(found, key=lambda entry: entry[1], default=None)


def _accepted(course: Course) -> date | None:
    """Accepted at visitation; a conditional answer counts once the month without misuse is confirmed (A4, step 5)."""
    seen = latest(course, "visitation", lambda f: bool(f.get("outcome")))
    if seen is None or seen.get("outcome") == "not_accepted":
        return None
    if seen.get("outcome") == "accepted":
        # a repeated acceptance does not move the day
        first = next((f for f in course.facts.of("visitation") if f.get("outcome") == "accepted"), seen)
        return first.on
    free = evidence.confirmed_free(course)
    return max(free, seen.on) if free is not None and not seen.get("conditions") else None


# clocks


def _end(course: Course, path: Path) -> date | None:
    """END: the last internship day; for one who left for work before the team started there is none."""
    gone = left_for_work(course)
    if gone is not None and path.team.t0 is not None and gone.on < path.team.t0:
        return None
    return path.stay.pe


def _aftercare(course: Course, path: Path) -> None:
    """The level of aftercare: the decision, moved by the reviews; level 1 is the most support, 0 none (A3.6)."""
    last = latest(course, "aftercare", lambda f: isinstance(f.get("level"), int))
    if last is None:
        return
    level = min(3, max(0, int(last.get("level"))))
    path.level_on = last.on
    for fact in course.facts.of("aftercare_review"):
        if fact.on < last.on:
            continue
        said, before = fact.get("level"), level
        if fact.get("outcome") == "close":
            level = 0
        elif isinstance(said, int):
            level = min(3, max(0, said))
        elif fact.get("outcome") == "step_down":
            level = (level + 1) % 4 if level else 0
        elif fact.get("outcome") == "step_up":
            level = max(1, level - 1) if level else 3
        if level != before:
            path.level_on = fact.on
    path.level = level


def _days(course: Course, path: Path) -> None:
    """The named days (A3); the rules reckon with these."""
    team, stay = path.team, path.stay
    start, prep = team.start, path.prep_start
    referrals = _referrals(course)
    talk = [f for f in course.facts.of("referral_talk") if _held(f)]
    enough = course.number("prep_min_weeks") * WEEK
    wished = course.number("prep_recommended_weeks") * WEEK
    free_from = evidence.free_from(course)
    consent, after = evidence.consents(course)
    course.days |= {
        "referral": when(talk[0]) if talk else when(referrals[0]) if referrals else None,
        "prep_start": prep,
        "T0": team.t0,
        "start": start,
        "last_teaching_day": team.last_teaching,
        "team_internship": team.internship,
        "team_end": team.end,
        "P0": stay.p0,
        "PE": stay.pe,
        "END": path.end,
        "absence": max((c.on for c in path.chains), default=None),
        "accepted": path.accepted,
        "prep_in_time": prep if prep is not None and start is not None and prep <= start - enough else None,
        "prep_as_recommended": prep if prep is not None and start is not None and prep <= start - wished else None,
        "search_due": search_due(course, path),
        "agreement_due": agreement_due(course, team, stay),
        "agreement_made": stay.agreement_on,
        "company_consent": consent,
        "after_consent": after,
        "substance_free_from": free_from,
        "substance_opens": min((d for d in (free_from, start) if d is not None), default=None),
        "substance_confirmed": evidence.confirmed_at_start(course, start),
        "mentor_covered": evidence.mentor_covered(course, path),
        "company_from": stay.p0 if _company_party(course, stay.p0, course.today) else None,
        "harm_since": _dialogue(course),
        "reduced_due": _reduced_due(course),
        "weekly_until": _weekly_until(path),
        "level_since": path.level_on,
        "company_followed": path.followed.company,
        "citizen_followed": path.followed.citizen,
        "escalation": attendance.escalation(course, path.chains, path.frequent[1]),
    }


def search_due(course: Course, path: Path) -> date | None:
    """Four weeks before the team starts; for a late intake the working day after acceptance (A7)."""
    if path.team.t0 is None:
        return None
    due = path.team.t0 - course.number("placement_search_lead_weeks") * WEEK
    if path.prep_start is None or path.prep_start <= due:
        return due
    if path.accepted is None:
        return None
    return max(due, add_working_days(path.accepted, course.number("late_intake_days"), course))


def _dialogue(course: Course) -> date | None:
    """The day the present back-referral dialogue began: a trigger after the last decision."""
    began, decided = None, False
    for fact in course.facts.of("back_referral"):
        if began is None or (decided and fact.get("trigger")):
            began, decided = fact.on, False
        decided = decided or bool(fact.get("decision"))
    return began


def _reduced_due(course: Course) -> date | None:
    """Four weeks after reduced hours were decided."""
    told = latest(course, "readiness", lambda f: f.get("decision") == "reduced")
    day = when(told)
    return day + course.number("reduced_review_weeks") * WEEK if day is not None else None


def _weekly_until(path: Path) -> date | None:
    """The weekly day runs for twelve weeks of one's own internship, not through an extension (A12, no. 10)."""
    if path.stay.p0 is None or path.stay.pe is None:
        return None
    return min(path.stay.pe, path.stay.p0 + path.team.internship_weeks * WEEK - DAY)


def _events(course: Course, path: Path) -> None:
    """Lists of days that rules count."""
    held = sorted(
        {
            *(f.on for f in course.facts.of("session") if f.get("type") == "teaching" and not f.get("cancelled")),
            *(m.on for m in path.marks if m.type == "teaching" and m.mark not in ("blank", "not_held")),
        }
    )
    t0, over = path.team.t0, path.team.internship
    if t0 is not None and over is not None:
        held = [day for day in held if t0 <= day < over]
        course.events["teaching_days"] = sorted({*held, *standing_in(course, path.team)})
        course.events["teaching_weeks"] = _weeks_running(held, t0)
        _examples(course, path.team, held)
    course.events["weekly_days"] = attendance.weekly_marks(course, path.marks, path.team)
    course.events["follow_ups"] = path.followed.both


def _weeks_running(held: Sequence[date], t0: date) -> list[date]:
    """The first session of each week of the longest run of weeks."""
    firsts: dict[int, date] = {}
    for day in held:
        firsts.setdefault((day - t0).days // 7, day)
    best: list[date] = []
    run: list[date] = []
    for week in sorted(firsts):
        run = [*run, firsts[week]] if week - 1 in firsts else [firsts[week]]
        best = run if len(run) > len(best) else best
    return best


def _examples(course: Course, team: Team, held: Sequence[date]) -> None:
    """Days a form may suggest for a session not registered yet: the first of each week, and one of this week."""
    for place in range(4):
        day = next((d for d in team.teaching_days if team.t0 and (d - team.t0).days // 7 == place), team.t0)
        course.references[f"teaching_week{place + 1}"] = day.isoformat() if day is not None else None
    begun = course.today - (((course.today - team.t0).days % 7) if team.t0 is not None else 0) * DAY
    free = next((d for d in team.teaching_days if begun <= d <= course.today and d not in held), course.today)
    course.references["free_teaching_day"] = free.isoformat()


# the step


def _start_blocked(course: Course, path: Path) -> bool:
    """Preparation too short for this team and nobody waived it: the citizen waits for the next (M2)."""
    if path.prep_start is None or course.days["prep_in_time"] is not None:
        return False
    attended = any(one.mark in attendance.ATTENDED for one in path.marks)
    return not attended and course.waived_on("mastery.phase2.min-length") is None


def _step(course: Course, path: Path) -> None:
    """The proposed phase by its clocks (A7, `phase_on`), or the side exit."""
    course.step, course.since, course.sub = _phase(course, path)
    begun = course.assumed
    if begun is not None and _further(course, str(begun.get("step"))):
        course.step, course.since, course.sub = str(begun.get("step")), when(begun), ""
    course.days |= {
        "phase1.since": course.days["referral"],
        "phase1.closed": path.prep_start,
        "phase2.since": path.prep_start,
        "phase2.closed": path.team.start,
        "phase3.since": path.team.start,
        "phase3.closed": path.team.internship,
        "phase4.since": path.team.internship,
        "phase4.closed": path.end,
        "aftercare.since": path.end + DAY if path.end is not None else None,
    }
    if path.exit is not None:
        course.step, course.since, rule = path.exit
        course.sub, course.decided_by = "", rule or None
        if course.since == ALWAYS:
            course.since = None


def _further(course: Course, step: str) -> bool:
    """Whether a step set by hand, without its evidence, lies beyond what the clocks tell."""
    if step not in course.program.steps or step in EXIT_STEPS:
        return False
    return course.program.rank(step) > course.program.rank(course.step)


def _phase(course: Course, path: Path) -> tuple[str, date | None, str]:
    today, team, stay = course.today, path.team, path.stay
    gone = left_for_work(course)
    if gone is not None and path.end is None:
        return "closed", when(gone), str(gone.get("to"))
    if path.prep_start is None or today < path.prep_start:
        sub = "referred" if course.days["referral"] is not None else "draft"
        return "phase1", course.days["referral"], sub
    if team.start is None or team.internship is None or today < team.start or path.blocked:
        return "phase2", path.prep_start, "accepted" if path.accepted is not None else "preparing"
    if today < team.internship and not (stay.early and path.end is not None and today > path.end):
        return "phase3", team.start, ""
    if path.end is None or today <= path.end:
        return "phase4", team.internship, _sub(course, path)
    return _after(path, path.end + DAY)


def _after(path: Path, since: date) -> tuple[str, date | None, str]:
    """After END: aftercare while it runs or is not decided, then closed."""
    if path.level is None:
        return "aftercare", since, "undecided"
    if path.level == 0:
        return "closed", max(since, path.level_on or since), ""
    return "aftercare", since, f"level{path.level}"


def _sub(course: Course, path: Path) -> str:
    """The state inside phase 4."""
    today, stay = course.today, path.stay
    place = stay.running(today)
    told = latest(course, "readiness", lambda f: bool(f.get("decision")))
    decision = told.get("decision") if told is not None else None
    if stay.p0 is None or today < stay.p0:
        return "taster" if decision == "taster" and not stay.weeks else "awaiting_internship"
    if place is None:
        return "taster" if decision == "taster" else "awaiting_internship"
    if decision == "taster" and (told is not None and told.on >= (place.start or ALWAYS)):
        return "taster"
    fewer = latest(course, "reduced_hours")
    reduced = decision == "reduced" or (fewer is not None and (told is None or fewer.on > told.on))
    return "reduced" if reduced else "running"
