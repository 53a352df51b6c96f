"""How the app ends: drafts are kept, counts are left for the lock screen, the caseload is closed."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from broker_tui.config.look import Look
from broker_tui.config.look import write as write_look
from broker_tui.eventlog import Event

if TYPE_CHECKING:
    from broker_tui.app import BrokerApp

EXIT_QUIT, EXIT_LOCK = 0, 75


class WaysOut(App[Any]):
    """Part of the app."""

    @property
    def _me(self) -> "BrokerApp":
        return cast("BrokerApp", self)

    def flush_drafts(self) -> None:
        """Keep what is being written."""
        from broker_tui.screens.base import FormScreen

        for screen in self.screen_stack:
            if isinstance(screen, FormScreen):
                screen.flush_draft()

    def leave(self, code: int) -> None:
        """Keep drafts, close the caseload and end this process with `code`."""
        me = self._me
        if me.session is not None:
            me.background.stop()
            self.last_words()
        if me.kept_clip is not None:  # after the keys are gone: a slow program of the system must not hold them
            me.kept_clip.clear()
        me.noted(Event.LOCKED if code == EXIT_LOCK else Event.QUIT)
        me._leaving = True
        self.exit(return_code=code)

    def last_words(self) -> None:
        """Keep what is being written, leave counts for the lock screen, close the caseload; also when abandoned."""
        me = self._me
        session = me.session
        if session is None:
            return
        services = session.services
        try:
            self.flush_drafts()
            state, lease = services.sync.state(), services.lease.look()
            self.keep_look(
                replace(
                    me.look,
                    unsent=state.unsent,
                    drafts=len(services.drafts.all()),
                    sync_before=lease.until.isoformat() if lease and lease.ends_soon(me.today) else "",
                    shut_out=services.sync.shut_out,
                )
            )
        except OSError as error:
            from broker_tui.refusals import is_damage
            from broker_tui.vault.home import wiping

            if is_damage(error):
                self.keep_look(replace(me.look, damaged=True))
            elif me.home is None or not wiping(me.home):  # then it takes no more, and is deleted at once
                raise
        finally:
            me.session = None
            session.close()

    def keep_look(self, look: Look) -> None:
        """Use `look` from the next start on."""
        me = self._me
        me.look = look
        if me.home is not None:
            write_look(me.home, look)

    def action_lock(self) -> None:
        """Lock now: the process that holds the data ends."""
        from broker_tui.watch import announce_lock

        announce_lock()
        self.leave(EXIT_LOCK)

    async def action_quit(self) -> None:
        """Close the program."""
        self.leave(EXIT_QUIT)
