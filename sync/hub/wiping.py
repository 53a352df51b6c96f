"""Orders to wipe a laptop: carried by the hub, signed elsewhere; the laptop's receipt, and the rescue file it sealed.

The hub cannot make an order, for the private key lies in a file apart (`order-key`). It hands one out to the laptop it
names, also when that is shut out, until the receipt is here. A receipt is believed by the laptop's signature.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, bindparam, insert, select, update

from sync import orders, parcel
from sync.hub import privatefiles
from sync.hub import tables as t
from sync.hub.listed import LARGEST, fitting
from sync.hub.privatefiles import KeyFileRefused
from sync.hub.problems import Refused
from sync.orders import Mode, OrderRefused, SignedReceipt, WipeOrder, WipeReceipt
from sync.protocol import WipedAnswer, WipedRequest
from sync.recovery import key_id

PUBLIC = "order-key.pub"
MAGIC = "jobcenter-hub-order-key"
_THERE_IS_ONE = "this hub has an order key; laptops believe no other until they join anew. --replace makes a new one"
DAYS = 30
"""How long an order holds where nobody says otherwise."""
_of_device = (t.wipe.c.tenant == bindparam("tenant"), t.wipe.c.device == bindparam("device"))
_open = (
    select(t.wipe.c.content, t.wipe.c.expires, t.wipe.c.done_at)
    .where(*_of_device)
    .order_by(t.wipe.c.counter.desc())
    .limit(1)
)

_SHOWN = (
    *(t.wipe.c.device, t.wipe.c.mode, t.wipe.c.queued_at, t.wipe.c.expires, t.wipe.c.receipt, t.wipe.c.done_at),
    *(t.wipe.c.rescued_at, t.wipe.c.rescue.is_not(None).label("rescued")),
)
"""What a list says of an order; the files themselves may have eleven megabytes each."""


def public_text(folder: Path | None) -> str:
    """The key orders are believed by; empty until there is one, and while its file cannot be used."""
    try:
        return privatefiles.public_text(folder, PUBLIC)
    except KeyFileRefused:
        return ""


def make_key(folder: Path, private_file: Path, passphrase: str, *, replace: bool = False) -> str:
    """A new pair of keys for orders; returns its id.

    Raises:
        KeyFileRefused: nothing was made.
    """
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    name = key_id(public)
    privatefiles.make(
        folder, PUBLIC, private_file, (MAGIC, name), (private.private_bytes_raw(), public), passphrase,
        replace=replace, there_is_one=_THERE_IS_ONE,
    )  # fmt: skip
    return name


def opened_key(private_file: Path, passphrase: str) -> bytes:
    """The private key out of its file.

    Raises:
        KeyFileRefused: it is no such file, or the passphrase is wrong.
    """
    return privatefiles.opened(private_file, passphrase, MAGIC, "order")


def drawn_up(device: str, mode: Mode, rescue_to: str, now: datetime, days: int = DAYS) -> WipeOrder:
    """An order, not signed yet."""
    stamp = now.replace(microsecond=0)
    return WipeOrder(
        device=device,
        mode=mode,
        counter=int(stamp.timestamp()),
        issued=stamp.isoformat(),
        expires=(stamp + timedelta(days=days)).isoformat(),
        rescue_to=rescue_to,
        nonce=secrets.token_hex(16),
    )


def queue(conn: Connection, tenant: int, data: bytes, key: bytes, now: datetime) -> WipeOrder:
    """Take a signed order in; it is handed out instead of any before it.

    Raises:
        OrderRefused: it is not signed by this hub's key, too old, or not newer than one there is.
    """
    order = orders.checked_order(data, key)
    known = select(t.wipe.c.counter).where(*_of_device).order_by(t.wipe.c.counter.desc()).limit(1)
    last = conn.execute(known, {"tenant": tenant, "device": order.device}).scalar() or 0
    orders.accepted(data, key, order.device, last, now)
    if order.counter > LARGEST:
        raise OrderRefused("malformed")
    conn.execute(
        insert(t.wipe).values(
            tenant=tenant,
            device=order.device,
            counter=order.counter,
            mode=order.mode,
            expires=order.expires,
            content=data,
            queued_at=now.isoformat(timespec="seconds"),
        )
    )
    return order


def order_for(conn: Connection, tenant: int, device: str, now: datetime) -> str:
    """The newest order for a laptop as text; empty when there is none, it was carried out, or it ran out."""
    row = conn.execute(_open, {"tenant": tenant, "device": device}).first()
    if row is None or row.done_at is not None or now >= orders.moment(row.expires):
        return ""
    return bytes(row.content).decode("ascii")


class _Line(msgspec.Struct, frozen=True):
    """What of the first line of a rescue file the hub reads."""

    receipt: SignedReceipt


@dataclass(frozen=True, slots=True)
class Told:
    """A laptop's receipt as it came, checked."""

    receipt: WipeReceipt
    signed: bytes
    rescue: bytes


