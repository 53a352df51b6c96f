"""A small invented caseload in a real vault, and the real app over it; only the key derivation is cheap."""

import asyncio
import hashlib
import hmac
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from broker_tui.app import BrokerApp
from broker_tui.config.look import Look
from broker_tui.domain.clock import DENMARK, SystemClock
from broker_tui.door import VaultDoor, VaultSession
from broker_tui.i18n import Language
from broker_tui.services import Services
from broker_tui.vault import KdfParams
from sync.records.types import (
    Citizen,
    Company,
    CompanyContact,
    Consent,
    Contact,
    FollowUp,
    Hours,
    Memo,
    Placement,
    Promise,
)
from tests.ui.screen_text import screen_text

TODAY = date(2026, 11, 17)  # a Tuesday
PASSPHRASE = "gråspurv under tagskægget"
DEADLINE = 60.0
"""Seconds a test waits for what must come about; long, since a busy machine is no failure."""
SIZES = ((80, 24), (120, 40))


class CheapDerivation:
    """Argon2id is not what these tests are about."""

    @property
    def params(self) -> KdfParams:
        return KdfParams()

    def derive(self, secret: bytes, salt: bytes, params: KdfParams) -> bytes:
        return hmac.digest(salt, hashlib.sha256(secret).digest() + repr(params).encode(), "sha256")


CHEAP = CheapDerivation()


@dataclass
class Office:
    """A home with a vault in it, and the ids of those who are in it by short name."""

    home: Path
    code: str
    ids: dict[str, str] = field(default_factory=dict)

    def door(self, on: date = TODAY) -> VaultDoor:
        """The closed vault."""
        return VaultDoor(self.home, SystemClock(on), CHEAP)

    def app(self, lang: Language = "en", *, theme: str = "fjord", discreet: bool = False) -> BrokerApp:
        """The app before the lock screen."""
        look = Look(language=lang, theme=theme, discreet=discreet)
        return BrokerApp(self.door(), SystemClock(TODAY), look, home=self.home)

    def session(self) -> VaultSession:
        """The open vault, without an app."""
        return self.door().unlock(PASSPHRASE)

    @asynccontextmanager
    async def open(
        self, size: tuple[int, int] = (80, 24), lang: Language = "en", *, theme: str = "fjord", discreet: bool = False
    ) -> AsyncIterator["Desk"]:
        """The app past the lock screen, on Today."""
        app = self.app(lang, theme=theme, discreet=discreet)
        async with app.run_test(size=size) as pilot:
            app.enter(app.door.unlock(PASSPHRASE))
            desk = Desk(app, pilot, self.ids)
            await desk.settle()
            try:
                yield desk
            finally:
                await desk.settle()
                app.last_words()


@dataclass
class Desk:
    """A running app as a test drives and reads it."""

    app: BrokerApp
    pilot: Pilot[Any]
    ids: dict[str, str]
    presses: int = 0

    @property
    def services(self) -> Services:
        """The use cases, to see what a key did."""
        return self.app.services

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, and let the app come to rest after each."""
        for key in keys:
            self.presses += 1
            await self.pilot.press(key)
            await self.settle()

    async def write(self, text: str) -> None:
        """Type free text (not counted as presses)."""
        names = {" ": "space", "/": "slash", ".": "full_stop", ",": "comma", "-": "minus", "+": "plus", ":": "colon"}
        for char in text:
            await self.pilot.press(names.get(char, char))
        await self.settle()

    async def settle(self) -> None:
        """Wait until no worker reads or saves and their findings are shown."""
        while True:
            await self.pilot.pause()
            working = [worker for worker in self.app.workers if not worker.is_finished]
            if not working:
                return
            for worker in working:
                with suppress(WorkerCancelled):  # a later call of its group has taken its place
                    await worker.wait()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that comes with a delay."""
        end = time.monotonic() + DEADLINE
        while not holds():
            assert time.monotonic() < end, f"did not come about; the screen:\n{self.text}"
            await asyncio.sleep(0.02)
            await self.settle()

    async def watch(self, holds: Callable[[], bool]) -> None:
        """Wait for something while a worker goes on that ends only when the test lets it."""
        end = time.monotonic() + DEADLINE
        while not holds():
            assert time.monotonic() < end, f"did not come about; the screen:\n{self.text}"
            await self.pilot.pause(0.02)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return screen_text(self.app)

    def line(self, *parts: str) -> str:
        """The first line that holds all of `parts`."""
        for row in self.text.splitlines():
            if all(part in row for part in parts):
                return row
        raise AssertionError(f"no line with {parts}:\n{self.text}")


