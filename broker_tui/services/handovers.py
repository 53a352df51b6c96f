"""Cases that go from one colleague to another: offered, answered, and what still arrives afterwards; who stands in.

Saying yes changes nothing here but the answer: the hub moves the case, and it comes with the next sync. What the
colleague had saved before and sent later waits in the hand-over box until it is taken in or put away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from broker_tui.domain.pack import LAST_CONTACTS, Owed, Pack, pack
from broker_tui.domain.text import sort_key
from broker_tui.domain.views import CaseCard, Entry, FieldError, InvalidInput, Late, NotFound, Offer, Saved
from broker_tui.services.base import Service
from broker_tui.services.differences import Differences
from broker_tui.services.people import People
from broker_tui.services.ports import Store, Write
from sync.records import handover_scope, new_id, to_doc
from sync.records.types import Case, Citizen, Handover, RoleAssignment, Staff

if TYPE_CHECKING:
    from broker_tui.services.programmes import Programmes

REMEMBERED = timedelta(days=14)
"""How long an answer stands on the Sync screen of whoever asked."""


@dataclass(frozen=True)
class Handovers(Service):
    """Offers, answers, the hand-over box and substitutes."""

    programmes: "Callable[[], Programmes]"

    # offers

    def offers(self) -> list[Offer]:
        """What this broker is asked, then what they asked others; for two weeks also what came of it."""
        me, since = self.store.me().staff_id, self.clock.today() - REMEMBERED
        found = []
        for entry in _live(self.store):
            record = entry.record
            if record.state == "offered":
                shown = me in (record.to_id, record.from_id)
            elif record.answered_on is None or record.answered_on < since:
                shown = entry.unsent
            else:
                told = {"accepted": record.to_id, "declined": record.from_id}.get(record.state)
                shown = entry.unsent or told == me
            if shown:
                found.append(self._offer(entry))
        return sorted(
            found, key=lambda one: (one.state != "offered", not one.incoming, one.offered_on, sort_key(one.who))
        )

    def incoming(self) -> list[Offer]:
        """Cases this broker is asked to take over."""
        return [self._offer(entry) for entry in asked(self.store)]

    def of_case(self, citizen_id: str) -> list[Offer]:
        """The offers of one person's case, newest first."""
        found = [entry for entry in _live(self.store) if entry.record.citizen_id == citizen_id]
        return [self._offer(entry) for entry in sorted(found, key=lambda entry: entry.id, reverse=True)]

    def offer(self, citizen_id: str, to_id: str, text: str | None = None, who: str | None = None) -> Saved:
        """Ask a colleague to take a case over; they see `who` and `text`, and nothing else before they say yes.

        Raises:
            NotFound: no such person or colleague.
            InvalidInput: it is offered already, or not this broker's to give.
        """
        citizen = self.require(Citizen, citizen_id)[1]
        self._colleague(to_id)
        me = self.store.me().staff_id
        faults = []
        if to_id == me:
            faults.append(FieldError("to", "not_to_self"))
        if any(entry.record.citizen_id == citizen_id for entry in _live(self.store, "offered")):
            faults.append(FieldError("to", "offered_already"))
        mine = [role.record.role for role in self._roles(citizen_id) if role.record.staff_id == me]
        if mine and all(role == "substitute" for role in mine):
            faults.append(FieldError("citizen", "not_yours"))
        if faults:
            raise InvalidInput(tuple(faults))
        record_id = new_id()
        record = Handover(
            citizen_id=citizen_id,
            from_id=me,
            to_id=to_id,
            who=(who or "").strip() or citizen.name,
            text=(text or "").strip() or None,
            offered_on=self.clock.today(),
        )
        batch = self.batch()
        batch.create(record, record_id=record_id)
        if batch.faults:
            raise InvalidInput(tuple(batch.faults))
        return self.store.save([Write("create", "handover", record_id, handover_scope(record_id), to_doc(record))])

    def accept(self, offer_id: str) -> Saved:
        """Take a case over; it comes with the next sync.

        Raises:
            NotFound: nobody asked.
            InvalidInput: it was answered already.
        """
        return self._say(offer_id, "accepted", None, incoming=True)

    def decline(self, offer_id: str, reason: str | None = None) -> Saved:
        """Say no; the case stays where it is.

        Raises:
            NotFound, InvalidInput: as `accept`.
        """
        return self._say(offer_id, "declined", reason, incoming=True)

    def withdraw(self, offer_id: str, reason: str | None = None) -> Saved:
        """Take an offer back; if the colleague was faster, the case goes all the same.

        Raises:
            NotFound, InvalidInput: as `accept`.
        """
        return self._say(offer_id, "withdrawn", reason, incoming=False)

    def resolve(self, reference: str) -> str:
        """The open offer meant by its id, its first characters, or what the citizen is called in it.

        Raises:
            NotFound: none, or several.
        """
        wanted = reference.strip().casefold()
        every = [one for one in self.offers() if one.state == "offered"]
        found = [one for one in every if one.id == wanted] or [
            one for one in every if (len(wanted) >= 8 and one.id.startswith(wanted)) or one.who.casefold() == wanted
        ]
        if len(found) != 1:
            raise NotFound("handover", tuple(one.id for one in found))
        return found[0].id

    # the pack

    def pack(self, citizen_id: str) -> Pack:
        """What a new broker needs before the first meeting.

        Raises:
            NotFound: no such person.
        """
        people, today = People(self.store, self.clock), self.clock.today()
        card = people.card(citizen_id, today)
        late = sum(one.difference.citizen_id == citizen_id for one in self.box())
        contacts = people.contacts(citizen_id, limit=LAST_CONTACTS)
        return pack(card, contacts, self._owed(card, today), self.of_case(citizen_id), today, late=late)

    def _owed(self, card: CaseCard, today: date) -> list[Owed]:
        """What the programme asks; advice never nags."""
        case, programmes = card.current_case, self.programmes()
        if case is None or case.record.status != "open" or not programmes.usable(case.record.programme):
            return []
        return [
            Owed(one.rule, one.due, one.state)
            for one in programmes.standing(case.id, today).owed
            if programmes.rule(one.rule).severity != "A"
        ]

    # the hand-over box

    def box(self) -> list[Late]:
        """What colleagues sent after a case had come here, oldest first."""
        return Differences(self.store).late()

    def take_in(self, conflict_id: str) -> Saved:
        """Let it be as the colleague wanted it.

        Raises:
            NotFound: nothing like that waits.
        """
        return Differences(self.store).settle(conflict_id, "theirs")

    def put_away(self, conflict_id: str) -> Saved:
        """Leave everything as it is; what was sent stays in the history.

        Raises:
            NotFound: nothing like that waits.
        """
        return Differences(self.store).settle(conflict_id, "mine")

    # substitutes

    def stand_in(self, staff_id: str, start: date, end: date, citizen_ids: Sequence[str] | None = None) -> Saved:
        """Name a colleague who sees cases from one day to another, both included, and no longer.

        Args:
            staff_id: the colleague.
            start: the first day.
            end: the last.
            citizen_ids: whose cases; None means everybody with an open case that is this broker's own.

        Raises:
            NotFound: no such person or colleague.
            InvalidInput: days the wrong way round or over already, oneself, or nobody to stand in for.
        """
        self._colleague(staff_id)
        batch, today = self.batch(), self.clock.today()
        chosen = self._own() if citizen_ids is None else list(dict.fromkeys(citizen_ids))
        if staff_id == self.store.me().staff_id:
            batch.fault("to", "not_to_self")
        if end < start:
            batch.fault("end", "end_before_start", start=start, end=end)
        elif end < today:
            batch.fault("end", "in_past")
        if not chosen:
            batch.fault("citizen", "no_cases")
        for citizen_id in chosen if not batch.faults else ():
            self.require(Citizen, citizen_id)
            if not self._stands_in(citizen_id, staff_id, start, end):
                role = RoleAssignment(citizen_id=citizen_id, staff_id=staff_id, role="substitute", start=start, end=end)
                batch.create(role)
        return batch.save()

    def substitutes(self) -> list[tuple[Entry[RoleAssignment], str, str]]:
        """Who stands in now or later: the role, the colleague's name, the citizen's name; soonest first."""
        today = self.clock.today()
        roles = [
            entry
            for entry in self.store.entries(RoleAssignment, where={"role": "substitute"})
            if entry.record.end is None or entry.record.end >= today
        ]
        staff = People(self.store, self.clock).colleagues()
        names = self.store.names(Citizen, [entry.record.citizen_id for entry in roles])
        found = [
            (entry, staff.get(entry.record.staff_id, ""), names.get(entry.record.citizen_id, "")) for entry in roles
        ]
        return sorted(found, key=lambda one: (one[0].record.start, sort_key(one[1]), sort_key(one[2])))

    # parts

    def _say(self, offer_id: str, state: str, reason: str | None, *, incoming: bool) -> Saved:
        stored, record = self.require(Handover, offer_id)
        if (record.to_id if incoming else record.from_id) != self.store.me().staff_id:
            raise NotFound("handover")
        if record.state != "offered":
            raise InvalidInput((FieldError("state", "not_open_offer"),))
        patch = {"state": state, "answered_on": self.clock.today(), "answer": (reason or "").strip() or None}
        batch = self.batch()
        batch.patch(Handover, stored.id, patch)
        return batch.save()

    def _colleague(self, staff_id: str) -> None:
        if staff_id not in People(self.store, self.clock).colleagues():
            raise NotFound("staff")

    def _roles(self, citizen_id: str) -> list[Entry[RoleAssignment]]:
        """Roles that hold today."""
        today = self.clock.today()
        found = self.store.entries(RoleAssignment, where={"citizen_id": citizen_id})
        return [e for e in found if e.record.handover is None and (e.record.end is None or e.record.end >= today)]

    def _own(self) -> list[str]:
        """People with an open case in which this broker is more than a substitute."""
        me = self.store.me().staff_id
        found = []
        for entry in self.store.entries(Case, where={"status": "open"}):
            citizen = entry.record.citizen_id
            mine = [role.record.role for role in self._roles(citizen) if role.record.staff_id == me]
            if citizen not in found and any(role != "substitute" for role in mine):
                found.append(citizen)
        return found

    def _stands_in(self, citizen_id: str, staff_id: str, start: date, end: date) -> bool:
        """Whether the colleague has all of these days already."""
        return any(
            role.record.staff_id == staff_id
            and role.record.start <= start
            and (role.record.end is None or role.record.end >= end)
            for role in self._roles(citizen_id)
        )

    def _offer(self, entry: Entry[Handover]) -> Offer:
        record, me = entry.record, self.store.me()
        incoming = record.to_id == me.staff_id
        other = record.from_id if incoming else record.to_id
        names = {me.staff_id: me.name} | self.store.names(Staff, [record.from_id, record.to_id])
        return Offer(
            id=entry.id,
            citizen_id=record.citizen_id,
            who=record.who,
            other=names.get(other, ""),
            incoming=incoming,
            offered_on=record.offered_on,
            text=record.text,
            state=record.state,
            answered_on=record.answered_on,
            answer=record.answer,
            waits=entry.unsent,
            giver=names.get(record.from_id, ""),
        )


def asked(store: Store) -> list[Entry[Handover]]:
    """Open offers to whoever has this laptop."""
    me = store.me().staff_id
    return [entry for entry in _live(store, "offered") if entry.record.to_id == me]


def _live(store: Store, *states: str) -> list[Entry[Handover]]:
    return store.entries(Handover, where={"state": states} if states else {})
