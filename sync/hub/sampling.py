"""A monthly sample for the lead: changes the hub took, and lines of the laptops' audit logs to be looked up there.

Nobody can foresee it, and nobody can draw again until it suits: what is drawn follows from the hub's signature over the
month, which there is only one of and only its key can make. Whoever has the public half can check afterwards that it
was drawn so. Of what people read the hub knows only how far each log goes, and the seal there (`anchoring`); so lines
are drawn by number, and shown on the laptop, whose log has to be whole up to that seal.
"""

import base64
import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, insert, select

from sync.hub import tables as t
from sync.hub.anchoring import SigningKey
from sync.hub.clock import DENMARK
from sync.hub.listed import among


class Changed(msgspec.Struct, frozen=True):
    """A change that was drawn; ids, no content."""

    op: str
    received_at: str
    staff: str
    device: str | None
    type: str
    kind: str
    scope: str
    record: str


class Logged(msgspec.Struct, frozen=True):
    """Lines of a laptop's audit log that were drawn: out of those after `since`, up to its head at that time."""

    device: str
    since: int
    head: int
    mac: str
    forked: bool
    lines: list[int]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What was drawn for a month.

    Attributes:
        signature: base64, by `sign-key` over the canonical JSON `["audit-sample", tenant, month]`.
        wanted: changes that were asked for; fewer stand here if there were no more.
    """

    month: str
    drawn_at: str
    signature: str
    wanted: int
    changes: list[Changed]
    logs: list[Logged]


def drawn(conn: Connection, tenant: int, month: str) -> Sample | None:
    """The sample of a month, if it was drawn already."""
    kept = t.audit_sample
    doc = conn.execute(select(kept.c.doc).where(kept.c.tenant == tenant, kept.c.month == month)).scalar()
    return None if doc is None else msgspec.json.decode(doc, type=Sample)


def draw(conn: Connection, tenant: int, month: str, now: datetime, key: SigningKey, changes: int, lines: int) -> Sample:
    """Draw the sample of a month that is over, and keep it; a second drawing gives the first one."""
    known = drawn(conn, tenant, month)
    if known is not None:
        return known
    signature = key.signed(_about(tenant, month))
    sample = Sample(
        month=month,
        drawn_at=now.isoformat(timespec="seconds"),
        signature=base64.b64encode(signature).decode(),
        wanted=changes,
        changes=_changes(conn, tenant, month, _seed(signature), changes),
        logs=_logs(conn, tenant, month, _seed(signature), lines),
    )
    doc = msgspec.json.encode(sample).decode()
    conn.execute(insert(t.audit_sample).values(tenant=tenant, month=month, drawn_at=sample.drawn_at, doc=doc))
    return sample


def follows(conn: Connection, tenant: int, sample: Sample) -> bool:
    """Whether the history still gives the changes that were drawn from it."""
    seed = _seed(base64.b64decode(sample.signature))
    return _changes(conn, tenant, sample.month, seed, sample.wanted) == sample.changes


def is_genuine(sample: Sample, tenant: int, public: bytes) -> bool:
    """Whether a sample was drawn by the hub of this key for this month; the lines follow from it as well."""
    signature = base64.b64decode(sample.signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _about(tenant, sample.month))
    except InvalidSignature:
        return False
    seed = _seed(signature)
    return all(_lines(log.device, log.since, log.head, seed, len(log.lines)) == log.lines for log in sample.logs)


def is_over(month: str, now: datetime) -> bool:
    """Whether nothing more can happen in a month; raises ValueError for what is none."""
    return _bounds(month)[1] <= now


def _about(tenant: int, month: str) -> bytes:
    return msgspec.json.encode(["audit-sample", tenant, month])


def _seed(signature: bytes) -> bytes:
    return hashlib.sha256(signature).digest()


def _least(names: Iterable[str], seed: bytes, n: int) -> list[str]:
    """The `n` of these with the smallest keyed hash: the same whatever their order."""
    ranked = sorted(names, key=lambda name: hashlib.blake2b(name.encode(), key=seed, digest_size=16).digest())
    return sorted(ranked[:n])


def _bounds(month: str) -> tuple[datetime, datetime]:
    first = date.fromisoformat(f"{month}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    begin, end = (datetime.combine(day, time(), DENMARK).astimezone(UTC) for day in (first, after))
    return begin, end


def _changes(conn: Connection, tenant: int, month: str, seed: bytes, n: int) -> list[Changed]:
    begin, end = (moment.isoformat(timespec="milliseconds") for moment in _bounds(month))
    mine = (t.op.c.tenant == tenant, t.op.c.staff.is_not(None))
    within = (t.op.c.received_at >= begin, t.op.c.received_at < end)
    ids = _least(conn.execute(select(t.op.c.op).where(*mine, *within)).scalars(), seed, n)
    columns = (t.op.c.op, t.op.c.received_at, t.op.c.staff, t.op.c.device)
    about = (t.op.c.type, t.op.c.kind, t.op.c.scope, t.op.c.record_id)
    wanted = select(*columns, *about).where(t.op.c.tenant == tenant, among(t.op.c.op, "ops")).order_by(t.op.c.op)
    return [Changed(*row) for row in conn.execute(wanted, {"ops": ids})]


def _logs(conn: Connection, tenant: int, month: str, seed: bytes, n: int) -> list[Logged]:
    kept, heads = t.audit_sample, t.audit_head
    earlier = select(kept.c.doc).where(kept.c.tenant == tenant, kept.c.month < month).order_by(kept.c.month.desc())
    doc = conn.execute(earlier.limit(1)).scalar()
    before = msgspec.json.decode(doc, type=Sample).logs if doc else []
    until = {log.device: log.head for log in before}
    rows = conn.execute(
        select(heads.c.device, heads.c.seq, heads.c.mac, heads.c.forked_at)
        .where(heads.c.tenant == tenant)
        .order_by(heads.c.device)
    )
    found = []
    for device, seq, mac, forked_at in rows:
        since = until.get(device, 0)
        since = since if since <= seq else 0  # it was begun anew since
        found.append(Logged(device, since, seq, mac, forked_at is not None, _lines(device, since, seq, seed, n)))
    return found


def _lines(device: str, since: int, head: int, seed: bytes, n: int) -> list[int]:
    names = _least((f"{device} {line}" for line in range(since + 1, head + 1)), seed, n)
    return sorted(int(name.rpartition(" ")[2]) for name in names)