def make_office(home: Path) -> Office:
    """A vault of a broker with six people, two companies and a week's work."""
    session, code = VaultDoor(home, SystemClock(TODAY), CHEAP).create("Bente Broker", PASSPHRASE)
    office = Office(home, code)
    fill(session.services, office.ids)
    session.close()
    return office


def copy_office(office: Office, home: Path) -> Office:
    """The same office in another folder."""
    shutil.copytree(office.home, home, dirs_exist_ok=True)
    return Office(home, office.code, dict(office.ids))


def fill(services: Services, ids: dict[str, str]) -> None:
    """The caseload: names with Danish letters, one with what looks like markup."""
    people = (
        ("jonas", "Jonas Pedersen", "uif2", "Vollsmose", "010190-0000"),
        ("ahmed", "Ahmed Khalil", "fsm2", "Vollsmose", "020288-0000"),
        ("lise", "Lise Holm", "uif2", "Dalum", None),
        ("aase", "Åse Lindholm", "mastery", "Dalum", None),
        ("soren", "Søren Bækgaard", "flexjob", None, None),
        ("markup", "Bo [/b] Brik", "guarantee", "Vollsmose", None),
    )
    for key, name, programme, area, cpr in people:
        citizen = Citizen(name=name, area=area, cpr=cpr, phone="12345678")
        saved = services.people.add_citizen(citizen, programme, date(2026, 5, 25), TODAY)
        ids[key] = saved.ids[0]
    ids["dalum"] = services.companies.add(Company(name="Dalum Købmand", area="Dalum", stage="active")).ids[0]
    ids["odin"] = services.companies.add(Company(name="Odins Lager", area="Vollsmose")).ids[0]
    services.companies.add_contact(CompanyContact(company_id=ids["dalum"], name="Birthe Holm", title="butikschef"))
    _work(services, ids)
    _plans(services, ids)


def _work(services: Services, ids: dict[str, str]) -> None:
    services.contacts.add(
        Contact(
            citizen_id=ids["jonas"],
            occurred_on=date(2026, 11, 8),
            occurred_at=datetime(2026, 11, 8, 9, 43, tzinfo=DENMARK),
            kind="phone",
            outcome="reached",
            note="Jonas vil gerne prøve køkkenet.",
        )
    )
    placement = Placement(
        citizen_id=ids["jonas"], type="flexjob", company_id=ids["dalum"], start=date(2026, 5, 25), job_title="butik"
    )
    saved = services.work.add_placement(placement, minutes_per_week=240, measure="flexjob")
    services.work.add_hours(
        Hours(
            citizen_id=ids["jonas"],
            placement_id=saved.ids[0],
            start=date(2026, 9, 1),
            minutes_per_week=480,
            measure="flexjob",
        )
    )
    services.goals.set_job_goal(ids["jonas"], "Fast i butikken på Dalum", 720, date(2026, 6, 1))


def _plans(services: Services, ids: dict[str, str]) -> None:
    plans = services.plans
    ids["overdue"] = plans.add(
        FollowUp(citizen_id=ids["ahmed"], what="Ugentlig kontakt før placering", due=date(2026, 11, 14))
    ).ids[0]
    ids["visit"] = plans.add(
        FollowUp(company_id=ids["dalum"], what="Opfølgning på stedet", due=TODAY, at=clock_time(10, 0))
    ).ids[0]
    ids["today"] = plans.add(FollowUp(citizen_id=ids["jonas"], what="Tale om køkkenet", due=TODAY)).ids[0]
    ids["promise"] = plans.add_promise(
        Promise(citizen_id=ids["soren"], text="Ring om buskortet", due=date(2026, 11, 19), made_on=date(2026, 11, 12))
    ).ids[0]
    ids["memo"] = plans.add_memo(Memo(text="Bestil nye visitkort", due=date(2026, 11, 20))).ids[0]
    plans.add(FollowUp(citizen_id=ids["markup"], what="CV [bold]på[/bold] Jobnet", due=date(2026, 11, 24)))
    services.consents.state(
        Consent(
            citizen_id=ids["aase"],
            kind="network",
            state="given",
            stated_on=date(2026, 5, 20),
            expires=date(2026, 11, 22),
        )
    )
