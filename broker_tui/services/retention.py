"""How long people stay on this laptop after their cases closed. The hub keeps the record; here lies a working copy."""

from dataclasses import dataclass
from datetime import date, timedelta

from broker_tui.domain.clock import real
from broker_tui.domain.views import Departure, InvalidInput
from broker_tui.services.base import Service
from broker_tui.services.lease import ENROLMENT
from broker_tui.services.ports import Page
from sync.records.types import Citizen

DAYS = "retention.days"
"""Setting: days after closing; the municipality's own figure goes before it."""
POLICY = "retention_days"
"""The same in what the hub said at enrolment."""
DEFAULT, SHORTEST, LONGEST = 30, 0, 365


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person who will leave this laptop.

    Args:
        on: the day from which the next sync takes the person away.
        held: what keeps the person here all the same: `unsent`, `difference`, `draft`, `task`.
    """

    citizen_id: str
    name: str
    closed_on: date
    on: date
    held: tuple[str, ...]


@dataclass(frozen=True)
class Retention(Service):
    """Minimisation on the laptop (security.md 3: a working copy with a short life)."""

    @property
    def days(self) -> int:
        """Days a closed case stays: what the municipality says, else what is set here."""
        policy = self.store.setting(ENROLMENT, {}).get("policy", {}).get(POLICY)
        days = policy if isinstance(policy, int) else self.store.setting(DAYS, DEFAULT)
        return max(SHORTEST, min(int(days), LONGEST))

    @property
    def set_by_hub(self) -> bool:
        """Whether the municipality has said the figure."""
        return isinstance(self.store.setting(ENROLMENT, {}).get("policy", {}).get(POLICY), int)

    def set_days(self, days: int) -> None:
        """Keep another figure.

        Raises:
            InvalidInput: outside the bounds, or the municipality has said it.
        """
        batch = self.batch()
        if self.set_by_hub:
            batch.fault("days", "set_by_hub")
        if not SHORTEST <= days <= LONGEST:
            batch.fault("days", "out_of_bounds", low=SHORTEST, high=LONGEST)
        if batch.faults:
            raise InvalidInput(tuple(batch.faults))
        self.store.set_setting(DAYS, days)
        self.store.note_audit("policy", "retention", "", str(days))

    def leaving(self) -> list[Leaving]:
        """Who will leave, soonest first. Nobody leaves a laptop without a hub: it holds the only copy."""
        if not self.store.me().enrolled:
            return []
        ended = self.store.ended()
        names = self.store.names(Citizen, [one.citizen_id for one in ended])
        after = timedelta(days=self.days)
        return [
            Leaving(one.citizen_id, names.get(one.citizen_id, ""), closed, closed + after, one.held)
            for one in ended
            for closed in (date.fromisoformat(one.closed_on[:10]),)
        ]

    def of(self, citizen_id: str) -> Leaving | None:
        """When this person leaves, if all their cases are closed."""
        return next((one for one in self.leaving() if one.citizen_id == citizen_id), None)

    def sweep(self) -> int:
        """Let everybody go whose day has come and whom nothing keeps; how many left. For after a good sync.

        By the real day: looking ahead takes nobody off the laptop.
        """
        today, gone = real(self.clock).today(), 0
        for one in self.leaving():
            if one.on <= today and not one.held and self.store.let_go(one.citizen_id):
                self.store.note_audit("left", "citizen", one.citizen_id)
                gone += 1
        return gone

    def departures(self, offset: int = 0, limit: int = 100) -> list[Departure]:
        """Who has left, newest first; no names are kept."""
        return self.store.departures(Page(offset, limit))

    def call_back(self, citizen_id: str | None = None) -> int:
        """Have one person, or everybody whose case closed, come back with the next sync; how many."""
        found = self.store.call_back(citizen_id)
        if found:
            self.store.note_audit("called_back", "citizen", citizen_id or "")
        return found
