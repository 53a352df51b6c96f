"""T39 at the hub: orders are carried, never made; handed to the laptop they name; a receipt counts by its signature."""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import orders, parcel, recovery
from sync.hub import ordering, wiping
from sync.hub.admin import AdminError
from sync.orders import Mode, WipeReceipt
from sync.parcel import Content
from sync.protocol import MAX_ITEMS, DevicesAnswer, DevicesRequest, LostRequest, Op, StatusRequest, WipedRequest
from sync.records import new_id
from tests.contract.hub.conftest import Wire
from tests.hub_lab import Lab, Laptop, contact, make

STATUS, LIST, LOST, WIPED = "/v1/sync/status", "/v1/devices/list", "/v1/devices/lost", "/v1/devices/wiped"


class Safe:
    """What IT keeps apart: the private halves."""

    def __init__(self, lab: Lab) -> None:
        folder = lab.service.store.folder
        assert folder is not None
        self.order, self.rescue = Ed25519PrivateKey.generate(), recovery.new_private()
        _lay(folder / wiping.PUBLIC, self.order.public_key().public_bytes_raw())
        _lay(folder / "recovery-key.pub", recovery.public_of(self.rescue))

    def signed(self, lab: Lab, device: str, mode: Mode = "now", days: int = 30) -> bytes:
        order = ordering.draw_up(lab.service, device, mode, days)
        return orders.sign_order(order, self.order.private_bytes_raw())


def _lay(path: Path, public: bytes) -> None:
    path.write_text(base64.b64encode(public).decode() + "\n", "ascii")


@pytest.fixture
def safe(lab: Lab) -> Safe:
    return Safe(lab)


@pytest.fixture
def ida(lab: Lab, http: Any) -> Wire:
    lab.admin.add_member("Ida")
    return joined(lab, http, "Ida")


def joined(lab: Lab, http: Any, name: str) -> Wire:
    wire = Wire(lab, http)
    assert wire.enrol(lab.admin.code(name)).status == 200
    lab.later(seconds=1)
    return wire


def ask(wire: Wire, path: str, message: msgspec.Struct, *, sign: bool = True) -> Any:
    return wire.send(path, msgspec.json.encode(message), sign=sign)


def order_in(answer: Any) -> str:
    return str(answer.body.get("order", ""))


def rescue_file(wire: Wire, counter: int, ops: list[Op], public: bytes, *, signed_by: Ed25519PrivateKey) -> bytes:
    """As a laptop makes it."""
    data = msgspec.json.encode({"ops": ops, "drafts": []})
    receipt = WipeReceipt(
        device=wire.device, counter=counter, mode="now", unsent=len(ops), drafts=0, content=orders.digest(data), at=""
    )
    found = orders.sign_receipt(receipt, signed_by.private_bytes_raw())
    name, key = parcel.new_id(), secrets.token_bytes(32)
    slot = parcel.recipient_slot(name, key, public)
    return parcel.closed(
        name, [slot], key, Content("outbox.json", "rescue", data), {"receipt": msgspec.to_builtins(found)}
    )


def told(file: bytes, *, with_file: bool = True) -> WipedRequest:
    line = file.partition(b"\n")[0].decode()
    return WipedRequest(line=line, rescue=base64.b64encode(file).decode() if with_file else "")


def test_the_key_is_handed_out_and_no_order_without_one(lab: Lab, http: Any, safe: Safe, ida: Wire) -> None:
    status = ask(ida, STATUS, StatusRequest(unsent=7))
    key = base64.b64encode(safe.order.public_key().public_bytes_raw()).decode()
    assert status.body["org_order_key"] == key
    assert order_in(status) == ""
    (row,) = ordering.devices(lab.service)
    assert (row["unsent"], row["order"]) == (7, None)
    fresh = Wire(lab, http)
    assert fresh.enrol(lab.admin.code("Ida")).body["org_order_key"] == key


def test_an_order_reaches_the_laptop_it_names_and_no_other(lab: Lab, http: Any, safe: Safe, ida: Wire) -> None:
    other = joined(lab, http, "Ida")
    data = safe.signed(lab, ida.device)
    ordering.queue(lab.service, data)
    assert order_in(ask(ida, STATUS, StatusRequest())) == data.decode()
    assert order_in(ask(other, STATUS, StatusRequest())) == ""


