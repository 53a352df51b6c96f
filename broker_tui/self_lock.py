"""The open caseload locks by itself: nobody at the keyboard, or the machine was asleep."""

import time
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.app import App

from broker_tui.i18n import _
from broker_tui.idle import IdleWatch, bounded

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp

EVERY = 1.0
"""Seconds between looks at the clocks."""
SETTING = "idle.seconds"
_AT_THE_KEYBOARD = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)


class SelfLock(App[Any]):
    """Part of the app; `action_lock` is the app's own."""

    idle: IdleWatch | None = None
    _warned = False

    def steady(self) -> float:
        """Seconds of the clock that nobody sets."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds of the clock on the wall."""
        return time.time()

    def watch_idle(self) -> None:
        """Begin, once the caseload is open."""
        me = cast("BrokerApp", self)
        self.idle = IdleWatch(idle_limit(me), self.steady(), self.wall())
        self.set_interval(EVERY, self.look_idle, name="idle")

    async def on_event(self, event: events.Event) -> None:
        """Any key or click says that somebody is here."""
        if self.idle is not None and isinstance(event, _AT_THE_KEYBOARD):
            self.idle.touched(self.steady())
        await super().on_event(event)

    def look_idle(self) -> None:
        """Lock, warn, or go on."""
        me, idle = cast("BrokerApp", self), self.idle
        if idle is None or me.session is None:
            return
        verdict = idle.look(self.steady(), self.wall())
        if verdict == "lock":
            me.action_lock()
        elif verdict == "warn":
            self._warned = True
            left = idle.left(self.steady())
            me.answer("soon", _("Locks in {seconds} s: press any key to go on.").format(seconds=left))
        elif self._warned:
            self._warned = False
            me.answer("ok", _("Still open."))


def idle_limit(app: "BrokerApp") -> int:
    """Seconds without a key: what the municipality says, else what is set here."""
    from broker_tui.services.lease import ENROLMENT

    settings = app.services.settings
    policy = (settings.get(ENROLMENT) or {}).get("policy", {}).get("idle_s")
    return bounded(policy if policy is not None else settings.get(SETTING))
