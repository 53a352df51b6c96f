"""Setting up ends in the import when that is what one begins with."""

from pathlib import Path

from broker_tui.screens.first_run import FirstRunScreen
from broker_tui.screens.import_screen import ImportScreen
from sync.records.types import Citizen
from tests.ui.office import PASSPHRASE, Desk, Office


async def test_the_import_follows_the_setting_up(tmp_path: Path) -> None:
    path = tmp_path / "borgere.csv"
    path.write_text("CPR;Navn\n030390-0000;Sørine Ågård\n", encoding="utf-8")
    app = Office(tmp_path / "new", "").app("en")
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Desk(app, pilot, {})
        await desk.settle()
        await desk.press("enter")
        for text in ("Bente Holm", PASSPHRASE, PASSPHRASE):
            await desk.write(text)
            await desk.press("enter")
        await desk.until(lambda: isinstance(app.screen, FirstRunScreen) and app.screen.step.name == "code")
        code = next(row.strip() for row in desk.text.splitlines() if row.count("-") == 6 and len(row.strip()) == 34)
        await desk.write(code[-4:])
        await desk.press("enter", "right", "enter", "enter", "enter", "enter")
        await desk.until(lambda: isinstance(app.screen, ImportScreen))
        await desk.press("enter")
        assert isinstance(app.screen, ImportScreen)
        app.screen.file_step.path_field.set_value(str(path))
        await desk.press("enter", "ctrl+d", "ctrl+d")
        assert [entry.record.name for entry in desk.services.store.entries(Citizen, where={})] == ["Sørine Ågård"]
        app.last_words()
