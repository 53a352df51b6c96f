"""A sealed file (`.btx`): what leaves a vault travels closed, for one reader or under a passphrase.

One line of JSON, then the content in pieces of 1 MiB, each AES-256-GCM under a key of this file alone. The number of a
piece, and whether it is the last, stand in its nonce; the digest of the first line is authenticated with each. So
nothing can be cut off, moved or put in, and the line cannot be changed. Name and kind of the file inside are sealed.
`docs/exports.md` says the format for everybody else; the slots of a passphrase are those of a vault.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.recovery import SUITE, RecoveryRefused, key_id, open_sealed, public_of, seal_to

MAGIC = "broker_tui-parcel"
PIECE = 1 << 20
TAG = 16
MAX_LINE = 16 * 1024
MAX_FILE = 512 * 1024 * 1024
RECIPIENT = "recipient"
_LAST = 1


class ParcelRefused(Exception):
    """The file is no parcel, is damaged, or does not open with this key; the message says which, and never a secret."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a parcel holds: a file with its name and kind."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as it was read, still closed."""

    id: str
    slots: tuple[Mapping[str, Any], ...]
    line: bytes
    body: bytes
    about: Mapping[str, Any] = field(default_factory=dict)
    """What else stands in the line, unsealed."""


def new_id() -> str:
    """32 hex digits."""
    return secrets.token_hex(16)


def recipient_slot(parcel: str, key: bytes, public: bytes) -> dict[str, Any]:
    """The key of a parcel, sealed to a reader's X25519 key.

    Raises:
        RecoveryRefused: that is no usable key.
    """
    name = key_id(public)
    return {"type": RECIPIENT, "suite": SUITE, "key": name, "ct": seal_to(key, public, _info(parcel, name))}


def closed(
    parcel: str,
    slots: Sequence[Mapping[str, Any]],
    key: bytes,
    content: Content,
    told: Mapping[str, Any] | None = None,
) -> bytes:
    """The whole file; `told` stands in its line, for everybody to read, and cannot be changed."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    line = _canonical({**(told or {}), "magic": MAGIC, "v": 1, "id": parcel, "slots": list(slots)}) + b"\n"
    head = _canonical({"name": content.name, "kind": content.kind}) + b"\n"
    cipher, about = AESGCM(_piece_key(key, parcel)), hashlib.sha256(line).digest()
    whole = head + content.data
    pieces = [whole[at : at + PIECE] for at in range(0, len(whole), PIECE)]
    sealed = [cipher.encrypt(_nonce(n, n == len(pieces) - 1), piece, about) for n, piece in enumerate(pieces)]
    return line + b"".join(sealed)


def read(data: bytes) -> Parcel:
    """The line and the pieces, nothing opened.

    Raises:
        ParcelRefused: it is no parcel.
    """
    line, _newline, _body = data[: MAX_LINE + 1].partition(b"\n")
    if len(line) > MAX_LINE or not _newline or len(data) > MAX_FILE:
        raise ParcelRefused("this is no sealed export")
    try:
        told = json.loads(line)
        if told["magic"] != MAGIC or told["v"] != 1 or _canonical(told) != line:
            raise ValueError
        slots = tuple(slot for slot in told["slots"] if isinstance(slot, dict))
        parcel = str(told["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ParcelRefused("this is no sealed export") from None
    about = {name: value for name, value in told.items() if name not in ("magic", "v", "id", "slots")}
    return Parcel(parcel, slots, line + b"\n", data[len(line) + 1 :], about)


def opened(parcel: Parcel, key: bytes) -> Content:
    """What is inside.

    Raises:
        ParcelRefused: another key, or anything in it was changed, cut off or moved.
    """
    whole = b"".join(_pieces(parcel, key))
    head, newline, data = whole.partition(b"\n")
    try:
        told = json.loads(head)
        name, kind = str(told["name"]), str(told["kind"])
    except (ValueError, KeyError, TypeError):
        raise ParcelRefused("the export is damaged") from None
    if not newline:
        raise ParcelRefused("the export is damaged")
    return Content(name, kind, data)


def key_for(parcel: Parcel, private: bytes) -> bytes:
    """The key of a parcel, by its reader's private key.

    Raises:
        ParcelRefused: it is sealed to somebody else.
    """
    mine = key_id(public_of(private))
    for slot in parcel.slots:
        if slot.get("type") == RECIPIENT and slot.get("suite") == SUITE and slot.get("key") == mine:
            try:
                return open_sealed(str(slot.get("ct")), private, _info(parcel.id, mine))
            except RecoveryRefused:
                break
    raise ParcelRefused("the export is sealed to another key")


def _pieces(parcel: Parcel, key: bytes) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, about = AESGCM(_piece_key(key, parcel.id)), hashlib.sha256(parcel.line).digest()
    size = PIECE + TAG
    parts = [parcel.body[at : at + size] for at in range(0, len(parcel.body), size)]
    if not parts:
        raise ParcelRefused("the export is damaged")
    for number, part in enumerate(parts):
        try:
            yield cipher.decrypt(_nonce(number, number == len(parts) - 1), part, about)
        except (InvalidTag, ValueError):
            raise ParcelRefused("the export is damaged, or does not open with this key") from None


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([_LAST if last else 0])


def _piece_key(key: bytes, parcel: str) -> bytes:
    return hmac.digest(key, f"broker_tui/v1/parcel-pieces|{parcel}".encode() + b"\x01", "sha256")


def _info(parcel: str, name: str) -> bytes:
    return f"broker_tui/v1/parcel|{parcel}|{name}".encode()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
