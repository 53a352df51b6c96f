"""When a laptop tries its hub again by itself."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

SHORTEST, LONGEST = 1.0, 600.0
"""Seconds between background attempts: full jitter below a bound that doubles (sync.md 2.3, retry storm)."""
SOON = 30.0
"""Seconds after a successful sync before a new save is worth another one."""


class Attempts:
    """When the next background attempt is due; kept in memory, so that a fresh start may try at once."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._failures = 0
        self._next: datetime | None = None
        self._well: datetime | None = None

    def went_well(self, now: datetime) -> None:
        """Come again after ten to eleven minutes, or soon after a save."""
        self._failures, self._well = 0, now
        self._next = now + timedelta(seconds=LONGEST + 60 * self._chance())

    def failed(self, now: datetime, retry_after: float | None = None) -> None:
        """Wait for what the hub asked, or for a random part of a bound that doubles each time."""
        self._failures += 1
        bound = min(LONGEST, SHORTEST * 2.0 ** min(self._failures, 10))
        wait = max(SHORTEST, bound * self._chance(), retry_after or 0.0)
        self._next, self._well = now + timedelta(seconds=wait), None

    def next_attempt(self, now: datetime, unsent: int) -> datetime:
        """The moment of the next attempt; `now` or earlier means it is due."""
        if self._next is None:
            return now
        # A clock set back must not put attempts off for days.
        latest = now + timedelta(seconds=LONGEST + 60)
        if self._well and unsent:
            return min(self._next, self._well + timedelta(seconds=SOON), latest)
        return min(self._next, latest)
