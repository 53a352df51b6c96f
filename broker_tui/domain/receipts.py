"""Receipts: the hub's numbered word that it took a batch of changes, and the end of a sync as this laptop saw it."""

from dataclasses import dataclass
from datetime import datetime

from broker_tui.domain.views import Receipt


@dataclass(frozen=True, slots=True)
class Pushed:
    """One receipt of the hub: what it covers is in the journal for good.

    Args:
        kinds: how many changes of each record type it covers.
    """

    number: str
    at: datetime
    items: int
    kinds: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A line among the receipts: what the hub took, what a sync brought, or both under one number."""

    number: str
    at: datetime
    pushed: Pushed | None = None
    run: Receipt | None = None
