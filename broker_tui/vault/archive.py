"""Backup, restore and check of a vault.

A backup is one zip file without compression: the database as `VACUUM INTO` writes it (encrypted, same key), the
header and a manifest sealed with a key of the vault. Nothing in it is readable without a passphrase that was valid
when it was made.
"""

import hashlib
import hmac
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from broker_tui import oslayer
from broker_tui.vault import header as headers
from broker_tui.vault import opening
from broker_tui.vault.errors import (
    BackupRefused,
    Cause,
    DiskRefused,
    HeaderDamaged,
    NotAVault,
    VaultError,
    WrongPassphrase,
)
from broker_tui.vault.kdf import Argon2idDerivation, KeyDerivation, expand, passphrase_bytes
from broker_tui.vault.recovery import code_bytes
from broker_tui.vault.slots import PASSPHRASE, RECOVERY_CODE, canonical, encode
from broker_tui.vault.unlocked import UnlockedVault, open_slot
from broker_tui.vault.vault import LOCK_NAME, NEW_DATABASE, finish_new_database, take_lock

MANIFEST = "manifest.json"
PARTS = (opening.NAME, headers.NAME, MANIFEST)
CHUNK = 1 << 20
MAX_MANIFEST = 64 * 1024
ASIDE = "before-restore-"


def check(unlocked: UnlockedVault) -> list[str]:
    """Read every page and every index; what is wrong, in the database's own words (page numbers, no content).

    Raises:
        VaultError: the database does not open at all.
    """
    return _check(unlocked.database, unlocked._derive("db"))


def backup(unlocked: UnlockedVault, target: Path) -> None:
    """Write a backup to `target` and prove it by opening the copy.

    Raises:
        BackupRefused: there is such a file already.
        DiskRefused: the disk refused; nothing is left behind.
        DatabaseDamaged: the database cannot be read to its end; older backups stay untouched.
    """
    if target.exists():
        raise BackupRefused(Cause.BACKUP_EXISTS)
    try:
        with tempfile.TemporaryDirectory(prefix=".broker-backup-", dir=target.absolute().parent) as folder:
            copy = Path(folder) / opening.NAME
            _copy_database(unlocked, copy)
            if _check(copy, unlocked._derive("db")):
                raise BackupRefused
            _pack(unlocked, Path(folder), target)
    except OSError:
        raise DiskRefused from None


def restore(home: Path, source: Path, passphrase: str, kdf: KeyDerivation | None = None) -> Path | None:
    """Put a backup in the place of a home's vault, once every part of it proved sound.

    Args:
        passphrase: the one that was valid when the backup was made.

    Returns:
        The folder where the files that stood there before were put aside; None when there were none.

    Raises:
        BackupRefused: the file is damaged or no backup.
        WrongPassphrase: of the backup.
        VaultInUse: the vault is open.
        DiskRefused: the disk refused.
    """
    return _restore(home, source, PASSPHRASE, passphrase_bytes(passphrase), kdf)


def restore_with_code(home: Path, source: Path, code: str, kdf: KeyDerivation | None = None) -> Path | None:
    """`restore` by the recovery code that was valid when the backup was made."""
    return _restore(home, source, RECOVERY_CODE, code_bytes(code), kdf)


def _restore(home: Path, source: Path, kind: str, secret: bytes, kdf: KeyDerivation | None) -> Path | None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        oslayer.make_private(home)
        lock = take_lock(home)
        try:
            with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as name:
                folder = Path(name)
                _unpack(source, folder)
                key = _prove(folder, kind, secret, kdf or Argon2idDerivation())
                aside = _put_aside(home)
                _take_place(home, folder, key, (folder / headers.NAME).read_bytes())
                return aside
        finally:
            lock.release()
    except OSError:
        raise DiskRefused from None


