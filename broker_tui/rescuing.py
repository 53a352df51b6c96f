"""A damaged caseload brought back: what still reads is salvaged, the newest sound backup takes the place, and every
save the backup does not hold is put back on top. The damaged files are kept aside, unchanged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui.domain.clock import Clock, SystemClock

if TYPE_CHECKING:
    from broker_tui.storage.replaying import Replayed
    from broker_tui.storage.salvage import Salvaged
    from broker_tui.vault import KeyDerivation, UnlockedVault

Told = Callable[[str, int, int], None]
"""Progress: the stage (`reading`, `restoring`, `replaying`), done and all (0 when nobody knows)."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """What became of a damaged caseload.

    Args:
        readable: whether anything of the damaged database could be read.
        backup: when the backup was made that took its place; None: there was no sound one, and the caseload begins
            empty but for what was salvaged.
        operations: saves put back on top of it.
        unsent: those of them that the hub has not got.
        drafts: drafts found.
        lost: numbers of the journal that did not read; some of them may never have been used.
        sure: whether no further saves can be missing; False when the damage hides how many there were.
        aside: where the damaged files lie.
    """

    readable: bool
    backup: datetime | None
    operations: int
    unsent: int
    drafts: int
    lost: int
    sure: bool
    aside: Path


def unlock_damaged(home: Path, passphrase: str, kdf: "KeyDerivation | None" = None) -> "UnlockedVault":
    """Unlock a vault of which perhaps only the key is left; a lost header comes from the newest backup that has one.

    Raises:
        VaultError: it stays locked: the passphrase is wrong (that of the backup counts), or no header is left.
    """
    from broker_tui.vault import HeaderDamaged, HeaderMissing, Vault, keeping
    from broker_tui.vault.archive import header_back

    try:
        return Vault.unlock(home, passphrase, kdf, damaged=True)
    except (HeaderDamaged, HeaderMissing):
        if not any(header_back(home, one.path) for one in keeping.kept(home)):
            raise
    return Vault.unlock(home, passphrase, kdf, damaged=True)


def rescue(unlocked: "UnlockedVault", clock: Clock | None = None, told: Told = lambda *_: None) -> Rescued:
    """Bring the caseload of an unlocked vault back. It stays unlocked.

    Raises:
        VaultError: the disk refused, or the copy in its place does not open; the damaged files are where they were or
            aside, never gone.
    """
    from broker_tui.storage.store import SqlStore
    from broker_tui.vault import keeping, replace_database, set_aside

    aside = set_aside(unlocked)  # before anything opens the database: SQLite would fold the log into it
    told("reading", 0, 0)
    source = keeping.newest_sound(unlocked)
    known = keeping.counts(source).get("journal", 0) if source is not None else 0
    found, readable = _salvaged(unlocked, known, told)
    told("restoring", 0, 0)
    done: list[Replayed] = []

    def fill(copy: Path) -> None:
        store = SqlStore.open_copy(unlocked, copy, clock or SystemClock())
        try:
            told("replaying", 0, len(found.ops))
            done.append(store.replay(found))
            detail = f"backup {int(source is not None)} operations {done[-1].operations} lost {found.lost}"
            store.note_audit("rescued", "vault", unlocked.vault_id, detail)
        finally:
            store.close()

    replace_database(unlocked, source, fill)
    made = next((one.made for one in keeping.kept(unlocked.home) if one.path == source), None)
    replayed = done[-1]
    return Rescued(readable, made, replayed.operations, replayed.unsent, replayed.drafts, found.lost, found.sure, aside)


def _salvaged(unlocked: "UnlockedVault", known: int, told: Told) -> "tuple[Salvaged, bool]":
    """By SQLite where that goes, page by page for the rest; False when neither found anything of ours."""
    from broker_tui.storage import carved
    from broker_tui.storage.salvage import Salvage
    from broker_tui.vault import VaultError

    # The pages first: closing a connection folds the log into the database, as far as it is sound.
    rows, whole = unlocked.carve(carved.SHAPES)
    by_page = carved.sort_out(rows, known, whole=whole)
    try:
        read = Salvage(unlocked.connect_reader, known, told=lambda done, of: told("reading", done, of)).run()
    except VaultError:
        return by_page, bool(by_page.ops)
    return carved.joined(read, by_page), True
