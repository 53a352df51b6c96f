"""How text is cleaned on its way in, sorted as Danes sort and found as brokers type.

Stored sort keys instead of a database collation: another program must be able to open the database.
"""

import re
import unicodedata

SORT_VERSION = 1
"""Raised when `sort_key` changes its answer, so that stored keys are rebuilt."""

MAX_TEXT = 10_000
"""Longest text of one field, in characters."""

_BIDI_AND_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_DROP = {
    **{code: None for code in range(0x20) if code not in (0x09, 0x0A)},
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys(range(0xD800, 0xE000)),  # halves of characters: no file and no database takes them
    **{ord(char): None for char in _BIDI_AND_INVISIBLE},
    0x2028: "\n",
    0x2029: "\n",
}
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[@-_]"
)
_FOLD = {"æ": "ae", "ø": "o", "œ": "oe", "å": "aa", "ß": "ss", "đ": "d", "ł": "l", "ð": "d", "þ": "th"}
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SORT = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})


def clean(text: str) -> str:
    """`text` in NFC without control, bidi, invisible and half characters; line ends become newlines. Idempotent."""
    text = _ESCAPE_SEQUENCE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text.translate(_DROP))


def clean_line(text: str) -> str:
    """`clean` for one-line fields: all white space becomes single blanks, none at the ends."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """`text` as search sees it: æ=ae, ø=ö=oe=o, å=aa=a; case and diacritics folded."""
    plain = text.casefold()
    if plain.isascii():
        return plain.replace("oe", "o").replace("aa", "a")
    plain = unicodedata.normalize("NFC", plain)
    for letter, ascii_letters in _FOLD.items():  # ten times as fast as str.translate, which looks every letter up
        plain = plain.replace(letter, ascii_letters)
    return _without_marks(plain).replace("oe", "o").replace("aa", "a")


def sort_key(text: str) -> str:
    """A string whose code-point order is the Danish order: æ ø å last, aa counted as å, case ignored."""
    lowered = unicodedata.normalize("NFC", clean_line(text).casefold()).replace("aa", "å").translate(_SORT)
    return _without_marks(lowered)


def _without_marks(text: str) -> str:
    """`text` with its diacritics gone; a long note with one dash in it costs no more than the dash."""
    return text if text.isascii() else _NOT_ASCII.sub(_bare, text)


def _bare(found: re.Match[str]) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", found[0]) if not unicodedata.combining(char))
