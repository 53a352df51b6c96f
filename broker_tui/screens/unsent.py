"""Everything the hub has not confirmed: the list behind the count in the places bar."""

from typing import ClassVar

from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.unsent import COMMANDS
from broker_tui.domain.views import ChangeGroup
from broker_tui.i18n import _
from broker_tui.screens.changes_base import ChangesScreen
from broker_tui.widgets.spans import EMPTY, Line, line


class UnsentScreen(ChangesScreen):
    """What waits for the hub, counted from the journal."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(COMMANDS)

    def groups(self) -> list[ChangeGroup]:
        """Whom it is about."""
        return self.services.sync.unsent_groups()

    def names(self) -> tuple[Line, Line]:
        """The count."""
        where = line((_("saved here, not at the hub yet"), "muted")) if self.count else EMPTY
        return line((_("Unsent"), "strong"), (f"  {self.count}", "muted")), where

    def nothing(self) -> str:
        """The good news."""
        return _("Nothing is unsent: the hub has confirmed every change.")

    def action_sync_now(self) -> None:
        """Try at once."""
        self.broker.background.now()
