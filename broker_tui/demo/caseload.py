"""A year of invented work, drawn from a seed: the same seed, date and size give the same caseload."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import get_args

from broker_tui.demo import team, words
from broker_tui.demo.created import create
from broker_tui.demo.evidence import Evidence
from broker_tui.domain.clock import DENMARK
from broker_tui.i18n import Language
from broker_tui.services.ports import Write
from sync.records import SHARED, Scope, broker_scope, case_scope
from sync.records.base import new_id
from sync.records.types import (
    Case,
    Citizen,
    Company,
    CompanyContact,
    CompanyVisit,
    Consent,
    Contact,
    FollowUp,
    Goal,
    Hours,
    Memo,
    Placement,
    Programme,
    ProgressionNote,
    Promise,
    RoleAssignment,
    Staff,
)

PROGRAMMES: tuple[Programme, ...] = get_args(Programme)
_INTERVAL = {"guarantee": 28, "fsm2": 7, "uif2": 14, "flexjob": 21, "mastery": 7}
_STEPS = {
    "guarantee": ("step1", "step2", "step3"),
    "fsm2": ("step1", "step2", "step3"),
    "uif2": ("phase1", "phase2", "phase3"),
    "flexjob": ("candidate", "before_job", "in_job"),
    "mastery": ("phase1", "phase2", "phase3", "phase4", "aftercare"),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much to invent: people on the caseload and contacts of all of them together (about)."""

    cases: int = 40
    contacts: int = 1200


