"""The hub without HTTP: one method per message. A simulator or a test calls it in process.

Every method is one transaction that is committed before it returns, so an answer never promises what a crash
could take back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import Connection, Integer, String, bindparam, case, delete, func, insert, null, select, update
from sqlalchemy.exc import SQLAlchemyError

from sync.hub import devices, leasing, queueing, wiping
from sync.hub import tables as t
from sync.hub.anchoring import Judged, SigningKey, judge
from sync.hub.batching import Item
from sync.hub.clock import DENMARK, Clock, danish_day, system_clock
from sync.hub.digesting import Digests
from sync.hub.enrolling import add_device, public_key, redeem
from sync.hub.events import Kind, forget_old, note
from sync.hub.listed import LARGEST, fitting
from sync.hub.problems import Refused
from sync.hub.pulling import Pull
from sync.hub.pushing import Push
from sync.hub.reading import Reader
from sync.hub.recovery import public_text
from sync.hub.schema import HEAD, current_step
from sync.hub.state import Actor
from sync.hub.store import Store
from sync.protocol import (
    MAX_ITEMS,
    DevicesAnswer,
    EnrolAnswer,
    EnrolRequest,
    LostRequest,
    Op,
    OpAnswer,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
    WipedAnswer,
    WipedRequest,
)

KEEP_REFUSED = timedelta(days=90)
"""How long the content of a refused operation is kept for whoever helps the broker."""
_device = select(t.device.c.staff_id, t.device.c.public_key, t.device.c.revoked_at).where(
    t.device.c.tenant == bindparam("tenant"), t.device.c.id == bindparam("device")
)
# built once: making a statement costs more than running it
_seen = (
    update(t.device)
    .where(t.device.c.tenant == bindparam("b_tenant"), t.device.c.id == bindparam("b_device"))
    .values(
        last_seen=func.coalesce(bindparam("last_seen", type_=String), t.device.c.last_seen),
        unsent=case(
            (t.device.c.unsent.is_(None), null()),
            (
                t.device.c.unsent > bindparam("taken", type_=Integer),
                t.device.c.unsent - bindparam("taken", type_=Integer),
            ),
            else_=0,
        ),
    )
)
_unsent = select(t.device.c.unsent).where(
    t.device.c.tenant == bindparam("tenant"), t.device.c.id == bindparam("device")
)
_tell_unsent = (
    update(t.device)
    .where(t.device.c.tenant == bindparam("b_tenant"), t.device.c.id == bindparam("b_device"))
    .values(unsent=bindparam("unsent"))
)
_of_counter = (t.counter.c.tenant == bindparam("b_tenant"), t.counter.c.name == bindparam("b_name"))
_count = select(t.counter.c.n).where(*_of_counter).with_for_update()
_count_on = update(t.counter).where(*_of_counter).values(n=bindparam("n"))
_count_first = insert(t.counter)
_add_receipt = insert(t.receipt)


def _epoch_of(conn: Connection, tenant: int) -> str:
    epoch: str = conn.execute(select(t.tenant.c.epoch).where(t.tenant.c.tenant == tenant)).scalar_one()
    return epoch


def _check_history(conn: Connection, tenant: int, epoch: str) -> None:
    """Whether the revisions of a push are of this hub's own history, as far as the laptop says.

    Raises:
        Refused: `history-diverged`.
    """
    if epoch and epoch != _epoch_of(conn, tenant):
        raise Refused("history-diverged")


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled laptop."""

    id: str
    staff_id: str
    public_key: bytes
    revoked: bool

    @property
    def actor(self) -> Actor:
        """Who speaks when this device speaks."""
        return Actor(self.staff_id, self.id)


