"""The vault's own safety behind the port of the backups service."""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from broker_tui.services.backups import KeeperRefused, KeptBackup

if TYPE_CHECKING:
    from broker_tui.vault import UnlockedVault

T = TypeVar("T")


class VaultKeeper:
    """Backups and checks of an unlocked vault."""

    def __init__(self, unlocked: "UnlockedVault") -> None:
        self._unlocked = unlocked

    def due(self, now: datetime) -> bool:
        """Whether today has no backup yet."""
        from broker_tui.vault import keeping

        return keeping.due(self._unlocked.home, now)

    def make(self, now: datetime) -> Path:
        """Today's backup."""
        from broker_tui.vault import keeping

        return _told(lambda: keeping.make(self._unlocked, now))

    def write(self, target: Path) -> None:
        """A backup where somebody wants it."""
        from broker_tui.vault import backup

        _told(lambda: backup(self._unlocked, target))

    def kept(self) -> Sequence[KeptBackup]:
        """The folder."""
        from broker_tui.vault import keeping

        found = []
        for one in keeping.kept(self._unlocked.home):
            told = keeping.counts(one.path)
            found.append(KeptBackup(one.path, one.made, one.kind, one.size, told.get("people"), told.get("unsent")))
        return found

    def sound(self, path: Path) -> bool:
        """Whether a backup reads to its last page."""
        from broker_tui.vault import keeping

        return keeping.is_sound(self._unlocked, path)

    def check(self) -> list[str]:
        """What is wrong with the database."""
        from broker_tui.vault import VaultError, check

        try:
            return check(self._unlocked)
        except VaultError as error:
            return [error.text()]

    def drop_before(self, moment: datetime) -> int:
        """Remove older backups."""
        from broker_tui.vault import keeping

        return keeping.drop_before(self._unlocked.home, moment)

    def opens_here(self) -> bool:
        """Header and database, read from the disk as the next opening will."""
        from broker_tui.vault import VaultError, header
        from broker_tui.vault.unlocked import ways_in

        try:
            ways = ways_in(header.read(self._unlocked.home).header)
            connection = self._unlocked.connect_reader()
        except (VaultError, OSError):
            return False
        connection.close()
        return any(way.kind == "passphrase" for way in ways)

    def free_bytes(self) -> int | None:
        """Room where the vault lies."""
        try:
            return shutil.disk_usage(self._unlocked.home).free
        except OSError:
            return None


def _told(work: Callable[[], T]) -> T:
    from broker_tui.vault import VaultError

    try:
        return work()
    except VaultError as error:
        raise KeeperRefused(error.text()) from None
