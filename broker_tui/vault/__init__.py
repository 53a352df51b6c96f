"""The encrypted vault: key slots, opening sequence, backup; the only user of cryptography in this package.

Importing this package loads neither the database driver nor any cryptography: the names below are looked up when
they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broker_tui.vault.archive import backup, check, replace_database, restore, restore_with_code, set_aside
    from broker_tui.vault.attempts import Attempts
    from broker_tui.vault.device import DeviceSigner, new_device_key
    from broker_tui.vault.errors import (
        BackupRefused,
        Cause,
        DatabaseDamaged,
        DatabaseMissing,
        DatabaseUnavailable,
        DiskRefused,
        HeaderDamaged,
        HeaderMissing,
        NotAVault,
        SlotRefused,
        TooManyAttempts,
        UnsupportedVault,
        VaultError,
        VaultExists,
        VaultInUse,
        WeakPassphrase,
        Wiped,
        WrongPassphrase,
    )
    from broker_tui.vault.home import default_home
    from broker_tui.vault.kdf import Argon2idDerivation, KdfParams, KeyDerivation
    from broker_tui.vault.strength import Strength, estimate
    from broker_tui.vault.unlocked import UnlockedVault, WayIn
    from broker_tui.vault.vault import Vault

__all__ = [
    "Argon2idDerivation",
    "Attempts",
    "BackupRefused",
    "Cause",
    "DatabaseDamaged",
    "DatabaseMissing",
    "DatabaseUnavailable",
    "DeviceSigner",
    "DiskRefused",
    "HeaderDamaged",
    "HeaderMissing",
    "KdfParams",
    "KeyDerivation",
    "NotAVault",
    "SlotRefused",
    "Strength",
    "TooManyAttempts",
    "UnlockedVault",
    "UnsupportedVault",
    "Vault",
    "VaultError",
    "VaultExists",
    "VaultInUse",
    "WayIn",
    "WeakPassphrase",
    "Wiped",
    "WrongPassphrase",
    "backup",
    "check",
    "default_home",
    "estimate",
    "new_device_key",
    "replace_database",
    "restore",
    "restore_with_code",
    "set_aside",
]

_ELSEWHERE = {
    "archive": "backup check replace_database restore restore_with_code set_aside",
    "attempts": "Attempts",
    "device": "DeviceSigner new_device_key",
    "home": "default_home",
    "kdf": "Argon2idDerivation KdfParams KeyDerivation",
    "strength": "Strength estimate",
    "unlocked": "UnlockedVault WayIn",
    "vault": "Vault",
}
_MODULES = {name: module for module, names in _ELSEWHERE.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """The public name `name`, from the module that defines it."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)
