"""How the app comes to an open caseload: Today, or only "connect" where the hub has not answered for too long."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from broker_tui.eventlog import Event
from broker_tui.screens import registry
from broker_tui.screens.door import Session

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp


class WaysIn(App[Any]):
    """Part of the app."""

    @property
    def _this(self) -> "BrokerApp":
        return cast("BrokerApp", self)

    def adopt(self, session: Session) -> None:
        """The caseload is open; what is shown stays for now."""
        me = self._this
        if me.session is not session:
            me.session = session
            session.services.on_change(me.tell_change)

    def enter(self, session: Session, then: Callable[[], None] | None = None) -> None:
        """The caseload is open: show Today; where its lease has run out, nothing of it but the way to the hub."""
        me = self._this
        self.adopt(session)
        if session.services.lease.over():
            me.push_screen(registry.connect(then))
        else:
            self.let_in(then)
        me.background.start()
        me.watch_idle()
        me.noted(Event.UNLOCKED)

    def let_in(self, then: Callable[[], None] | None = None) -> None:
        """Show Today and what there is to be said."""
        me = self._this
        me.entered = True
        me.go("today")
        for remark in (*(me.session.remarks if me.session else ()), *me.problems):
            me.screen.call_later(me.answer, "soon", remark)  # the page has no line for it yet
        me.read_standing()
        if then is not None:
            me.call_after_refresh(then)
