"""What can go wrong with a vault, told apart, each with a plain sentence and the exit code of the command line.

The sentences are English msgids: a screen or the command line shows `error.text()`. No sentence holds a key, a
passphrase or anything of a citizen.
"""

from enum import StrEnum, auto

from broker_tui.i18n import N_, _


class Cause(StrEnum):
    """Why a vault operation was refused; the value of each is its name in small letters."""

    WRONG_PASSPHRASE = auto()
    WRONG_CODE = auto()
    MISTYPED_CODE = auto()
    TOO_MANY_ATTEMPTS = auto()
    WEAK_PASSPHRASE = auto()
    COMMON_PASSPHRASE = auto()
    HEADER_DAMAGED = auto()
    HEADER_MISSING = auto()
    KDF_REFUSED = auto()
    DATABASE_DAMAGED = auto()
    DATABASE_MISSING = auto()
    DATABASE_UNREADABLE = auto()
    DATABASE_BUSY = auto()
    VAULT_IN_USE = auto()
    VAULT_EXISTS = auto()
    NO_VAULT = auto()
    NOT_A_VAULT = auto()
    NEWER_VAULT = auto()
    NO_KNOWN_SLOT = auto()
    BACKUP_EXISTS = auto()
    BACKUP_DAMAGED = auto()
    DISK = auto()
    NO_MUNICIPALITY = auto()
    ORG_KEY_REFUSED = auto()
    NO_REQUEST = auto()
    ANSWER_REFUSED = auto()
    NO_SUCH_SLOT = auto()
    LAST_PASSPHRASE = auto()
    WIPED = auto()


SENTENCES: dict[Cause, str] = {
    Cause.WIPED: N_("The municipality ordered this caseload to be deleted. Start broker once more: it goes on."),
    Cause.WRONG_PASSPHRASE: N_("The passphrase is not right. Try again, or use the recovery code."),
    Cause.WRONG_CODE: N_("The recovery code does not belong to this vault. Check that it is the newest one."),
    Cause.MISTYPED_CODE: N_("The recovery code is mistyped. Compare it with the paper, group by group."),
    Cause.TOO_MANY_ATTEMPTS: N_("Wait {seconds} s before the next attempt."),
    Cause.WEAK_PASSPHRASE: N_("The passphrase is too short. Use at least 14 characters or five words."),
    Cause.COMMON_PASSPHRASE: N_("The passphrase is easy to guess. Choose words that do not belong together."),
    Cause.HEADER_DAMAGED: N_("The key file of the vault is damaged. Restore a backup; the database is untouched."),
    Cause.HEADER_MISSING: N_("The key file of the vault is missing. Put vault.hdr back from a backup."),
    Cause.KDF_REFUSED: N_("The key file asks for unsafe settings and was refused. Restore a backup."),
    Cause.DATABASE_DAMAGED: N_("The passphrase is right, but the database is damaged. Restore a backup."),
    Cause.DATABASE_MISSING: N_("The passphrase is right, but the database is missing. Restore a backup."),
    Cause.DATABASE_UNREADABLE: N_("The vault cannot be read. Check the disk and the rights to the folder."),
    Cause.DATABASE_BUSY: N_("The database is held by another program. Close that program and try again."),
    Cause.VAULT_IN_USE: N_("The vault is open in another window. Close that one first."),
    Cause.VAULT_EXISTS: N_("There is already a vault in this folder. Open it, or choose another folder."),
    Cause.NO_VAULT: N_("There is no vault in this folder. Create one with: broker init"),
    Cause.NOT_A_VAULT: N_("The files in this folder are not an encrypted vault. Choose another folder."),
    Cause.NEWER_VAULT: N_("The vault was made by a newer version of this program. Update the program."),
    Cause.NO_KNOWN_SLOT: N_("This version of the program has no way to open the vault. Update the program."),
    Cause.BACKUP_EXISTS: N_("A file of that name exists already. Choose another name for the backup."),
    Cause.BACKUP_DAMAGED: N_("The backup is damaged or is no backup. Nothing was changed; choose another file."),
    Cause.DISK: N_("The disk refused to write. Check that there is room; nothing was changed."),
    Cause.NO_MUNICIPALITY: N_("IT cannot open this caseload: it was never joined to a hub with a key for that."),
    Cause.ORG_KEY_REFUSED: N_("The hub's key for recovery is damaged. Tell IT; nothing was changed."),
    Cause.NO_REQUEST: N_("No request waits for an answer here. Make one with: broker recovery --request FILE"),
    Cause.ANSWER_REFUSED: N_("The answer does not fit the newest request of this laptop. Ask IT to answer that one."),
    Cause.NO_SUCH_SLOT: N_("Nothing here has that id. See the list with: broker slots"),
    Cause.LAST_PASSPHRASE: N_("The passphrase cannot be removed. Change it instead: broker passphrase"),
}


