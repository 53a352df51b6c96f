"""Who sent a request: its RFC 9421 signature by an enrolled device key, made now, over this body, once.

A wrong signature and an unknown device are told apart for the laptop's sake (it must enrol again); a device id is
random and opens nothing. A clock that is off is told as such, after the signature was found right, so that a
laptop set back by a day can sign with the hub's time and still hand in its work.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature, algorithms
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from sqlalchemy import bindparam, delete, insert
from sqlalchemy.exc import IntegrityError

from sync.hub import tables as t
from sync.hub.problems import Refused
from sync.hub.service import Device, HubService
from sync.signatures import COMPONENTS, MAX_SKEW, TAG

_TARGETS = ({"@authority", "@path"}, {"@target-uri"})
_MAX_NONCE = 64
_forget_nonces = delete(t.nonce).where(t.nonce.c.tenant == bindparam("tenant"), t.nonce.c.expires < bindparam("now"))
_add_nonce = insert(t.nonce)


class Headers:
    """Header lines as the verifier reads them."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self._lines = lines

    def items(self) -> list[tuple[str, str]]:
        """All lines in order."""
        return self._lines


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a signature may cover."""

    method: str
    url: str
    headers: Headers


class _Keys(HTTPSignatureKeyResolver):
    """Remembers which device the key id named."""

    def __init__(self, service: HubService) -> None:
        self.service = service
        self.device: Device | None = None

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        self.device = self.service.device(str(key_id))
        if self.device is None:
            raise _Unknown
        return Ed25519PublicKey.from_public_bytes(self.device.public_key)


class _Unknown(Exception):
    """The key id names no device that may speak here."""


class _Verifier(HTTPMessageVerifier):
    """Leaves the age of a signature to us: our clock is injected, and skew is not a wrong signature."""

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        if "created" not in sig_input.params:
            raise InvalidSignature("created is missing")


def authenticate(service: HubService, request: SignedRequest, body: bytes) -> Device:
    """The device that signed a request.

    Raises:
        Refused: `signature`, `device-unknown`, `clock`, `device-revoked` or `replayed`.
    """
    keys = _Keys(service)
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    try:
        result = verifier.verify(
            request, max_age=None, expect_tag=TAG, require_components=("@method", "content-digest"), body=body
        )[0]
    except (InvalidSignature, HTTPMessageSignaturesException, IndexError) as error:
        if isinstance(error.__cause__, _Unknown):
            raise Refused("device-unknown") from None
        if keys.device is not None:
            service.note("signature", keys.device.id)
        raise Refused("signature") from None
    covered = {str(name).strip('"') for name in result.covered_components}
    if not any(target <= covered for target in _TARGETS) or keys.device is None or result.body is None:
        raise Refused("signature", f"cover {', '.join(COMPONENTS)}")
    nonce = result.nonce
    if not isinstance(nonce, str) or not 8 <= len(nonce) <= _MAX_NONCE:
        raise Refused("signature", f"a nonce of 8 to {_MAX_NONCE} characters is needed")
    now = service.clock().timestamp()
    created = result.parameters.get("created")
    if not isinstance(created, int) or abs(created - now) > MAX_SKEW:
        raise Refused("clock")
    if keys.device.revoked:  # said only to who proved to be the device
        raise Refused("device-revoked", order=service.order_for(keys.device.id))
    _use_nonce(service, keys.device.id, nonce, now)
    return keys.device


def _use_nonce(service: HubService, device: str, nonce: str, now: float) -> None:
    """A nonce lives as long as a signature could be accepted, in both directions of the skew."""
    try:
        with service.store.write(durable=False) as conn:
            conn.execute(_forget_nonces, {"tenant": service.tenant, "now": now})
            conn.execute(
                _add_nonce, {"tenant": service.tenant, "device": device, "nonce": nonce, "expires": now + 2 * MAX_SKEW}
            )
    except IntegrityError:
        service.note("replayed", device)
        raise Refused("replayed") from None
