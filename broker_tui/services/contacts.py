"""Contacts: written once, corrected by a new record, moved when they landed on the wrong person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from broker_tui.domain.dates import add_months
from broker_tui.domain.views import ContactRow, Entry, NotFound, Saved
from broker_tui.services.base import Batch, Service
from broker_tui.services.ports import Page, Stored
from sync.records import case_scope
from sync.records.types import Case, Citizen, Company, Contact, FollowUp, Promise, Staff

INTERVALS: dict[str, tuple[int, int]] = {"fsm2": (7, 0), "uif2": (14, 0), "guarantee": (0, 1)}
"""Usual time between contacts per programme, as days and months (domain section 0.5: weekly, 14 days, monthly)."""
OTHERWISE = (14, 0)


@dataclass(frozen=True)
class Contacts(Service):
    """Everything about logged contacts."""

    def add(
        self,
        contact: Contact,
        *,
        follow_up: FollowUp | None = None,
        promise: Promise | None = None,
        completes: str | None = None,
    ) -> Saved:
        """Log a contact, with what was agreed next and what was promised, in one save. The contact's id comes first.

        `completes` names the agreed follow-up that this contact was.

        Raises:
            InvalidInput: fields of the follow-up and the promise are named `follow_up.due` and the like.
        """
        batch = self.batch()
        contact_id = self.into(batch, contact, follow_up, promise)
        if completes is not None:
            self.completed(batch, completes, contact.occurred_on, contact_id)
        return batch.save()

    def completed(self, batch: Batch, follow_up_id: str, on: date, contact_id: str) -> None:
        """Tick an agreed follow-up off in a save, by the contact that did it."""
        batch.patch(FollowUp, follow_up_id, {"state": "done", "done_on": on, "contact_id": contact_id})

    def into(
        self,
        batch: Batch,
        contact: Contact,
        follow_up: FollowUp | None = None,
        promise: Promise | None = None,
        prefix: str = "",
    ) -> str:
        """Add a contact and what follows from it to a save; returns the contact's id."""
        about = contact.citizen_id
        if about is not None:
            self.require(Citizen, about)
        contact_id = batch.create(self._filled(contact), prefix=prefix)
        if follow_up is not None:
            follow_up = msgspec.structs.replace(
                follow_up,
                citizen_id=follow_up.citizen_id or about,
                case_id=follow_up.case_id or (self.case_of(about) if about else None),
            )
            batch.create(follow_up, prefix=f"{prefix}follow_up.")
        if promise is not None:
            promise = msgspec.structs.replace(
                promise, citizen_id=promise.citizen_id or about, contact_id=promise.contact_id or contact_id
            )
            batch.create(promise, prefix=f"{prefix}promise.")
        return contact_id

    def correct(self, contact_id: str, contact: Contact) -> Saved:
        """Replace a contact by a corrected one; both stay, the former is shown as corrected.

        Raises:
            NotFound: no such contact.
            InvalidInput: the correction is about another person (that is `move`).
        """
        _, former = self.require(Contact, contact_id)
        batch = self.batch()
        if contact.citizen_id != former.citizen_id:
            batch.fault("citizen_id", "move_instead")
        kept = {"replaces": contact_id, "visit_id": contact.visit_id or former.visit_id}
        batch.create(self._filled(msgspec.structs.replace(contact, **kept)))
        return batch.save()

    def withdraw(self, contact_id: str) -> Saved:
        """Take a contact away that never took place; undo brings it back."""
        stored, _ = self.require(Contact, contact_id)
        batch = self.batch()
        batch.delete(stored)
        return batch.save()

    def move(self, contact_id: str, to_citizen_id: str) -> Saved:
        """Give a contact to the right person, with its corrections and with what was agreed and promised in it.

        Raises:
            NotFound: no such contact or person.
        """
        stored, contact = self.require(Contact, contact_id)
        self.require(Citizen, to_citizen_id)
        batch = self.batch()
        if contact.citizen_id == to_citizen_id:
            batch.fault("citizen_id", "already_there")
            return batch.save()
        scope, case_id = case_scope(to_citizen_id), self.case_of(to_citizen_id)
        chain = self._chain(stored, contact)
        for link in chain:
            follow: dict[str, Any] = {"citizen_id": to_citizen_id}
            follow |= {name: None for name in ("placement_id", "walk_in_name", "walk_in_phone") if name in link.doc}
            batch.move(link, scope, follow)
        for attached in self.attached(chain):
            follow = {"citizen_id": to_citizen_id}
            if "case_id" in attached.doc or (attached.type == "follow_up" and case_id):
                follow["case_id"] = case_id
            batch.move(attached, scope, follow)
        return batch.save()

    def get(self, contact_id: str) -> ContactRow:
        """One contact with the names around it.

        Raises:
            NotFound: no such contact.
        """
        entry = self.store.entry(Contact, contact_id)
        if entry is None:
            raise NotFound("contact")
        staff_id, company_id = entry.record.staff_id, entry.record.company_id
        me = self.store.me()
        staff = {me.staff_id: me.name} | (self.store.names(Staff, [staff_id]) if staff_id else {})
        companies = self.store.names(Company, [company_id]) if company_id else {}
        late = None if entry.deleted else self.store.taken_in([contact_id]).get(contact_id)
        return ContactRow(entry, staff.get(staff_id or ""), companies.get(company_id or ""), late)

    def walk_ins(self, offset: int = 0, limit: int = 50) -> list[ContactRow]:
        """Contacts with people who are on no caseload yet, newest first."""
        return self.store.contact_rows(citizen_id=None, walk_ins=True, page=Page(offset, limit))

    def recent(self, offset: int = 0, limit: int = 50) -> list[ContactRow]:
        """Contacts with everybody, newest first."""
        return self.store.contact_rows(citizen_id=None, page=Page(offset, limit))

    def propose_next(self, citizen_id: str, today: date) -> date | None:
        """When the next contact is usual for the person's programme; a weekend gives the Friday before.

        None for somebody without an open course. The setting `interval_days.<programme>` overrides the days.
        """
        programme = self._programme_of(citizen_id)
        if programme is None:
            return None
        days, months = INTERVALS.get(programme, OTHERWISE)
        own = self.store.setting(f"interval_days.{programme}")
        if isinstance(own, int) and own > 0:
            days, months = own, 0
        day = add_months(today + timedelta(days=days), months)
        act_by = day - timedelta(days=max(0, day.weekday() - 4))
        return act_by if act_by > today else day

    def _filled(self, contact: Contact) -> Contact:
        """With the broker as the one who was in contact, unless the form says otherwise."""
        changes: dict[str, Any] = {}
        if contact.staff_id is None:
            changes["staff_id"] = self.store.me().staff_id
        if not contact.participants and contact.outcome == "reached" and contact.citizen_id is not None:
            changes["participants"] = ["citizen", "broker"]
        return msgspec.structs.replace(contact, **changes)

    def _open_cases(self, citizen_id: str) -> list[Entry[Case]]:
        found = self.store.entries(Case, where={"citizen_id": citizen_id})
        return [entry for entry in found if entry.record.status == "open" and not entry.deleted]

    def case_of(self, citizen_id: str) -> str | None:
        """The open course a new record belongs to, the newest if there are several."""
        newest = max(self._open_cases(citizen_id), key=lambda case: (case.record.known_from, case.id), default=None)
        return newest.id if newest else None

    def _programme_of(self, citizen_id: str) -> str | None:
        newest = max(self._open_cases(citizen_id), key=lambda case: (case.record.known_from, case.id), default=None)
        return newest.record.programme if newest else None

    def _chain(self, stored: Stored, contact: Contact) -> list[Stored]:
        """The contact, what it corrects and what corrects it."""
        found = {stored.id: stored}
        back = contact.replaces
        while back and back not in found and (link := self.store.get("contact", back)) is not None:
            found[back] = link
            back = link.doc.get("replaces")
        entry = self.store.entry(Contact, stored.id)
        forward = entry.replaced_by if entry else None
        while forward and forward not in found and (link := self.store.get("contact", forward)) is not None:
            found[forward] = link
            following = self.store.entry(Contact, forward)
            forward = following.replaced_by if following else None
        return list(found.values())

    def attached(self, chain: Sequence[Stored]) -> list[Stored]:
        """Follow-ups and promises that were saved together with these contacts, and lie where they lie."""
        found: dict[str, Stored | None] = {}
        for contact in chain:
            for entry in self.store.entries(Promise, where={"contact_id": contact.id}):
                found[entry.id] = self.store.get("promise", entry.id)
            rows = self.store.log(scope=None, record_id=contact.id, company_id=None, page=Page(0, 200))
            for tx in {row.tx for row in rows if row.kind == "create" and row.tx}:
                for op in self.store.operations(tx):
                    if op.kind == "create" and op.type in ("follow_up", "promise"):
                        found[op.record_id] = self.store.get(op.type, op.record_id)
        scopes = {contact.scope for contact in chain}
        return [record for record in found.values() if record and not record.deleted and record.scope in scopes]
