"""What a transaction of the store promises on a server, and what happens when two of them meet."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError

from sync.hub import tables as t
from sync.hub.admin import AdminError
from sync.hub.locking import Overtaken
from sync.hub.problems import Refused
from sync.hub.pushing import Push
from sync.hub.reading import Reader
from sync.protocol import EnrolRequest
from sync.records import new_id
from tests.contract.postgresql.test_many_writers import counts, together
from tests.hub_lab import Lab, contact, make, statuses

KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def setting(conn: Connection, name: str) -> str:
    return str(conn.execute(select(func.current_setting(name))).scalar())


def test_only_what_may_be_lost_is_not_waited_for(lab: Lab) -> None:
    store = lab.service.store
    for _ in range(2):  # the same connection, so that one does not colour the next
        with store.write(durable=False) as conn:
            assert setting(conn, "synchronous_commit") == "off"
        with store.write() as conn:
            assert setting(conn, "synchronous_commit") == "on"
            assert setting(conn, "transaction_isolation") == "read committed"


def test_a_reader_has_one_picture_and_cannot_write(lab: Lab) -> None:
    store = lab.service.store
    ida = lab.laptop("Ida")
    with store.read() as conn:
        before = conn.execute(select(func.count()).select_from(t.record)).scalar_one()
        ida.push(make("company", new_id(), "shared", {"name": "Nordvest"}))
        assert conn.execute(select(func.count()).select_from(t.record)).scalar_one() == before
        assert setting(conn, "lock_timeout") == "10s"
        with pytest.raises(InternalError, match="read-only"):
            conn.execute(insert(t.counter).values(tenant=1, name="x", n=1))
    with store.read() as conn:
        assert conn.execute(select(func.count()).select_from(t.record)).scalar_one() == before + 1


def test_two_that_wait_for_each_other_both_get_done(lab: Lab) -> None:
    store = lab.service.store
    with store.write() as conn:
        conn.execute(insert(t.counter), [{"tenant": 1, "name": name, "n": 0} for name in "ab"])
    meet = threading.Barrier(2)
    tried: list[str] = []

    def work(first: str, second: str) -> Callable[[], None]:
        def both(conn: Connection) -> None:
            tried.append(first)
            for name in (first, second):
                conn.execute(update(t.counter).where(t.counter.c.name == name).values(n=t.counter.c.n + 1))
                if name == first and tried.count(first) == 1:
                    meet.wait(10)

        return lambda: store.commit(both)

    together(work("a", "b"), work("b", "a"))
    with store.read() as conn:
        found = conn.execute(select(t.counter.c.n).where(t.counter.c.name.in_(["a", "b"]))).scalars().all()
    assert found == [2, 2]
    assert len(tried) == 3  # one was sent back and came again


def test_who_comes_second_to_a_new_row_is_judged_on_what_is_there(lab: Lab) -> None:
    store, name = lab.service.store, new_id()
    meet = threading.Barrier(2)
    rounds: list[int] = []

    def count(conn: Connection) -> int:
        found = conn.execute(select(t.counter.c.n).where(t.counter.c.name == name)).scalar()
        rounds.append(1)
        if len(rounds) <= 2:
            meet.wait(10)
        if found is None:
            conn.execute(insert(t.counter).values(tenant=1, name=name, n=1))
        else:
            conn.execute(update(t.counter).where(t.counter.c.name == name).values(n=found + 1))
        return (found or 0) + 1

    assert sorted(together(*[lambda: store.commit(count)] * 2), key=str) == [1, 2]
    assert len(rounds) == 3


def test_what_fails_every_time_is_given_up(lab: Lab) -> None:
    tried: list[int] = []

    def never(conn: Connection) -> None:
        tried.append(1)
        for _ in range(2):
            conn.execute(insert(t.counter).values(tenant=1, name="twice", n=1))

    with pytest.raises(IntegrityError):
        lab.service.store.commit(never)
    assert len(tried) == 6

    def broken(conn: Connection) -> None:
        tried.append(1)
        conn.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError):
        lab.service.store.commit(broken)
    assert len(tried) == 7  # what is wrong in itself is not tried again


def test_a_case_that_moved_between_glance_and_lock_is_judged_anew(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create)
    glanced: list[int] = []
    real: Any = Push._hold

    def overtaken(push: Push, *arguments: Any) -> Any:
        held = real(push, *arguments)
        glanced.append(1)
        if len(glanced) == 1:  # between the two the administrator gave the case to Jon
            assert held is not None
            grant = {"tenant": 1, "source": new_id(), "scope": f"case:{who}", "staff_id": jon.staff, "active": True}
            with lab.service.store.write() as conn:
                conn.execute(insert(t.grant), [grant])
        return held

    with monkeypatch.context() as patched:
        patched.setattr(Push, "_hold", overtaken)
        note = contact(who)
        assert statuses(ida.push(note)) == ["applied"]
    assert len(glanced) == 2
    assert note.id in {change.id for change in jon.pull()}


def test_what_is_overtaken_every_time_is_busy_and_leaves_nothing(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    ida = lab.laptop("Ida")
    before = counts(lab)

    def nobody(_reader: Reader, *_: object) -> set[str]:
        raise Overtaken

    monkeypatch.setattr(Reader, "scopes", nobody)
    with pytest.raises(Overtaken):
        ida.push(make("company", new_id(), "shared", {"name": "Nordvest"}))
    assert counts(lab) == before


def test_one_code_lets_one_laptop_in(lab: Lab, beside: Callable[[], Lab]) -> None:
    labs = [lab, *(beside() for _ in range(3))]
    lab.admin.add_member("Ida")
    for _ in range(3):
        code = lab.admin.code("Ida")

        def enrol(one: Lab, code: str = code) -> str:
            try:
                return one.service.enrol(EnrolRequest(code=code, public_key=KEY, device_name="laptop")).device_id
            except Refused as refused:
                return refused.problem.code

        told = together(*(lambda one=one: enrol(one) for one in labs))
        assert told.count("code-refused") == len(labs) - 1


def test_one_name_is_one_broker(lab: Lab, beside: Callable[[], Lab]) -> None:
    def add(one: Lab) -> bool:
        try:
            one.admin.add_member("Ida Holm")
        except AdminError:
            return False
        return True

    assert sorted(together(*(lambda one=one: add(one) for one in (lab, beside(), beside())))) == [False, False, True]
    assert len(lab.admin.members()) == 1
