"""What broker, citizen and company agree on in one go, before it becomes records, and the days of its follow-up."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from broker_tui.domain.dates import add_months
from sync.records.types import HoursMeasure, PlacementType

Interval = Literal["weekly", "fortnightly", "monthly"]
System = Literal["min_plan", "vitas"]
PARTIES = ("citizen", "company", "broker")
MOST_FOLLOW_UPS = 60
"""More agreed days than a year of weeks has are a slip in one of the dates."""
_DAYS: dict[str, int] = {"weekly": 7, "fortnightly": 14}


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A contact person the company card does not know yet."""

    name: str
    title: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry made elsewhere."""

    system: System
    on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPlan:
    """When there will be follow-up, and who agreed on it. `place` is told in the broker's words."""

    days: tuple[date, ...]
    interval: Interval | None = None
    first: date | None = None
    until: date | None = None
    what: str
    place: str | None = None
    agreed_by: tuple[str, ...] = PARTIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the agreement itself says; what a programme does not ask for stays empty.

    Attributes:
        released: whether the citizen is willing that the company is told the considerations.
        no_paid_reason: why there are no paid hours from the start.
        paid_possible: whether they can come: `yes`, `no` or `unknown`.
        purpose: what an internship is for, in the programme's codes.
        paid_told: who was told that paid hours are the goal.
    """

    tasks: tuple[str, ...] = ()
    considerations: str | None = None
    released: bool | None = None
    goals: tuple[str, ...] = ()
    no_paid_reason: str | None = None
    paid_possible: str | None = None
    purpose: str | None = None
    paid_told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All of it. The company is known (`company_id`) or new (`new_company`), and so is its contact person."""

    citizen_id: str
    case_id: str | None
    type: PlacementType
    start: date
    planned_end: date | None
    minutes: int
    measure: HoursMeasure
    signed_on: date
    terms: Terms
    plan: FollowUpPlan
    company_id: str | None = None
    new_company: str | None = None
    contact_id: str | None = None
    new_contact: NewPerson | None = None
    registered: tuple[Registered, ...] = ()

    @property
    def internship(self) -> bool:
        """Whether nobody is paid by the company."""
        return self.type == "internship"


def due_days(interval: str, first: date, until: date) -> tuple[date, ...]:
    """The agreed days from `first` to `until`, both included; one more than `MOST_FOLLOW_UPS` at most."""
    found: list[date] = []
    day = first
    while day <= until and len(found) <= MOST_FOLLOW_UPS:
        found.append(day)
        count = len(found)
        day = add_months(first, count) if interval == "monthly" else first + timedelta(days=_DAYS[interval] * count)
    return tuple(found)
