"""A new root key: the database is written anew under it, and every way in is sealed again.

The order makes a crash harmless. The new database lies beside the old one before anything points to it; then the
header turns, which is one atomic write; then the new database takes the old one's place, and an opening finishes that
when it was cut short (`finish_new_database`). Until the header turned the old key opens the old database.
"""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from broker_tui import oslayer
from broker_tui.vault import header as headers
from broker_tui.vault import opening, recovery
from broker_tui.vault.errors import DatabaseDamaged, DiskRefused, HeaderDamaged
from broker_tui.vault.header import Header
from broker_tui.vault.kdf import KEY_BYTES, KeyDerivation, expand, passphrase_bytes
from broker_tui.vault.slots import MUNICIPALITY, NONCE_BYTES, PASSPHRASE, RECOVERY_CODE, canonical, decode, encode, seal

LASTING = "lasting"
LABELS = ("audit", "blob", "pseudonym")
"""Keys that stay the same under a new root key: what they sealed is not sealed again."""
UNFINISHED = "vault.db.rotating"


def lasting_key(header: Header, root: bytes) -> bytes:
    """What the lasting keys are derived from: the root key itself, until a rotation wrapped the first one.

    Raises:
        HeaderDamaged: it is not what was written.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    wrapped = header.fields.get(LASTING)
    if wrapped is None:
        return root
    if not isinstance(wrapped, dict):
        raise HeaderDamaged
    nonce, sealed = decode(wrapped.get("nonce"), NONCE_BYTES), decode(wrapped.get("ct"))
    try:
        return AESGCM(expand(root, LASTING, header.vault)).decrypt(nonce, sealed, _associated(header.vault))
    except InvalidTag:
        raise HeaderDamaged from None


def _associated(vault: str) -> bytes:
    return canonical({"vault": vault, LASTING: 1})


def _wrapped(vault: str, root: bytes, lasting: bytes) -> dict[str, str]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(expand(root, LASTING, vault)).encrypt(nonce, lasting, _associated(vault))
    return {"nonce": encode(nonce), "ct": encode(sealed)}


def new_generation(header: Header, old_root: bytes, passphrase: str, kdf: KeyDerivation) -> tuple[Header, bytes, str]:
    """The header after a rotation, its root key, and the new recovery code.

    The municipality's slot is sealed again to the key it names. Slots of a type this version does not know hold the
    old key and fall away.
    """
    from broker_tui.vault import municipality

    vault, root, code = header.vault, secrets.token_bytes(KEY_BYTES), recovery.new_code()
    slots: list[dict[str, Any]] = [
        seal(vault, PASSPHRASE, passphrase_bytes(passphrase), root, kdf),
        seal(vault, RECOVERY_CODE, recovery.code_bytes(code), root, kdf),
    ]
    slots += [
        municipality.sealed_slot(vault, root, decode(slot.get("public"), KEY_BYTES))
        for slot in header.of_type(MUNICIPALITY)
    ]
    fields = {
        **header.fields,
        "gen": header.generation + 1,
        "rotated": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "slots": slots,
        LASTING: _wrapped(vault, root, lasting_key(header, old_root)),
    }
    return Header(fields), root, code


def write_anew(home: Path, target: Path, old_key: bytes, new_key: bytes) -> None:
    """The whole database at `target` under another key, checked page by page before it bears that name.

    Raises:
        DatabaseDamaged: it cannot be read to its end, or the copy is not sound.
        DiskRefused: no room.
    """
    from sqlcipher3 import dbapi2

    unfinished = home / UNFINISHED
    _remove(unfinished)
    _remove(target)
    try:
        source = opening.open_reader(home / opening.NAME, old_key)
        try:
            source.execute("PRAGMA query_only = OFF")
            source.execute("VACUUM INTO ?", (str(unfinished),))
        finally:
            source.close()
        oslayer.make_private(unfinished)
        copy = opening.open_writer(unfinished, old_key)
        try:
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            copy.execute(f"PRAGMA rekey = \"x'{new_key.hex()}'\"")
        finally:
            copy.close()
        proved = opening.open_reader(unfinished, new_key)
        try:
            faults = proved.execute("PRAGMA cipher_integrity_check").fetchall()
            faults += [row for row in proved.execute("PRAGMA quick_check") if row[0] != "ok"]
            proved.execute("PRAGMA query_only = OFF")
            proved.execute("PRAGMA journal_mode = DELETE").fetchall()
        finally:
            proved.close()
    except dbapi2.Error as error:
        _remove(unfinished)
        raise opening.translate(error) from None
    if faults:
        _remove(unfinished)
        raise DatabaseDamaged
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
    oslayer.sync_folder(home)


def turn_header(home: Path, header: Header, root: bytes) -> None:
    """Write both header copies; from the first one on the new key is the vault's.

    Raises:
        DiskRefused: the old header stands, or its second copy could not be replaced; the next opening goes on.
    """
    headers.write(home, header, root)
    data = header.to_bytes(root)
    if any((home / name).read_bytes() != data for name in (headers.NAME, headers.COPY_NAME)):
        raise DiskRefused


def _remove(path: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
