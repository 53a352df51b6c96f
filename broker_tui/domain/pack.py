"""The hand-over pack: what a new broker needs on one page before the first meeting. Pure; words come at the edge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from broker_tui.domain import consents, hours
from broker_tui.domain.views import CaseCard, ContactRow, Entry, Offer
from sync.records.types import Case, Citizen, Consent, Contact, FollowUp, Goal, Placement, ProgressionNote, Promise

_Task = TypeVar("_Task", FollowUp, Promise)
LAST_CONTACTS = 5
NEXT_MEETINGS = timedelta(days=28)
"""How far ahead what a programme asks is part of the first meeting."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What a programme asks: the rule, its day, the engine's state."""

    rule: str
    due: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Work:
    """An agreement that runs, with where, who to call, and the hours that hold now (None: none noted)."""

    placement: Placement
    company: str
    person: str
    minutes_per_week: int | None


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who has a role now: the code of the role, the name, the last day if there is one."""

    role: str
    name: str
    end: date | None


@dataclass(frozen=True, slots=True)
class Pack:
    """One page.

    Attributes:
        words: the offer with which the case came, if it did.
        plans, promises: what is open, the soonest first.
        goals: the job goal first, then the open steps.
        own_words: the newest progression note.
        owed: what the programme asks until four weeks ahead, the most urgent first.
        late: how much the former broker sent afterwards, still to be decided about.
    """

    citizen: Citizen
    case: Case | None
    words: Offer | None
    plans: tuple[FollowUp, ...]
    promises: tuple[Promise, ...]
    goals: tuple[Goal, ...]
    own_words: ProgressionNote | None
    work: tuple[Work, ...]
    consents: tuple[Consent, ...]
    owed: tuple[Owed, ...]
    contacts: tuple[Contact, ...]
    helpers: tuple[Helper, ...]
    late: int = 0


def pack(
    card: CaseCard,
    contacts: Sequence[ContactRow],
    owed: Sequence[Owed],
    offers: Sequence[Offer],
    today: date,
    *,
    late: int = 0,
) -> Pack:
    """The pack of one person.

    Args:
        card: the person.
        contacts: the newest first.
        owed: everything the programme asks now.
        offers: hand-overs of the case, the newest first.
        today: the day it is made for.
        late: what waits in the hand-over box.
    """
    current = card.current_case
    notes = [entry.record for entry in card.notes if not entry.deleted and entry.replaced_by is None]
    return Pack(
        citizen=card.citizen.record,
        case=current.record if current else None,
        words=next((offer for offer in offers if offer.state == "accepted"), None),
        plans=_soonest([entry for entry in card.follow_ups if _is_open(entry)]),
        promises=_soonest([entry for entry in card.promises if _is_open(entry)]),
        goals=_goals(card),
        own_words=max(notes, key=lambda note: note.noted_on, default=None),
        work=_work(card, today),
        consents=tuple(
            entry.record
            for entry in sorted(consents.latest(card.consents).values(), key=lambda entry: entry.record.kind)
        ),
        owed=tuple(
            sorted(
                (one for one in owed if one.due is None or one.due <= today + NEXT_MEETINGS),
                key=lambda one: (one.due or date.max, one.rule),
            )
        ),
        contacts=tuple(row.entry.record for row in contacts[:LAST_CONTACTS]),
        helpers=tuple(
            Helper(entry.record.role, card.staff.get(entry.record.staff_id, ""), entry.record.end)
            for entry in card.roles
            if not entry.deleted
            and entry.record.handover is None
            and (entry.record.end is None or entry.record.end >= today)
        ),
        late=late,
    )


def _is_open(entry: Entry[FollowUp] | Entry[Promise]) -> bool:
    return entry.record.state == "open" and not entry.deleted


def _soonest(entries: Sequence[Entry[_Task]]) -> tuple[_Task, ...]:
    return tuple(entry.record for entry in sorted(entries, key=lambda entry: (entry.record.due, entry.id)))


def _goals(card: CaseCard) -> tuple[Goal, ...]:
    live = [entry for entry in card.goals if not entry.deleted and entry.record.state in ("open", "under_way")]
    live.sort(key=lambda e: (e.record.kind != "job_goal", e.record.position or 0, e.record.due or date.max, e.id))
    return tuple(entry.record for entry in live)


def _work(card: CaseCard, today: date) -> tuple[Work, ...]:
    stretches = [period for line in hours.periods(card.hours, card.placements, today).values() for period in line]
    found = []
    for entry in sorted(card.placements, key=lambda entry: (entry.record.start, entry.id), reverse=True):
        record = entry.record
        if entry.deleted or record.status not in ("active", "planned"):
            continue
        now = [p.minutes_per_week for p in stretches if p.placement_id == entry.id and hours.holds(p, today)]
        company = card.companies.get(record.company_id or "", "")
        person = card.company_contacts.get(record.company_contact_id or "", "")
        found.append(Work(record, company, person, sum(now) if now else None))
    return tuple(found)
