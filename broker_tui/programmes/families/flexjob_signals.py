"""Computed signals of `flexjob` about hours, stability, company and risk (domain B7). Suggestions, never decisions."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from broker_tui.domain.dates import add_months
from broker_tui.programmes.course import Course
from broker_tui.programmes.facts import Fact
from broker_tui.programmes.families.flexjob_follow import Talks
from broker_tui.programmes.families.flexjob_jobs import (
    Job,
    Standing,
    day_of,
    first_halves,
    last_of,
    number_of,
    planless,
)
from broker_tui.programmes.families.flexjob_shifts import MET, NOT_COUNTED, monday_of, sheet_minutes, shifts

_IDENTITY = ("contribute", "colleagues", "keep_job", "look_forward")


def latest_estimate(course: Course) -> Fact | None:
    """The capacity estimate in force: the latest that says hours."""
    return course.facts.last_kept("capacity_estimate", lambda fact: number_of(fact.get("minutes")) is not None)


def hours(halves: int | None) -> float | None:
    """Half hours as hours."""
    return None if halves is None else halves / 2


def capacity(course: Course, stand: Standing) -> dict[str, Any]:
    """Hours agreed, hours left, band and age of the estimate."""
    found: dict[str, Any] = {}
    job = stand.current or stand.next
    if job is not None:
        found["effective_hours"] = hours(job.halves)
        found["intensity_missing"] = job.presence is not None and job.intensity is None
        found["hours_delta"] = _hours_delta(course, job)
    estimate = latest_estimate(course)
    if estimate is None:
        return found
    minutes = number_of(estimate.get("minutes")) or 0
    found["capacity_band"] = _band(minutes)
    found["old_estimate"] = add_months(estimate.on, course.number("estimate_old_months")) < course.today
    bound, proposed = 0, 0
    for one in stand.all:
        if one.active(course.today) or (one.start > course.today and one.signed):
            bound += one.halves or 0
        elif one.start > course.today:
            proposed += one.halves or 0
    unplanned = planless(course, stand.all)
    bound += sum(halves for halves, signed in unplanned if signed)
    proposed += sum(halves for halves, signed in unplanned if not signed)
    left = minutes // 30 - bound
    found["residual_hours"] = left / 2
    found["over_capacity"] = left < 0 or proposed > left
    found["agreement_blocked"] = bool(stand.next is not None or unplanned) and found["over_capacity"]
    found["estimate_conflict"] = _conflict(course, minutes)
    return found


def _hours_delta(course: Course, job: Job) -> float | None:
    first = first_halves(course, job)
    return None if first is None or job.halves is None else (job.halves - first) / 2


def _band(minutes: int) -> str:
    """Groups of the two trials: 1-5, over 5 to 10, over 10 to 12 hours."""
    for low, high, name in ((60, 300, "1-5"), (301, 600, "5-10"), (601, 720, "10-12")):
        if low <= minutes <= high:
            return name
    return "outside"


def weekly_minutes(course: Course) -> dict[date, int]:
    """Effective minutes by the Monday of the week, all sheets of a week together."""
    found: dict[date, int] = {}
    for fact in course.facts.of("effective_sheet"):
        day = day_of(fact.get("week")) or fact.on
        found[monday_of(day)] = found.get(monday_of(day), 0) + sheet_minutes(fact)
    return found


def _conflict(course: Course, estimate: int) -> float | None:
    """Mean effective hours of the latest four weeks, when they lie far from the estimate; needs two weeks."""
    sheets = weekly_minutes(course)
    last = course.today - timedelta(days=course.today.weekday())
    if last not in sheets:
        # the week has just begun; the four before it are the latest
        last -= timedelta(days=7)
    weeks = [minutes for monday, minutes in sheets.items() if last - timedelta(days=21) <= monday <= last]
    if len(weeks) < 2 or estimate <= 0:
        return None
    mean = Fraction(sum(weeks), len(weeks))
    if abs(mean - estimate) * 100 <= course.number("estimate_conflict_pct") * estimate:
        return None
    return round(float(mean) / 60, 2)


def grown(course: Course, stand: Standing) -> bool:
    """More than the limit in each of so many whole weeks up to now (`graduated`).

    A week without a sheet counts with the hours agreed.
    """
    limit = course.number("capacity_max_hours") * 60
    sheets = weekly_minutes(course)
    monday = course.today - timedelta(days=course.today.weekday())
    for back in range(1, course.number("graduated_weeks") + 1):
        week = monday - timedelta(days=7 * back)
        if week in sheets:
            minutes = sheets[week]
        else:
            minutes = sum((job.halves or 0) * 30 for job in stand.all if job.active(week))
        if minutes <= limit:
            return False
    return True


def refund(course: Course, stand: Standing) -> dict[str, Any]:
    """The refund clock of the time; off unless the place turns it on (B12 no. 12)."""
    start = course.day("benefit_start")
    if start is None or not course.params["refund_clock"]:
        return {}
    ends = add_months(start, course.number("long_unemployment_months"))
    needed = course.number("earlier_job_needed_months")
    for job in stand.all:
        last = min(job.last_day or course.today, ends)
        if job.start >= start and add_months(job.start, needed) <= last + timedelta(days=1):
            return {"refund_date": "cleared"}
    warning = next((m for m in (15, 12) if add_months(start, m) <= course.today < ends), None)
    return {
        "refund_date": ends.isoformat(),
        "refund_latest_start": add_months(start, needed).isoformat(),
        "refund_warning": warning,
    }


def last_activity(course: Course, stand: Standing) -> date | None:
    """The latest day with something to do; a talk does not count."""
    today = course.today
    days = [min(fact.until or fact.on, today) for fact in course.facts.of("activity") if fact.get("type") != "talk"]
    days += [min(job.last_day or today, today) for job in stand.all if job.start <= today]
    for stay in course.placements:
        if stay.type == "internship" and stay.started(today):
            days.append(min(last_of(stay) or today, today))
    return max(days, default=None)


def idle_days(course: Course, since: date, sick: Iterable[tuple[date, date | None]]) -> int:
    """Days since then; days of illness or agreed pause do not count."""
    today = course.today
    spans = [(fact.on, fact.until) for fact in course.facts.of("pause")] + list(sick)
    away: set[date] = set()
    for first, last in spans:
        day = max(first, since + timedelta(days=1))
        end = min(last if last is not None else today, today)
        away.update(day + timedelta(days=n) for n in range((end - day).days + 1))
    return max(0, (today - since).days - len(away))


def open_problems(course: Course) -> list[date]:
    """Days on which problems were raised that are not solved."""
    closed = [str(fact.get("problem")) for fact in course.facts.of("problem_closed")]
    return [f.on for f in course.facts.of("problem") if f.id not in closed and f.on.isoformat() not in closed]


def attendance(course: Course, job: Job) -> Fraction | None:
    """Shifts met of those planned in the latest 28 days; by hours a week where the time is flexible."""
    first = course.today - timedelta(days=27)
    if job.flexible and job.presence:
        weeks: dict[date, int] = {}
        for fact in course.facts.of("effective_sheet"):
            if first <= (day := day_of(fact.get("week")) or fact.on):
                weeks[day] = weeks.get(day, 0) + (number_of(fact.get("presence_minutes")) or sheet_minutes(fact))
        shares = [min(Fraction(1), Fraction(minutes, job.presence)) for minutes in weeks.values()]
        return sum(shares, Fraction(0)) / len(shares) if shares else None
    met = planned = 0
    for one in shifts(course):
        if one.on >= first and one.mark not in NOT_COUNTED:
            planned += 1
            met += one.mark in MET
    return Fraction(met, planned) if planned else None


def stability(course: Course, job: Job, problems: Sequence[date]) -> dict[str, Any]:
    """Attendance in per cent and `stable`; what is not known is not taken for stable."""
    share = attendance(course, job)
    found: dict[str, Any] = {"attendance_stability": None if share is None else int(share * 100 + Fraction(1, 2))}
    rated = sorted(
        (
            (fact.on, grade)
            for kind in ("citizen_follow_up", "mid_term_talk", "final_talk")
            for fact in course.facts.of(kind)
            if (grade := number_of(fact.get("wellbeing"))) is not None
        ),
    )
    found["stable"] = (
        add_months(job.start, course.number("stable_months")) <= course.today
        and share is not None
        and share * 100 >= course.number("stable_attendance_pct")
        and not problems
        and len(rated) >= 2
        and all(grade >= 3 for _day, grade in rated[-2:])
    )
    return found


def risk(course: Course, job: Job, problems: Sequence[date]) -> tuple[list[str], date | None]:
    """Signs that a job may break and the day of the first that no joint meeting has dealt with (`breakup_risk`).

    A meeting deals with what was there on its day; what comes later counts anew.
    """
    signs: list[tuple[date, str]] = []
    if len(problems) >= 2:
        signs.append((sorted(problems)[1], "problems"))
    first = course.today - timedelta(days=27)
    missed = [one.on for one in shifts(course) if one.mark == "no_show" and one.on >= first]
    if len(missed) >= 2:
        signs.append((missed[1], "no_shows"))
    grade = last_rating(course)
    if grade is not None and grade[1] <= 2:
        signs.append((grade[0], "rating"))
    if (day := mentor_overload(course, job)) is not None:
        signs.append((day, "mentor_time"))
    signs += [(fact.on, str(fact.get("kind") or "other")) for fact in course.facts.of("risk_flag")]
    signs = sorted((max(day, job.start), name) for day, name in signs)
    met = course.facts.of("joint_meeting")
    dealt = met[-1].on if met else date.min
    fresh = [(day, name) for day, name in signs if day > dealt]
    if fresh:
        return sorted({name for _day, name in fresh}), fresh[0][0]
    return [], (signs[0][0] if signs else None)


def last_rating(course: Course) -> tuple[date, int] | None:
    """The company's latest rating with its day."""
    for fact in reversed(course.facts.of("company_follow_up")):
        if (grade := number_of(fact.get("rating"))) is not None:
            return fact.on, grade
    return None


