"""Operations of the journal as a person reads them: whom each is about, and what its record says now."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from broker_tui.domain.views import ChangeGroup, ChangeRow, Registration
from broker_tui.storage.ground import Ground, moment
from broker_tui.storage.projection import loads
from sync.records import Doc

CHANGE = """SELECT o.op, o.at, o.type, o.record_id, o.kind, o.scope, o.problem, o.patch, s.name, o.seq, o.staff
    FROM op o LEFT JOIN staff s ON s.id = o.staff"""
_SHORT = 60
_WHAT = ("note", "text", "what", "job_title", "name")
_REGISTERED = """SELECT id, json_extract(doc, '$.values.placement'), json_extract(doc, '$.values.system'), occurred_on,
    json_extract(doc, '$.values.reference') FROM fact
    WHERE kind = 'registration' AND deleted = 0 AND replaced_by IS NULL
    AND json_extract(doc, '$.values.system') IS NOT NULL
    AND (id IN (SELECT value FROM json_each(?1))
        OR json_extract(doc, '$.values.placement') IN (SELECT value FROM json_each(?1))) ORDER BY occurred_on, id"""
_NEWS = "seq > ? AND mine = 0 AND type <> 'conflict'"
_LINKS = "json_extract(doc, '$.citizen_id'), json_extract(doc, '$.company_id')"


class ChangesPart(Ground):
    """Reading operations with what they are about."""

    def unsent_groups(self) -> list[ChangeGroup]:
        """What the hub has not confirmed, by whom it is about; the newest group and the newest change first.

        Only numbers and names are read here, so that thousands cost what a screen of them does: the rows themselves
        are read as they come into sight (`changes`).
        """
        return self._groups("ack_status IS NULL")

    def _groups(self, where: str, values: Sequence[Any] = ()) -> list[ChangeGroup]:
        found = self._rows(f"SELECT seq, type, record_id, scope FROM op WHERE {where} ORDER BY seq DESC", values)
        links = self._links([row for row in found if not row[3].startswith("case:") and row[1] != "company"])
        grouped: dict[tuple[str | None, str | None], list[int]] = {}
        for seq, type_name, record_id, scope in found:
            citizen, company = about_of(type_name, record_id, scope, links.get(record_id, {}))
            grouped.setdefault((citizen, None if citizen else company), []).append(seq)
        names = self._names({c for c, _ in grouped if c}, {c for _, c in grouped if c})
        return [
            ChangeGroup(names.get(citizen or company or ""), citizen, company, tuple(numbers))
            for (citizen, company), numbers in grouped.items()
        ]

    def news_groups(self, after: int) -> list[ChangeGroup]:
        """What others changed and a sync brought after a number in the journal, by whom it is about."""
        return self._groups(_NEWS, (after,))

    def news_count(self, after: int) -> int:
        """How many changes that are."""
        return int(self._row(f"SELECT count(*) FROM op WHERE {_NEWS}", (after,))[0])

    def newest_number(self) -> int:
        """Number of the newest operation in the journal."""
        return int(self._row("SELECT coalesce(max(seq), 0) FROM op")[0])

    def changes(self, numbers: Sequence[int]) -> list[ChangeRow]:
        """Operations by their numbers in the journal, in that order; those that are gone are left out."""
        found = self._rows(f"{CHANGE} WHERE o.seq IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),))
        by_number = {row[9]: row for row in found}
        return self._change_rows([by_number[number] for number in numbers if number in by_number])

    def _change_rows(self, found: Sequence[Any]) -> list[ChangeRow]:
        """Rows of `CHANGE` as views."""
        docs: dict[str, Doc] = {}
        for type_name in {row[2] for row in found}:
            ids = json.dumps([row[3] for row in found if row[2] == type_name])
            docs.update(
                (record_id, loads(doc))
                for record_id, doc in self._rows(
                    f'SELECT id, doc FROM "{type_name}" WHERE id IN (SELECT value FROM json_each(?))',
                    (ids,),
                )
            )
        about = [about_of(row[2], row[3], row[5], docs.get(row[3], {})) for row in found]
        names = self._names({c for c, _ in about if c}, {c for _, c in about if c})
        registered = self._registered((row[2], row[3]) for row in found)
        return [
            ChangeRow(
                *(row[0], moment(row[1]), row[2], row[3], row[4]),
                _called(names.get(citizen or company or ""), row[2], docs.get(row[3], {})),
                *(what_of(docs.get(row[3], {})), citizen, company),
                fields=tuple(loads(row[7])) if row[7] else (),
                doc=docs.get(row[3], {}),
                company=names.get(company or "") if citizen else None,
                by=row[8] or (self._me.name if row[10] == self._me.staff_id else None),
                refused=row[6] is not None,
                registered=registered.get(row[3], ()),
            )
            for row, (citizen, company) in zip(found, about, strict=True)
        ]

    def _registered(self, found: Iterable[tuple[str, str]]) -> dict[str, tuple[Registration, ...]]:
        """What was noted as entered elsewhere, by the placement it is about and by its own record."""
        ids = sorted({record_id for type_name, record_id in found if type_name in ("placement", "fact")})
        if not ids:
            return {}
        noted: dict[str, list[Registration]] = {}
        for own, placement, system, on, reference in self._rows(_REGISTERED, (json.dumps(ids),)):
            for record_id in {own, placement} & set(ids):
                noted.setdefault(record_id, []).append(Registration(system, on, reference))
        return {record_id: tuple(entries) for record_id, entries in noted.items()}

    def _links(self, found: Iterable[Sequence[Any]]) -> dict[str, Doc]:
        """The citizen and the company that records outside anybody's case name."""
        by_type: dict[str, set[str]] = {}
        for _seq, type_name, record_id, _scope in found:
            by_type.setdefault(type_name, set()).add(record_id)
        links: dict[str, Doc] = {}
        for type_name, ids in by_type.items():
            sql = f'SELECT id, {_LINKS} FROM "{type_name}" WHERE id IN (SELECT value FROM json_each(?))'
            for record_id, citizen, company in self._rows(sql, (json.dumps(sorted(ids)),)):
                links[record_id] = {"citizen_id": citizen, "company_id": company}
        return links

    def _names(self, citizens: set[str], companies: set[str]) -> dict[str, str]:
        ids = json.dumps(sorted(citizens | companies))
        found = self._rows(
            "SELECT id, name FROM citizen WHERE id IN (SELECT value FROM json_each(?1)) "
            "UNION ALL SELECT id, name FROM company WHERE id IN (SELECT value FROM json_each(?1))",
            (ids,),
        )
        return {row[0]: row[1] for row in found}


def about_of(type_name: str, record_id: str, scope: str, doc: Doc) -> tuple[str | None, str | None]:
    """The citizen and the company a record is about."""
    citizen = scope.removeprefix("case:") if scope.startswith("case:") else doc.get("citizen_id")
    company = record_id if type_name == "company" else doc.get("company_id")
    return citizen, company


def _called(name: str | None, type_name: str, doc: Doc) -> str | None:
    """The name, or what somebody is called in the offer of a case that is not here."""
    return name or (doc.get("who") if type_name == "handover" else None)


def what_of(doc: Doc) -> str:
    """A few words that tell a record from its neighbours."""
    text = next((str(doc[name]) for name in _WHAT if doc.get(name)), "")
    line = text.partition("\n")[0]
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
