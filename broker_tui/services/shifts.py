"""Shifts, hours sheets and mentor time of the people in flex job at one company, a week at a time (domain B9).

Marks are facts in each person's own case, merged where they are read (decision 0012); the hours sheet is the form F-F9,
begun here with the hours the marks give, so that nobody adds them up by hand.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from broker_tui.domain.views import Entry, NotFound, Saved
from broker_tui.programmes.course import Course
from broker_tui.programmes.families import flexjob_shifts as rules
from broker_tui.programmes.families.flexjob_jobs import Job, jobs
from broker_tui.programmes.families.flexjob_shifts import MARKS, Week
from broker_tui.programmes.families.flexjob_signals import agreed_mentor_minutes, mentor_variant
from broker_tui.services.base import Batch, Service
from broker_tui.services.forms import Forms
from broker_tui.services.programmes import Programmes, Standing
from sync.records import types
from sync.records.types import Case, Company

PROGRAMME: types.Programme = "flexjob"
SHEET = "F-F9"
_KEPT_OF_LINE = ("task", "rate_ore", "wage_reference_ore", "collective_agreement")
"""What stays the same from one week's sheet to the next."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One person of this caseload in a job there, and a week of it.

    Attributes:
        mentor_agreed: minutes of mentor time agreed a week; None when nothing was agreed.
        variant: how the mentor is compensated.
        compensation: what it adds up to so far for the whole workplace, `{"hours": ..}` or `{"dkk": ..}`.
    """

    standing: Standing
    job: Job
    week: Week
    mentor_agreed: int | None
    variant: str
    compensation: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """A workplace in one week."""

    company_id: str
    name: str
    monday: date
    workers: tuple[Worker, ...]


@dataclass(frozen=True)
class Shifts(Service):
    """The use cases of shifts and hours sheets."""

    programmes: Programmes
    forms: Forms

    # reading

    def places(self) -> list[tuple[str, str]]:
        """Companies with somebody in flex job now or to come: id and name, by name."""
        today = self.clock.today()
        found = {
            job.company
            for _standing, course in self._courses()
            for job in jobs(course)
            if job.last_day is None or job.last_day >= today
        }
        return sorted(((place, self._name(place)) for place in found), key=lambda one: one[1].casefold())

    def place_of(self, case_id: str) -> str | None:
        """The company of a case's job, the latest begun first; None without one."""
        self.require(Case, case_id)
        course = Course(self.programmes.program(PROGRAMME), self.programmes.facts(case_id), self.clock.today())
        found = jobs(course)
        return max(found, key=lambda job: (job.start, job.id)).company if found else None

    def worker(self, case_id: str, job_id: str, monday: date) -> Worker | None:
        """One person's week in one job, wherever that job is; None when this caseload has no such job."""
        for standing, course in self._courses():
            if standing.case_id == case_id:
                return next((_worker(standing, course, job, monday) for job in jobs(course) if job.id == job_id), None)
        return None

    def sheet(self, company_id: str, monday: date) -> WeekSheet:
        """A workplace in the week that begins on `monday`, people by name."""
        sunday = monday + timedelta(days=6)
        workers = [
            _worker(standing, course, job, monday)
            for standing, course in self._courses()
            for job in jobs(course)
            if job.company == company_id and job.start <= sunday and (job.last_day is None or job.last_day >= monday)
        ]
        workers.sort(key=lambda one: (one.standing.citizen_name.casefold(), one.job.start))
        return WeekSheet(company_id, self._name(company_id), monday, tuple(workers))

    def sheets(self, case_id: str, job_id: str, monday: date) -> list[Entry[types.Form]]:
        """The hours sheets of a week, the newest first."""
        found = self.store.entries(types.Form, where={"case_id": case_id})
        mine = [
            one
            for one in found
            if one.record.form == SHEET
            and one.record.values.get("week") == monday.isoformat()
            and one.record.values.get("placement") in (None, job_id)
        ]
        return sorted(mine, key=lambda one: one.id, reverse=True)

    def usual(self, case_id: str, job_id: str, day: date) -> int | None:
        """Minutes a shift on a day usually has; None when nobody wrote any down.

        Raises:
            NotFound: no such case or job.
        """
        _case, job, course = self._job(case_id, job_id)
        return rules.planned_minutes(course, job, day)

    # writing

    def mark(
        self, case_id: str, job_id: str, day: date, mark: str, *, worked: int | None = None, planned: int | None = None
    ) -> Saved:
        """Mark a shift; how long it was to be is taken from the ones before where nothing is said.

        Args:
            mark: one of `MARKS`, or `blank` to take the mark away.
            worked: minutes somebody was there; a part of the shift cannot be marked without.

        Raises:
            NotFound: no such case or job.
            InvalidInput: a day to come or outside the job, no such mark, or a partial shift without its hours.
        """
        batch = self.batch()
        self._mark(batch, case_id, job_id, day, mark, worked, planned)
        return batch.save()

    def mark_many(self, jobs_: Iterable[tuple[str, str]], day: date, mark: str) -> Saved:
        """Give several people the same mark on a day, all or nothing.

        Args:
            jobs_: case and job of each.

        Raises:
            NotFound, InvalidInput: as `mark`.
        """
        batch = self.batch()
        for case_id, job_id in jobs_:
            self._mark(batch, case_id, job_id, day, mark)
        return batch.save()

    def mentor_time(self, case_id: str, job_id: str, monday: date, minutes: int, citizens: int | None = None) -> Saved:
        """Write the mentor's time of a week down; written again it replaces what stood there.

        Raises:
            NotFound: no such case or job.
            InvalidInput: a week to come, or more hours than it has.
        """
        case, job, course = self._job(case_id, job_id)
        batch = self.batch()
        if monday > self.clock.today():
            batch.fault("week", "in_future", date=monday)
        if not 0 <= minutes <= 7 * 24 * 60:
            batch.fault("minutes", "hours_too_many", limit=7 * 24)
        known = rules.week(course, job, monday).mentor_fact
        replaces = known.id if known is not None and self._is_record(known.id) else None
        on = min(monday + timedelta(days=6), self.clock.today())
        told = {"placement": job.id, "week": monday, "minutes": minutes, "citizens": citizens}
        batch.fact("mentor_time", on, told, PROGRAMME, about=(case_id, case), replaces=replaces)
        return batch.save()

    def begin_sheet(self, case_id: str, job_id: str, monday: date) -> Saved:
        """Begin the hours sheet of a week with the hours the marks give and the price of the week before.

        Raises:
            NotFound: no such case or job.
            InvalidInput: a week to come.
        """
        _case, job, course = self._job(case_id, job_id)
        if monday > self.clock.today():
            batch = self.batch()
            batch.fault("week", "in_future", date=monday)
            return batch.save()
        week = rules.week(course, job, monday)
        before = self._sheet_before(case_id, job_id, monday)
        lines = before.get("lines") or [{}]
        first = {name: lines[0][name] for name in _KEPT_OF_LINE if name in lines[0]}
        if week.presence is not None and not week.sheets:
            first |= {"presence_minutes": week.presence, "effective_minutes": week.effective}
        told = {name: before[name] for name in ("price_model", "overhead_pct") if name in before}
        told |= {"week": monday.isoformat(), "placement": job.id, "company": job.company}
        return self.forms.save(case_id, SHEET, {**told, "lines": [first] if first else []}, on=monday)

    # parts

    def _mark(
        self,
        batch: Batch,
        case_id: str,
        job_id: str,
        day: date,
        mark: str,
        worked: int | None = None,
        planned: int | None = None,
    ) -> None:
        case, job, course = self._job(case_id, job_id)
        if day > self.clock.today():
            batch.fault("on", "in_future", date=day)
        if not job.active(day):
            batch.fault("on", "outside_job", date=day)
        if mark not in (*MARKS, rules.BLANK):
            batch.fault("mark", "no_fact_code", known=", ".join(MARKS))
        if mark == "partial" and worked is None:
            batch.fault("worked", "required")
        for name, minutes in (("worked", worked), ("planned", planned)):
            if minutes is not None and minutes > 24 * 60:
                batch.fault(name, "hours_too_many", limit=24)
        known = rules.week(course, job, rules.monday_of(day)).shifts.get(day)
        if planned is None:
            planned = known.planned if known is not None else rules.planned_minutes(course, job, day)
        if known is not None and (known.mark, known.worked, known.planned) == (mark, worked, planned):
            return
        told = {"placement": job.id, "mark": mark, "minutes": planned, "worked_minutes": worked}
        replaces = known.fact.id if known is not None and self._is_record(known.fact.id) else None
        batch.fact("shift", day, told, PROGRAMME, about=(case_id, case), replaces=replaces)

    def _courses(self) -> Iterator[tuple[Standing, Course]]:
        today, program = self.clock.today(), self.programmes.program(PROGRAMME)
        for standing in self.programmes.standings(today):
            if standing.programme == PROGRAMME:
                yield standing, Course(program, self.programmes.facts(standing.case_id), today)

    def _job(self, case_id: str, job_id: str) -> tuple[Case, Job, Course]:
        case = self.require(Case, case_id)[1]
        course = Course(self.programmes.program(PROGRAMME), self.programmes.facts(case_id), self.clock.today())
        job = next((job for job in jobs(course) if job.id == job_id), None)
        if job is None:
            raise NotFound("placement")
        return case, job, course

    def _name(self, company_id: str) -> str:
        company = self.store.entry(Company, company_id)
        return company.record.name if company is not None else company_id

    def _is_record(self, fact_id: str | None) -> bool:
        """Whether a fact is a record of its own, which a correction can replace, and not a row of a form."""
        return bool(fact_id) and self.store.entry(types.Fact, fact_id or "") is not None

    def _sheet_before(self, case_id: str, job_id: str, monday: date) -> Mapping[str, Any]:
        found = [
            one.record.values
            for one in self.store.entries(types.Form, where={"case_id": case_id})
            if one.record.form == SHEET
            and one.record.values.get("placement") in (None, job_id)
            and str(one.record.values.get("week") or "") < monday.isoformat()
        ]
        return max(found, key=lambda values: str(values.get("week") or ""), default={})


def _worker(standing: Standing, course: Course, job: Job, monday: date) -> Worker:
    return Worker(
        standing=standing,
        job=job,
        week=rules.week(course, job, monday),
        mentor_agreed=agreed_mentor_minutes(course, job),
        variant=mentor_variant(course, job),
        compensation=standing.evaluation.signals.get("mentor_compensation"),
    )
