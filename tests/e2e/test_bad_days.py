"""Bad days of the real program in a real terminal: killed, locked, no disk, opened twice, damaged, poisoned."""

import os
import random
import re
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.laptop import PASSPHRASE, Hub, Laptop, unlock
from tests.e2e.terminal import PATIENCE, ScreenTimeout, Terminal, broker

pytestmark = pytest.mark.e2e

PERSON = "Søren Ågesen"
CANARY = "Kanariefugl-Østerå-7731"
FOUND, LOCKED, DAMAGED, IN_USE = 1, 3, 7, 8
KEPT_WITHIN = 0.25
"""Seconds after a key stroke has reached the form at which it lies on the disk (ux.md, drafts)."""


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A caseload with one person."""
    made = Laptop(tmp_path / "one")
    made.run("init", "--name", "Ane Bro")
    made.run("add", "citizen", "--name", PERSON, "--cpr", "010190-0000", "--programme", "fsm2")
    return made


def notes(laptop: Laptop) -> list[str]:
    rows: list[dict[str, Any]] = laptop.json("list", "contacts", "--limit", "500")
    return [row["note"] for row in rows]


def person(terminal: Terminal) -> None:
    """From any place to the person's card."""
    terminal.press("f2", "/")
    terminal.wait_for("Skriv to bogstaver")
    terminal.write("søren")
    terminal.wait_for(PERSON)
    terminal.press("enter")
    terminal.wait_for("010190-****")


