"""Import by keyboard: file, columns, check, done; what it writes, what it refuses, and that it can be taken back."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events

from broker_tui.domain.views import StoreFull
from broker_tui.i18n import Language
from broker_tui.screens.base import PlaceScreen
from broker_tui.screens.import_screen import ImportScreen
from broker_tui.services.importing import Importer
from broker_tui.widgets.row_list import RowList
from sync.records.types import Citizen, Company, Contact, Placement
from tests.ui.office import DEADLINE, SIZES, Desk, Office

CITIZENS = """Cpr.nr.;Navn;Telefon;Bopælsområde;Program;Farve
010190-0000;Jonas Pedersen;12345678;Vollsmose;UIF2;grøn
030390-0000;Sørine Ågård;20 00 00 03;Solparken;FSM2;blå
0404900000;Noor Haddad;20 00 00 04;Solparken;;rød
"""
BAD = CITIZENS + "310290-0000;Bo Sand;;;FSM2;gul\n05059-0000;Ida Lund;;;Ukendt;gul\n"


def written(folder: Path, text: str, name: str = "borgere.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="cp1252")
    return path


def names(desk: Desk) -> set[str]:
    return {entry.record.name for entry in desk.services.store.entries(Citizen, where={})}


def screen(desk: Desk) -> ImportScreen:
    found = next(s for s in reversed(desk.app.screen_stack) if isinstance(s, ImportScreen))
    return found


def place(desk: Desk) -> str:
    return desk.app.screen.place if isinstance(desk.app.screen, PlaceScreen) else ""


async def paste(desk: Desk, text: str) -> None:
    focused = desk.app.screen.focused
    assert focused is not None
    focused.post_message(events.Paste(text))
    await desk.settle()


async def begin(desk: Desk, path: Path, *, right: int = 0) -> None:
    """Open the import, choose the kind `right` steps on, paste the path, read the file."""
    await desk.press("f8", *["right"] * right, "enter")
    await paste(desk, str(path))
    await desk.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_is_read_checked_and_brought_in(office: Office, tmp_path: Path, size: tuple[int, int]) -> None:
    async with office.open(size) as desk:
        before = names(desk)
        await begin(desk, written(tmp_path, CITIZENS))
        assert "3 rows" in desk.text
        assert "Windows-1252" in desk.text
        assert "semicolon" in desk.text
        assert "CPR number" in desk.line("Cpr.nr.")
        assert "left out" in desk.line("Farve")
        assert names(desk) == before
        await desk.press("ctrl+d")
        assert "2 new" in desk.text
        assert names(desk) == before, "a check writes nothing"
        await desk.press("ctrl+d")
        assert names(desk) == before | {"Sørine Ågård", "Noor Haddad"}
        assert "Imported: 2 new" in desk.text


async def test_samples_mask_cpr_and_are_bars_under_the_guard(office: Office, tmp_path: Path) -> None:
    async with office.open((120, 40)) as desk:
        await begin(desk, written(tmp_path, CITIZENS))
        assert "010190-****" in desk.text
        assert "040490-****" in desk.text
        assert "010190-0000" not in desk.text
        assert "0404900000" not in desk.text
        assert "Sørine" in desk.text
        await desk.press("f9")
        assert "Sørine" not in desk.text
        assert "010190" not in desk.text
        assert "borgere.csv" not in desk.text
        assert "CPR number" in desk.line("Cpr.nr.")


async def test_a_column_gets_another_meaning(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        await begin(desk, written(tmp_path, CITIZENS))
        assert screen(desk).query_one("#columns-list", RowList).go_to("3")
        await desk.press("enter")
        assert "What does “Bopælsområde” mean?" in desk.text
        await desk.write("area")
        await desk.press("enter")
        assert "Area" in desk.line("Bopælsområde")
        assert screen(desk).query_one("#columns-list", RowList).go_to("2")
        await desk.press("enter")
        await desk.write("leave")
        await desk.press("enter")
        assert "left out" in desk.line("Telefon")
        await desk.press("ctrl+d", "ctrl+d")
        sorine = next(e.record for e in desk.services.store.entries(Citizen, where={"cpr": ["0303900000"]}))
        assert (sorine.area, sorine.phone) == ("Solparken", None)


async def test_a_missing_column_is_named_by_hand(office: Office, tmp_path: Path) -> None:
    text = "Personnummer;Hele navnet\n030390-0000;Sørine Ågård\n"
    async with office.open() as desk:
        await begin(desk, written(tmp_path, text))
        assert "The column “Navn” is missing" in desk.text
        await desk.press("ctrl+d")
        assert screen(desk).step == "columns"
        await desk.press("down", "enter")
        await desk.write("name")
        await desk.press("enter", "ctrl+d", "ctrl+d")
        assert "Sørine Ågård" in names(desk)


async def test_the_field_is_taken_from_the_column_that_had_it(office: Office, tmp_path: Path) -> None:
    text = "CPR;Navn;Kaldenavn\n030390-0000;Sørine Ågård;Søs Ågård\n"
    async with office.open() as desk:
        await begin(desk, written(tmp_path, text))
        await desk.press("down", "down", "enter")
        await desk.write("name")
        await desk.press("enter")
        assert "left out" in desk.line("Navn ")
        await desk.press("ctrl+d", "ctrl+d")
        assert "Søs Ågård" in names(desk)


async def test_errors_are_listed_and_nothing_is_written(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        before = names(desk)
        await begin(desk, written(tmp_path, BAD))
        await desk.press("ctrl+d")
        assert "2 rows with errors" in desk.text
        assert "The first six digits of the CPR" in desk.line("5", "Cpr.nr.")
        assert "Check day, month and year." in desk.text
        assert "05059-0000" not in desk.text
        await desk.press("ctrl+d")
        assert names(desk) == before
        assert screen(desk).step == "check"


async def test_good_rows_come_in_after_a_question(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        before = names(desk)
        await begin(desk, written(tmp_path, BAD))
        await desk.press("ctrl+d", "b")
        assert "Bring 2 in and leave 2 with errors out?" in desk.text
        await desk.press("escape")
        assert names(desk) == before
        await desk.press("b", "b")
        assert names(desk) == before, "the key that asked does not answer"
        await desk.press("i")
        assert names(desk) == before | {"Sørine Ågård", "Noor Haddad"}
        assert "2 rows left out" in desk.text


async def test_u_takes_the_whole_import_back_and_enter_goes_to_the_caseload(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        before = names(desk)
        await begin(desk, written(tmp_path, CITIZENS))
        await desk.press("ctrl+d", "ctrl+d")
        assert names(desk) != before
        await desk.press("u")
        assert names(desk) == before
        assert "taken back" in desk.text
        await desk.press("enter")
        assert place(desk) == "caseload"


async def test_the_same_file_twice_has_nothing_to_import(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        path = written(tmp_path, CITIZENS)
        await begin(desk, path)
        await desk.press("ctrl+d", "ctrl+d", "escape")
        unsent = desk.services.store.unsent_count()
        await begin(desk, path)
        await desk.press("ctrl+d")
        assert "3 unchanged" in desk.text
        assert "nothing to import" in desk.text
        await desk.press("ctrl+d")
        assert desk.services.store.unsent_count() == unsent


async def test_the_other_kinds(office: Office, tmp_path: Path) -> None:
    companies = "CVR;Virksomhed;Branche\n;Nordlys Bageri;bager\n"
    placements = "CPR;Type;Virksomhed;Start;Timer\n010190-0000;Praktik;Nordlys Bageri;01-10-2026;7,5\n"
    contacts = "CPR;Dato;Type;Notat\n010190-0000;02-11-2026;Telefon;Talt om bageriet\n"
    async with office.open() as desk:
        store = desk.services.store
        held = {kind: len(store.entries(kind, where={})) for kind in (Company, Placement, Contact)}
        await begin(desk, written(tmp_path, companies), right=1)
        await desk.press("ctrl+d", "ctrl+d")
        assert len(store.entries(Company, where={})) == held[Company] + 1
        await desk.press("n")
        assert "Needs CPR, local number or name, the kind and the start." in desk.text
        await paste(desk, str(written(tmp_path, placements, "placeringer.csv")))
        await desk.press("enter", "ctrl+d", "ctrl+d")
        assert len(store.entries(Placement, where={})) == held[Placement] + 1
        await desk.press("n")
        await paste(desk, str(written(tmp_path, contacts, "kontakter.csv")))
        await desk.press("enter", "ctrl+d", "ctrl+d")
        assert len(store.entries(Contact, where={})) == held[Contact] + 1


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "nowhere.csv", "The file is not there or cannot be read"),
        (lambda folder: folder, "This is a folder."),
        (lambda folder: written(folder, "x", "billede.png"), "This kind of file is not known"),
        (lambda folder: written(folder, "", "tom.csv"), "The file has no rows"),
        (lambda folder: written(folder, "nul\0\0", "ikke.csv"), "The file is not a table"),
        (lambda folder: big(folder), "The file is too large (50 MB)"),
    ],
)
async def test_files_that_cannot_be_read_are_told_at_the_field(
    office: Office, tmp_path: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    async with office.open() as desk:
        await begin(desk, make(tmp_path))
        assert sentence in desk.text
        assert screen(desk).step == "file"


def big(folder: Path) -> Path:
    path = folder / "stor.csv"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    return path


async def test_a_path_is_asked_for(office: Office) -> None:
    async with office.open() as desk:
        await desk.press("f8", "enter", "enter")
        assert "Write or paste the path of the file" in desk.text


async def test_a_pasted_path_may_stand_in_quotes_and_begin_at_home(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    written(tmp_path, CITIZENS, "mine borgere.csv")
    async with office.open() as desk:
        await desk.press("f8", "enter")
        await paste(desk, '"~/mine borgere.csv"')
        await desk.press("enter")
        assert "3 rows" in desk.text


async def test_tab_completes_the_path(office: Office, tmp_path: Path) -> None:
    (tmp_path / "Overførsel").mkdir()
    written(tmp_path / "Overførsel", CITIZENS, "borgere-2026.csv")
    written(tmp_path / "Overførsel", CITIZENS, "borgere-2025.csv")
    written(tmp_path / "Overførsel", "x", "brev.docx")
    async with office.open() as desk:
        await desk.press("f8", "enter")
        await paste(desk, str(tmp_path / "over"))
        await desk.press("tab")
        assert screen(desk).file_step.path_field.value == str(tmp_path / "Overførsel") + os.sep
        assert "borgere-2025.csv" in desk.text
        assert "brev.docx" not in desk.text
        await desk.press("tab", "6", "tab", "enter")
        assert "3 rows" in desk.text
        assert screen(desk).path.name == "borgere-2026.csv"


async def test_a_full_disk_says_so_and_changes_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office.open() as desk:
        before = names(desk)
        await begin(desk, written(tmp_path, CITIZENS))
        await desk.press("ctrl+d")

        def full(*_args: Any, **_more: Any) -> None:
            raise StoreFull

        with monkeypatch.context() as patched:
            patched.setattr(desk.services.store, "save", full)
            await desk.press("ctrl+d")
        assert "Nothing was imported: the disk is full." in desk.text
        assert names(desk) == before
        await desk.press("ctrl+d")
        assert names(desk) != before, "once there is room the same key brings them in"


async def test_a_file_that_changed_for_the_worse_is_not_imported(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        before = names(desk)
        path = written(tmp_path, CITIZENS)
        await begin(desk, path)
        await desk.press("ctrl+d")
        written(tmp_path, BAD)
        await desk.press("ctrl+d")
        assert "changed since the check" in desk.text
        assert "2 rows with errors" in desk.text
        assert names(desk) == before


async def test_nothing_is_blocked_while_a_file_is_checked(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    real = Importer.run

    def slow(self: Importer, *args: Any, on_progress: Callable[[int, int], None], **more: Any) -> Any:
        on_progress(1, 3)
        assert gate.wait(2 * DEADLINE)
        return real(self, *args, on_progress=on_progress, **more)

    async with office.open() as desk:
        await begin(desk, written(tmp_path, CITIZENS))
        monkeypatch.setattr(Importer, "run", slow)
        await desk.pilot.press("ctrl+d")
        await desk.watch(lambda: "1 of 3 rows read" in desk.text)
        await desk.pilot.press("escape")
        await desk.pilot.pause()
        assert screen(desk).step == "columns"
        gate.set()
        await desk.settle()
        assert screen(desk).step == "columns", "a check that was left does not come back"


@pytest.mark.parametrize(("lang", "word"), [("da", "udelades"), ("en", "left out")])
async def test_both_languages(office: Office, tmp_path: Path, lang: Language, word: str) -> None:
    async with office.open(lang=lang) as desk:
        await begin(desk, written(tmp_path, CITIZENS))
        assert word in desk.line("Farve")
        await desk.press("ctrl+d", "ctrl+d")
        assert "Noor Haddad" in names(desk)


async def test_escape_goes_back_step_by_step_and_the_palette_knows_the_import(office: Office, tmp_path: Path) -> None:
    async with office.open() as desk:
        await desk.press("ctrl+p")
        await desk.write("import")
        await desk.press("enter", "enter")
        await paste(desk, str(written(tmp_path, CITIZENS)))
        await desk.press("enter", "ctrl+d", "escape")
        assert screen(desk).step == "columns"
        await desk.press("escape")
        assert screen(desk).step == "file"
        await desk.press("escape")
        assert place(desk) == "today"
