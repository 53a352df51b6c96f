"""All that opens when the hub has not answered for longer than cases may stay: since when, what is safe, and sync."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen

from broker_tui.commands import bindings_of
from broker_tui.commands.connect import COMMANDS
from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import SyncPhase, SyncState
from broker_tui.i18n import _, causes, ngettext
from broker_tui.i18n.format import dated
from broker_tui.screens import sync_lines
from broker_tui.screens.reader import Reader
from broker_tui.screens.sync_sheets import EnrolSheet
from broker_tui.widgets.answer_line import AnswerLine
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.key_line import KeyLine
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.spans import EMPTY, Line, line

_RUNNING = (SyncPhase.CONNECTING, SyncPhase.SENDING, SyncPhase.RECEIVING)


class ConnectScreen(Screen[None], Reader):
    """Says how things stand and syncs; gives way to Today once the hub has answered.

    Args:
        then: what was to happen after the caseload opened.
    """

    DEFAULT_CSS = """
    ConnectScreen > #connect-page { align: center middle; height: 1fr; overflow: hidden; }
    ConnectScreen #connect { width: 66; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    def __init__(self, then: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._then = then

    def compose(self) -> ComposeResult:
        """The block in the middle, an answer, the keys."""
        with Vertical(id="connect-page"):
            yield Lines(wrapped=True, id="connect")
        yield AnswerLine(id="answer")
        yield KeyLine()

    def on_mount(self) -> None:
        """Whoever comes here wants to connect: try at once."""

        def begin(state: SyncState) -> None:
            self.broker.show_standing(state)
            self.broker.background.now()

        self.read(self.services.sync.state, begin, group="connect", description="read sync state")

    def sync_moved(self, state: SyncState) -> None:
        """Show how things stand, or make way."""
        if state.lease is None or not state.lease.over:
            self.broker.let_in(self._then)
            return
        self.query_one("#connect", Lines).update(*self._lines(state))

    def _lines(self, state: SyncState) -> Iterable[Line]:
        lease = state.lease
        if lease is None:
            return
        since = dated(lease.heard.astimezone(DENMARK).date())
        yield line((_("Connect to the hub"), "strong"))
        yield EMPTY
        yield line((_("The hub has not answered this laptop since {day}.").format(day=since), "text"))
        days = ngettext("{count} day", "{count} days", lease.days).format(count=lease.days)
        yield line((_("Without it the cases stay open for {days}; then they wait for it.").format(days=days), "text"))
        yield EMPTY
        yield line((f"{glyph('ok')} ", "ok"), (_("Nothing is lost: everything lies here, encrypted."), "text"))
        if state.unsent:
            said = ngettext(
                "{count} unsent change is sent first.", "{count} unsent changes are sent first.", state.unsent
            )
            yield line((f"{glyph('unsent')} ", "accent"), (said.format(count=state.unsent), "text"))
        yield EMPTY
        if state.phase in _RUNNING:
            yield line((sync_lines.running(state), "strong"))
        elif state.cause:
            yield line((causes.sentence(state.cause), "text"))
        else:
            yield line((_("With a network, s connects."), "text"))

    def action_sync_now(self) -> None:
        """Try at once."""
        self.broker.background.now()

    def action_enrol(self) -> None:
        """Join again with a code, where the hub does not know this laptop any more."""

        def done(joined: bool | None) -> None:
            if joined:
                self.broker.read_standing()
                self.broker.background.now()

        self.app.push_screen(EnrolSheet(), done)
