"""An office whose way to the hub leads to a hub in memory, with a line that can break."""

from pathlib import Path

from broker_tui.domain.clock import SystemClock
from broker_tui.door import VaultDoor, VaultSession
from broker_tui.services import Services
from broker_tui.services.hub_line import KeySigner
from broker_tui.services.syncing import Syncing
from broker_tui.vault import DeviceSigner, new_device_key
from tests.fakes.hub import BadLine, FakeHub
from tests.ui.office import CHEAP, PASSPHRASE, TODAY, Desk

URL = "https://hub.invalid"


class Keys:
    """Device keys as the vault makes them."""

    def new(self) -> bytes:
        return new_device_key()

    def signer(self, private: bytes, key_id: str | None) -> KeySigner:
        return DeviceSigner(private, key_id)


def connect(services: Services, hub: FakeHub, staff_id: str) -> BadLine:
    """Let `services` reach `hub`; returns the line, to break it."""
    line = BadLine(hub.line_for(staff_id))
    services.__dict__["sync"] = Syncing(services.store, SystemClock(TODAY), lambda url, signer: line, Keys())
    return line


async def join(desk: Desk, hub: FakeHub) -> str:
    """Join the hub and send everything; returns the broker's id."""
    staff_id = hub.add_broker("Bente")
    connect(desk.services, hub, staff_id)
    services = desk.services
    services.sync.enrol(URL, hub.code_for(staff_id))
    services.sync.run()
    desk.app.read_standing()
    await desk.settle()
    return staff_id


def second_laptop(home: Path, hub: FakeHub, staff_id: str) -> VaultSession:
    """Another laptop of the same broker, enrolled and up to date."""
    session, _code = VaultDoor(home, SystemClock(TODAY), CHEAP).create("Bente Broker", PASSPHRASE)
    connect(session.services, hub, staff_id)
    session.services.sync.enrol(URL, hub.code_for(staff_id))
    session.services.sync.run()
    return session
