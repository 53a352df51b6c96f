"""Beside the work: sync when the office network may be back, and word of changes, gathered when they come in crowds.

When an attempt is due, and how long to pause after failures, is the sync service's business; here is the clock that
asks, and the worker that does it.
"""

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from broker_tui.eventlog import Event
from broker_tui.i18n import _

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp
    from broker_tui.domain.views import SyncState
    from broker_tui.services.backups import Tended
    from broker_tui.services.ports import ChangeNote

EVERY = 60.0
"""Seconds between looks at whether an attempt is due; also the pause before the first."""
GATHER = 0.1
"""Seconds in which further changes are told together."""
SAFETY = 20.0
"""Seconds after unlocking before the day's backup is written."""
PATIENCE = 2.0
"""Seconds an order waits for the app to keep its drafts: one that hangs does not keep a caseload from being deleted."""
FIRST = 5.0
"""Seconds after unlocking: the caseload is on the screen by then."""


class SyncMoved(Message):
    """Progress of a running sync."""

    def __init__(self, state: "SyncState") -> None:
        super().__init__()
        self.state = state


class BackgroundSync:
    """One attempt at a time, in a worker of the app."""

    def __init__(self, app: "BrokerApp") -> None:
        self._app = app
        self._timers: list[Timer] = []
        self.running = False
        self._wanted = False
        self.error: Exception | None = None
        """Why the last attempt that somebody asked for ended early."""

    def start(self) -> None:
        """Begin to look."""
        self._timers = [
            self._app.set_timer(FIRST, self._look, name="first sync"),
            self._app.set_interval(EVERY, self._look, name="background sync"),
            self._app.set_interval(EVERY, self._keep_lease, name="lease"),
            self._app.set_timer(SAFETY, self._keep_safe, name="backup and check"),
        ]

    def _keep_lease(self) -> None:
        """An open caseload locks when its lease runs out; the lock screen then leads to the way to the hub."""
        app = self._app
        if app.session is None or not app.entered:
            return

        def told(over: bool) -> None:
            if over and not self.running:
                app.action_lock()

        app.read(app.services.lease.over, told, group="lease", description="look at the lease")

    def _keep_safe(self) -> None:
        """The day's backup, and a check after a crash or a week."""
        app = self._app
        if app.session is None:
            return
        backups = app.services.backups

        def done(tended: "Tended") -> None:
            if tended.backed_up:
                app.noted(Event.BACKED_UP)
            if tended.checked:
                app.noted(Event.CHECKED, problems=len(tended.damage))
            if tended.damage:
                app.tell_damage(tended.damage)
            elif backups.trouble:
                app.answer("soon", _("No backup today: {why}").format(why=backups.trouble[-1]))

        app.read(backups.after_opening, done, group="safety", description="backup and check")

    def stop(self) -> None:
        """No further attempts; a running one is abandoned with the process."""
        for timer in self._timers:
            timer.stop()
        self._timers = []

    def now(self) -> None:
        """Try at once, because somebody asked; while an attempt is going, once more after it."""
        state = self._app.sync_state
        if state is not None and not state.enrolled:
            from broker_tui.i18n import causes

            self._app.answer("missing", causes.explain("not_enrolled").title)
        self._wanted = self.running
        self._attempt(asked=True)

    def _look(self) -> None:
        self._attempt(asked=False)

    def _last_call(self) -> None:
        """On the sync's thread, before this caseload is sealed to be deleted: what is being written becomes a draft."""
        kept = threading.Event()

        def keep() -> None:
            try:
                with suppress(OSError):  # a full disk: what was kept a moment ago is sealed
                    self._app.flush_drafts()
            finally:
                kept.set()

        if self._app.call_later(keep):
            kept.wait(PATIENCE)

    def _attempt(self, *, asked: bool) -> None:
        app = self._app
        state = app.sync_state
        if self.running or app.session is None or state is None or not state.enrolled:
            return
        self.running = True
        services, clock = app.services, app.clock
        sync, retention, backups = services.sync, services.retention, services.backups
        if sync.orders is not None:
            sync.orders.last_call = self._last_call

        def tell(state: "SyncState") -> None:
            app.post_message(SyncMoved(state))

        def work() -> bool:
            if not asked:
                due = sync.next_attempt(clock.now())
                late = due is not None and due <= clock.now()
                # What is said about the connection is looked at again, though nothing is due.
                if not (late or (due is not None and state.connected)) or not sync.network_seems_up() or not late:
                    return False
            sync.run(tell, background=not asked)
            retention.sweep()
            backups.forget_erased()
            return True

        def ended(ran: bool) -> None:
            self.running = False
            if ran:
                self.error = None
                app.noted(Event.SYNCED, well=True)
            if ran or sync.connected != state.connected:
                app.read_standing()
            if not ran and self._wanted:
                self._attempt(asked=True)
            self._wanted = False

        def failed(error: Exception) -> bool:
            from sync.errors import SyncError

            self.running = False
            self.error = error
            app.noted(Event.SYNCED, well=False, error=type(error))
            if sync.must_lock:
                app.action_lock()
            else:
                app.read_standing()
            return isinstance(error, SyncError)

        app.read(work, ended, group="sync", description="sync", failed=failed)


class ChangeRelay:
    """Tells the pages of a first change at once and of a crowd of them ten times a second."""

    def __init__(self, app: "BrokerApp") -> None:
        self._app = app
        self._waiting: ChangeNote | None = None
        self._resting = False

    def add(self, note: "ChangeNote") -> None:
        """A commit."""
        if self._resting:
            self._waiting = _both(self._waiting, note)
        else:
            self._tell(note)

    def _tell(self, note: "ChangeNote") -> None:
        self._resting = True
        self._app.tell_pages(note)
        self._app.set_timer(GATHER, self._rested)

    def _rested(self) -> None:
        self._resting = False
        note, self._waiting = self._waiting, None
        if note is not None:
            self._tell(note)


def _both(first: "ChangeNote | None", second: "ChangeNote") -> "ChangeNote":
    from dataclasses import replace

    if first is None:
        return second
    return replace(second, types=first.types | second.types, scopes=first.scopes | second.scopes)
