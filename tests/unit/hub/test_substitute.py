"""A role opens a case from its first day to its last."""

from sync.records import new_id
from tests.hub_lab import Lab, contact, make, statuses


def test_a_substitute_sees_the_case_in_their_days_and_no_longer(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create)
    doc = {"citizen_id": who, "staff_id": jon.staff, "role": "substitute", "start": "2026-11-18", "end": "2026-11-20"}
    assert statuses(ida.push(make("role_assignment", new_id(), f"case:{who}", doc))) == ["applied"]
    assert who not in {c.id for c in jon.pull()}
    assert statuses(jon.push(contact(who))) == ["not-entitled"]
    lab.later(days=2)
    assert {c.id: c.kind for c in jon.pull()}[who] == "put"
    assert statuses(jon.push(contact(who))) == ["applied"]
    lab.later(days=2)
    assert statuses(jon.push(contact(who))) == ["applied"]
    lab.later(days=1)
    assert {c.kind for c in jon.pull()} == {"revoke"}
    assert who in {c.id for c in ida.pull()}


def test_a_substitute_who_was_away_all_the_time_never_gets_it(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    jon.pull()
    who, create = ida.citizen()
    ida.push(create)
    doc = {"citizen_id": who, "staff_id": jon.staff, "role": "substitute", "start": "2026-11-18", "end": "2026-11-20"}
    ida.push(make("role_assignment", new_id(), f"case:{who}", doc))
    lab.later(days=9)
    assert jon.pull() == []


def test_a_role_that_was_over_when_it_was_written_down_opens_nothing(lab: Lab) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    jon.pull()
    who, create = ida.citizen()
    doc = {"citizen_id": who, "staff_id": jon.staff, "role": "broker", "start": "2025-01-01", "end": "2025-06-30"}
    ida.push(create, make("role_assignment", new_id(), f"case:{who}", doc))
    assert jon.pull() == []
    assert statuses(jon.push(contact(who))) == ["not-entitled"]
