"""Backups and checks as the screens see them; the vault does the work."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from broker_tui.domain.views import Refusal
from broker_tui.services.base import Service

CHECKED = "vault.checked_on"
"""Setting: ISO date of the last whole check."""
OPEN = "vault.open"
"""Setting: true while the caseload is open; still true at the next opening after a crash or a power cut."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A backup of the vault's own folder; `people` and `unsent` as counted when it was made, None if unknown."""

    path: Path
    made: datetime
    kind: str
    size: int
    people: int | None = None
    unsent: int | None = None


@dataclass(frozen=True, slots=True)
class Tended:
    """What was done for the caseload's safety, and what is wrong with the database."""

    backed_up: bool = False
    checked: bool = False
    damage: tuple[str, ...] = ()


class Keeper(Protocol):
    """What the vault can do for its own safety. All but `due` take a while: call them in a worker."""

    def due(self, now: datetime) -> bool:
        """Whether today has no backup yet."""

    def make(self, now: datetime) -> Path:
        """Write today's backup and prove it. Raises `KeeperRefused`."""

    def write(self, target: Path) -> None:
        """Write a backup to a file of somebody's choice. Raises `KeeperRefused`."""

    def kept(self) -> Sequence[KeptBackup]:
        """What lies in the folder, newest first."""

    def sound(self, path: Path) -> bool:
        """Whether a backup reads to its last page."""

    def check(self) -> list[str]:
        """What is wrong with the database; empty when nothing is."""

    def drop_before(self, moment: datetime) -> int:
        """Remove backups from before a moment; how many are still there."""

    def opens_here(self) -> bool:
        """Whether what lies on this disk opens with the passphrase alone: header and database read afresh."""

    def free_bytes(self) -> int | None:
        """Room on the disk; None when nobody says."""


class KeeperRefused(Refusal):
    """The disk refused, a file stands in the way, or the database does not read."""


@dataclass(frozen=True)
class Backups(Service):
    """The daily backup, checking, and what is to be told about both."""

    keeper: Keeper
    erased_at: Callable[[], str | None]
    trouble: list[str] = field(default_factory=list, compare=False)
    """Sentences of what failed since the caseload was opened, newest last."""

    def after_opening(self) -> Tended:
        """What is done beside the work soon after opening: backup, check."""
        now = self.clock.now()
        due = self.keeper.due(now)
        made = due and self.daily(now)
        # A backup reads every row: when it fails, the database may be why.
        check = self._check_due(now.date()) or (due and not made)
        return Tended(made, check, tuple(self.check()) if check else ())

    def daily(self, now: datetime) -> bool:
        """Write today's backup; what was made before somebody was erased goes once it stands. Whether it stands."""
        try:
            self.keeper.make(now)
            self.store.note_audit("backup", "vault", "", "daily")
            self._forget_erased()
        except KeeperRefused as refused:
            self.trouble.append(refused.sentence)
            return False
        return True

    def at_once(self) -> Path:
        """A backup at once. Raises `KeeperRefused`."""
        made = self.keeper.make(self.clock.now())
        self.store.note_audit("backup", "vault", "", "asked")
        self._forget_erased()
        return made

    def write(self, target: Path) -> None:
        """A backup in a file of somebody's choice, such as on a stick. Raises `KeeperRefused`."""
        self.keeper.write(target)
        self.store.note_audit("backup", "vault", "", "file")

    def kept(self) -> Sequence[KeptBackup]:
        """What lies in the folder, newest first."""
        return self.keeper.kept()

    def forget_erased(self) -> None:
        """After an order to erase: a new backup, and those that still hold the person go."""
        at = self.erased_at()
        if at is None or not any(one.made < datetime.fromisoformat(at) for one in self.keeper.kept()):
            return
        self.daily(self.clock.now())

    def check(self) -> list[str]:
        """Read every page; what is wrong."""
        found = self.keeper.check()
        self.store.set_setting(CHECKED, self.clock.today().isoformat())
        return found

    def _check_due(self, today: date) -> bool:
        last = self.store.setting(CHECKED)
        unclean = bool(self.store.setting(OPEN))
        self.store.set_setting(OPEN, True)
        if last is None:
            self.store.set_setting(CHECKED, today.isoformat())  # the first week begins
        return unclean or (last is not None and today - date.fromisoformat(last) >= WEEK)

    def closing(self) -> None:
        """The caseload is closed in good order."""
        with suppress(OSError):  # a disk that refuses or damage: the next opening checks
            self.store.set_setting(OPEN, None)

    def _forget_erased(self) -> None:
        at = self.erased_at()
        if at is not None:
            self.keeper.drop_before(datetime.fromisoformat(at))
