"""A fresh hub for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab.at(tmp_path / "hub")
    yield lab
    lab.service.store.close()