def test_a_laptop_that_is_shut_out_gets_it_too_and_only_with_its_own_signature(
    lab: Lab, http: Any, safe: Safe, ida: Wire
) -> None:
    data = safe.signed(lab, ida.device, "after_push")
    ordering.queue(lab.service, data)
    lab.admin.revoke(ida.device)
    refused = ask(ida, STATUS, StatusRequest())
    assert (refused.status, refused.code, order_in(refused)) == (401, "device-revoked", data.decode())
    stranger = Wire(lab, http, device=ida.device)
    answer = ask(stranger, STATUS, StatusRequest())
    assert (answer.code, order_in(answer)) == ("signature", "")


@pytest.mark.parametrize("change", ["key", "again", "older", "expired", "unknown", "noise"])
def test_the_hub_takes_no_order_that_a_laptop_would_not_believe(
    lab: Lab, http: Any, safe: Safe, ida: Wire, change: str
) -> None:
    data = safe.signed(lab, ida.device, days=1)
    order = orders.read_order(data).order
    if change == "key":
        data = orders.sign_order(order, Ed25519PrivateKey.generate().private_bytes_raw())
    elif change == "again":
        ordering.queue(lab.service, data)
    elif change == "older":
        lab.later(seconds=5)
        ordering.queue(lab.service, safe.signed(lab, ida.device))
    elif change == "expired":
        lab.later(days=1)
    elif change == "unknown":
        changed = msgspec.structs.replace(order, device="0192f0c4-0000-7000-8000-000000000009")
        data = orders.sign_order(changed, safe.order.private_bytes_raw())
    else:
        data = data[:-1]
    with pytest.raises(AdminError):
        ordering.queue(lab.service, data)


def test_an_order_runs_out_and_is_taken_back_by_a_newer_one(lab: Lab, http: Any, safe: Safe, ida: Wire) -> None:
    ordering.queue(lab.service, safe.signed(lab, ida.device, days=2))
    lab.later(seconds=5)
    void = safe.signed(lab, ida.device, "void", days=1)
    ordering.queue(lab.service, void)
    assert order_in(ask(ida, STATUS, StatusRequest())) == void.decode()
    lab.later(days=1)
    assert order_in(ask(ida, STATUS, StatusRequest())) == ""


def test_without_the_keys_there_is_no_order(lab: Lab, http: Any, ida: Wire) -> None:
    with pytest.raises(AdminError, match="order-key"):
        ordering.draw_up(lab.service, ida.device, "now", 30)
    safe = Safe(lab)
    assert lab.service.store.folder is not None
    (lab.service.store.folder / "recovery-key.pub").unlink()
    with pytest.raises(AdminError, match="recovery-key"):
        safe.signed(lab, ida.device)
    with pytest.raises(AdminError, match="no such device"):
        ordering.known(lab.service, "nobody")


def test_t39_the_receipt_is_written_down_and_the_rescued_work_is_among_the_records(
    lab: Lab, http: Any, safe: Safe, ida: Wire
) -> None:
    ordering.queue(lab.service, safe.signed(lab, ida.device))
    (row,) = ordering.devices(lab.service)
    counter = orders.read_order(safe.signed(lab, ida.device)).order.counter
    citizen = make("citizen", "0192f0c4-0000-7000-8000-00000000000c", "case:0192f0c4-0000-7000-8000-00000000000c",
                   {"name": "Mia Prøve"})  # fmt: skip
    note = contact(citizen.id, "skrevet uden net")
    file = rescue_file(ida, counter, [citizen, note], recovery.public_of(safe.rescue), signed_by=ida.key)
    answer = ask(ida, WIPED, told(file), sign=False)
    assert (answer.status, answer.body.get("kept")) == (200, True)
    (row,) = ordering.devices(lab.service)
    assert row["revoked_at"]
    assert row["order"]["done_at"]
    assert (row["order"]["unsent"], row["order"]["rescue"], row["order"]["rescued_at"]) == (2, True, None)
    assert ask(ida, STATUS, StatusRequest()).code == "device-revoked"
    assert ask(ida, WIPED, told(file, with_file=False), sign=False).status == 200, "told again, nothing is lost"
    kept = ordering.uploaded(lab.service, ida.device)
    assert kept == file
    for _again in range(2):
        done, content = ordering.bring_in(lab.service, kept, safe.rescue)
        assert (done.broker, done.taken, done.refused, done.drafts) == ("Ida", 2, (), 0)
        assert json.loads(content)["ops"][1]["patch"]["note"] == "skrevet uden net"
    laptop = lab.laptop("Ida")
    assert {change.id for change in laptop.pull()} >= {citizen.id, note.id}
    assert ordering.devices(lab.service)[0]["order"]["rescued_at"]


