"""What the hub answers to operations, and what it keeps."""

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from sync.hub import tables as t
from sync.hub.bodies import decoded
from sync.hub.problems import Refused
from sync.protocol import Op, PushRequest
from sync.records import new_id
from tests.hub_lab import Lab, contact, edit, make, statuses


def rows(lab: Lab, table: Any) -> int:
    with lab.service.store.read() as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def test_same_batch_twice_is_answered_twice_and_kept_once(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    batch = [create, *(contact(who, f"nr. {i}") for i in range(5))]
    first = ida.push(*batch)
    before = rows(lab, t.record), rows(lab, t.op)
    again = ida.push(*batch)
    assert statuses(first) == ["applied"] * 6
    assert statuses(again) == ["duplicate"] * 6
    assert [(a.op, a.rev, a.seq) for a in again] == [(a.op, a.rev, a.seq) for a in first]
    assert (rows(lab, t.record), rows(lab, t.op)) == before


def test_same_operation_twice_in_one_batch(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    _, create = ida.citizen()
    other = msgspec.structs.replace(create, patch={"name": "En anden"})
    assert statuses(ida.push(create, create, other)) == ["applied", "duplicate", "op-id-reuse"]


def test_same_id_with_another_content_is_refused(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    _, create = ida.citizen()
    ida.push(create)
    changed = msgspec.structs.replace(create, patch={"name": "En anden"})
    assert statuses(ida.push(changed)) == ["op-id-reuse"]


def test_each_operation_draws_a_number_of_the_own_feed(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    assert [a.seq for a in ida.push(create, contact(who), contact(who))] == [1, 2, 3]


def test_foreign_and_unknown_cannot_be_told_apart(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create)
    foreign = edit("citizen", who, f"case:{who}", 1, {"note": "x"})
    in_own_case = edit("citizen", who, f"broker:{jon.staff}", 1, {"note": "x"})
    nowhere = edit("memo", new_id(), f"broker:{jon.staff}", 3, {"text": "x"})
    answers = jon.push(foreign, in_own_case, nowhere, make("memo", new_id(), f"broker:{ida.staff}", {"text": "hej"}))
    assert statuses(answers) == ["not-entitled"] * 4
    assert len({msgspec.json.encode(a.problem) for a in answers}) == 1


def test_person_comes_from_the_device_not_from_the_operation(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    _, create = ida.citizen()
    ida.push(msgspec.structs.replace(create, staff=jon.staff))
    with lab.service.store.read() as conn:
        assert conn.execute(select(t.op.c.staff).where(t.op.c.op == create.op)).scalar() == ida.staff


TOO_NEW: dict[str, dict[str, Any]] = {"unknown-type": {"type": "horoscope"}, "schema-too-new": {"v": 99}}
BAD: list[tuple[str, dict[str, Any]]] = [
    ("hub-writes-only", {"type": "conflict"}),
    ("malformed", {"scope": "team:1"}),
    ("malformed", {"id": "1"}),
    ("malformed", {"kind": "explode"}),
    ("malformed", {"patch": 7}),
    ("validation", {"patch": {"name": 7}}),
    ("validation", {"patch": {}}),
    ("validation", {"patch": {"name": "x", "extra": 1.5}}),
    ("validation", {"patch": {"name": "x", "note": "a" * 10_001}}),
    ("validation", {"patch": {"name": "x", "deep": {"a": [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]}}}),
    ("wrong-scope", {"scope": "shared"}),
]


@pytest.mark.parametrize(("code", "change"), BAD, ids=[f"{code}-{next(iter(c))}" for code, c in BAD])
def test_one_bad_operation_is_refused_alone(lab: Lab, code: str, change: dict[str, Any]) -> None:
    ida = lab.laptop("Ida")
    _, good = ida.citizen()
    _, other = ida.citizen()
    bad = {**msgspec.to_builtins(other), **change}
    assert statuses(ida.push(bad, good)) == [code, "applied"]
    assert rows(lab, t.refused) == 1


@pytest.mark.parametrize("code", TOO_NEW)
def test_what_is_too_new_for_this_hub_waits_for_a_newer_one(lab: Lab, code: str) -> None:
    ida = lab.laptop("Ida")
    _, good = ida.citizen()
    _, other = ida.citizen()
    tx = new_id()
    beside = msgspec.to_builtins(make("company", new_id(), "shared", {"name": "Nordvest Lager ApS"}))
    new = {**msgspec.to_builtins(other), **TOO_NEW[code], "tx": tx}
    answers = ida.push(new, good, {**beside, "tx": tx})
    assert [answer.status for answer in answers] == ["waiting", "applied", "waiting"]
    assert answers[0].problem is not None
    assert (answers[0].problem.code, answers[0].problem.retry) == (code, "wait")
    assert rows(lab, t.refused) == 0


def test_refused_operation_is_taken_when_the_reason_is_gone(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create)
    late = contact(who)
    assert statuses(jon.push(late)) == ["not-entitled"]
    lab.admin.assign(who, "Jon")
    assert statuses(jon.push(late)) == ["applied"]


@pytest.mark.parametrize("item", [b"7", b'"op"', b"[]", b"{}", b'{"op": 3}', b"[" * 5000 + b"]" * 5000])
def test_what_is_no_operation_is_named_malformed(lab: Lab, item: bytes) -> None:
    ida = lab.laptop("Ida")
    _, good = ida.citizen()
    assert statuses(ida.push(item, good)) == ["malformed", "applied"]


def test_more_than_500_items_are_refused_whole(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    with pytest.raises(Refused) as caught:
        lab.service.push(ida.actor, PushRequest(batch="b", items=[msgspec.Raw(b"{}")] * 501))
    assert caught.value.problem.code == "too-many-items"


def test_missing_link_waits_and_is_taken_later(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    first = edit("citizen", who, f"case:{who}", 1, {"area": "Nord"})
    run = {"after": first.op, "chain": first.op, "before": {"area": "Nord"}}
    second = edit("citizen", who, f"case:{who}", 1, {"area": "Syd"}, **run)
    assert statuses(ida.push(second)) == ["waiting"]
    assert statuses(ida.push(first, second)) == ["applied", "applied"]


def test_children_of_a_refused_create_wait(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    broken = msgspec.structs.replace(create, patch={})
    assert statuses(ida.push(broken, contact(who))) == ["validation", "waiting"]


def test_group_is_applied_whole_or_not_at_all(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    tx = new_id()
    good = msgspec.structs.replace(create, tx=tx)
    bad = make("case", new_id(), f"case:{who}", {"citizen_id": who, "programme": "nonsense"}, tx=tx)
    assert statuses(ida.push(good, bad)) == ["tx-partner-refused", "validation"]
    assert rows(lab, t.record) == 1  # Ida's own staff record
    fixed = make(
        "case", bad.id, f"case:{who}", {"citizen_id": who, "programme": "fsm2", "known_from": "2026-11-01"}, tx=tx
    )
    assert statuses(ida.push(good, fixed)) == ["applied", "applied"]


def test_undecodable_member_holds_its_group_back(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    _, create = ida.citizen()
    tx = new_id()
    answers = ida.push(msgspec.structs.replace(create, tx=tx), {"op": new_id(), "tx": tx, "kind": "create"})
    assert statuses(answers) == ["tx-partner-refused", "malformed"]


def test_facts_are_not_patched(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    call = contact(who)
    ida.push(create, call)
    assert statuses(ida.push(edit("contact", call.id, call.scope, 1, {"note": "andet"}))) == ["append-only"]


def test_text_is_kept_as_it_is(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    nasty = "[/b] \x1b[31m \u202e æøå 👩‍🏫 " + "x" * 9000
    ida.push(create, contact(who, nasty))
    other = lab.laptop("Ida")
    notes = [c.doc["note"] for c in other.pull() if c.type == "contact" and c.doc]
    assert notes == [nasty]


def test_decomposed_letters_are_composed(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen("A\u030ase")
    ida.push(create)
    names = [c.doc["name"] for c in lab.laptop("Ida").pull() if c.id == who and c.doc]
    assert names == ["\u00c5se"]


def test_unknown_fields_survive(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who = new_id()
    ida.push(make("citizen", who, f"case:{who}", {"name": "P", "from_the_future": [1, {"a": "b"}]}))
    ida.push(edit("citizen", who, f"case:{who}", 1, {"area": "Nord"}))
    doc = next(c.doc for c in lab.laptop("Ida").pull() if c.id == who)
    assert doc == {"name": "P", "from_the_future": [1, {"a": "b"}], "area": "Nord"}


def test_receipts_count_per_day(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    day = [lab.service.push(ida.actor, PushRequest(batch="b", items=[])).receipt for _ in range(2)]
    lab.later(days=1)
    day.append(lab.service.push(ida.actor, PushRequest(batch="b", items=[])).receipt)
    numbers = [int(r.rsplit("-", 1)[1]) for r in day]
    assert [r[:9] for r in day] == ["2026-1116", "2026-1116", "2026-1117"]
    assert (numbers[1] - numbers[0], numbers[2]) == (1, 1)


def test_administrators_operation_needs_no_device(lab: Lab) -> None:
    who = new_id()
    answers = lab.service.administer([make("citizen", who, f"case:{who}", {"name": "P"})])
    assert statuses(answers) == ["applied"]


def test_op_struct_of_a_newer_laptop_is_read(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    _, create = ida.citizen()
    assert isinstance(create, Op)
    assert statuses(ida.push({**msgspec.to_builtins(create), "unheard_of": True})) == ["applied"]


def test_administrator_sees_and_writes_no_cases(lab: Lab) -> None:
    from sync.hub.state import Actor

    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    boss = lab.admin.add_member("Boss", "admin")
    lab.admin.assign(who, "Boss")
    desk = lab.laptop("Boss")
    assert desk.actor == Actor(boss.staff_id, desk.actor.device_id)
    assert {c.type for c in desk.pull()} == {"staff"}
    _, other = desk.citizen()
    assert statuses(desk.push(contact(who), other)) == ["not-entitled"] * 2


def test_former_values_are_held_to_the_same_rules(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    bad = edit("citizen", who, f"case:{who}", 1, {"area": "Nord"}, before={"area": 1.5})
    assert statuses(ida.push(bad)) == ["validation"]


def test_refused_content_is_kept_ninety_days(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    _, create = ida.citizen()
    ida.push(msgspec.structs.replace(create, patch={}))
    lab.later(days=89)
    ida.push()
    assert rows(lab, t.refused) == 1
    lab.later(days=2)
    ida.push()
    assert rows(lab, t.refused) == 0


def test_edit_of_a_record_whose_create_is_on_its_way_waits(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    early = edit("citizen", who, f"case:{who}", 0, {"area": "Nord"}, chain=create.op)
    assert statuses(ida.push(early)) == ["waiting"]
    assert statuses(ida.push(create, early)) == ["applied", "applied"]


def test_group_waits_as_a_whole(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    tx = new_id()
    call = contact(who, tx=tx)
    early = edit("citizen", who, f"case:{who}", 1, {"area": "Nord"}, tx=tx, after=new_id())
    assert statuses(ida.push(call, early)) == ["waiting", "waiting"]
    assert rows(lab, t.refused) == 0


def test_bytes_that_are_no_text_are_refused_alone(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    good = make("company", new_id(), "shared", {"name": "Værft"})
    whole = msgspec.json.encode(make("company", new_id(), "shared", {"name": "Torn"}))
    torn = [whole.replace(part, part[:-1] + b"\xc3", 1) for part in (b"Torn", b"company", b'"name', b"shared")]
    said = ida.push(*torn, good)
    assert statuses(said) == ["malformed"] * 4 + ["applied"]


def test_every_byte_of_a_batch_changed_is_an_answer(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    op = msgspec.Raw(msgspec.json.encode(make("company", new_id(), "shared", {"name": "Værft"})))
    body = msgspec.json.encode(PushRequest(batch=new_id(), items=[op]))
    for at in range(len(body)):
        for byte in (0x00, 0x22, 0x5C, 0x80, 0xC3, 0xED, 0xFF):
            with suppress(Refused):
                lab.service.push(ida.actor, decoded(body[:at] + bytes([byte]) + body[at + 1 :], PushRequest))
