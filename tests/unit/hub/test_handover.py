"""A case goes from one person to another: offered, answered, moved; who is asked sees the offer and nothing else."""

from dataclasses import dataclass, field

import pytest

from sync.hub.admin import AdminError
from sync.protocol import Change, Op
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, contact, edit, make, statuses


@dataclass
class Office:
    """Ida has a case with a note and a role; Jon is the colleague who is asked, Eva the one who is not."""

    lab: Lab
    role: str = "broker"
    ida: Laptop = field(init=False)
    jon: Laptop = field(init=False)
    eva: Laptop = field(init=False)
    task: Op = field(init=False)

    def __post_init__(self) -> None:
        self.ida, self.jon, self.eva = (self.lab.laptop(name) for name in ("Ida", "Jon", "Eva"))
        self.who, citizen = self.ida.citizen("Zebra Prøve")
        self.note = contact(self.who, "kanariefugl")
        ops = [citizen, self.note]
        self.role_id = new_id()
        if self.role:
            doc = {"citizen_id": self.who, "staff_id": self.ida.staff, "role": self.role, "start": "2026-01-01"}
            ops.append(make("role_assignment", self.role_id, self.scope, doc))
        assert set(statuses(self.ida.push(*ops))) == {"applied"}
        for laptop in (self.ida, self.jon, self.eva):
            laptop.pull()

    @property
    def scope(self) -> str:
        return f"case:{self.who}"

    def offer(self, **more: str) -> Op:
        record = new_id()
        doc = {
            **{"citizen_id": self.who, "from_id": self.ida.staff, "to_id": self.jon.staff, "who": "Zebra"},
            **{"offered_on": "2026-11-16", "text": "Ring til ham mandag"},
        }
        return make("handover", record, f"handover:{record}", doc | more)


def said(offer: Op, state: str, base: int = 1, **more: str) -> Op:
    return edit("handover", offer.id, offer.scope, base, {"state": state, "answered_on": "2026-11-16", **more})


def kinds(changes: list[Change]) -> dict[str, str]:
    return {c.id: c.kind for c in changes}


@pytest.fixture
def office(lab: Lab) -> Office:
    return Office(lab)


def test_who_is_asked_sees_the_offer_and_nothing_of_the_case(office: Office) -> None:
    offer = office.offer()
    assert statuses(office.ida.push(offer)) == ["applied"]
    (seen,) = office.jon.pull()
    assert (seen.id, seen.type, seen.doc) == (offer.id, "handover", offer.patch)
    assert office.eva.pull() == []
    assert statuses(office.jon.push(contact(office.who))) == ["not-entitled"]


@pytest.mark.parametrize("role", ["broker", "caseworker", ""])
def test_accepting_moves_the_case(lab: Lab, role: str) -> None:
    office = Office(lab, role)
    offer = office.offer()
    office.ida.push(offer)
    office.jon.pull()
    office.ida.pull()
    assert statuses(office.jon.push(said(offer, "accepted"))) == ["merged"]
    came = {c.id: c for c in office.jon.pull()}
    assert {came[i].kind for i in came} == {"put"}
    assert came[office.note.id].doc == office.note.patch
    assert (came[offer.id].scope, (came[offer.id].doc or {})["state"]) == (office.scope, "accepted")
    mine = [
        c.doc or {}
        for c in came.values()
        if c.type == "role_assignment" and (c.doc or {})["staff_id"] != office.ida.staff
    ]
    assert [(doc["staff_id"], doc["role"], doc["start"]) for doc in mine] == [
        (office.jon.staff, role or "broker", "2026-11-16")
    ]
    gone = kinds(office.ida.pull())
    assert set(gone.values()) == {"revoke"}
    assert {office.who, office.note.id, offer.id} <= gone.keys()
    if role:
        ended = came[office.role_id].doc or {}
        assert (ended["end"], ended["handover"]) == ("2026-11-16", offer.id)
        assert office.role_id in gone
    assert statuses(office.jon.push(contact(office.who))) == ["applied"]
    assert office.eva.pull() == []


