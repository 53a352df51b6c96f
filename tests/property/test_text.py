"""Cleaning, sorting and folding of text hold for any text."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from broker_tui.domain.text import _FOLD, clean, clean_line, fold, sort_key
from broker_tui.storage.search_index import words

ANY = st.text(alphabet=st.characters(), max_size=60)
DANISH = st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøåABCÆØÅ -", max_size=20)
HOSTILE = st.lists(
    st.sampled_from(
        ["\x1b[31m", "\x1b]8;;x\x07", "\x9b2J", "\x00", "\x08", "\u202e", "\u200b", "\r\n", "[/b]", "é", "a"]
    ),
    max_size=12,
).map("".join)


@given(ANY | HOSTILE)
@example("\x1b\x1b[m[m")
@example("\ud800 løs halvdel")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANY | HOSTILE)
@example("\ud800 løs halvdel")
def test_clean_text_can_stand_on_a_terminal_and_in_a_file(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not [c for c in cleaned if (ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f")
    assert "\n" not in clean_line(text)


@given(DANISH, st.integers(0, 20))
def test_the_beginning_of_a_word_finds_the_word(text: str, length: int) -> None:
    for word in text.split():
        typed = fold(word[:length])
        assert fold(word).startswith(typed)


@given(DANISH)
def test_folded_text_is_plain(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text.upper()) == fold(text.lower())


@given(ANY | DANISH)
@example("en lang note – med én streg 👍 og et løst mærke x\u0302")
def test_folding_is_what_its_table_says_letter_by_letter(text: str) -> None:
    plain = unicodedata.normalize("NFC", text.casefold()).translate(
        {ord(letter): plain for letter, plain in _FOLD.items()}
    )
    marked = unicodedata.normalize("NFKD", plain)
    expected = "".join(char for char in marked if not unicodedata.combining(char))
    assert fold(text) == expected.replace("oe", "o").replace("aa", "a")


@given(ANY)
def test_words_are_what_the_index_cuts(text: str) -> None:
    assert all(word and word.isalnum() for word in words(clean(text)))


def test_spellings_of_one_name_fold_alike() -> None:
    assert len({fold(name) for name in ("Søren", "Sören", "Soeren", "SØREN", "So\u0308ren")}) == 1
    assert len({fold(name) for name in ("Åse", "Aase", "A\u030ase", "ase")}) == 1
    assert fold("Kjær") == fold("Kjaer")


def test_danish_order() -> None:
    names = ["Zita", "Ærø", "Ädel", "Øst", "Ölund", "Aabo", "Åbo", "Åby", "anna", "Bo", "Émile", "Eva"]
    shuffled = sorted(names)
    assert sorted(shuffled, key=sort_key) == [
        *("anna", "Bo", "Émile", "Eva", "Zita", "Ädel", "Ærø", "Ölund", "Øst"),
        *("Aabo", "Åbo", "Åby"),
    ]


@given(DANISH)
def test_case_and_blanks_at_the_ends_do_not_order(text: str) -> None:
    assert sort_key(f"  {text.upper()} ") == sort_key(text)
