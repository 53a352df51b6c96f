"""What others changed since somebody last looked; looking at it is what makes it old."""

from broker_tui.domain.views import ChangeGroup, ChangeRow
from broker_tui.i18n import _, ngettext
from broker_tui.screens import sync_lines
from broker_tui.screens.changes_base import ChangesScreen
from broker_tui.widgets.columns import Columns
from broker_tui.widgets.row_source import Row
from broker_tui.widgets.spans import EMPTY, Line, line


class NewsScreen(ChangesScreen):
    """Who changed which fields of what. The list stays while the page is open, and is empty the next time."""

    _since: int | None = None

    def groups(self) -> list[ChangeGroup]:
        """What was not looked at when the page was opened, and what came since."""
        news = self.services.news
        if self._since is None:
            self._since = news.looked()
        found = news.groups(self._since)
        news.seen(found)
        return found

    def columns(self) -> Columns:
        """With who made the change."""
        return sync_lines.grouped_columns(others=True)

    def row(self, change: ChangeRow) -> Row:
        """A change and who made it."""
        return sync_lines.news_row(change, self.clock_today, self.guard)

    def names(self) -> tuple[Line, Line]:
        """The count."""
        said = ngettext("{count} change by others", "{count} changes by others", self.count).format(count=self.count)
        return line((said, "strong"), ("  ", "text"), (_("since you last looked"), "muted")), EMPTY

    def nothing(self) -> str:
        """Nobody else was there."""
        return _("Nobody else has changed anything since you last looked.")

    def _show(self, groups: list[ChangeGroup]) -> None:
        super()._show(groups)
        self.broker.read_standing()
