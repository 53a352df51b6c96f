"""The organisation's key pair for recovery: the public half lies with the hub, the private half in a file apart.

The hub never needs the private half. Its file is encrypted under a passphrase (Argon2id, 256 MiB) and belongs on a
stick in a safe; a hub that is broken into cannot open a laptop's vault with what it holds.
"""

import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sync.hub.keyfiles import made_once, replaced
from sync.recovery import (
    RecoveryRefused,
    answer,
    check_code,
    encode,
    key_id,
    new_private,
    public_of,
    read_public,
    read_request,
)

PUBLIC = "recovery-key.pub"
MAGIC = "jobcenter-hub-recovery-key"
SHORTEST = 14
"""Characters of the passphrase that closes the private file."""
_THERE_IS_ONE = "this hub has a recovery key; --replace makes a new one. Keep the old file"
_COST = {"m": 256 * 1024, "t": 3, "p": 4}


class KeyFileRefused(Exception):
    """A key file that cannot be made or opened; the message is a sentence for the administrator."""


def public_text(folder: Path | None) -> str:
    """The public key as the hub hands it out; empty until there is one, and while its file cannot be used."""
    try:
        return _public(folder)
    except KeyFileRefused:
        return ""


def key_state(folder: Path) -> str:
    """The id of the recovery key, `none`, or `damaged`; for the administrator."""
    try:
        text = _public(folder)
    except KeyFileRefused:
        return "damaged"
    return key_id(read_public(text)) if text else "none"


def _public(folder: Path | None) -> str:
    if folder is None:
        return ""
    try:
        text = (folder / PUBLIC).read_text("ascii").strip()
        read_public(text)
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError, RecoveryRefused):
        raise KeyFileRefused(f"{PUBLIC} in the hub's folder is damaged; put it back from a backup") from None
    return text


def make(folder: Path, private_file: Path, passphrase: str, *, replace: bool = False) -> str:
    """A new key pair; laptops seal to it from their next sync on.

    Args:
        folder: the hub's data folder, which gets the public half.
        private_file: where the private half goes; outside the data folder, and not there yet.
        passphrase: what closes that file.
        replace: a key before this one may be replaced.

    Returns:
        The id of the new key.

    Raises:
        KeyFileRefused: nothing was made.
    """
    if len(passphrase) < SHORTEST:
        raise KeyFileRefused(f"the passphrase is too short; use at least {SHORTEST} characters")
    if private_file.absolute().resolve().is_relative_to(folder.absolute().resolve()):
        raise KeyFileRefused("the private key must not lie in the hub's folder; name a file elsewhere, on a stick")
    if not replace and _public(folder):
        raise KeyFileRefused(_THERE_IS_ONE)
    private = new_private()
    public = public_of(private)
    line = (encode(public) + "\n").encode("ascii")
    try:
        _write_new(private_file, _closed(private, public, passphrase))
        if replace:
            replaced(folder / PUBLIC, line, 0o644)
        elif made_once(folder / PUBLIC, line, 0o644) != line:
            private_file.unlink()  # it would open nothing
            raise KeyFileRefused(_THERE_IS_ONE)
    except FileExistsError:
        raise KeyFileRefused(f"there is a file {private_file} already; name another one") from None
    except OSError as error:
        raise KeyFileRefused(f"the key could not be written: {error.strerror}") from None
    return key_id(public)


def opened(private_file: Path, passphrase: str) -> bytes:
    """The private key out of its file.

    Raises:
        KeyFileRefused: it is no such file, or the passphrase is wrong.
    """
    try:
        fields = json.loads(private_file.read_bytes())
        if fields["magic"] != MAGIC or fields["v"] != 1 or fields["kdf"] != {"alg": "argon2id", **_COST}:
            raise ValueError
        salt, nonce, sealed = (bytes.fromhex(fields[name]) for name in ("salt", "nonce", "ct"))
        public = read_public(fields["public"])
        private = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _associated(public))
    except InvalidTag:
        raise KeyFileRefused("the passphrase of the private key is not right") from None
    except (OSError, ValueError, KeyError, TypeError, RecoveryRefused):
        raise KeyFileRefused(f"{private_file} holds no recovery key") from None
    return private


def answered(request: bytes, code: str, private_file: Path, passphrase: str) -> bytes:
    """The answer to a request whose code the broker read out.

    Raises:
        KeyFileRefused: the code is another one, or the request does not open with this key.
    """
    try:
        read_request(request)
        if "".join(c for c in code if c.isdigit()) != check_code(request).replace("-", ""):
            raise KeyFileRefused("the code is another one: this is not the request the broker has on the screen")
        return answer(request, opened(private_file, passphrase))
    except RecoveryRefused as refused:
        raise KeyFileRefused(f"the request was not answered: {refused}") from None


def _closed(private: bytes, public: bytes, passphrase: str) -> bytes:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, private, _associated(public))
    fields = {
        "magic": MAGIC,
        "v": 1,
        "id": key_id(public),
        "public": encode(public),
        "kdf": {"alg": "argon2id", **_COST},
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "ct": sealed.hex(),
    }
    return json.dumps(fields, indent=1).encode("ascii")


def _associated(public: bytes) -> bytes:
    return b"jobcenter-hub/v1/recovery-key|" + public


def _key(passphrase: str, salt: bytes) -> bytes:
    return Argon2id(salt=salt, length=32, iterations=_COST["t"], lanes=_COST["p"], memory_cost=_COST["m"]).derive(
        passphrase.encode("utf-8")
    )


def _write_new(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())
