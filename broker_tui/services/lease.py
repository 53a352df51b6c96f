"""The lease of this laptop: begun when it joins a hub, renewed by each good answer of it, and run out without one.

Nothing is deleted when it runs out, and nothing stops being sent: the caseload opens only to "connect" until the hub
has answered. What is known of the time lies in the vault, so that turning the clock back wins nothing. A clock that was
wrong by years can end a lease too early; the next good answer puts both right.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from broker_tui.domain.clock import Clock, real
from broker_tui.domain.lease import Lease, bounded, moved
from broker_tui.domain.views import StoreFull
from broker_tui.services.ports import Store

ENROLMENT = "hub.enrolment"
"""Setting: what the hub said when this laptop joined; `policy` in it holds the municipality's figures, as said last."""
HEARD, SEEN = "lease.heard", "lease.seen"
"""Settings: ISO times of the last good answer, and of the latest moment known to have come."""
OFTEN = timedelta(minutes=10)
"""How far the time moves on before it is written again."""


class Leases:
    """`services.lease`. Quick; may be called from any thread.

    Args:
        store: the open caseload.
        clock: the program's idea of now; `--on` does not count here.
        steady: seconds of a clock nobody sets.
    """

    def __init__(self, store: Store, clock: Clock, steady: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = real(clock)
        self._steady = steady
        self._looked = steady()
        self._turn = threading.Lock()

    def look(self, *, often: timedelta = OFTEN) -> Lease | None:
        """What stands now, and write down that time went on by `often`; None for a laptop that joined no hub."""
        if not self._store.me().enrolled:
            return None
        with self._turn:
            now, heard = self._clock.now(), self._moment(HEARD)
            if heard is None:  # joined with a program from before there was a lease
                heard = now
                with suppress(StoreFull):
                    self._write(now)
            known = self._moment(SEEN) or heard
            steady = self._steady()
            seen = moved(known, now, steady - self._looked)
            if seen - known >= often:
                with suppress(StoreFull):  # a full disk stops nobody from reading; it is written the next time
                    self._store.set_setting(SEEN, seen.isoformat())
                    self._looked = steady
        return Lease(heard, seen, self._days())

    def over(self) -> bool:
        """Whether the caseload opens only to connect."""
        lease = self.look()
        return lease is not None and lease.over

    def close(self) -> None:
        """The program ends: what it ran counts, or many short looks with the clock turned back would cost nothing."""
        self.look(often=timedelta(seconds=1))

    def renew(self, policy: Mapping[str, int] | None = None) -> None:
        """The hub gave a good answer: everything counts from now, also where the clock was wrong before.

        `policy`: the municipality's figures where the hub said some; they hold from this answer on.
        """
        with self._turn:
            self._write(self._clock.now())
            self._learn(policy or {})

    def _learn(self, policy: Mapping[str, int]) -> None:
        said = self._store.setting(ENROLMENT) or {}
        known = said.get("policy", {})
        fresh = {name: figure for name, figure in policy.items() if known.get(name) != figure}
        if fresh:
            self._store.set_setting(ENROLMENT, {**said, "policy": {**known, **fresh}})
            for name, figure in sorted(fresh.items()):
                self._store.note_audit("policy", "hub", "", f"{name} {figure}")

    def _write(self, now: datetime) -> None:
        self._store.set_setting(HEARD, now.isoformat())
        self._store.set_setting(SEEN, now.isoformat())
        self._looked = self._steady()

    def _moment(self, name: str) -> datetime | None:
        stored = self._store.setting(name)
        return datetime.fromisoformat(stored) if stored else None

    def _days(self) -> int:
        return bounded((self._store.setting(ENROLMENT) or {}).get("policy", {}).get("lease_days"))
