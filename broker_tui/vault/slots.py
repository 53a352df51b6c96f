"""Key slots: each wraps the same random root key under something a person holds.

A slot is kept as the JSON object it was read as. Types this version does not know (a quick one, say) are skipped when
opening and kept when the header is written again; they are never guessed at. The municipality's slot is made in
`municipality`; what all of them look like stands in docs/vault-format.md.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from broker_tui.vault.errors import HeaderDamaged, WrongPassphrase
from broker_tui.vault.kdf import SALT_BYTES, KdfParams, KeyDerivation

PASSPHRASE = "passphrase"  # noqa: S105 - the name of a slot type
RECOVERY_CODE = "recovery-code"
MUNICIPALITY = "municipality"
SECRET_TYPES = (PASSPHRASE, RECOVERY_CODE)
NONCE_BYTES = 12

Slot = Mapping[str, Any]


def canonical(value: object) -> bytes:
    """JSON with one spelling: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def encode(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def decode(text: object, length: int | None = None) -> bytes:
    """Base64 back to bytes, in its one spelling.

    Raises:
        HeaderDamaged: not base64, or not `length` bytes.
    """
    if not isinstance(text, str):
        raise HeaderDamaged
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeError):
        raise HeaderDamaged from None
    if encode(data) != text or (length is not None and len(data) != length):
        raise HeaderDamaged
    return data


def _associated(vault: str, slot: Slot) -> bytes:
    return canonical({"vault": vault, "slot": {name: slot[name] for name in slot if name != "ct"}})


def seal(vault: str, kind: str, secret: bytes, root: bytes, kdf: KeyDerivation) -> dict[str, Any]:
    """A new slot of type `kind` that opens `root` to whoever knows `secret`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    params = kdf.params
    params.check()
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    slot: dict[str, Any] = {
        "id": secrets.token_hex(4),
        "type": kind,
        "made": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "kdf": {
            "alg": "argon2id",
            "v": 19,
            "m": params.memory_kib,
            "t": params.passes,
            "p": params.lanes,
            "salt": encode(salt),
        },
        "wrap": "A256GCM",
        "nonce": encode(nonce),
    }
    key = kdf.derive(secret, salt, params)
    slot["ct"] = encode(AESGCM(key).encrypt(nonce, root, _associated(vault, slot)))
    return slot


def read_params(slot: Slot) -> tuple[KdfParams, bytes]:
    """The derivation a slot asks for, checked against the bounds before anything is derived.

    Raises:
        HeaderDamaged: the slot is malformed, or its derivation is out of bounds.
    """
    kdf = slot.get("kdf")
    if not isinstance(kdf, dict) or kdf.get("alg") != "argon2id" or kdf.get("v") != 19:
        raise HeaderDamaged
    if slot.get("wrap") != "A256GCM":
        raise HeaderDamaged
    params = KdfParams(_whole(kdf.get("m")), _whole(kdf.get("t")), _whole(kdf.get("p")))
    params.check()
    return params, decode(kdf.get("salt"), SALT_BYTES)


def _whole(value: object) -> int:
    if type(value) is not int:
        raise HeaderDamaged
    return value


def unseal(vault: str, slot: Slot, secret: bytes, kdf: KeyDerivation) -> bytes:
    """The root key out of a slot.

    Raises:
        HeaderDamaged: the slot is malformed or out of bounds.
        WrongPassphrase: `secret` is not the one the slot was sealed with.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    params, salt = read_params(slot)
    nonce, sealed = decode(slot.get("nonce"), NONCE_BYTES), decode(slot.get("ct"))
    try:
        return AESGCM(kdf.derive(secret, salt, params)).decrypt(nonce, sealed, _associated(vault, slot))
    except InvalidTag:
        raise WrongPassphrase from None
