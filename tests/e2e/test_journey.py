"""The whole road once, in the real program: first run, import, a day offline, a dead battery, the hub, two laptops."""

from functools import partial
from pathlib import Path

import pytest

from tests.e2e.laptop import PASSPHRASE, Hub, Laptop, set_up
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.e2e

CITIZENS = (
    "CPR;Fornavn;Efternavn;Telefon;Område;Program;Start\n"
    "0101900000;Søren;Ågesen;20 00 00 01;Solparken;FSM2;05-01-2026\n"
    "0202850000;Mia;Thomsen;20 00 00 02;Nørrevang;UIF2;01-02-2026\n"
)


def test_the_whole_road(tmp_path: Path) -> None:
    laptop, other = Laptop(tmp_path / "one"), Laptop(tmp_path / "two")
    (tmp_path / "borgere.csv").write_text(CITIZENS, encoding="cp1252")
    (tmp_path / "virk.csv").write_text("CVR;Virksomhed\n10000037;Odins Lager\n", encoding="cp1252")

    with laptop.app() as terminal:
        set_up(terminal, "Ane Bro")
        terminal.press("right", "enter")
        for _card in range(3):
            terminal.wait_for("kort")
            terminal.press("enter")
        import_people(terminal, tmp_path / "borgere.csv")
        contact(terminal)
        company(terminal, tmp_path / "virk.csv")
        visit(terminal)
        goal_and_hours(terminal)
        follow_up(terminal)
        die_while_typing(terminal)

    assert laptop.json("sync", "status")["unsent"] > 10
    with laptop.unlocked() as terminal:
        draft_is_back(terminal)
        with Hub(tmp_path / "hub") as hub:
            hub.run("broker", "add", "Ane Bro")
            join(terminal, hub)
            second_laptop(other, hub)
            both_edit(terminal, other, hub)
            settled(terminal, other)
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
        terminal.left_clean()
    for word in ("Søren", "Ågesen", "0101900000", "Bussen"):
        assert word not in terminal.shown(), "nothing of the caseload stays on the main screen"


def import_people(terminal: Terminal, path: Path) -> None:
    terminal.wait_for("Import", "Fil")
    terminal.press("enter")
    terminal.write(str(path))
    terminal.press("enter")
    terminal.wait_for("betyder", "Telefon")
    terminal.press("ctrl+d")
    terminal.wait_for("2 nye", "Ingen fejl")
    terminal.press("ctrl+d")
    terminal.wait_for("importeret")
    terminal.press("f2")
    terminal.wait_for("uge")


def contact(terminal: Terminal) -> None:
    terminal.press("/")
    terminal.wait_for("Skriv to bogstaver")
    terminal.write("soren")
    terminal.wait_for("Søren Ågesen")
    terminal.press("enter")
    terminal.wait_for("010190-****")
    terminal.press("c")
    terminal.wait_for("Ny kontakt")
    terminal.write("Bussen kører kl. 6.12, og det går [/b]")
    terminal.press("ctrl+d")
    terminal.wait_for("Kontakt gemt", "Bussen kører")


def company(terminal: Terminal, path: Path) -> None:
    terminal.press("ctrl+p")
    terminal.write("import")
    terminal.wait_for("mport")
    terminal.press("enter")
    terminal.wait_for("trin 1 af 4")
    terminal.press("right", "enter")
    terminal.write(str(path))
    terminal.press("enter")
    terminal.wait_for("betyder")
    terminal.press("ctrl+d")
    terminal.wait_for("1 nye")
    terminal.press("ctrl+d")
    terminal.wait_for("importeret")


def visit(terminal: Terminal) -> None:
    terminal.press("f4")
    terminal.wait_for("Odins Lager")
    terminal.press("v")
    terminal.wait_for("kan læses af kolleger")
    terminal.write("Plads til en mere fra januar")
    for name in ("ågesen", "mia"):
        terminal.press("ctrl+n")
        terminal.wait_for("Hvem blev der talt om?")
        terminal.write(name)
        terminal.wait_for("Søren Ågesen" if name == "ågesen" else "Mia Thomsen")
        terminal.press("enter")
        terminal.wait_gone("Hvem blev der talt om?")
        terminal.write("Gik godt i dag")
    terminal.press("ctrl+d")
    terminal.wait_for("Besøg gemt")


def goal_and_hours(terminal: Terminal) -> None:
    terminal.press("f3")
    terminal.wait_for("Navn", "Mia Thomsen")
    terminal.press("/")
    terminal.write("0101900000")
    terminal.wait_for("Søren Ågesen")
    terminal.press("enter")
    terminal.wait_for("010190-****")
    terminal.press("t")
    terminal.wait_for("Nyt mål")
    terminal.write("Arbejde i et køkken")
    terminal.press("tab")
    terminal.write("12")
    terminal.press("ctrl+d")
    terminal.wait_for("Mål gemt")
    terminal.press("5")
    terminal.wait_for("h timer")
    terminal.press("h")
    terminal.wait_for("Timer pr. uge")
    terminal.write("7,5")
    terminal.press("tab", "tab", "right", "ctrl+d")
    terminal.wait_for("7,5", lambda shown: "Timer pr. uge" not in shown)


def follow_up(terminal: Terminal) -> None:
    terminal.press("p")
    terminal.wait_for("Ny opfølgning")
    terminal.write("Ring om vagtplanen")
    terminal.press("tab")
    terminal.write("+3d")
    terminal.press("ctrl+d")
    terminal.wait_gone("Ny opfølgning")


