"""What waits for something that never comes gets an answer in the end, which tells nobody whose a record is."""

import pytest
from sqlalchemy import func, select

from sync.hub import tables as t
from sync.hub.queueing import PATIENCE
from sync.hub.state import Actor
from sync.protocol import Op
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, contact, edit, make, statuses


@pytest.fixture
def ida(lab: Lab) -> Laptop:
    return lab.laptop("Ida")


def person(laptop: Laptop) -> tuple[str, str]:
    """A person at the hub, and the scope."""
    who, create = laptop.citizen()
    assert statuses(laptop.push(create)) == ["applied"]
    return who, f"case:{who}"


def waits(lab: Lab) -> int:
    with lab.service.store.read() as conn:
        return conn.execute(select(func.count()).select_from(t.waiting)).scalar_one()


def doc(laptop: Laptop, record: str) -> dict[str, object]:
    """A record as a fresh laptop of the same person would see it."""
    changes = Laptop(laptop.lab, laptop.actor).pull()
    return next(change.doc for change in changes if change.id == record and change.doc is not None)


def differences(laptop: Laptop) -> list[dict[str, object]]:
    return [c.doc for c in Laptop(laptop.lab, laptop.actor).pull() if c.type == "conflict" and c.doc]


def test_after_five_days_a_change_is_taken_without_the_one_before_it(lab: Lab, ida: Laptop) -> None:
    who, scope = person(ida)
    late = edit("citizen", who, scope, 1, {"area": "Nord"}, after=new_id())
    assert statuses(ida.push(late)) == ["waiting"]
    lab.later(seconds=PATIENCE.total_seconds() - 1)
    assert statuses(ida.push(late)) == ["waiting"]
    assert waits(lab) == 1
    lab.later(seconds=1)
    assert statuses(ida.push(late)) == ["applied"]
    assert doc(ida, who)["area"] == "Nord"
    assert (differences(ida), waits(lab)) == ([], 0)
    with lab.service.store.read() as conn:
        rest = conn.execute(select(t.op.c.rest).where(t.op.c.op == late.op)).scalar_one()
    assert b'"forced":true' in rest
    assert statuses(ida.push(late)) == ["duplicate"]
    next_one = edit("citizen", who, scope, 1, {"area": "Vest"}, after=late.op, before={"area": "Nord"})
    assert statuses(ida.push(next_one)) == ["applied"]


def test_what_somebody_else_changed_meanwhile_becomes_a_difference(lab: Lab, ida: Laptop) -> None:
    who, scope = person(ida)
    other = Laptop(lab, Actor(ida.staff, new_id()))
    late = edit("citizen", who, scope, 1, {"area": "Nord"}, after=new_id(), before={"area": "Syd"})
    assert statuses(ida.push(late)) == ["waiting"]
    assert statuses(other.push(edit("citizen", who, scope, 1, {"area": "Vest"}))) == ["applied"]
    lab.later(days=5)
    assert statuses(ida.push(late)) == ["conflict"]
    assert doc(ida, who)["area"] == "Vest"
    (difference,) = differences(ida)
    assert isinstance(difference["other"], dict)
    assert difference["other"]["values"] == {"area": "Nord"}


def test_the_link_that_comes_after_all_is_taken_and_passes_over_nothing(lab: Lab, ida: Laptop) -> None:
    who, scope = person(ida)
    first = edit("citizen", who, scope, 1, {"area": "Syd"})
    late = edit("citizen", who, scope, 1, {"area": "Nord"}, after=first.op, chain=first.op, before={"area": "Syd"})
    assert statuses(ida.push(late)) == ["waiting"]
    lab.later(days=5)
    assert statuses(ida.push(late)) == ["applied"]
    assert statuses(ida.push(first)) == ["conflict"]
    assert doc(ida, who)["area"] == "Nord"


def test_a_record_that_names_one_that_never_came_is_taken(lab: Lab, ida: Laptop) -> None:
    note = contact(new_id())
    assert statuses(ida.push(note)) == ["waiting"]
    lab.later(days=5)
    assert statuses(ida.push(note)) == ["applied"]
    assert doc(ida, note.id)["note"] == "ringede"


def test_what_was_saved_together_is_taken_together(lab: Lab, ida: Laptop) -> None:
    who, scope = person(ida)
    tx = new_id()
    late = edit("citizen", who, scope, 1, {"area": "Nord"}, after=new_id(), tx=tx)
    beside = make("company", new_id(), "shared", {"name": "Nordvest Lager ApS"}, tx=tx)
    assert statuses(ida.push(late, beside)) == ["waiting", "waiting"]
    lab.later(days=5)
    assert statuses(ida.push(late, beside)) == ["applied", "applied"]


@pytest.mark.parametrize("named", [False, True])
def test_a_strangers_record_and_none_at_all_get_the_same_words_at_the_same_time(
    lab: Lab, ida: Laptop, named: bool
) -> None:
    jon = lab.laptop("Jon")
    foreign, _scope = person(jon)
    unknown = new_id()

    def change(record: str) -> Op:
        more = {"after": new_id()} if named else {}
        return edit("citizen", record, f"case:{record}", 0, {"area": "Nord"}, **more)

    ops = [change(foreign), change(unknown)]
    heard = []
    for days in (0, 1, 3.9, 0.1, 0):
        lab.later(days=days)
        answers = [ida.push(op)[0] for op in ops]
        problems = [(a.problem.code, a.problem.detail, a.problem.retry) if a.problem else None for a in answers]
        assert (answers[0].status, problems[0]) == (answers[1].status, problems[1])
        heard.append(statuses(answers)[0])
    assert heard[:4] == ["waiting", "waiting", "waiting", "not-entitled"]
    assert doc(jon, foreign) == {"name": "Person"}


def test_one_device_cannot_make_anothers_operation_old(lab: Lab, ida: Laptop) -> None:
    who, scope = person(ida)
    jon = lab.laptop("Jon")
    late = edit("citizen", who, scope, 1, {"area": "Nord"}, after=new_id())
    jon.push(late)
    lab.later(days=6)
    assert statuses(ida.push(late)) == ["waiting"]


def test_what_nobody_asks_about_any_more_is_forgotten(lab: Lab, ida: Laptop) -> None:
    who, scope = person(ida)
    ida.push(edit("citizen", who, scope, 1, {"area": "Nord"}, after=new_id()))
    lab.later(days=91)
    ida.push(contact(who))
    assert waits(lab) == 0