def begin(terminal: Terminal) -> str:
    """Open the contact dialog; what it shows."""
    terminal.press("c")
    return terminal.wait_for("Ny kontakt")


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie holds no data)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def own_processes(terminal: Terminal, home: Path) -> list[int]:
    """Running processes that were started on this home, but for the shell's stand-in (Linux)."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if str(home).encode() in (folder / "cmdline").read_bytes() and not gone(int(folder.name)):
                found.append(int(folder.name))
    return sorted(pid for pid in found if pid not in (os.getpid(), terminal.leader))


def in_memory(pid: int, text: str) -> bool | None:
    """Whether a process's memory holds a text; None where the system does not let us look."""
    needles = [text.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-32-le", "latin-1")]
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                span = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
                if span is None or "[v" in line:
                    continue
                start, end = (int(part, 16) for part in span.groups())
                with suppress(OSError, ValueError, OverflowError):
                    memory.seek(start)
                    piece = memory.read(end - start) or b""
                    if any(needle in piece for needle in needles):
                        return True
    except OSError:
        return None
    return False


# ---------------------------------------------------------------------------------------------------- kill -9


@pytest.mark.parametrize("victim", ["app", "supervisor"])
def test_killed_while_typing_the_draft_is_back(laptop: Laptop, victim: str, seed: int) -> None:
    """What stood on the screen a quarter of a second before the kill is back; the machine's own delay is measured."""
    chance = random.Random(seed)
    text = ""
    shown: list[tuple[float, int]] = []
    slowest = 0.0
    with laptop.unlocked() as terminal:
        person(terminal)
        begin(terminal)
        app = terminal.children()[0]
        for _key in range(chance.randint(30, 50)):  # one line of the note
            text += chance.choice("abcdefgæøå")
            pressed = time.monotonic()
            terminal.type(text[-1])
            while text not in terminal.shown():
                assert time.monotonic() < pressed + PATIENCE
                terminal.read(0.005)
            seen = time.monotonic()
            shown.append((seen, len(text)))
            slowest = max(slowest, seen - pressed)
            terminal.read(0.03)
        killed = time.monotonic()
        os.kill(app if victim == "app" else terminal.pid, signal.SIGKILL)
        # from the form to the disk it is no further than from the keyboard to the screen
        safe = max((length for seen, length in shown if seen < killed - KEPT_WITHIN - slowest), default=0)
        if victim == "app":
            terminal.until(lambda: gone(app))
            terminal.wait_for("låst", "uventet", lambda screen: "Ny kontakt" not in screen)
            unlock(terminal)
            save_the_draft(terminal)
        else:
            left_nothing(terminal, laptop, app)
    if victim == "supervisor":
        with laptop.unlocked() as terminal:
            save_the_draft(terminal)
    (kept,) = notes(laptop)
    assert text.startswith(kept), "what is back is what was typed"
    assert safe > 0, "the machine was too slow to tell"
    assert len(kept) >= safe, f"{len(text)} typed, {safe} in time, slowest {slowest:.3f} s"


def save_the_draft(terminal: Terminal) -> None:
    person(terminal)
    begin(terminal)
    terminal.wait_for("Kladde fra")
    terminal.press("ctrl+d")
    terminal.wait_for("Kontakt gemt")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def left_nothing(terminal: Terminal, laptop: Laptop, app: int) -> None:
    """The supervisor is gone: so is the app, within three seconds, and nothing is left to be read."""
    terminal.until(lambda: gone(app), "the end of the app")
    terminal.read(0.2)
    assert own_processes(terminal, laptop.home) == []
    assert not terminal.screen.alternate
    for word in (PERSON, "Søren", "Ågesen", "010190", CANARY):
        assert word not in terminal.shown()


class Journal:
    """Saves under random kills, and what the screen said of each."""

    def __init__(self, laptop: Laptop, seed: int) -> None:
        self.laptop = laptop
        self.chance = random.Random(seed)
        self.typed: list[str] = []
        self.confirmed: set[str] = set()
        self.came_back: set[str] = set()

    def life(self, victim: str) -> None:
        """One life of the program: saves until it is killed."""
        with self.laptop.unlocked() as terminal:
            person(terminal)
            app = terminal.children()[0]
            self.look_for_draft(terminal)
            target = app if victim == "app" else terminal.pid
            killer = threading.Timer(self.chance.uniform(0.3, 2.5), lambda: os.kill(target, signal.SIGKILL))
            killer.start()
            try:
                while True:
                    self.save_one(terminal, app)
            except (ScreenTimeout, OSError):
                pass
            finally:
                killer.join()
            terminal.until(lambda: gone(app), "the end of the app")

    def save_one(self, terminal: Terminal, app: int) -> None:
        alive: Callable[[str], bool] = lambda shown: stop_if(gone(app))  # noqa: E731 - read at the place
        text = f"gem {len(self.typed):04}"
        terminal.press("c")
        terminal.wait_for(alive, "Ny kontakt", patience=5)
        self.typed.append(text)
        terminal.write(text)
        if self.chance.random() < 0.5:
            terminal.wait_for(alive, "Kladde gemt", patience=5)
        terminal.press("ctrl+d")
        terminal.wait_for(alive, "Kontakt gemt", lambda shown: "Ny kontakt" not in shown, patience=5)
        self.confirmed.add(text)

    def look_for_draft(self, terminal: Terminal) -> None:
        """The form as it opens after a life: the last text may be a draft; it is thrown away."""
        begin(terminal)
        terminal.read_for(0.3)
        shown = terminal.shown()
        if "Kladde fra" in shown:  # perhaps a part of it only
            self.came_back.update(re.findall(r"gem \d{4}", shown))
            terminal.press("ctrl+r")
            terminal.wait_for("Smid")
            terminal.press("k")
        else:
            terminal.press("esc")
        terminal.wait_gone("Ny kontakt")

    def check(self) -> None:
        """Each save that was confirmed is there once; no text is there twice, nor as record and draft at once."""
        kept = notes(self.laptop)
        assert len(kept) == len(set(kept))
        assert self.confirmed <= set(kept)
        assert set(kept) <= set(self.typed)
        assert not self.came_back & set(kept), "a saved record came back as a draft too"
        status = self.laptop.json("sync", "status")
        assert status["unsent"] >= len(kept)


def stop_if(ended: bool) -> bool:
    """Raise when there is nobody left to wait for."""
    if ended:
        raise ScreenTimeout("the app is gone")
    return True


def kills(laptop: Laptop, seed: int, count: int) -> None:
    journal = Journal(laptop, seed)
    for turn in range(count):
        journal.life("supervisor" if turn % 3 == 2 else "app")
    with laptop.unlocked() as terminal:
        person(terminal)
        journal.look_for_draft(terminal)
    assert journal.confirmed, "some saves must have been confirmed"
    print(
        f"{count} kills, {len(journal.typed)} begun, {len(journal.confirmed)} confirmed, {len(journal.came_back)} back"
    )
    journal.check()


def test_after_kills_every_confirmed_save_is_there_once(laptop: Laptop, seed: int) -> None:
    kills(laptop, seed, 5)


@pytest.mark.slow
def test_after_200_kills_every_confirmed_save_is_there_once(laptop: Laptop, seed: int) -> None:
    kills(laptop, seed, 200)


# ---------------------------------------------------------------------------------------------------- locking


def test_t13_a_lock_in_the_middle_of_typing_keeps_the_draft_and_empties_memory(laptop: Laptop) -> None:
    with laptop.unlocked() as terminal:
        person(terminal)
        begin(terminal)
        terminal.write(CANARY)
        terminal.wait_for(CANARY)
        app = terminal.children()[0]
        readable = in_memory(app, CANARY)
        assert readable in (True, None)
        terminal.press("ctrl+l")
        terminal.wait_for("låst", lambda shown: CANARY not in shown)
        terminal.until(lambda: gone(app), "the end of the app")
        fresh = terminal.children()[0]
        assert fresh != app
        for pid in (terminal.pid, fresh):
            assert in_memory(pid, CANARY) in (False, None)
            assert in_memory(pid, PASSPHRASE) in (False, None)
        assert own_processes(terminal, laptop.home) == sorted((terminal.pid, fresh))
        unlock(terminal)
        person(terminal)
        begin(terminal)
        terminal.wait_for(CANARY)
        terminal.kill_app()


# ------------------------------------------------------------------------------------------------- a full disk


def no_room(pid: int, full: bool) -> None:
    """Let a process write no further byte to any file, or again all it wants."""
    hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0 if full else hard, hard))


