"""A day, a clock that stands still on it, a derivation that costs nothing, and invented people."""

import hmac
from datetime import date, datetime, timedelta
from pathlib import Path

from broker_tui.bootstrap import create
from broker_tui.domain.clock import DENMARK
from broker_tui.services import Services
from broker_tui.vault import KdfParams
from sync.records.types import Citizen, Company, Contact

TODAY = date(2026, 11, 17)  # a Tuesday
PASSPHRASE = "gråspurv under tagskægget"


class StillClock:
    """Half past two on `today`, a second later at each look, so that saves have an order."""

    def __init__(self, today: date = TODAY) -> None:
        self.looks = 0
        self.day = today

    def now(self) -> datetime:
        self.looks += 1
        return datetime(self.day.year, self.day.month, self.day.day, 14, 30, tzinfo=DENMARK) + timedelta(
            seconds=self.looks
        )

    def today(self) -> date:
        return self.day


class FreeDerivation:
    """Argon2id is not what these tests are about."""

    @property
    def params(self) -> KdfParams:
        return KdfParams()

    def derive(self, secret: bytes, salt: bytes, params: KdfParams) -> bytes:
        return hmac.digest(salt, secret, "sha256")


def fresh(home: Path) -> Services:
    """Use cases over an empty caseload."""
    return create(home, PASSPHRASE, "Birthe Broker", StillClock(), FreeDerivation())[0]


def person(services: Services, name: str = "Jonas Prøve", programme: str | None = "uif2", **more: str) -> str:
    """An invented person on the caseload."""
    return services.people.add_citizen(Citizen(name=name, **more), programme, TODAY, TODAY).ids[0]


def company(services: Services, name: str = "Kantinen Åen") -> str:
    """An invented company."""
    return services.companies.add(Company(name=name, area="Vollsmose")).ids[0]


def call(citizen_id: str, note: str = "Talt sammen", on: date = TODAY) -> Contact:
    """A phone call that was answered."""
    return Contact(citizen_id=citizen_id, occurred_on=on, kind="phone", outcome="reached", note=note)
