"""How often one laptop may ask: a bucket of tokens that fills steadily, and an alarm for who asks far more often.

Pages of a first sync are free: a page that ends further on in its feeds than any before it. The same pages fetched
again are not, so nobody can have the hub read without end. Buckets live in the process (docs/decisions/0019).
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

PER_MINUTE = 60
"""A sync of 10,000 records asks 41 times."""
ALARM = 3
"""From this many times the limit within a minute on, the administrator is told."""
FULL = 60.0
"""Seconds in which an empty bucket fills."""
_FORGET = 10_000
"""Most buckets kept; the ones that are full again tell nothing and go first."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    since: float
    asked: int = 0
    furthest: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """What the limit says: the seconds to wait (0: come in), and whether this request raises the alarm."""

    wait: int
    alarm: bool = False


class Limits:
    """The buckets of one process.

    Args:
        per_minute: requests a device may make in a minute, and at most at once; 0 means any number.
        now: seconds of a clock that only goes forward.
    """

    def __init__(self, per_minute: int, now: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self._now = now
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def ask(self, device: str) -> Word:
        """Take a token for one request."""
        if not self.per_minute:
            return Word(0)
        with self._lock:
            bucket = self._bucket(device)
            bucket.asked += 1
            alarm = bucket.asked == ALARM * self.per_minute + 1
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return Word(0, alarm)
            return Word(math.ceil((1 - bucket.tokens) * FULL / self.per_minute), alarm)

    def moved_on(self, device: str, furthest: int) -> None:
        """Give the token of a page back that brought this device further than it ever was."""
        if not self.per_minute:
            return
        with self._lock:
            bucket = self._bucket(device)
            if furthest > bucket.furthest:
                bucket.furthest = furthest
                bucket.tokens = min(float(self.per_minute), bucket.tokens + 1)
                bucket.asked -= 1

    def _bucket(self, device: str) -> _Bucket:
        now = self._now()
        bucket = self._buckets.get(device)
        if bucket is None:
            if len(self._buckets) >= _FORGET:
                self._sweep(now)
            bucket = self._buckets[device] = _Bucket(float(self.per_minute), now, now)
        filled = (now - bucket.at) * self.per_minute / FULL
        bucket.tokens, bucket.at = min(float(self.per_minute), bucket.tokens + filled), now
        if now - bucket.since >= FULL:
            bucket.since, bucket.asked = now, 0
        return bucket

    def _sweep(self, now: float) -> None:
        """Only enrolled devices have buckets, so this is for a very large jobcenter."""
        idle = [device for device, bucket in self._buckets.items() if now - bucket.at >= FULL]
        for device in idle:
            del self._buckets[device]
