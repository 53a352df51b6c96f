"""Stores over a real keyed database, without the price of a key derivation."""

from datetime import date, datetime, timedelta
from pathlib import Path

from broker_tui.domain.clock import DENMARK
from broker_tui.storage.store import SqlStore
from broker_tui.vault import opening

KEY = bytes(range(32))
START = datetime(2026, 3, 2, 9, 0, tzinfo=DENMARK)


class TickingClock:
    """A clock that goes on by a second whenever somebody looks."""

    def __init__(self, start: datetime = START) -> None:
        self.at = start

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def today(self) -> date:
        return self.at.date()


def database(folder: Path) -> Path:
    """An empty keyed database."""
    path = folder / opening.NAME
    if not path.exists():
        opening.create_database(path, KEY, "0" * 32)
    return path


def open_store(folder: Path, clock: TickingClock | None = None) -> SqlStore:
    """A store in `folder`, made when there is none."""
    path = database(folder)
    return SqlStore(opening.open_writer(path, KEY), opening.open_reader(path, KEY), clock or TickingClock(), KEY)