def test_a_full_disk_leaves_the_form_open_and_says_so(laptop: Laptop) -> None:
    with laptop.unlocked() as terminal:
        person(terminal)
        begin(terminal)
        app = terminal.children()[0]
        no_room(app, True)
        terminal.write("Skrevet på en fuld disk")
        terminal.wait_for("disken er fuld", "Ny kontakt")
        terminal.press("ctrl+d")
        terminal.wait_for("Intet blev gemt", "Ny kontakt", "Skrevet på en fuld disk")
        terminal.press("esc")
        terminal.wait_for("Ny kontakt", "Skrevet på en fuld disk", "disken er fuld")
        assert not gone(app)
        no_room(app, False)
        terminal.press("ctrl+d")
        terminal.wait_for("Kontakt gemt")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    assert notes(laptop) == ["Skrevet på en fuld disk"]


def test_a_lock_on_a_full_disk_still_locks(laptop: Laptop) -> None:
    with laptop.unlocked() as terminal:
        person(terminal)
        begin(terminal)
        terminal.write("Først plads nok")
        terminal.press("ctrl+s")
        terminal.wait_for("Kladden er gemt", "Først plads nok")
        app = terminal.children()[0]
        no_room(app, True)
        terminal.write(" og så ikke mere")
        terminal.press("ctrl+l")
        terminal.until(lambda: gone(app), "the end of the app")
        terminal.wait_for("låst", lambda shown: "Ny kontakt" not in shown)
        unlock(terminal)
        person(terminal)
        begin(terminal)
        terminal.wait_for("Først plads nok")
        terminal.kill_app()


# --------------------------------------------------------------------------------- opened twice, damaged, wrong


