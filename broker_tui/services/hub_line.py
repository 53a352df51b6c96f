"""What a laptop needs to reach its hub: a key to sign with and a connection, both made by somebody else."""

from collections.abc import Callable
from typing import Protocol

from sync.ports import Hub, Signer


class KeySigner(Signer, Protocol):
    """A device's signer that also shows the public half of its key."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""


class DeviceKeys(Protocol):
    """Makes and uses the key a laptop signs with; the private bytes lie in the vault and nowhere else."""

    def new(self) -> bytes:
        """A fresh private key."""

    def signer(self, private: bytes, key_id: str | None) -> KeySigner:
        """A signer for the device the hub knows as `key_id`."""


class ClosableHub(Hub, Protocol):
    """A hub with a connection to give back."""

    def close(self) -> None: ...


MakeHub = Callable[[str, Signer | None], ClosableHub]
"""The way to the hub at an address; raises `SyncError` for an address that is not https."""