@pytest.mark.parametrize("wrong", ["signature", "counter", "device", "line", "file", "base64"])
def test_t39_a_receipt_that_does_not_fit_changes_nothing(
    lab: Lab, http: Any, safe: Safe, ida: Wire, wrong: str
) -> None:
    data = safe.signed(lab, ida.device)
    ordering.queue(lab.service, data)
    counter = orders.read_order(data).order.counter
    signer = Ed25519PrivateKey.generate() if wrong == "signature" else ida.key
    if wrong == "device":
        ida.device = "0192f0c4-0000-7000-8000-000000000009"
    public = recovery.public_of(safe.rescue)
    file = rescue_file(ida, counter + (wrong == "counter"), [], public, signed_by=signer)
    request = told(file)
    if wrong == "line":
        request = WipedRequest(line="{}", rescue=request.rescue)
    elif wrong == "file":
        other = rescue_file(ida, counter, [], public, signed_by=ida.key)
        request = WipedRequest(line=request.line, rescue=base64.b64encode(other).decode())
    elif wrong == "base64":
        request = WipedRequest(line=request.line, rescue="~")
    answer = ask(ida, WIPED, request, sign=False)
    expected = (400, "bad-request") if wrong in ("line", "file", "base64") else (404, "not-found")
    assert (answer.status, answer.code) == expected
    (row,) = ordering.devices(lab.service)
    assert (row["revoked_at"], row["order"]["done_at"]) == (None, None)


def test_a_rescue_file_of_somebody_else_brings_nothing_in(lab: Lab, http: Any, safe: Safe, ida: Wire) -> None:
    public = recovery.public_of(safe.rescue)
    forged = rescue_file(ida, 1, [], public, signed_by=Ed25519PrivateKey.generate())
    with pytest.raises(AdminError, match="not signed by the laptop"):
        ordering.bring_in(lab.service, forged, safe.rescue)
    with pytest.raises(AdminError, match="another key"):
        ordering.bring_in(lab.service, rescue_file(ida, 1, [], public, signed_by=ida.key), recovery.new_private())


def test_what_is_unsent_is_followed(lab: Lab, http: Any, ida: Wire) -> None:
    ask(ida, STATUS, StatusRequest(unsent=3))
    actor = lab.service.device(ida.device)
    assert actor is not None
    laptop = Laptop(lab, actor.actor)
    citizen, op = laptop.citizen()
    laptop.push(op, contact(citizen))
    assert ordering.devices(lab.service)[0]["unsent"] == 1
    laptop.push(contact(citizen), contact(citizen))
    assert ordering.devices(lab.service)[0]["unsent"] == 0
    ask(ida, STATUS, StatusRequest())  # an older program says nothing
    assert ordering.devices(lab.service)[0]["unsent"] == 0


def devices(answer: Any) -> list[tuple[str, bool, bool]]:
    found = msgspec.convert(answer.body, DevicesAnswer)
    return [(one.id, one.this, one.revoked_at is not None) for one in found.devices]


def test_a_person_sees_own_laptops_and_shuts_a_lost_one_out(lab: Lab, http: Any, ida: Wire) -> None:
    lab.admin.add_member("Bo")
    second, bo = joined(lab, http, "Ida"), joined(lab, http, "Bo")
    assert devices(ask(ida, LIST, DevicesRequest())) == [(ida.device, True, False), (second.device, False, False)]
    assert devices(ask(ida, LOST, LostRequest(device=second.device))) == [
        (ida.device, True, False),
        (second.device, False, True),
    ]
    first = [one["revoked_at"] for one in ordering.devices(lab.service)]
    lab.later(hours=1)
    ask(ida, LOST, LostRequest(device=second.device))
    assert [one["revoked_at"] for one in ordering.devices(lab.service)] == first, "what was said first counts"
    assert ask(second, STATUS, StatusRequest()).code == "device-revoked"
    assert ask(second, LOST, LostRequest(device=ida.device)).code == "device-revoked", "a lost one shuts nobody out"
    assert [(one.kind, one.subject) for one in lab.admin.events() if one.kind == "lost"] == [("lost", second.device)]
    strange = [
        ask(ida, LOST, LostRequest(device=name)) for name in (bo.device, "nobody", "0" * 36, "a\0b", ida.device, "")
    ]
    assert {(answer.status, answer.raw) for answer in strange} == {(404, strange[0].raw)}
    assert devices(ask(bo, LIST, DevicesRequest())) == [(bo.device, True, False)]


