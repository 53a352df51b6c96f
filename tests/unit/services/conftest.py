"""Use cases over the real store in a real keyed database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker_tui.services import Services
from tests.unit.services.services_helpers import fresh


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Use cases over an empty caseload."""
    opened = fresh(tmp_path / "home")
    yield opened
    opened.close()
