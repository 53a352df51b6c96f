"""The hub's own watch book: refused enrolments, wrong signatures, laptops that ask too often; ids and counts only.

One row per hour, kind and subject, so that no flood of refusals makes a flood of rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from sync.hub import tables as t

Kind = Literal[
    "enrolled", "code-unknown", "code-wrong", "code-used", "code-old", "code-tries", "signature", "replayed", "limit",
    "lost", "login", "lease",
]  # fmt: skip
"""enrolled: a code made a device. code-...: why a code was refused, which only the administrator learns. signature: not
made by the key of the device it names. limit: a laptop asked three times as often as it may. lost: its broker reported
it from another laptop. login: somebody came back from the identity provider and was not let in. lease: an
administrator set how long cases stay open without the hub; the subject is the days."""
KEEP = timedelta(days=400)
"""Longer than a year, so that a yearly review sees all of it."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What happened to whom in an hour, how often; `subject`: the id of a device or broker, a figure, or empty."""

    kind: str
    subject: str
    n: int
    first_at: str
    last_at: str


def note(conn: Connection, tenant: int, kind: Kind, subject: str, now: datetime) -> None:
    """Write down that something happened."""
    hour, stamp = int(now.timestamp() // 3600), now.isoformat(timespec="seconds")
    key = {"tenant": tenant, "hour": hour, "kind": kind, "subject": subject}
    where = [t.event.c[name] == value for name, value in key.items()]
    n = conn.execute(select(t.event.c.n).where(*where).with_for_update()).scalar()
    if n is None:
        conn.execute(insert(t.event).values(**key, n=1, first_at=stamp, last_at=stamp))
    else:
        conn.execute(update(t.event).where(*where).values(n=n + 1, last_at=stamp))


def noted(conn: Connection, tenant: int) -> list[Noted]:
    """Everything, newest first."""
    columns = (t.event.c.kind, t.event.c.subject, t.event.c.n, t.event.c.first_at, t.event.c.last_at)
    rows = conn.execute(
        select(*columns)
        .where(t.event.c.tenant == tenant)
        .order_by(t.event.c.last_at.desc(), t.event.c.kind, t.event.c.subject)
    )
    return [Noted(*row) for row in rows]


def forget_old(conn: Connection, tenant: int, now: datetime) -> None:
    """Let go of what is older than `KEEP`."""
    oldest = int((now - KEEP).timestamp() // 3600)
    conn.execute(delete(t.event).where(t.event.c.tenant == tenant, t.event.c.hour < oldest))