def told(conn: Connection, tenant: int, request: WipedRequest) -> Told:
    """Read what a wiped laptop says, and believe it by the signature of the device it names.

    Raises:
        Refused: `bad-request`; `not-found` for any device, order or signature that does not fit, told apart for nobody.
    """
    line = request.line.encode()
    try:
        rescue = base64.b64decode(request.rescue, validate=True)
        if rescue and parcel.read(rescue).line.rstrip(b"\n") != line.rstrip(b"\n"):
            raise ValueError
        found = msgspec.json.decode(line, type=_Line).receipt
    except (ValueError, RecursionError, msgspec.MsgspecError, parcel.ParcelRefused):
        raise Refused("bad-request", "line must be that of a rescue file, rescue the base64 of that file") from None
    receipt, name = found.receipt, fitting(found.receipt.device, 36)
    device = select(t.device.c.public_key).where(t.device.c.tenant == tenant, t.device.c.id == name)
    key = conn.execute(device).scalar()
    given = select(t.wipe.c.counter).where(*_of_device, t.wipe.c.counter == min(max(receipt.counter, 0), LARGEST))
    ordered = conn.execute(given, {"tenant": tenant, "device": name}).scalar()
    if key is None or ordered is None:
        raise Refused("not-found")
    try:
        orders.checked_receipt(found, key)
    except OrderRefused:
        raise Refused("not-found") from None
    return Told(receipt, orders.canonical(found), rescue)


def write_down(conn: Connection, tenant: int, said: Told, now: datetime) -> WipedAnswer:
    """Keep a receipt and the rescue file; the laptop is shut out from now on. Done again it changes nothing.

    Two copies of a caseload may obey one order: the file that came first is kept, and nothing else is said to be.
    """
    stamp = now.isoformat(timespec="seconds")
    mine = (t.wipe.c.tenant == tenant, t.wipe.c.device == said.receipt.device, t.wipe.c.counter == said.receipt.counter)
    conn.execute(update(t.wipe).where(*mine, t.wipe.c.done_at.is_(None)).values(receipt=said.signed, done_at=stamp))
    if said.rescue:
        conn.execute(update(t.wipe).where(*mine, t.wipe.c.rescue.is_(None)).values(rescue=said.rescue))
    conn.execute(
        update(t.device)
        .where(t.device.c.tenant == tenant, t.device.c.id == said.receipt.device, t.device.c.revoked_at.is_(None))
        .values(revoked_at=stamp)
    )
    held = conn.execute(select(t.wipe.c.rescue).where(*mine)).scalar()
    return WipedAnswer(kept=bool(said.rescue) and held is not None and bytes(held) == said.rescue)


@dataclass(frozen=True, slots=True)
class Rescued:
    """What a rescue file holds, its receipt checked by whoever opened it."""

    device: str
    counter: int
    operations: tuple[msgspec.Raw, ...]
    drafts: int


class _Content(msgspec.Struct, kw_only=True, frozen=True):
    ops: list[msgspec.Raw]
    drafts: list[Any] = []


def opened_rescue(data: bytes, private: bytes) -> tuple[SignedReceipt, Rescued, bytes]:
    """A rescue file, opened with the organisation's recovery key; the signature of its receipt is still to be checked.

    Returns:
        The receipt, what is inside, and the content as it was sealed.

    Raises:
        ParcelRefused: it is none, is damaged, or does not open with this key.
    """
    found = parcel.read(data)
    content = parcel.opened(found, parcel.key_for(found, private))
    try:
        signed = msgspec.convert(found.about["receipt"], SignedReceipt)
        inside = msgspec.json.decode(content.data, type=_Content)
    except (KeyError, msgspec.MsgspecError):
        raise parcel.ParcelRefused("this is no rescue file of a laptop") from None
    receipt = signed.receipt
    if receipt.content != orders.digest(content.data):
        raise parcel.ParcelRefused("the rescue file and its receipt do not belong together")
    return signed, Rescued(receipt.device, receipt.counter, tuple(inside.ops), len(inside.drafts)), content.data


def listed(conn: Connection, tenant: int) -> list[dict[str, object]]:
    """Every laptop with what is known of its unsent work, the newest order to it, and what came of that."""
    orders_given = select(*_SHOWN).where(t.wipe.c.tenant == tenant).order_by(t.wipe.c.counter)
    newest = {row.device: row for row in conn.execute(orders_given)}
    rows = conn.execute(
        select(t.device, t.member.c.name.label("broker"))
        .select_from(t.device.join(t.member, t.device.c.staff_id == t.member.c.staff_id))
        .where(t.device.c.tenant == tenant, t.member.c.tenant == tenant)
        .order_by(t.device.c.enrolled_at, t.device.c.id)
    )
    return [_line(row, newest.get(row.id)) for row in rows]


def _line(row: Any, order: Any) -> dict[str, object]:
    shown: dict[str, object] = {
        name: getattr(row, name)
        for name in ("id", "name", "broker", "enrolled_at", "last_seen", "revoked_at", "unsent")
    }
    shown["order"] = None
    if order is not None:
        receipt = msgspec.json.decode(order.receipt, type=SignedReceipt).receipt if order.receipt else None
        shown["order"] = {
            "mode": order.mode,
            "queued_at": order.queued_at,
            "expires": order.expires,
            "done_at": order.done_at,
            "unsent": receipt.unsent if receipt else None,
            "drafts": receipt.drafts if receipt else None,
            "rescue": order.rescued,
            "rescued_at": order.rescued_at,
        }
    return shown
