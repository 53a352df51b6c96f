"""The vault as the rest of the program sees it: create, unlock, recover, change the passphrase.

The root key exists only inside an `UnlockedVault`, which also holds the lock that keeps a second program out.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui import oslayer
from broker_tui.vault import header as headers
from broker_tui.vault import opening, recovery, strength
from broker_tui.vault import rotation as rotating
from broker_tui.vault.attempts import AttemptLog, Attempts, Clock
from broker_tui.vault.errors import (
    Cause,
    DatabaseDamaged,
    DatabaseMissing,
    DiskRefused,
    HeaderDamaged,
    HeaderMissing,
    NotAVault,
    SlotRefused,
    VaultError,
    VaultExists,
    VaultInUse,
    WrongPassphrase,
)
from broker_tui.vault.header import FoundHeader, Header
from broker_tui.vault.kdf import KEY_BYTES, Argon2idDerivation, KeyDerivation, expand, passphrase_bytes
from broker_tui.vault.slots import PASSPHRASE, RECOVERY_CODE, Slot, seal, unseal

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

LOCK_NAME = "vault.lock"
NEW_DATABASE = "vault.db.new"
OWN_LABELS = ("db", "header-mac")  # keys that never leave this package


@dataclass(frozen=True, slots=True)
class WayIn:
    """One slot, as a list shows it.

    Args:
        id: what it is removed by.
        kind: `passphrase`, `recovery-code`, `municipality`, or a type of a newer version.
        made: UTC, ISO 8601; empty for a slot from before that was noted.
        org_key: the municipality's key it is sealed to; empty for the others.
    """

    id: str
    kind: str
    made: str = ""
    org_key: str = ""


class UnlockedVault:
    """A vault whose root key is known; made by `Vault`, never directly.

    Attributes:
        home: its folder.
        header_healed: a header copy was damaged or missing and was put right: tell the person.
        header_is_older: an older header was put back, so an old passphrase may work again: tell the person.
        failed_attempts: wrong passphrases in a row before this opening.
    """

    def __init__(
        self, home: Path, lock: oslayer.FileLock, header: Header, root: bytes, kdf: KeyDerivation, *, healed: bool
    ) -> None:
        self.home = home
        self.header_healed = healed
        self.header_is_older = False
        self.failed_attempts = 0
        self._lock = lock
        self._header = header
        self._root = bytearray(root)
        self._kdf = kdf
        self._turning = threading.Lock()

    def __enter__(self) -> "UnlockedVault":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<UnlockedVault {self.vault_id}>"

    @property
    def vault_id(self) -> str:
        """32 hex digits; says nothing about a person."""
        return self._header.vault

    @property
    def generation(self) -> int:
        """How often the header was written."""
        return self._header.generation

    @property
    def database(self) -> Path:
        """The database file."""
        return self.home / opening.NAME

    def connect(self) -> "Connection":
        """The writing connection.

        Raises:
            VaultError: the database is missing, damaged or held.
        """
        connection = opening.open_writer(self.database, self._derive("db"))
        try:
            vault, seen = opening.identity(connection)
            if vault != self.vault_id:
                raise DatabaseDamaged
            self.header_is_older = self.generation < seen
            if self.generation > seen:
                opening.remember_generation(connection, self.generation)
        except BaseException:
            connection.close()
            raise
        return connection

    def connect_reader(self) -> "Connection":
        """A second connection that can only read.

        Raises:
            VaultError: the database is missing, damaged or held.
        """
        return opening.open_reader(self.database, self._derive("db"))

    def connect_copy(self, path: Path) -> "Connection":
        """A reading connection to a copy of this vault's database, for checking a backup."""
        return opening.open_reader(path, self._derive("db"))

    def derive(self, label: str, *context: str) -> bytes:
        """32 bytes for one purpose (`"audit"`; `"blob", blob_id`), the same at every opening.

        Raises:
            ValueError: the label names a key that stays inside.
        """
        if label in OWN_LABELS:
            raise ValueError(label)
        if label in rotating.LABELS:
            lasting = rotating.lasting_key(self._header, self._key())
            return expand(lasting, label, self.vault_id, *context)
        return self._derive(label, *context)

    def ways_in(self) -> tuple[WayIn, ...]:
        """What can open this vault, in the order of the header."""
        return ways_in(self._header)

    def remove_way(self, slot_id: str) -> WayIn:
        """Take a way into the vault away; older backups keep it.

        Raises:
            SlotRefused: there is none of that id, or it is the last passphrase.
            DiskRefused: the header could not be written; everything stands.
        """
        found = next((way for way in self.ways_in() if way.id == slot_id), None)
        if found is None:
            raise SlotRefused
        if found.kind == PASSPHRASE and len(self._header.of_type(PASSPHRASE)) == 1:
            raise SlotRefused(Cause.LAST_PASSPHRASE)
        self._replace(lambda header: header.without(slot_id))
        return found

    def seal_for_municipality(self, key: str) -> bool:
        """Let the municipality's key open this vault too; in the place of an earlier key of it.

        Args:
            key: the public key as the hub hands it out.

        Returns:
            Whether anything was written; it is not when the vault is sealed to that key already.

        Raises:
            SlotRefused: that is no key.
            DiskRefused: the header could not be written; the earlier key stays.
        """
        from broker_tui.vault import municipality
        from sync.recovery import key_id

        public = municipality.read_public(key)
        if municipality.sealed_to(self._header) == key_id(public):
            return False
        slot = municipality.sealed_slot(self.vault_id, self._key(), public)
        self._replace(lambda header: header.with_slot(slot))
        return True

    def change_passphrase(self, current: str, new: str) -> None:
        """Close the vault with `new` from now on; the database stays as it is, old backups keep the old one.

        Raises:
            WrongPassphrase: `current` is not right.
            WeakPassphrase: `new` may not close a vault.
            DiskRefused: the header could not be written; `current` stays valid.
        """
        strength.require(new)
        open_slot(self._header, PASSPHRASE, passphrase_bytes(current), self._kdf)
        self._reseal(PASSPHRASE, passphrase_bytes(new))

    def new_recovery_code(self) -> str:
        """A fresh recovery code to be shown once; the one before stops working.

        Raises:
            DiskRefused: the header could not be written; the code before stays valid.
        """
        code = recovery.new_code()
        self._reseal(RECOVERY_CODE, recovery.code_bytes(code))
        return code

    def header_bytes(self) -> bytes:
        """The header file as it stands, for a backup."""
        return self._header.to_bytes(self._key())

    def close(self) -> None:
        """Forget the root key and let others in; connections are the caller's to close. Harmless twice."""
        for index in range(len(self._root)):
            self._root[index] = 0
        self._root = bytearray()
        self._lock.release()

    def _reseal(self, kind: str, secret: bytes) -> None:
        slot = seal(self.vault_id, kind, secret, self._key(), self._kdf)
        self._replace(lambda header: header.with_slot(slot))

    def _replace(self, turn: Callable[[Header], Header]) -> None:
        """Write the next header; a sync that seals must not undo a passphrase changed at the same moment."""
        with self._turning:
            changed = turn(self._header)
            headers.write(self.home, changed, self._key())
            self._header = changed

    def _derive(self, label: str, *context: str) -> bytes:
        return expand(self._key(), label, self.vault_id, *context)

    def _key(self) -> bytes:
        if not self._root:
            raise RuntimeError("the vault is closed")
        return bytes(self._root)


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
        home: Path, passphrase: str, kdf: KeyDerivation | None = None, clock: Clock = time.time
    ) -> UnlockedVault:
        """Open the vault; takes a third of a second, so call it in a thread.

        Raises:
            WrongPassphrase, TooManyAttempts: try again, or later.
            HeaderDamaged, HeaderMissing, NotAVault, UnsupportedVault, DatabaseMissing: as they say.
            VaultInUse: another program has it open.
        """
        return _unlock(home, PASSPHRASE, passphrase_bytes(passphrase), kdf, clock)

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