class VaultError(Exception):
    """A vault operation was refused; nothing was changed.

    Args:
        cause: which of the sentences applies.
        values: figures for the placeholders of that sentence.
    """

    exit_code = 7
    default = Cause.HEADER_DAMAGED

    def __init__(self, cause: Cause | None = None, **values: int) -> None:
        self.cause = cause or self.default
        self.values = values
        super().__init__(self.cause.value)

    @property
    def sentence(self) -> str:
        """The English sentence, with its placeholders."""
        return SENTENCES[self.cause]

    def text(self) -> str:
        """The sentence in the current language, placeholders filled."""
        return _(self.sentence).format(**self.values)


class WrongPassphrase(VaultError):
    """The passphrase or the recovery code does not open the vault."""

    exit_code = 3
    default = Cause.WRONG_PASSPHRASE


class TooManyAttempts(VaultError):
    """The next attempt has to wait; `values["seconds"]` says how long."""

    exit_code = 3
    default = Cause.TOO_MANY_ATTEMPTS


class WeakPassphrase(VaultError):
    """A new passphrase is too short or too common."""

    exit_code = 4
    default = Cause.WEAK_PASSPHRASE


class HeaderDamaged(VaultError):
    """Neither copy of the header can be trusted."""


class HeaderMissing(VaultError):
    """There is a database but no header: without a header copy it cannot be opened by anyone."""

    default = Cause.HEADER_MISSING


class DatabaseDamaged(VaultError):
    """The keys are right and the database does not open under them."""

    default = Cause.DATABASE_DAMAGED


class DatabaseMissing(VaultError):
    """The keys are right and there is no database file."""

    default = Cause.DATABASE_MISSING


class DatabaseUnavailable(VaultError):
    """The database file cannot be reached just now; it is not known to be damaged."""

    default = Cause.DATABASE_UNREADABLE


class VaultInUse(VaultError):
    """Another process holds the vault; `holder` is its process id when it told."""

    exit_code = 8
    default = Cause.VAULT_IN_USE

    def __init__(self, holder: int | None = None) -> None:
        super().__init__()
        self.holder = holder


class VaultExists(VaultError):
    """A new vault would stand on an old one."""

    exit_code = 4
    default = Cause.VAULT_EXISTS


class NotAVault(VaultError):
    """The folder holds nothing, or something that is not an encrypted vault."""

    exit_code = 4
    default = Cause.NOT_A_VAULT


class UnsupportedVault(VaultError):
    """The vault follows a format this version does not know."""

    default = Cause.NEWER_VAULT


class BackupRefused(VaultError):
    """A backup could not be written or is not fit to be restored."""

    exit_code = 4
    default = Cause.BACKUP_DAMAGED


class SlotRefused(VaultError):
    """A way into the vault that does not exist, is not usable or may not be taken away."""

    exit_code = 4
    default = Cause.NO_SUCH_SLOT


class Wiped(VaultError):
    """The municipality ordered the vault to be deleted; what is left of it is not opened again."""

    exit_code = 3
    default = Cause.WIPED


class DiskRefused(VaultError):
    """A file could not be written; the old one stands."""

    default = Cause.DISK
