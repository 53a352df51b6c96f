"""On a Danish screen at 80 columns no English stands: every text of the catalogue that differs is looked for."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from broker_tui.i18n import LOCALE
from tests.ui.office import Office
from tests.ui.small import busy

WALK: tuple[tuple[str, ...], ...] = (
    (),
    ("W",),
    ("escape", "f3"),
    ("4",),
    ("1", "enter"),
    ("2",),
    ("3",),
    ("4",),
    ("5",),
    ("6",),
    ("7",),
    ("8",),
    ("c",),
    ("escape", "p"),
    ("escape", "a"),
    ("escape", "r"),
    ("escape", "A"),
    ("pagedown", "pagedown", "pagedown"),
    ("escape", "i"),
    ("escape", "w"),
    ("escape", "ctrl+y"),
    ("escape", "f4"),
    ("enter",),
    ("2",),
    ("v",),
    ("escape", "f7"),
    ("e",),
    ("escape", "f8"),
    ("escape", "ctrl+t"),
    ("escape", "ctrl+g"),
    ("escape", "ctrl+o"),
    ("b",),
    ("f",),
    ("escape", "escape", "l"),
    ("escape", "o"),
    ("escape", "escape", "ctrl+r", "tab", "tab"),
    ("enter",),
    ("escape", "escape", "ctrl+f"),
    ("escape", "ctrl+n"),
    ("escape", "f1"),
    ("escape", "ctrl+p"),
    ("escape", "f4", "enter", "a"),
)
"""Keys from page to page, with the sheets over them."""


KEYS = {"tab", "space", "home", "end", "enter", "esc", "pgup", "pgdn", "del"}
"""What stands on the keys themselves."""
RULE_ID = re.compile(r"\b[a-z0-9]+(?:\.[a-z0-9-]+){2}\b")
"""The name of a rule is a code, the same in every language."""


def screens_messages() -> Iterator[Message]:
    """All texts but those of the command line, whose options are English in both languages."""
    for part in sorted((LOCALE / "da").glob("*.po")):
        if part.stem not in ("cli", "demo"):
            with part.open("rb") as stream:
                yield from (message for message in read_po(stream, locale="da") if message.id)


def english_words() -> set[str]:
    """Words of English texts that no Danish text uses."""
    english: set[str] = set()
    danish: set[str] = set()
    for message in screens_messages():
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        english |= {word for text in ids for word in words_of(text)}
        danish |= {word for text in strings for word in words_of(text or "")}
    return english - danish


def words_of(text: str) -> set[str]:
    """Words of three letters or more, in small letters, without placeholders and what is cut off, as long paths are."""
    whole = re.sub(r"\{\w*\}|\w+…", " ", text)
    return {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", whole)}


@pytest.fixture
def programmes() -> dict[str, str]:
    """One programme has rules to be read."""
    return {"uif2": busy()}


async def test_no_english_word_stands_on_a_danish_screen(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/h"))  # a long one is cut in the middle of a word
    english = english_words()
    assert {"overdue", "unsent", "company", "settle"} <= english
    found: dict[str, set[str]] = {}
    async with office.open((80, 24), "da") as desk:
        for keys in WALK:
            await desk.press(*keys)
            odd = (words_of(RULE_ID.sub(" ", desk.text.replace(str(Path.home()), " "))) & english) - KEYS
            if odd:
                found[f"{type(desk.app.screen).__name__} after {keys}"] = odd
    assert found == {}
