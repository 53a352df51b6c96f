"""A conversation with everything in it, cut after every byte of each direction: nothing lost, nothing doubled.

In it: new records, patches, a patch the hub merges, a difference and one that is settled, a delete, a restore, a note
moved to another person, a save of three records, a change the hub refuses, one that waits for it and goes once it is
corrected, shared records, pages, gzip. The same exchange is cut a few times, each time a byte later, before the line
works again. CI cuts at the seams and every so many bytes; every byte in both directions:
`pytest -m slow tests/contract/sync/test_every_byte_of_a_rich_talk.py` (some ten minutes on one core).
"""

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from sqlalchemy import func, select

from broker_tui.domain.clock import SystemClock
from broker_tui.services.hub_line import ClosableHub
from broker_tui.services.ports import Write
from broker_tui.storage.projection import loads
from broker_tui.storage.store import SqlStore
from sync.errors import SyncError
from sync.hub import tables as t
from sync.hub.app import make_app
from sync.ports import Signer
from sync.protocol import Op
from sync.records import RECORD_TYPES, SHARED, Doc, case_scope, new_id
from sync.transport import HttpHub
from tests.contract.sync.cut_line import Cut, CutLine, Size
from tests.contract.sync.worlds import Laptop, ServiceWorld, encrypted, served
from tests.relay import Way

STEP = 331
"""Bytes between two cuts in CI, beside those at the seams."""
IN_A_ROW = 8
"""Cuts of one exchange until the line works again."""
SEASON = 120
"""Conversations until hub and laptops are new, so that the last is as quick as the first."""
TOO_LONG = "x" * 10_001
DAY = "2026-11-20"


class InProcess(ServiceWorld):
    """The hub's web application, reached through lines of bytes."""

    def __init__(self, folder: Path, database: Any = None) -> None:
        super().__init__(folder, database)
        self.app = make_app(self.service)
        self.route = CutLine(self.app)

    def line(self, signer: Signer | None) -> ClosableHub:
        return HttpHub("http://127.0.0.1", signer, SystemClock(), transport=self.route)


