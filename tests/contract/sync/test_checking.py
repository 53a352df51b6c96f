"""Once a day a laptop asks whether it holds what it should; what differs is fetched anew, and nothing else."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, delete, select

from broker_tui.services.retention import Retention
from broker_tui.storage.ground import CHECKED
from broker_tui.storage.projection import loads
from broker_tui.storage.store import SqlStore
from sync.hub import tables as t
from sync.protocol import Change, PullAnswer, StatusAnswer, StatusRequest
from sync.records import new_id
from tests.contract.sync.test_leaving import closed_course
from tests.contract.sync.worlds import Laptop, ServiceWorld, encrypted, kept, put_back

DAY = timedelta(days=1)


def by_hand(laptop: Laptop, statement: str, *values: object) -> None:
    """What no program should do to a caseload."""
    assert isinstance(laptop.store, SqlStore)
    laptop.store._writer.execute(statement, values)


def settled(laptop: Laptop) -> None:
    """Everything is sent and read."""
    for _ in range(2):
        laptop.run()


class Watch:
    """What came over the line."""

    def __init__(self, laptop: Laptop) -> None:
        self.scopes: list[str] = []
        self.line = laptop.line()
        self.line.calls.clear()
        self.line.garble = self._seen

    def _seen(self, answer: object) -> object:
        if isinstance(answer, PullAnswer):
            self.scopes += [msgspec.json.decode(raw, type=Change).scope for raw in answer.items]
        return answer


@pytest.fixture
def two_people(real_laptop: Laptop) -> dict[str, tuple[str, str]]:
    """Person and note, under a name; all at the hub, and the first check behind us."""
    made = {}
    for name in ("Ida", "Jonas"):
        person = real_laptop.citizen(name)
        made[name] = person, real_laptop.contact(person, f"om {name}")
    settled(real_laptop)
    return made


def test_a_sound_caseload_costs_one_small_request(real_laptop: Laptop, two_people: object) -> None:
    watch = Watch(real_laptop)
    real_laptop.clock.at += DAY
    assert real_laptop.run().mended == 0
    assert watch.line.calls == ["status"]
    store = real_laptop.store
    assert isinstance(store, SqlStore)
    head, since = store.audit_claim()
    asked = StatusRequest(cursors=store.cursors(), audit=head, since=since, digest=store.claim())
    assert len(msgspec.json.encode(asked)) <= 1024


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM contact WHERE id = ?",
        "UPDATE contact SET rev = 40 WHERE id = ?",
        "UPDATE contact SET deleted = 1 WHERE id = ?",
        "UPDATE contact SET scope = 'case:' || id WHERE id = ?",
    ],
)
def test_one_case_is_mended_and_no_other_is_fetched(
    real_laptop: Laptop, two_people: dict[str, tuple[str, str]], harm: str
) -> None:
    person, note = two_people["Ida"]
    by_hand(real_laptop, harm, note)
    watch = Watch(real_laptop)
    assert real_laptop.run().mended == 0  # not every time
    assert watch.line.calls == ["status"]
    real_laptop.clock.at += DAY
    receipt = real_laptop.run()
    assert receipt.mended in (1, 2)  # the scope it was put into counts as well
    assert receipt.unnamed == 0
    assert set(watch.scopes) == {f"case:{person}"}
    stored = real_laptop.store.get("contact", note)
    assert stored is not None
    assert (stored.doc["note"], stored.scope, stored.deleted) == ("om Ida", f"case:{person}", False)
    assert real_laptop.store.unsent_count() == 0
    real_laptop.clock.at += DAY
    watch = Watch(real_laptop)
    assert real_laptop.run().mended == 0
    assert watch.line.calls == ["status"]


def test_what_is_typed_meanwhile_stays_and_is_sent(real_laptop: Laptop, two_people: dict[str, tuple[str, str]]) -> None:
    person, note = two_people["Ida"]
    by_hand(real_laptop, "DELETE FROM contact WHERE id = ?", note)
    by_hand(real_laptop, "UPDATE citizen SET rev = 40 WHERE id = ?", person)
    real_laptop.clock.at += DAY
    line = real_laptop.line()
    typed: list[str] = []

    def typing(answer: object) -> object:
        if isinstance(answer, PullAnswer) and answer.items and not typed:
            typed.append(real_laptop.write("patch", person, {"area": "Nord"}, type_name="citizen"))
        return answer

    line.garble = typing
    assert real_laptop.run().mended == 1
    assert typed
    assert real_laptop.doc(person, "citizen") == {"name": "Ida", "area": "Nord"}
    assert real_laptop.store.unsent_count() == 1
    settled(real_laptop)
    assert real_laptop.store.unsent_count() == 0
    assert real_laptop.doc(person, "citizen") == {"name": "Ida", "area": "Nord"}
    assert real_laptop.doc(note, "contact")["note"] == "om Ida"


def test_own_work_the_hub_lost_without_a_word_is_sent_again(
    real_hub: ServiceWorld, real_laptop: Laptop, two_people: dict[str, tuple[str, str]]
) -> None:
    _, note = two_people["Jonas"]

    def forget(conn: Connection) -> None:
        for table, column in ((t.record, t.record.c.id), (t.op, t.op.c.record_id), (t.entry, t.entry.c.record_id)):
            conn.execute(delete(table).where(column == note))

    real_hub.service.store.commit(forget)
    real_laptop.clock.at += DAY
    receipt = real_laptop.run()
    assert (receipt.mended, receipt.unnamed) == (1, 1)
    assert real_laptop.doc(note, "contact")["note"] == "om Jonas"
    settled(real_laptop)
    with real_hub.service.store.read() as conn:
        assert conn.execute(select(t.record.c.rev).where(t.record.c.id == note)).scalar() == 1
    real_laptop.clock.at += DAY
    assert real_laptop.run().mended == 0


def test_what_only_lies_here_is_told_once_and_never_deleted(
    real_laptop: Laptop, two_people: dict[str, tuple[str, str]]
) -> None:
    _person, note = two_people["Ida"]
    stranger = new_id()
    by_hand(
        real_laptop,
        "INSERT INTO contact (id, scope, doc, v, rev, entered_at) SELECT ?, scope, doc, v, rev, entered_at "
        "FROM contact WHERE id = ?",
        *(stranger, note),
    )
    real_laptop.clock.at += DAY
    receipt = real_laptop.run()
    assert (receipt.mended, receipt.unnamed) == (1, 1)
    assert real_laptop.doc(stranger, "contact")["note"] == "om Ida"
    real_laptop.clock.at += DAY
    again = real_laptop.run()
    assert (again.mended, again.unnamed) == (0, 0)
    assert real_laptop.doc(stranger, "contact")["note"] == "om Ida"


def test_people_who_left_are_no_difference(real_laptop: Laptop, two_people: object) -> None:
    closed_course(real_laptop)
    settled(real_laptop)
    assert Retention(real_laptop.store, real_laptop.clock).sweep() == 1
    watch = Watch(real_laptop)
    real_laptop.clock.at += DAY
    assert real_laptop.run().mended == 0
    assert watch.line.calls == ["status", "pull"]  # only once: who left is counted in from now on
    assert watch.scopes == []
    watch.line.calls.clear()
    real_laptop.clock.at += DAY
    assert real_laptop.run().mended == 0
    assert watch.line.calls == ["status"]


def test_a_case_given_away_is_no_difference_and_one_that_should_have_left_leaves(
    real_hub: ServiceWorld, real_laptop: Laptop, templates: Path, tmp_path: Path
) -> None:
    other = encrypted(real_hub, templates, tmp_path / "other").join(real_hub.add_broker("Jonas"))
    try:
        person = other.citizen("Ida")
        note = other.contact(person, "om Ida")
        settled(other)
        assigned = real_hub.admin.assign(person, "Mette")
        settled(real_laptop)
        assert isinstance(real_laptop.store, SqlStore)
        before = real_laptop.store._row("SELECT * FROM contact WHERE id = ?", (note,))
        other.run()
        other.write("patch", assigned, {"end": "2026-11-20"}, type_name="role_assignment")
        other.run()
        settled(real_laptop)
        assert real_laptop.doc(note, "contact") == {}
        by_hand(real_laptop, "INSERT INTO contact VALUES (" + ", ".join("?" * len(before)) + ")", *before)  # noqa: S608 - only marks
        real_laptop.clock.at += DAY
        receipt = real_laptop.run()
        assert (receipt.mended, receipt.unnamed) == (1, 0)
        assert real_laptop.doc(note, "contact") == {}
    finally:
        other.close()


def test_after_an_older_copy_was_put_back_it_is_asked_at_once(
    real_laptop: Laptop, two_people: object, tmp_path: Path
) -> None:
    copy = kept(real_laptop, tmp_path / "laptop", tmp_path / "copy")
    person = real_laptop.citizen("Sofie")
    settled(real_laptop)
    put_back(real_laptop, tmp_path / "laptop", copy)
    real_laptop.clock.at += timedelta(minutes=1)
    before = real_laptop.clock.at.replace(microsecond=0)
    for _ in range(3):
        real_laptop.run()
    assert real_laptop.doc(person, "citizen")["name"] == "Sofie"
    assert isinstance(real_laptop.store, SqlStore)
    asked = loads(real_laptop.store._row("SELECT value FROM laptop WHERE name = ?", (CHECKED,))[0])
    assert datetime.fromisoformat(asked) >= before


def test_an_older_hub_is_asked_no_more_that_day(real_laptop: Laptop, two_people: object) -> None:
    line = real_laptop.line()
    line.garble = lambda answer: (
        msgspec.structs.replace(answer, same=None) if isinstance(answer, StatusAnswer) else answer
    )
    real_laptop.clock.at += DAY
    assert real_laptop.run().mended == 0
    store = real_laptop.store
    assert isinstance(store, SqlStore)
    assert not store.check_due(real_laptop.clock.now(), DAY)


def test_a_check_that_was_cut_off_is_still_due(real_laptop: Laptop, two_people: dict[str, tuple[str, str]]) -> None:
    _, note = two_people["Ida"]
    by_hand(real_laptop, "DELETE FROM contact WHERE id = ?", note)
    real_laptop.clock.at += DAY
    line = real_laptop.line()
    line.garble = lambda answer: (
        msgspec.structs.replace(answer, end=False) if isinstance(answer, PullAnswer) else answer
    )
    with pytest.raises(Exception, match="cut_short"):
        real_laptop.run()
    assert real_laptop.doc(note, "contact") == {}
    line.garble = lambda answer: answer
    assert real_laptop.run().mended == 1
    assert real_laptop.doc(note, "contact")["note"] == "om Ida"
