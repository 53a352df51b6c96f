"""Private keys that lie apart from the hub: a file each, under a passphrase (Argon2id, 256 MiB), on a stick."""

import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sync.hub.keyfiles import made_once, replaced
from sync.recovery import RecoveryRefused, encode, read_public

SHORTEST = 14
"""Characters of the passphrase that closes a private file."""
_COST = {"m": 256 * 1024, "t": 3, "p": 4}


class KeyFileRefused(Exception):
    """A key file that cannot be made or opened; the message is a sentence for the administrator."""


def public_text(folder: Path | None, name: str) -> str:
    """The public half in a hub's folder as base64; empty until there is one.

    Raises:
        KeyFileRefused: its file is damaged.
    """
    if folder is None:
        return ""
    try:
        text = (folder / name).read_text("ascii").strip()
        read_public(text)
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError, RecoveryRefused):
        raise KeyFileRefused(f"{name} in the hub's folder is damaged; put it back from a backup") from None
    return text


def make(
    folder: Path, public_name: str, private_file: Path, what: tuple[str, str], pair: tuple[bytes, bytes],
    passphrase: str, *, replace: bool, there_is_one: str,
) -> None:  # fmt: skip
    """Put a pair in place: the public half with the hub, the private half in a file apart.

    Args:
        folder: the hub's data folder.
        public_name: the file in it.
        private_file: outside that folder, and not there yet.
        what: magic and id of the key.
        pair: private and public half, 32 bytes each.
        passphrase: what closes the private file.
        replace: a key before this one may be replaced.
        there_is_one: what is said when it may not.

    Raises:
        KeyFileRefused: nothing was made.
    """
    private, public = pair
    if len(passphrase) < SHORTEST:
        raise KeyFileRefused(f"the passphrase is too short; use at least {SHORTEST} characters")
    if private_file.absolute().resolve().is_relative_to(folder.absolute().resolve()):
        raise KeyFileRefused("the private key must not lie in the hub's folder; name a file elsewhere, on a stick")
    if not replace and public_text(folder, public_name):
        raise KeyFileRefused(there_is_one)
    line = (encode(public) + "\n").encode("ascii")
    try:
        _write_new(private_file, _closed(private, public, passphrase, what))
        if replace:
            replaced(folder / public_name, line, 0o644)
        elif made_once(folder / public_name, line, 0o644) != line:
            private_file.unlink()  # it would open nothing
            raise KeyFileRefused(there_is_one)
    except FileExistsError:
        raise KeyFileRefused(f"there is a file {private_file} already; name another one") from None
    except OSError as error:
        raise KeyFileRefused(f"the key could not be written: {error.strerror}") from None


def opened(private_file: Path, passphrase: str, magic: str, kind: str) -> bytes:
    """The private key out of its file.

    Args:
        kind: what the administrator calls such a key.

    Raises:
        KeyFileRefused: it is no such file, or the passphrase is wrong.
    """
    try:
        fields = json.loads(private_file.read_bytes())
        if fields["magic"] != magic or fields["v"] != 1 or fields["kdf"] != {"alg": "argon2id", **_COST}:
            raise ValueError
        salt, nonce, sealed = (bytes.fromhex(fields[name]) for name in ("salt", "nonce", "ct"))
        public = read_public(fields["public"])
        private = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _associated(magic, public))
    except InvalidTag:
        raise KeyFileRefused("the passphrase of the private key is not right") from None
    except (OSError, ValueError, KeyError, TypeError, RecoveryRefused):
        raise KeyFileRefused(f"{private_file} holds no {kind} key") from None
    return private


def _closed(private: bytes, public: bytes, passphrase: str, what: tuple[str, str]) -> bytes:
    magic, name = what
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, private, _associated(magic, public))
    fields = {
        "magic": magic,
        "v": 1,
        "id": name,
        "public": encode(public),
        "kdf": {"alg": "argon2id", **_COST},
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "ct": sealed.hex(),
    }
    return json.dumps(fields, indent=1).encode("ascii")


def _associated(magic: str, public: bytes) -> bytes:
    return magic.replace("jobcenter-hub-", "jobcenter-hub/v1/", 1).encode("ascii") + b"|" + public


def _key(passphrase: str, salt: bytes) -> bytes:
    return Argon2id(salt=salt, length=32, iterations=_COST["t"], lanes=_COST["p"], memory_cost=_COST["m"]).derive(
        passphrase.encode("utf-8")
    )


def _write_new(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())
