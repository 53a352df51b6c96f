"""My laptops on the screen: what the hub says, and reporting one lost after a question."""

import pytest

from broker_tui.services.ports import Page
from tests.fakes.hub import FakeHub, lost
from tests.ui.office import Office
from tests.ui.screen_text import screen_text
from tests.ui.sync.hubbed import URL, connect

PAGE = Page(0, 1)


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_a_lost_laptop_is_shut_out_and_this_one_cannot_be(office: Office, lang: str) -> None:
    hub = FakeHub()
    async with office.open(lang="da" if lang == "da" else "en") as desk:
        staff = hub.add_broker("Bente")
        other = hub.line_for(staff).device_id
        line = connect(desk.services, hub, staff)
        hub.devices = {other: staff}  # the line of `connect` enrols below
        desk.services.sync.enrol(URL, hub.code_for(staff))
        desk.app.read_standing()
        await desk.settle()
        await desk.press("f7", "d")
        text = screen_text(desk.app)
        assert "bærbar 1" in text
        assert ("denne computer" if lang == "da" else "this laptop") in text
        await desk.press("end", "x")
        assert not hub.lost, "the laptop in front cannot be reported"
        await desk.press("home", "x")
        assert ("Meld bærbar 1 tabt?" if lang == "da" else "Report bærbar 1 lost?") in screen_text(desk.app)
        await desk.press("escape")
        assert not hub.lost
        await desk.press("x", "t")
        assert hub.lost == {other}
        assert ("lukket ude" if lang == "da" else "shut out") in screen_text(desk.app)
        (newest,) = desk.services.store.audit_lines(about=None, since=None, page=PAGE)
        assert newest.action == "reported_lost"
        await desk.press("x")
        assert ("Meld bærbar 1 tabt?" if lang == "da" else "Report bærbar 1 lost?") not in screen_text(desk.app)
        line.before = lambda name, number: lost()
        await desk.press("escape", "d")
        assert ("svarede ikke" if lang == "da" else "did not answer") in screen_text(desk.app)
