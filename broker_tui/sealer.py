"""The vault behind the port of exports."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from broker_tui.i18n import _
from broker_tui.services.exporting import Content, SealingRefused

if TYPE_CHECKING:
    from broker_tui.vault import UnlockedVault

T = TypeVar("T")


class VaultSealer:
    """Seals with an unlocked vault at hand."""

    def __init__(self, unlocked: "UnlockedVault") -> None:
        self._unlocked = unlocked

    def seal(self, content: Content, passphrase: str | None, reader: str | None) -> bytes:
        """A sealed file."""
        from broker_tui.vault.sealing import sealed
        from sync import parcel

        inside = parcel.Content(content.name, content.kind, content.data)
        return _told(lambda: sealed(inside, passphrase=passphrase, reader=reader, kdf=self._unlocked.derivation))

    def municipality(self) -> str | None:
        """The municipality's key."""
        return self._unlocked.municipality_key

    def pseudonym_key(self) -> bytes:
        """Always the same for this vault."""
        return self._unlocked.derive("pseudonym")

    def write(self, path: Path, data: bytes) -> None:
        """A new private file."""
        from broker_tui import oslayer

        try:
            if path.exists():
                raise FileExistsError
            oslayer.write_atomically(path.absolute(), data)
        except OSError:
            raise SealingRefused(_("{path} cannot be written. Choose another place.").format(path=path)) from None


def _told(work: Callable[[], T]) -> T:
    from broker_tui.vault import VaultError

    try:
        return work()
    except VaultError as error:
        raise SealingRefused(error.text()) from None
