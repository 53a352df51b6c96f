"""The caseload of the rescue and backup tests: made once, copied for each."""

import shutil
from pathlib import Path

import pytest

from broker_tui.bootstrap import create
from tests.unit.rescue.homes import KDF, Home
from tests.unit.services.services_helpers import PASSPHRASE, StillClock, call, person


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("rescue") / "home"
    services, code = create(folder, PASSPHRASE, "Birthe Broker", StillClock(), KDF)
    before = [person(services, f"Person {number}") for number in range(12)]
    for one in before:
        for number in range(6):
            services.contacts.add(call(one, f"Samtale nr. {number} om rengøring, cykel og venner. " * 12))
    services.backups.at_once()
    after = [person(services, f"Senere {number}") for number in range(6)]
    for one in after:
        for number in range(6):
            services.contacts.add(call(one, f"Efter kopien nr. {number}: om truckkort og tid. " * 12))
    services.store.save_draft("contact:x", "contact", before[0], {"note": "halvt skrevet"})
    services.close()
    return Home(folder, code, before, after)


@pytest.fixture
def home(template: Home, tmp_path: Path) -> Home:
    shutil.copytree(template.folder, tmp_path / "home")
    return Home(tmp_path / "home", template.code, template.before, template.after)
