"""What somebody saved before a case left them arrives after it: never refused, never lost, changing nothing alone."""

import threading
from typing import Any, Literal

import msgspec
import pytest

from sync.protocol import Change, Op, OpAnswer
from sync.records import new_id
from tests.hub_lab import Lab, contact, edit, make, statuses
from tests.unit.hub.test_handover import Office
from tests.unit.hub.test_handover import said as accepted


@pytest.fixture
def office(lab: Lab) -> Office:
    """Ida gave the case to Jon and does not know that he said yes; both know a follow-up."""
    office = Office(lab)
    office.task = task(office)
    office.ida.push(office.task)
    offer = office.offer()
    office.ida.push(offer)
    office.ida.pull()
    office.jon.push(accepted(offer, "accepted"))
    office.jon.pull()
    return office


def task(office: Office, what: str = "Ring") -> Op:
    doc = {"citizen_id": office.who, "what": what, "due": "2026-12-01"}
    return make("follow_up", new_id(), office.scope, doc)


def box(changes: list[Change]) -> list[dict[str, Any]]:
    """Open late differences among changes."""
    docs = [c.doc or {} for c in changes if c.type == "conflict"]
    return [doc for doc in docs if doc.get("late") and doc.get("state", "open") == "open"]


def test_a_late_note_is_taken_and_waits_apart(office: Office) -> None:
    note = contact(office.who, "sagt i går", at="2026-11-15T16:20:00+01:00")
    (answer,) = office.ida.push(note)
    assert (answer.status, answer.late, answer.conflicts, answer.problem) == ("merged", True, [], None)
    came = office.jon.pull()
    kept = next(c for c in came if c.id == note.id)
    assert (kept.doc, kept.deleted) == (note.patch, True)
    (waits,) = box(came)
    assert (waits["record_id"], waits["fields"], waits["other"]["values"]) == (note.id, ["deleted"], {"deleted": False})
    assert (waits["other"]["staff_id"], waits["other"]["at"]) == (office.ida.staff, "2026-11-15T16:20:00+01:00")


def test_whoever_sent_it_is_told_to_let_go_of_it_and_gets_nothing(office: Office) -> None:
    office.ida.pull()
    note, change = contact(office.who), edit("follow_up", office.task.id, office.scope, 1, {"what": "Skriv"})
    office.ida.push(note, change)
    assert {(c.id, c.kind) for c in office.ida.pull()} == {(note.id, "revoke"), (office.task.id, "revoke")}


def test_sent_again_it_is_the_same_answer_and_nothing_twice(office: Office) -> None:
    note = contact(office.who)
    office.ida.push(note)
    (again,) = office.ida.push(note)
    assert (again.status, again.late) == ("duplicate", True)
    assert len(box(office.jon.pull())) == 1


def test_a_changed_field_is_kept_beside_what_stands(office: Office) -> None:
    change = edit("follow_up", office.task.id, office.scope, 1, {"what": "Skriv", "due": "2026-12-01"})
    change = edit("follow_up", office.task.id, office.scope, 1, {"what": "Skriv"}, before={"what": "Ring"})
    (answer,) = office.ida.push(change)
    assert (answer.late, answer.rev) == (True, 0)
    (waits,) = box(came := office.jon.pull())
    assert (waits["kept"]["values"], waits["other"]["values"], waits["before"]["values"]) == (
        {"what": "Ring"}, {"what": "Skriv"}, {"what": "Ring"},
    )  # fmt: skip
    assert office.task.id not in {c.id for c in came}, "the follow-up itself did not change"


def test_equal_values_and_withdrawing_twice_leave_nothing_to_decide(office: Office) -> None:
    same = edit("follow_up", office.task.id, office.scope, 1, {"what": "Ring"})
    assert statuses(office.ida.push(same)) == ["merged"]
    assert box(office.jon.pull()) == []


