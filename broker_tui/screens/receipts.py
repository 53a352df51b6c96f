"""Receipts: all of them are kept, and found again by number, day, person or company as one types."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from broker_tui.commands import bindings_of
from broker_tui.commands.receipts import COMMANDS
from broker_tui.domain.receipts import Kept
from broker_tui.domain.views import ChangeGroup, ChangeRow
from broker_tui.i18n import _
from broker_tui.screens import receipt_lines, registry
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.changes_base import ChangesScreen
from broker_tui.widgets.bar_input import BarInput
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.spans import EMPTY, Line, line

_DELAY = 0.08


class ReceiptsScreen(PlaceScreen):
    """A field and the receipts that answer to it; the arrows move in the list while one types."""

    DEFAULT_CSS = """
    ReceiptsScreen #receipt-field { margin: 0 3; width: 60; }
    ReceiptsScreen #receipts { margin: 1 0 0 0; width: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)
    AUTO_FOCUS = "#receipt-field"
    place = "sync"

    _found: tuple[Kept, ...] = ()
    _asked: str | None = None
    _noted = ""
    _timer: Timer | None = None

    def body(self) -> Iterable[Widget]:
        """Field and list."""
        field = BarInput(id="receipt-field", placeholder=_("number, day, person or company"), select_on_focus=False)
        field.cursor_blink = False
        yield field
        found = RowList(columns=receipt_lines.kept_columns(), header=True, id="receipts")
        found.can_focus = False
        yield found

    def load(self) -> None:
        """Look again for what is written in the field."""
        text, receipts = self.query_one("#receipt-field", BarInput).value.strip(), self.services.receipts

        def show(found: list[Kept]) -> None:
            self._found, self._asked = tuple(found), text
            self.redraw()

        self.read(lambda: receipts.found(text), show, group="receipts", description="look for receipts")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_DELAY, self.load)

    def redraw(self) -> None:
        """Show the receipts again."""
        rows = self.query_one("#receipts", RowList)
        nothing = _("No receipt answers to this.") if self._asked else _("No sync has ended yet.")
        rows.set_empty(line((nothing if self._asked is not None else "", "muted")))
        rows.set_rows([receipt_lines.kept_row(one, self.clock_today) for one in self._found])
        count = _("{count} found").format(count=len(self._found)) if self._asked else ""
        self.set_title(line((_("Receipts"), "strong")), line((count, "muted")))

    def _leave_trace(self) -> None:
        """A name that was looked for is noted when somebody goes on, not at every letter."""
        asked, hits, trail = self._asked, len(self._found), self.services.trail
        if asked and asked != self._noted:
            self._noted = asked
            self.broker.read(
                lambda: trail.searched(asked, hits),
                lambda _done: None,
                group="audit",
                description="note a search",
                alone=False,
            )

    def action_back(self) -> None:
        """Leave the page."""
        self._leave_trace()
        super().action_back()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """A click on a receipt."""
        event.stop()
        self._open()

    def action_move(self, step: int) -> None:
        """Another receipt."""
        self.query_one("#receipts", RowList).action_move(step)

    def action_page(self, step: int) -> None:
        """Receipts further on."""
        self.query_one("#receipts", RowList).action_page(step)

    def action_open(self) -> None:
        """What the receipt under the cursor covers."""
        self.after_typing(self._open)

    def _open(self) -> None:
        key = self.query_one("#receipts", RowList).cursor_key
        kept = next((one for one in self._found if one.number == key), None)
        if kept is not None:
            self._leave_trace()
            self.app.push_screen(registry.receipt(kept))


class ReceiptScreen(ChangesScreen):
    """What one receipt covers."""

    def __init__(self, kept: Kept) -> None:
        """A receipt."""
        super().__init__()
        self._kept = kept

    def groups(self) -> list[ChangeGroup]:
        """Whom it is about."""
        return self.services.receipts.groups(self._kept.number)

    def names(self) -> tuple[Line, Line]:
        """Its time and number; what the sync brought besides."""
        run = self._kept.run
        return receipt_lines.receipt_title(self._kept, self.clock_today), (
            receipt_lines.counts_line(run, self.size.width // 2) if run is not None and self.wide else EMPTY
        )

    def row(self, change: ChangeRow) -> Row:
        """All of it is at the hub."""
        return replace(super().row(change), sign=glyph("ok"), sign_role="ok")

    def nothing(self) -> str:
        """A sync that only fetched."""
        return _("Nothing was sent under this number.")