def test_declining_leaves_the_case_and_takes_the_offer_away(office: Office) -> None:
    offer = office.offer()
    office.ida.push(offer)
    office.ida.pull()
    office.jon.pull()
    office.jon.push(said(offer, "declined", answer="Jeg er på ferie"))
    assert kinds(office.jon.pull()) == {offer.id: "revoke"}
    (back,) = office.ida.pull()
    assert (back.scope, (back.doc or {})["state"], (back.doc or {})["answer"]) == (
        office.scope, "declined", "Jeg er på ferie",
    )  # fmt: skip
    assert statuses(office.ida.push(contact(office.who))) == ["applied"]


def test_withdrawing_takes_it_back_and_the_first_answer_counts(office: Office) -> None:
    offer = office.offer()
    office.ida.push(offer)
    assert statuses(office.ida.push(said(offer, "withdrawn"))) == ["applied"]
    assert statuses(office.jon.push(said(offer, "accepted"))) == ["merged"]
    assert kinds(office.jon.pull()) == {offer.id: "revoke"}
    assert statuses(office.ida.push(contact(office.who))) == ["applied"]

    again = office.offer()
    office.ida.push(again)
    office.jon.push(said(again, "accepted"))
    assert statuses(office.ida.push(said(again, "withdrawn"))) == ["merged"]
    assert statuses(office.jon.push(contact(office.who))) == ["applied"]
    assert set(kinds(office.ida.pull()).values()) == {"revoke"}


def test_the_same_answer_of_two_laptops_moves_the_case_once(office: Office) -> None:
    offer = office.offer()
    office.ida.push(offer)
    office.jon.push(said(offer, "accepted"))
    other = office.lab.laptop("Jon")
    assert statuses(other.push(said(offer, "accepted"))) == ["merged"]
    roles = [c for c in other.pull() if c.type == "role_assignment"]
    assert len(roles) == 2


def test_two_were_asked_and_the_first_to_say_yes_has_it(office: Office) -> None:
    first, second = office.offer(), office.offer(to_id=office.eva.staff)
    office.ida.push(first, second)
    office.eva.push(said(second, "accepted"))
    office.jon.push(said(first, "accepted"))
    assert statuses(office.eva.push(contact(office.who))) == ["applied"]
    assert statuses(office.jon.push(contact(office.who))) == ["not-entitled"]
    ended = {c.id: c for c in office.eva.pull()}[first.id].doc or {}
    assert ended["state"] == "withdrawn"
    assert kinds(office.jon.pull()) == {first.id: "revoke"}


def test_a_case_that_comes_back_comes_whole(office: Office) -> None:
    there = office.offer()
    office.ida.push(there)
    office.jon.push(said(there, "accepted"))
    late = contact(office.who, "hos Jon")
    office.jon.push(late)
    back = office.offer(from_id=office.jon.staff, to_id=office.ida.staff)
    office.jon.push(back)
    office.ida.push(said(back, "accepted"))
    came = kinds(office.ida.pull())
    assert {came[i] for i in (office.who, office.note.id, late.id)} == {"put"}
    assert set(kinds(office.jon.pull()).values()) == {"revoke"}


def test_only_who_has_the_case_may_offer_it_and_only_to_somebody_here(office: Office) -> None:
    stranger = office.offer(from_id=office.eva.staff)
    unknown = office.offer(from_id=office.eva.staff, citizen_id=new_id())
    assert statuses(office.eva.push(stranger, unknown)) == ["waiting", "waiting"]
    office.lab.later(days=5)
    assert statuses(office.eva.push(stranger, unknown)) == ["not-entitled", "not-entitled"]
    in_her_name = office.offer()
    assert statuses(office.eva.push(in_her_name)) == ["not-entitled"]
    lost, own = office.offer(to_id=new_id()), office.offer(to_id=office.ida.staff)
    assert statuses(office.ida.push(lost, own)) == ["validation", "validation"]
    begun = office.offer(state="accepted")
    assert statuses(office.ida.push(begun)) == ["validation"]
    elsewhere = make("handover", new_id(), office.scope, office.offer().patch)
    assert statuses(office.ida.push(elsewhere)) == ["wrong-scope"]


def test_whoever_had_the_case_and_has_it_no_more_is_told_at_once(office: Office) -> None:
    given = office.offer()
    office.ida.push(given)
    office.jon.push(said(given, "accepted"))
    assert statuses(office.ida.push(office.offer())) == ["not-entitled"]


