"""Laptops and a hub, put together from fakes or from the real parts, so that one set of tests speaks for all."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import uvicorn
from sqlalchemy import URL as Address

from broker_tui.domain.clock import DENMARK, SystemClock
from broker_tui.domain.views import Me, Receipt
from broker_tui.services.hub_line import ClosableHub, KeySigner
from broker_tui.services.ports import Store, Write, WriteKind
from broker_tui.services.syncing import Syncing
from broker_tui.storage.store import SqlStore
from broker_tui.vault import opening
from broker_tui.vault.device import DeviceSigner, new_device_key
from sync.errors import Cause, HubRefused
from sync.hub.admin import Administration, create, opened
from sync.hub.app import make_app
from sync.hub.places import Place
from sync.hub.problems import Refused
from sync.hub.service import HubService
from sync.hub.state import Actor
from sync.ports import Signer
from sync.protocol import (
    EnrolAnswer,
    EnrolRequest,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
)
from sync.records import SHARED, Doc, case_scope, new_id
from sync.transport import HttpHub
from tests.fakes.hub import BadLine, FakeHub, FakeLine
from tests.fakes.local_store import MemoryStore

_CAUSES = {"history-diverged": Cause.HISTORY_DIVERGED, "code-refused": Cause.CODE_REFUSED}
URL = "https://hub.invalid"


@dataclass
class HandClock:
    """A clock moved by hand."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 10, tzinfo=DENMARK))

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def today(self) -> Any:
        return self.at.date()


class Keys:
    """The vault's device keys, as the app's bootstrap hands them over."""

    def new(self) -> bytes:
        return new_device_key()

    def signer(self, private: bytes, key_id: str | None) -> KeySigner:
        return DeviceSigner(private, key_id)


class ServiceLine:
    """The real hub, called in process as one device."""

    def __init__(self, service: HubService, device_id: str) -> None:
        self.service = service
        self.device_id = device_id

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        with _refusals():
            return self.service.enrol(request)

    def status(self, request: StatusRequest) -> StatusAnswer:
        with _refusals():
            return self.service.status(self._actor(), request)

    def push(self, request: PushRequest) -> PushAnswer:
        with _refusals():
            return self.service.push(self._actor(), request)

    def pull(self, request: PullRequest) -> PullAnswer:
        with _refusals():
            return self.service.pull(self._actor(), request)

    def close(self) -> None: ...

    def _actor(self) -> Actor:
        device = self.service.device(self.device_id)
        assert device is not None
        return device.actor


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise HubRefused(_CAUSES.get(refused.problem.code, Cause.PROTOCOL), refused.problem) from None


class HubWorld(Protocol):
    """A hub that lets brokers in."""

    def add_broker(self, name: str) -> str: ...
    def code(self, staff_id: str) -> str: ...
    def line(self, signer: Signer | None) -> ClosableHub: ...


class FakeWorld:
    """The hub in memory."""

    def __init__(self) -> None:
        self.hub = FakeHub()

    def add_broker(self, name: str) -> str:
        return self.hub.add_broker(name)

    def code(self, staff_id: str) -> str:
        return self.hub.code_for(staff_id)

    def line(self, signer: Signer | None) -> ClosableHub:
        device = signer.key_id if signer else ""
        return FakeLine(self.hub, device, self.hub.devices.get(device, ""))


class ServiceWorld:
    """The real hub in process."""

    def __init__(self, folder: Path, database: Address | None = None) -> None:
        self.service = opened(folder, place=Place(folder, database))
        self.admin = Administration(self.service)

    def add_broker(self, name: str) -> str:
        return self.admin.add_member(name).staff_id

    def code(self, staff_id: str) -> str:
        return self.admin.code(staff_id)

    def line(self, signer: Signer | None) -> ClosableHub:
        return ServiceLine(self.service, signer.key_id if signer else "")

    def close(self) -> None:
        self.service.store.close()


class HttpWorld(ServiceWorld):
    """The real hub behind a real port on loopback, reached by the real transport."""

    def __init__(self, folder: Path, database: Address | None = None) -> None:
        super().__init__(folder, database)
        config = uvicorn.Config(
            make_app(self.service), log_config=None, access_log=False, lifespan="on", date_header=False, ws="none"
        )
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the hub did not start"
            time.sleep(0.005)

    def line(self, signer: Signer | None) -> ClosableHub:
        return HttpHub(self.url, signer, SystemClock())

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._listener.close()
        super().close()


