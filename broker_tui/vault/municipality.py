"""The municipality's slot: the root key sealed to a public key whose private half lies with IT, and the walk back in.

The laptop can seal and never open. Whoever forgot passphrase and paper writes a request file, IT answers it
(`jobcenter-hub recover`), and the answer opens this vault once. Between the two a one-time key waits in the home; with
it alone nothing opens, and neither with the answer alone.
"""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from broker_tui import oslayer
from broker_tui.vault.errors import Cause, DiskRefused, HeaderDamaged, SlotRefused
from broker_tui.vault.header import Header
from broker_tui.vault.slots import MUNICIPALITY, canonical, decode, encode
from sync import recovery as walk
from sync.recovery import RecoveryRefused, SealedSlot

PENDING = "recovery-request.json"


def sealed_slot(vault: str, root: bytes, public: bytes) -> dict[str, Any]:
    """A slot that opens `root` to the holder of the private half of `public`.

    Raises:
        SlotRefused: `public` is no usable key.
    """
    try:
        sealed = walk.seal(vault, root, public)
    except RecoveryRefused:
        raise SlotRefused(Cause.ORG_KEY_REFUSED) from None
    return {
        "id": secrets.token_hex(4),
        "type": MUNICIPALITY,
        "made": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "suite": walk.SUITE,
        "org_key": walk.key_id(public),
        "public": encode(public),
        "ct": sealed,
    }


def read_public(text: str) -> bytes:
    """The municipality's key as the hub hands it out.

    Raises:
        SlotRefused: it is none.
    """
    try:
        return walk.read_public(text)
    except RecoveryRefused:
        raise SlotRefused(Cause.ORG_KEY_REFUSED) from None


def sealed_to(header: Header) -> str | None:
    """The id of the municipality's key a vault is sealed to; None without such a slot."""
    for slot in header.of_type(MUNICIPALITY):
        if slot.get("suite") == walk.SUITE:
            return str(slot.get("org_key"))
    return None


def key_of(header: Header) -> str | None:
    """The municipality's public key itself."""
    for slot in header.of_type(MUNICIPALITY):
        if slot.get("suite") == walk.SUITE:
            return str(slot.get("public"))
    return None


def new_request(home: Path, header: Header) -> tuple[bytes, str]:
    """A request for IT; an answer to an earlier one becomes useless.

    Returns:
        The file, and the code both people compare.

    Raises:
        SlotRefused: the vault is sealed to no municipality.
        DiskRefused: the one-time key could not be kept.
    """
    found = next((slot for slot in header.of_type(MUNICIPALITY) if slot.get("suite") == walk.SUITE), None)
    if found is None:
        raise SlotRefused(Cause.NO_MUNICIPALITY)
    try:
        slot = msgspec.convert(dict(found), type=SealedSlot)
    except msgspec.ValidationError:
        raise SlotRefused(Cause.NO_MUNICIPALITY) from None
    private = walk.new_private()
    request = walk.RecoveryRequest(vault=header.vault, slot=slot, reply_to=encode(walk.public_of(private)))
    data = walk.request_bytes(request)
    try:
        oslayer.write_atomically(home / PENDING, canonical({"request": encode(data), "key": encode(private)}))
    except OSError:
        raise DiskRefused from None
    return data, walk.check_code(data)


def open_answer(home: Path, header: Header, answer: bytes) -> bytes:
    """The root key out of IT's answer.

    Raises:
        SlotRefused: no request waits for an answer, or this one answers another.
    """
    try:
        waiting = json.loads((home / PENDING).read_bytes())
        request, key = decode(waiting["request"]), decode(waiting["key"], walk.KEY_BYTES)
    except (OSError, ValueError, KeyError, TypeError, HeaderDamaged):
        raise SlotRefused(Cause.NO_REQUEST) from None
    try:
        root = walk.open_answer(answer, request, key)
        if walk.read_request(request).vault != header.vault or len(root) != walk.KEY_BYTES:
            raise RecoveryRefused
    except RecoveryRefused:
        raise SlotRefused(Cause.ANSWER_REFUSED) from None
    return root


def forget_request(home: Path) -> None:
    """Remove the one-time key once it did its work."""
    (home / PENDING).unlink(missing_ok=True)
