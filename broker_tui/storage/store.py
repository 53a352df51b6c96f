"""The store: all parts together, as the services and the sync engine know it."""

from pathlib import Path
from typing import TYPE_CHECKING

from broker_tui.domain.clock import Clock
from broker_tui.storage.drafts import DraftsPart
from broker_tui.storage.history import HistoryPart
from broker_tui.storage.local_sync import LocalSyncPart
from broker_tui.storage.pages import PagesPart
from broker_tui.storage.receipts import ReceiptsPart
from broker_tui.storage.records import RecordsPart
from broker_tui.storage.replaying import ReplayPart
from broker_tui.storage.search import SearchPart

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

    from broker_tui.vault import UnlockedVault


class SqlStore(ReplayPart, HistoryPart, ReceiptsPart, RecordsPart, PagesPart, SearchPart, DraftsPart, LocalSyncPart):
    """The encrypted caseload behind the `Store` port."""

    def __init__(self, writer: "Connection", reader: "Connection", clock: Clock, audit_key: bytes) -> None:
        super().__init__(writer, reader, clock, audit_key)
        self._unpark()

    @classmethod
    def open(cls, vault: "UnlockedVault", clock: Clock) -> "SqlStore":
        """The store of an unlocked vault.

        Raises:
            VaultError: the database is missing, damaged or held.
        """
        writer = vault.connect()
        try:
            reader = vault.connect_reader()
        except BaseException:
            writer.close()
            raise
        return cls(writer, reader, clock, vault.derive("audit"))

    @classmethod
    def open_copy(cls, vault: "UnlockedVault", path: Path, clock: Clock) -> "SqlStore":
        """The store in a copy of a vault's database.

        Raises:
            VaultError: the copy is missing or damaged.
        """
        writer = vault.connect_copy_writer(path)
        try:
            reader = vault.connect_copy(path)
        except BaseException:
            writer.close()
            raise
        return cls(writer, reader, clock, vault.derive("audit"))
