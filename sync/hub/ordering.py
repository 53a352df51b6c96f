"""What an administrator does about a lost laptop beyond shutting it out: orders, and bringing rescued work in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import select, update

from sync import orders, parcel
from sync.hub import tables as t
from sync.hub import wiping
from sync.hub.admin import AdminError
from sync.hub.batching import tx_of
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
        waiting: operations that name another one that is not here; brought in again later they are judged without it.
        drafts: forms that were begun and never saved; they are in the opened file only.
    """

    device: str
    broker: str
    taken: int
    refused: tuple[str, ...]
    waiting: int
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
    actor = Actor(row.staff_id, found.device)
    answers, waiting = _judged(service, actor, found.operations)
    if waiting:  # as a laptop does: what they name may have come after them
        more, waiting = _judged(service, actor, waiting)
        answers += more
    refused = tuple(answer.problem.code for answer in answers if answer.problem is not None)
    if not waiting:
        stamp = service.clock().isoformat(timespec="seconds")
        mine = (t.wipe.c.tenant == service.tenant, t.wipe.c.device == found.device, t.wipe.c.counter == found.counter)
        service.store.commit(lambda conn: conn.execute(update(t.wipe).where(*mine).values(rescued_at=stamp)))
    taken = len(answers) - len(refused)
    return BroughtIn(found.device, row.broker, taken, refused, len(waiting), found.drafts), content


def _judged(
    service: HubService, actor: Actor, operations: Sequence[msgspec.Raw]
) -> tuple[list[OpAnswer], list[msgspec.Raw]]:
    """Push operations; what was said of them, and those that have to wait."""
    answers: list[OpAnswer] = []
    waiting: list[msgspec.Raw] = []
    for batch in _batches(operations):
        pushed = service.push(actor, PushRequest(batch="rescue", items=batch), rescued=True)
        for operation, raw in zip(batch, pushed.items, strict=True):
            answer = msgspec.json.decode(raw, type=OpAnswer)
            if answer.status == "waiting":
                waiting.append(operation)
            else:
                answers.append(answer)
    return answers, waiting


def _batches(operations: Sequence[msgspec.Raw]) -> Iterator[list[msgspec.Raw]]:
    """What one push takes at a time; operations saved together stay together, as far as one push can hold them."""
    batch: list[msgspec.Raw] = []
    for tx, together in groupby(operations, lambda raw: tx_of(bytes(raw))):
        found = list(together)
        for unit in [[one] for one in found] if tx is None else [found]:
            if batch and len(batch) + len(unit) > MAX_ITEMS:
                yield batch
                batch = []
            batch = [*batch, *unit]
            while len(batch) > MAX_ITEMS:
                yield batch[:MAX_ITEMS]
                batch = batch[MAX_ITEMS:]
    if batch:
        yield batch


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