class Talk:
    """Two laptops of one broker, the nearer one behind a line that is cut; what must be there in the end."""

    def __init__(self, world: InProcess, templates: Path, folder: Path) -> None:
        self.world = world
        staff = world.add_broker("Mette")
        self.far_line = world.route
        self.far = encrypted(world, templates, folder / "far").join(staff)
        self.far.run()
        world.route = self.line = CutLine(world.app)
        self.near = encrypted(world, templates, folder / "near").join(staff)
        self.near.page = 9
        self.people = [self.near.citizen(f"Person {n}") for n in range(2)]
        self.met, self.fought = self.near.company("Mødested ApS"), self.near.company("Uenige ApS")
        self.notes: set[str] = set()
        self.kept = self._notes("first")
        self.near.write("delete", self.kept[1], type_name="contact")
        self.turns = 0
        self.near.run()
        self.far.run()
        assert not self.near.store.unsent_count()
        self.given = sorted(set(self._at_hub()) - set(_own(self.near)))  # what the hub wrote when it took Mette in

    def _notes(self, what: str) -> list[str]:
        made = [self.near.contact(self.people[0], f"{what} {n}") for n in range(3)]
        self.notes.update(made)
        return made

    def _work_far(self, name: str) -> str:
        self.far.write("patch", self.met, {"area": f"far {name}"})
        self.far.write("patch", self.fought, {"note": f"far {name}"})
        note = self.far.contact(self.people[1], f"far {name}")
        self.notes.add(note)
        self.far.run()
        return note

    def _work_near(self, name: str) -> str:
        """Everything a person can do, on records that were there before; the refused record."""
        near = self.near
        delete, restore, move = self.kept
        near.write("patch", self.met, {"tasks": f"near {name}"})  # merged by the hub
        for found in near.sync.differences():
            near.sync.settle(found.conflict_id, "mine")
        near.write("patch", self.fought, {"note": f"near {name}"})  # a difference
        near.write("delete", delete, type_name="contact")
        near.write("restore", restore, type_name="contact")
        scope = case_scope(self.people[1])
        near.write("move", move, {"citizen_id": self.people[1]}, type_name="contact", scope=scope)
        self._correct()
        self.kept = self._notes(name)
        near.write("delete", self.kept[1], type_name="contact")
        self._save_three(name)
        refused = new_id()
        values: Doc = {"name": f"Afvist {name}", "note": TOO_LONG}
        near.write("create", refused, values, type_name="citizen", scope=case_scope(refused))
        self.notes.add(near.contact(refused, f"venter {name}"))  # waits for the person it is about
        return refused

    def _correct(self) -> None:
        """As the screens do: a change of the record, and the refused one is sent again with it."""
        for row in self.near.sync.refused():
            self.near.write("patch", row.unsent.record_id, {"note": "kort nok"}, type_name="citizen")
            self.near.sync.retry_refused(row.unsent.op_id)

    def _save_three(self, name: str) -> None:
        person, scope, note = self.people[0], case_scope(self.people[0]), new_id()
        contact: Doc = {"citizen_id": person, "kind": "phone", "outcome": "reached", "occurred_on": DAY, "note": name}
        visit: Doc = {"company_id": self.met, "occurred_on": DAY, "note": name}
        follow: Doc = {"citizen_id": person, "what": name, "due": DAY}
        self.near.store.save(
            [
                Write("create", "company_visit", new_id(), SHARED, visit),
                Write("create", "contact", note, scope, contact),
                Write("create", "follow_up", new_id(), scope, follow),
            ]
        )
        self.notes.add(note)

    def converse(self, cuts: Sequence[Cut] = ()) -> int:
        """Work on both sides, syncs that are cut, one after the other, and one that is not; how many cuts struck."""
        self.turns += 1
        name = f"{self.turns} {cuts}"
        theirs = self._work_far(str(self.turns))
        refused = self._work_near(str(self.turns))
        struck = 0
        for cut in cuts:
            self.line.arm(cut)
            with suppress(SyncError):
                self.near.run()
            if not cut.struck:
                break
            struck += 1
        self.line.arm(None)
        self.near.run()
        self._check(refused, theirs, name)
        return struck

    def _check(self, refused: str, theirs: str, name: str) -> None:
        near = self.near
        quarantine = near.sync.refused()
        assert [row.unsent.record_id for row in quarantine] == [refused], f"quarantine, {name}: {quarantine}"
        op_id = quarantine[0].unsent.op_id
        assert near.store.unsent_count() == 2, f"the refused one and the one that waits, {name}"
        assert near.doc(refused, "citizen")["note"] == TOO_LONG, f"what was refused is shown as it was typed, {name}"
        assert [d.record_id for d in near.sync.differences()] == [self.fought], f"one difference, {name}"
        assert near.doc(theirs, "contact"), f"what the other laptop wrote did not come, {name}"
        with self.world.service.store.read() as conn:
            letters = conn.execute(select(t.refused.c.op, t.refused.c.payload)).all()
            taken = int(conn.execute(select(func.count()).select_from(t.op)).scalar_one()) - len(self.given)
        [payload] = [row.payload for row in letters if row.op == op_id]
        assert msgspec.json.decode(payload, type=Op).patch["note"] == TOO_LONG, f"the dead letter is whole, {name}"
        assert len(letters) == self.turns, f"one dead letter a conversation, {name}"
        assert taken == len(_own(near)) + len(_own(self.far)) - 2, f"a change was taken twice or not at all, {name}"

    def _at_hub(self) -> list[str]:
        """The changes the hub has taken in."""
        with self.world.service.store.read() as conn:
            return [row.op for row in conn.execute(select(t.op.c.op))]

    def account(self) -> int:
        """Correct what is refused; hub and both laptops hold exactly the same, each change once. Returns records."""
        self._correct()
        for laptop in (self.near, self.far, self.near):
            receipt = laptop.run()
            assert (receipt.unsent, receipt.refused, receipt.outcome) == (0, (), "ok")
        with self.world.service.store.read() as conn:
            rows = conn.execute(select(t.record)).all()
        hub = {row.id: (row.type, row.scope, loads(row.doc), row.rev, row.deleted) for row in rows}
        near, far = _everything(self.near), _everything(self.far)
        assert near == far == hub
        assert {key for key, row in hub.items() if row[0] == "contact"} == self.notes
        assert sorted(self._at_hub()) == sorted([*self.given, *_own(self.near), *_own(self.far)])
        return len(hub)

    def close(self) -> None:
        self.near.close()
        self.far.close()
        for line in (self.line, self.far_line):
            line.end()


def _own(laptop: Laptop) -> list[str]:
    """Changes saved on a laptop that the hub should have or get, oldest first."""
    assert isinstance(laptop.store, SqlStore)
    return [
        row[0]
        for row in laptop.store._rows("SELECT op FROM op WHERE mine = 1 AND ack_status IS NOT 'folded' ORDER BY seq")
    ]


