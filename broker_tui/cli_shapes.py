"""Records and views as JSON objects of the command line. The keys are kept stable; every object has an `id`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from broker_tui.domain import consents
from broker_tui.domain.hours import minutes_on, periods
from broker_tui.domain.identity import mask_cpr, show_cpr
from broker_tui.domain.receipts import Kept
from broker_tui.domain.views import (
    CaseCard,
    CaseRow,
    ChangeRow,
    CompanyCard,
    CompanyRow,
    ContactRow,
    Difference,
    Draft,
    Entry,
    Hit,
    LogRow,
    Receipt,
    RefusedRow,
    TodayItem,
)
from broker_tui.i18n import words

Shape = dict[str, Any]


def entry(found: Entry[Any], *, reveal: bool = False) -> Shape:
    """A record with its id, and what the program knows about it where that is not the usual."""
    said = {name: getattr(found.record, name) for name in found.record.__struct_fields__}
    told = {name: value for name, value in said.items() if value is not None and value != []}
    shape: Shape = {"id": found.id, **fields(msgspec.to_builtins(told), reveal=reveal)}
    if found.unsent:
        shape["unsent"] = True
    if found.deleted:
        shape["deleted"] = True
    if found.replaced_by:
        shape["replaced_by"] = found.replaced_by
    if found.conflicts:
        shape["conflicts"] = found.conflicts
    return shape


def fields(doc: Mapping[str, Any], *, reveal: bool = False) -> Shape:
    """The fields of a record; a CPR number masked unless it was asked for."""
    shape = dict(doc)
    if shape.get("cpr"):
        shape["cpr"] = show_cpr(shape["cpr"]) if reveal else mask_cpr(shape["cpr"])
    return shape


def today_item(item: TodayItem) -> Shape:
    """One thing that is due."""
    return {
        "id": item.id,
        "case": item.case_id,
        "citizen": item.citizen_name,
        "due": item.due.isoformat() if item.due else None,
        "state": item.state,
        "rule": item.rule,
        "why": f"{words.what(item)} · {words.why(item)}",
        "source": item.source,
        "closes_with": words.closes_with(item) if item.kind == "rule" else item.closes_with,
    }


def case_row(row: CaseRow) -> Shape:
    """One person of the caseload; `id` is the person, `case` the course."""
    return {
        "id": row.citizen_id,
        "case": row.case_id,
        "name": row.name,
        "area": row.area,
        "programme": row.programme,
        "status": row.status,
        "step": row.step,
        "start": row.start,
        "last_contact": row.last_contact,
        "next_due": row.next_due,
        "minutes_per_week": row.minutes_per_week,
        "unsent": row.unsent,
    }


def company_row(row: CompanyRow) -> Shape:
    """One company."""
    return {
        "id": row.company_id,
        "name": row.name,
        "cvr": row.cvr,
        "area": row.area,
        "stage": row.stage,
        "industry": row.industry,
        "last_visit": row.last_visit,
        "placed": row.placed,
        "next_due": row.next_due,
        "unsent": row.unsent,
    }


def contact_row(row: ContactRow) -> Shape:
    """One contact with the names around it."""
    shape = entry(row.entry) | {"staff": row.staff_name, "company": row.company_name}
    late = row.taken_in
    if late is not None:
        shape["taken_in"] = {"from": late.sender, "by": late.taker, "at": late.at.isoformat() if late.at else None}
    return shape


def case_card(card: CaseCard, today: Any, *, reveal: bool = False) -> Shape:
    """Everything about one person but the contacts."""
    case = card.current_case
    return {
        "id": card.citizen.id,
        "case": case.id if case else None,
        "citizen": entry(card.citizen, reveal=reveal),
        "cases": [entry(found) for found in card.cases],
        "roles": [entry(found) | {"name": card.staff.get(found.record.staff_id)} for found in card.roles],
        "goals": [entry(found) for found in card.goals],
        "notes": [entry(found) for found in card.notes],
        "follow_ups": [entry(found) for found in card.follow_ups],
        "promises": [entry(found) for found in card.promises],
        "memos": [entry(found) for found in card.memos],
        "placements": [
            entry(found) | {"company": card.companies.get(found.record.company_id or "")} for found in card.placements
        ],
        "hours": [entry(found) for found in card.hours],
        "minutes_per_week": minutes_on(periods(card.hours, card.placements, today), today),
        "consents": [entry(found) for found in card.consents],
        "allowed": [kind for kind, said in consents.current(card).items() if consents.allows(said, today)],
        "last_contact": card.last_contact,
        "contact_count": card.contact_count,
        "unsent": card.unsent,
        "conflicts": card.conflicts,
    }


def company_card(card: CompanyCard) -> Shape:
    """Everything about one company."""
    return {
        "id": card.company.id,
        "company": entry(card.company),
        "contacts": [entry(found) for found in card.contacts],
        "visits": [entry(found) | {"staff": card.staff.get(found.record.staff_id or "")} for found in card.visits],
        "placements": [
            entry(found) | {"citizen": card.citizens.get(found.record.citizen_id)} for found in card.placements
        ],
        "follow_ups": [entry(found) for found in card.follow_ups],
        "promises": [entry(found) for found in card.promises],
        "unsent": card.unsent,
        "conflicts": card.conflicts,
    }


def hit(found: Hit) -> Shape:
    """One answer of find."""
    return {
        "id": found.id,
        "type": found.type,
        "title": found.title,
        "snippet": found.snippet,
        "on": found.on,
        "open": {"type": found.open_type, "id": found.open_id},
    }


def log_row(row: LogRow) -> Shape:
    """One line of a history."""
    return {
        "id": row.op_id,
        "tx": row.tx or None,
        "at": row.at,
        "type": row.record_type,
        "record": row.record_id,
        "kind": row.kind,
        "fields": list(row.fields),
        "by": row.staff_name,
        "device": row.device,
        "sent": row.sent,
        "undoes": row.undoes,
        "confirmed_at": row.confirmed_at,
        "receipt": row.receipt or None,
        "registered": [{"system": one.system, "on": one.on, "reference": one.reference} for one in row.registered],
    }


def draft(found: Draft) -> Shape:
    """One form on its way; of a programme's form, which may hold what is sensitive, only how it was opened."""
    programme = found.form == "form"
    values = {name: value for name, value in found.values.items() if not programme or name.startswith("_")}
    return {
        "id": found.key,
        "form": found.form,
        "about": found.about,
        "values": fields(values),
        "saved_at": found.saved_at,
    }


