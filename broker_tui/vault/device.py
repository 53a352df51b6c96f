"""The key a device signs its requests with (RFC 9421, Ed25519).

Its private bytes are a row inside the vault; nothing of it lies in a file of its own.
"""

import hashlib


def new_device_key() -> bytes:
    """32 private bytes, to be stored inside the vault."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


class DeviceSigner:
    """Signs for one device.

    Args:
        private: what `new_device_key` returned.
        key_id: the name the hub knows the key by; without one, the key's fingerprint.
    """

    def __init__(self, private: bytes, key_id: str | None = None) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._private = Ed25519PrivateKey.from_private_bytes(private)
        self._public = self._private.public_key().public_bytes_raw()
        self._key_id = key_id

    @property
    def public_key(self) -> bytes:
        """The 32 public bytes."""
        return self._public

    @property
    def key_id(self) -> str:
        """The name of the key in signatures."""
        return self._key_id or fingerprint(self._public)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature over `data`."""
        return self._private.sign(data)


def verify(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` was made by the holder of `public_key`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public_key: bytes) -> str:
    """32 hex digits that name a public key."""
    return hashlib.sha256(public_key).hexdigest()[:32]
