"""Which decision is taken: the short ones of the programme, each by its name."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from broker_tui.i18n import _
from broker_tui.widgets.key_line import KeyHint, KeyLine
from broker_tui.widgets.row_list import Row, RowList
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line, line


class DecideMenu(Sheet[str | None]):
    """Closes with the id of the form."""

    DEFAULT_CSS = """
    DecideMenu #sheet-body { padding: 0; height: auto; }
    """

    def __init__(self, decisions: Sequence[tuple[str, str]]) -> None:
        """Offer decisions by id and name."""
        super().__init__()
        self._decisions = tuple(decisions)

    def heading(self) -> Line:
        """The question."""
        return line((_("What is decided?"), "strong"))

    def body(self) -> Iterable[Widget]:
        """One row each."""
        menu = RowList(id="menu", count_below=False)
        menu.styles.height = len(self._decisions)
        menu.set_rows([Row(key, content=line((name, "text"))) for key, name in self._decisions])
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
