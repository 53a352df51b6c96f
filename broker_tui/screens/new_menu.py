"""Ctrl+N: what can be made, each with its letter."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.new_menu import COMMANDS
from broker_tui.i18n import _
from broker_tui.widgets.key_line import KeyHint, KeyLine
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.sheet import Sheet
from broker_tui.widgets.spans import Line, line


class NewMenu(Sheet[str | None]):
    """Choose with a letter, or with the cursor and Enter."""

    DEFAULT_CSS = """
    NewMenu #sheet-body { padding: 0; height: auto; }
    NewMenu #menu { height: 13; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    def heading(self) -> Line:
        """What this is."""
        return line((_("New"), "strong"))

    def body(self) -> Iterable[Widget]:
        """One row per kind."""
        menu = RowList(id="menu", count_below=False)
        rows = []
        for command in COMMANDS:
            rows.append(
                Row(
                    command.action_argument, content=line((f"{command.first_key}  ", "key"), (_(command.label), "text"))
                )
            )
        menu.set_rows(rows)
        yield menu

    def keys(self) -> KeyLine:
        """The letters stand in the rows."""
        return KeyLine((KeyHint(_("Enter"), _("choose"), "enter"),), (KeyHint(_("Esc"), _("close"), "escape"),))

    def on_mount(self) -> None:
        """Begin at the top."""
        self.query_one("#menu").focus()

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """The row under the cursor."""
        event.stop()
        self.dismiss(event.key)

    def action_choose(self, hook: str) -> None:
        """The letter of a row."""
        self.dismiss(hook)