def test_a_substitute_has_nothing_to_give(lab: Lab) -> None:
    office = Office(lab)
    doc = {"citizen_id": office.who, "staff_id": office.eva.staff, "role": "substitute", "start": "2026-01-01"}
    office.ida.push(make("role_assignment", new_id(), office.scope, doc))
    assert statuses(office.eva.push(office.offer(from_id=office.eva.staff))) == ["not-entitled"]


def test_only_who_was_asked_answers_and_only_the_answer_changes(office: Office) -> None:
    offer = office.offer()
    office.ida.push(offer)
    assert statuses(office.ida.push(said(offer, "accepted"))) == ["answered-by-others"]
    assert statuses(office.jon.push(said(offer, "withdrawn"))) == ["answered-by-others"]
    to_eva = edit("handover", offer.id, offer.scope, 1, {"to_id": office.eva.staff})
    assert statuses(office.jon.push(to_eva)) == ["answered-by-others"]
    for does in ("delete", "move", "resolve"):
        assert statuses(office.jon.push(edit("handover", offer.id, offer.scope, 1, does=does))) == [
            "answered-by-others"
        ], does
    nowhere = new_id()
    strange = edit("handover", nowhere, f"handover:{nowhere}", 1, {"state": "accepted"})
    assert statuses(office.eva.push(said(offer, "accepted"), strange)) == ["not-entitled"] * 2
    own = f"case:{office.eva.citizen()[0]}"
    office.eva.push(make("citizen", own[5:], own, {"name": "Egen"}))
    around = edit("handover", offer.id, own, 1, {"state": "accepted"})
    assert statuses(office.eva.push(around)) == ["not-entitled"]


def test_somebody_who_is_erased_leaves_no_offer_behind(office: Office) -> None:
    offer = office.offer()
    office.ida.push(offer)
    office.jon.pull()
    office.lab.admin.erase(office.who)
    assert kinds(office.jon.pull())[offer.id] == "purge"
    assert statuses(office.jon.push(said(offer, "accepted"))) == ["not-entitled"]


def test_a_role_that_went_over_is_not_opened_again_by_an_edit(office: Office) -> None:
    offer = office.offer()
    office.ida.push(offer)
    office.jon.push(said(offer, "accepted"))
    office.jon.push(edit("role_assignment", office.role_id, office.scope, 2, {"end": None}))
    assert statuses(office.ida.push(contact(office.who))) == ["merged"]  # late, see test_late
    assert set(kinds(office.ida.pull()).values()) == {"revoke"}


def test_an_administrator_moves_a_case_without_asking(office: Office) -> None:
    admin = office.lab.admin
    admin.hand_over(office.who, "Ida", "Jon")
    assert {c.id: c.kind for c in office.jon.pull()}[office.note.id] == "put"
    assert set(kinds(office.ida.pull()).values()) == {"revoke"}
    assert [answer.late for answer in office.ida.push(contact(office.who))] == [True]
    for giver, taker in (("Eva", "Jon"), ("Jon", "Jon")):
        with pytest.raises(AdminError):
            admin.hand_over(office.who, giver, taker)


def test_the_caseworker_keeps_the_case_when_the_broker_changes(office: Office) -> None:
    office.lab.admin.assign(office.who, "Eva", "caseworker")
    office.eva.pull()
    offer = office.offer()
    office.ida.push(offer)
    assert office.eva.pull() == [], "who is not asked does not hear of it"
    office.jon.push(said(offer, "accepted"))
    told = {c.id: c for c in office.eva.pull()}
    assert {c.kind for c in told.values()} == {"put"}
    assert told[offer.id].doc is not None
    assert statuses(office.eva.push(contact(office.who))) == ["applied"]
    theirs = office.offer(from_id=office.eva.staff, to_id=office.ida.staff)
    office.eva.push(theirs)
    office.ida.push(said(theirs, "accepted"))
    came = [c.doc or {} for c in office.ida.pull() if c.type == "role_assignment"]
    assert ("caseworker", office.ida.staff) in {(doc["role"], doc["staff_id"]) for doc in came if "end" not in doc}
    assert statuses(office.jon.push(contact(office.who))) == ["applied"], "the broker still is"