def _mentor_weeks(course: Course) -> list[tuple[date, date, int]]:
    """Monday, day it was written and minutes of mentor time, by week."""
    found: dict[date, tuple[date, int]] = {}
    for fact in course.facts.of("mentor_time"):
        day = day_of(fact.get("week")) or fact.on
        monday = monday_of(day)
        former = found.get(monday, (fact.on, 0))
        found[monday] = (max(former[0], fact.on), former[1] + (number_of(fact.get("minutes")) or 0))
    return [(monday, on, minutes) for monday, (on, minutes) in sorted(found.items())]


def agreed_mentor_minutes(course: Course, job: Job) -> int | None:
    """Mentor minutes a week as agreed: the latest mentor agreement or review, the job agreement, the variant."""
    agreed = [
        (fact.on, minutes)
        for kind in ("mentor_agreement", "mentor_review")
        for fact in course.facts.of(kind)
        if (minutes := number_of(fact.get("minutes_week"))) is not None
    ]
    if agreed:
        return max(agreed, key=lambda pair: pair[0])[1]
    if job.mentor_minutes is not None:
        return job.mentor_minutes
    kind = mentor_variant(course, job)
    if kind == "hour_per_week":
        return 60
    return (job.halves or 0) * 30 or None if kind == "hour_per_hour" else None


