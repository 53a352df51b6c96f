"""The recovery code: generated, shown once, kept on paper.

130 random bits in Crockford's base32 (no I, L, O, U) plus two check characters, in groups of four, so that a slip
of the pen is told apart from a code of another vault before anything is derived.
"""

import hashlib
import secrets

from broker_tui.vault.errors import Cause, WrongPassphrase

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 26
CHECK_CHARACTERS = 2
GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A fresh code, as it is shown: seven groups of four."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    whole = body + _check(body)
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def code_bytes(typed: str) -> bytes:
    """What a typed code stands for; blanks, hyphens, case and O/0, I/L/1 do not matter.

    Raises:
        WrongPassphrase: it was mistyped.
    """
    plain = "".join(typed.split()).replace("-", "").replace("\u2013", "").upper().translate(_MISREAD)
    body = plain[:RANDOM_CHARACTERS]
    if len(plain) != RANDOM_CHARACTERS + CHECK_CHARACTERS or not set(plain) <= set(ALPHABET):
        raise WrongPassphrase(Cause.MISTYPED_CODE)
    if plain[RANDOM_CHARACTERS:] != _check(body):
        raise WrongPassphrase(Cause.MISTYPED_CODE)
    return plain.encode("ascii")


def _check(body: str) -> str:
    digest = hashlib.sha256(f"broker_tui/v1/recovery-code|{body}".encode("ascii")).digest()
    return "".join(ALPHABET[byte % 32] for byte in digest[:CHECK_CHARACTERS])