class HubService:
    """The hub of one tenant."""

    def __init__(self, store: Store, clock: Clock = system_clock) -> None:
        self.store = store
        self.clock = clock
        self.tenant = store.tenant
        self._turned: dict[str, str] = {}
        self._digests = Digests()
        self._key = SigningKey.of(store.folder)

    @property
    def epoch(self) -> str:
        """The history this hub speaks of, as the database says now."""
        with self.store.read() as conn:
            return _epoch_of(conn, self.tenant)

    @property
    def sign_key(self) -> str:
        """The public key this process countersigns with; empty for a hub without a folder."""
        return self._key.public_text if self._key else ""

    @property
    def key(self) -> SigningKey | None:
        """The key itself; None for a hub without a folder."""
        return self._key

    def ready(self) -> bool:
        """Whether the database can be reached and is at the schema of this program."""
        try:
            with self.store.read() as conn:
                return current_step(conn) == HEAD
        except SQLAlchemyError:
            return False

    def device(self, device_id: str) -> Device | None:
        """The device a key id names."""
        with self.store.read() as conn:
            row = conn.execute(_device, {"tenant": self.tenant, "device": device_id}).first()
        return None if row is None else Device(device_id, row[0], row[1], row[2] is not None)

    def note(self, kind: Kind, subject: str) -> None:
        """Write into the watch book; not worth waiting for the disk."""
        now = self.clock()
        self.store.commit(lambda conn: note(conn, self.tenant, kind, subject, now), durable=False)

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Turn a one-time code and a new key into a device.

        Raises:
            Refused: `code-refused`, `too-many-tries` or `bad-request`.
        """
        public_key(request.public_key)
        now = self.clock()

        def let_in(conn: Connection) -> EnrolAnswer | None:
            staff_id = redeem(conn, self.tenant, request.code, now)
            if staff_id is None:
                return None
            return add_device(conn, self.tenant, _epoch_of(conn, self.tenant), staff_id, request, now)

        answer = self.store.commit(let_in)
        if answer is None:
            raise Refused("code-refused")
        folder = self.store.folder
        return msgspec.structs.replace(
            answer,
            org_hpke_key=public_text(folder),
            org_sign_key=self.sign_key,
            org_order_key=wiping.public_text(folder),
        )

    def status(self, actor: Actor, request: StatusRequest) -> StatusAnswer:
        """Where the feeds of a device end."""
        self._turn(actor)
        judged = self._judged(actor, request)
        self._told_unsent(actor, request.unsent)
        with self.store.read(actor.staff_id or "") as conn:
            pull = Pull(conn, self.tenant, actor, self._digests)
            pull.check(request.cursors)
            same = pull.same(request)
            order = wiping.order_for(conn, self.tenant, actor.device_id or "", self.clock())
            policy = leasing.policy(conn, self.tenant)
        return StatusAnswer(
            epoch=pull.epoch,
            heads={feed: seq for feed, (seq, _) in pull.heads.items()},
            staff_id=actor.staff_id or "",
            device_id=actor.device_id or "",
            time=self.clock().astimezone(DENMARK).isoformat(timespec="seconds"),
            org_hpke_key=public_text(self.store.folder),
            audit=judged.verdict,
            anchor=judged.anchor,
            same=same,
            org_order_key=wiping.public_text(self.store.folder),
            order=order,
            policy=policy,
        )

    def order_for(self, device: str) -> str:
        """What the municipality ordered a laptop that is shut out to do."""
        with self.store.read() as conn:
            return wiping.order_for(conn, self.tenant, device, self.clock())

    def wiped(self, request: WipedRequest) -> WipedAnswer:
        """Take the receipt of a wiped laptop, and what it could not send.

        Raises:
            Refused: `bad-request` or `not-found`.
        """
        now = self.clock()
        with self.store.read() as conn:
            said = wiping.told(conn, self.tenant, request)
        return self.store.commit(lambda conn: wiping.write_down(conn, self.tenant, said, now))

    def devices(self, actor: Actor) -> DevicesAnswer:
        """The laptops of the person who asks."""
        with self.store.read() as conn:
            return devices.own(conn, self.tenant, actor)

    def lost(self, actor: Actor, request: LostRequest) -> DevicesAnswer:
        """Shut another laptop of the same person out.

        Raises:
            Refused: `not-found`.
        """
        now = self.clock()
        self.store.commit(lambda conn: devices.report_lost(conn, self.tenant, actor, request.device, now))
        return self.devices(actor)

    def _told_unsent(self, actor: Actor, count: int | None) -> None:
        """How much a laptop has not sent; written only when it is another figure, without waiting for the disk."""
        if count is None or actor.device_id is None:
            return
        told = max(0, min(count, LARGEST))
        named = {"tenant": self.tenant, "device": actor.device_id}
        with self.store.read() as conn:
            if conn.execute(_unsent, named).scalar() == told:
                return
        values = {"b_tenant": self.tenant, "b_device": actor.device_id, "unsent": told}
        self.store.commit(lambda conn: conn.execute(_tell_unsent, values), durable=False)

    def _judged(self, actor: Actor, request: StatusRequest) -> Judged:
        """The claim of the laptop's audit chain; written without waiting for the disk: it is told again next time."""
        device, key, now = actor.device_id, self._key, self.clock()
        if request.audit is None or device is None or key is None:
            return Judged("", None)
        return self.store.commit(lambda conn: judge(conn, self.tenant, device, request, now, key), durable=False)

    def push(self, actor: Actor, request: PushRequest, *, rescued: bool = False) -> PushAnswer:
        """Take a batch in; with `rescued` an administrator brings it, and the laptop was not seen.

        Raises:
            Refused: `too-many-items`, `history-diverged`.
        """
        if len(request.items) > MAX_ITEMS:
            raise Refused("too-many-items")
        self._turn(actor)
        now = self.clock()
        stamp = now.isoformat(timespec="milliseconds")

        def take(conn: Connection) -> tuple[list[Item], str]:
            _check_history(conn, self.tenant, request.epoch)
            items = Push(conn, self.tenant, actor, stamp, danish_day(self.clock)).run(request.items)
            receipt = self._receipt(conn, actor, request.batch, items)
            if actor.device_id is not None:
                seen = {"b_tenant": self.tenant, "b_device": actor.device_id, "last_seen": None if rescued else stamp}
                conn.execute(_seen, {**seen, "taken": sum(item.accepted for item in items)})
            return items, receipt

        items, receipt = self.store.commit(take)
        return PushAnswer(items=[msgspec.Raw(item.encoded) for item in items], receipt=receipt, batch=request.batch)

    def pull(self, actor: Actor, request: PullRequest) -> PullAnswer:
        """The next page of a device's feeds.

        Raises:
            Refused: `history-diverged`.
        """
        self._turn(actor)
        with self.store.read(actor.staff_id or "") as conn:
            return Pull(conn, self.tenant, actor, self._digests).page(request)

    def administer(self, ops: Sequence[Op]) -> list[OpAnswer]:
        """Write records on the administrator's behalf, through the same door as everybody."""
        request = PushRequest(batch="administrator", items=[msgspec.Raw(msgspec.json.encode(op)) for op in ops])
        return [msgspec.json.decode(raw, type=OpAnswer) for raw in self.push(Actor(), request).items]

    def _turn(self, actor: Actor) -> None:
        """Once a day and person: roles that ran out take their cases with them, those that begin bring them."""
        today = danish_day(self.clock)
        staff = actor.staff_id
        if staff is None or self._turned.get(staff) == today:
            return
        with self.store.read() as conn:
            turning = Reader(conn, self.tenant).turning(staff, today)
        if turning:
            stamp = self.clock().isoformat(timespec="milliseconds")
            self.store.commit(lambda conn: Push(conn, self.tenant, actor, stamp, today, alone=True).turn(staff))
        self._turned[staff] = today

    def _sweep(self, conn: Connection) -> None:
        """Once a day, with its first batch: what was refused is not kept for ever."""
        oldest = (self.clock() - KEEP_REFUSED).isoformat(timespec="milliseconds")
        conn.execute(delete(t.refused).where(t.refused.c.tenant == self.tenant, t.refused.c.at < oldest))
        queueing.forget_old(conn, self.tenant, oldest)
        hour = int(self.clock().timestamp() // 3600)
        forget_old(conn, self.tenant, self.clock())
        conn.execute(delete(t.attempt).where(t.attempt.c.tenant == self.tenant, t.attempt.c.hour < hour))

    def _receipt(self, conn: Connection, actor: Actor, batch: str, items: Sequence[Item]) -> str:
        """A number the broker can quote: year, day, and which batch of the day it was."""
        local = self.clock().astimezone(DENMARK)
        name = f"{local:%Y-%m%d}"
        counter = {"b_tenant": self.tenant, "b_name": name}
        n: int = conn.execute(_count, counter).scalar() or 0
        if n:
            conn.execute(_count_on, {**counter, "n": n + 1})
        else:
            conn.execute(_count_first, {"tenant": self.tenant, "name": name, "n": 1})
            self._sweep(conn)
        number = f"{name}-{n + 1:04d}"
        conn.execute(
            _add_receipt,
            {
                "tenant": self.tenant,
                "receipt": number,
                "device": actor.device_id,
                "batch": fitting(batch, 80),
                "items": len(items),
                "accepted": sum(item.accepted for item in items),
                "at": self.clock().isoformat(timespec="milliseconds"),
            },
        )
        return number
