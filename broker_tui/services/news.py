"""What others changed since somebody last looked: a place in the journal says how far, also after a restart."""

from dataclasses import dataclass

from broker_tui.domain.views import ChangeGroup
from broker_tui.services.base import Service

LOOKED = "news.looked"
"""Setting: number of the last change in the journal that was there when somebody looked."""


@dataclass(frozen=True)
class News(Service):
    """Changes that came with a sync and were made by others, or on another laptop of one's own."""

    def looked(self) -> int | None:
        """How far somebody has looked; None before the first whole sync, whose changes are no news."""
        found = self.store.setting(LOOKED)
        return found if isinstance(found, int) else None

    def count(self) -> int:
        """How many changes nobody has looked at."""
        looked = self.looked()
        return 0 if looked is None else self.store.news_count(looked)

    def groups(self, since: int | None = None) -> list[ChangeGroup]:
        """Them by whom they are about, newest first; `since` is an earlier answer of `looked`."""
        looked = self.looked() if since is None else since
        return [] if looked is None else self.store.news_groups(looked)

    def seen(self, groups: list[ChangeGroup]) -> None:
        """Somebody has these before them. What came in meanwhile stays news."""
        newest = max((number for group in groups for number in group.numbers), default=0)
        if newest > (self.looked() or 0):
            self.store.set_setting(LOOKED, newest)

    def begin(self) -> None:
        """From here on what comes in is news."""
        if self.looked() is None:
            self.store.set_setting(LOOKED, self.store.newest_number())
