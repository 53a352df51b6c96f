"""What a demand misses is told in words: every part a definition names has one in both languages."""

import re
from pathlib import Path

import pytest

import broker_tui.programmes
from broker_tui import i18n
from broker_tui.i18n import Language, programme_words

FOLDER = Path(broker_tui.programmes.__file__).parent / "definitions"
PLACEHOLDERS = {"x", "y"}


def parts() -> list[tuple[str, str]]:
    """Programme and part of every name in the definitions."""
    found = set()
    for path in sorted(FOLDER.glob("*.toml")):
        for name in re.findall(r'name = "([a-z_]+)"', path.read_text(encoding="utf-8")):
            found.add((path.name.partition(".")[0], name))
    return sorted(found)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_part_has_a_word(lang: Language) -> None:
    before = i18n.language()
    i18n.use(lang)
    try:
        words = {(p, name): programme_words.part(f"{p}.any", name) for p, name in parts() if name not in PLACEHOLDERS}
    finally:
        i18n.use(before)
    assert len(words) > 50
    assert [key for key, word in words.items() if "_" in word] == []
    unsaid = [key for key, word in words.items() if lang == "da" and word == key[1].replace("_", " ")]
    assert set(unsaid) <= SAME


SAME = {("flexjob", "administration"), ("mastery", "plan")}
"""Spelt alike in both languages."""
