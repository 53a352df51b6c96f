"""Ready for the road, on the screen: o shows every point; beside the list there is room for it when wide."""

import pytest

from broker_tui.i18n import Language
from broker_tui.vault import header
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, Office
from tests.ui.sync.hubbed import join


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "todo", "ready"),
    [
        ("da", ("1 ting at ordne", "Ingen sikkerhedskopi"), "Klar til turen."),
        ("en", ("1 thing to see to", "No backup"), "Ready for the road."),
    ],
)
async def test_o_says_what_is_missing_and_then_that_nothing_is(
    office: Office, size: tuple[int, int], lang: Language, todo: tuple[str, ...], ready: str
) -> None:
    async with office.open(size, lang) as desk:
        await join(desk, FakeHub())
        await desk.press("f7", "o")
        for words in todo:
            assert words in desk.text
        await desk.press("escape")
        desk.services.backups.at_once()
        await desk.press("o")
        assert ready in desk.text
        assert "6 people" in desk.text or "6 personer" in desk.text


async def test_a_window_that_becomes_wide_gets_the_check_beside_the_list(office: Office) -> None:
    async with office.open(lang="da") as desk:
        await desk.press("f7")
        assert "Klar til turen?" not in desk.text
        await desk.pilot.resize_terminal(120, 40)
        await desk.until(lambda: "Klar til turen?" in desk.text)


async def test_files_that_do_not_read_are_seen_before_leaving(office: Office) -> None:
    async with office.open((120, 40), "da") as desk:
        for name in (header.NAME, header.COPY_NAME):
            (office.home / name).write_bytes(b"x")
        await desk.press("f7", "o")
        assert "Sagsstammens filer kan ikke læses" in desk.text
