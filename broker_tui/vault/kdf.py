"""From a passphrase to a key: Argon2id, with bounds that refuse both weakening and memory bombs.

The derivation is injected by constructor so that tests need not pay for it. What a header records and the bounds
are the same for every derivation; nothing in the environment can change either.
"""

import unicodedata
from dataclasses import dataclass
from typing import Protocol

from broker_tui.vault.errors import Cause, HeaderDamaged

KEY_BYTES = 32
SALT_BYTES = 16
MEMORY_KIB = (64 * 1024, 1024 * 1024)  # security.md 4.2: 64 MiB <= m <= 1 GiB, 3 <= t <= 10, 1 <= p <= 8
PASSES = (3, 10)
LANES = (1, 8)


@dataclass(frozen=True, slots=True)
class KdfParams:
    """The cost of one derivation, as a slot records it."""

    memory_kib: int = 128 * 1024
    passes: int = 3
    lanes: int = 4

    def check(self) -> None:
        """Refuse parameters outside the bounds before anything is derived with them.

        Raises:
            HeaderDamaged: somebody made the derivation too cheap or too dear.
        """
        for value, (low, high) in (
            (self.memory_kib, MEMORY_KIB),
            (self.passes, PASSES),
            (self.lanes, LANES),
        ):
            if not low <= value <= high:
                raise HeaderDamaged(Cause.KDF_REFUSED)


class KeyDerivation(Protocol):
    """Turns a secret a person types into 32 bytes."""

    @property
    def params(self) -> KdfParams:
        """What new slots are written with."""
        ...

    def derive(self, secret: bytes, salt: bytes, params: KdfParams) -> bytes:
        """32 bytes from `secret`, at the cost `params`."""
        ...


class Argon2idDerivation:
    """The production derivation: Argon2id (RFC 9106), 128 MiB, 3 passes, 4 lanes."""

    def __init__(self, params: KdfParams | None = None) -> None:
        self._params = params or KdfParams()
        self._params.check()

    @property
    def params(self) -> KdfParams:
        """What new slots are written with."""
        return self._params

    def derive(self, secret: bytes, salt: bytes, params: KdfParams) -> bytes:
        """32 bytes from `secret`; other threads run on meanwhile."""
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        return Argon2id(
            salt=salt,
            length=KEY_BYTES,
            iterations=params.passes,
            lanes=params.lanes,
            memory_cost=params.memory_kib,
        ).derive(secret)


def passphrase_bytes(passphrase: str) -> bytes:
    """The passphrase as bytes; composed and decomposed æ, ø, å give the same ones (NFKC)."""
    return unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")


def expand(root: bytes, label: str, *context: str) -> bytes:
    """HKDF-Expand-SHA256 of the root key for one purpose (security.md 4.1)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    info = "|".join((f"broker_tui/v1/{label}", *context)).encode("utf-8")
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=info).derive(root)
