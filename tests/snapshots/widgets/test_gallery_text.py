"""The gallery as plain text at both sizes, so that a change of look is seen in a review."""

from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from broker_tui import i18n
from broker_tui.widgets import glyphs
from tests.ui.screen_text import screen_text
from tests.ui.widgets.gallery import GalleryApp


@pytest.fixture(autouse=True)
def full_signs() -> Iterator[None]:
    yield
    glyphs.set_level("full")


@pytest.mark.parametrize("page", ["today", "dialog", "parts"])
@pytest.mark.parametrize(("size", "language"), [((80, 24), "da"), ((120, 40), "en")])
async def test_gallery_looks_the_same(
    page: str, size: tuple[int, int], language: i18n.Language, snapshot: SnapshotAssertion
) -> None:
    i18n.use(language)
    app = GalleryApp(page)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert screen_text(app) == snapshot


async def test_ascii_chosen_before_the_app_starts_reaches_the_edges_of_fields() -> None:
    glyphs.set_level("ascii")
    app = GalleryApp("dialog", "terminal")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "│" not in screen_text(app)
        app.set_signs("full")
        await pilot.pause()
        assert "│" in screen_text(app)


async def test_ascii_level_draws_with_ascii_and_letters_only(snapshot: SnapshotAssertion) -> None:
    i18n.use("da")
    app = GalleryApp("dialog", "terminal")
    async with app.run_test(size=(80, 24)) as pilot:
        app.set_signs("ascii")
        await pilot.pause()
        text = screen_text(app)
        assert all(ord(char) < 128 or char in "æøåÆØÅé" for char in text), text
        assert text == snapshot
