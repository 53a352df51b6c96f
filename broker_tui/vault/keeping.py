"""The backups a vault keeps of itself, in the folder `backups` beside it.

One a day, the newest seven; one before something that cannot be taken back (new tables, a new root key, a rescue), the
newest three of those. All are encrypted under the same key as the vault; an older one opens with what opened the vault
when it was made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from broker_tui import oslayer
from broker_tui.vault.archive import backup, prove, read_manifest
from broker_tui.vault.errors import BackupRefused, DiskRefused, VaultError
from broker_tui.vault.unlocked import UnlockedVault

FOLDER = "backups"
DAILY, BEFORE = "daily", "before"
KEEP = {DAILY: 7, BEFORE: 3}
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup of the folder.

    Args:
        made: when, from its name (UTC).
        kind: `daily` or `before`.
        size: bytes.
    """

    path: Path
    made: datetime
    kind: str
    size: int


def kept(home: Path) -> list[Kept]:
    """What lies there, newest first; files of other names are left alone."""
    found = []
    for path in (home / FOLDER).glob("*.zip"):
        stamp, _dash, kind = path.stem.partition("-")
        try:
            made = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
            size = path.stat().st_size
        except (ValueError, OSError):
            continue
        if kind in KEEP:
            found.append(Kept(path, made, kind, size))
    return sorted(found, key=lambda one: (one.made, one.path.name), reverse=True)


def due(home: Path, now: datetime) -> bool:
    """Whether today has no backup yet."""
    daily = [one for one in kept(home) if one.kind == DAILY]
    return not daily or daily[0].made.astimezone(now.tzinfo).date() < now.date()


def make(unlocked: UnlockedVault, now: datetime, kind: str = DAILY) -> Path:
    """Write one, prove it, and let older ones go that are too many.

    Raises:
        DiskRefused, DatabaseDamaged: nothing was written; the older ones stand.
    """
    folder = unlocked.home / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        oslayer.make_private(folder)
    except OSError:
        raise DiskRefused from None
    path = folder / f"{now.astimezone(UTC):{_STAMP}}-{kind}.zip"
    if not path.exists():
        backup(unlocked, path)
    prune(unlocked.home)
    return path


def prune(home: Path) -> None:
    """Keep the newest of each kind; a file that cannot be removed is tried again next time."""
    for kind, most in KEEP.items():
        for one in [one for one in kept(home) if one.kind == kind][most:]:
            _remove(one.path)


def drop_before(home: Path, moment: datetime) -> int:
    """Remove what was made before a moment: somebody was erased since. Returns how many are still there."""
    for one in kept(home):
        if one.made < moment:
            _remove(one.path)
    return sum(one.made < moment for one in kept(home))


def is_sound(unlocked: UnlockedVault, path: Path) -> bool:
    """Whether a backup of this vault opens and every page of it reads; takes a while."""
    try:
        prove(unlocked, path)
    except VaultError:
        return False
    return True


def newest_sound(unlocked: UnlockedVault) -> Path | None:
    """The newest backup that can take the vault's place."""
    return next((one.path for one in kept(unlocked.home) if is_sound(unlocked, one.path)), None)


def counts(path: Path) -> dict[str, int]:
    """What the manifest counted (records, unsent operations); empty when it says nothing."""
    try:
        told = read_manifest(path).get("counts")
    except (BackupRefused, DiskRefused):
        return {}
    return {str(k): v for k, v in told.items() if isinstance(v, int)} if isinstance(told, dict) else {}


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        return
