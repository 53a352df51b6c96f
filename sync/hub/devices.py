"""The laptops of one person, for that person: which there are, and shutting a lost one out from another."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from sync.hub import tables as t
from sync.hub.events import note
from sync.hub.listed import fitting
from sync.hub.problems import Refused
from sync.hub.state import Actor
from sync.protocol import DevicesAnswer, OwnDevice


def own(conn: Connection, tenant: int, actor: Actor) -> DevicesAnswer:
    """Whatever the person's laptops, never one of somebody else."""
    rows = conn.execute(
        select(t.device.c.id, t.device.c.name, t.device.c.enrolled_at, t.device.c.last_seen, t.device.c.revoked_at)
        .where(t.device.c.tenant == tenant, t.device.c.staff_id == (actor.staff_id or ""))
        .order_by(t.device.c.enrolled_at, t.device.c.id)
    )
    return DevicesAnswer(
        devices=[
            OwnDevice(
                id=row.id,
                name=row.name,
                enrolled_at=row.enrolled_at,
                last_seen=row.last_seen,
                revoked_at=row.revoked_at,
                this=row.id == actor.device_id,
            )
            for row in rows
        ]
    )


def report_lost(conn: Connection, tenant: int, actor: Actor, device: str, now: datetime) -> None:
    """Take nothing from another laptop of this person any more. Done again it changes nothing.

    Only an administrator lets it in again.

    Raises:
        Refused: `not-found`: somebody else's, unknown, or the one that asks; told apart for nobody.
    """
    name = fitting(device, 36)
    mine = (t.device.c.tenant == tenant, t.device.c.id == name, t.device.c.staff_id == (actor.staff_id or ""))
    known = conn.execute(select(t.device.c.id).where(*mine)).first() is not None
    if not known or name != device or device == actor.device_id:
        raise Refused("not-found")
    stamp = now.isoformat(timespec="seconds")
    shut = conn.execute(update(t.device).where(*mine, t.device.c.revoked_at.is_(None)).values(revoked_at=stamp))
    if shut.rowcount:
        note(conn, tenant, "lost", device, now)
