"""The real door: the vault in a folder, with its refusals as sentences. Loads keys and database only when opened."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui import osprograms
from broker_tui.config import look as looks
from broker_tui.domain.clock import Clock
from broker_tui.i18n import N_, _
from broker_tui.screens.door import DoorRefused, Kept, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from broker_tui.rescuing import Rescued
    from broker_tui.services import Services
    from broker_tui.vault import KeyDerivation, UnlockedVault
    from broker_tui.vault.errors import VaultError

_USUAL = ("vault.db", "vault.hdr")
FILES = ("vault.hdr", "vault.hdr.bak", "vault.db")
"""What makes a folder a vault; a test holds them against the vault's own names."""
_AHEAD = (
    "broker_tui.vault.vault",
    "broker_tui.bootstrap",
    "broker_tui.services",
    "broker_tui.storage.store",
    "broker_tui.services.syncing",
    "broker_tui.screens.today",
)
_HEALED = N_("The key file was damaged and was put right from its copy.")
_OLDER = N_("An older key file was put back: a former passphrase may work again.")


class VaultSession:
    """An open vault with its use cases."""

    def __init__(self, unlocked: "UnlockedVault", services: "Services") -> None:
        self._unlocked = unlocked
        self._services = services

    @property
    def services(self) -> "Services":
        """The use cases."""
        return self._services

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the vault wants to be told."""
        said = ((self._unlocked.header_healed, _HEALED), (self._unlocked.header_is_older, _OLDER))
        return tuple(_(sentence) for holds, sentence in said if holds)

    def change_passphrase(self, current: str, new: str) -> None:
        """Close with `new` from now on.

        Raises:
            DoorRefused: `current` is wrong, `new` is weak, or the disk refused.
        """
        from broker_tui.vault import VaultError

        try:
            self._unlocked.change_passphrase(current, new)
        except VaultError as error:
            raise refused(error) from None
        self._services.store.note_audit("passphrase", "vault", self._unlocked.vault_id)

    def new_recovery_code(self) -> str:
        """A fresh code.

        Raises:
            DoorRefused: the disk refused.
        """
        from broker_tui.vault import VaultError

        try:
            code = self._unlocked.new_recovery_code()
        except VaultError as error:
            raise refused(error) from None
        self._services.store.note_audit("recovery_code", "vault", self._unlocked.vault_id)
        return code

    def disk_encrypted(self) -> bool | None:
        """Whether the disk below the caseload is encrypted."""
        return osprograms.disk_encrypted(self._unlocked.home)

    def ways_in(self) -> tuple[str, ...]:
        """What can open this caseload, each kind once."""
        return tuple(dict.fromkeys(way.kind for way in self._unlocked.ways_in()))

    def close(self) -> None:
        """Close the database and forget the key."""
        self._services.close()


class VaultDoor:
    """The closed vault in `home`.

    Args:
        home: its folder.
        clock: the program's idea of now.
        kdf: another key derivation; given by tests only.
    """

    def __init__(self, home: Path, clock: Clock, kdf: "KeyDerivation | None" = None) -> None:
        from broker_tui.bootstrap import device_name

        self.home = home
        self.device_name = device_name()
        self._clock = clock
        self._kdf = kdf

    def exists(self) -> bool:
        """Whether there is a vault, or what is left of one; asked before anything of the vault is loaded."""
        return any((self.home / name).exists() for name in FILES)

    def wait(self) -> tuple[int, int]:
        """Wrong attempts in a row, and seconds to wait."""
        from broker_tui.vault.attempts import AttemptLog

        attempts = AttemptLog(self.home).now()
        return attempts.failed, attempts.wait_seconds

    def kept(self) -> Kept:
        """Counts left by the last session."""
        look = looks.read(self.home)
        return Kept(look.unsent, look.drafts, look.deadline())

    def load(self) -> None:
        """Load what `unlock` and the first page need, while the passphrase is typed."""
        for name in _AHEAD:
            import_module(name)

    def unlock(self, passphrase: str) -> VaultSession:
        """Open with the passphrase.

        Raises:
            DoorRefused: it stays closed.
        """
        from broker_tui.vault import Vault, VaultError

        try:
            return self._session(Vault.unlock(self.home, passphrase, self._kdf))
        except VaultError as error:
            raise refused(error) from None

    def rescue(self, passphrase: str, told: "Callable[[str, int, int], None]") -> "tuple[VaultSession, Rescued]":
        """Bring a damaged caseload back and open it.

        Raises:
            DoorRefused: it stays closed; nothing is lost that was not before.
        """
        from broker_tui.rescuing import rescue, unlock_damaged
        from broker_tui.vault import VaultError

        try:
            unlocked = unlock_damaged(self.home, passphrase, self._kdf)
            try:
                rescued = rescue(unlocked, self._clock, told)
            except BaseException:
                unlocked.close()
                raise
            return self._session(unlocked), rescued
        except VaultError as error:
            raise refused(error) from None

    def recover(self, code: str, new_passphrase: str) -> VaultSession:
        """Open with the code on paper.

        Raises:
            DoorRefused: it stays closed.
        """
        from broker_tui.vault import Vault, VaultError

        try:
            return self._session(Vault.unlock_with_recovery(self.home, code, new_passphrase, self._kdf))
        except VaultError as error:
            raise refused(error) from None

    def create(self, name: str, passphrase: str) -> tuple[VaultSession, str]:
        """Make a new vault.

        Raises:
            DoorRefused: nothing was made.
        """
        from broker_tui.domain.text import clean_line
        from broker_tui.vault import Vault, VaultError

        try:
            unlocked, code = Vault.create(self.home, passphrase, self._kdf)
            session = self._session(unlocked)
        except VaultError as error:
            raise refused(error) from None
        store = session.services.store
        store.set_me(replace(store.me(), name=clean_line(name), device_name=self.device_name))
        return session, code

    def verdict(self, passphrase: str) -> Verdict:
        """Judge a new passphrase."""
        from broker_tui.vault import estimate

        strength = estimate(passphrase)
        return Verdict(strength.score, strength.accepted, _(strength.advice))

    def _session(self, unlocked: "UnlockedVault") -> VaultSession:
        from broker_tui.bootstrap import PAGE_WHILE_OPEN, services_over

        return VaultSession(unlocked, services_over(unlocked, self._clock, page_items=PAGE_WHILE_OPEN))


def refused(error: "VaultError") -> DoorRefused:
    """A vault's refusal as the screens take it."""
    from broker_tui.vault import (
        DatabaseDamaged,
        DatabaseMissing,
        HeaderDamaged,
        HeaderMissing,
        TooManyAttempts,
        WeakPassphrase,
        WrongPassphrase,
    )

    lost = DatabaseDamaged | DatabaseMissing | HeaderDamaged | HeaderMissing
    kind = "damaged" if isinstance(error, lost) else "broken"
    if isinstance(error, TooManyAttempts):
        kind = "wait"
    elif isinstance(error, WrongPassphrase):
        kind = "wrong"
    elif isinstance(error, WeakPassphrase):
        kind = "weak"
    return DoorRefused(error.text(), kind, error.values.get("seconds", 0))
