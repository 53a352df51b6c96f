"""What an administrator does about a lost laptop beyond shutting it out: orders, and bringing rescued work in."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select, update

from sync import orders, parcel
from sync.hub import tables as t
from sync.hub import wiping
from sync.hub.admin import AdminError
from sync.hub.recovery import public_text
from sync.hub.service import HubService
from sync.hub.state import Actor
from sync.orders import Mode, OrderRefused, WipeOrder
from sync.protocol import MAX_ITEMS, OpAnswer, PushRequest
from sync.recovery import read_public

_WHY = {
    "malformed": "this is no signed order",
    "signature": "the order is not signed by this hub's order key",
    "expired": "the order has run out; make a new one",
    "replayed": "this order, or a newer one to the same laptop, is here already",
}


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What became of the operations of a rescue file.

    Attributes:
        broker: whose work it is.
        taken: taken now, or known before.
        refused: code of each operation that was not; they are listed with the hub's other refusals.
        drafts: forms that were begun and never saved; they are in the opened file only.
    """

    device: str
    broker: str
    taken: int
    refused: tuple[str, ...]
    drafts: int


def known(service: HubService, device: str) -> dict[str, Any]:
    """What the hub knows of a laptop before somebody orders it to be wiped.

    Raises:
        AdminError: it knows none of that id.
    """
    for row in devices(service):
        if row["id"] == device:
            return row
    raise AdminError("the hub knows no such device; jobcenter-hub devices lists them")


def devices(service: HubService) -> list[dict[str, Any]]:
    """Every laptop, its unsent work, the order to it and the receipt."""
    with service.store.read() as conn:
        return wiping.listed(conn, service.tenant)


def draw_up(service: HubService, device: str, mode: Mode, days: int) -> WipeOrder:
    """An order to a laptop, to be signed.

    Raises:
        AdminError: there is no such laptop, or a key is missing without which work would be lost or nobody believe it.
    """
    known(service, device)
    folder = service.store.folder
    if not wiping.public_text(folder):
        raise AdminError("this hub has no order key; make one with: jobcenter-hub order-key")
    rescue_to = public_text(folder)
    if not rescue_to:
        raise AdminError("without a recovery key unsent work would be lost; make one with: jobcenter-hub recovery-key")
    return wiping.drawn_up(device, mode, rescue_to, service.clock(), days)


def queue(service: HubService, data: bytes) -> WipeOrder:
    """Take a signed order in; the laptop gets it when it next asks.

    Raises:
        AdminError: it is not to be believed, or its laptop is unknown.
    """
    text = wiping.public_text(service.store.folder)
    if not text:
        raise AdminError("this hub has no order key; make one with: jobcenter-hub order-key")
    try:
        known(service, orders.checked_order(data, read_public(text)).device)
        return service.store.commit(
            lambda conn: wiping.queue(conn, service.tenant, data, read_public(text), service.clock())
        )
    except OrderRefused as refused:
        raise AdminError(_WHY[refused.code]) from None


def uploaded(service: HubService, device: str) -> bytes:
    """The rescue file a wiped laptop sent.

    Raises:
        AdminError: there is none.
    """
    newest = (
        select(t.wipe.c.rescue)
        .where(t.wipe.c.tenant == service.tenant, t.wipe.c.device == device, t.wipe.c.rescue.is_not(None))
        .order_by(t.wipe.c.counter.desc())
        .limit(1)
    )
    with service.store.read() as conn:
        found = conn.execute(newest).scalar()
    if found is None:
        raise AdminError("this laptop sent no rescue file; jobcenter-hub devices lists those that did")
    return bytes(found)


def bring_in(service: HubService, data: bytes, private: bytes) -> tuple[BroughtIn, bytes]:
    """Put the work in a rescue file among the records, as the person whose laptop it was, judged like any other work.

    Done again it changes nothing: every operation has its id.

    Returns:
        What became of it, and the content of the file.

    Raises:
        AdminError: it is no rescue file of a laptop of this hub, or does not open with this key.
    """
    try:
        signed, found, content = wiping.opened_rescue(data, private)
    except parcel.ParcelRefused as error:
        raise AdminError(str(error)) from None
    row = _device(service, found.device)
    try:
        orders.checked_receipt(signed, row.public_key)
    except OrderRefused:
        raise AdminError("the rescue file is not signed by the laptop it names") from None
    answers: list[OpAnswer] = []
    for start in range(0, len(found.operations), MAX_ITEMS):
        request = PushRequest(batch="rescue", items=list(found.operations[start : start + MAX_ITEMS]))
        pushed = service.push(Actor(row.staff_id, found.device), request)
        answers += [msgspec.json.decode(raw, type=OpAnswer) for raw in pushed.items]
    refused = tuple(a.problem.code if a.problem else a.status for a in answers if a.status in ("rejected", "waiting"))
    stamp = service.clock().isoformat(timespec="seconds")
    mine = (t.wipe.c.tenant == service.tenant, t.wipe.c.device == found.device, t.wipe.c.counter == found.counter)
    service.store.commit(lambda conn: conn.execute(update(t.wipe).where(*mine).values(rescued_at=stamp)))
    return BroughtIn(found.device, row.broker, len(answers) - len(refused), refused, found.drafts), content


def _device(service: HubService, device: str) -> Any:
    query = (
        select(t.device.c.staff_id, t.device.c.public_key, t.member.c.name.label("broker"))
        .select_from(t.device.join(t.member, t.device.c.staff_id == t.member.c.staff_id))
        .where(t.device.c.tenant == service.tenant, t.device.c.id == device, t.member.c.tenant == service.tenant)
    )
    with service.store.read() as conn:
        row = conn.execute(query).first()
    if row is None:
        raise AdminError("the rescue file is of a laptop this hub does not know")
    return row
