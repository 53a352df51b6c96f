"""Who looked: on the screen, in both languages, and what leaves a trace."""

import pytest

from broker_tui.i18n import Language
from tests.ui.office import Desk, Office
from tests.ui.screen_text import screen_text


def noted(desk: Desk) -> list[tuple[str, str]]:
    return [(line.action, line.entity) for line in desk.services.trail.lines(limit=10)]


@pytest.mark.parametrize(("lang", "words"), [("da", "Så kortet"), ("en", "Saw the card")])
async def test_who_looked_is_a_key_away_from_the_card(office: Office, lang: Language, words: str) -> None:
    async with office.open(lang=lang) as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("w")
        text = screen_text(desk.app)
        assert words in text
        assert "Bente Broker" in text
        assert "Jonas Pedersen" in text
        desk.app.action_guard()
        await desk.settle()
        assert "Jonas Pedersen" not in screen_text(desk.app)


async def test_opening_a_card_again_soon_is_the_same_look(office: Office) -> None:
    async with office.open() as desk:
        for _ in range(2):
            desk.app.open_citizen(desk.ids["jonas"])
            await desk.settle()
            await desk.press("escape")
        assert noted(desk).count(("opened", "citizen")) == 1


async def test_t22_a_number_is_shown_only_after_it_is_noted_and_for_ten_seconds(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker_tui.screens.case_card.REVEAL_SECONDS", 0.05)
    async with office.open() as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        assert "010190-0000" not in screen_text(desk.app)
        await desk.press("k")
        assert noted(desk)[0] == ("reveal", "citizen")
        await desk.until(lambda: "010190-0000" not in screen_text(desk.app))


async def test_a_search_is_noted_when_somebody_goes_on(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("slash")
        await desk.write("jonas")
        await desk.until(lambda: "Jonas Pedersen" in screen_text(desk.app))
        assert ("searched", "find") not in noted(desk)
        await desk.press("enter")
        assert ("searched", "find") in noted(desk)
