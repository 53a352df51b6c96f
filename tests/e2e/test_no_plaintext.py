"""No plaintext: after a day's work and a kill -9 no file under the home or the temporary folders tells of anybody."""

import os
import re
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.laptop import PASSPHRASE, Hub, Laptop, unlock
from tests.e2e.terminal import Terminal, broker

pytestmark = pytest.mark.e2e

NAMES = ("Søren Ågesen", "Mia Thomsen", "Odins Lager")
NUMBERS = ("0101900000", "010190-0000", "0202850000", "20 00 00 01", "20000001", "10000037")
WORDS = ("Kanariefugl", "vinterbadning", "Østeråvænget", "lænkehund", "rygestopkursus")
PEOPLE = (
    "CPR;Fornavn;Efternavn;Telefon;Adresse;Område;Program;Start\n"
    "0101900000;Søren;Ågesen;20 00 00 01;Østeråvænget 3;Solparken;FSM2;05-01-2026\n"
    "0202850000;Mia;Thomsen;20 00 00 02;;Nørrevang;UIF2;01-02-2026\n"
)
SHORTEST = 5
CODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def needles() -> set[bytes]:
    """What must not be found: names and their parts, numbers, words; in every spelling and coding.

    Three or four bytes stand by chance in megabytes of cipher text; from five on a hit means something.
    """
    texts = {*NAMES, *NUMBERS, *WORDS, PASSPHRASE, *(part for name in NAMES[:2] for part in name.split())}
    spelled = {form for text in texts for form in (text, text.lower(), text.upper(), text.casefold())}
    return {needle for text in spelled for coding in CODINGS if len(needle := text.encode(coding)) >= SHORTEST}


def hits(*folders: Path) -> dict[str, int]:
    """How often anything is found, by file."""
    wanted = needles()
    found = {}
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        count = sum(content.count(needle) for needle in wanted)
        if count:
            found[path.name] = count
    return found


def unlinked(pid: int) -> list[str]:
    """Open files of a process that no folder shows, by name (Linux)."""
    folder = Path(f"/proc/{pid}/fd")
    try:
        links = [os.readlink(link) for link in folder.iterdir()]
    except OSError:
        return []
    return [link for link in links if "(deleted)" in link and not re.match(r"/dev/(?!shm/)", link)]


def test_t1_no_file_tells_of_anybody_after_a_day_and_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, outside, own_home = tmp_path / "tmp", tmp_path / "outside", Path(os.environ["HOME"])
    temporary.mkdir()
    outside.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    laptop = Laptop(tmp_path / "home")
    scanned = (laptop.home, temporary, own_home)
    (outside / "borgere.csv").write_text(PEOPLE, encoding="cp1252")
    laptop.run("init", "--name", "Ane Bro")
    laptop.run("import", "citizens", str(outside / "borgere.csv"))
    laptop.run("add", "company", "--name", NAMES[2], "--cvr", "10000037")
    laptop.run("add", "contact", "--citizen", NAMES[0], "--note", "-", stdin=f"{WORDS[0]} og {WORDS[3]}")
    with Hub(outside / "hub") as hub:
        hub.run("broker", "add", "Ane Bro")
        laptop.run("enrol", hub.url, "-", stdin=hub.code("Ane Bro"))
        terminal = Terminal(broker("--home", str(laptop.home), "--lang", "da"), size=(120, 40))
        with terminal:
            unlock(terminal)
            terminal.press("/")
            terminal.wait_for("Skriv to bogstaver")
            terminal.write("kanariefugl")
            terminal.wait_for(WORDS[0], NAMES[0])
            terminal.press("esc")
            terminal.wait_for("Sagsstamme", lambda shown: WORDS[0] not in shown)
            terminal.press("/")
            terminal.wait_for("Skriv to bogstaver")
            terminal.write("søren")
            terminal.wait_for(NAMES[0])
            terminal.press("enter")
            terminal.wait_for("010190-****")
            terminal.press("c")
            terminal.wait_for("Ny kontakt")
            terminal.write(f"Talte om {WORDS[1]}")
            terminal.press("ctrl+d")
            terminal.wait_for("Kontakt gemt", WORDS[1])
            assert hits(*scanned) == {}
            terminal.press("f7", "f7")
            terminal.wait_for("Kvittering", lambda shown: "usendt" not in shown.splitlines()[0])
            terminal.press("f2", "/")
            terminal.wait_for("Skriv to bogstaver")
            terminal.write("mia")
            terminal.wait_for(NAMES[1])
            terminal.press("enter")
            terminal.wait_for("020285-****")
            terminal.press("c")
            terminal.wait_for("Ny kontakt")
            terminal.write(f"Begyndt på {WORDS[4]}")
            terminal.press("ctrl+s")
            terminal.wait_for("Kladden er gemt")
            app = terminal.children()[0]
            assert unlinked(app) == []
            assert hits(*scanned) == {}
            os.kill(app, signal.SIGKILL)
            terminal.kill_app()
    assert (laptop.home / "vault.db-wal").exists(), "the killed program left its log behind, and that was read too"
    assert hits(*scanned) == {}
    laptop.run("check")
    assert hits(*scanned) == {}
    drafts = laptop.run("list", "drafts", "--json")
    assert WORDS[4] in drafts or NAMES[1] in drafts or "contact" in drafts, "the draft is in there, unreadable"


def test_t1_the_same_scan_finds_everything_in_a_plain_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "plain.db") as connection:
        connection.execute("CREATE TABLE note (text)")
        connection.execute("CREATE VIRTUAL TABLE found USING fts5(text)")
        for text in (*NAMES, *NUMBERS, *WORDS):
            connection.execute("INSERT INTO note VALUES (?)", (text,))
            connection.execute("INSERT INTO found VALUES (?)", (text,))
    connection.close()
    (tmp_path / "wide.txt").write_text(" ".join(WORDS), encoding="utf-16-le")
    (tmp_path / "upper.log").write_text(WORDS[2].upper(), encoding="utf-8")
    found = hits(tmp_path)
    assert found["plain.db"] >= 2 * len((*NAMES, *NUMBERS, *WORDS))
    assert found["wide.txt"] >= len(WORDS)
    assert found["upper.log"] == 1
