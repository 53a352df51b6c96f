"""What stands in place of a value nobody is to read by accident: the same few bars, whatever lies beneath."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from broker_tui.i18n import N_, _
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import STEP
from broker_tui.widgets.lines import LineWidget
from broker_tui.widgets.spans import Line, Span, line


class Veil(LineWidget, can_focus=True):
    """One line of bars; Enter lifts it."""

    DEFAULT_CSS = """
    Veil { width: 1fr; height: 1; }
    Veil:focus { background: $field; }
    Veil:focus:ansi { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "lift", N_("show"), id="veil.lift", key_display="Enter"),
    ]

    class Lifted(Message):
        """Somebody wants to read what lies beneath."""

    def line_at(self, y: int) -> Line:
        """The bars, and how to lift them while the focus is here."""
        bar = Span(glyph("cursor"), "accent") if self.has_focus else Span(glyph("field"), "edge")
        how = f"   {_('Enter shows it')}" if self.has_focus else ""
        return line(bar, " ", (glyph("hidden") * STEP, "bars"), (how, "muted"))

    def action_lift(self) -> None:
        """Ask for it."""
        self.post_message(self.Lifted())

    def on_click(self) -> None:
        """A click asks too."""
        self.action_lift()

    def on_focus(self) -> None:
        """The bar takes the accent."""
        self.refresh()

    def on_blur(self) -> None:
        """The bar is calm again."""
        self.refresh()
