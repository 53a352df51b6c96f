"""Once in a while a laptop asks whether it holds what it should, and fetches anew only what differs.

One digest of everything travels with the status request, so that a check of a sound caseload costs no request of its
own. If it is not the hub's, a request with a digest per scope names the scopes that differ, and their records alone are
fetched. What the hub does not name stays: absence deletes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sync.answers import answer_to, changes_of, moved_on
from sync.errors import BadAnswer, Cause
from sync.ports import CheckedStore, Clock, Hub
from sync.protocol import MAX_ITEMS, Cursor, PullRequest, StatusAnswer
from sync.records import new_id

MAX_STALLS = 5
"""Pages in a row that move no cursor before it is given up."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: scopes that were fetched anew, and records that lie here and the hub did not name."""

    mended: int = 0
    unnamed: int = 0


class Check:
    """The check of one run.

    Args:
        every: how often a laptop that saw no reason to ask sooner does.
        tell: told before each request; what it raises ends the check, which is then still due.
    """

    def __init__(
        self, store: CheckedStore, hub: Hub, clock: Clock, every: timedelta, tell: Callable[[], None] = lambda: None
    ) -> None:
        self._store, self._hub, self._clock, self._tell = store, hub, clock, tell
        self._due = store.check_due(clock.now(), every)

    def claim(self) -> str:
        """What the status request says of this laptop; empty while no check is due."""
        return self._store.claim() if self._due else ""

    def run(self, status: StatusAnswer, ask: Callable[[], StatusAnswer], *, moved: bool) -> Checked:
        """Compare and mend, at the end of a run.

        Args:
            status: the answer the run began with.
            ask: asks for the status again, with the claim.
            moved: records went out or came in since.

        Raises:
            SyncError: the line broke, or the answer cannot be used; what was mended stays mended.
        """
        if not self._due:
            return Checked()
        if moved:
            self._tell()
            status = ask()
        if status.same is None and self._behind(status):
            return Checked()  # somebody wrote meanwhile; the next run looks again
        found = Checked()
        if status.same is False:  # absent now: an older hub, which compares nothing
            told = self._compared()
            if told is None:
                return found
            scopes = self._store.doubted(told)
            if scopes:
                found = Checked(len(scopes), self._store.unnamed(scopes, self._fetched(scopes)))
        self._due = False
        self._store.note_checked(self._clock.now())
        return found

    def _behind(self, status: StatusAnswer) -> bool:
        cursors = self._store.cursors()
        return any(cursors.get(feed, Cursor()).seq != head for feed, head in status.heads.items())

    def _compared(self) -> dict[str, str] | None:
        self._tell()
        request = PullRequest(cursors=self._store.cursors(), limit=1, page=new_id(), digests=self._store.digests())
        return answer_to(request, self._hub.pull(request)).digests

    def _fetched(self, scopes: list[str]) -> set[str]:
        """Fetch these scopes from the start of the feeds; the ids the hub named."""
        epochs = {cursor.epoch for cursor in self._store.cursors().values()}
        cursors: dict[str, Cursor] = {}
        named: set[str] = set()
        stalls = 0
        while True:
            self._tell()
            request = PullRequest(cursors=cursors, limit=MAX_ITEMS, page=new_id(), whole=True, only=scopes)
            page = answer_to(request, self._hub.pull(request))
            changes = changes_of(page)
            following = moved_on(cursors, page.next)
            if {cursor.epoch for cursor in following.values()} - epochs:
                raise BadAnswer(Cause.HISTORY_DIVERGED)
            self._store.mend(changes)
            named |= {change.id for change in changes}
            if not page.more:
                return named
            stalls = stalls + 1 if following == cursors else 0
            if stalls >= MAX_STALLS:
                raise BadAnswer(Cause.PROTOCOL)
            cursors = following
