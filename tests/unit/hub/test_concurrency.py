"""Many laptops at once: a reader that pages all the time misses nothing, and nothing is answered but kept."""

import random
import threading

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.elements import CompilerElement

from sync.hub import pulling, pushing, reading, service, writing
from sync.hub.tables import metadata
from tests.hub_lab import Lab, Laptop, contact, statuses


def test_reader_sees_every_acknowledged_record(lab: Lab, seed: int) -> None:
    first = lab.laptop("Ida")
    who, create = first.citizen()
    first.push(create)
    writers, reader = [lab.laptop("Ida") for _ in range(4)], lab.laptop("Ida")
    acknowledged: set[str] = set()
    failures: list[BaseException] = []
    seen: set[str] = set()
    done = threading.Event()

    def write(laptop: Laptop, draw: random.Random) -> None:
        try:
            for _ in range(15):
                calls = [contact(who) for _ in range(draw.randint(1, 12))]
                assert set(statuses(laptop.push(*calls))) == {"applied"}
                acknowledged.update(c.id for c in calls)
        except BaseException as error:
            failures.append(error)

    def read() -> None:
        try:
            while not done.is_set():
                seen.update(c.id for c in reader.pull(7))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(w, random.Random(seed + i))) for i, w in enumerate(writers)]
    reading_on = threading.Thread(target=read)
    reading_on.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reading_on.join()
    seen.update(c.id for c in reader.pull(7))
    assert failures == []
    assert acknowledged - seen == set()


def test_statements_can_be_said_in_postgresql_too() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
    statements = [
        value
        for module in (pulling, pushing, reading, service, writing)
        for value in vars(module).values()
        if isinstance(value, CompilerElement)
    ]
    assert len(statements) > 15
    for statement in statements:
        assert str(statement.compile(dialect=dialect))
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