def prove(unlocked: UnlockedVault, source: Path) -> None:
    """Read a backup of this vault to its last page.

    Raises:
        BackupRefused: it is damaged, of another vault, or from before the root key was turned.
        DiskRefused: there is no room to unpack it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".prove-", dir=unlocked.home) as name:
            _unpack(source, Path(name))
            _prove_own(Path(name), unlocked)
    except OSError:
        raise DiskRefused from None


def header_back(home: Path, source: Path) -> bool:
    """Put the header inside a backup in the place of two lost ones; opening with it proves it.

    Returns:
        Whether the backup has one that can be read.

    Raises:
        DiskRefused: the disk refused.
        VaultInUse: the vault is open.
    """
    lock = take_lock(home)
    try:
        with zipfile.ZipFile(source) as packed, packed.open(headers.NAME) as part:
            data = part.read(headers.MAX_BYTES + 1)
        headers.parse(data)
        _put_aside(home)
        for name in (headers.NAME, headers.COPY_NAME):
            oslayer.write_atomically(home / name, data)
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, NotImplementedError, RuntimeError, VaultError):
        return False
    except OSError:
        raise DiskRefused from None
    finally:
        lock.release()
    return True


def set_aside(unlocked: UnlockedVault) -> Path:
    """Copy the files of the vault as they stand, damage and all, before anything touches them.

    Raises:
        DiskRefused: the disk refused.
    """
    try:
        aside = _put_aside(unlocked.home)
    except OSError:
        raise DiskRefused from None
    if aside is None:
        raise DiskRefused
    return aside


def replace_database(unlocked: UnlockedVault, source: Path | None, fill: Callable[[Path], None]) -> None:
    """Put the database of a backup (or a new, empty one) in the place of a damaged one; the header stays.

    Args:
        unlocked: the vault; `set_aside` has been called for it.
        source: the backup.
        fill: puts in what the backup lacks, and closes what it opened. It is done before anything is replaced: a
            crash leaves the damaged vault, which can be rescued again, or the finished one, nothing in between.

    Raises:
        BackupRefused: as `prove`, or what was put together is not sound.
        DiskRefused: the disk refused; the damaged one stands.
    """
    key = unlocked._derive("db")
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=unlocked.home) as name:
            folder = Path(name)
            if source is None:
                opening.create_database(folder / opening.NAME, key, unlocked.vault_id)
                oslayer.make_private(folder / opening.NAME)
            else:
                _unpack(source, folder)
                _prove_own(folder, unlocked)
            fill(folder / opening.NAME)
            if _check(folder / opening.NAME, key):
                raise BackupRefused
            with (folder / opening.NAME).open("rb+") as file:
                os.fsync(file.fileno())
            _take_place(unlocked.home, folder, key, None)
    except OSError:
        raise DiskRefused from None


def read_manifest(source: Path) -> dict[str, object]:
    """What a backup says of itself; not proved.

    Raises:
        BackupRefused: it is no backup.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            entry = archive.getinfo(MANIFEST)
            if entry.file_size > MAX_MANIFEST:
                raise BackupRefused
            told = json.loads(archive.read(entry))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise BackupRefused from None
    if not isinstance(told, dict):
        raise BackupRefused
    return told


