"""Names that say nothing, the same for the same person in every export of one vault."""

import base64
import hmac


class Pseudonyms:
    """Made from ids under a key of the vault, so that nobody without the vault can say whose they are.

    Args:
        key: 32 bytes, of this vault and for this purpose.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, identity: str) -> str:
        """`P-4K7QZ2MN` for a person, `C-…` for a company: 40 bits, and not the id itself."""
        digest = hmac.digest(self._key, f"{kind}|{identity}".encode(), "sha256")
        return f"{kind[:1].upper()}-{base64.b32encode(digest[:5]).decode()}"
