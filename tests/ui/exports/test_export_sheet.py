"""Writing to a file from the screen."""

from pathlib import Path

import pytest

from broker_tui.i18n import Language
from broker_tui.screens.export_sheet import ExportSheet
from broker_tui.vault.sealing import unsealed
from broker_tui.widgets.form import Form
from tests.ui.office import CHEAP, Desk, Office
from tests.ui.screen_text import screen_text

OTHER = "blåmejse over kirsebærtræet"


def put(desk: Desk, **values: str) -> None:
    sheet = desk.app.screen
    assert isinstance(sheet, ExportSheet)
    for key, value in values.items():
        sheet.query_one(Form).fields()[key].set_value(value)
        sheet._follow()


@pytest.mark.parametrize(("lang", "said"), [("da", "Skrevet, forseglet"), ("en", "Written, sealed")])
async def test_a_list_is_sealed_under_a_passphrase(office: Office, tmp_path: Path, lang: Language, said: str) -> None:
    async with office.open(lang=lang) as desk:
        await desk.press("ctrl+y")
        file = tmp_path / "liste.btx"
        put(desk, what="contacts", form="csv", passphrase=OTHER, again="noget andet", file=str(file))
        await desk.settle()
        await desk.press("ctrl+d")
        assert not file.exists()
        put(desk, again=OTHER)
        await desk.press("ctrl+d")
        assert said in screen_text(desk.app)
        assert "Jonas Pedersen" in unsealed(file.read_bytes(), OTHER, CHEAP).data.decode("utf-8-sig")


async def test_the_plain_way_warns_and_asks_why(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+y")
        file = tmp_path / "liste.xlsx"
        put(desk, way="plain")
        await desk.settle()
        text = screen_text(desk.app)
        assert "Whoever finds this file reads it" in text
        assert "Why unsealed" in text
        assert "Once more" not in text
        put(desk, file=str(file))
        await desk.press("ctrl+d")
        assert "few words" in screen_text(desk.app)
        assert not file.exists()
        put(desk, reason="Mødet med rådgiveren")
        await desk.press("ctrl+d")
        assert "NOT sealed" in screen_text(desk.app)
        assert file.exists()


async def test_on_a_card_the_person_comes_first(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("ctrl+y")
        assert "this person, everything" in screen_text(desk.app)
        assert "Pseudonyms" not in screen_text(desk.app)
        file = tmp_path / "sag.btx"
        put(desk, passphrase=OTHER, again=OTHER, file=str(file))
        await desk.press("ctrl+d")
        assert b'"Jonas Pedersen"' in unsealed(file.read_bytes(), OTHER, CHEAP).data


async def test_a_weak_passphrase_is_refused_at_its_field(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+y")
        file = tmp_path / "liste.btx"
        put(desk, passphrase="kort", again="kort", file=str(file))
        await desk.press("ctrl+d")
        assert not file.exists()
        assert "Write to a file" in screen_text(desk.app)


async def test_the_hand_over_pack_leaves_sealed_from_a_card(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        desk.app.open_citizen(desk.ids["jonas"])
        await desk.settle()
        await desk.press("ctrl+y")
        file = tmp_path / "pakke.btx"
        put(desk, what="pack", passphrase=OTHER, again=OTHER, file=str(file))
        await desk.press("ctrl+d")
        content = unsealed(file.read_bytes(), OTHER, CHEAP)
        assert content.name == "handover.txt"
        assert "Tale om køkkenet" in content.data.decode()