@pytest.mark.parametrize("does", ["delete", "restore"])
def test_a_late_withdrawal_and_bringing_back_wait_too(office: Office, does: str) -> None:
    if does == "restore":
        office.jon.push(edit("follow_up", office.task.id, office.scope, 1, does="delete"))
        office.jon.pull()
    office.ida.push(edit("follow_up", office.task.id, office.scope, 1, does=does))
    (waits,) = box(office.jon.pull())
    assert waits["other"]["values"] == {"deleted": does == "delete"}


def test_a_run_of_late_edits_is_one_thing_to_decide(office: Office) -> None:
    made = task(office, "Nyt møde")
    run = {"after": made.op, "chain": made.op, "before": {"what": "Nyt møde"}}
    second = edit("follow_up", made.id, office.scope, 0, {"what": "Møde kl. 9"}, **run)
    assert [a.late for a in office.ida.push(made, second)] == [True, True]
    came = {c.id: c for c in office.jon.pull()}
    assert ((came[made.id].doc or {})["what"], came[made.id].deleted) == ("Møde kl. 9", True)
    assert len(box(list(came.values()))) == 1


def test_made_and_withdrawn_late_is_nothing_to_decide(office: Office) -> None:
    made = task(office)
    away = edit("follow_up", made.id, office.scope, 0, does="delete", after=made.op, chain=made.op)
    back = edit("follow_up", made.id, office.scope, 0, does="restore", after=away.op, chain=made.op)
    office.ida.push(made, away)
    assert box(office.jon.pull()) == []
    office.ida.push(back)
    came = office.jon.pull()
    assert len(box(came)) == 1
    assert not [c for c in came if c.id == made.id and not c.deleted]


def test_taken_in_it_stands_and_put_away_it_does_not(office: Office) -> None:
    wanted, unwanted = contact(office.who, "vigtig"), contact(office.who, "dobbelt")
    office.ida.push(wanted, unwanted)
    conflicts = {(c.doc or {})["record_id"]: c.id for c in office.jon.pull() if c.type == "conflict"}
    take = [
        edit("contact", wanted.id, office.scope, 1, does="restore"),
        edit("contact", wanted.id, office.scope, 1, does="resolve", closes=[conflicts[wanted.id]]),
        edit("contact", unwanted.id, office.scope, 1, does="resolve", closes=[conflicts[unwanted.id]]),
    ]
    assert set(statuses(office.jon.push(*take))) <= {"applied", "merged"}
    office.jon.cursors = {}
    came = {c.id: c for c in office.jon.pull()}
    assert (came[wanted.id].deleted, came[unwanted.id].deleted) == (False, True)
    assert box(list(came.values())) == []
    assert office.note.id in came


def test_a_late_role_opens_nothing_until_it_is_taken_in(office: Office) -> None:
    doc = {"citizen_id": office.who, "staff_id": office.eva.staff, "role": "caseworker", "start": "2026-11-01"}
    role = make("role_assignment", new_id(), office.scope, doc)
    office.ida.push(role)
    assert office.eva.pull() == []
    assert statuses(office.eva.push(contact(office.who))) == ["not-entitled"]
    office.jon.push(edit("role_assignment", role.id, office.scope, 1, does="restore"))
    assert office.who in {c.id for c in office.eva.pull()}


def test_what_was_saved_together_is_taken_together(office: Office) -> None:
    tx = new_id()
    ops = [contact(office.who, tx=tx), edit("follow_up", office.task.id, office.scope, 1, {"state": "done"}, tx=tx)]
    assert [a.late for a in office.ida.push(*ops)] == [True, True]
    assert len(box(office.jon.pull())) == 2


def test_a_role_that_ran_out_or_went_to_another_person_is_remembered(lab: Lab) -> None:
    office = Office(lab)
    office.lab.admin.assign(office.who, "Jon")
    office.jon.push(edit("role_assignment", office.role_id, office.scope, 1, {"staff_id": office.jon.staff}))
    assert [a.late for a in office.ida.push(contact(office.who))] == [True]
    assert [a.late for a in office.jon.push(contact(office.who))] == [False]