def _everything(laptop: Laptop) -> dict[str, tuple[str, str, Doc, int, bool]]:
    store = laptop.store
    assert isinstance(store, SqlStore)
    return {
        row[0]: (name, row[1], loads(row[2]), row[3], bool(row[4]))
        for name in RECORD_TYPES
        for row in store._rows(f'SELECT id, scope, doc, rev, deleted FROM "{name}"')  # noqa: S608  # of the contract
    }


class Seasons:
    """Conversations one after the other, on new machines every so often."""

    def __init__(self, templates: Path, folder: Path) -> None:
        self.templates, self.folder = templates, folder
        self.times = self.struck = self.records = self.partly = 0
        self._talks: Iterator[Talk] = iter(())
        self.talk: Talk | None = None

    def next(self) -> Talk:
        """The machines of the next conversation."""
        if self.talk is None or self.talk.turns >= SEASON:
            self.end()
            self._talks = self._season()
            self.talk = next(self._talks)
        return self.talk

    def _season(self) -> Iterator[Talk]:
        with served(InProcess, self.templates, self.folder) as world:
            talk = Talk(world, self.templates, self.folder)
            try:
                for _ in range(2):  # until there is a difference to settle and something refused to correct
                    talk.converse()
                yield talk
                self.records += talk.account()
                self.partly += talk.line.broken
            finally:
                talk.close()
        for name in ("hub", "near", "far"):
            shutil.rmtree(self.folder / name)

    def end(self) -> None:
        """The account of the season that is over."""
        next(self._talks, None)
        self.talk = None

    def cut(self, way: Way, size: Size, places: Sequence[int]) -> int:
        """Conversations whose exchange is cut in these places; how many struck, the first that did not ends it."""
        before = self.struck
        for start in range(0, len(places), IN_A_ROW):
            here = places[start : start + IN_A_ROW]
            # what came before the exchange has been taken in by the first try: then it is the first of its kind
            cuts = [Cut(way, size.path, 0 if n else size.nth, at, at % 2 == 1) for n, at in enumerate(here)]
            struck = self.next().converse(cuts)
            self.times += 1
            self.struck += struck
            if struck < len(cuts):
                break
        return self.struck - before

    def told(self) -> str:
        return (
            f"{self.times} conversations, cut {self.struck} times, {self.partly} times within a request's body; "
            f"0 lost, 0 doubled, {self.records} records alike on the hub and two laptops"
        )


@pytest.fixture
def seasons(templates: Path, tmp_path: Path) -> Iterator[Seasons]:
    made = Seasons(templates, tmp_path)
    yield made
    made.end()


@pytest.fixture
def sizes(seasons: Seasons) -> list[Size]:
    """The exchanges of a conversation nobody cuts, once it has everything in it."""
    talk = seasons.next()
    talk.converse()
    done = list(talk.line.sizes)
    assert {size.path.rpartition("/")[2] for size in done} == {"status", "push", "pull"}
    assert sum(size.path.endswith("pull") for size in done) > 1, "a page is not enough"
    return done


@pytest.mark.parametrize("way", get_args(Way))
def test_i1_a_rich_talk_cut_at_its_seams_and_here_and_there_loses_nothing(
    seasons: Seasons, sizes: list[Size], way: Way, seed: int
) -> None:
    start = random.Random(seed).randrange(STEP)
    for size in sizes:
        head, end = size.heads[way], size.bytes[way]
        seams = {0, head - 1, head, head + 1, end - 8}  # bodies differ by a few bytes from one talk to the next
        seasons.cut(way, size, sorted(seams | set(range(start, end - 8, STEP))))
    seasons.end()
    print(f"{way}: {len(sizes)} exchanges, {seasons.told()}")
    assert seasons.struck > 4 * len(sizes)


@pytest.mark.slow
@pytest.mark.parametrize("way", get_args(Way))
def test_i1_a_rich_talk_cut_at_every_byte_loses_nothing(seasons: Seasons, sizes: list[Size], way: Way) -> None:
    """Each direction by itself; an exchange ends where no cut strikes."""
    for size in sizes:
        struck = seasons.cut(way, size, range(size.bytes[way] + 1_000))
        print(f"{way} {size.path} {size.nth}: {struck} bytes", flush=True)
        assert struck > size.bytes[way] - 100
    seasons.end()
    print(f"{way}: {len(sizes)} exchanges, {seasons.told()}")
