"""Companies, their people, and visit notes that fan out to the citizens who were talked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from broker_tui.domain.text import fold
from broker_tui.domain.views import CompanyCard, CompanyRow, Entry, NotFound, Saved
from broker_tui.services.base import Batch, Service
from broker_tui.services.contacts import Contacts
from broker_tui.services.people import resolved
from broker_tui.services.ports import Page, Store
from broker_tui.services.twins import kept, kin, likely
from sync.records import new_id
from sync.records.types import (
    Citizen,
    Company,
    CompanyContact,
    CompanyVisit,
    Contact,
    FollowUp,
    Placement,
    Promise,
    Staff,
)


@dataclass(frozen=True, slots=True)
class VisitPart:
    """What a visit note says about one citizen; it goes to that citizen's file only.

    Attributes:
        present: the citizen took part; otherwise only the company was talked with.
        follow_up: what was agreed next for this citizen.
        completes: the agreed follow-up that this visit was.
    """

    citizen_id: str
    note: str | None
    agreed: str | None = None
    present: bool = True
    follow_up: FollowUp | None = None
    completes: str | None = None


@dataclass(frozen=True)
class Companies(Service):
    """Everything about workplaces. Company records are read by all colleagues and never name a citizen."""

    def rows(
        self,
        *,
        stage: str | None = None,
        sort: str = "name",
        offset: int = 0,
        limit: int = 100,
        today: date,
    ) -> list[CompanyRow]:
        """A page of companies; `sort` is name, stage, area or last_visit."""
        return self.store.company_rows(stage=stage, sort=sort, page=Page(offset, limit), today=today)

    def count(self, *, stage: str | None = None) -> int:
        """How many rows there are."""
        return self.store.company_count(stage=stage)

    def card(self, company_id: str, today: date) -> CompanyCard:
        """Everything about one company, under whichever of its ids, with the broker's own citizens who are there.

        Raises:
            NotFound: no such company.
        """
        ids = kin(self.store, company_id)
        company = self.store.entry(Company, ids[0])
        if company is None or company.deleted:
            raise NotFound("company")
        also = [entry for other in ids[1:] if (entry := self.store.entry(Company, other)) is not None]
        of_company = {"company_id": ids}
        contacts = tuple(self.store.entries(CompanyContact, where=of_company))
        visits = tuple(self.store.entries(CompanyVisit, where=of_company))
        placements = tuple(self.store.entries(Placement, where=of_company))
        follow_ups = tuple(self.store.entries(FollowUp, where=of_company))
        promises = tuple(self.store.entries(Promise, where=of_company))
        every: list[Entry[Any]] = [company, *also, *contacts, *visits, *placements, *follow_ups, *promises]
        tasks = (*placements, *follow_ups, *promises)
        citizen_ids = {getattr(entry.record, "citizen_id", None) for entry in tasks}
        me = self.store.me()
        staff_ids = [entry.record.staff_id for entry in visits if entry.record.staff_id]
        return CompanyCard(
            company=company,
            contacts=contacts,
            visits=visits,
            placements=placements,
            citizens=self.store.names(Citizen, [i for i in citizen_ids if i]),
            follow_ups=follow_ups,
            promises=promises,
            staff={me.staff_id: me.name} | self.store.names(Staff, staff_ids),
            unsent=sum(entry.unsent for entry in every),
            conflicts=sum(entry.conflicts for entry in every),
            also=tuple(also),
            likely=tuple(likely(self.store, company, ids)),
        )

    def add(self, company: Company) -> Saved:
        """A new company.

        Raises:
            InvalidInput: a value cannot stand, or the same CVR and P-number is there already.
        """
        batch = self.batch()
        company_id = batch.create(company)
        if company.cvr and not batch.faults:
            reference = f"{company.cvr} {company.p_number}" if company.p_number else company.cvr
            twins = [self.store.entry(Company, found) for found in self.store.matching_ids("company", reference)]
            if any(
                twin and twin.id != company_id and twin.record.p_number == batch.writes[0].patch.get("p_number")
                for twin in twins
            ):
                batch.fault("cvr", "cvr_known")
        return batch.save()

    def edit(self, company_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a company; None takes a value away."""
        batch = self.batch()
        batch.patch(Company, company_id, changes)
        return batch.save()

    def add_contact(self, contact: CompanyContact) -> Saved:
        """A new named person at a company."""
        self.require(Company, contact.company_id)
        batch = self.batch()
        batch.create(contact)
        return batch.save()

    def edit_contact(self, contact_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a named person; `active` False when they left."""
        batch = self.batch()
        batch.patch(CompanyContact, contact_id, changes)
        return batch.save()

    def add_visit(
        self,
        visit: CompanyVisit,
        parts: Sequence[VisitPart] = (),
        *,
        follow_ups: Sequence[FollowUp] = (),
        promise: Promise | None = None,
    ) -> Saved:
        """A visit note: the company's part for all colleagues, one contact per citizen in that citizen's file.

        The visit's id comes first. One save: all of it or nothing.

        Raises:
            InvalidInput: also when the company's part holds a CPR number. Fields of the parts are `parts.0.note`.
            NotFound: no such company or person.
        """
        self.require(Company, visit.company_id)
        batch = self.batch()
        visit = msgspec.structs.replace(visit, staff_id=visit.staff_id or self.store.me().staff_id)
        visit_id = batch.create(visit, record_id=new_id())
        contacts = Contacts(self.store, self.clock)
        for index, part in enumerate(parts):
            if any(part.citizen_id == other.citizen_id for other in parts[:index]):
                batch.fault(f"parts.{index}.citizen_id", "twice")
            contact = Contact(
                citizen_id=part.citizen_id,
                occurred_on=visit.occurred_on,
                occurred_at=visit.occurred_at,
                kind="meeting",
                outcome="reached",
                place=visit.place,
                staff_id=visit.staff_id,
                participants=["citizen", "broker", "company_contact"]
                if part.present
                else ["broker", "company_contact"],
                visit_id=visit_id,
                company_id=visit.company_id,
                placement_id=self._placement(part.citizen_id, visit),
                note=part.note,
                agreed=part.agreed,
            )
            follow_up = part.follow_up
            if follow_up is not None and follow_up.company_id is None:
                follow_up = msgspec.structs.replace(follow_up, company_id=visit.company_id)
            contact_id = contacts.into(batch, contact, follow_up, prefix=f"parts.{index}.")
            if part.completes is not None:
                contacts.completed(batch, part.completes, visit.occurred_on, contact_id)
        for index, follow_up in enumerate(follow_ups):
            about = msgspec.structs.replace(follow_up, company_id=follow_up.company_id or visit.company_id)
            batch.create(about, prefix=f"follow_ups.{index}.")
        if promise is not None:
            about_promise = msgspec.structs.replace(promise, company_id=promise.company_id or visit.company_id)
            batch.create(about_promise, prefix="promise.")
        return batch.save()

    def correct_visit(self, visit_id: str, visit: CompanyVisit) -> Saved:
        """Replace the company's part of a visit note by a corrected one; the citizens' parts stay."""
        self.require(CompanyVisit, visit_id)
        batch = self.batch()
        staff_id = visit.staff_id or self.store.me().staff_id
        batch.create(msgspec.structs.replace(visit, replaces=visit_id, staff_id=staff_id))
        return batch.save()

    def resolve(self, reference: str) -> str:
        """The company meant by an id, the first eight characters of one, CVR, CVR and P-number, P-number or name.

        Raises:
            NotFound: none, or several (`candidates` holds their ids).
        """
        found = dict.fromkeys(kept(self.store, one) for one in self.store.matching_ids("company", reference))
        return resolved(list(found), "company", self._exact, reference)

    def _exact(self, record_id: str, folded: str) -> bool:
        company = self.store.entry(Company, record_id)
        return company is not None and fold(company.record.name) == folded

    def _placement(self, citizen_id: str, visit: CompanyVisit) -> str | None:
        """The citizen's placement at the company on the day of the visit, if there is one."""
        for entry in reversed(self.store.entries(Placement, where={"citizen_id": citizen_id})):
            stay = entry.record
            running = stay.start <= visit.occurred_on and (stay.actual_end or visit.occurred_on) >= visit.occurred_on
            if stay.company_id == visit.company_id and running and stay.status != "cancelled":
                return entry.id
        return None


def works_there(store: Store, batch: Batch, company_id: str | None, contact_id: str | None) -> None:
    """Refuse a contact person of another company."""
    if contact_id is None:
        return
    person = store.entry(CompanyContact, contact_id)
    if person is None or person.deleted or person.record.company_id != company_id:
        batch.fault("company_contact_id", "other_company")
