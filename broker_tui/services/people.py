"""People: the caseload, one person's card, opening and closing of courses, roles, and taking a walk-in in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import msgspec

from broker_tui.domain.text import fold, sort_key
from broker_tui.domain.views import CaseCard, CaseRow, ContactRow, Entry, LogRow, NotFound, Saved
from broker_tui.services.base import Batch, Service
from broker_tui.services.contacts import Contacts
from broker_tui.services.ports import CaseFilter, Page
from sync.records import R, case_scope, new_id
from sync.records.types import (
    Case,
    Citizen,
    Company,
    CompanyContact,
    Consent,
    Contact,
    FollowUp,
    Goal,
    Handover,
    Hours,
    Memo,
    Placement,
    ProgressionNote,
    Promise,
    RoleAssignment,
    Staff,
)

Status = Literal["open", "closed", "all", "none"]


@dataclass(frozen=True)
class People(Service):
    """Everything about the persons of the caseload."""

    def rows(
        self,
        *,
        status: Status = "open",
        sort: str = "name",
        descending: bool = False,
        area: str | None = None,
        programme: str | None = None,
        no_contact_since: date | None = None,
        offset: int = 0,
        limit: int = 100,
        today: date,
    ) -> list[CaseRow]:
        """A page of the caseload; `sort` is name, programme, last_contact, next_due, hours, area or start."""
        which = CaseFilter(status, area, programme, no_contact_since)
        return self.store.case_rows(which, sort=sort, descending=descending, page=Page(offset, limit), today=today)

    def count(
        self,
        *,
        status: Status = "open",
        area: str | None = None,
        programme: str | None = None,
        no_contact_since: date | None = None,
    ) -> int:
        """How many rows there are."""
        return self.store.case_count(CaseFilter(status, area, programme, no_contact_since))

    def areas(self) -> list[tuple[str, int]]:
        """Housing areas with the number of people in each."""
        return self.store.areas()

    def card(self, citizen_id: str, today: date) -> CaseCard:
        """Everything about one person but contacts and log, which are paged.

        Raises:
            NotFound: no such person.
        """
        citizen = self.store.entry(Citizen, citizen_id)
        if citizen is None or citizen.deleted:
            raise NotFound("citizen")
        cases = self._of(Case, citizen_id)
        roles = self._of(RoleAssignment, citizen_id)
        consents = self._of(Consent, citizen_id)
        goals = self._of(Goal, citizen_id)
        notes = self._of(ProgressionNote, citizen_id)
        follow_ups = self._of(FollowUp, citizen_id)
        promises = self._of(Promise, citizen_id)
        memos = self._of(Memo, citizen_id)
        placements = self._of(Placement, citizen_id)
        hours = self._of(Hours, citizen_id)
        every: list[Entry[Any]] = [
            *(citizen, *cases, *roles, *consents, *goals, *notes, *follow_ups, *promises, *memos, *placements, *hours)
        ]
        company_ids = {getattr(entry.record, "company_id", None) for entry in (*placements, *follow_ups, *promises)}
        people = {entry.record.company_contact_id for entry in placements}
        staff_ids = [entry.record.staff_id for entry in roles]
        me = self.store.me()
        return CaseCard(
            citizen=citizen,
            cases=cases,
            roles=roles,
            consents=consents,
            goals=goals,
            notes=notes,
            follow_ups=follow_ups,
            promises=promises,
            memos=memos,
            placements=placements,
            hours=hours,
            companies=self.store.names(Company, [i for i in company_ids if i]),
            company_contacts=self.store.names(CompanyContact, [i for i in people if i]),
            staff={me.staff_id: me.name} | self.store.names(Staff, staff_ids),
            last_contact=self.store.last_contact(citizen_id),
            contact_count=self.store.contact_count(citizen_id),
            unsent=self.store.scope_unsent(case_scope(citizen_id)),
            conflicts=sum(entry.conflicts for entry in every),
            offered_to=self._offered_to(citizen_id),
        )

    def _offered_to(self, citizen_id: str) -> str:
        offers = self.store.entries(Handover, where={"citizen_id": citizen_id, "state": "offered"})
        asked = [entry.record.to_id for entry in offers]
        return ", ".join(self.store.names(Staff, asked).values()) if asked else ""

    def contacts(
        self, citizen_id: str, offset: int = 0, limit: int = 50, include_replaced: bool = False
    ) -> list[ContactRow]:
        """A person's contacts, newest first."""
        return self.store.contact_rows(citizen_id=citizen_id, replaced=include_replaced, page=Page(offset, limit))

    def log(self, about: str | None, offset: int = 0, limit: int = 50) -> list[LogRow]:
        """Who changed what: of a person, of a company, or (None) of everything; newest first."""
        page = Page(offset, limit)
        if about is not None and self.store.get("company", about) is not None:
            return self.store.log(scope=None, record_id=None, company_id=about, page=page)
        scope = case_scope(about) if about else None
        return self.store.log(scope=scope, record_id=None, company_id=None, page=page)

    def add_citizen(
        self, citizen: Citizen, programme: str | None, start: date | None, today: date, role: str = "broker"
    ) -> Saved:
        """A new person, with their course and the broker's role in one save. The person's id comes first.

        Raises:
            InvalidInput: a value cannot stand, or the CPR number is on the caseload already.
        """
        batch = self.batch()
        citizen_id = self._new_citizen(batch, citizen, programme, start, today, role)
        self._refuse_twin(batch, citizen, citizen_id)
        return batch.save()

    def edit_citizen(self, citizen_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change the person's own data; None takes a value away."""
        batch = self.batch()
        batch.patch(Citizen, citizen_id, changes)
        if changes.get("cpr"):
            self._refuse_twin(batch, Citizen(name="-", cpr=str(changes["cpr"])), citizen_id)
        return batch.save()

    def open_case(self, citizen_id: str, programme: str, start: date | None, today: date) -> Saved:
        """A further course; the former ones stay."""
        self.require(Citizen, citizen_id)
        batch = self.batch()
        batch.create(Case(citizen_id=citizen_id, programme=_code(programme), known_from=today, start=start))
        return batch.save()

    def close_case(self, case_id: str, on: date, reason: str | None = None) -> Saved:
        """End a course."""
        return self._edit(Case, case_id, {"status": "closed", "closed_on": on, "closed_reason": reason})

    def reopen_case(self, case_id: str) -> Saved:
        """Open a closed course again."""
        return self._edit(Case, case_id, {"status": "open", "closed_on": None, "closed_reason": None})

    def edit_case(self, case_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a course: start, step, reference."""
        return self._edit(Case, case_id, changes)

    def move_programme(self, case_id: str, programme: str, on: date, reason: str | None = None) -> Saved:
        """Close a course and open another for the same person in one save."""
        _, case = self.require(Case, case_id)
        batch = self.batch()
        batch.patch(Case, case_id, {"status": "closed", "closed_on": on, "closed_reason": reason})
        known_from = self.clock.today()
        batch.create(
            Case(citizen_id=case.citizen_id, programme=_code(programme), known_from=known_from, start=on),
        )
        return batch.save()

    def assign_role(self, citizen_id: str, staff_id: str, role: str, start: date) -> Saved:
        """Note who helps the person in which role."""
        self.require(Citizen, citizen_id)
        batch = self.batch()
        batch.create(RoleAssignment(citizen_id=citizen_id, staff_id=staff_id, role=_code(role), start=start))
        return batch.save()

    def colleagues(self) -> dict[str, str]:
        """Names of those who work with cases, by id; the broker comes first."""
        me = self.store.me()
        others = sorted(self.store.entries(Staff, where={}), key=lambda entry: sort_key(entry.record.name))
        return {me.staff_id: me.name} | {entry.id: entry.record.name for entry in others if entry.id != me.staff_id}

    def end_role(self, assignment_id: str, end: date) -> Saved:
        """The last day of a role."""
        return self._edit(RoleAssignment, assignment_id, {"end": end})

    def take_in(self, contact_id: str, citizen: Citizen, programme: str | None, today: date) -> Saved:
        """Make a walk-in a person of the caseload; the contact and what was agreed in it move to them. One save.

        Raises:
            NotFound: no such walk-in.
        """
        stored, contact = self.require(Contact, contact_id)
        if contact.citizen_id is not None:
            raise NotFound("walk_in")
        citizen = msgspec.structs.replace(
            citizen,
            name=citizen.name.strip() or contact.walk_in_name or "",
            phone=citizen.phone or contact.walk_in_phone,
            area=citizen.area or contact.area,
        )
        batch = self.batch()
        citizen_id = self._new_citizen(batch, citizen, programme, None, today, "broker")
        self._refuse_twin(batch, citizen, citizen_id)
        follow = {"citizen_id": citizen_id, "walk_in_name": None, "walk_in_phone": None}
        batch.move(stored, case_scope(citizen_id), {k: v for k, v in follow.items() if v or k in stored.doc})
        for task in Contacts(self.store, self.clock).attached([stored]):
            batch.move(task, case_scope(citizen_id), {"citizen_id": citizen_id})
        return batch.save()

    def resolve(self, reference: str) -> str:
        """The person meant by an id, the first eight characters of one, a CPR or local number, or a name.

        Raises:
            NotFound: nobody, or several (`candidates` holds their ids).
        """
        return resolved(self.store.matching_ids("citizen", reference), "citizen", self._exact, reference)

    def _exact(self, record_id: str, folded: str) -> bool:
        citizen = self.store.entry(Citizen, record_id)
        return citizen is not None and fold(citizen.record.name) == folded

    def _new_citizen(
        self, batch: Batch, citizen: Citizen, programme: str | None, start: date | None, today: date, role: str
    ) -> str:
        citizen_id = batch.create(citizen)
        case_id = new_id() if programme else None
        if programme:
            case = Case(citizen_id=citizen_id, programme=_code(programme), known_from=today, start=start)
            batch.create(case, record_id=case_id)
        staff_id = self.store.me().staff_id
        batch.create(
            RoleAssignment(citizen_id=citizen_id, staff_id=staff_id, role=_code(role), start=today, case_id=case_id)
        )
        return citizen_id

    def _refuse_twin(self, batch: Batch, citizen: Citizen, citizen_id: str) -> None:
        if citizen.cpr and any(found != citizen_id for found in self.store.matching_ids("citizen", citizen.cpr)):
            batch.fault("cpr", "cpr_known")

    def _of(self, struct: type[R], citizen_id: str) -> tuple[Entry[R], ...]:
        return tuple(self.store.entries(struct, where={"citizen_id": citizen_id}))

    def _edit(self, struct: type[Case] | type[RoleAssignment], record_id: str, changes: Mapping[str, Any]) -> Saved:
        batch = self.batch()
        batch.patch(struct, record_id, changes)
        return batch.save()


def resolved(found: list[str], kind: str, exact: Any, reference: str) -> str:
    """The one answer to a reference; among several, the only one whose whole name fits.

    Raises:
        NotFound: none or several.
    """
    if len(found) > 1:
        folded = fold(" ".join(reference.split()))
        whole = [record_id for record_id in found if exact(record_id, folded)]
        found = whole if len(whole) == 1 else found
    if len(found) != 1:
        raise NotFound(kind, tuple(found))
    return found[0]


def _code(code: str) -> Any:
    """A code as typed by a person; the contract refuses unknown ones when the batch is checked."""
    return code
