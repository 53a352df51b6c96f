"""The long lists, a page at a time. Each walks along an index; figures are computed for the rows of the page only."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from broker_tui.domain import hours
from broker_tui.domain.views import CaseRow, CompanyRow, ContactRow, Entry
from broker_tui.services.ports import CaseFilter, Page
from broker_tui.storage.late import LatePart
from broker_tui.storage.records import ENTRY, decoded, entry_of
from sync.records.types import Contact, Hours, Placement

MONTHS = 6
"""Monthly values in the little hours curve of a caseload row."""
_HELD = "deleted = 0 AND replaced_by IS NULL AND with_citizen = 1"
LAST_CONTACT = f"""(SELECT t.occurred_on FROM contact t
    WHERE t.citizen_id = p.id AND {_HELD} ORDER BY t.occurred_on DESC LIMIT 1)"""
NEXT_DUE = """(SELECT min(due) FROM (
    SELECT f.due FROM follow_up f WHERE f.citizen_id = p.id AND f.state = 'open' AND f.deleted = 0
    UNION ALL SELECT m.due FROM promise m WHERE m.citizen_id = p.id AND m.state = 'open' AND m.deleted = 0))"""
_SORTS = {
    "name": "p.sort_name",
    "programme": "c.programme",
    "last_contact": LAST_CONTACT,
    "next_due": NEXT_DUE,
    "area": "p.sort_area",
    "start": "coalesce(c.start, c.known_from)",
}
_SHOWN = """r.deleted = 0 AND (r.same_as IS NULL OR r.same_as >= r.id
    OR NOT EXISTS (SELECT 1 FROM company o WHERE o.id = r.same_as AND o.deleted = 0))"""
"""Companies that are shown: not those a person declared to be the same as an older one (`services.twins`)."""
_KIN = """(WITH RECURSIVE kin (id) AS (SELECT r.id UNION ALL
    SELECT k.id FROM kin JOIN company k ON k.same_as = kin.id AND k.id > kin.id AND k.deleted = 0)
    SELECT id FROM kin)"""
"""All ids of the company of a row."""
_COMPANY_DUE = f"""(SELECT min(due) FROM (
    SELECT f.due FROM follow_up f WHERE f.company_id IN {_KIN} AND f.state = 'open' AND f.deleted = 0
    UNION ALL SELECT m.due FROM promise m WHERE m.company_id IN {_KIN} AND m.state = 'open' AND m.deleted = 0))"""
_COMPANY_VISIT = f"""(SELECT max(v.occurred_on) FROM company_visit v
    WHERE v.company_id IN {_KIN} AND v.deleted = 0 AND v.replaced_by IS NULL)"""
_STAGES = ("found", "contacted", "meeting", "agreement", "active", "resting")
_COMPANY_SORTS = {
    "name": "r.sort_name, r.id",
    "stage": "CASE r.stage " + " ".join(f"WHEN '{s}' THEN {n}" for n, s in enumerate(_STAGES)) + " END, r.sort_name",
    "area": "r.sort_area IS NULL, r.sort_area, r.sort_name, r.id",
    "last_visit": f"{_COMPANY_VISIT} IS NULL, {_COMPANY_VISIT} DESC, r.sort_name, r.id",
}
_CONTACT_ORDER = "ORDER BY r.occurred_on DESC, r.occurred_at DESC, r.id DESC"


class PagesPart(LatePart):
    """Caseload, contacts and companies as lists."""

    def case_rows(self, which: CaseFilter, *, sort: str, descending: bool, page: Page, today: date) -> list[CaseRow]:
        """A page of the caseload; people without a value in the sorted column come last either way."""
        source, values = _cases(which)
        if sort == "hours":
            return self._by_hours(source, values, descending, page, today)
        key, way = _SORTS[sort], "DESC" if descending else "ASC"
        empty = "" if sort == "name" else f"{key} IS NULL, "
        found = self._rows(
            f"SELECT p.id, c.id FROM {source} ORDER BY {empty}{key} {way}, p.sort_name {way}, p.id, c.id "
            "LIMIT ? OFFSET ?",
            (*values, page.limit, page.offset),
        )
        return self._case_rows([(row[0], row[1]) for row in found], today)

    def case_count(self, which: CaseFilter) -> int:
        """How many rows the caseload has under a filter."""
        source, values = _cases(which)
        return int(self._row(f"SELECT count(*) FROM {source}", values)[0])

    def areas(self) -> list[tuple[str, int]]:
        """Areas of people with an open case, and how many live there, in Danish order."""
        found = self._rows(
            'SELECT p.area, count(DISTINCT p.id) FROM citizen p JOIN "case" c ON c.citizen_id = p.id '
            "WHERE p.deleted = 0 AND c.deleted = 0 AND c.status = 'open' AND p.area IS NOT NULL "
            "GROUP BY p.area ORDER BY p.sort_area"
        )
        return [(row[0], row[1]) for row in found]

    def contact_rows(
        self, *, citizen_id: str | None, walk_ins: bool = False, replaced: bool = False, page: Page
    ) -> list[ContactRow]:
        """Contacts newest first: of one person, of walk-ins, or of everybody."""
        terms, values = ["r.deleted = 0"], []
        if citizen_id is not None:
            terms.append("r.citizen_id = ?")
            values.append(citizen_id)
        elif walk_ins:
            terms.append("r.citizen_id IS NULL")
        if not replaced:
            terms.append("r.replaced_by IS NULL")
        found = self._rows(
            f"""SELECT {ENTRY}, s.name, o.name, r.staff_id FROM (
                    SELECT * FROM contact r WHERE {" AND ".join(terms)} {_CONTACT_ORDER} LIMIT ? OFFSET ?) r
                LEFT JOIN staff s ON s.id = r.staff_id LEFT JOIN company o ON o.id = r.company_id
                {_CONTACT_ORDER}""",
            (*values, page.limit, page.offset),
        )
        me, late = self._me, self.taken_in([row[0] for row in found])
        return [
            ContactRow(
                entry_of(Contact, row[:7]),
                row[7] or (me.name if row[9] == me.staff_id else None),
                row[8],
                late.get(row[0]),
            )
            for row in found
        ]

    def contact_count(self, citizen_id: str) -> int:
        """How many contacts of a person stand."""
        row = self._row(
            "SELECT count(*) FROM contact WHERE citizen_id = ? AND deleted = 0 AND replaced_by IS NULL", (citizen_id,)
        )
        return int(row[0])

    def last_contact(self, citizen_id: str) -> date | None:
        """The day of the last contact that was held with the person."""
        row = self._row(f"SELECT {LAST_CONTACT} FROM (SELECT ? AS id) p", (citizen_id,))
        return _day(row[0])

    def company_rows(self, *, stage: str | None, sort: str, page: Page, today: date) -> list[CompanyRow]:
        """A page of companies."""
        term, values = ("r.stage = ?", [stage]) if stage else ("1", [])
        found = self._rows(
            f"""SELECT r.id, r.name, r.cvr, r.area, r.stage, r.industry, {_COMPANY_VISIT},
                (SELECT count(*) FROM placement q WHERE q.company_id IN {_KIN} AND q.deleted = 0 AND q.status = 'active'
                    AND q.start <= ? AND (q.actual_end IS NULL OR q.actual_end >= ?)),
                {_COMPANY_DUE},
                (SELECT count(*) FROM op WHERE op.ack_status IS NULL AND op.record_id IN (
                    SELECT id FROM {_KIN} UNION ALL SELECT n.id FROM company_contact n WHERE n.company_id IN {_KIN}
                    UNION ALL SELECT v.id FROM company_visit v WHERE v.company_id IN {_KIN}))
                FROM company r WHERE {_SHOWN} AND {term} ORDER BY {_COMPANY_SORTS[sort]}
                LIMIT ? OFFSET ?""",
            (today.isoformat(), today.isoformat(), *values, page.limit, page.offset),
        )
        return [
            CompanyRow(i, name, cvr, area, stage, industry, _day(visit), placed, _day(due), unsent)
            for i, name, cvr, area, stage, industry, visit, placed, due, unsent in found
        ]

    def company_count(self, *, stage: str | None) -> int:
        """How many companies there are, of one stage or of all."""
        row = self._row(f"SELECT count(*) FROM company r WHERE {_SHOWN} AND (? IS NULL OR stage = ?)", (stage, stage))
        return int(row[0])

    def _by_hours(self, source: str, values: list[Any], descending: bool, page: Page, today: date) -> list[CaseRow]:
        found = self._rows(f"SELECT p.id, c.id, p.sort_name, c.programme FROM {source}", values)
        stretches = self._stretches([row[0] for row in found], today)

        def order(row: Any) -> tuple[bool, int, str, str]:
            minutes = _minutes(stretches.get(row[0], {}), today, row[3], months=0)[0]
            return minutes is None, (minutes or 0) * (-1 if descending else 1), row[2], row[0]

        chosen = sorted(found, key=order)[page.offset : page.offset + page.limit]
        return self._case_rows([(row[0], row[1]) for row in chosen], today)

    def _case_rows(self, pairs: Sequence[tuple[str, str | None]], today: date) -> list[CaseRow]:
        """The rows of one page, in the order of `pairs` (citizen id, case id)."""
        wanted = json.dumps(pairs)
        found = self._rows(
            f"""SELECT p.id, p.name, p.area, c.id, c.programme, c.status, c.step, c.step_since,
                coalesce(c.start, c.known_from), {LAST_CONTACT}, {NEXT_DUE},
                (SELECT count(*) FROM op WHERE op.scope = w.scope AND op.ack_status IS NULL)
                FROM (SELECT key AS place, json_extract(value, '$[0]') AS person, json_extract(value, '$[1]') AS course,
                    'case:' || json_extract(value, '$[0]') AS scope FROM json_each(?)) w
                JOIN citizen p ON p.id = w.person LEFT JOIN "case" c ON c.id = w.course ORDER BY w.place""",
            (wanted,),
        )
        stretches = self._stretches([row[0] for row in found], today)
        rows = []
        for person, name, area, case_id, programme, status, step, *rest in found:
            since, start, contact, due, unsent = rest
            minutes, recent = _minutes(stretches.get(person, {}), today, programme)
            row = CaseRow(
                *(person, name, area, case_id, programme, status, step),
                step_since=_day(since),
                start=_day(start),
                last_contact=_day(contact),
                next_due=_day(due),
                minutes_per_week=minutes,
                recent_minutes=recent,
                unsent=unsent,
            )
            rows.append(row)
        return rows

    def _stretches(self, citizen_ids: Sequence[str], today: date) -> dict[str, Any]:
        """Hours over time of several people at once."""
        people = json.dumps(sorted(set(citizen_ids)))
        within = "citizen_id IN (SELECT value FROM json_each(?)) AND deleted = 0"
        entries: dict[str, list[Entry[Hours]]] = {}
        for row in self._rows(
            f"SELECT citizen_id, id, doc FROM hours WHERE {within} AND replaced_by IS NULL",
            (people,),
        ):
            entries.setdefault(row[0], []).append(Entry(row[1], decoded(Hours, row[2])))
        places: dict[str, list[Entry[Placement]]] = {}
        if entries:
            for row in self._rows(f"SELECT citizen_id, id, doc FROM placement WHERE {within}", (people,)):
                places.setdefault(row[0], []).append(Entry(row[1], decoded(Placement, row[2])))
        return {person: hours.periods(line, places.get(person, []), today) for person, line in entries.items()}


def _cases(which: CaseFilter) -> tuple[str, list[Any]]:
    """FROM and WHERE of the caseload under a filter, with its values."""
    join = 'citizen p LEFT JOIN "case" c ON c.citizen_id = p.id AND c.deleted = 0'
    terms: list[str] = ["p.deleted = 0"]
    values: list[Any] = []
    if which.status in ("open", "closed"):
        terms.append("c.status = ?")
        values.append(which.status)
    elif which.status == "none":
        terms.append("c.id IS NULL")
    if which.area is not None:
        terms.append("p.area = ?")
        values.append(which.area)
    if which.programme is not None:
        terms.append("c.programme = ?")
        values.append(which.programme)
    if which.no_contact_since is not None:
        terms.append(
            f"NOT EXISTS (SELECT 1 FROM contact t WHERE t.citizen_id = p.id AND t.occurred_on >= ? AND {_HELD})"
        )
        values.append(which.no_contact_since.isoformat())
    return f"{join} WHERE {' AND '.join(terms)}", values


def _minutes(
    stretches: Any, today: date, programme: str | None, months: int = MONTHS
) -> tuple[int | None, tuple[int, ...]]:
    """Minutes per week today and at the last month ends, of the measure that leads for the programme."""
    measure = hours.leading_measure(stretches, today, programme) if stretches else None
    if measure is None:
        return None, ()
    days = [today] if months else []
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    values = tuple(hours.minutes_on(stretches, day).get(measure, 0) for day in reversed(days))
    return hours.minutes_on(stretches, today).get(measure), values


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
