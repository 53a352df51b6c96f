"""T39 on the laptop: which orders begin a wipe, and that nothing else does, whatever the hub or the line says."""

import base64
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker_tui.domain.views import Me
from broker_tui.orders import KEY, LAST, Orders
from sync.errors import Cause, HubRefused, HubTrouble, NoNetwork, SyncError
from sync.hub.wiping import drawn_up
from sync.orders import Mode, WipeOrder, sign_order
from sync.protocol import Problem

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
PRIVATE, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
DEVICE = "0192f0c4-0000-7000-8000-000000000001"


def public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def signed(mode: Mode = "now", device: str = DEVICE, at: datetime = NOW, key: Ed25519PrivateKey = PRIVATE) -> str:
    return sign_order(drawn_up(device, mode, "A" * 43 + "=", at), key.private_bytes_raw()).decode()


class Laptop:
    """A store, a clock, and what was obeyed."""

    def __init__(self, *, key: Ed25519PrivateKey | None = PRIVATE) -> None:
        self.settings: dict[str, Any] = {KEY: public(key)} if key else {}
        self.audit: list[tuple[str, str]] = []
        self.obeyed: list[WipeOrder] = []
        self.trouble: Exception | None = None
        me = cast(Any, self)
        self.orders = Orders(me, me, self.obey)

    def obey(self, order: WipeOrder) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.obeyed.append(order)

    def now(self) -> datetime:
        return NOW + timedelta(hours=1)

    def today(self) -> date:
        return NOW.date()

    def me(self) -> Me:
        return Me("s", "Bente", DEVICE, "laptop", True)

    def setting(self, name: str, default: Any = None) -> Any:
        return self.settings.get(name, default)

    def set_setting(self, name: str, value: Any) -> None:
        self.settings[name] = value

    def note_audit(self, action: str, entity: str, entity_id: str, detail: str = "") -> None:
        self.audit.append((action, detail))


def test_t39_a_signed_order_begins() -> None:
    laptop = Laptop()
    assert laptop.orders.begun(signed(), None)
    assert [order.device for order in laptop.obeyed] == [DEVICE]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (signed(key=OTHER), "signature"),
        (signed(device="0192f0c4-0000-7000-8000-000000000002"), "device"),
        (signed(at=NOW - timedelta(days=31)), "expired"),
        (signed(at=NOW - timedelta(days=1)), "replayed"),
        ("<html>not found</html>", "malformed"),
        ("wipe", "malformed"),
        (signed()[:-1], "malformed"),
    ],
)
def test_t39_what_does_not_hold_is_ignored_and_said_once(text: str, why: str) -> None:
    laptop = Laptop()
    laptop.settings[LAST] = int((NOW - timedelta(hours=2)).timestamp())
    for _again in range(3):
        assert not laptop.orders.begun(text, None)
    assert laptop.obeyed == []
    assert laptop.audit == [("order_ignored", why)]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500])
def test_t39_no_status_code_deletes(status: int) -> None:
    laptop = Laptop()
    refused = HubRefused(Cause.DEVICE_REVOKED, Problem(code="device-revoked", status=status))
    assert not laptop.orders.begun("", refused)
    assert (laptop.obeyed, laptop.audit) == ([], [])


def test_a_laptop_that_knows_no_key_believes_nobody() -> None:
    laptop = Laptop(key=None)
    assert not laptop.orders.begun(signed(), None)
    assert laptop.audit == [("order_ignored", "signature")]


def test_the_first_key_counts_until_the_laptop_joins_anew() -> None:
    laptop = Laptop(key=None)
    laptop.orders.learn("")
    laptop.orders.learn("no key")
    assert KEY not in laptop.settings
    laptop.orders.learn(public(PRIVATE))
    laptop.orders.learn(public(OTHER))
    assert laptop.settings[KEY] == public(PRIVATE)
    assert laptop.audit == [("order_ignored", "key")]
    laptop.orders.learn(public(OTHER), joining=True)
    assert laptop.settings[KEY] == public(OTHER)


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (None, True),
        (HubRefused(Cause.DEVICE_REVOKED), True),
        (NoNetwork(Cause.CUT_SHORT), False),
        (HubTrouble(Cause.BUSY), False),
        (SyncError(Cause.STOPPED), False),
    ],
)
def test_after_push_waits_for_a_sync_that_ended_and_now_does_not(error: SyncError | None, begins: bool) -> None:
    laptop = Laptop()
    assert laptop.orders.begun(signed("after_push"), error) is begins
    assert laptop.orders.begun(signed("now"), error)


def test_an_order_taken_back_makes_the_ones_before_it_old() -> None:
    laptop = Laptop()
    assert not laptop.orders.begun(signed("void", at=NOW + timedelta(minutes=1)), None)
    assert not laptop.orders.begun(signed("now"), None)
    assert laptop.obeyed == []
    assert [action for action, _ in laptop.audit] == ["order_void", "order_ignored"]
    assert laptop.orders.begun(signed("now", at=NOW + timedelta(minutes=2)), None)


def test_a_disk_that_refuses_begins_nothing_and_the_order_is_tried_again() -> None:
    laptop = Laptop()
    laptop.trouble = OSError(28, "full")
    assert not laptop.orders.begun(signed(), None)
    assert laptop.audit == [("order_failed", "OSError")]
    laptop.trouble = None
    assert laptop.orders.begun(signed(), None)
