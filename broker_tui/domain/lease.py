"""The lease: how long cases may stay open on a laptop that has not heard from its hub. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broker_tui.domain.clock import DENMARK

DAYS = 14
"""Where the hub said no figure."""
LONGEST = 366
WARN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Lease:
    """What stands of it.

    Attributes:
        heard: when the hub last gave this laptop a good answer, by the laptop's clock.
        seen: the latest moment that is known to have come since; a clock that is turned back does not move it.
        days: whole days after `heard` on which the cases are still open.
    """

    heard: datetime
    seen: datetime
    days: int = DAYS

    @property
    def until(self) -> date:
        """The last day on which the cases are open."""
        return self.heard.astimezone(DENMARK).date() + timedelta(days=self.days)

    @property
    def over(self) -> bool:
        """Whether that day is past."""
        return self.seen.astimezone(DENMARK).date() > self.until

    def ends_soon(self, today: date) -> bool:
        """Whether somebody has to be told."""
        return self.over or self.until - today <= WARN


def bounded(days: object) -> int:
    """The days of a policy, at least one; the usual figure where it says none."""
    if not isinstance(days, int) or isinstance(days, bool):
        return DAYS
    return max(1, min(days, LONGEST))


def moved(seen: datetime, now: datetime, running: float) -> datetime:
    """The latest moment known to have come.

    Args:
        seen: the one known before.
        now: what the clock says.
        running: seconds the program ran since, by a clock nobody sets; they have passed whatever the other one says.
    """
    return max(now, seen + timedelta(seconds=max(0.0, running)))