class Laptop:
    """One laptop with its sync, and a line that can be broken."""

    def __init__(self, world: HubWorld, store: Store, clock: HandClock) -> None:
        self.world, self.store, self.clock = world, store, clock
        self.bad: BadLine | None = None
        self.sync = Syncing(store, clock, self._make_hub, Keys(), page_items=lambda: self.page)
        self.page = 500

    def _make_hub(self, url: str, signer: Signer | None) -> ClosableHub:
        line = self.world.line(signer)
        if signer is None:
            return line
        self.bad = BadLine(line)
        return self.bad

    def close(self) -> None:
        """Hang up and close the store."""
        if self.bad is not None:
            self.bad.hub.close()
        if isinstance(self.store, SqlStore):
            self.store.close()

    def line(self) -> BadLine:
        """The line, to be broken."""
        if self.bad is None:
            self.sync.run()
        assert self.bad is not None
        return self.bad

    def join(self, staff_id: str) -> "Laptop":
        """Enrol for a person."""
        self.sync.enrol(URL, self.world.code(staff_id))
        return self

    def run(self) -> Receipt:
        return self.sync.run()

    def write(
        self, kind: WriteKind, record: str, patch: Doc | None = None, *, type_name: str = "company", **more: Any
    ) -> str:
        """One save; the transaction."""
        stored = self.store.get(type_name, record)
        scope = more.pop("scope", stored.scope if stored else SHARED)
        return self.store.save([Write(kind, type_name, record, scope, patch or {}, **more)]).tx

    def company(self, name: str = "Nordvest Lager ApS", **fields: Any) -> str:
        """A new company, visible to everybody."""
        record = new_id()
        self.write("create", record, {"name": name, **fields})
        return record

    def citizen(self, name: str = "Ida Invented") -> str:
        """A new citizen in a scope of their own."""
        record = new_id()
        self.write("create", record, {"name": name}, type_name="citizen", scope=case_scope(record))
        return record

    def contact(self, citizen: str, note: str) -> str:
        """A note about a citizen."""
        record = new_id()
        values: Doc = {
            "citizen_id": citizen,
            "kind": "phone",
            "outcome": "reached",
            "occurred_on": "2026-11-20",
            "note": note,
        }
        self.write("create", record, values, type_name="contact", scope=case_scope(citizen))
        return record

    def doc(self, record: str, type_name: str = "company") -> Doc:
        """What the broker sees; an empty object if nothing."""
        stored = self.store.get(type_name, record)
        return stored.doc if stored and not stored.deleted else {}

    def docs(self, records: Sequence[tuple[str, str]]) -> list[Doc]:
        return [self.doc(record, type_name) for type_name, record in records]


TEMPLATE_KEY = bytes(range(32))


def hub_template(folder: Path) -> None:
    """An empty hub to copy, because making its tables takes longer than most tests."""
    create(folder, "Test municipality")


def store_template(folder: Path) -> None:
    """An empty encrypted caseload to copy, without the price of a passphrase."""
    folder.mkdir(parents=True)
    path = folder / "caseload.db"
    opening.create_database(path, TEMPLATE_KEY, new_id())
    sql_store(folder).close()


def sql_store(folder: Path, clock: HandClock | None = None, *, fresh: bool = True) -> SqlStore:
    """A real encrypted store on a copy of the template; with `fresh` of a laptop nobody knows yet."""
    path = folder / "caseload.db"
    writer, reader = opening.open_writer(path, TEMPLATE_KEY), opening.open_reader(path, TEMPLATE_KEY)
    store = SqlStore(writer, reader, clock or HandClock(), TEMPLATE_KEY)
    if fresh:
        store.set_me(Me(new_id(), "Local Person", new_id(), "laptop", False))
    return store


def memory_store() -> Store:
    """The store in memory; it lacks what sync does not ask for."""
    store = MemoryStore(person=Me(new_id(), "Local Person", "", "laptop", False))
    return cast(Store, store)


W = TypeVar("W", bound=ServiceWorld)


@contextmanager
def served(kind: type[W], templates: Path, folder: Path, database: Address | None = None) -> Iterator[W]:
    """A hub of one's own in `folder`, or in a database that has an empty one."""
    if database is None:
        shutil.copytree(templates / "hub", folder / "hub")
    world = kind(folder / "hub", database)
    try:
        yield world
    finally:
        world.close()


def encrypted(world: HubWorld, templates: Path, folder: Path, clock: HandClock | None = None) -> Laptop:
    """A new laptop with a real store in `folder`, which must not be there yet; it has not joined."""
    clock = clock or HandClock()
    shutil.copytree(templates / "laptop", folder)
    return Laptop(world, sql_store(folder, clock), clock)


def kept(laptop: Laptop, folder: Path, copy: Path) -> Path:
    """A copy of a laptop's files, made while nobody writes."""
    assert isinstance(laptop.store, SqlStore)
    laptop.store._fold_log()
    return Path(shutil.copytree(folder, copy))


def put_back(laptop: Laptop, folder: Path, copy: Path) -> None:
    """The whole caseload as it was when it was copied."""
    laptop.close()
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    laptop.store = sql_store(folder, laptop.clock, fresh=False)
    laptop.sync = Laptop(laptop.world, laptop.store, laptop.clock).sync
