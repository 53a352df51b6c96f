"""Receipts are kept for good and can be looked up: by number, by day, by person or company, by record."""

from dataclasses import dataclass
from datetime import date

from broker_tui.domain.dates import DateFault, parse_day
from broker_tui.domain.receipts import Kept, Pushed
from broker_tui.domain.views import ChangeGroup, Receipt
from broker_tui.services.base import Service
from broker_tui.services.ports import Page
from sync.records import case_scope

_RUNS = 500
"""Ends of syncs that are looked through; a number of the hub is found however old it is."""


@dataclass(frozen=True)
class Receipts(Service):
    """What the hub confirmed, and what each sync brought."""

    def found(self, text: str = "", limit: int = 200) -> list[Kept]:
        """Receipts that answer to `text`, newest first; all of them for no text.

        A part of a number, a day as people type it, a name of a person or company, or the id of a record.
        """
        asked = text.strip()
        if not asked:
            return self._joined(self.store.pushed(Page(0, limit)), self.store.receipts(Page(0, limit)))[:limit]
        day = _day(asked, self.clock.today())
        people = self.store.matching_ids("citizen", asked)
        companies = self.store.matching_ids("company", asked)
        pushed = self.store.pushed(
            Page(0, limit),
            number=asked,
            day=day,
            scopes=[case_scope(citizen_id) for citizen_id in people],
            ids=[asked, *people, *companies],
        )
        numbers = {one.number for one in pushed}
        runs = [
            run
            for run in self.store.receipts(Page(0, _RUNS))
            if run.number in numbers or asked.lower() in run.number.lower() or run.at.date() == day
        ]
        return self._joined(pushed, runs)[:limit]

    def covering(self, record_id: str) -> list[Pushed]:
        """The receipts that cover a record, the newest first."""
        return self.store.pushed(Page(0, 50), ids=[record_id])

    def groups(self, number: str) -> list[ChangeGroup]:
        """What one receipt covers, by whom it is about."""
        return self.store.receipt_groups(number)

    def _joined(self, pushed: list[Pushed], runs: list[Receipt]) -> list[Kept]:
        """One line a number: a sync is known by the number of its last batch."""
        ends = {run.number: run for run in runs}
        lines = [Kept(one.number, one.at, one, ends.pop(one.number, None)) for one in pushed]
        lines += [Kept(run.number, run.at, None, run) for run in ends.values()]
        return sorted(lines, key=lambda one: one.at, reverse=True)


def _day(text: str, today: date) -> date | None:
    try:
        return parse_day(text, today, "past")
    except DateFault:
        return None
