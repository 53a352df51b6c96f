"""A company as a flex-job workplace: who sits there, how many seats, what was agreed, what the programme asks of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from broker_tui.domain.views import NotFound
from broker_tui.programmes.results import Obligation
from broker_tui.services.base import Service
from broker_tui.services.case_reading import form_facts
from broker_tui.services.forms import Forms, Offered
from broker_tui.services.programmes import Programmes
from broker_tui.services.twins import kin
from sync.records.types import Case, Citizen, Company, Hours, Placement

PROGRAMME = "flexjob"
_TWO = 2
"""Flex jobbers that make a workshop, unless the place asks for more (`flexjob.workshop.min-two`)."""
_SEEN = ("overdue", "missed", "due_soon", "open")


@dataclass(frozen=True, slots=True)
class Seat:
    """One person of this caseload in a flex job there.

    Attributes:
        minutes: agreed presence a week; None when nobody wrote it.
    """

    citizen_id: str
    name: str
    start: date
    end: date | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the page of a workplace shows.

    Attributes:
        seats: who sits there today or will.
        others: further seats the workshop form tells of, held by people of other brokers.
        least: how many make it a workshop here.
        told: what the forms say: form, leader, seats, support, variant, max_seats and so on.
        through: a person and case through which the forms are opened; None without any flex-job case.
    """

    seats: tuple[Seat, ...]
    others: int
    least: int
    told: dict[str, Any]
    forms: tuple[Offered, ...]
    owed: tuple[Obligation, ...]
    through: tuple[str, str] | None

    def taken(self, today: date) -> int:
        """Seats that are taken today."""
        mine = sum(seat.start <= today and (seat.end is None or seat.end >= today) for seat in self.seats)
        return mine + self.others


@dataclass(frozen=True)
class Workplaces(Service):
    """The use cases of flex-job workplaces."""

    programmes: Programmes
    forms: Forms

    def of(self, company_id: str) -> Workplace:
        """Everything about a company as a workplace.

        Raises:
            NotFound: no such company.
        """
        company = self.store.entry(Company, company_id)
        if company is None or company.deleted:
            raise NotFound("company")
        today = self.clock.today()
        offered = tuple(self.forms.of_company(PROGRAMME, company_id))
        program = self.programmes.program(PROGRAMME)
        facts = [fact for one in offered for fact in form_facts(program, one.filled)]
        told: dict[str, Any] = {}
        for fact in sorted((f for f in facts if f.kind in ("workshop", "company")), key=lambda f: f.on):
            told |= {name: value for name, value in fact.values.items() if value is not None}
        seats = self._seats(company_id)
        mine = sum(seat.start <= today and (seat.end is None or seat.end >= today) for seat in seats)
        written = sum(
            fact.kind == "seat" and not fact.get("seconded") and fact.holds(today) for fact in facts if fact.on <= today
        )
        owed = self.programmes.of_company(PROGRAMME, company_id, today)
        return Workplace(
            seats=seats,
            others=max(0, written - mine),
            least=int(program.params.get("workshop_min_people", _TWO)),
            told=told,
            forms=offered,
            owed=tuple(one for one in owed if one.state in _SEEN and program.rules[one.rule].rule.severity != "A"),
            through=self._through({seat.citizen_id for seat in seats}),
        )

    def _seats(self, company_id: str) -> tuple[Seat, ...]:
        found: list[Seat] = []
        for entry in self.store.entries(Placement, where={"company_id": kin(self.store, company_id)}):
            record = entry.record
            citizen = self.store.entry(Citizen, record.citizen_id)
            if record.type != "flexjob" or record.status == "cancelled" or citizen is None or citizen.deleted:
                continue
            hours = self.store.entries(Hours, where={"citizen_id": record.citizen_id}, replaced=False)
            mine = [h.record for h in hours if h.record.placement_id in (None, entry.id)]
            last = max(mine, key=lambda hours: hours.start, default=None)
            end = record.actual_end or record.planned_end
            found.append(
                Seat(record.citizen_id, citizen.record.name, record.start, end, last.minutes_per_week if last else None)
            )
        return tuple(sorted(found, key=lambda seat: (seat.start, seat.citizen_id)))

    def _through(self, placed: set[str]) -> tuple[str, str] | None:
        cases = self.store.entries(Case, where={"status": "open", "programme": PROGRAMME})
        cases.sort(key=lambda case: (case.record.citizen_id not in placed, case.id))
        return (cases[0].record.citizen_id, cases[0].id) if cases else None
