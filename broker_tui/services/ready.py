"""Ready for the road: what has to hold before a laptop leaves the office, asked of the parts that know.

Everything is read afresh; nothing here needs a network, and nothing changes anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from broker_tui.services.backups import Keeper
from broker_tui.services.base import Service
from broker_tui.services.ports import CaseFilter
from broker_tui.services.syncing import Syncing

Point = Literal["hub", "synced", "unsent", "refused", "differences", "lease", "cases", "backup", "opens", "disk"]
FRESH = timedelta(days=1)
"""What was fetched and backed up longer ago is old: others have worked since."""
ROOM = 200_000_000
"""Bytes that should be free: a backup, the write-ahead log and a day of work need far less."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line: whether it holds, and what to say about it.

    Args:
        count: people, changes, differences or bytes, as the point counts.
        at: when it happened last.
        until: the last day on which it holds.
    """

    point: Point
    ok: bool
    count: int = 0
    at: datetime | None = None
    until: date | None = None


@dataclass(frozen=True)
class Ready(Service):
    """The check before leaving."""

    sync: Callable[[], Syncing] = field(compare=False)
    keeper: Keeper = field(compare=False)

    def checks(self) -> list[Check]:
        """Every line, in the order in which one would see to them."""
        return [*self._hub(), *self._laptop()]

    def _hub(self) -> list[Check]:
        state, now = self.sync().state(), self.clock.now()
        if not state.enrolled:
            return [Check("hub", False, state.unsent)]
        last = state.last_sync
        found = [
            Check("synced", last is not None and now - last <= FRESH, at=last),
            Check("unsent", state.unsent == 0, state.unsent),
            Check("refused", state.refused == 0, state.refused),
            Check("differences", state.conflicts == 0, state.conflicts),
        ]
        if state.lease is not None:
            found.append(Check("lease", not state.lease.ends_soon(now.date()), until=state.lease.until))
        return found

    def _laptop(self) -> list[Check]:
        now = self.clock.now()
        kept = self.keeper.kept()
        newest = max((one.made for one in kept), default=None)
        free = self.keeper.free_bytes()
        return [
            Check("cases", True, self.store.case_count(CaseFilter())),
            Check("backup", newest is not None and now - newest <= FRESH, at=newest),
            Check("opens", self.keeper.opens_here()),
            Check("disk", free is None or free >= ROOM, free or 0),
        ]
