"""T39, the order itself: only the very bytes the municipality signed, for this laptop, now and once, are believed."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync import orders
from sync.orders import OrderRefused, WipeOrder, WipeReceipt

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
PRIVATE = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(PRIVATE).public_key().public_bytes_raw()
DEVICE = "0192f0c4-0000-7000-8000-000000000001"
ORDER = WipeOrder(
    device=DEVICE,
    mode="now",
    counter=1_795_770_000,
    issued=NOW.isoformat(),
    expires=(NOW + timedelta(days=30)).isoformat(),
    rescue_to="A" * 43 + "=",
    nonce="0f" * 16,
)
SIGNED = orders.sign_order(ORDER, PRIVATE)


def believed(data: bytes, *, key: bytes = KEY, device: str = DEVICE, last: int = 0, now: datetime = NOW) -> WipeOrder:
    return orders.accepted(data, key, device, last, now)


def why_not(data: bytes, **more: object) -> str:
    with pytest.raises(OrderRefused) as refused:
        believed(data, **more)  # type: ignore[arg-type]  # as the parameters of `believed`
    return refused.value.code


def test_t39_the_order_as_signed_is_believed() -> None:
    assert believed(SIGNED) == ORDER
    assert believed(SIGNED, last=ORDER.counter - 1, now=NOW + timedelta(days=29)) == ORDER


@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 255))
def test_t39_no_byte_of_it_can_be_another_one(at: int, byte: int) -> None:
    if SIGNED[at] == byte:
        return
    assert why_not(SIGNED[:at] + bytes([byte]) + SIGNED[at + 1 :]) in ("malformed", "signature")


@pytest.mark.parametrize("at", range(len(SIGNED)))
def test_t39_nor_be_missing_or_flipped_anywhere(at: int) -> None:
    assert why_not(SIGNED[:at] + SIGNED[at + 1 :]) in ("malformed", "signature")
    assert why_not(SIGNED[:at]) == "malformed"
    for bit in range(8):
        flipped = SIGNED[:at] + bytes([SIGNED[at] ^ (1 << bit)]) + SIGNED[at + 1 :]
        assert why_not(flipped) in ("malformed", "signature")


@given(st.binary(max_size=200))
def test_t39_nothing_hangs_on_and_no_other_bytes_are_an_order(data: bytes) -> None:
    assert why_not(data) == "malformed"
    if data:
        assert why_not(SIGNED + data) == "malformed"
        assert why_not(data + SIGNED) == "malformed"


def test_t39_another_key_another_laptop_too_late_or_again() -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert why_not(SIGNED, key=other) == "signature"
    assert why_not(SIGNED, device="0192f0c4-0000-7000-8000-000000000002") == "device"
    assert why_not(SIGNED, now=NOW + timedelta(days=30)) == "expired"
    assert why_not(SIGNED, last=ORDER.counter) == "replayed"
    assert why_not(SIGNED, last=ORDER.counter + 5) == "replayed"
    unsigned = msgspec.json.encode({"order": msgspec.to_builtins(ORDER)}, order="sorted")
    assert why_not(unsigned) == "malformed"
    assert why_not(orders.sign_order(msgspec.structs.replace(ORDER, expires="2026-12-01"), PRIVATE)) == "malformed"


def test_a_signature_for_an_order_is_none_for_a_receipt() -> None:
    receipt = WipeReceipt(device=DEVICE, counter=1, mode="now", unsent=3, drafts=0, content="00", at=NOW.isoformat())
    signed = orders.sign_receipt(receipt, PRIVATE)
    assert orders.checked_receipt(signed, KEY) == receipt
    changed = msgspec.structs.replace(signed, receipt=msgspec.structs.replace(receipt, unsent=0))
    with pytest.raises(OrderRefused):
        orders.checked_receipt(changed, KEY)
    borrowed = msgspec.structs.replace(signed, signature=orders.read_order(SIGNED).signature)
    with pytest.raises(OrderRefused):
        orders.checked_receipt(borrowed, KEY)
