"""Sync as the screens and the command line see it: the standing fact, a run, differences, and joining a hub.

Nothing here starts a thread: `run` and `enrol` block and are called in a worker; everything else is quick. The
network and the device key come from outside (`MakeHub`, `DeviceKeys`), so that nothing is loaded before it is used.
"""

import base64
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from broker_tui.domain.clock import Clock
from broker_tui.domain.views import (
    ChangeGroup,
    ChangeRow,
    Difference,
    Me,
    Receipt,
    RefusedRow,
    Saved,
    StoreFull,
    StoreSealed,
    SyncPhase,
    SyncState,
)
from broker_tui.services.differences import Choice, Differences
from broker_tui.services.handovers import asked
from broker_tui.services.lease import ENROLMENT, Leases
from broker_tui.services.news import News
from broker_tui.services.ports import Page, Store
from sync.engine import Outcome, Progress, SyncEngine
from sync.errors import Cause, HubRefused, NoNetwork, NotEnrolled, SyncError
from sync.ports import Hub, Signer
from sync.protocol import MAX_ITEMS, EnrolRequest

HUB_URL = "hub.url"
DEVICE_KEY = "device.key"
SHORTEST, LONGEST = 1.0, 600.0
"""Seconds between background attempts: full jitter below a bound that doubles (sync.md 2.3, retry storm)."""
SOON = 30.0
"""Seconds after a successful sync before a new save is worth another one."""
CHECK_EVERY = timedelta(days=1)
"""How often a laptop asks whether it holds what it should."""
_PHASES = {
    "connecting": SyncPhase.CONNECTING,
    "sending": SyncPhase.SENDING,
    "receiving": SyncPhase.RECEIVING,
}
_NOBODY = frozenset({Cause.NO_CONNECTION, Cause.TIMED_OUT, Cause.NOT_THE_HUB})
_NOT_KEPT: dict[type[Exception], str] = {StoreFull: "store_full", StoreSealed: "wiped"}
_OFFLINE = _NOBODY | {Cause.TLS, Cause.CUT_SHORT}


class KeySigner(Signer, Protocol):
    """A device's signer that also shows the public half of its key."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""


class DeviceKeys(Protocol):
    """Makes and uses the key a laptop signs with; the private bytes lie in the vault and nowhere else."""

    def new(self) -> bytes:
        """A fresh private key."""

    def signer(self, private: bytes, key_id: str | None) -> KeySigner:
        """A signer for the device the hub knows as `key_id`."""


class ClosableHub(Hub, Protocol):
    """A hub with a connection to give back."""

    def close(self) -> None: ...


class Ordered(Protocol):
    """Judges orders of the municipality and begins what they say. `last_call` comes before: keep what is written."""

    last_call: Callable[[], None]

    def learn(self, key: str, *, joining: bool = False) -> None:
        """The hub names the key orders are believed by."""

    def begun(self, text: str, error: SyncError | None) -> bool:
        """Whether the wipe in `text` has begun; `error` is how the sync it came with ended."""


class NotSealed(Exception):
    """The vault could not be sealed to the organisation's key: a damaged key, or a full disk."""


SealFor = Callable[[str], bool]
"""Seals the vault to the organisation's key as the hub says it; True when anything was written. Quick when it holds.

Raises `NotSealed`."""
FORKED = "audit.forked"
"""Kept on this laptop: the hub remembers another audit chain than the one that lies here."""
REVOKED = "device.revoked"
"""Kept on this laptop: the hub said that it was reported lost, and the caseload was locked for that once."""
MakeHub = Callable[[str, Signer | None], ClosableHub]
"""The way to the hub at an address; raises `SyncError` for an address that is not https."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a hub is told of a laptop: the program's version, and whether its disk is encrypted (None: unknown)."""

    version: str = ""
    disk_encrypted: Callable[[], bool | None] = lambda: None


