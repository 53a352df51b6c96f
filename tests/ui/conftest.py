"""The office of the screen tests: made once, copied for each test."""

from pathlib import Path

import pytest

from tests.ui.office import Office, copy_office, make_office


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The vault all tests start from."""
    return make_office(tmp_path_factory.mktemp("office") / "home")


@pytest.fixture
def office(office_template: Office, tmp_path: Path) -> Office:
    """A vault of one's own, closed."""
    return copy_office(office_template, tmp_path / "office")
