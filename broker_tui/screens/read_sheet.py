"""A text in full, however long it is."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from broker_tui.i18n import N_
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line


class ReadSheet(Sheet[None]):
    """Shows lines; arrows scroll, Esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(1)", N_("down"), show=False, id="read.down"),
        Binding("up,k", "scroll(-1)", N_("up"), show=False, id="read.up"),
        Binding("pagedown,space", "scroll(10)", N_("page down"), id="read.page-down"),
        Binding("pageup", "scroll(-10)", N_("page up"), show=False, id="read.page-up"),
        Binding("enter,q", "leave", N_("close"), show=False, id="read.close"),
    ]

    def __init__(self, title: Line, content: Sequence[Line]) -> None:
        """Show `content` under `title`."""
        super().__init__()
        self._title_line = title
        self._content = tuple(content)

    def heading(self) -> Line:
        """The title."""
        return self._title_line

    def body(self) -> Iterable[Widget]:
        """The text, as wide as one reads with ease."""
        lines = Lines(*self._content, wrapped=True)
        lines.styles.max_width = 76
        yield lines

    def action_scroll(self, rows: int) -> None:
        """Move the text."""
        self.query_one("#sheet-body").scroll_relative(y=rows, animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click beside the sheet changes nothing."""
        event.stop()
