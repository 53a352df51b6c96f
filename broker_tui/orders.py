"""Orders of the municipality to this laptop: believed by their signature alone, and obeyed once what is unsent is safe.

The key they are believed by is the one the hub named when this laptop joined, or the first it named afterwards. Another
one is not taken over by asking: only joining anew does that.
"""

from collections.abc import Callable

from broker_tui.domain.clock import Clock, real
from broker_tui.services.ports import Store
from broker_tui.vault.errors import VaultError
from sync.errors import HubRefused, SyncError
from sync.orders import OrderRefused, WipeOrder, accepted, digest
from sync.recovery import RecoveryRefused, read_public

KEY, LAST, IGNORED = "orders.key", "orders.last", "orders.ignored"
"""Settings: the key (base64), the counter of the newest order taken to heart, and what was ignored last, by why."""
Obey = Callable[[WipeOrder], None]
"""Seals what is unsent and begins the wipe; raises `OSError`, `VaultError` or `RecoveryRefused` when nothing has."""


class Orders:
    """What this laptop thinks of what it is told.

    Args:
        store: the open caseload.
        clock: the program's idea of now.
        obey: begins the wipe.
    """

    def __init__(self, store: Store, clock: Clock, obey: Obey) -> None:
        self._store = store
        self._clock = real(clock)
        self._obey = obey
        self.last_call: Callable[[], None] = lambda: None
        """Keeps what is being written, so that it is sealed too; does not raise and does not wait for long."""

    def learn(self, key: str, *, joining: bool = False) -> None:
        """The hub names the key; the first one counts until this laptop joins anew."""
        known = self._store.setting(KEY, "")
        if not key or key == known:
            return
        try:
            read_public(key)
        except RecoveryRefused:
            return
        if known and not joining:
            self._ignore("key", key)
            return
        self._store.set_setting(KEY, key)

    def begun(self, text: str, error: SyncError | None) -> bool:
        """Whether the wipe that was ordered has begun: the caseload must be closed at once, and is deleted then."""
        order = self.judged(text, error)
        if order is None:
            return False
        self.last_call()
        try:
            self._obey(order)
        except (OSError, VaultError, RecoveryRefused) as trouble:
            # a full disk, say: nothing has begun, and the order comes again with the next sync
            self._store.note_audit("order_failed", "vault", "", type(trouble).__name__)
            return False
        return True

    def judged(self, text: str, error: SyncError | None) -> WipeOrder | None:
        """The order to obey now, if any.

        Args:
            text: as it came.
            error: how the sync it came with ended.
        """
        if not text:
            return None
        try:
            order = self._believed(text)
        except OrderRefused as refused:
            self._ignore(refused.code, text)
            return None
        if order.mode == "void":
            self._store.set_setting(LAST, order.counter)
            self._store.note_audit("order_void", "vault", "", str(order.counter))
            return None
        if order.mode == "after_push" and error is not None and not isinstance(error, HubRefused):
            return None  # the line broke: it may still be sent
        return order

    def _believed(self, text: str) -> WipeOrder:
        key, me = self._store.setting(KEY, ""), self._store.me()
        if not key:
            raise OrderRefused("signature")
        last = int(self._store.setting(LAST, 0))
        return accepted(text.encode(), read_public(key), me.device_id, last, self._clock.now())

    def _ignore(self, why: str, text: str) -> None:
        """Say so once, however often it is brought."""
        ignored: dict[str, str] = self._store.setting(IGNORED, {})
        name = digest(text.encode())
        if ignored.get(why) != name:
            self._store.set_setting(IGNORED, {**ignored, why: name})
            self._store.note_audit("order_ignored", "vault", "", why)
