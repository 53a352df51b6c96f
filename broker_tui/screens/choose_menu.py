"""Which of several things: a decision of the programme, a course team; each by its name."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from broker_tui.i18n import _
from broker_tui.widgets.key_line import KeyHint, KeyLine
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line, line


class ChooseMenu(Sheet[str | None]):
    """Closes with the key of the row."""

    DEFAULT_CSS = """
    ChooseMenu #sheet-body { padding: 0; height: auto; }
    """

    def __init__(self, question: str, offered: Sequence[tuple[str, str]]) -> None:
        """Offer rows by key and name."""
        super().__init__()
        self._question = question
        self._offered = tuple(offered)

    def heading(self) -> Line:
        """The question."""
        return line((self._question, "strong"))

    def body(self) -> Iterable[Widget]:
        """One row each."""
        menu = RowList(id="menu", count_below=False)
        menu.styles.height = len(self._offered)
        menu.set_rows([Row(key, content=line((name, "text"))) for key, name in self._offered])
        yield menu

    def keys(self) -> KeyLine:
        """The cursor chooses."""
        return KeyLine((KeyHint(_("Enter"), _("choose"), "enter"),), (KeyHint(_("Esc"), _("close"), "escape"),))

    def on_mount(self) -> None:
        """Begin at the top."""
        self.query_one("#menu").focus()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The row under the cursor."""
        event.stop()
        self.dismiss(event.key)
