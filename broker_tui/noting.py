"""What the app writes down about itself: the event log beside the vault, and crashes inside it."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from broker_tui.eventlog import Event, EventLog, Ref, Value

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp
    from broker_tui.crash import CrashReport

PATIENCE = 1.0
"""Seconds a crash waits for the vault to take its details; a vault that is busy must not keep the screen open."""


class Noting(App[Any]):
    """Part of the app."""

    _events: EventLog | None = None

    def note_into(self, home: Path | None) -> None:
        """Where the log is kept; nowhere without a home."""
        from broker_tui import crash

        self._events = EventLog(home) if home is not None else None
        crash.on_error(self.keep_incident)

    def noted(self, event: Event, **fields: Value) -> None:
        """Write one line."""
        if self._events is not None:
            self._events.note(event, **fields)

    def keep_incident(self, report: "CrashReport", error: BaseException) -> None:
        """The class and reference outside, everything else inside the vault, if it is open."""
        me = cast("BrokerApp", self)
        self.noted(Event.CRASHED, ref=Ref(report.ref), error=type(error))
        session = me.session
        if session is None:
            return
        from importlib.metadata import version  # late: only a crash asks

        screen = type(me.screen).__name__ if me.screen_stack else ""
        incidents, at = session.services.incidents, version("broker-tui")

        def keep() -> None:
            # An error that came out of this thread would be a crash of its own, with details to keep, for ever.
            try:
                incidents.note(report.ref, error, version=at, screen=screen)
            except Exception as refused:
                self.noted(Event.DETAILS_LOST, ref=Ref(report.ref), error=type(refused))

        worker = threading.Thread(target=keep, name="incident", daemon=True)
        worker.start()
        worker.join(PATIENCE)
        if worker.is_alive():
            self.noted(Event.DETAILS_LOST, ref=Ref(report.ref), error=TimeoutError)
