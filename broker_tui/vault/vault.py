"""What can be done to a vault that is closed: create, unlock, recover, turn the root key."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from broker_tui import oslayer
from broker_tui.vault import header as headers
from broker_tui.vault import opening, recovery, strength
from broker_tui.vault import rotation as rotating
from broker_tui.vault.attempts import AttemptLog, Attempts, Clock
from broker_tui.vault.errors import (
    Cause,
    DatabaseMissing,
    DiskRefused,
    HeaderMissing,
    NotAVault,
    VaultError,
    VaultExists,
    VaultInUse,
    Wiped,
    WrongPassphrase,
)
from broker_tui.vault.header import FoundHeader, Header
from broker_tui.vault.home import wiping
from broker_tui.vault.kdf import KEY_BYTES, Argon2idDerivation, KeyDerivation, expand, passphrase_bytes
from broker_tui.vault.slots import PASSPHRASE, RECOVERY_CODE, seal
from broker_tui.vault.unlocked import UnlockedVault, open_slot

LOCK_NAME = "vault.lock"
NEW_DATABASE = "vault.db.new"


class Vault:
    """What can be done to a vault that is closed. `kdf` and `clock` are given by tests only."""

    @staticmethod
    def exists(home: Path) -> bool:
        """Whether the folder holds a vault, or what is left of one: then nothing may be created there."""
        return any((home / name).exists() for name in (headers.NAME, headers.COPY_NAME, opening.NAME))

    @staticmethod
    def attempts(home: Path, clock: Clock = time.time) -> Attempts:
        """Wrong attempts in a row and the wait they cost, for the unlock screen."""
        return AttemptLog(home, clock).now()

    @staticmethod
    def create(home: Path, passphrase: str, kdf: KeyDerivation | None = None) -> tuple[UnlockedVault, str]:
        """Make a new vault and leave it unlocked.

        Returns:
            The vault, and the recovery code, which is shown once and stored nowhere.

        Raises:
            WeakPassphrase: `passphrase` may not close a vault.
            VaultExists: there is one already.
            VaultInUse: somebody is making one at this moment.
            DiskRefused: the disk refused.
        """
        strength.require(passphrase)
        kdf = kdf or Argon2idDerivation()
        try:
            home.mkdir(parents=True, exist_ok=True)
            oslayer.make_private(home)
        except OSError:
            raise DiskRefused from None
        lock = take_lock(home)
        try:
            if Vault.exists(home):
                raise VaultExists
            vault, root, code = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES), recovery.new_code()
            slots = (
                seal(vault, PASSPHRASE, passphrase_bytes(passphrase), root, kdf),
                seal(vault, RECOVERY_CODE, recovery.code_bytes(code), root, kdf),
            )
            created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            header = headers.new_header(vault, created, slots)
            # The header is what makes the vault: before it nothing exists, after it an opening finishes the rest.
            remove_database(home / NEW_DATABASE)
            opening.create_database(home / NEW_DATABASE, expand(root, "db", vault), vault)
            oslayer.make_private(home / NEW_DATABASE)
            headers.write(home, header, root)
            finish_new_database(home, expand(root, "db", vault))
            AttemptLog(home).succeeded()
        except OSError:
            lock.release()
            raise DiskRefused from None
        except BaseException:
            lock.release()
            raise
        return UnlockedVault(home, lock, header, root, kdf, healed=False), code

    @staticmethod
    def unlock(
        home: Path,
        passphrase: str,
        kdf: KeyDerivation | None = None,
        clock: Clock = time.time,
        *,
        damaged: bool = False,
    ) -> UnlockedVault:
        """Open the vault; takes a third of a second, so call it in a thread.

        Args:
            damaged: also when there is no database any more, to rescue what can be rescued.

        Raises:
            WrongPassphrase, TooManyAttempts: try again, or later.
            HeaderDamaged, HeaderMissing, NotAVault, UnsupportedVault, DatabaseMissing: as they say.
            VaultInUse: another program has it open.
        """
        return _unlock(home, PASSPHRASE, passphrase_bytes(passphrase), kdf, clock, damaged=damaged)

    @staticmethod
    def unlock_with_recovery(
        home: Path, code: str, new_passphrase: str, kdf: KeyDerivation | None = None, clock: Clock = time.time
    ) -> UnlockedVault:
        """Open the vault with the code on paper and close it with `new_passphrase` from now on.

        Raises:
            WrongPassphrase: mistyped (not counted as an attempt), or of another vault.
            WeakPassphrase: `new_passphrase` may not close a vault.
        """
        secret = recovery.code_bytes(code)
        strength.require(new_passphrase)
        unlocked = _unlock(home, RECOVERY_CODE, secret, kdf, clock)
        try:
            unlocked._reseal(PASSPHRASE, passphrase_bytes(new_passphrase))
        except BaseException:
            unlocked.close()
            raise
        return unlocked

    @staticmethod
    def request_recovery(home: Path) -> tuple[bytes, str]:
        """A request to IT for a vault whose passphrase and paper are lost, and the code both sides compare.

        Raises:
            SlotRefused: the vault is sealed to no municipality.
            VaultError: there is no vault, its header is damaged, or it is open.
        """
        from broker_tui.vault import municipality

        if not home.is_dir() or not Vault.exists(home):
            raise NotAVault(Cause.NO_VAULT)
        lock = take_lock(home)
        try:
            return municipality.new_request(home, _read_header(home).header)
        finally:
            lock.release()

    @staticmethod
    def unlock_with_answer(
        home: Path, answer: bytes, new_passphrase: str, kdf: KeyDerivation | None = None
    ) -> UnlockedVault:
        """Open the vault with IT's answer and close it with `new_passphrase` from now on.

        Raises:
            SlotRefused: no request waits, or the answer is to another one.
            WeakPassphrase: `new_passphrase` may not close a vault.
        """
        from broker_tui.vault import municipality

        strength.require(new_passphrase)

        def opened(header: Header, _kdf: KeyDerivation) -> bytes:
            return municipality.open_answer(home, header, answer)

        unlocked = _unlock_by(home, opened, kdf, time.time)
        try:
            unlocked._reseal(PASSPHRASE, passphrase_bytes(new_passphrase))
            municipality.forget_request(home)
        except BaseException:
            unlocked.close()
            raise
        return unlocked

    @staticmethod
    def rotate(home: Path, passphrase: str, kdf: KeyDerivation | None = None, clock: Clock = time.time) -> str:
        """Give a closed vault a new root key; older backups keep the old one and the passphrase they were made under.

        Returns:
            The new recovery code, to be shown once; the one before opens older backups only.

        Raises:
            VaultError: as `unlock`; the vault opens as before.
        """
        kdf = kdf or Argon2idDerivation()
        with Vault.unlock(home, passphrase, kdf, clock) as unlocked:
            unlocked.connect().close()  # the header's generation is noted, and the log is folded in
            try:
                header, root, code = rotating.new_generation(unlocked._header, unlocked._key(), passphrase, kdf)
                key = expand(root, "db", header.vault)
                rotating.write_anew(home, home / NEW_DATABASE, unlocked._derive("db"), key)
                rotating.turn_header(home, header, root)
                finish_new_database(home, key)
            except OSError:
                raise DiskRefused from None
        return code

    @staticmethod
    def change_passphrase(
        home: Path, current: str, new: str, kdf: KeyDerivation | None = None, clock: Clock = time.time
    ) -> None:
        """Change the passphrase of a closed vault.

        Raises:
            VaultError: as `unlock` and `UnlockedVault.change_passphrase`.
        """
        strength.require(new)
        with Vault.unlock(home, current, kdf, clock) as unlocked:
            unlocked._reseal(PASSPHRASE, passphrase_bytes(new))


def _unlock(
    home: Path, kind: str, secret: bytes, kdf: KeyDerivation | None, clock: Clock, *, damaged: bool = False
) -> UnlockedVault:
    def opened(header: Header, kdf: KeyDerivation) -> bytes:
        return open_slot(header, kind, secret, kdf)

    return _unlock_by(home, opened, kdf, clock, damaged=damaged)


def _unlock_by(
    home: Path,
    way: Callable[[Header, KeyDerivation], bytes],
    kdf: KeyDerivation | None,
    clock: Clock,
    *,
    damaged: bool = False,
) -> UnlockedVault:
    if wiping(home):
        raise Wiped
    if not home.is_dir() or not (Vault.exists(home)):
        raise NotAVault(Cause.NO_VAULT)
    kdf = kdf or Argon2idDerivation()
    lock = take_lock(home)
    try:
        log = AttemptLog(home, clock)
        log.require_patience()
        failed = log.now().failed
        found = _read_header(home)
        try:
            root = way(found.header, kdf)
        except WrongPassphrase:
            log.failed()
            raise
        found.authenticate(root)
        log.succeeded()
        if found.healed:
            headers.heal(home, found.header.to_bytes(root))
        finish_new_database(home, expand(root, "db", found.header.vault))
        if not damaged and not (home / opening.NAME).exists():
            raise DatabaseMissing
    except OSError:
        lock.release()
        raise DiskRefused from None
    except BaseException:
        lock.release()
        raise
    unlocked = UnlockedVault(home, lock, found.header, root, kdf, healed=found.healed)
    unlocked.failed_attempts = failed
    return unlocked


def _read_header(home: Path) -> FoundHeader:
    try:
        return headers.read(home)
    except HeaderMissing:
        with (home / opening.NAME).open("rb") as file:
            if file.read(16) == opening.PLAIN_START:
                raise NotAVault from None
        raise


def take_lock(home: Path) -> oslayer.FileLock:
    """The lock of a home.

    Raises:
        VaultInUse: another process has it.
        DiskRefused: it cannot be made.
    """
    try:
        return oslayer.FileLock(home / LOCK_NAME)
    except oslayer.LockHeld as held:
        raise VaultInUse(held.holder) from None
    except OSError:
        raise DiskRefused from None


def finish_new_database(home: Path, key: bytes) -> None:
    """Put a new or restored database in its place if it opens with `key`; also after a crash left it beside it."""
    new = home / NEW_DATABASE
    if not new.exists():
        return
    try:
        opening.open_reader(new, key).close()
    except VaultError:
        return
    remove_database(home / opening.NAME)
    new.rename(home / opening.NAME)
    oslayer.sync_folder(home)


def remove_database(path: Path) -> None:
    """Remove a database, its side files first: an orphaned WAL would be replayed into the next one."""
    for suffix in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