def mentor_overload(course: Course, job: Job) -> date | None:
    """The day it was known that mentor time lay far above the agreed for two weeks running."""
    agreed, weeks = agreed_mentor_minutes(course, job), _mentor_weeks(course)
    if agreed is None or len(weeks) < 2:
        return None
    over = [minutes * 100 > agreed * course.number("mentor_time_pct") for _monday, _on, minutes in weeks[-2:]]
    running = weeks[-1][0] - weeks[-2][0] == timedelta(days=7)
    return weeks[-1][1] if all(over) and running else None


def mentor_over(course: Course, job: Job) -> date | None:
    """The day a week with more mentor time than agreed was written down; the latest week decides."""
    agreed, weeks = agreed_mentor_minutes(course, job), _mentor_weeks(course)
    return weeks[-1][1] if agreed is not None and weeks and weeks[-1][2] > agreed else None


def mentor_variant(course: Course, job: Job | None) -> str:
    """How the mentor is compensated: mentor agreement, job agreement, local setting."""
    for fact in reversed(course.facts.of("mentor_agreement")):
        if fact.get("variant"):
            return str(fact.get("variant"))
    return (job.variant if job is not None else "") or str(course.params["mentor_variant"])


def balance(course: Course, found: Talks) -> tuple[float | None, str | None]:
    """Tilt between citizen and company in the latest contacts, and the side it leans to (`balance_index`)."""
    first = course.today - timedelta(days=course.number("balance_days") - 1)
    citizen = sum(day >= first for day in found.citizen_contacts)
    company = sum(day >= first for day in found.company_contacts)
    if citizen + company < course.number("balance_min"):
        return None, None
    index = Fraction(citizen - company, citizen + company)
    leans = abs(index) * 100 > course.number("balance_limit_pct")
    return round(float(index), 2), (("citizen" if index > 0 else "company") if leans else None)


