"""Today: what the programmes ask, what a broker has agreed, promised and noted down, and consents that run out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from broker_tui.domain import consents
from broker_tui.domain import today as order
from broker_tui.domain.views import Entry, TodayItem
from broker_tui.services.base import Service
from broker_tui.services.ports import Store
from sync.records.types import Case, Citizen, Company, Consent, FollowUp, Memo, Promise

if TYPE_CHECKING:
    from broker_tui.programmes.definition import Rule
    from broker_tui.programmes.results import Obligation
    from broker_tui.services.programmes import Programmes, Standing


@dataclass(frozen=True)
class Today(Service):
    """The list behind F2 and `broker today`."""

    programmes: "Callable[[], Programmes] | None" = None

    def items(
        self, today: date, *, area: str | None = None, snoozed: bool = False, rules: bool = True
    ) -> list[TodayItem]:
        """Overdue, today, this week, the fourteen days ahead, then what has no date.

        What was left aside until a later day is left out, unless `snoozed`. Without `rules` only what was agreed,
        promised and noted: it is there at once, before any programme is read.
        """
        asked = self._rules(today) if rules else ()
        found = order.arranged([*self._tasks(today), *self._consents(today), *asked])
        if not snoozed and self.programmes is not None:
            aside = self.programmes().snoozed(today)
            found = [item for item in found if item.id not in aside]
        return [item for item in found if item.area == area] if area is not None else found

    def also_due(self, citizen_id: str, today: date) -> list[TodayItem]:
        """What else is due for a person by the end of the week: offered after something was logged."""
        near = ("overdue", "today", "this_week")
        return [item for item in self.items(today) if item.citizen_id == citizen_id and item.state in near]

    def _rules(self, today: date) -> Iterator[TodayItem]:
        """What the programmes ask by a day within sight. Advice never nags."""
        if self.programmes is None:
            return
        programmes = self.programmes()
        for standing in programmes.standings(today):
            for obligation in standing.owed:
                rule = programmes.rule(obligation.rule)
                if rule.severity != "A" and order.in_sight(obligation.due, today):
                    yield rule_item(standing, obligation, rule, today)

    def counts(self, today: date) -> dict[str, int]:
        """How many items of each state."""
        return order.counts(self.items(today))

    def by_area(self, today: date) -> list[tuple[str | None, list[TodayItem]]]:
        """The list per housing area."""
        return order.by_area(self.items(today))

    def _tasks(self, today: date) -> Iterator[TodayItem]:
        about = _About(self.store)
        where = {"state": "open"}
        for follow_up in self.store.entries(FollowUp, where=where):
            record = follow_up.record
            if order.in_sight(record.due, today) and about.is_known(record.citizen_id):
                yield about.item(
                    TodayItem(
                        id=f"follow_up:{follow_up.id}",
                        kind="follow_up",
                        record_id=follow_up.id,
                        due=record.due,
                        at=record.at,
                        state=order.due_state(record.due, today),
                        what=record.what,
                        closes_with="contact",
                    ),
                    record.citizen_id,
                    record.company_id,
                )
        for promise in self.store.entries(Promise, where=where):
            made = promise.record
            if order.in_sight(made.due, today) and about.is_known(made.citizen_id):
                yield about.item(
                    TodayItem(
                        id=f"promise:{promise.id}",
                        kind="promise",
                        record_id=promise.id,
                        due=made.due,
                        at=None,
                        state=order.due_state(made.due, today),
                        what=made.text,
                        made_on=made.made_on,
                        closes_with="done",
                    ),
                    made.citizen_id,
                    made.company_id,
                )
        for memo in self.store.entries(Memo, where=where):
            noted = memo.record
            if order.in_sight(noted.due, today):
                yield about.item(
                    TodayItem(
                        id=f"memo:{memo.id}",
                        kind="memo",
                        record_id=memo.id,
                        due=noted.due,
                        at=None,
                        state=order.due_state(noted.due, today),
                        what=noted.text,
                        closes_with="done",
                    ),
                    noted.citizen_id,
                    noted.company_id,
                )

    def _consents(self, today: date) -> Iterator[TodayItem]:
        """Consents that end within thirty days, of people with an open course."""
        given = [e for e in self.store.entries(Consent, where={"state": "given"}) if e.record.expires is not None]
        about = _About(self.store)
        for citizen_id in {entry.record.citizen_id for entry in consents.running_out(given, today)}:
            if not about.is_known(citizen_id) or about.case(citizen_id) is None:
                continue
            every = self.store.entries(Consent, where={"citizen_id": citizen_id})
            for entry in consents.running_out(every, today):
                expires = entry.record.expires
                yield about.item(
                    TodayItem(
                        id=f"consent:{entry.id}",
                        kind="consent",
                        record_id=entry.id,
                        due=expires,
                        at=None,
                        state=order.due_state(expires, today),
                        what=entry.record.kind,
                        made_on=entry.record.stated_on,
                        closes_with="consent",
                    ),
                    citizen_id,
                    None,
                )


def rule_item(standing: "Standing", obligation: "Obligation", rule: "Rule", today: date) -> TodayItem:
    """An obligation as a row of Today. What is never red does not become overdue; it stays, without a date."""
    lapsed = obligation.due is not None and obligation.due < today and obligation.state != "overdue"
    due = None if lapsed else obligation.due
    return TodayItem(
        id=f"rule:{standing.case_id}:{obligation.id}",
        kind="rule",
        record_id=obligation.id,
        due=due,
        at=obligation.due_at.time().replace(second=0) if obligation.due_at is not None else None,
        state=order.due_state(due, today),
        what=rule.id,
        citizen_id=standing.citizen_id,
        citizen_name=standing.citizen_name,
        case_id=standing.case_id,
        programme=standing.programme,
        step=standing.evaluation.step,
        area=standing.area,
        rule=rule.id,
        source=rule.source,
        closes_with="rule",
        since=obligation.since,
        clock=obligation.clock,
        done=obligation.count.done if obligation.count is not None else None,
        minimum=obligation.count.minimum if obligation.count is not None else None,
        severity=rule.severity,
        obligation=obligation.state,
        debt=obligation.debt,
    )


@dataclass
class _About:
    """Names, areas and programmes of those the items are about, each looked up once."""

    store: Store
    citizens: dict[str, Entry[Citizen] | None] = field(default_factory=dict)
    cases: dict[str, Entry[Case] | None] = field(default_factory=dict)
    companies: dict[str, Entry[Company] | None] = field(default_factory=dict)

    def is_known(self, citizen_id: str | None) -> bool:
        """Whether an item about this person can be shown (an item about nobody can)."""
        return citizen_id is None or self.citizen(citizen_id) is not None

    def citizen(self, citizen_id: str) -> Entry[Citizen] | None:
        """The person, unless withdrawn."""
        if citizen_id not in self.citizens:
            found = self.store.entry(Citizen, citizen_id)
            self.citizens[citizen_id] = None if found is None or found.deleted else found
        return self.citizens[citizen_id]

    def case(self, citizen_id: str) -> Entry[Case] | None:
        """The person's open course."""
        if citizen_id not in self.cases:
            found = self.store.entries(Case, where={"citizen_id": citizen_id})
            live = [entry for entry in found if entry.record.status == "open" and not entry.deleted]
            self.cases[citizen_id] = max(live, key=lambda entry: (entry.record.known_from, entry.id), default=None)
        return self.cases[citizen_id]

    def company(self, company_id: str) -> Entry[Company] | None:
        """The company."""
        if company_id not in self.companies:
            self.companies[company_id] = self.store.entry(Company, company_id)
        return self.companies[company_id]

    def item(self, item: TodayItem, citizen_id: str | None, company_id: str | None) -> TodayItem:
        """`item` with whom it is about."""
        if citizen_id is not None and (citizen := self.citizen(citizen_id)) is not None:
            case = self.case(citizen_id)
            item = replace(
                item,
                citizen_id=citizen_id,
                citizen_name=citizen.record.name,
                area=citizen.record.area,
                case_id=case.id if case else None,
                programme=case.record.programme if case else None,
                step=case.record.step if case else None,
            )
        if company_id is not None and (company := self.company(company_id)) is not None:
            item = replace(
                item, company_id=company_id, company_name=company.record.name, area=item.area or company.record.area
            )
        return item
