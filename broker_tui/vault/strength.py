"""How good a new passphrase is: length counts, rules about signs do not (security.md 4.4)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from broker_tui.i18n import N_
from broker_tui.vault.errors import Cause, WeakPassphrase

MIN_CHARACTERS = 14
MIN_WORDS = 5
WORD_LETTERS = 3
MIN_OWN_CHARACTERS = 8  # what must be left when common words and runs are taken away
MIN_DIFFERENT = 6
ROWS = ("abcdefghijklmnopqrstuvwxyzæøå", "01234567890", "qwertyuiopå", "asdfghjklæø", "zxcvbnm", "qwertzuiop")

GOOD = N_("Good. Longer is stronger; spaces are welcome.")
STRONG = N_("Strong.")
MORE = N_("Make it longer: at least 14 characters or five words.")
COMMON = N_("Easy to guess. Choose words that do not belong together.")


@dataclass(frozen=True, slots=True)
class Strength:
    """The verdict on a passphrase.

    Args:
        score: 0 (nothing) to 4 (strong); 2 and more are accepted.
        accepted: whether a vault may be closed with it.
        advice: what to do, as a msgid.
        cause: why it is refused, or None.
    """

    score: int
    accepted: bool
    advice: str
    cause: Cause | None = None


def estimate(passphrase: str) -> Strength:
    """Judge a passphrase; cheap enough for every key pressed."""
    text = unicodedata.normalize("NFKC", passphrase).casefold()
    length = len(text.strip())
    words = {word for word in re.split(r"[\W\d_]+", text) if len(word) >= WORD_LETTERS}
    long_enough = length >= MIN_CHARACTERS or len(words) >= MIN_WORDS
    own = len(_without_common(text))
    if (long_enough and own < MIN_OWN_CHARACTERS) or (length >= MIN_DIFFERENT and len(set(text)) < MIN_DIFFERENT):
        return Strength(1, accepted=False, advice=COMMON, cause=Cause.COMMON_PASSPHRASE)
    if not long_enough:
        return Strength(int(length >= MIN_CHARACTERS // 2), accepted=False, advice=MORE, cause=Cause.WEAK_PASSPHRASE)
    score = 2 + (own >= 18 or len(words) >= MIN_WORDS) + (own >= 24)
    return Strength(min(score, 4), accepted=True, advice=GOOD if score < 4 else STRONG)


def require(passphrase: str) -> None:
    """Raises:
    WeakPassphrase: `passphrase` may not close a vault.
    """
    verdict = estimate(passphrase)
    if not verdict.accepted:
        raise WeakPassphrase(verdict.cause)


def _without_common(text: str) -> str:
    """What is left of a passphrase without common words, repeated signs and keyboard runs."""
    rest = re.sub(r"[\W_]+", "", text)
    for word in _common():
        rest = rest.replace(word, "")
    rest = re.sub(r"(.{1,4}?)\1{2,}", r"\1", rest)
    kept: list[str] = []
    for sign in rest:
        if not (kept and _neighbours(kept[-1], sign)):
            kept.append(sign)
        else:
            kept[-1] = sign
    return "".join(kept)


def _neighbours(first: str, second: str) -> bool:
    return any(first + second in row or second + first in row for row in ROWS)


@cache
def _common() -> tuple[str, ...]:
    listed = resources.files("broker_tui.vault").joinpath("common.txt").read_text(encoding="utf-8").split()
    return tuple(sorted(set(listed), key=lambda word: (-len(word), word)))
