"""The plan: agreed follow-ups, promises made, and the broker's notes to self."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import msgspec

from broker_tui.domain.views import Saved
from broker_tui.services.base import Service
from broker_tui.services.contacts import Contacts
from sync.records.types import Citizen, Company, Contact, FollowUp, Memo, Promise


@dataclass(frozen=True)
class Plans(Service):
    """Everything with a due date that a person set."""

    def add(self, follow_up: FollowUp) -> Saved:
        """Agree a follow-up; it belongs to the person's open course unless it names one."""
        self._require_about(follow_up)
        if follow_up.citizen_id and follow_up.case_id is None:
            case_id = Contacts(self.store, self.clock).case_of(follow_up.citizen_id)
            follow_up = msgspec.structs.replace(follow_up, case_id=case_id)
        return self._create(follow_up)

    def add_many(self, follow_ups: Sequence[FollowUp]) -> Saved:
        """Agree several follow-ups, each in its own person's case, in one save."""
        batch = self.batch()
        contacts = Contacts(self.store, self.clock)
        for follow_up in follow_ups:
            self._require_about(follow_up)
            case_id = contacts.case_of(follow_up.citizen_id) if follow_up.citizen_id else None
            batch.create(msgspec.structs.replace(follow_up, case_id=follow_up.case_id or case_id))
        return batch.save()

    def edit(self, follow_up_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a follow-up; None takes a value away."""
        return self._patch(FollowUp, follow_up_id, changes)

    def reschedule(self, follow_up_id: str, due: date, at: time | None = None) -> Saved:
        """Move a follow-up to another day (and time)."""
        return self._patch(FollowUp, follow_up_id, {"due": due, "at": at})

    def complete(self, follow_up_id: str, on: date, contact_id: str | None = None) -> Saved:
        """Tick a follow-up off, by the contact that did it if there is one."""
        if contact_id is not None:
            self.require(Contact, contact_id)
        return self._patch(FollowUp, follow_up_id, {"state": "done", "done_on": on, "contact_id": contact_id})

    def drop(self, follow_up_id: str) -> Saved:
        """A follow-up that is not needed any more."""
        return self._patch(FollowUp, follow_up_id, {"state": "dropped", "done_on": self.clock.today()})

    def reopen(self, follow_up_id: str) -> Saved:
        """A follow-up that was ticked off too early."""
        return self._patch(FollowUp, follow_up_id, {"state": "open", "done_on": None, "contact_id": None})

    def add_promise(self, promise: Promise) -> Saved:
        """Note what was promised to whom by when."""
        self._require_about(promise)
        return self._create(promise)

    def complete_promise(self, promise_id: str, on: date) -> Saved:
        """A promise kept."""
        return self._patch(Promise, promise_id, {"state": "done", "done_on": on})

    def edit_promise(self, promise_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a promise; None takes a value away."""
        return self._patch(Promise, promise_id, changes)

    def add_memo(self, memo: Memo) -> Saved:
        """A note to self, seen by nobody else."""
        self._require_about(memo)
        return self._create(memo)

    def complete_memo(self, memo_id: str, on: date) -> Saved:
        """A memo done."""
        return self._patch(Memo, memo_id, {"state": "done", "done_on": on})

    def edit_memo(self, memo_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a memo; None takes a value away."""
        return self._patch(Memo, memo_id, changes)

    def _require_about(self, record: FollowUp | Promise | Memo) -> None:
        if record.citizen_id is not None:
            self.require(Citizen, record.citizen_id)
        if record.company_id is not None:
            self.require(Company, record.company_id)

    def _create(self, record: FollowUp | Promise | Memo) -> Saved:
        batch = self.batch()
        batch.create(record)
        return batch.save()

    def _patch(
        self, struct: type[FollowUp] | type[Promise] | type[Memo], record_id: str, changes: Mapping[str, Any]
    ) -> Saved:
        batch = self.batch()
        batch.patch(struct, record_id, changes)
        return batch.save()
