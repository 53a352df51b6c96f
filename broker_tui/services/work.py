"""Placements at workplaces and the hours per week agreed for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from broker_tui.domain import hours as figures
from broker_tui.domain.views import CaseCard, HoursPeriod, Saved
from broker_tui.services.base import Service
from broker_tui.services.companies import works_there
from broker_tui.services.contacts import Contacts
from sync.records.types import Citizen, Company, Hours, Placement


@dataclass(frozen=True)
class Work(Service):
    """Placements and hours."""

    def add_placement(
        self, placement: Placement, *, minutes_per_week: int | None = None, measure: str | None = None
    ) -> Saved:
        """A new placement, with its first hours in the same save. The placement's id comes first.

        Without `measure` the hours count as what the placement's type says; a subsidised job must name it.
        """
        self.require(Citizen, placement.citizen_id)
        if placement.company_id is not None:
            self.require(Company, placement.company_id)
        if placement.case_id is None:
            case_id = Contacts(self.store, self.clock).case_of(placement.citizen_id)
            placement = msgspec.structs.replace(placement, case_id=case_id)
        batch = self.batch()
        works_there(self.store, batch, placement.company_id, placement.company_contact_id)
        placement_id = batch.create(placement)
        if minutes_per_week is not None:
            counted: Any = measure or figures.default_measure(placement.type)
            if counted is None:
                batch.fault("measure", "required")
            else:
                batch.create(
                    Hours(
                        citizen_id=placement.citizen_id,
                        placement_id=placement_id,
                        start=placement.start,
                        minutes_per_week=minutes_per_week,
                        measure=counted,
                    )
                )
        return batch.save()

    def edit_placement(self, placement_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a placement; None takes a value away."""
        batch = self.batch()
        if changes.keys() & {"company_id", "company_contact_id"}:
            former = self.require(Placement, placement_id)[1]
            company_id = changes.get("company_id", former.company_id)
            works_there(self.store, batch, company_id, changes.get("company_contact_id", former.company_contact_id))
        batch.patch(Placement, placement_id, changes)
        return batch.save()

    def end_placement(self, placement_id: str, on: date, status: str) -> Saved:
        """The last day of a placement, and how it ended: completed, interrupted, converted or cancelled."""
        return self.edit_placement(placement_id, {"actual_end": on, "status": status})

    def add_hours(self, hours: Hours) -> Saved:
        """Hours per week from a day on."""
        self.require(Citizen, hours.citizen_id)
        batch = self.batch()
        self._check_placement(batch, hours)
        batch.create(hours)
        return batch.save()

    def correct_hours(self, hours_id: str, hours: Hours) -> Saved:
        """Replace an entry by a corrected one; the former stays and is shown as corrected."""
        self.require(Hours, hours_id)
        batch = self.batch()
        self._check_placement(batch, hours)
        batch.create(msgspec.structs.replace(hours, replaces=hours_id))
        return batch.save()

    def withdraw_hours(self, hours_id: str) -> Saved:
        """Take an entry away that was wrong from the start; undo brings it back."""
        stored, _ = self.require(Hours, hours_id)
        batch = self.batch()
        batch.delete(stored)
        return batch.save()

    def periods(self, card: CaseCard) -> dict[str, list[HoursPeriod]]:
        """Stretches of hours per measure, from a person's card."""
        return figures.periods(card.hours, card.placements, self.clock.today())

    def _check_placement(self, batch: Any, hours: Hours) -> None:
        if hours.placement_id is None:
            return
        _, placement = self.require(Placement, hours.placement_id)
        if placement.citizen_id != hours.citizen_id:
            batch.fault("placement_id", "other_person")
        elif hours.start < placement.start:
            batch.fault("start", "before_placement", start=placement.start)
