"""The page turned towards an employer: what is on it, and that nothing else is a key away."""

import pytest

from broker_tui.i18n import Language
from sync.records.types import Consent, ConsentKind, ConsentState
from tests.ui.office import TODAY, Office
from tests.ui.screen_text import screen_text


def consent(office: Office, kind: ConsentKind, state: ConsentState = "given") -> Consent:
    return Consent(citizen_id=office.ids["jonas"], kind=kind, state=state, stated_on=TODAY)


@pytest.mark.parametrize(("lang", "hours"), [("da", "8,0 om ugen"), ("en", "8.0 a week")])
async def test_only_what_was_released_is_on_it(office: Office, lang: Language, hours: str) -> None:
    async with office.open(lang=lang) as desk:
        desk.services.consents.state(consent(office, "company_hours"))
        desk.app.open_company(office.ids["dalum"])
        await desk.settle()
        await desk.press("a")
        text = screen_text(desk.app)
        assert "Jonas Pedersen" in text
        assert hours in text
        assert "butik" not in text  # the tasks are not released
        assert "Fast i butikken" not in text
        others = ("Ahmed", "Lise", "Birthe Holm", "12345678", "Odin")
        assert not any(name in text for name in others)


async def test_no_key_leads_anywhere_and_leaving_hides_names(office: Office) -> None:
    async with office.open() as desk:
        desk.services.consents.state(consent(office, "company_hours"))
        desk.app.open_company(office.ids["dalum"])
        await desk.settle()
        await desk.press("a")
        shown = screen_text(desk.app)
        for key in ("f2", "f3", "f4", "f7", "slash", "ctrl+n", "ctrl+p", "ctrl+o", "ctrl+t", "ctrl+r", "u", "f1", "f9"):
            await desk.press(key)
            assert screen_text(desk.app) == shown, key
        await desk.press("escape")
        assert desk.app.guard.on
        assert "Jonas Pedersen" not in screen_text(desk.app)


async def test_without_a_word_the_page_is_empty(office: Office) -> None:
    async with office.open() as desk:
        desk.app.open_company(office.ids["odin"])
        await desk.settle()
        await desk.press("a")
        assert "nothing to show" in screen_text(desk.app)