def _check(database: Path, key: bytes) -> list[str]:
    from sqlcipher3 import dbapi2

    connection = opening.open_reader(database, key)
    try:
        findings = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
        findings += [str(row[0]) for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
    except dbapi2.DatabaseError as error:
        raise opening.translate(error) from None
    finally:
        connection.close()
    return findings


def _copy_database(unlocked: UnlockedVault, copy: Path) -> None:
    from sqlcipher3 import dbapi2

    connection = unlocked.connect_reader()
    try:
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("VACUUM INTO ?", (str(copy),))
    except dbapi2.Error as error:
        raise opening.translate(error) from None
    finally:
        connection.close()
    oslayer.make_private(copy)


def _pack(unlocked: UnlockedVault, folder: Path, target: Path) -> None:
    (folder / headers.NAME).write_bytes(unlocked.header_bytes())
    parts = {name: _digest(folder / name) for name in (opening.NAME, headers.NAME)}
    manifest: dict[str, object] = {
        "v": 1,
        "vault": unlocked.vault_id,
        "made": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "parts": parts,
        "counts": _counted(unlocked, folder / opening.NAME),
    }
    seal = hmac.digest(unlocked.derive("backup-manifest"), canonical(manifest), "sha256")
    (folder / MANIFEST).write_bytes(canonical({**manifest, "mac": encode(seal)}))
    packed = folder / "packed"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in PARTS:
            archive.write(folder / name, name)
    oslayer.make_private(packed)
    with packed.open("rb+") as file:
        os.fsync(file.fileno())
    packed.replace(target)
    oslayer.sync_folder(target.absolute().parent)


def _counted(unlocked: UnlockedVault, copy: Path) -> dict[str, int]:
    """How much lies in a copy, so that a person can tell two backups apart; an empty vault has no tables yet."""
    from sqlcipher3 import dbapi2

    connection = unlocked.connect_copy(copy)
    asked = {
        "people": "SELECT count(*) FROM citizen",
        "unsent": "SELECT count(*) FROM op WHERE ack_status IS NULL",
        "journal": "SELECT coalesce(max(seq), 0) FROM op",
        "audit": "SELECT coalesce(max(seq), 0) FROM audit",
    }
    try:
        return {name: int(connection.execute(sql).fetchone()[0]) for name, sql in asked.items()}
    except dbapi2.OperationalError:
        return {}
    finally:
        connection.close()


def _digest(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _unpack(source: Path, folder: Path) -> None:
    """Only the three known names, stored and not compressed, each once."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            if sorted(entry.filename for entry in entries) != sorted(PARTS):
                raise BackupRefused
            for entry in entries:
                cap = {headers.NAME: headers.MAX_BYTES, MANIFEST: MAX_MANIFEST}.get(entry.filename)
                if entry.compress_type != zipfile.ZIP_STORED or (cap is not None and entry.file_size > cap):
                    raise BackupRefused
                with archive.open(entry) as part, (folder / entry.filename).open("wb") as file:
                    _copy_stream(part, file)
    except FileNotFoundError:
        raise BackupRefused from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise BackupRefused from None


def _copy_stream(part: IO[bytes], file: IO[bytes]) -> None:
    shutil.copyfileobj(part, file, CHUNK)
    file.flush()
    os.fsync(file.fileno())


def _prove_own(folder: Path, unlocked: UnlockedVault) -> None:
    """A backup in which every part is sound and which this vault's own key opens."""
    try:
        found = headers.parse((folder / headers.NAME).read_bytes())
        if found.header.vault != unlocked.vault_id:
            raise BackupRefused
        _prove_manifest(folder, unlocked.vault_id, unlocked.derive("backup-manifest"))
        if _check(folder / opening.NAME, unlocked._derive("db")):
            raise BackupRefused
    except BackupRefused:
        raise
    except (VaultError, ValueError, AttributeError, TypeError):
        raise BackupRefused from None


def _prove(folder: Path, kind: str, secret: bytes, kdf: KeyDerivation) -> bytes:
    """The database key of a backup in which every part is sound."""
    try:
        found = headers.parse((folder / headers.NAME).read_bytes())
    except (HeaderDamaged, NotAVault):
        raise BackupRefused from None
    root = open_slot(found.header, kind, secret, kdf)
    key = expand(root, "db", found.header.vault)
    try:
        found.authenticate(root)
        _prove_manifest(folder, found.header.vault, expand(root, "backup-manifest", found.header.vault))
        if _check(folder / opening.NAME, key):
            raise BackupRefused
    except WrongPassphrase:
        raise
    except (VaultError, ValueError, AttributeError, TypeError):
        raise BackupRefused from None
    return key


def _prove_manifest(folder: Path, vault: str, key: bytes) -> None:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    claimed = manifest.pop("mac", "")
    if manifest.get("vault") != vault:
        raise BackupRefused
    seal = hmac.digest(key, canonical(manifest), "sha256")
    parts = {name: _digest(folder / name) for name in (opening.NAME, headers.NAME)}
    if not hmac.compare_digest(str(claimed), encode(seal)) or manifest.get("parts") != parts:
        raise BackupRefused


def _put_aside(home: Path) -> Path | None:
    """Copy what stands there into a folder of its own, before anything is replaced; None when nothing does."""
    old = [path for path in sorted(home.glob("vault.*")) if path.name != LOCK_NAME]
    if not old:
        return None
    aside = Path(tempfile.mkdtemp(prefix=f"{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%SZ}-", dir=home))
    for path in old:
        shutil.copy2(path, aside / path.name)
        with (aside / path.name).open("rb+") as file:
            os.fsync(file.fileno())
    oslayer.sync_folder(aside)
    return aside


def _take_place(home: Path, folder: Path, key: bytes, header: bytes | None) -> None:
    """Swap; a crash in between leaves the old or the new vault, and the copy."""
    for suffix in ("-wal", "-shm"):
        (home / (NEW_DATABASE + suffix)).unlink(missing_ok=True)
    (folder / opening.NAME).replace(home / NEW_DATABASE)
    if header is not None:
        for name in (headers.NAME, headers.COPY_NAME):
            oslayer.write_atomically(home / name, header)
    finish_new_database(home, key)