def refusal(laptop: Laptop, code: int) -> str:
    """What a command says that must end with `code`."""
    secret = laptop.home.parent / f"{laptop.home.name}.passphrase"
    command = broker("list", "cases", "--home", str(laptop.home), "--passphrase-file", str(secret), "--lang", "da")
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == code, (done.returncode, done.stderr[-500:])
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr.strip()


def app_says(laptop: Laptop, words: str) -> None:
    """The app refuses on its lock screen, in words, and stays there."""
    with laptop.app() as terminal:
        terminal.wait_for("låst")
        terminal.write(PASSPHRASE)
        terminal.press("enter")
        terminal.wait_for(lambda shown: words in " ".join(shown.split()))
        assert PERSON not in terminal.shown()
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0


def test_a_second_instance_is_told_which_window_has_it(laptop: Laptop) -> None:
    with laptop.unlocked() as first:
        assert "åben i et andet vindue" in refusal(laptop, IN_USE)
        app_says(laptop, "åben i et andet vindue")
        person(first)
        first.press("ctrl+l")
        first.wait_for("låst")
        assert laptop.json("list", "cases"), "a locked app holds nothing"
        first.kill_app()


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


HEADERS = ("vault.hdr", "vault.hdr.bak")


@pytest.mark.parametrize("harm", [lambda path: flip(path, 300), cut], ids=["bit", "cut"])
@pytest.mark.parametrize("name", HEADERS)
def test_one_damaged_header_is_put_right_from_the_other(
    laptop: Laptop, name: str, harm: Callable[[Path], None]
) -> None:
    harm(laptop.home / name)
    with laptop.unlocked() as terminal:
        if name == "vault.hdr":
            terminal.wait_for("Nøglefilen var beskadiget")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    both = [(laptop.home / each).read_bytes() for each in HEADERS]
    assert both[0] == both[1]


def damage_both(home: Path) -> None:
    flip(home / HEADERS[0], 300)
    cut(home / HEADERS[1])


def lose_the_database(home: Path) -> None:
    (home / "vault.db").unlink()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (damage_both, "nøglefil er beskadiget"),
        (lambda home: flip(home / "vault.db", 40), "databasen er beskadiget"),
        (lambda home: cut(home / "vault.db"), "databasen er beskadiget"),
        (lose_the_database, "databasen mangler"),
        (lambda home: [(home / name).unlink() for name in HEADERS], "nøglefil mangler"),
    ],
    ids=["headers", "byte", "cut", "no database", "no headers"],
)
def test_damage_is_told_apart_and_is_seven(laptop: Laptop, harm: Callable[[Path], object], words: str) -> None:
    harm(laptop.home)
    assert words in refusal(laptop, DAMAGED)
    app_says(laptop, words)


def checked(laptop: Laptop) -> int:
    """The exit code of a check of the whole database."""
    secret = laptop.home.parent / f"{laptop.home.name}.passphrase"
    command = broker("check", "--home", str(laptop.home), "--passphrase-file", str(secret), "--lang", "da")
    done = subprocess.run(command, capture_output=True, check=False)
    assert CANARY.encode() not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    return done.returncode


def test_a_byte_flipped_anywhere_is_found_by_the_check_and_never_shown_as_data(laptop: Laptop, seed: int) -> None:
    for n in range(3):
        laptop.run("add", "contact", "--citizen", PERSON, "--note", "-", stdin=f"{CANARY} {n}")
    database = laptop.home / "vault.db"
    sound = database.read_bytes()
    chance = random.Random(seed)
    for _turn in range(4):
        database.write_bytes(sound)
        flip(database, chance.randrange(len(sound)))
        assert checked(laptop) in (FOUND, DAMAGED), "it opens and the check finds it, or it does not open"
    database.write_bytes(sound)
    laptop.run("check")


def test_a_wrong_passphrase_is_three_and_is_not_called_damage(laptop: Laptop) -> None:
    wrong = laptop.home.parent / "wrong"
    wrong.write_text("en helt forkert sætning", encoding="utf-8")
    command = broker("list", "cases", "--home", str(laptop.home), "--passphrase-file", str(wrong), "--lang", "da")
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (LOCKED, "")
    assert "ikke rigtig" in done.stderr
    assert "beskadiget" not in done.stderr