def identity(course: Course) -> float | None:
    """Change of the mean of four answers since the first measurement; needs two (`identity_delta`)."""
    means = []
    for fact in course.facts.of("identity_measure"):
        grades = [number_of(fact.get(name)) for name in _IDENTITY]
        known = [grade for grade in grades if grade is not None]
        if len(known) == len(_IDENTITY):
            means.append(Fraction(sum(known), len(known)))
    return round(float(means[-1] - means[0]), 2) if len(means) >= 2 else None


def compensation(course: Course, job: Job) -> dict[str, int | float] | None:
    """Mentor compensation of the workplace so far, all its citizens together (`mentor_compensation`).

    Started weeks are whole weeks; the fixed amount and the hour a week count once for each citizen.
    """
    kind = mentor_variant(course, job)
    if kind == "none":
        return None
    shares = [(_weeks(job.start, job.last_day, course.today), _own_minutes(course, job))]
    for seat in course.facts.of("seat"):
        if seat.get("company") in (None, "", job.company) and not seat.get("seconded"):
            shares.append((_weeks(seat.on, seat.until, course.today), number_of(seat.get("minutes")) or 0))
    weeks = sum(count for count, _minutes in shares)
    if kind == "fixed_500":
        return {"dkk": weeks * course.number("mentor_fixed_amount")}
    if kind == "hour_per_week":
        return {"hours": weeks}
    if kind == "agreed":
        return {"hours": _plain(Fraction(shares[0][0] * (agreed_mentor_minutes(course, job) or 0), 60))}
    return {"hours": _plain(Fraction(sum(count * minutes for count, minutes in shares), 60))}


def _own_minutes(course: Course, job: Job) -> int:
    """Minutes a week on the basis of the mentor agreement; effective hours unless it says otherwise (B12 no. 5)."""
    basis = next((f.get("basis") for f in reversed(course.facts.of("mentor_agreement")) if f.get("basis")), None)
    if basis == "presence":
        return job.presence or 0
    return (job.halves or 0) * 30


def _weeks(first: date, last: date | None, today: date) -> int:
    end = min(last, today) if last is not None else today
    return max(0, -(-((end - first).days + 1) // 7))


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else round(float(number), 2)


def invoice(course: Course) -> tuple[list[int], list[str]]:
    """Line amounts in øre, one for each sheet, and the weeks that are blocked by the price floor (`invoice_line`)."""
    lines, blocked = [], []
    for fact in course.facts.of("effective_sheet"):
        rate = number_of(fact.get("rate_ore"))
        if rate is None:
            continue
        if (floor := number_of(fact.get("wage_reference_ore"))) is not None and rate < floor:
            blocked.append((day_of(fact.get("week")) or fact.on).isoformat())
            continue
        amount = Fraction(sheet_minutes(fact) * rate, 60) + (number_of(fact.get("materials_ore")) or 0)
        if (fact.get("price_model") or course.params["price_model"]) == "cost_based":
            told = number_of(fact.get("overhead_pct"))
            extra = told if told is not None else course.number("overhead_pct")
            amount = amount * (100 + extra) / 100
        lines.append(int(amount + Fraction(1, 2)))
    return lines, blocked


def underpriced(course: Course) -> list[str]:
    """Workplaces and tasks whose latest price, agreed or invoiced, lies below the wage (price floor, B3.6)."""
    latest: dict[tuple[str, str], tuple[date, int, int]] = {}
    for kind, rate in (("effective_sheet", "rate_ore"), ("price_record", "price_ore")):
        for fact in course.facts.of(kind):
            price, floor = number_of(fact.get(rate)), number_of(fact.get("wage_reference_ore"))
            place = (str(fact.get("company") or ""), str(fact.get("task") or ""))
            if price is not None and floor is not None and fact.on >= latest.get(place, (date.min,))[0]:
                latest[place] = (fact.on, price, floor)
    low = [place for place, (_on, price, floor) in latest.items() if price < floor]
    if low:
        course.references |= {"low_company": low[0][0] or None, "low_task": low[0][1] or None}
    return [" ".join(part for part in place if part) or "-" for place in low]