def die_while_typing(terminal: Terminal) -> None:
    terminal.press("c")
    terminal.wait_for("Ny kontakt")
    terminal.write("Midt i en sætning da strømmen")
    terminal.press("ctrl+s")  # of what is typed and not asked for, the last quarter of a second may be lost
    terminal.wait_for("Kladden er gemt")
    terminal.kill_app()


def draft_is_back(terminal: Terminal) -> None:
    terminal.wait_for("Ring om vagtplanen")
    terminal.press("/")
    terminal.write("søren")
    terminal.wait_for("Søren Ågesen")
    terminal.press("enter")
    terminal.wait_for("010190-****")
    terminal.press("c")
    terminal.wait_for("Midt i en sætning da strømmen")
    terminal.press("ctrl+d")
    terminal.wait_for("Kontakt gemt")


def join(terminal: Terminal, hub: Hub) -> None:
    terminal.press("f7")
    terminal.wait_for("Ingen hub endnu")
    terminal.press("e")
    terminal.wait_for("Tilslut")
    for _ in "https://":
        terminal.press("backspace")
    terminal.write(hub.url)
    terminal.press("tab")
    terminal.write(hub.code("Ane Bro"))
    terminal.press("ctrl+d")
    terminal.wait_gone("Ingen hub endnu")
    synced(terminal)


def synced(terminal: Terminal) -> None:
    """Sync until the hub has confirmed everything, with a receipt."""
    terminal.press("f7")
    terminal.wait_for("Kvittering", lambda shown: "usendt" not in shown.splitlines()[0])


def second_laptop(other: Laptop, hub: Hub) -> None:
    other.run("init", "--name", "Ane Bro")
    other.run("enrol", hub.url, "-", stdin=hub.code("Ane Bro"))
    answer = other.json("sync")
    assert (answer["unsent"], answer["conflicts"], answer["refused"]) == (0, 0, [])
    card = other.json("show", "case", "Søren Ågesen")
    assert card["citizen"]["area"] == "Solparken"
    assert [goal["text"] for goal in card["goals"]] == ["Arbejde i et køkken"]
    assert [hours["minutes_per_week"] for hours in card["hours"]] == [450]
    notes = [row.get("note") for row in other.json("list", "contacts")]
    assert "Midt i en sætning da strømmen" in notes
    assert "Bussen kører kl. 6.12, og det går [/b]" in notes


def both_edit(terminal: Terminal, other: Laptop, hub: Hub) -> None:
    """The same phone number and different fields, on two laptops out of reach of the hub and of each other."""
    hub.kill()
    other.run("edit", "citizen", "Søren Ågesen", "--set", "phone=20 22 22 22", "--set", "area=Birkelunden")
    assert other.json("sync", "status")["unsent"] == 1
    terminal.press("f2")
    terminal.press("/")
    terminal.write("søren")
    terminal.wait_for("Søren Ågesen")
    terminal.press("enter")
    terminal.wait_for("010190-****")
    terminal.press("e")
    terminal.wait_for("Telefon", "Adresse")
    go_to(terminal, "Telefon")
    for _ in "20 00 00 01":
        terminal.press("backspace")
    terminal.write("20 33 33 33")
    terminal.wait_for("20 33 33 33")
    go_to(terminal, "Adresse")
    terminal.write("Pilealle 3")
    terminal.press("ctrl+d")
    terminal.wait_for("1 usendt")
    hub.start()
    assert other.json("sync")["unsent"] == 0


def focused(shown: str) -> str:
    """The line of the field that has the focus."""
    return next((line for line in shown.splitlines() if "▌" in line), "")


def go_to(terminal: Terminal, label: str) -> None:
    """Tab to a field, and see that the focus has moved before pressing again."""
    here = focused(terminal.wait_for(lambda shown: focused(shown) != ""))
    while label not in here:
        terminal.press("tab")
        here = focused(terminal.wait_for(partial(moved, here)))


def moved(before: str, shown: str) -> bool:
    """Whether the focus stands on another line than before."""
    return focused(shown) not in ("", before)


def settled(terminal: Terminal, other: Laptop) -> None:
    terminal.press("f7")
    terminal.press("f7")
    terminal.wait_for("Forskel", "20 33 33 33", "20 22 22 22")
    other.run("sync")
    assert other.json("show", "case", "Søren Ågesen")["citizen"]["address"] == "Pilealle 3"
    terminal.press("1")
    terminal.wait_gone("20 22 22 22")
    synced(terminal)
    assert other.json("sync")["conflicts"] == 0
    citizen = other.json("show", "case", "Søren Ågesen")["citizen"]
    assert (citizen["phone"], citizen["area"], citizen["address"]) == ("20 33 33 33", "Birkelunden", "Pilealle 3")
    assert other.json("conflicts", "list") == []
    status = other.json("sync", "status")
    assert status["unsent"] == 0
    assert status["last_receipt"]


def test_the_recovery_code_opens_when_the_passphrase_is_forgotten(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "one")
    with laptop.app() as terminal:
        code = set_up(terminal, "Ane Bro")
        terminal.kill_app()
    with laptop.app() as terminal:
        terminal.wait_for("låst")
        terminal.write("en helt forkert sætning")
        terminal.press("enter")
        terminal.wait_for("×")
        terminal.write(PASSPHRASE)
        terminal.press("enter")
        terminal.wait_for("uge", "Sagsstamme")
        terminal.press("ctrl+l")
        terminal.wait_for("låst")
        terminal.kill_app()
    assert code not in terminal.output.decode("utf-8", "replace")[:200]
