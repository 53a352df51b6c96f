"""A vault whose root key is known: its connections, its keys by purpose, and changing what opens it.

The root key exists only here; the object also holds the lock that keeps a second program out.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui import oslayer
from broker_tui.vault import header as headers
from broker_tui.vault import opening, recovery, strength
from broker_tui.vault import rotation as rotating
from broker_tui.vault.errors import (
    Cause,
    DatabaseDamaged,
    DiskRefused,
    HeaderDamaged,
    SlotRefused,
    WrongPassphrase,
)
from broker_tui.vault.header import Header
from broker_tui.vault.kdf import KEY_BYTES, KeyDerivation, expand, passphrase_bytes
from broker_tui.vault.slots import PASSPHRASE, RECOVERY_CODE, Slot, seal, unseal

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

    from broker_tui.vault.carving import Carved


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

    def connect_copy_writer(self, path: Path) -> "Connection":
        """A writing connection to a copy of this vault's database, for completing one."""
        return opening.open_writer(path, self._derive("db"))

    def carve(self, shapes: Collection[tuple[bool, int]]) -> "tuple[list[Carved], bool]":
        """Rows of the database that can be read without SQLite, and whether no others are known to be missing.

        Raises:
            DiskRefused: the file cannot be read.
        """
        from broker_tui.vault import carving

        try:
            pages = carving.read_pages(self.database, self._derive("db"))
        except OSError:
            raise DiskRefused from None
        rows = list(carving.carve(pages, shapes))
        return rows, pages.whole

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

    @property
    def derivation(self) -> KeyDerivation:
        """How this vault turns passphrases into keys."""
        return self._kdf

    @property
    def municipality_key(self) -> str | None:
        """The municipality's public key (base64) this vault is sealed to; None without one."""
        from broker_tui.vault import municipality

        return municipality.key_of(self._header)

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


def ways_in(header: Header) -> tuple[WayIn, ...]:
    """The slots of a header as a list shows them."""

    def said(slot: Slot, name: str) -> str:
        value = slot.get(name)
        return value if isinstance(value, str) else ""

    return tuple(
        WayIn(said(slot, "id"), said(slot, "type"), said(slot, "made"), said(slot, "org_key")) for slot in header.slots
    )


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
