"""When an open caseload locks by itself: nobody pressed a key for a while, or the clock jumped as it does after sleep.

Pure: it is told the time, and says what to do. The clocks are a steady one (seconds since some start, standing still
while the machine sleeps on some systems) and the wall clock; between two looks both should have gone on alike.
"""

from dataclasses import dataclass
from typing import Literal

SHORTEST, LONGEST, USUAL = 60, 15 * 60, 5 * 60
"""Seconds without a key; the municipality may choose between the first two (security.md 4.5)."""
WARNING = 30
"""Seconds before the lock at which somebody is told."""
JUMP = 30
"""Seconds by which a look may come late, or the wall clock run away, before it counts as sleep."""
Verdict = Literal["open", "warn", "lock"]


def bounded(seconds: object) -> int:
    """A limit as it may be; the usual one for anything that is no number."""
    return max(SHORTEST, min(seconds, LONGEST)) if isinstance(seconds, int) else USUAL


@dataclass(slots=True)
class IdleWatch:
    """One open caseload.

    Args:
        limit: seconds without a key.
        steady, wall: both clocks now.
    """

    limit: int
    steady: float
    wall: float
    _key: float = 0.0

    def __post_init__(self) -> None:
        self._key = self.steady

    def touched(self, steady: float) -> None:
        """Somebody pressed a key or a button."""
        self._key = steady

    def look(self, steady: float, wall: float) -> Verdict:
        """What to do now; to be asked every second or so."""
        passed, told = steady - self.steady, wall - self.wall
        self.steady, self.wall = steady, wall
        if passed > JUMP or abs(told - passed) > JUMP:
            return "lock"
        idle = steady - self._key
        if idle >= self.limit:
            return "lock"
        return "warn" if idle >= self.limit - WARNING else "open"

    def left(self, steady: float) -> int:
        """Seconds until the lock."""
        return max(0, round(self.limit - (steady - self._key)))
