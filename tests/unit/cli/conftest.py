"""A laptop with an empty caseload."""

from pathlib import Path

import pytest

from tests.unit.cli.cli_helpers import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """After `broker init`."""
    made = Laptop(tmp_path)
    made.run("init", "--name", "Birthe Broker", "--lang", "en")
    return made