class Attempts:
    """When the next background attempt is due; kept in memory, so that a fresh start may try at once."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._failures = 0
        self._next: datetime | None = None
        self._well: datetime | None = None

    def went_well(self, now: datetime) -> None:
        """Come again after ten to eleven minutes, or soon after a save."""
        self._failures, self._well = 0, now
        self._next = now + timedelta(seconds=LONGEST + 60 * self._chance())

    def failed(self, now: datetime, retry_after: float | None = None) -> None:
        """Wait for what the hub asked, or for a random part of a bound that doubles each time."""
        self._failures += 1
        bound = min(LONGEST, SHORTEST * 2.0 ** min(self._failures, 10))
        wait = max(SHORTEST, bound * self._chance(), retry_after or 0.0)
        self._next, self._well = now + timedelta(seconds=wait), None

    def next_attempt(self, now: datetime, unsent: int) -> datetime:
        """The moment of the next attempt; `now` or earlier means it is due."""
        if self._next is None:
            return now
        # A clock set back must not put attempts off for days.
        latest = now + timedelta(seconds=LONGEST + 60)
        if self._well and unsent:
            return min(self._next, self._well + timedelta(seconds=SOON), latest)
        return min(self._next, latest)


class Syncing:
    """`services.sync`.

    Args:
        store: the open caseload.
        clock: the program's idea of now.
        make_hub: the way to a hub; it must sign with the machine's real time, whatever `--on` says.
        keys: the device key.
        reachable: whether somebody listens at an address; cheap, asked before a background attempt.
        seal_for: lets the organisation's recovery key open the vault.
        machine: what is told to the hub when enrolling.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        make_hub: MakeHub,
        keys: DeviceKeys,
        *,
        reachable: Callable[[str], bool] = lambda url: True,
        attempts: Attempts | None = None,
        page_items: Callable[[], int] | None = None,
        seal_for: SealFor = lambda key: False,
        machine: Machine | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._make_hub = make_hub
        self._keys = keys
        self._reachable = reachable
        self._attempts = attempts or Attempts()
        self._seal_for = seal_for
        self._machine = machine or Machine()
        self.lease = Leases(store, clock)
        """Renewed by each good answer of the hub; who looks at the lease as well puts the same one here."""
        self._page_items = page_items
        self._differences = Differences(store)
        self._news = News(store, clock)
        self.orders: Ordered | None = None
        """Judges orders to this laptop; without it none is obeyed."""
        self._one_run = threading.Lock()
        self._hub: ClosableHub | None = None
        self._phase: SyncPhase | None = None
        self._progress: Progress | None = None
        self._cause: str | None = None
        self.must_lock = False
        """The hub said for the first time that this laptop was reported lost, or the caseload is being deleted."""
        self._connected: bool | None = None
        self._not_sealed = False
        self._stopping = False

    # what is

    def state(self) -> SyncState:
        """The standing fact. The counts come from the journal each time; nothing is counted twice anywhere."""
        me = self._store.me()
        receipts = self._store.receipts(Page(0, 20))
        last = receipts[0] if receipts else None
        well = next((receipt for receipt in receipts if receipt.outcome == "ok"), None)
        differ, late = self._differences.counts()
        return SyncState(
            phase=self._phase or _phase_after(last, me.enrolled),
            unsent=self._store.unsent_count(),
            refused=len(self._store.refused_rows()),
            conflicts=differ,
            enrolled=me.enrolled,
            hub=self._store.setting(HUB_URL),
            staff_name=me.name,
            last_sync=well.at if well else None,
            last_receipt=last,
            done=self._progress.done if self._progress else 0,
            total=self._progress.total if self._progress else None,
            bytes_up=self._progress.bytes_up if self._progress else 0,
            bytes_down=self._progress.bytes_down if self._progress else 0,
            cause=self._cause if self._phase else (last.outcome if last and last.outcome != "ok" else None),
            connected=self._connected,
            news=self._news.count(),
            offers=len(asked(self._store)),
            late=late,
            warnings=self._warnings(),
            lease=self.lease.look(),
        )

    def _warnings(self) -> tuple[str, ...]:
        found = (("forked", bool(self._store.setting(FORKED))), ("not_sealed", self._not_sealed))
        return tuple(code for code, holds in found if holds)

    @property
    def connected(self) -> bool | None:
        """Whether the last attempt since the caseload was opened reached the hub; None before the first."""
        return self._connected

    @property
    def shut_out(self) -> bool:
        """Whether the hub said, when it was last reached, that this laptop was reported lost."""
        return bool(self._store.setting(REVOKED))

    def unsent(self, offset: int = 0, limit: int = 100) -> list[ChangeRow]:
        """Saved changes the hub has not confirmed, newest first."""
        return self._store.unsent_rows(Page(offset, limit))

    def unsent_groups(self) -> list[ChangeGroup]:
        """The same by whom it is about, newest first; `changes` reads the rows as they are looked at."""
        return self._store.unsent_groups()

    def changes(self, numbers: Sequence[int]) -> list[ChangeRow]:
        """Changes by their numbers in the journal."""
        return self._store.changes(numbers)

    def refused(self) -> list[RefusedRow]:
        """Changes the hub refused; they stay until corrected or discarded."""
        return self._store.refused_rows()

    def discard_refused(self, op_id: str) -> None:
        """Give a refused change up; the record shows the hub's word again."""
        self._store.discard_refused(op_id)

    def retry_refused(self, op_id: str) -> None:
        """Send a refused change once more."""
        self._store.retry_refused(op_id)

    def differences(self) -> list[Difference]:
        """What two people changed at once and nobody has settled yet."""
        return self._differences.all()

    def settle(self, conflict_id: str, choice: Choice) -> Saved:
        """Settle a difference; see `Differences.settle`."""
        return self._differences.settle(conflict_id, choice)

    def receipts(self, offset: int = 0, limit: int = 50) -> list[Receipt]:
        """Ends of syncs, newest first."""
        return self._store.receipts(Page(offset, limit))

    # doing

    def enrol(self, url: str, code: str, on_progress: Callable[[SyncState], None] | None = None) -> SyncState:
        """Join a hub with a one-time code: make the device key, take over the hub's identity for this broker.

        The key is stored before it is sent, so that an answer lost on the way can be asked for again.

        Raises:
            SyncError: nothing was joined and nothing changed.
        """
        address = _address(url)
        me = self._store.me()
        private = self._private_key()
        with self._one_run:
            self._now_in(SyncPhase.CONNECTING, on_progress)
            try:
                hub = self._make_hub(address, None)
                try:
                    answer = hub.enrol(
                        EnrolRequest(
                            code="".join(code.split()).upper(),
                            public_key=base64.b64encode(self._keys.signer(private, None).public_key).decode(),
                            device_name=me.device_name,
                            app_version=self._machine.version,
                            disk_encrypted=self._machine.disk_encrypted(),
                        )
                    )
                finally:
                    hub.close()
                if me.enrolled and answer.staff_id != me.staff_id:
                    raise HubRefused(Cause.NOT_ALLOWED)
            except SyncError:
                self._phase = None
                raise
            self._store.set_setting(HUB_URL, address)
            self._store.set_setting(
                ENROLMENT,
                {
                    "tenant": answer.tenant,
                    "epoch": answer.epoch,
                    "org_hpke_key": answer.org_hpke_key,
                    "org_sign_key": answer.org_sign_key,
                    "policy": answer.policy,
                },
            )
            if answer.staff_id != me.staff_id:
                self._store.adopt_staff(me.staff_id, answer.staff_id)
            name = answer.staff_name or me.name
            self._store.set_me(Me(answer.staff_id, name, answer.device_id, me.device_name, enrolled=True))
            self.lease.renew()
            if self.orders is not None:
                self.orders.learn(answer.org_order_key, joining=True)
            self._store.note_audit("enrolled", "device", answer.device_id)
            self._seal(answer.org_hpke_key)
            self._connected = True
            self.close()
            self._phase = None
        state = self.state()
        if on_progress:
            on_progress(state)
        return state

    def run(self, on_progress: Callable[[SyncState], None] | None = None, *, background: bool = False) -> Receipt:
        """Sync once; a run that is already going is waited for first.

        A receipt is stored however it ends, except for a `background` attempt that reached nobody.

        Raises:
            SyncError: it ended early or is incomplete; the receipt says what was done until then.
            StoreFull: what came in could not be written; it comes again next time.
        """
        me = self._store.me()
        url = self._store.setting(HUB_URL)
        if not me.enrolled or not url:
            raise NotEnrolled(Cause.NOT_ENROLLED)
        with self._one_run:
            self._stopping = False
            self._now_in(SyncPhase.CONNECTING, on_progress)
            try:
                if any(receipt.outcome == "ok" for receipt in self._store.receipts(Page(0, 20))):
                    self._news.begin()
                outcome = self._outcome(url, me, on_progress)
                receipt = self._taken_in(outcome, background=background)
            except Exception as error:  # whatever the store said: nobody is syncing any more
                self._attempts.failed(self._clock.now())
                self._progress, self._phase = None, SyncPhase.IDLE
                self._cause = _NOT_KEPT.get(type(error))
                raise
            self._settled(outcome)
            self._ordered(outcome)
        if on_progress:
            on_progress(self.state())
        if outcome.error:
            raise outcome.error
        return receipt

    def stop(self) -> bool:
        """Let a running sync end after the request that is on its way; False when none is going.

        What the hub confirmed and what came in stays; the answer to that last request may not be waited for, and what
        it confirmed is sent again and recognised.
        """
        self._stopping = self._one_run.locked()
        return self._stopping

    def next_attempt(self, now: datetime) -> datetime | None:
        """When a background attempt is due; None while this laptop has no hub or a sync is going."""
        if self._one_run.locked() or not self._store.me().enrolled:
            return None
        return self._attempts.next_attempt(now, self._store.unsent_count())

    def network_seems_up(self) -> bool:
        """Whether somebody listens at the hub's address; blocks for at most a second."""
        url = self._store.setting(HUB_URL)
        up = bool(url) and self._reachable(url)
        if not up:
            self._connected = False
        return up

    @contextmanager
    def line(self) -> Iterator[ClosableHub]:
        """The way to the hub for something short that is no sync; a running sync is waited for, and none begins.


        Raises:
            SyncError: this laptop joined no hub.
        """
        me, url = self._store.me(), self._store.setting(HUB_URL)
        if not me.enrolled or not url:
            raise NotEnrolled(Cause.NOT_ENROLLED)
        with self._one_run:
            yield self._to_hub(url, me)

    def close(self) -> None:
        """Give the connection to the hub back."""
        hub, self._hub = self._hub, None
        if hub is not None:
            hub.close()

    # inside

    def _seal(self, key: str) -> None:
        """Keep the vault sealed to the organisation's newest key; what fails is told and tried again next time."""
        if not key:
            return
        try:
            sealed = self._seal_for(key)
        except NotSealed:
            if not self._not_sealed:
                self._store.note_audit("not_sealed", "organisation_key", "")
            self._not_sealed = True
            return
        self._not_sealed = False
        if sealed:
            self._store.note_audit("sealed", "organisation_key", "")

    def _chain(self, verdict: str) -> None:
        """The hub remembers another audit chain: an older file was put back. It is told until the hub is content."""
        forked = bool(self._store.setting(FORKED))
        if verdict == "forked" and not forked:
            self._store.set_setting(FORKED, True)
            self._store.note_audit("forked", "audit", "")
        elif verdict == "kept" and forked:
            self._store.set_setting(FORKED, None)

    def _heard_of_loss(self, outcome: Outcome) -> None:
        """Once for each time somebody reports this laptop lost: who has the passphrase can go on working."""
        before = self.shut_out
        if outcome.cause is Cause.DEVICE_REVOKED and not before:
            self.must_lock = True  # also when the disk takes no more
            self._store.set_setting(REVOKED, True)
            self._store.note_audit("shut_out", "hub", "")
        elif outcome.error is None and before:
            self._store.set_setting(REVOKED, None)

    def _ordered(self, outcome: Outcome) -> None:
        """Obey an order to delete this caseload, once what came in and went out is written down.

        Raises:
            SyncError: it has begun; the caseload must be closed at once, and is deleted then.
        """
        if self.orders is None or not self.orders.begun(outcome.order, outcome.error):
            return
        self.must_lock = True
        raise SyncError(Cause.WIPED)

    def _outcome(self, url: str, me: Me, on_progress: Callable[[SyncState], None] | None) -> Outcome:
        try:
            return self._sync(url, me, on_progress)
        except SyncError as error:
            return Outcome(0, 0, 0, (), 0, self._store.unsent_count(), "", error=error)

    def _taken_in(self, outcome: Outcome, *, background: bool) -> Receipt:
        """Keep what a run brought beside the records."""
        self._connected = outcome.cause not in _OFFLINE
        self._heard_of_loss(outcome)
        if outcome.heard:
            self.lease.renew(outcome.policy)
        self._seal(outcome.org_hpke_key)
        self._chain(outcome.audit)
        if outcome.sent or outcome.received:
            told = f"sent {outcome.sent} received {outcome.received}"
            self._store.note_audit("synced", "hub", "", told)
        receipt = self._receipt(outcome)
        if self.orders is not None:
            self.orders.learn(outcome.org_order_key)
        if outcome.error is None:
            self._news.begin()  # what the first whole sync brings is the caseload, and no news
        if not (background and outcome.cause in _NOBODY):
            self._store.add_receipt(receipt)
        return receipt

    def _sync(self, url: str, me: Me, on_progress: Callable[[SyncState], None] | None) -> Outcome:
        hub = self._to_hub(url, me)

        def told(progress: Progress) -> None:
            self._progress = progress
            if self._stopping:
                raise SyncError(Cause.STOPPED, retry_after=LONGEST)  # not by itself again in a minute
            self._now_in(_PHASES[progress.phase], on_progress)

        page_items = self._page_items or (lambda: MAX_ITEMS)
        engine = SyncEngine(
            *(self._store, hub, self._clock),
            on_progress=told, page_items=page_items, check_every=CHECK_EVERY, overlap=True,
        )  # fmt: skip
        return engine.run()

    def _to_hub(self, url: str, me: Me) -> ClosableHub:
        if self._hub is None:
            self._hub = self._make_hub(url, self._keys.signer(self._private_key(), me.device_id))
        return self._hub

    def _private_key(self) -> bytes:
        stored = self._store.setting(DEVICE_KEY)
        if stored:
            return base64.b64decode(stored)
        private = self._keys.new()
        self._store.set_setting(DEVICE_KEY, base64.b64encode(private).decode())
        return private

    def _now_in(self, phase: SyncPhase, on_progress: Callable[[SyncState], None] | None) -> None:
        self._phase, self._cause = phase, None
        if on_progress:
            on_progress(self.state())

    def _settled(self, outcome: Outcome) -> None:
        now = self._clock.now()
        if outcome.error is None:
            self._attempts.went_well(now)
        else:
            self._attempts.failed(now, outcome.error.retry_after)
        self._progress = None
        self._phase, self._cause = _phase_of(outcome.error), outcome.cause.value if outcome.cause else None

    def _receipt(self, outcome: Outcome) -> Receipt:
        now = self._clock.now()
        return Receipt(
            number=outcome.receipt or f"{now:%Y%m%d-%H%M%S-%f}",
            at=now,
            sent=outcome.sent,
            acknowledged=outcome.acknowledged,
            received=outcome.received,
            conflicts=outcome.conflicts,
            refused=outcome.refused,
            unsent=outcome.unsent,
            outcome=outcome.cause.value if outcome.cause else "ok",
            bytes_up=self._progress.bytes_up if self._progress else 0,
            bytes_down=self._progress.bytes_down if self._progress else 0,
            mended=outcome.checked.mended,
            unnamed=outcome.checked.unnamed,
            late=outcome.late,
        )


def _address(url: str) -> str:
    """An address as people type it: without a scheme it means https."""
    text = url.strip().rstrip("/")
    return text if "://" in text else f"https://{text}"


def _phase_of(error: SyncError | None) -> SyncPhase:
    if isinstance(error, NoNetwork):
        return SyncPhase.OFFLINE
    return SyncPhase.REFUSED if isinstance(error, HubRefused) else SyncPhase.IDLE


def _phase_after(last: Receipt | None, enrolled: bool) -> SyncPhase:
    """The phase after a restart, from the last receipt alone."""
    if last is None or not enrolled:
        return SyncPhase.NEVER
    return SyncPhase.OFFLINE if last.outcome in {cause.value for cause in _OFFLINE} else SyncPhase.IDLE
