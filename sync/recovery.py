"""The municipality's way into a vault: what is sealed to its key, the request that leaves a laptop, the answer back.

HPKE (RFC 9180, base mode) with X25519, HKDF-SHA256 and AES-256-GCM. What a ciphertext is for stands in its `info`, so
that one vault's slot opens nothing of another's, and an answer fits one request. Laptop and hub share this module, for
both sides must spell the same bytes; `docs/vault-format.md` says them for everybody else.
"""

import base64
import hashlib
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hpke import Suite

SUITE = "HPKE/X25519/HKDF-SHA256/A256GCM"
KEY_BYTES = 32
MAX_FILE = 16 * 1024
"""Bytes of a request or an answer; both are below 1 KiB."""
T = TypeVar("T")


class RecoveryRefused(Exception):
    """A key, a request or an answer is not what it should be; the message names which, and never a secret."""


class SealedSlot(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The root key of a vault under the municipality's key, as it stands in the header."""

    id: str
    type: Literal["municipality"]
    suite: str
    org_key: str
    public: str
    ct: str
    made: str


class RecoveryRequest(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What leaves the laptop: the sealed slot and where the answer is to be sealed to. Nothing about a person."""

    magic: Literal["broker_tui-recovery-request"] = "broker_tui-recovery-request"
    v: Literal[1] = 1
    vault: str
    slot: SealedSlot
    reply_to: str


class RecoveryAnswer(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What comes back: the root key, sealed to the one request named by its digest."""

    magic: Literal["broker_tui-recovery-answer"] = "broker_tui-recovery-answer"
    v: Literal[1] = 1
    vault: str
    request: str
    suite: str
    ct: str


def key_id(public: bytes) -> str:
    """The name of an organisation key; computed from it, so that no two keys share one."""
    return "org-" + hashlib.sha256(b"broker_tui/v1/org-key|" + public).hexdigest()[:16]


def read_public(text: str) -> bytes:
    """An organisation key as it goes over the wire (base64 of 32 bytes).

    Raises:
        RecoveryRefused: it is none.
    """
    return _decoded(text, KEY_BYTES)


def encode(data: bytes) -> str:
    """Base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def seal(vault: str, root: bytes, public: bytes) -> str:
    """The root key of a vault, sealed to an organisation key."""
    return encode(_encrypt(root, public, _slot_info(vault, key_id(public))))


def unseal(vault: str, slot: SealedSlot, private: bytes) -> bytes:
    """The root key out of a slot, with the organisation's private key.

    Raises:
        RecoveryRefused: another suite, another key, another vault, or changed on the way.
    """
    mine = key_id(public_of(private))
    if slot.suite != SUITE or slot.org_key != mine:
        raise RecoveryRefused("the slot is sealed to another key")
    return _decrypt(slot.ct, private, _slot_info(vault, mine))


def seal_to(data: bytes, public: bytes, info: bytes) -> str:
    """Anything short, sealed to a key; `info` names what it is, so that it opens as nothing else.

    Raises:
        RecoveryRefused: that is no usable key.
    """
    return encode(_encrypt(data, public, info))


def open_sealed(text: str, private: bytes, info: bytes) -> bytes:
    """The inverse of `seal_to`.

    Raises:
        RecoveryRefused: another key, another `info`, or changed on the way.
    """
    return _decrypt(text, private, info)


def new_private() -> bytes:
    """A fresh X25519 private key."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def request_bytes(request: RecoveryRequest) -> bytes:
    """The request file."""
    return msgspec.json.encode(request, order="sorted")


def read_request(data: bytes) -> RecoveryRequest:
    """A request file, checked.

    Raises:
        RecoveryRefused: it is none.
    """
    request = _parsed(data, RecoveryRequest)
    _decoded(request.reply_to, KEY_BYTES)
    return request


def check_code(data: bytes) -> str:
    """Four groups of four digits that both people read to each other: a request swapped on the way shows in them.

    Args:
        data: the request file.
    """
    digits = f"{int(hashlib.sha256(data).hexdigest(), 16) % 10**16:016d}"
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def answer(data: bytes, private: bytes) -> bytes:
    """The answer file to a request file, made with the organisation's private key.

    Raises:
        RecoveryRefused: no request, or one sealed to another key.
    """
    request = read_request(data)
    root = unseal(request.vault, request.slot, private)
    if len(root) != KEY_BYTES:
        raise RecoveryRefused("the slot holds no key")
    digest = hashlib.sha256(data).hexdigest()
    sealed = _encrypt(root, read_public(request.reply_to), _answer_info(request.vault, digest))
    return msgspec.json.encode(
        RecoveryAnswer(vault=request.vault, request=digest, suite=SUITE, ct=encode(sealed)), order="sorted"
    )


def open_answer(data: bytes, request: bytes, reply_private: bytes) -> bytes:
    """The root key out of an answer file.

    Args:
        data: the answer file.
        request: the request file it must answer.
        reply_private: the one-time key made with that request.

    Raises:
        RecoveryRefused: it is no answer, or one to another request.
    """
    found = _parsed(data, RecoveryAnswer)
    asked, digest = read_request(request), hashlib.sha256(request).hexdigest()
    if (found.vault, found.request, found.suite) != (asked.vault, digest, SUITE):
        raise RecoveryRefused("the answer belongs to another request")
    return _decrypt(found.ct, reply_private, _answer_info(asked.vault, digest))


def _slot_info(vault: str, org_key: str) -> bytes:
    return f"broker_tui/v1/recovery|{vault}|{org_key}".encode()


def _answer_info(vault: str, digest: str) -> bytes:
    return f"broker_tui/v1/recovery-answer|{vault}|{digest}".encode()


def _suite() -> "Suite":
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _encrypt(data: bytes, public: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    try:
        return _suite().encrypt(data, X25519PublicKey.from_public_bytes(public), info=info)
    except ValueError:  # a point of small order: everybody would know the shared secret
        raise RecoveryRefused("this is no usable key") from None


def _decrypt(text: str, private: bytes, info: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    try:
        return _suite().decrypt(_decoded(text), X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError):
        raise RecoveryRefused("it does not open with this key") from None


def _decoded(text: str, length: int | None = None) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise RecoveryRefused("it is not base64") from None
    if encode(data) != text or (length is not None and len(data) != length):
        raise RecoveryRefused("it has the wrong length")
    return data


def _parsed(data: bytes, kind: type[T]) -> T:
    if len(data) > MAX_FILE:
        raise RecoveryRefused("the file is too large")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise RecoveryRefused("the file is damaged or of another kind") from None