def ways_in(header: Header) -> tuple[WayIn, ...]:
    """The slots of a header as a list shows them."""

    def said(slot: Slot, name: str) -> str:
        value = slot.get(name)
        return value if isinstance(value, str) else ""

    return tuple(
        WayIn(said(slot, "id"), said(slot, "type"), said(slot, "made"), said(slot, "org_key")) for slot in header.slots
    )


def _unlock(home: Path, kind: str, secret: bytes, kdf: KeyDerivation | None, clock: Clock) -> UnlockedVault:
    def opened(header: Header, kdf: KeyDerivation) -> bytes:
        return open_slot(header, kind, secret, kdf)

    return _unlock_by(home, opened, kdf, clock)


def _unlock_by(
    home: Path, way: Callable[[Header, KeyDerivation], bytes], kdf: KeyDerivation | None, clock: Clock
) -> UnlockedVault:
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
        if not (home / opening.NAME).exists():
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


def open_slot(header: Header, kind: str, secret: bytes, kdf: KeyDerivation) -> bytes:
    """The root key out of the slots of one type.

    Raises:
        WrongPassphrase: none of them opens.
        HeaderDamaged: a slot is malformed or asks for an unsafe derivation.
    """
    for slot in header.of_type(kind):
        try:
            root = unseal(header.vault, slot, secret, kdf)
        except WrongPassphrase:
            continue
        if len(root) != KEY_BYTES:
            raise HeaderDamaged
        return root
    raise WrongPassphrase(Cause.WRONG_CODE if kind == RECOVERY_CODE else Cause.WRONG_PASSPHRASE)


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