def receipt(found: Receipt) -> Shape:
    """The end of one sync."""
    return {
        "sent": found.sent,
        "acknowledged": found.acknowledged,
        "received": found.received,
        "refused": [{"id": op_id, "code": code} for op_id, code in found.refused],
        "conflicts": found.conflicts,
        "unsent": found.unsent,
        "receipt": found.number,
        "mended": found.mended,
        "unnamed": found.unnamed,
    }


def kept_receipt(found: Kept) -> Shape:
    """A line among the receipts."""
    pushed, run = found.pushed, found.run
    return {
        "receipt": found.number if pushed else None,
        "at": found.at,
        "items": pushed.items if pushed else 0,
        "kinds": dict(pushed.kinds) if pushed else {},
        "received": run.received if run else None,
        "outcome": run.outcome if run else None,
    }


def change_row(row: ChangeRow) -> Shape:
    """One change, whom it is about, and the fields it set."""
    return {
        "id": row.op_id,
        "at": row.at,
        "type": row.record_type,
        "record": row.record_id,
        "kind": row.kind,
        "who": row.who,
        "what": row.what,
        "fields": list(row.fields),
        "by": row.by,
    }


def refused_row(row: RefusedRow) -> Shape:
    """One change the hub refused."""
    return change_row(row.unsent) | {"code": row.code, "detail": row.detail, "pointer": row.pointer}


def difference(found: Difference) -> Shape:
    """One difference to settle."""
    return {
        "id": found.conflict_id,
        "type": found.record_type,
        "record": found.record_id,
        "who": found.who,
        "fields": list(found.fields),
        "mine": fields(found.mine),
        "theirs": fields(found.theirs),
        "before": fields(found.before),
        "mine_by": found.mine_by,
        "theirs_by": found.theirs_by,
        "text": found.text,
    }
