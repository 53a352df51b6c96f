"""T19, T22: no screen shows a whole CPR number, or with the glance guard a name; and no name is markup."""

import re
from datetime import date

import pytest

from broker_tui.i18n import Language
from sync.records.types import Citizen
from tests.ui.office import TODAY, Office
from tests.ui.screen_text import screen_text
from tests.ui.small import busy
from tests.ui.walk import prepared, walked

CPR = re.compile(r"(?<!\d)(\d{6})[-–]?(\d{4})(?!\d)")
FIRST_NAMES = ("Jonas", "Ahmed", "Lise", "Åse Lind", "Søren B", "Bo [")


@pytest.fixture
def programmes() -> dict[str, str]:
    """One programme has rules to be read."""
    return {"uif2": busy()}


@pytest.mark.parametrize(("lang", "size"), [("da", (80, 24)), ("en", (120, 40))])
async def test_t22_no_screen_shows_a_whole_number_unasked(
    office: Office, lang: Language, size: tuple[int, int]
) -> None:
    async with office.open(size=size, lang=lang) as desk:
        await prepared(desk)
        masked = 0
        async for text in walked(desk):
            assert CPR.search(text) is None
            masked += "010190-****" in text
        assert masked > 3


async def test_with_the_guard_on_no_screen_shows_a_name(office: Office) -> None:
    async with office.open(size=(120, 40), discreet=True) as desk:
        await desk.press("f3")
        number = 0
        async for text in walked(desk):
            number += 1
            assert [name for name in FIRST_NAMES if name in text] == [], number
        assert number > 20


HOSTILE = ["[/]", "[@click=app.quit]x", "[link=http://x]y[/link]", "a]b[c", "\\[b]", "[b", "=\"'", "]]", "[on red]z"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_t19_a_name_is_shown_as_it_is_written_and_never_acted_on(office: Office, name: str) -> None:
    session = office.session()
    saved = session.services.people.add_citizen(Citizen(name=f"Ø {name}"), "uif2", date(2026, 5, 25), TODAY)
    session.close()
    async with office.open(size=(120, 40)) as desk:
        desk.app.open_citizen(saved.ids[0])
        await desk.settle()
        assert f"Ø {name}" in screen_text(desk.app)
        await desk.press("escape", "f3")
        assert f"Ø {name}"[:12] in screen_text(desk.app)
        for screen in desk.app.screen_stack:
            for y in range(screen.size.height):
                for segment in screen._compositor.render_strips()[y]:
                    meta = segment.style.meta if segment.style else {}
                    assert not any(key.startswith("@") for key in meta)
                    assert segment.style is None or segment.style.link is None
            break
