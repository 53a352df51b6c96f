"""The office of the screen tests: made once, copied for each test; its programmes ask nothing unless told to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui import rest
from tests.ui.office import Office, copy_office, make_office
from tests.ui.small import shipped


@pytest.fixture(autouse=True)
def pilot_knows_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot goes on when the event loop has nothing left to run, instead of watching the processor."""
    for module in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{module}.wait_for_idle", rest.idle)
    monkeypatch.setattr("textual.pilot.Pilot.pause", rest.pause)


@pytest.fixture(autouse=True)
def nothing_comes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sync and no backup that the test did not ask for: on a busy machine they would come in the middle of it."""
    for name in ("FIRST", "EVERY", "SAFETY"):
        monkeypatch.setattr(f"broker_tui.background.{name}", 3600.0)


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The vault all tests start from."""
    return make_office(tmp_path_factory.mktemp("office") / "home")


@pytest.fixture
def programmes() -> dict[str, str]:
    """Definitions by programme, for those that are not quiet."""
    return {}


@pytest.fixture
def shipping(programmes: dict[str, str], tmp_path: Path) -> Iterator[None]:
    """The programmes that ship, as this test has them."""
    folder = tmp_path / "definitions"
    folder.mkdir()
    with shipped(folder, programmes):
        yield


@pytest.fixture
def office(office_template: Office, shipping: None, tmp_path: Path) -> Office:
    """A vault of one's own, closed."""
    return copy_office(office_template, tmp_path / "office")
