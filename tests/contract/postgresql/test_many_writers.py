"""Many writers on one feed, in several processes: nothing is missed, nothing is lost, nothing is written twice."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from sqlalchemy import URL, func, insert, select
from sqlalchemy.exc import OperationalError

from sync.hub import tables as t
from sync.hub.places import VARIABLE
from sync.hub.writing import Writer
from sync.protocol import Op
from sync.records import new_id
from tests.contract.postgresql.writers import BATCHES, LAPTOPS
from tests.hub_lab import Lab, Laptop, contact, edit, make, statuses
from tests.postgres_lab import Postgres

T = TypeVar("T")


def together(*works: Callable[[], T]) -> list[T]:
    """All at once; a failure of one is raised."""
    gate = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(begin, work) for work in works]]


def counts(lab: Lab) -> list[int]:
    """Rows of everything a batch writes."""
    with lab.service.store.read() as conn:
        tables = (t.record, t.op, t.entry, t.grant, t.receipt, t.feed, t.feed_chain)
        return [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_sixteen_writers_and_a_paging_reader_miss_nothing(
    lab: Lab, address: URL, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = lab.laptop("Ida")
    monkeypatch.setenv(VARIABLE, address.render_as_string(hide_password=False))
    command = (sys.executable, "-m", "tests.contract.postgresql.writers", str(lab.service.store.folder))
    processes = [subprocess.Popen([*command, str(seed + n)], stdout=subprocess.PIPE, text=True) for n in (0, 100)]
    seen: list[tuple[int, str]] = []
    while any(process.poll() is None for process in processes):
        seen += [(change.seq, change.id) for change in reader.pull(7)]
    seen += [(change.seq, change.id) for change in reader.pull(7)]
    acknowledged = [line for process in processes for line in process.communicate()[0].split()]
    assert [process.returncode for process in processes] == [0, 0]
    assert len(acknowledged) >= 2 * LAPTOPS * BATCHES
    assert set(acknowledged) <= {record for _seq, record in seen}
    assert [seq for seq, _record in seen] == sorted({seq for seq, _record in seen})


def test_edits_of_one_record_from_everywhere_lose_none(lab: Lab, beside: Callable[[], Lab]) -> None:
    company = new_id()
    ida = lab.laptop("Ida")
    ida.push(make("company", company, "shared", {"name": "Nordvest"}))
    labs = [beside() for _ in range(4)]
    laptops = [one.laptop("Ida") for one in labs for _ in range(2)]
    answers = together(
        *(lambda laptop=laptop, n=n: laptop.push(edit("company", company, "shared", 1, {f"room_{n}": "ja"}))
          for n, laptop in enumerate(laptops, 1))
    )  # fmt: skip
    revs = sorted(answer[0].rev for answer in answers)
    assert revs == list(range(2, len(laptops) + 2))  # each was judged on top of the one before
    (stored,) = [change for change in ida.pull() if change.id == company]
    assert {f"room_{n}" for n in range(1, len(laptops) + 1)} <= set(stored.doc or {})


def test_one_operation_through_two_processes_at_once_is_taken_once(lab: Lab, beside: Callable[[], Lab]) -> None:
    other = beside()
    ida = lab.laptop("Ida")
    again = Laptop(other, ida.actor)
    for _ in range(8):
        who, create = ida.citizen()
        batch = [create, *(contact(who) for _ in range(5))]
        first, second = together(lambda: ida.push(*batch), lambda: again.push(*batch))  # noqa: B023 - called at once
        told = sorted([statuses(first), statuses(second)])
        assert told == [["applied"] * 6, ["duplicate"] * 6]
        assert [a.rev for a in first] == [a.rev for a in second]


def test_a_case_two_brokers_claim_at_once_belongs_to_one(lab: Lab, beside: Callable[[], Lab]) -> None:
    other = beside()
    ida, jon = lab.laptop("Ida"), other.laptop("Jon")
    for _ in range(5):
        who, create = ida.citizen()
        rival = make("contact", new_id(), f"case:{who}", {"citizen_id": who, "kind": "phone", "outcome": "reached",
                                                          "occurred_on": "2026-11-16"})  # fmt: skip
        first, second = together(lambda: ida.push(create), lambda: jon.push(rival))  # noqa: B023 - called at once
        told = (statuses(first)[0], statuses(second)[0])
        assert told in {("applied", "not-entitled"), ("not-entitled", "waiting"), ("applied", "waiting")}
        with lab.service.store.read() as conn:
            owners = conn.execute(select(t.grant.c.staff_id).where(t.grant.c.scope == f"case:{who}")).scalars().all()
        assert len(owners) <= 1


def test_a_case_assigned_while_notes_arrive_reaches_the_newcomer_whole(lab: Lab, beside: Callable[[], Lab]) -> None:
    other = beside()
    ida, jon = lab.laptop("Ida"), other.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create)
    notes: list[Op] = [contact(who) for _ in range(12)]

    def write() -> None:
        for note in notes:
            assert statuses(ida.push(note)) == ["applied"]

    together(write, lambda: other.admin.assign(who, "Jon"))
    assert {note.id for note in notes} <= {change.id for change in jon.pull(5)}


def test_a_person_erased_while_notes_arrive_leaves_nothing(lab: Lab, beside: Callable[[], Lab]) -> None:
    other = beside()
    ida, jon = lab.laptop("Ida"), other.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create)
    lab.admin.assign(who, "Jon")
    known = {change.id for change in jon.pull()}
    notes: list[Op] = [contact(who) for _ in range(12)]
    answers: list[str] = []

    def write() -> None:
        for note in notes:
            answers.extend(statuses(ida.push(note)))

    together(write, lambda: other.admin.erase(who))
    assert sorted(answers) == answers  # taken at first, refused from then on
    with lab.service.store.read() as conn:
        left = conn.execute(select(t.record.c.id).where(t.record.c.scope == f"case:{who}")).all()
        kept = conn.execute(select(t.op.c.patch).where(t.op.c.scope == f"case:{who}")).scalars().all()
    assert left == []
    assert set(kept) == {b"{}"}
    told = {change.id: change.kind for change in jon.pull()}
    assert {kind for record, kind in told.items() if record in known | {note.id for note in notes}} == {"purge"}
    assert who in told


def test_an_edit_of_a_company_is_one_row_for_five_hundred_brokers(lab: Lab) -> None:
    with lab.service.store.write() as conn:
        rows = [
            {"tenant": 1, "staff_id": new_id(), "name": f"Broker {n}", "role": "broker", "added_at": "2026-11-16"}
            for n in range(500)
        ]
        conn.execute(insert(t.member), rows)
    laptops = [lab.laptop(f"Broker {n}") for n in range(0, 500, 50)]
    company = new_id()
    laptops[0].push(make("company", company, "shared", {"name": "Nordvest Lager"}))
    before = lab.laptop("Broker 7")
    before.pull()
    for rev, laptop in enumerate(laptops, 1):
        assert statuses(laptop.push(edit("company", company, "shared", rev, {"tasks": f"lager {rev}"}))) == ["applied"]
    with lab.service.store.read() as conn:
        found = conn.execute(select(t.entry.c.feed).where(t.entry.c.record_id == company)).scalars().all()
        moved = conn.execute(select(func.count()).select_from(t.entry)).scalar_one()
        head = conn.execute(select(t.feed.c.seq).where(t.feed.c.feed == "shared")).scalar_one()
    assert found == ["shared"]
    assert (moved, head) == (1, 1 + len(laptops))
    assert [change.rev for change in before.pull()] == [1 + len(laptops)]


@pytest.mark.parametrize("when", ["before it wrote", "after it wrote"])
def test_a_connection_killed_in_a_batch_leaves_nothing_half_written(
    lab: Lab, postgres: Postgres, address: URL, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    batch = [create, *(contact(who) for _ in range(40))]
    written, before = Writer.history, counts(lab)

    def killed(writer: Writer, *rows: object) -> None:
        if when == "after it wrote":
            written(writer, *rows)  # type: ignore[arg-type]
        backend = writer.conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        postgres.run(f"SELECT pg_terminate_backend({backend}, 5000)")

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "history", killed)
        with pytest.raises(OperationalError):
            ida.push(*batch)
    assert counts(lab) == before
    assert statuses(ida.push(*batch)) == ["applied"] * 41
    assert statuses(ida.push(*batch)) == ["duplicate"] * 41
    assert len({change.id for change in ida.pull()}) == 42
