"""What the sync engine needs from its surroundings: a local store, a way to the hub, a clock, a signer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from sync.protocol import (
    AuditAnchor,
    AuditHead,
    Change,
    Cursor,
    EnrolAnswer,
    EnrolRequest,
    Op,
    OpAnswer,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
)


class Signer(Protocol):
    """Signs for one device; the private key stays behind it."""

    @property
    def key_id(self) -> str:
        """The device id the hub knows the key by."""

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature of `data`, 64 bytes."""


class Hub(Protocol):
    """The jobcenter hub as the engine sees it. All methods raise `SyncError` and nothing else."""

    def enrol(self, request: EnrolRequest) -> EnrolAnswer: ...
    def status(self, request: StatusRequest) -> StatusAnswer: ...
    def push(self, request: PushRequest) -> PushAnswer: ...
    def pull(self, request: PullRequest) -> PullAnswer: ...


@runtime_checkable
class PreparingHub(Protocol):
    """A hub to which a request can be packed before the line is free for it."""

    def prepared(self, request: PushRequest) -> Callable[[], PushAnswer]:
        """`push` of this request, all but the sending done; may be called again."""


@runtime_checkable
class CountingHub(Protocol):
    """A hub that counts what goes over the line."""

    def traffic(self) -> tuple[int, int]:
        """Bytes of packed bodies sent and received since it was made."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a page did: records written, records taken away, differences opened, ids that were touched."""

    written: int
    removed: int
    conflicts: int
    undecodable: int = 0


class LocalStore(Protocol):
    """The laptop's side. Every method is one transaction."""

    def unsent(self, limit: int) -> Sequence[Op]:
        """Oldest unacknowledged operations in save order, without those in quarantine or waiting for one that is.

        A `tx` group is never split over the end of the list unless it alone is longer than `limit`.
        """

    def unsent_count(self) -> int:
        """Saved operations that the hub has not named in an answer, those in quarantine included."""

    def record_answers(self, answers: Sequence[OpAnswer], receipt: str, at: datetime) -> None:
        """Store the hub's word on the operations it named; a rejected one goes to quarantine with its problem."""

    def cursors(self) -> dict[str, Cursor]:
        """Cursor per feed; empty before the first pull."""

    def apply_page(
        self,
        changes: Sequence[Change],
        following: dict[str, Cursor],
        stable: dict[str, int],
        *,
        last: bool = False,
    ) -> Applied:
        """Apply one page and its cursors together: base := doc, view := rebase(base, own pending operations).

        Pending operations are read inside the same transaction. A `put` without `doc` means that the base is the
        record as the operations named in `ops` left it. `last`: the feeds end here for now.
        """

    def give_back(self, waiting: Sequence[str]) -> int:
        """Make operations that bring the records for which operations wait, as far as the hub once had and lost them.

        Args:
            waiting: ids of operations the hub lets wait though everything was sent and read.

        Returns:
            How many records are brought now.
        """

    def lacks_own(self) -> bool:
        """Whether operations this device once sent may be missing here, until the feeds were read to their end."""

    def meet(self, epoch: str) -> None:
        """The hub says which history it speaks of; if that is another one than before, as `reset_feed` of all feeds."""

    def reset_feed(self, feed: str) -> None:
        """The hub's history is no longer the one of this cursor: read the feed again from its start, let the hub's
        word count whatever its revision, and list again in `unsent` what was acknowledged; deletes nothing.
        """


@runtime_checkable
class AuditedStore(Protocol):
    """A store that keeps an audit chain."""

    def audit_claim(self) -> tuple[AuditHead, AuditHead | None]:
        """The newest line, and what the chain has at the number the hub remembers (None: no number is known)."""

    def note_anchor(self, anchor: AuditAnchor) -> None:
        """Keep what the hub remembers."""


@runtime_checkable
class CheckedStore(Protocol):
    """A store that can tell what it holds (`sync.digests`), and mend a scope."""

    def cursors(self) -> dict[str, Cursor]:
        """As in `LocalStore`."""

    def check_due(self, now: datetime, every: timedelta) -> bool:
        """Whether to ask: it is that long ago, or something was put back; not while feeds are read from their start."""

    def claim(self) -> str:
        """The digest of everything here, with what the hub was found to have of people who left this laptop."""

    def digests(self) -> dict[str, str]:
        """The digest per scope of what lies here as the hub last said it."""

    def doubted(self, told: dict[str, str]) -> list[str]:
        """Of the scopes that differ, with the hub's digests, those to fetch anew; the others left this laptop."""

    def mend(self, changes: Sequence[Change]) -> Applied:
        """As `apply_page`, but the hub's word counts whatever revision lies here, and no cursor moves."""

    def unnamed(self, scopes: Sequence[str], named: set[str]) -> int:
        """Records of these scopes the hub has not named: they stay, and own work among them is sent again.

        Returns:
            How many.
        """

    def note_checked(self, now: datetime) -> None:
        """The check is done."""


class Clock(Protocol):
    """Local time with offset."""

    def now(self) -> datetime: ...
