"""How long cases stay open on a laptop the hub has not heard from: the municipality's figure, told with every status.

The laptop keeps it itself (decision 0024); here it is one number, and nothing is said while nobody has set it.
"""

from datetime import datetime

from sqlalchemy import Connection, select, update

from sync.hub import tables as t
from sync.hub.events import note

LONGEST = 366
"""Days; a laptop takes a longer lease for this one."""
POLICY = "lease_days"
"""Its name in the policy a laptop is told."""


def days(conn: Connection, tenant: int) -> int | None:
    """The figure; None while it was left to the laptops."""
    found: int | None = conn.execute(select(t.tenant.c.lease_days).where(t.tenant.c.tenant == tenant)).scalar()
    return found


def set_days(conn: Connection, tenant: int, wanted: int, now: datetime) -> None:
    """Another figure from now on; the watch book keeps which it became."""
    conn.execute(update(t.tenant).where(t.tenant.c.tenant == tenant).values(lease_days=wanted))
    note(conn, tenant, "lease", str(wanted), now)


def policy(conn: Connection, tenant: int) -> dict[str, int]:
    """What a laptop is told; an empty policy leaves everything as it was."""
    found = days(conn, tenant)
    return {} if found is None else {POLICY: found}
