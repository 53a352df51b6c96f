"""The hub's memory of every laptop's audit chain: the newest line it was told of, countersigned.

A laptop claims its newest line and, for the number the hub remembers, what its chain has there. So the hub sees a chain
that was cut short or grew again from an older copy, without seeing any line. It never moves its memory on such a claim:
that stays until an administrator has looked.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sync.hub import tables as t
from sync.hub.keyfiles import made_once
from sync.hub.listed import LARGEST
from sync.protocol import AuditAnchor, AuditHead, AuditVerdict, StatusRequest

KEY = "sign-key"
"""File in the hub's folder: the private key it countersigns with."""
_SEAL = 64
_known = (
    select(t.audit_head.c.seq, t.audit_head.c.mac, t.audit_head.c.at, t.audit_head.c.forked_at)
    .where(t.audit_head.c.tenant == bindparam("tenant"), t.audit_head.c.device == bindparam("device"))
    .with_for_update()  # two claims of one laptop must not move the memory back
)
_move = (
    update(t.audit_head)
    .where(t.audit_head.c.tenant == bindparam("b_tenant"), t.audit_head.c.device == bindparam("b_device"))
    .values(seq=bindparam("seq"), mac=bindparam("mac"), at=bindparam("at"))
)
_fork = (
    update(t.audit_head)
    .where(
        t.audit_head.c.tenant == bindparam("b_tenant"),
        t.audit_head.c.device == bindparam("b_device"),
        t.audit_head.c.forked_at.is_(None),
    )
    .values(forked_at=bindparam("forked_at"))
)
_forget = delete(t.audit_head).where(
    t.audit_head.c.tenant == bindparam("tenant"), t.audit_head.c.device == bindparam("device")
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The hub's word on a claim, and what it remembers now."""

    verdict: AuditVerdict
    anchor: AuditAnchor | None


class SigningKey:
    """The hub's own key; made when it is first needed."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def of(cls, folder: Path | None) -> "SigningKey | None":
        """The key in a hub's folder; None for a hub without one."""
        if folder is None:
            return None
        path = folder / KEY
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(path.read_bytes()))
        except FileNotFoundError:
            made = made_once(path, Ed25519PrivateKey.generate().private_bytes_raw())
            return cls(Ed25519PrivateKey.from_private_bytes(made))

    @property
    def public_text(self) -> str:
        """Base64 of the 32 public bytes, as laptops get it at enrolment."""
        return base64.b64encode(self._private.public_key().public_bytes_raw()).decode()

    def signed(self, data: bytes) -> bytes:
        """The one Ed25519 signature of `data` (RFC 8032: it holds no chance)."""
        return self._private.sign(data)

    def countersigned(self, device: str, seq: int, mac: str, at: str) -> AuditAnchor:
        """A head with the hub's signature."""
        data = msgspec.json.encode(["audit", device, seq, mac, at])
        return AuditAnchor(seq=seq, mac=mac, at=at, signature=base64.b64encode(self.signed(data)).decode())


def judge(conn: Connection, tenant: int, device: str, request: StatusRequest, now: datetime, key: SigningKey) -> Judged:
    """Take a claim in, or see that it does not follow; inside a write transaction.

    A laptop that makes no claim (an older program) is left alone.
    """
    claim = request.audit
    if claim is None or not _sound(claim):
        return Judged("", None)
    stamp = now.isoformat(timespec="seconds")
    row = conn.execute(_known, {"tenant": tenant, "device": device}).first()
    if row is None:
        conn.execute(insert(t.audit_head).values(tenant=tenant, device=device, seq=claim.seq, mac=claim.mac, at=stamp))
        return Judged("kept", key.countersigned(device, claim.seq, claim.mac, stamp))
    seq, mac, at, _forked_at = row
    anchor = key.countersigned(device, seq, mac, at)
    since = request.since
    if claim.seq < seq or (since is not None and since.seq == seq and since.mac != mac):
        if since is None or since.seq != seq:
            return Judged("stale", anchor)  # it may not know the number yet; the next claim tells
        conn.execute(_fork, {"b_tenant": tenant, "b_device": device, "forked_at": stamp})
        return Judged("forked", anchor)
    if since is None or since.seq != seq:
        return Judged("stale", anchor)
    if claim.seq == seq:
        return Judged("kept", None)  # it has this anchor: it named it
    conn.execute(_move, {"b_tenant": tenant, "b_device": device, "seq": claim.seq, "mac": claim.mac, "at": stamp})
    return Judged("kept", key.countersigned(device, claim.seq, claim.mac, stamp))


def forget(conn: Connection, tenant: int, device: str) -> bool:
    """Begin anew with a laptop whose fork was looked into; whether there was anything to forget."""
    return conn.execute(_forget, {"tenant": tenant, "device": device}).rowcount > 0


def _sound(claim: AuditHead) -> bool:
    digits = set(claim.mac) <= set("0123456789abcdef") and len(claim.mac) == _SEAL
    return 0 < claim.seq <= LARGEST and digits
