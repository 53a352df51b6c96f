"""What changed since I was last here: who, what, which fields; looked at once, and kept across restarts until then."""

from pathlib import Path

import pytest

from broker_tui.i18n import Language
from sync.records.types import Contact
from tests.fakes.hub import FakeHub
from tests.ui.office import SIZES, TODAY, Office
from tests.ui.sync.hubbed import connect, join, second_laptop


def others_work(folder: Path, hub: FakeHub, staff_id: str, jonas: str) -> None:
    """Two changes on another laptop."""
    other = second_laptop(folder, hub, staff_id)
    other.services.people.edit_citizen(jonas, {"phone": "22222222", "area": "Dalum"})
    other.services.contacts.add(
        Contact(citizen_id=jonas, occurred_on=TODAY, kind="phone", outcome="no_show", note="Kom [/b] ikke")
    )
    other.services.sync.run()
    other.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("lang", "said", "changed", "none"),
    [
        ("da", "2 ændringer fra andre", "ændret: område", "Ingen andre"),
        ("en", "2 changes by others", "changed: area", "Nobody else"),
    ],
)
async def test_changes_by_others_are_listed_until_they_were_looked_at(
    office: Office, tmp_path: Path, size: tuple[int, int], lang: Language, said: str, changed: str, none: str
) -> None:
    hub = FakeHub()
    async with office.open(size, lang) as desk:
        staff_id = await join(desk, hub)
        assert desk.services.sync.state().news == 0, "the first sync brings the caseload, which is no news"
        others_work(tmp_path / "second", hub, staff_id, desk.ids["jonas"])
        desk.services.sync.run()
        await desk.press("f7")
        assert said in desk.text
    async with office.open(size, lang) as desk:
        connect(desk.services, hub, staff_id)
        await desk.press("f7")
        assert said in desk.text, "kept across a restart"
        await desk.press("n")
        assert said in desk.text
        assert "Jonas Pedersen  2" in desk.text
        assert changed in desk.text
        assert "Invented Broker" in desk.text
        await desk.press("enter")
        assert type(desk.app.screen).__name__ == "CaseCardScreen"
        await desk.press("escape")
        assert changed in desk.text, "the list stays while its page is open"
        await desk.press("escape")
        assert said not in desk.text
        await desk.press("n")
        assert none in desk.text


async def test_a_caseload_that_synced_before_this_was_there_begins_at_its_next_sync(
    office: Office, tmp_path: Path
) -> None:
    hub = FakeHub()
    async with office.open() as desk:
        staff_id = await join(desk, hub)
        desk.services.store.set_setting("news.looked", None)
        others_work(tmp_path / "second", hub, staff_id, desk.ids["jonas"])
        assert desk.services.sync.state().news == 0
        desk.services.sync.run()
        assert desk.services.sync.state().news == 2


async def test_what_comes_while_one_looks_is_new_still(office: Office, tmp_path: Path) -> None:
    hub = FakeHub()
    async with office.open() as desk:
        staff_id = await join(desk, hub)
        news = desk.services.news
        others_work(tmp_path / "second", hub, staff_id, desk.ids["jonas"])
        desk.services.sync.run()
        before = news.groups()
        others_work(tmp_path / "third", hub, staff_id, desk.ids["lise"])
        desk.services.sync.run()
        news.seen(before)
        assert news.count() == 2
        assert [group.who for group in news.groups()] == ["Lise Holm"]


async def test_own_work_is_no_news(office: Office) -> None:
    async with office.open() as desk:
        await join(desk, FakeHub())
        desk.services.people.edit_citizen(desk.ids["jonas"], {"phone": "22222222"})
        desk.services.sync.run()
        assert desk.services.news.count() == 0
        assert desk.services.news.groups() == []


async def test_no_name_is_left_under_the_guard(office: Office, tmp_path: Path) -> None:
    hub = FakeHub()
    async with office.open((120, 40), discreet=True) as desk:
        staff_id = await join(desk, hub)
        others_work(tmp_path / "second", hub, staff_id, desk.ids["jonas"])
        desk.services.sync.run()
        await desk.press("f7", "n")
        assert "J.P.  2" in desk.text
        for secret in ("Jonas", "Pedersen", "Kom ["):
            assert secret not in desk.text


async def test_what_was_merged_beneath_ones_own_change_is_news_too(office: Office, tmp_path: Path) -> None:
    hub = FakeHub()
    async with office.open((120, 40)) as desk:
        staff_id = await join(desk, hub)
        jonas = desk.ids["jonas"]
        other = second_laptop(tmp_path / "second", hub, staff_id)
        other.services.people.edit_citizen(jonas, {"area": "Dalum"})
        other.services.sync.run()
        other.close()
        desk.services.people.edit_citizen(jonas, {"phone": "11111111"})
        desk.services.sync.run()
        (group,) = desk.services.news.groups()
        (row,) = desk.services.sync.changes(group.numbers)
        assert (row.fields, row.by) == (("area",), None), "the hub names only the newest hand, which was ours"
        await desk.press("f7", "n")
        assert "somebody" in desk.line("changed: area")