def test_a_stranger_gets_the_same_answer_as_for_nobody(office: Office) -> None:
    nobody = new_id()
    for who in (office.who, nobody):
        assert statuses(office.eva.push(edit("follow_up", office.task.id, f"case:{who}", 1, {"what": "x"}))) == [
            "not-entitled"
        ]
    assert statuses(office.eva.push(contact(office.who))) == ["not-entitled"]


def test_a_move_out_of_a_case_that_left_is_refused_and_the_note_stays(office: Office) -> None:
    own, create = office.ida.citizen("Egen")
    office.ida.push(create)
    for base in (1, 0):  # with 0 after the hub went back: it must not wait for ever
        out = edit("contact", office.note.id, f"case:{own}", base, {"citizen_id": own}, does="move")
        assert statuses(office.ida.push(out)) == ["not-entitled"]
    mine = contact(own)
    office.ida.push(mine)
    into = edit("contact", mine.id, office.scope, 0, {"citizen_id": office.who}, does="move")
    assert statuses(office.ida.push(into)) == ["not-entitled"]
    office.jon.cursors = {}
    assert {c.id: c.scope for c in office.jon.pull()}[office.note.id] == office.scope


def test_of_somebody_erased_nothing_late_is_kept(office: Office) -> None:
    office.lab.admin.erase(office.who)
    assert statuses(office.ida.push(contact(office.who))) == ["not-entitled"]


def test_it_waits_at_the_hub_when_nobody_has_the_case(lab: Lab) -> None:
    office = Office(lab)
    office.ida.push(edit("role_assignment", office.role_id, office.scope, 1, {"end": "2026-11-15"}))
    note = contact(office.who, "sent")
    assert [a.late for a in office.ida.push(note)] == [True]
    office.lab.admin.assign(office.who, "Jon")
    came = office.jon.pull()
    assert len(box(came)) == 1
    assert note.id in {c.id for c in came}


def test_an_old_laptop_reads_the_answer_as_one_it_knows(office: Office) -> None:
    class Known(msgspec.Struct):
        op: str
        status: Literal["applied", "merged", "conflict", "duplicate", "rejected", "waiting"]
        rev: int = 0

    note = contact(office.who)
    for _ in range(2):
        answer = office.ida.push(note)[0]
        assert msgspec.json.decode(msgspec.json.encode(answer), type=Known).op == note.op


def test_a_yes_in_the_middle_of_a_push_loses_and_refuses_nothing(lab: Lab) -> None:
    office = Office(lab)
    offer = office.offer()
    office.ida.push(offer)
    notes = [contact(office.who, f"nr. {number}") for number in range(40)]
    said: list[OpAnswer] = []
    failures: list[BaseException] = []
    begun = threading.Event()

    def write() -> None:
        try:
            for number, note in enumerate(notes):
                said.extend(office.ida.push(note))
                if number == 5:
                    begun.set()
        except BaseException as error:
            failures.append(error)

    def answer() -> None:
        try:
            begun.wait(30)
            assert statuses(office.jon.push(accepted(offer, "accepted"))) == ["merged"]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for work in (write, answer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {word.problem for word in said} == {None}
    came = {c.id: c for c in office.jon.pull()}
    late = {word.op for word in said if word.late}
    assert {note.id for note in notes} <= came.keys()
    for note in notes:
        assert came[note.id].deleted is (note.op in late)
    assert len(box(list(came.values()))) == len(late)
    assert set(kinds_of(office.ida.pull())) <= {"revoke", "put"}
    office.ida.cursors = {}
    assert not [c for c in office.ida.pull() if c.scope == office.scope and c.kind == "put"]


def kinds_of(changes: list[Change]) -> list[str]:
    return [c.kind for c in changes]
