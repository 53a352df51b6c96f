"""Orders of a municipality to one laptop, and the laptop's receipt. Pure but for the signatures.

An order is canonical JSON under an Ed25519 signature of a key the hub does not hold (`jobcenter-hub order-key`). The
hub only carries it: what a laptop believes is the signature, never the one who brought it. Exactly one spelling of an
order is read, so that no byte of it can be another one. The receipt is signed by the laptop before its own key goes.
"""

import base64
import hashlib
from datetime import datetime
from typing import Literal, TypeVar

import msgspec

Mode = Literal["after_push", "now", "void"]
"""after_push: send first what can be sent. now: do not wait for that. void: forget an order that was given before."""
MAX_ORDER = 4 * 1024
"""Bytes of a signed order; it has some 500."""
_FOR_ORDER, _FOR_RECEIPT = b"broker_tui/v1/wipe-order|", b"broker_tui/v1/wipe-receipt|"
T = TypeVar("T")


class OrderRefused(Exception):
    """An order or a receipt is not to be believed; `code` says why: malformed, signature, device, expired, replayed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WipeOrder(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Take everything off one laptop.

    Attributes:
        device: id of the laptop.
        counter: greater than that of any order to this laptop before; seconds since 1970 when it was made.
        issued, expires: UTC, ISO 8601.
        rescue_to: base64 of the X25519 key to which the laptop seals what it could not send.
        nonce: 32 hex digits.
    """

    magic: Literal["broker_tui-wipe-order"] = "broker_tui-wipe-order"
    v: Literal[1] = 1
    device: str
    mode: Mode
    counter: int
    issued: str
    expires: str
    rescue_to: str
    nonce: str


class SignedOrder(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """An order as it travels."""

    order: WipeOrder
    signature: str


class WipeReceipt(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What a laptop says of an order it carried out; made before its key is gone, sent afterwards.

    Attributes:
        device, counter, mode: of the order.
        unsent, drafts: operations and drafts in the rescue file.
        content: SHA-256 of what is sealed in that file.
        at: when it began, by the laptop's clock.
    """

    v: Literal[1] = 1
    device: str
    counter: int
    mode: Mode
    unsent: int
    drafts: int
    content: str
    at: str


class SignedReceipt(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A receipt as it travels."""

    receipt: WipeReceipt
    signature: str


def canonical(value: msgspec.Struct) -> bytes:
    """The one spelling of a message."""
    return msgspec.json.encode(value, order="sorted")


def sign_order(order: WipeOrder, private: bytes) -> bytes:
    """The signed order, to be given to the hub."""
    return canonical(SignedOrder(order=order, signature=_signed(_FOR_ORDER + canonical(order), private)))


def read_order(data: bytes) -> SignedOrder:
    """A signed order, its signature not looked at.

    Raises:
        OrderRefused: malformed.
    """
    return _parsed(data, SignedOrder)


def checked_order(data: bytes, key: bytes) -> WipeOrder:
    """An order the holder of `key` signed.

    Raises:
        OrderRefused: malformed or signature.
    """
    found = read_order(data)
    if not _verified(_FOR_ORDER + canonical(found.order), found.signature, key):
        raise OrderRefused("signature")
    return found.order


def accepted(data: bytes, key: bytes, device: str, last: int, now: datetime) -> WipeOrder:
    """An order this laptop carries out.

    Args:
        data: as it came.
        key: the municipality's key, 32 bytes, as this laptop has known it.
        device: this laptop.
        last: counter of the newest order it accepted.
        now: with offset.

    Raises:
        OrderRefused: it is not to be believed, or not for this laptop, or not any more.
    """
    order = checked_order(data, key)
    if order.device != device:
        raise OrderRefused("device")
    if now >= moment(order.expires):
        raise OrderRefused("expired")
    if order.counter <= last:
        raise OrderRefused("replayed")
    return order


def sign_receipt(receipt: WipeReceipt, private: bytes) -> SignedReceipt:
    """A receipt under the laptop's own key."""
    return SignedReceipt(receipt=receipt, signature=_signed(_FOR_RECEIPT + canonical(receipt), private))


def checked_receipt(found: SignedReceipt, key: bytes) -> WipeReceipt:
    """A receipt the holder of `key` signed.

    Raises:
        OrderRefused: signature.
    """
    if not _verified(_FOR_RECEIPT + canonical(found.receipt), found.signature, key):
        raise OrderRefused("signature")
    return found.receipt


def digest(content: bytes) -> str:
    """How a receipt names what is sealed."""
    return hashlib.sha256(content).hexdigest()


def moment(text: str) -> datetime:
    """A time of an order.

    Raises:
        OrderRefused: malformed.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise OrderRefused("malformed") from None
    if found.tzinfo is None:
        raise OrderRefused("malformed")
    return found


def _parsed(data: bytes, kind: type[T]) -> T:
    if len(data) > MAX_ORDER:
        raise OrderRefused("malformed")
    try:
        found = msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise OrderRefused("malformed") from None
    if msgspec.json.encode(found, order="sorted") != data:
        raise OrderRefused("malformed")
    return found


def _signed(data: bytes, private: bytes) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(private).sign(data)).decode("ascii")


def _verified(data: bytes, signature: str, key: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        raw = base64.b64decode(signature.encode("ascii"), validate=True)
        if base64.b64encode(raw).decode("ascii") != signature:  # one spelling
            return False
        Ed25519PublicKey.from_public_bytes(key).verify(raw, data)
    except (InvalidSignature, ValueError):
        return False
    return True
