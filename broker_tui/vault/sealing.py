"""Exports sealed under a passphrase, to a reader's key, or both; and opening one by its passphrase."""

import secrets

from broker_tui.vault.errors import Cause, HeaderDamaged, SlotRefused, WrongPassphrase
from broker_tui.vault.kdf import KEY_BYTES, Argon2idDerivation, KeyDerivation, passphrase_bytes
from broker_tui.vault.slots import PASSPHRASE
from broker_tui.vault.slots import seal as seal_slot
from broker_tui.vault.slots import unseal as unseal_slot
from broker_tui.vault.strength import require
from sync import parcel
from sync.parcel import Content, ParcelRefused
from sync.recovery import RecoveryRefused, read_public


def sealed(
    content: Content, *, passphrase: str | None = None, reader: str | None = None, kdf: KeyDerivation | None = None
) -> bytes:
    """A file as a parcel.

    Args:
        passphrase: what opens it.
        reader: base64 of the X25519 key it is sealed to.

    Raises:
        WeakPassphrase: it may not close anything.
        SlotRefused: the reader's key is none.
    """
    name, key = parcel.new_id(), secrets.token_bytes(KEY_BYTES)
    slots = []
    if passphrase is not None:
        require(passphrase)
        slots.append(seal_slot(name, PASSPHRASE, passphrase_bytes(passphrase), key, kdf or Argon2idDerivation()))
    if reader is not None:
        try:
            slots.append(parcel.recipient_slot(name, key, read_public(reader.strip())))
        except RecoveryRefused:
            raise SlotRefused(Cause.ORG_KEY_REFUSED) from None
    if not slots:
        raise ValueError("a parcel nobody can open")
    return parcel.closed(name, slots, key, content)


def unsealed(data: bytes, passphrase: str, kdf: KeyDerivation | None = None) -> Content:
    """What is in a parcel.

    Raises:
        ParcelRefused: no parcel, or damaged.
        WrongPassphrase: it does not open with this passphrase, or with none.
    """
    found = parcel.read(data)
    for slot in found.slots:
        if slot.get("type") == PASSPHRASE:
            try:
                key = unseal_slot(found.id, slot, passphrase_bytes(passphrase), kdf or Argon2idDerivation())
            except WrongPassphrase:
                continue
            except HeaderDamaged:
                raise ParcelRefused("the export is damaged") from None
            return parcel.opened(found, key)
    raise WrongPassphrase
