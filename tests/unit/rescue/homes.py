"""A caseload with a backup and work after it, to be damaged and brought back."""

from dataclasses import dataclass
from pathlib import Path

from broker_tui.bootstrap import services_over
from broker_tui.rescuing import Rescued, rescue, unlock_damaged
from broker_tui.services import Services
from broker_tui.services.ports import CaseFilter, Page
from broker_tui.vault import (
    Vault,
)
from tests.unit.services.services_helpers import PASSPHRASE, TODAY, FreeDerivation, StillClock

PAGE = 4096
KDF = FreeDerivation()


@dataclass
class Home:
    """A caseload with a backup and work after it."""

    folder: Path
    code: str
    before: list[str]
    after: list[str]

    @property
    def database(self) -> Path:
        return self.folder / "vault.db"

    def open(self) -> Services:
        return services_over(Vault.unlock(self.folder, PASSPHRASE, KDF), StillClock())

    def rescue(self) -> Rescued:
        with unlock_damaged(self.folder, PASSPHRASE, KDF) as unlocked:
            return rescue(unlocked, StillClock())

    def flip(self, *places: tuple[int, int]) -> None:
        """Turn a bit at each (page, byte); pages count from 0."""
        data = bytearray(self.database.read_bytes())
        for page, byte in places:
            data[page * PAGE + byte] ^= 1
        self.database.write_bytes(data)

    @property
    def pages(self) -> int:
        return self.database.stat().st_size // PAGE


def people(services: Services) -> set[str]:
    rows = services.store.case_rows(CaseFilter(), sort="name", descending=False, page=Page(0, 1000), today=TODAY)
    return {row.citizen_id for row in rows}


def unsent(services: Services) -> list[str]:
    return [op.op for op in services.store.unsent(10_000)]