# ------------------------------------------------------------------------------------------------ poisonous text

ESC = "\x1b"
POISON = f"[/b][bold red] {ESC}[5;41m{ESC}]0;ejet\x07 \u202eomvendt\u202c \u200f👩‍👩‍👧 \x9b31m \x00 {CANARY}"
SEQUENCES = (b"\x1b[5;41m", b"\x1b]0;ejet", b"\x9b31m", "\x9b".encode(), "\u202e".encode())


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with Hub(tmp_path / "hub") as running:
        running.run("broker", "add", "Ane Bro")
        yield running


def harmless(output: bytes) -> None:
    """No sequence of the poison is in what the program wrote."""
    for sequence in SEQUENCES:
        assert sequence not in output, sequence


def pasted(terminal: Terminal, text: str) -> None:
    """Paste as a terminal does."""
    terminal.write(f"{ESC}[200~{text}{ESC}[201~")


def test_poisonous_text_is_kept_synced_and_shown_harmless(laptop: Laptop, hub: Hub, tmp_path: Path) -> None:
    other = Laptop(tmp_path / "two")
    other.run("init", "--name", "Ane Bro")
    for each in (laptop, other):
        each.run("enrol", hub.url, "-", stdin=hub.code("Ane Bro"))
    laptop.run("add", "contact", "--citizen", PERSON, "--note", "-", stdin=POISON)
    with laptop.unlocked() as terminal:
        start = len(terminal.output)
        person(terminal)
        terminal.wait_for("Kanariefugl")
        begin(terminal)
        pasted(terminal, f"indsat {POISON.replace(ESC, '')}")
        terminal.wait_for("indsat [/b][bold red]")
        terminal.press("ctrl+d")
        terminal.wait_for("Kontakt gemt")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
        harmless(terminal.output[start:])
    assert laptop.json("sync")["unsent"] == 0
    assert other.json("sync")["refused"] == []
    assert sorted(notes(laptop)) == sorted(notes(other))
    assert any("[/b][bold red]" in note and "👧" in note for note in notes(other))
    secret = str(tmp_path / "two.passphrase")
    for command in (("list", "contacts"), ("show", "case", PERSON), ("find", "Kanariefugl"), ("log",)):
        with Terminal(
            broker(*command, "--home", str(other.home), "--passphrase-file", secret, "--lang", "da")
        ) as shell:
            assert shell.exit_code() == 0
            harmless(shell.output)
    with other.unlocked(size=(120, 40)) as terminal:
        start = len(terminal.output)
        person(terminal)
        terminal.wait_for("Kanariefugl")
        terminal.press("/")
        terminal.wait_for("Skriv to bogstaver")
        terminal.write("kanariefugl")
        terminal.wait_for("Kanariefugl", PERSON)
        terminal.press("ctrl+q")
        harmless(terminal.output[start:])


def test_ten_thousand_characters_go_in_and_across_whole(laptop: Laptop, hub: Hub, tmp_path: Path) -> None:
    other = Laptop(tmp_path / "two")
    other.run("init", "--name", "Ane Bro")
    for each in (laptop, other):
        each.run("enrol", hub.url, "-", stdin=hub.code("Ane Bro"))
    long = "".join(f"linje {n:04} æøå👍\n" for n in range(1000))[:10_000].strip()
    laptop.run("add", "contact", "--citizen", PERSON, "--note", "-", stdin=long)
    with laptop.unlocked() as terminal:
        person(terminal)
        begin(terminal)
        for start in range(0, 10_000, 500):
            pasted(terminal, long.replace("linje", "indsa")[start : start + 500])
        terminal.press("ctrl+d")
        terminal.wait_for("Kontakt gemt")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    assert laptop.json("sync")["unsent"] == 0
    other.json("sync")
    assert sorted(notes(other)) == sorted([long, long.replace("linje", "indsa")])