class Maker:
    """Draws writes in the order a broker would have made them."""

    def __init__(self, seed: int, today: date, language: Language, staff_id: str, size: Size) -> None:
        self.today = today
        self.language = language
        self.staff_id = staff_id
        self.size = size
        self._random = random.Random(seed)
        self._companies: list[str] = []
        self._contacts_of: dict[str, str] = {}
        self._placed: dict[str, list[str]] = {}
        self._staff: dict[str, str] = {}
        self._evidence = Evidence(self._random, today, staff_id, self._staff, self._say)
        self._names = self._draw_names()

    def writes(self) -> Iterator[Write]:
        """Companies first, then everyone, then the visits that tie them together."""
        yield from self._company_writes()
        yield from self._colleagues()
        for number in range(self.size.cases):
            yield from self.person(number)
        yield from self._visits()
        scope = broker_scope(self.staff_id)
        for days, pair in zip((0, 3), words.MEMOS, strict=True):
            yield create(Memo(text=self._say(pair), due=self.today + timedelta(days=days)), scope)

    def _colleagues(self) -> Iterator[Write]:
        """Those with other roles around the citizens."""
        for role, name in words.COLLEAGUES.items():
            self._staff[role] = staff_id = new_id()
            yield create(Staff(name=name, role="authority"), SHARED, staff_id)

    def person(self, number: int) -> Iterator[Write]:
        """One citizen with a course, contacts, goals, plan and perhaps a placement."""
        rng = self._random
        citizen_id = new_id()
        scope = case_scope(citizen_id)
        programme = PROGRAMMES[number % len(PROGRAMMES)]
        steps = _STEPS[programme]
        stage = number // len(PROGRAMMES) % len(steps)
        step = steps[stage]
        days = _days(programme, step, stage, rng)
        start = self.today - timedelta(days=days)
        birth = date(rng.randrange(1966, 2000), rng.randrange(1, 13), rng.randrange(1, 29))
        name = self._names[number % len(self._names)]
        area = rng.choice(words.AREAS)
        person = create(
            Citizen(
                name=name,
                cpr=f"{birth:%d%m%y}0000",
                local_number=f"{2026}-{1000 + number}",
                phone=f"20 00 {number // 100 % 100:02d} {number % 100:02d}",
                address=f"{rng.choice(words.STREETS)} {rng.randrange(1, 120)}",
                area=area,
                benefit=self._say(words.BENEFITS["fsm2" if step == "phase1" else programme]),
            ),
            scope,
            citizen_id,
        )
        yield person
        case_id = new_id()
        course = [
            create(Case(citizen_id=citizen_id, programme=programme, known_from=start, start=start), scope, case_id)
        ]
        if step != steps[0]:
            role = RoleAssignment(
                citizen_id=citizen_id, staff_id=self.staff_id, role="broker", start=start, case_id=case_id
            )
            course.append(create(role, scope))
        course += self._consents(citizen_id, scope, start)
        course += self._contacts(citizen_id, scope, programme, start, days)
        course += self._goals(citizen_id, scope, case_id, start)
        if programme == "mastery":
            course += self._practice(citizen_id, scope, case_id, step)
        elif step in _AT_WORK and self._companies:
            course += self._placement(citizen_id, scope, case_id, programme, start, days)
        course += self._plan(citizen_id, scope, case_id)
        yield from course
        yield from self._evidence.of(person, course, step, start, later=step != steps[0])

    # parts of a person

    def _consents(self, citizen_id: str, scope: Scope, start: date) -> Iterator[Write]:
        rng = self._random
        for kind in ("network", "company_tasks", "company_hours", "health"):
            given = rng.random() < (0.85 if kind != "health" else 0.35)
            expires = start + timedelta(days=365) if given else None
            if given and rng.random() < 0.06:
                expires = self.today + timedelta(days=rng.randrange(2, 20))
            yield create(
                Consent(
                    citizen_id=citizen_id,
                    kind=kind,
                    state="given" if given else "refused",
                    stated_on=start,
                    expires=expires,
                ),
                scope,
            )

    def _contacts(self, citizen_id: str, scope: Scope, programme: str, start: date, days: int) -> Iterator[Write]:
        rng = self._random
        wanted = max(2, round(self.size.contacts / self.size.cases * rng.uniform(0.6, 1.4)))
        usual = max(1, days // _INTERVAL[programme])
        count = min(wanted, max(usual, wanted)) if self.size.contacts != Size().contacts else min(wanted, usual + 4)
        on_days = sorted(rng.sample(range(days), min(count, days)))
        on_days += [rng.randrange(days) for _ in range(count - len(on_days))]
        for offset in sorted(on_days):
            on = start + timedelta(days=offset)
            outcome = rng.choices(("reached", "not_reached", "no_show", "cancelled_by_citizen"), (80, 12, 4, 4))[0]
            kind, place = rng.choices(
                (("phone", "remote"), ("meeting", "jobcenter"), ("meeting", "company"), ("text", "remote")),
                (55, 20, 18, 7),
            )[0]
            reached = outcome == "reached"
            note = rng.choice(words.CONTACT_NOTES if reached else words.MISSED_NOTES)
            yield create(
                Contact(
                    citizen_id=citizen_id,
                    occurred_on=on,
                    occurred_at=datetime.combine(on, time(rng.randrange(8, 16), rng.choice((0, 15, 30, 45))), DENMARK),
                    kind=kind,  # type: ignore[arg-type]  # literals through random.choices come out as str
                    place=place,  # type: ignore[arg-type]  # as above
                    outcome=outcome,  # type: ignore[arg-type]  # as above
                    direction="in" if rng.random() < 0.2 else "out",
                    participants=["citizen", "broker"] if reached else [],
                    staff_id=self.staff_id,
                    two_way=kind == "text" and reached,
                    note=self._say(note),
                    agreed=self._say(rng.choice(words.AGREED)) if reached and rng.random() < 0.3 else None,
                ),
                scope,
            )

    def _goals(self, citizen_id: str, scope: Scope, case_id: str, start: date) -> Iterator[Write]:
        rng = self._random
        goal_id = new_id()
        yield create(
            Goal(
                citizen_id=citizen_id,
                case_id=case_id,
                kind="job_goal",
                text=self._say(rng.choice(words.JOB_GOALS)),
                set_on=start,
                target_minutes_per_week=rng.choice((480, 600, 720, 900, 1200)),
            ),
            scope,
            goal_id,
        )
        for position, pair in enumerate(rng.sample(words.STEPS, rng.randrange(2, 5))):
            step_id = new_id()
            state = rng.choice(("open", "under_way", "reached"))
            yield create(
                Goal(
                    citizen_id=citizen_id,
                    case_id=case_id,
                    kind="step",
                    parent_id=goal_id,
                    text=self._say(pair),
                    set_on=start + timedelta(days=7 * position),
                    state=state,  # type: ignore[arg-type]  # literals through random.choice come out as str
                    state_on=None if state == "open" else self.today - timedelta(days=rng.randrange(5, 60)),
                    position=position,
                ),
                scope,
                step_id,
            )
            if state != "open":
                yield create(
                    ProgressionNote(
                        citizen_id=citizen_id,
                        goal_id=step_id,
                        noted_on=self.today - timedelta(days=rng.randrange(3, 60)),
                        text=self._say(rng.choice(words.OWN_WORDS)),
                    ),
                    scope,
                )

    def _placement(
        self, citizen_id: str, scope: Scope, case_id: str, programme: str, start: date, days: int
    ) -> Iterator[Write]:
        rng = self._random
        company_id = rng.choice(self._companies)
        begins = start + timedelta(days=days // 3)
        praktik_id, job_id = new_id(), new_id()
        job_start = begins + timedelta(days=28)
        yield create(
            Placement(
                citizen_id=citizen_id,
                case_id=case_id,
                company_id=company_id,
                type="internship",
                start=begins,
                planned_end=job_start - timedelta(days=1),
                actual_end=job_start - timedelta(days=1) if job_start <= self.today else None,
                status="converted" if job_start <= self.today else "active",
                company_contact_id=self._contacts_of.get(company_id),
            ),
            scope,
            praktik_id,
        )
        if job_start > self.today:
            return
        flex = programme in ("uif2", "flexjob")
        self._placed.setdefault(company_id, []).append(citizen_id)
        yield create(
            Placement(
                citizen_id=citizen_id,
                case_id=case_id,
                company_id=company_id,
                type="flexjob" if flex else "ordinary_employment",
                start=job_start,
                status="active",
                company_contact_id=self._contacts_of.get(company_id),
                agreement_on=job_start - timedelta(days=3),
            ),
            scope,
            job_id,
        )
        minutes, on = rng.choice((150, 180, 240)), job_start
        while on < self.today:
            yield create(
                Hours(
                    citizen_id=citizen_id,
                    placement_id=job_id,
                    start=on,
                    minutes_per_week=minutes,
                    measure="flexjob" if flex else "ordinary",
                ),
                scope,
            )
            on += timedelta(days=rng.randrange(28, 70))
            minutes = max(90, minutes + rng.choice((-30, 30, 60, 60, 90)))

    def _practice(self, citizen_id: str, scope: Scope, case_id: str, step: str) -> Iterator[Write]:
        """The internship of a course team's participant: twelve weeks after the four of teaching."""
        if step not in ("phase4", "aftercare") or not self._companies:
            return
        company_id = self._random.choice(self._companies)
        begins = team.start_of(step, self.today) + timedelta(weeks=4)
        last = begins + timedelta(weeks=12, days=-1)
        over = last < self.today
        self._placed.setdefault(company_id, []).append(citizen_id)
        yield create(
            Placement(
                citizen_id=citizen_id,
                case_id=case_id,
                company_id=company_id,
                type="internship",
                start=begins,
                planned_end=last,
                actual_end=last if over else None,
                status="completed" if over else "active",
                company_contact_id=self._contacts_of.get(company_id),
                agreement_on=begins - timedelta(days=34),
            ),
            scope,
        )

    def _plan(self, citizen_id: str, scope: Scope, case_id: str) -> Iterator[Write]:
        rng = self._random
        due = self.today + timedelta(days=rng.choice((-3, -1, 0, 0, 1, 2, 3, 4, 6, 8, 9, 12, 13, 15, 20, 24)))
        yield create(
            FollowUp(
                citizen_id=citizen_id,
                case_id=case_id,
                what=self._say(rng.choice(words.FOLLOW_UPS)),
                due=due,
                at=time(rng.randrange(8, 15), rng.choice((0, 30))) if rng.random() < 0.4 else None,
            ),
            scope,
        )
        if rng.random() < 0.2:
            yield create(
                Promise(
                    citizen_id=citizen_id,
                    text=self._say(rng.choice(words.PROMISES)),
                    made_on=self.today - timedelta(days=4),
                    due=self.today + timedelta(days=rng.randrange(-1, 6)),
                ),
                scope,
            )

    # companies

    def _company_writes(self) -> Iterator[Write]:
        rng = self._random
        stages = ("active", "active", "agreement", "meeting", "contacted", "found", "resting")
        for number, (name, industry, employees) in enumerate(words.COMPANIES):
            company_id, contact_id = new_id(), new_id()
            stage = stages[number % len(stages)]
            if stage in ("active", "agreement"):
                self._companies.append(company_id)
            self._contacts_of[company_id] = contact_id
            yield create(
                Company(
                    name=name,
                    cvr=f"{10_000_000 + 37 * number}",
                    p_number=f"{1_000_000_000 + 41 * number}",
                    industry=self._say(industry),
                    employees=employees,
                    area=rng.choice(words.AREAS),
                    stage=stage,  # type: ignore[arg-type]  # a tuple of literals is str
                    motivation=rng.choice(("social_engagement", "tasks", "economy")),
                    phone=f"60 00 00 {number:02d}",
                ),
                SHARED,
                company_id,
            )
            yield create(
                CompanyContact(
                    company_id=company_id,
                    name=words.CONTACT_NAMES[number % len(words.CONTACT_NAMES)],
                    title=self._say(rng.choice(words.TITLES)),
                ),
                SHARED,
                contact_id,
            )

    def _visits(self) -> Iterator[Write]:
        rng = self._random
        for company_id, citizens in self._placed.items():
            visit_id = new_id()
            on = self.today - timedelta(days=rng.randrange(4, 50))
            yield create(
                CompanyVisit(
                    company_id=company_id,
                    occurred_on=on,
                    minutes=60,
                    staff_id=self.staff_id,
                    contact_ids=[self._contacts_of[company_id]],
                    note=self._say(rng.choice(words.VISIT_NOTES)),
                ),
                SHARED,
                visit_id,
            )
            for citizen_id in citizens[:2]:
                yield create(
                    Contact(
                        citizen_id=citizen_id,
                        occurred_on=on,
                        kind="meeting",
                        place="company",
                        outcome="reached",
                        participants=["citizen", "broker", "company_contact"],
                        staff_id=self.staff_id,
                        visit_id=visit_id,
                        company_id=company_id,
                        note=self._say(rng.choice(words.PART_NOTES)),
                    ),
                    case_scope(citizen_id),
                )

    # drawing

    def _draw_names(self) -> list[str]:
        names = [f"{given} {family}" for given in words.GIVEN for family in words.FAMILY]
        self._random.shuffle(names)
        by_first = {name.rsplit(" ", 1)[0]: name for name in reversed(names)}
        fresh = set(by_first.values())
        return [*by_first.values(), *(name for name in names if name not in fresh)]

    def _say(self, pair: words.Pair) -> str:
        return pair[0] if self.language == "da" else pair[1]


_AT_WORK = frozenset(("step3", "phase3", "in_job", "phase4"))
"""Steps in which a person is at a company."""


def _days(programme: str, step: str, stage: int, rng: random.Random) -> int:
    """How long ago a person in this step began."""
    if programme == "mastery":
        return max(12, 40 - team.STARTS[step] + rng.randrange(-8, 8))
    return (rng.randrange(10, 28), rng.randrange(45, 110), rng.randrange(150, 330))[stage]
