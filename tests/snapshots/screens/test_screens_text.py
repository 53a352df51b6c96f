"""The screens as plain text at both sizes and in both languages, so that a change of look is seen in a review."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from broker_tui import bootstrap, keeper
from broker_tui.domain.clock import DENMARK, SystemClock
from broker_tui.i18n import Language
from tests.ui.office import SIZES, TODAY, Desk, Office, copy_office, make_office
from tests.ui.small import shipped

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 41, tzinfo=DENMARK)
LAPTOP = "bærbar-7"
ROUNDS = 8
"""Looks without a change, 20 ms and a settled app apart."""


@pytest.fixture(scope="module")
def still() -> Iterator[None]:
    """It is always 9.41, on a laptop that is called the same everywhere and has as much room."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "now", lambda _clock: NOW)
        patch.setattr(bootstrap, "device_name", lambda: LAPTOP)
        patch.setattr(keeper.VaultKeeper, "free_bytes", lambda _keeper: 50_000_000_000)
        yield


@pytest.fixture(scope="module")
def template(still: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The caseload all pictures are of; its programmes ask nothing, so that no rule's wording is in them."""
    folder = tmp_path_factory.mktemp("definitions")
    with shipped(folder, {}):
        yield make_office(tmp_path_factory.mktemp("pictures") / "home")


@pytest.fixture
def own(template: Office, tmp_path: Path) -> Office:
    """A copy of it, so that drafts of one picture are not seen in the next."""
    return copy_office(template, tmp_path / "office")


async def still_text(desk: Desk) -> str:
    """The screen once it does not change any more: a sheet beside a list is read a moment after the list."""
    texts = [desk.text]

    def same() -> bool:
        texts.append(desk.text)
        return len(texts) > ROUNDS and len(set(texts[-ROUNDS:])) == 1

    await desk.until(same)
    return texts[-1]


sizes = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
languages = pytest.mark.parametrize("lang", ["da", "en"])


@sizes
@languages
async def test_unlock_looks_the_same(
    own: Office, size: tuple[int, int], lang: Language, snapshot: SnapshotAssertion
) -> None:
    app = own.app(lang)
    async with app.run_test(size=size) as pilot:
        desk = Desk(app, pilot, own.ids)
        await desk.settle()
        assert await still_text(desk) == snapshot


@sizes
@languages
async def test_first_run_looks_the_same(
    still: None, tmp_path: Path, size: tuple[int, int], lang: Language, snapshot: SnapshotAssertion
) -> None:
    app = Office(tmp_path / "new", "").app(lang)
    async with app.run_test(size=size) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        assert await still_text(desk) == snapshot


@sizes
@languages
async def test_the_pages_look_the_same(
    own: Office, size: tuple[int, int], lang: Language, snapshot: SnapshotAssertion
) -> None:
    async with own.open(size, lang) as desk:
        assert await still_text(desk) == snapshot(name="today")
        await desk.press("f3")
        assert await still_text(desk) == snapshot(name="caseload")
        desk.app.open_citizen(own.ids["jonas"])
        await desk.settle()
        assert await still_text(desk) == snapshot(name="case")
        await desk.press("c")
        assert await still_text(desk) == snapshot(name="contact")
        await desk.press("escape", "f4")
        assert await still_text(desk) == snapshot(name="companies")
        desk.app.open_company(own.ids["dalum"])
        await desk.settle()
        await desk.press("v")
        assert await still_text(desk) == snapshot(name="visit")
        await desk.press("escape", "f7")
        assert await still_text(desk) == snapshot(name="sync")
