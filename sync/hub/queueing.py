"""Since when operations have been waiting for another one, so that none waits for ever.

The laptop holds what waits and sends it again with every sync; the hub notes when it first heard of it. What is named
may never come: it lay on a laptop that is lost, or on a copy that was put back. After `PATIENCE` the operation is
judged without it, by what it says it saw, and a difference is opened where somebody else changed the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select

from sync.hub import tables as t
from sync.hub.listed import among

PATIENCE = timedelta(days=5)
"""A laptop that is on the road for a working week still finds its operations in order."""
_WAITING = "waiting"
_of_device = (t.waiting.c.tenant == bindparam("tenant"), t.waiting.c.device == bindparam("device"))
_since = select(t.waiting.c.op, t.waiting.c.since).where(*_of_device, among(t.waiting.c.op, "ops"))
_done = delete(t.waiting).where(*_of_device, among(t.waiting.c.op, "ops"))


class Queue:
    """What one device has been waiting with; nothing is read while nothing waits."""

    def __init__(self, conn: Connection, tenant: int, device: str, now: str) -> None:
        self._conn, self._of, self._now = conn, {"tenant": tenant, "device": device}, now
        self.about: Sequence[str] = ()
        """The operations of this push."""
        self._known: dict[str, str] | None = None

    def _times(self) -> dict[str, str]:
        if self._known is None:
            rows = self._conn.execute(_since, {**self._of, "ops": list(self.about)})
            self._known = {row[0]: row[1] for row in rows}
        return self._known

    def spent(self, op: str) -> bool:
        """Whether an operation has waited long enough."""
        since = self._times().get(op)
        return since is not None and datetime.fromisoformat(self._now) - datetime.fromisoformat(since) >= PATIENCE

    def settle(self, answers: Mapping[str, str]) -> None:
        """Note what waits from now on, and let go of what was answered."""
        waits = {op for op, status in answers.items() if status == _WAITING}
        if self._known is None and not waits:
            return
        known = self._times()
        fresh = [{**self._of, "op": op, "since": self._now} for op in sorted(waits - known.keys())]
        if fresh:
            self._conn.execute(insert(t.waiting), fresh)
        done = sorted(known.keys() - waits)
        if done:
            self._conn.execute(_done, {**self._of, "ops": done})


def forget_old(conn: Connection, tenant: int, before: str) -> None:
    """Let go of what nobody has asked about since."""
    conn.execute(delete(t.waiting).where(t.waiting.c.tenant == tenant, t.waiting.c.since < before))
