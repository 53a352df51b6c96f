"""A fresh hub for every test, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.hub_lab import Lab


@pytest.fixture
def lab(tmp_path: Path, database: URL | None) -> Iterator[Lab]:
    lab = Lab.at(tmp_path / "hub", database)
    yield lab
    lab.service.store.close()
