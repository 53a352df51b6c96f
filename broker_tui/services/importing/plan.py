"""From rows to writes: find each record by its identity, compare three ways, never overwrite what a broker changed.

For one field, with `last` = what the previous import said, `file` = what this file says, `now` = the record:
the file has news only if it differs from `last`; news is written only if `now` still is what was imported.
Otherwise the broker's value stays and the row gets a warning. A cell left empty never empties a field.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.text import fold
from broker_tui.services.importing.cells import CellFault
from broker_tui.services.importing.mapping import ImportKind
from broker_tui.services.importing.mapping import Mapping as Columns
from broker_tui.services.importing.reading import Row, Table
from broker_tui.services.importing.row_values import RowNote, RowValues
from broker_tui.services.ports import Page, Store, Stored, Write
from sync.records import SHARED, Doc, Scope, case_scope, new_id, to_doc
from sync.records.types import Case, Citizen, Company, CompanyContact, Contact, Hours, RoleAssignment


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    writes: list[Write] = field(default_factory=list)
    imported: dict[str, Doc] = field(default_factory=dict)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowNote] = field(default_factory=list)
    warnings: list[RowNote] = field(default_factory=list)


class Planner:
    """Builds the plan row by row. Asks the store for known records in bulk before the first row."""

    def __init__(self, store: Store, kind: ImportKind, table: Table, columns: Columns, today: date) -> None:
        self._store = store
        self._kind = kind
        self._today = today
        self._me = store.me().staff_id
        self.plan = Plan()
        self._rows = RowValues(kind, table, columns, today, self.plan.errors, self.plan.warnings)
        self._docs: dict[str, Doc] = {}
        self._seen: dict[tuple[str, ...], int] = {}

    def run(self, rows: Iterable[Row]) -> Plan:
        """The whole plan. A row with an error adds nothing else to it."""
        parsed = [(row, values) for row in rows if (values := self._rows.read(row)) is not None]
        self._look_up([values for _, values in parsed])
        build = {
            "citizens": self._citizen,
            "companies": self._company,
            "contacts": self._contact,
            "placements": self._placement,
        }[self._kind]
        for row, values in parsed:
            build(row, values)
        return self.plan

    # known records

    def _look_up(self, rows: Sequence[dict[str, Any]]) -> None:
        """Everything the file may mean, fetched in a few queries: people by number or name, companies likewise."""
        self._people: dict[tuple[str, str], list[str]] = {}
        self._companies: dict[tuple[str, ...], str] = {}
        if self._kind != "companies":
            for name in ("cpr", "local_number"):
                wanted = sorted({row[name] for row in rows if row.get(name)})
                for chunk in _chunks(wanted):
                    for entry in self._store.entries(Citizen, where={name: chunk}):
                        self._docs[entry.id] = to_doc(entry.record)
                        self._people.setdefault((name, str(getattr(entry.record, name))), []).append(entry.id)
        if self._kind in ("companies", "placements"):
            for workplace in self._store.entries(Company, where={}):
                self._docs[workplace.id] = to_doc(workplace.record)
                self._know_company(workplace.id, self._docs[workplace.id])
        self._imported = self._store.imported(list(self._docs))

    def _know_company(self, company_id: str, doc: Mapping[str, Any]) -> None:
        cvr, p_number = doc.get("cvr", ""), doc.get("p_number", "")
        if cvr:
            self._companies.setdefault(("cvr", cvr, p_number), company_id)
        if p_number:
            self._companies.setdefault(("p", p_number), company_id)
        self._companies.setdefault(("name", fold(doc["name"])), company_id)

    def _company_id(self, values: dict[str, Any]) -> str | None:
        cvr, p_number = values.get("cvr", ""), values.get("p_number", "")
        if cvr:
            return self._companies.get(("cvr", cvr, p_number))
        if p_number:
            return self._companies.get(("p", p_number))
        return self._companies.get(("name", fold(values.get("company", ""))))

    def _citizen_id(self, row: Row, values: dict[str, Any]) -> str | None:
        """The one person a row is about; by CPR, else local number, else a name only one person has."""
        for name in ("cpr", "local_number"):
            if values.get(name):
                found = self._people.get((name, values[name]), [])
                if found:
                    return found[0]
        if values.get("name") and not values.get("cpr") and not values.get("local_number"):
            found = self._store.matching_ids("citizen", values["name"], 2)
            if len(found) == 1:
                return found[0]
            if found:
                self.plan.errors.append(self._rows.note(row, "name", CellFault("name_ambiguous")))
                return None
        present = next((n for n in ("cpr", "local_number", "name") if values.get(n)), "name")
        self.plan.errors.append(self._rows.note(row, present, CellFault("person_unknown")))
        return None

    # records

    def _citizen(self, row: Row, values: dict[str, Any]) -> None:
        key = ("cpr", values["cpr"]) if values.get("cpr") else ("local_number", values.get("local_number", ""))
        if not key[1]:
            self.plan.errors.append(self._rows.note(row, "cpr", CellFault("no_identity")))
            return
        if self._twice(row, key, "cpr" if key[0] == "cpr" else "local_number"):
            return
        fields = {
            name: values[name]
            for name in (
                *("name", "cpr", "local_number", "phone", "email", "address"),
                *("area", "benefit", "language", "note"),
            )
            if values.get(name)
        }
        found = self._people.get(key) or self._people.get(("local_number", values.get("local_number", "")), [])
        if found:
            changed = self._compare(row, "citizen", found[0], case_scope(found[0]), fields)
            programme = values.get("programme")
            cases = self._store.entries(Case, where={"citizen_id": found[0]}) if programme else []
            if programme and not any(case.record.programme == programme for case in cases):
                self._open_case(found[0], values)
                changed = True
            self._count(changed)
            return
        citizen_id = new_id()
        self._create("citizen", citizen_id, case_scope(citizen_id), to_doc(Citizen(**fields)))
        self.plan.imported[citizen_id] = fields
        if values.get("programme"):
            self._open_case(citizen_id, values)
        else:
            self._assign(citizen_id, None)
        self.plan.created += 1

    def _open_case(self, citizen_id: str, values: dict[str, Any]) -> None:
        case_id = new_id()
        case = Case(
            citizen_id=citizen_id,
            programme=values["programme"],
            known_from=self._today,
            start=values.get("start"),
        )
        self._create("case", case_id, case_scope(citizen_id), to_doc(case))
        self._assign(citizen_id, case_id)

    def _assign(self, citizen_id: str, case_id: str | None) -> None:
        role = RoleAssignment(
            citizen_id=citizen_id, staff_id=self._me, role="broker", start=self._today, case_id=case_id
        )
        self._create("role_assignment", new_id(), case_scope(citizen_id), to_doc(role))

    def _company(self, row: Row, values: dict[str, Any]) -> None:
        if self._twice(row, self._workplace_key(values), "cvr" if values.get("cvr") else "company"):
            return
        fields = {
            "name": values["company"],
            **{
                name: values[name]
                for name in (
                    *("cvr", "p_number", "phone", "email", "address", "area"),
                    *("industry", "employees", "stage", "note"),
                )
                if values.get(name)
            },
        }
        known = self._company_id(values)
        if known is not None:
            self._count(self._compare(row, "company", known, SHARED, fields))
            return
        self._new_company(fields, values)
        self.plan.created += 1

    def _new_company(self, fields: dict[str, Any], values: dict[str, Any]) -> str:
        company_id = new_id()
        self._create("company", company_id, SHARED, to_doc(Company(**fields)))
        self.plan.imported[company_id] = fields
        self._know_company(company_id, fields)
        if values.get("contact_name"):
            person = CompanyContact(
                company_id=company_id,
                name=values["contact_name"],
                phone=values.get("contact_phone"),
                email=values.get("contact_email"),
            )
            self._create("company_contact", new_id(), SHARED, to_doc(person))
        return company_id

    def _contact(self, row: Row, values: dict[str, Any]) -> None:
        citizen_id = self._citizen_id(row, values)
        if citizen_id is None:
            return
        at = values.get("occurred_time")
        on: date = values["occurred_on"]
        contact = Contact(
            citizen_id=citizen_id,
            occurred_on=on,
            occurred_at=datetime.combine(on, at, DENMARK) if isinstance(at, time) else None,
            kind=values.get("kind", "phone"),
            outcome=values.get("outcome", "reached"),
            direction=values.get("direction", "out"),
            participants=["citizen", "broker"] if values.get("outcome", "reached") == "reached" else [],
            note=values.get("note"),
            agreed=values.get("agreed"),
        )
        doc = to_doc(contact)
        contact_id = self._derived_id("contact", citizen_id, doc)
        known = self._store.get("contact", contact_id)
        if known is not None:
            if self._bring_back(known):
                self.plan.created += 1
            else:
                self.plan.unchanged += 1
            return
        self._create("contact", contact_id, case_scope(citizen_id), doc)
        self.plan.created += 1

    def _placement(self, row: Row, values: dict[str, Any]) -> None:
        citizen_id = self._citizen_id(row, values)
        if citizen_id is None:
            return
        company_id = self._company_id(values)
        if company_id is None and values.get("company"):
            fields = {n: values[n] for n in ("cvr", "p_number") if values.get(n)}
            company_id = self._new_company({"name": values["company"], **fields}, values)
        scope = case_scope(citizen_id)
        terms = {"citizen_id": citizen_id, "type": values["type"], "start": values["start"].isoformat()}
        placement_id = self._derived_id("placement", citizen_id, {**terms, "company_id": company_id})
        fields = {
            name: values[name].isoformat() if isinstance(values[name], date) else values[name]
            for name in ("planned_end", "job_title", "note")
            if values.get(name)
        }
        minutes = values.get("hours_per_week")
        if minutes:
            fields["minutes_per_week"] = minutes
        known = self._store.get("placement", placement_id)
        if known is not None:
            self._docs[placement_id] = dict(known.doc)
            self._imported.update(self._store.imported([placement_id]))
            if self._bring_back(known):
                fields.pop("minutes_per_week", None)
                self._compare(row, "placement", placement_id, scope, fields)
                if minutes:
                    self._hours(citizen_id, placement_id, values["type"], minutes, values["start"])
                self.plan.created += 1
                return
            self._count(self._compare(row, "placement", placement_id, scope, fields))
            return
        end = values.get("planned_end")
        status = "completed" if isinstance(end, date) and end < self._today else "active"
        if values["start"] > self._today:
            status = "planned"
        placement = {**terms, **{k: v for k, v in fields.items() if k != "minutes_per_week"}, "status": status}
        if company_id:
            placement["company_id"] = company_id
        if status == "completed":
            placement["actual_end"] = placement["planned_end"]
        self._create("placement", placement_id, scope, placement)
        self.plan.imported[placement_id] = fields
        if minutes:
            self._hours(citizen_id, placement_id, values["type"], minutes, values["start"])
        self.plan.created += 1

    def _hours(self, citizen_id: str, placement_id: str, kind: str, minutes: int, start: date) -> None:
        entry = Hours(
            citizen_id=citizen_id,
            placement_id=placement_id,
            start=start,
            minutes_per_week=minutes,
            measure="flexjob"
            if kind == "flexjob"
            else "internship"
            if kind in ("internship", "taster")
            else "ordinary",
        )
        self._create("hours", new_id(), case_scope(citizen_id), to_doc(entry))

    # comparing and writing

    def _bring_back(self, known: Stored) -> bool:
        """Restore what an undone import had brought; what a broker deleted stays deleted."""
        if not known.deleted:
            return False
        newest = self._store.log(scope=None, record_id=known.id, company_id=None, page=Page(0, 1))
        if not newest or newest[0].undoes is None:
            return False
        self.plan.writes.append(Write("restore", known.type, known.id, known.scope))
        return True

    def _compare(self, row: Row, type_name: str, record_id: str, scope: Scope, fields: dict[str, Any]) -> bool:
        """Three ways, field by field; returns whether anything is written."""
        now, last = self._docs[record_id], self._imported.get(record_id, {})
        patch: dict[str, Any] = {}
        remembered = dict(last)
        for name, value in fields.items():
            if value == last.get(name):
                continue
            remembered[name] = value
            current = now.get(name)
            if name == "minutes_per_week" or value == current:
                continue
            if (current is None and name not in last) or current == last.get(name):
                patch[name] = value
            else:
                self.plan.warnings.append(self._rows.note(row, name, CellFault("broker_changed")))
        changed = bool(patch)
        if patch:
            self.plan.writes.append(Write("patch", type_name, record_id, scope, patch))
        minutes = fields.get("minutes_per_week")
        if minutes and minutes != last.get("minutes_per_week"):
            self._hours(now["citizen_id"], record_id, now["type"], minutes, self._today)
            changed = True
        if remembered != last:
            self.plan.imported[record_id] = remembered
        return changed

    def _create(self, type_name: str, record_id: str, scope: Scope, doc: Doc) -> None:
        self.plan.writes.append(Write("create", type_name, record_id, scope, doc))

    def _count(self, changed: bool) -> None:
        if changed:
            self.plan.updated += 1
        else:
            self.plan.unchanged += 1

    def _twice(self, row: Row, key: tuple[str, ...], name: str) -> bool:
        first = self._seen.setdefault(key, row.number)
        if first != row.number:
            self.plan.errors.append(self._rows.note(row, name, CellFault("twice_in_file", str(first))))
        return first != row.number

    @staticmethod
    def _workplace_key(values: dict[str, Any]) -> tuple[str, ...]:
        if values.get("cvr"):
            return ("cvr", values["cvr"], values.get("p_number", ""))
        return ("p", values["p_number"]) if values.get("p_number") else ("name", fold(values["company"]))

    def _derived_id(self, type_name: str, citizen_id: str, doc: Mapping[str, Any]) -> str:
        """The same line of the same file always means the same record, on every laptop (UUIDv8, RFC 9562 5.8).

        Equal lines are counted, so that two equal contacts on one day stay two.
        """
        text = "\x1f".join((type_name, citizen_id, *(f"{k}={v}" for k, v in sorted(doc.items()) if k != "name")))
        count = self._seen[("line", text)] = self._seen.get(("line", text), 0) + 1
        digest = bytearray(hashlib.sha256(f"{text}\x1f{count}".encode()).digest()[:16])
        digest[6] = (digest[6] & 0x0F) | 0x80
        digest[8] = (digest[8] & 0x3F) | 0x80
        return str(uuid.UUID(bytes=bytes(digest)))


def _chunks(values: list[str], size: int = 500) -> Iterable[list[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))
