"""Sync beside the work: tried when the office network may be back, never waited for."""

from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from broker_tui.domain.views import SyncState

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp

EVERY = 60.0
"""Seconds between looks at whether to try."""
LONGEST_PAUSE = 16
"""After failures the pause doubles up to this many looks."""


class BackgroundSync:
    """One attempt at a time, in a worker of the app."""

    def __init__(self, app: "BrokerApp") -> None:
        self._app = app
        self._timer: Timer | None = None
        self._pause = 1
        self._looks = 0
        self.running = False
        self.last_error: Exception | None = None

    def start(self) -> None:
        """Begin to look."""
        self._timer = self._app.set_interval(EVERY, self._look, name="background sync")

    def stop(self) -> None:
        """No further attempts; a running one is abandoned with the process."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def now(self) -> None:
        """Try at once, because somebody asked."""
        self._pause, self._looks = 1, 0
        self._attempt()

    def _look(self) -> None:
        self._looks += 1
        if self._looks >= self._pause:
            self._looks = 0
            self._attempt()

    def _attempt(self) -> None:
        app = self._app
        state = app.sync_state
        if self.running or app.session is None or state is None or not state.enrolled:
            return
        self.running = True
        services = app.services

        def work() -> None:
            services.sync.run(on_progress=lambda moved: app.post_message(SyncMoved(moved)))

        app.read(work, self._succeeded, group="sync", description="sync", failed=self._failed)

    def _succeeded(self, _receipt: object) -> None:
        self.running = False
        self._pause = 1
        self.last_error = None
        self._app.read_standing()

    def _failed(self, error: Exception) -> bool:
        from sync.errors import SyncError

        self.running = False
        self.last_error = error
        self._pause = min(LONGEST_PAUSE, self._pause * 2)
        self._app.read_standing()
        return isinstance(error, SyncError)


class SyncMoved(Message):
    """Progress of a running sync."""

    def __init__(self, state: SyncState) -> None:
        super().__init__()
        self.state = state
