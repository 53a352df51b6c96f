"""A vault deleted by order of the municipality: what was not sent is sealed first, in one file that is also the mark.

`begin` puts that file in place in one step. Before it the vault is whole; after it nothing opens the vault any more,
and `delete` goes on from wherever it was interrupted, the keys first. The file stays alone until the hub has it.
Only names this program gives are deleted: the folder may hold files of somebody else.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broker_tui import oslayer
from broker_tui.vault import header as headers
from broker_tui.vault import keeping, opening
from broker_tui.vault.archive import ASIDE
from broker_tui.vault.errors import DiskRefused, HeaderDamaged, HeaderMissing, VaultError
from broker_tui.vault.home import BEGUN, DONE
from broker_tui.vault.rotation import UNFINISHED
from broker_tui.vault.vault import LOCK_NAME, NEW_DATABASE, take_lock

if TYPE_CHECKING:
    from broker_tui.vault.unlocked import UnlockedVault

_HEADERS = (headers.NAME, headers.COPY_NAME)
_DATABASES = tuple(
    f"{name}{side}" for name in (opening.NAME, NEW_DATABASE, UNFINISHED) for side in ("-wal", "-shm", "-journal", "")
)
_BESIDE = ("recovery-request.json", "attempts.json", "look.json", "keys.toml")
_PATTERNS = (f"{keeping.FOLDER}/*.zip", "log/events.jsonl*")
_FOLDERS = (f"{ASIDE}*", ".restore-*", ".prove-*", ".broker-backup-*", f"{keeping.FOLDER}/.broker-backup-*")


def begin(unlocked: "UnlockedVault", content: bytes, rescue_to: str, about: Mapping[str, Any]) -> Path:
    """Seal `content` and put the mark in place: from here on the vault is as good as gone.

    Args:
        content: what was not sent.
        rescue_to: base64 of the X25519 key it is sealed to.
        about: what whoever finishes needs to know, readable by anybody: the receipt, the hub's address.

    Raises:
        DiskRefused: the file could not be written; nothing has begun.
        RecoveryRefused: that is no usable key; nothing has begun.
    """
    from sync import parcel
    from sync.recovery import read_public

    name, key = parcel.new_id(), secrets.token_bytes(32)
    slot = parcel.recipient_slot(name, key, read_public(rescue_to))
    inside = parcel.Content("outbox.json", "rescue", content)
    data = parcel.closed(name, [slot], key, inside, {**about, "vault": unlocked.vault_id})
    path = unlocked.home / BEGUN
    try:
        oslayer.write_atomically(path, data)
    except OSError:
        raise DiskRefused from None
    return path


def delete(home: Path) -> None:
    """Go on with a wipe that has begun, to its end. Harmless where none has.

    Raises:
        VaultInUse: another process has the vault open.
        DiskRefused: something could not be deleted; it is tried again at the next start.
    """
    mark = home / BEGUN
    if not mark.exists():
        _drop_lock(home)
        return
    lock = take_lock(home)
    try:
        if _is_marked(home, str(about(mark).get("vault"))):
            for name in _HEADERS:
                _destroy(home / name)
            for path in _rest(home):
                path.unlink(missing_ok=True)
            for folder in _folders(home):
                shutil.rmtree(folder)
            for name in (keeping.FOLDER, "log"):
                if (home / name).is_dir() and not any((home / name).iterdir()):
                    (home / name).rmdir()
            oslayer.sync_folder(home)
        _keep_earlier(home)
        os.replace(mark, home / DONE)
        oslayer.sync_folder(home)
    except OSError:
        raise DiskRefused from None
    finally:
        lock.release()
    _drop_lock(home)


def _keep_earlier(home: Path) -> None:
    """The file of a wipe before this one, which nobody took before a new vault was made here: IT still needs it."""
    if (home / DONE).exists():
        name = next(name for n in count(1) if not (home / (name := f"{n}-{DONE}")).exists())
        os.replace(home / DONE, home / name)


def _drop_lock(home: Path) -> None:
    """The lock file is the last to go, and never that of a vault."""
    if (home / DONE).exists() and not any((home / name).exists() for name in (*_HEADERS, opening.NAME)):
        take_lock(home).release()
        (home / LOCK_NAME).unlink(missing_ok=True)


def about(path: Path) -> dict[str, Any]:
    """What a rescue file says to everybody; nothing where it is none."""
    from sync import parcel

    try:
        with path.open("rb") as file:
            line = file.read(parcel.MAX_LINE + 1).partition(b"\n")[0]
        told = json.loads(line)
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) and told.get("magic") == parcel.MAGIC else {}


def _is_marked(home: Path, vault: str) -> bool:
    """Whether what lies here is the vault of the mark, or what is left of it; never one that was made after it."""
    try:
        return headers.read(home).header.vault == vault
    except (HeaderMissing, HeaderDamaged):
        return vault != "None"  # its header is the first that goes
    except VaultError:
        return False


def _destroy(path: Path) -> None:
    """Overwrite the slots, then unlink; a disk that keeps old blocks keeps what only the passphrase opens."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return
    with path.open("r+b") as file:
        file.write(bytes(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _rest(home: Path) -> Iterator[Path]:
    for name in (*_HEADERS, *_DATABASES, *_BESIDE):
        yield home / name
        yield home / f"{name}.tmp"
    for pattern in _PATTERNS:
        yield from sorted(home.glob(pattern))


def _folders(home: Path) -> Iterator[Path]:
    for pattern in _FOLDERS:
        yield from sorted(path for path in home.glob(pattern) if path.is_dir())
