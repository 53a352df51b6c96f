"""One-time codes and devices: a code is the only credential that is ever typed, so it is short-lived and counted.

Ten Crockford characters (50 bits), 15 minutes, single use, five tries per code and twenty refusals an hour per
tenant. The first four characters find the code, the other six are its secret, so that a wrong try counts against
one code and not against all.
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, delete, insert, select, update

from sync.hub import leasing
from sync.hub import tables as t
from sync.hub.events import Kind, note
from sync.hub.problems import Refused
from sync.protocol import EnrolAnswer, EnrolRequest
from sync.records import new_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
LOCATOR = 4
LIFE_SECONDS = 15 * 60
TRIES = 5
PER_HOUR = 20
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def tidy_code(text: str) -> str:
    """A code as typed: blanks and hyphens, case and look-alike letters do not matter."""
    return "".join(c for c in text.upper() if c.isalnum()).translate(_LOOKALIKES)


def new_code(conn: Connection, tenant: int, staff_id: str, now: datetime) -> str:
    """A fresh code for a member; it replaces codes that are used up or too old."""
    conn.execute(
        delete(t.enrolment).where(
            t.enrolment.c.tenant == tenant, (t.enrolment.c.expires < now.timestamp()) | t.enrolment.c.used
        )
    )
    taken = set(conn.execute(select(t.enrolment.c.locator).where(t.enrolment.c.tenant == tenant)).scalars())
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if code[:LOCATOR] not in taken:
            break
    salt = secrets.token_bytes(16)
    conn.execute(
        insert(t.enrolment).values(
            tenant=tenant,
            locator=code[:LOCATOR],
            staff_id=staff_id,
            salt=salt,
            secret=_stretch(code, salt),
            expires=now.timestamp() + LIFE_SECONDS,
            tries=0,
            used=False,
        )
    )
    return code


def redeem(conn: Connection, tenant: int, code: str, now: datetime) -> str | None:
    """The member a code stands for; None if it is refused. Refusals are counted either way, so commit both."""
    hour = int(now.timestamp() // 3600)
    counted = select(t.attempt.c.n).where(t.attempt.c.tenant == tenant, t.attempt.c.hour == hour)
    tried = conn.execute(counted.with_for_update()).scalar()  # tries are counted one after the other
    if tried is not None and tried >= PER_HOUR:
        raise Refused("too-many-tries", retry_after=3600)
    text = tidy_code(code)
    where = (t.enrolment.c.tenant == tenant, t.enrolment.c.locator == text[:LOCATOR])
    row = conn.execute(select(t.enrolment).where(*where).with_for_update()).first()
    fits = row is not None and hmac.compare_digest(_stretch(text, row.salt), row.secret)
    if row is not None and fits and not row.used and row.tries < TRIES and row.expires >= now.timestamp():
        conn.execute(update(t.enrolment).where(*where).values(used=True))
        return str(row.staff_id)
    why = _why_not(row, fits, now)
    note(conn, tenant, why, str(row.staff_id) if row is not None else "", now)
    if row is not None:
        conn.execute(update(t.enrolment).where(*where).values(tries=row.tries + 1))
    if tried is None:
        conn.execute(insert(t.attempt).values(tenant=tenant, hour=hour, n=1))
    else:
        conn.execute(
            update(t.attempt).where(t.attempt.c.tenant == tenant, t.attempt.c.hour == hour).values(n=tried + 1)
        )
    return None


def _why_not(row: Any, fits: bool, now: datetime) -> Kind:
    """What the administrator is told; who typed the code learns only that it was refused."""
    if row is None:
        return "code-unknown"
    if row.tries >= TRIES:
        return "code-tries"
    if not fits:
        return "code-wrong"
    return "code-used" if row.used else "code-old"


def public_key(text: str) -> bytes:
    """The device's key as sent.

    Raises:
        Refused: it is no Ed25519 key.
    """
    try:
        raw = base64.b64decode(text, validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise Refused("bad-request", "public_key must be the base64 of 32 bytes") from None
    return raw


def add_device(
    conn: Connection, tenant: int, epoch: str, staff_id: str, request: EnrolRequest, now: datetime
) -> EnrolAnswer:
    """Write the device down and tell it who it is."""
    device_id = new_id()
    conn.execute(
        insert(t.device).values(
            tenant=tenant,
            id=device_id,
            staff_id=staff_id,
            name=_clean(request.device_name),
            public_key=public_key(request.public_key),
            app_version=_clean(request.app_version),
            disk_encrypted=request.disk_encrypted,
            enrolled_at=now.isoformat(timespec="seconds"),
        )
    )
    note(conn, tenant, "enrolled", device_id, now)
    name = conn.execute(
        select(t.member.c.name).where(t.member.c.tenant == tenant, t.member.c.staff_id == staff_id)
    ).scalar_one()
    organisation = conn.execute(select(t.tenant.c.name).where(t.tenant.c.tenant == tenant)).scalar_one()
    return EnrolAnswer(
        device_id=device_id,
        staff_id=staff_id,
        staff_name=name,
        tenant=organisation,
        epoch=epoch,
        policy=leasing.policy(conn, tenant),
    )


def _stretch(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)


def _clean(text: str) -> str:
    """A name a device gave itself, fit to be shown on an administrator's terminal."""
    return "".join(c for c in text[:80] if unicodedata.category(c)[0] not in "CZ" or c == " ")
