"""Which receipt of the hub covers what: a question to the journal, where each confirmed operation names its own."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from broker_tui.domain.receipts import Pushed
from broker_tui.domain.views import ChangeGroup
from broker_tui.services.ports import Page
from broker_tui.storage.changes import ChangesPart
from broker_tui.storage.ground import moment

_COVERED = "mine = 1 AND receipt <> ''"
_OF_PEOPLE = "scope IN (SELECT value FROM json_each(?))"
_OF_RECORDS = (
    "record_id IN (SELECT value FROM json_each(?)) OR json_extract(patch, '$.company_id') IN "
    "(SELECT value FROM json_each(?))"
)


class ReceiptsPart(ChangesPart):
    """Receipts, found by number, day, person, company or record."""

    def pushed(
        self,
        page: Page,
        *,
        number: str | None = None,
        day: date | None = None,
        scopes: Sequence[str] = (),
        ids: Sequence[str] = (),
    ) -> list[Pushed]:
        """Receipts, newest first: all, or those that answer to any of what is asked for.

        Args:
            page: the stretch.
            number: a part of the number.
            day: the day on which the hub confirmed.
            scopes: changes about these people are covered.
            ids: changes of these records, or about these companies, are covered.
        """
        terms, values = _terms(number, day, scopes, ids)
        where = f" AND receipt IN (SELECT receipt FROM op WHERE {_COVERED} AND ({' OR '.join(terms)}))" if terms else ""
        kinds: dict[str, list[tuple[str, int]]] = {}
        last: dict[str, str] = {}
        for receipt, type_name, count, at in self._rows(  # one walk through the journal, not one for each question
            f"SELECT receipt, type, count(*), max(acked_at) FROM op WHERE {_COVERED}{where} GROUP BY receipt, type "
            "ORDER BY count(*) DESC, type",
            values,
        ):
            kinds.setdefault(receipt, []).append((type_name, count))
            last[receipt] = max(at, last.get(receipt, ""))
        newest = sorted(last, key=lambda receipt: (last[receipt], receipt), reverse=True)
        return [
            Pushed(name, moment(last[name]), sum(count for _type, count in kinds[name]), tuple(kinds[name]))
            for name in newest[page.offset : page.offset + page.limit]
        ]

    def receipt_groups(self, number: str) -> list[ChangeGroup]:
        """What a receipt covers, by whom it is about."""
        return self._groups("mine = 1 AND receipt = ?", (number,))


def _terms(
    number: str | None, day: date | None, scopes: Sequence[str], ids: Sequence[str]
) -> tuple[list[str], list[Any]]:
    terms: list[str] = []
    values: list[Any] = []
    if number:
        terms.append("instr(lower(receipt), lower(?))")
        values.append(number)
    if day is not None:
        terms.append("substr(acked_at, 1, 10) = ?")
        values.append(day.isoformat())
    if scopes:
        terms.append(_OF_PEOPLE)
        values.append(json.dumps(list(scopes)))
    if ids:
        terms.append(_OF_RECORDS)
        values += [json.dumps(list(ids))] * 2
    return terms, values
