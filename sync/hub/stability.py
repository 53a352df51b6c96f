"""Up to which number each feed is in a backup: laptops keep what they sent until the hub says so.

Marked before a backup begins, confirmed after it was read back: whatever stood at the mark is in the backup, without
any clock being asked. The hub cannot know whether a backup is good; whoever makes it says so.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from sync.hub import tables as t
from sync.hub.locking import hold_tenant


@dataclass(frozen=True, slots=True)
class Backups:
    """When a backup was confirmed last, and the mark of the one that is being made."""

    stable_at: str | None
    mark: str | None


def mark(conn: Connection, tenant: int) -> str:
    """Begin a backup: note where every feed ends. A mark that was open is given up.

    Returns:
        The name of the mark.
    """
    hold_tenant(conn, tenant, alone=True)  # a push that drew its numbers before has committed by now
    name = str(uuid.uuid4())
    conn.execute(update(t.feed).where(t.feed.c.tenant == tenant).values(marked=t.feed.c.seq))
    conn.execute(update(t.tenant).where(t.tenant.c.tenant == tenant).values(backup_mark=name))
    return name


def confirm(conn: Connection, tenant: int, name: str, now: datetime) -> bool:
    """Everything up to the mark is in a good backup; False when another mark is open, or none."""
    hold_tenant(conn, tenant, alone=True)
    stamp = now.isoformat(timespec="seconds")
    mine = (t.tenant.c.tenant == tenant) & (t.tenant.c.backup_mark == name)
    if not conn.execute(update(t.tenant).where(mine).values(backup_mark=None, stable_at=stamp)).rowcount:
        return False
    conn.execute(update(t.feed).where(t.feed.c.tenant == tenant).values(stable=t.feed.c.marked))
    return True


def state(conn: Connection, tenant: int) -> Backups:
    """What is known of backups."""
    row = conn.execute(select(t.tenant.c.stable_at, t.tenant.c.backup_mark).where(t.tenant.c.tenant == tenant)).one()
    return Backups(*row)