def test_a_second_rescue_file_of_one_order_is_never_said_to_be_kept(lab: Lab, http: Any, safe: Safe, ida: Wire) -> None:
    """Two copies of a caseload obey one order: what the hub did not keep, the laptop must."""
    data = safe.signed(lab, ida.device)
    ordering.queue(lab.service, data)
    counter, public = orders.read_order(data).order.counter, recovery.public_of(safe.rescue)
    citizen = make("citizen", "0192f0c4-0000-7000-8000-00000000000c", "case:0192f0c4-0000-7000-8000-00000000000c",
                   {"name": "Mia Prøve"})  # fmt: skip
    first = rescue_file(ida, counter, [], public, signed_by=ida.key)
    second = rescue_file(ida, counter, [citizen], public, signed_by=ida.key)
    kept = [ask(ida, WIPED, told(file), sign=False).body.get("kept", False) for file in (first, second, first)]
    assert ordering.uploaded(lab.service, ida.device) == first
    assert kept == [True, False, True]


def test_half_a_character_in_a_receipt_is_a_bad_request(lab: Lab, http: Any, safe: Safe, ida: Wire) -> None:
    public = recovery.public_of(safe.rescue)
    line = rescue_file(ida, 1, [], public, signed_by=ida.key).partition(b"\n")[0].decode()
    answer = ask(ida, WIPED, WipedRequest(line=line.replace(ida.device, "\\ud800"), rescue=""), sign=False)
    assert (answer.status, answer.code) == (400, "bad-request")


def test_work_brought_in_is_no_sync_of_the_laptop(lab: Lab, http: Any, safe: Safe, ida: Wire) -> None:
    data = safe.signed(lab, ida.device)
    ordering.queue(lab.service, data)
    before = ordering.devices(lab.service)[0]["last_seen"]
    counter = orders.read_order(data).order.counter
    citizen = make("citizen", "0192f0c4-0000-7000-8000-00000000000c", "case:0192f0c4-0000-7000-8000-00000000000c",
                   {"name": "Mia Prøve"})  # fmt: skip
    file = rescue_file(ida, counter, [citizen], recovery.public_of(safe.rescue), signed_by=ida.key)
    ask(ida, WIPED, told(file), sign=False)
    lab.later(days=3)
    ordering.bring_in(lab.service, file, safe.rescue)
    assert ordering.devices(lab.service)[0]["last_seen"] == before


def test_a_save_over_the_end_of_a_batch_is_brought_in_whole_or_not_at_all(
    lab: Lab, http: Any, safe: Safe, ida: Wire
) -> None:
    who = "0192f0c4-0000-7000-8000-00000000000c"
    citizen = make("citizen", who, f"case:{who}", {"name": "Mia Prøve"})
    alone = [contact(who, f"nr. {number}") for number in range(MAX_ITEMS - 2)]
    save = new_id()
    good = contact(who, "hører sammen", tx=save)
    bad = make("contact", new_id(), f"case:{who}", {"citizen_id": who, "kind": "phone"}, tx=save)
    ops = [citizen, *alone, good, bad]
    file = rescue_file(ida, 1, ops, recovery.public_of(safe.rescue), signed_by=ida.key)
    done, _ = ordering.bring_in(lab.service, file, safe.rescue)
    assert sorted(done.refused) == ["tx-partner-refused", "validation"]


def test_an_own_laptop_is_not_shut_out_by_a_longer_name(lab: Lab, http: Any, ida: Wire) -> None:
    answer = ask(ida, LOST, LostRequest(device=f"{ida.device}x"))
    assert (answer.status, answer.code) == (404, "not-found")
    assert devices(ask(ida, LIST, DevicesRequest())) == [(ida.device, True, False)]


def test_rescued_work_that_came_before_what_it_names_is_brought_in_at_once(
    lab: Lab, http: Any, safe: Safe, ida: Wire
) -> None:
    data = safe.signed(lab, ida.device)
    ordering.queue(lab.service, data)
    counter = orders.read_order(data).order.counter
    who = "0192f0c4-0000-7000-8000-00000000000c"
    ops = [contact(who), make("citizen", who, f"case:{who}", {"name": "Mia Prøve"}), contact(who, after=new_id())]
    file = rescue_file(ida, counter, ops, recovery.public_of(safe.rescue), signed_by=ida.key)
    ask(ida, WIPED, told(file), sign=False)
    done, _ = ordering.bring_in(lab.service, file, safe.rescue)
    assert (done.taken, done.refused, done.waiting) == (2, (), 1)
    assert ordering.devices(lab.service)[0]["order"]["rescued_at"] is None, "it is not all here"
    lab.later(days=6)
    done, _ = ordering.bring_in(lab.service, file, safe.rescue)
    assert (done.taken, done.refused, done.waiting) == (3, (), 0)
    assert ordering.devices(lab.service)[0]["order"]["rescued_at"]
