"""Sync as the screens and the command line see it: the standing fact, a run, differences, and joining a hub.

Nothing here starts a thread: `run` and `enrol` block and are called in a worker; everything else is quick. The
network and the device key come from outside (`MakeHub`, `DeviceKeys`), so that nothing is loaded before it is used.
"""

import base64
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
from broker_tui.services import joining
from broker_tui.services.attempts import LONGEST, Attempts
from broker_tui.services.differences import Choice, Differences
from broker_tui.services.handovers import asked
from broker_tui.services.hub_line import ClosableHub, DeviceKeys, MakeHub
from broker_tui.services.joining import Machine
from broker_tui.services.laptop_standing import LaptopStanding, SealFor
from broker_tui.services.lease import Leases
from broker_tui.services.news import News
from broker_tui.services.ports import Page, Store
from broker_tui.services.run_ends import NOBODY, OFFLINE, phase_after, phase_of, receipt_of
from sync.engine import SyncEngine
from sync.errors import Cause, HubRefused, NotEnrolled, SyncError
from sync.outcome import Outcome, Progress
from sync.protocol import MAX_ITEMS

HUB_URL = "hub.url"
DEVICE_KEY = "device.key"
CHECK_EVERY = timedelta(days=1)
"""How often a laptop asks whether it holds what it should."""
_PHASES = {
    "connecting": SyncPhase.CONNECTING,
    "sending": SyncPhase.SENDING,
    "receiving": SyncPhase.RECEIVING,
}
_NOT_KEPT: dict[type[Exception], str] = {StoreFull: "store_full", StoreSealed: "wiped"}


class Ordered(Protocol):
    """Judges orders of the municipality and begins what they say. `last_call` comes before: keep what is written."""

    last_call: Callable[[], None]

    def learn(self, key: str, *, joining: bool = False) -> None:
        """The hub names the key orders are believed by."""

    def begun(self, text: str, error: SyncError | None) -> bool:
        """Whether the wipe in `text` has begun; `error` is how the sync it came with ended."""


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
        self._standing = LaptopStanding(store, seal_for)
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
        self._connected: bool | None = None
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
            phase=self._phase or phase_after(last, me.enrolled),
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
            warnings=self._standing.warnings(),
            lease=self.lease.look(),
        )

    @property
    def connected(self) -> bool | None:
        """Whether the last attempt since the caseload was opened reached the hub; None before the first."""
        return self._connected

    @property
    def shut_out(self) -> bool:
        """Whether the hub said, when it was last reached, that this laptop was reported lost."""
        return self._standing.shut_out

    @property
    def must_lock(self) -> bool:
        """The hub said for the first time that this laptop was reported lost, or the caseload is being deleted."""
        return self._standing.must_lock

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
        address = joining.address_of(url)
        me = self._store.me()
        private = self._private_key()
        with self._one_run:
            self._now_in(SyncPhase.CONNECTING, on_progress)
            try:
                hub = self._make_hub(address, None)
                try:
                    public_key = self._keys.signer(private, None).public_key
                    answer = hub.enrol(joining.request(code, public_key, me, self._machine))
                finally:
                    hub.close()
                if me.enrolled and answer.staff_id != me.staff_id:
                    raise HubRefused(Cause.NOT_ALLOWED)
            except SyncError:
                self._phase = None
                raise
            self._store.set_setting(HUB_URL, address)
            joining.keep(self._store, me, answer)
            self.lease.renew()
            if self.orders is not None:
                self.orders.learn(answer.org_order_key, joining=True)
            self._store.note_audit("enrolled", "device", answer.device_id)
            self._standing.seal(answer.org_hpke_key)
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

    def _ordered(self, outcome: Outcome) -> None:
        """Obey an order to delete this caseload, once what came in and went out is written down.

        Raises:
            SyncError: it has begun; the caseload must be closed at once, and is deleted then.
        """
        if self.orders is None or not self.orders.begun(outcome.order, outcome.error):
            return
        self._standing.must_lock = True
        raise SyncError(Cause.WIPED)

    def _outcome(self, url: str, me: Me, on_progress: Callable[[SyncState], None] | None) -> Outcome:
        try:
            return self._sync(url, me, on_progress)
        except SyncError as error:
            return Outcome(0, 0, 0, (), 0, self._store.unsent_count(), "", error=error)

    def _taken_in(self, outcome: Outcome, *, background: bool) -> Receipt:
        """Keep what a run brought beside the records."""
        self._connected = outcome.cause not in OFFLINE
        self._standing.heard_of_loss(outcome)
        if outcome.heard:
            self.lease.renew(outcome.policy)
        self._standing.seal(outcome.org_hpke_key)
        self._standing.chain(outcome.audit)
        if outcome.sent or outcome.received:
            told = f"sent {outcome.sent} received {outcome.received}"
            self._store.note_audit("synced", "hub", "", told)
        receipt = receipt_of(outcome, self._progress, self._clock.now())
        if self.orders is not None:
            self.orders.learn(outcome.org_order_key)
        if outcome.error is None:
            self._news.begin()  # what the first whole sync brings is the caseload, and no news
        if not (background and outcome.cause in NOBODY):
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
        self._phase, self._cause = phase_of(outcome.error), outcome.cause.value if outcome.cause else None
