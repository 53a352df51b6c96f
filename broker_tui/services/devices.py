"""The laptops of this broker as the hub knows them, and reporting one lost. Asks the hub each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from broker_tui.services.ports import Store
from broker_tui.services.syncing import Syncing
from sync.errors import Cause, SyncError
from sync.protocol import DevicesAnswer, DevicesRequest, LostRequest, OwnDevice


@runtime_checkable
class DevicesHub(Protocol):
    """A hub that knows whose laptops are whose."""

    def devices(self, request: DevicesRequest) -> DevicesAnswer: ...
    def lost(self, request: LostRequest) -> DevicesAnswer: ...


@dataclass(frozen=True, slots=True)
class OwnLaptop:
    """One laptop of this broker; `this` is the one in front, `shut_out` since when the hub takes nothing from it."""

    id: str
    name: str
    enrolled: datetime | None
    last_sync: datetime | None
    shut_out: datetime | None
    this: bool


class Devices:
    """`services.devices`. Both methods block while the hub is asked, and raise `SyncError` when it does not answer."""

    def __init__(self, store: Store, sync: Syncing) -> None:
        self._store = store
        self._sync = sync

    def all(self) -> list[OwnLaptop]:
        """Every laptop, oldest first."""
        with self._sync.line() as hub:
            return _laptops(_knowing(hub).devices(DevicesRequest()).devices)

    def report_lost(self, device_id: str) -> list[OwnLaptop]:
        """Let the hub take nothing from another laptop any more; only an administrator lets it in again."""
        with self._sync.line() as hub:
            answer = _knowing(hub).lost(LostRequest(device=device_id))
        self._store.note_audit("reported_lost", "device", device_id)
        return _laptops(answer.devices)


def _knowing(hub: object) -> DevicesHub:
    if not isinstance(hub, DevicesHub):
        raise SyncError(Cause.PROTOCOL)
    return hub


def _laptops(found: Sequence[OwnDevice]) -> list[OwnLaptop]:
    return [
        OwnLaptop(one.id, one.name, _moment(one.enrolled_at), _moment(one.last_seen), _moment(one.revoked_at), one.this)
        for one in found
    ]


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
