"""One world: a few brokers, their laptops, a hub, and a week in which everything goes wrong that can."""

import gzip
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert, update

from broker_tui.domain.views import Me
from broker_tui.vault import opening
from sync.hub import tables as t
from sync.hub.admin import Administration, create, opened
from sync.hub.queueing import PATIENCE
from sync.records import new_id
from tests.postgres_lab import Postgres
from tests.simulation import invariants
from tests.simulation.backends import Backend, Embedded, OnServer, place_of
from tests.simulation.chance import LaptopClock, Time, decided
from tests.simulation.history import Broken, History
from tests.simulation.hub import Answer, SimulatedHub
from tests.simulation.laptop import KEY, EndingStore, Machine, Where
from tests.simulation.people import MOVING, Person, act

DATABASE = "worlds"
"""The template of all worlds on a server."""
STAFF = 3
MACHINES = 6
STEPS = 30
CARED_FOR = 3_000_000
"""Worlds from this seed on have what a well-run office has: every copy of the hub is a confirmed backup, the first one
taken before anybody came; laptops check every day whether they hold what they should; cases are handed over."""
ROUNDS = 3
"""Everybody syncs this often after the line is well again, and then nothing may wait any more (I8)."""


@dataclass
class Result:
    """What became of one seed."""

    seed: int
    steps: int = 0
    saves: int = 0
    broken: str = ""
    digest: str = ""
    faults: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)


def prepare(folder: Path, server: Postgres | None = None) -> None:
    """The templates every world starts from: a hub with brokers and laptops, an empty caseload."""
    time = Time()
    with decided(0, time):
        place = place_of(folder / "hub", server, DATABASE)
        create(folder / "hub", "Test municipality", time, place)
        service = opened(folder / "hub", time, place)
        admin = Administration(service)
        staff = [admin.add_member(f"Broker {n}").staff_id for n in range(STAFF)]
        devices = [new_id() for _ in range(MACHINES)]
        with service.store.write() as conn:
            conn.execute(update(t.tenant).values(epoch=new_id()))
            for number, device in enumerate(devices):
                row = {"tenant": service.tenant, "id": device, "staff_id": staff[number % STAFF], "name": "laptop"}
                row |= {"public_key": bytes(32), "app_version": "", "enrolled_at": time().isoformat()}
                conn.execute(insert(t.device).values(**row))
        service.store.close()
        (folder / "laptop").mkdir()
        path = folder / "laptop" / "caseload.db"
        opening.create_database(path, KEY, new_id())
        writer, reader = opening.open_writer(path, KEY), opening.open_reader(path, KEY)
        EndingStore(writer, reader, LaptopClock(time), KEY).close()
    whose = [(device, staff[number % STAFF]) for number, device in enumerate(devices)]
    (folder / "whose.json").write_text(json.dumps(whose), encoding="utf-8")


class World:
    """A world of one seed; `run` lives through it once."""

    def __init__(self, seed: int, templates: Path, folder: Path, server: Postgres | None = None) -> None:
        self.seed, self.templates, self.folder = seed, templates, folder
        self.result = Result(seed)
        hub = templates / "hub", folder / "hub"
        self.backend: Backend = OnServer(*hub, server, DATABASE) if server else Embedded(*hub)
        self.time = Time()
        self.history = History()
        self.machines: list[Machine] = []
        self.cared_for = seed >= CARED_FOR
        self.hub_copies: list[str] = []
        self.copies: list[tuple[Machine, Path]] = []
        self._folders = 0
        self._calm = False

    def run(self) -> Result:
        """Live, heal, rest, check."""
        with decided(self.seed, self.time):
            try:
                self._begin()
                for number in range(STEPS):
                    self._step(Random(f"{self.seed}/{number}"))
                    self.result.steps += 1
                self._heal()
            except Broken as broken:
                self.result.broken = str(broken)
            finally:
                self.result.saves = len(self.history.saved)
                self.result.digest = self._digest()
                for machine in self.machines:
                    machine.close()
                self.hub.close()
        return self.result

    def _digest(self) -> str:
        """What was saved and what the hub made of it, in a few characters: the same for the same seed."""
        lived = [(saved.op, saved.machine, saved.confirmed) for saved in self.history.saved.values()]
        taken = [(row.op, row.rev, row.status, row.chain) for row in self.hub.ops()]
        return hashlib.blake2b(repr((lived, taken)).encode(), digest_size=8).hexdigest()

    def _place(self, name: str) -> Path:
        self._folders += 1
        return self.folder / f"{name}{self._folders}"

    def _begin(self) -> None:
        chance = Random(f"{self.seed}/begin")
        self.hub = SimulatedHub(self.backend, self.time)
        whose = json.loads((self.templates / "whose.json").read_text(encoding="utf-8"))
        if self.cared_for:
            self.hub_copies.append(self.hub.backup())
        self.staff = [staff for _, staff in whose[:STAFF]]
        for device, staff in whose[: chance.randint(2, 4)]:
            folder = Path(shutil.copytree(self.templates / "laptop", self._place("laptop")))
            machine = self._machine(folder, Me(staff, "Broker", device, "laptop", True))
            machine.joined()
            machine.page = chance.choice((500, 500, 7, 3))
            machine.batch = chance.choice((500, 500, 5, 2))

    def _machine(self, folder: Path, me: Me) -> Machine:
        machine = Machine(
            len(self.machines), folder, me, self.hub, LaptopClock(self.time), self.history, self.result.faults
        )
        self.machines.append(machine)

        def heard(path: str, body: bytes, answer: Answer) -> None:
            packed = answer[1].get("Content-Encoding") == "gzip"
            content = gzip.decompress(answer[2]) if packed else answer[2]
            try:
                raw = gzip.decompress(body)
            except (EOFError, OSError):
                return  # it was cut on its way
            invariants.answered(machine, self.hub, self.history, path, raw, (answer[0], answer[1], content))

        machine.line.heard = heard
        machine.check_every = timedelta(days=1) if self.cared_for else None
        return machine

    # a step

    def _step(self, chance: Random) -> None:
        self.time.pass_by(timedelta(minutes=chance.choice((1, 5, 30, 240))))
        machine = chance.choice(self.machines)
        weights, happenings = zip(*_HAPPENINGS, strict=True)
        happening: Callable[[World, Machine, Random], None] = chance.choices(happenings, weights)[0]
        happening(self, machine, chance)

    def works(self, machine: Machine, chance: Random) -> None:
        """A few saves in a row."""
        for _ in range(chance.choice((2, 3, 5))):
            self._one_act(machine, chance)

    def _one_act(self, machine: Machine, chance: Random) -> None:
        act(self._person(machine, chance))
        invariants.shown(machine)
        self.result.looked["I7"] += 1

    def _person(self, machine: Machine, chance: Random) -> Person:
        colleagues = [staff for staff in self.staff if staff != machine.me.staff_id]
        person = Person(machine, chance, self.history, colleagues)
        if self.cared_for:
            person.acts += MOVING
        return person

    def stumbles(self, machine: Machine, chance: Random) -> None:
        """A save while the process ends or the disk is full."""
        where = chance.choice(_WHERE)
        self.result.faults[f"save: {_NAMES[where]}"] += 1
        machine.ending(1, where)
        self._one_act(machine, chance)
        machine.store.countdown = 0

    def syncs(self, machine: Machine, chance: Random, *, risk: float = 0.0, countdown: int = 0) -> None:
        """One run."""
        where = chance.choice(_WHERE)
        if countdown:
            self.result.faults[f"sync: {_NAMES[where]}"] += 1
        before = machine.store.ids()
        seqs = {feed: (cursor.epoch, cursor.seq) for feed, cursor in machine.cursors().items()}
        if not self._calm and chance.random() < 0.3:
            machine.line.meanwhile = lambda: self._meanwhile(machine, chance)
        try:
            run = machine.sync(chance, risk, countdown=countdown, where=where)
        finally:
            machine.line.meanwhile = lambda: None
        invariants.ran(machine, run, before, seqs)
        invariants.shown(machine)
        self.result.looked.update(("I6", "I7", "I8", "I11"))

    def _meanwhile(self, machine: Machine, chance: Random) -> None:
        """Somebody types, here or elsewhere, or another laptop syncs, while a request is on its way."""
        if chance.random() < 0.6:
            return
        other = machine if chance.random() < 0.5 else chance.choice(self.machines)
        countdown, machine.store.countdown = machine.store.countdown, 0
        self.result.faults["meanwhile"] += 1
        if chance.random() < 0.5:
            self._person(other, chance).edit_where_people_meet()
            invariants.shown(other)
        else:
            self._one_act(other, chance)
        if other is not machine and chance.random() < 0.5:
            other.sync(chance, 0.0)
        machine.store.countdown = countdown

    def syncs_badly(self, machine: Machine, chance: Random) -> None:
        self.syncs(machine, chance, risk=chance.choice((0.15, 0.4, 0.8)))

    def syncs_and_ends(self, machine: Machine, chance: Random) -> None:
        self.syncs(machine, chance, risk=chance.choice((0.0, 0.3)), countdown=chance.randint(1, 6))

    def hub_restarts(self, machine: Machine, chance: Random) -> None:
        self.result.faults["hub restarts"] += 1
        self.hub.restart()

    def laptop_restarts(self, machine: Machine, chance: Random) -> None:
        self.result.faults["laptop restarts"] += 1
        machine.restart()

    def clock_jumps(self, machine: Machine, chance: Random) -> None:
        self.result.faults["clock jumps"] += 1
        machine.jumped = True
        machine.clock.skew = timedelta(days=chance.choice((-400, -1, 0, 0, 2, 30)))

    def is_copied(self, machine: Machine, chance: Random) -> None:
        target = self._place("copy")
        machine.copy(target)
        self.copies.append((machine, target))

    def older_copy(self, machine: Machine, chance: Random) -> None:
        """The caseload is put back as it was."""
        found = [copy for owner, copy in self.copies if owner is machine]
        if not found:
            self.is_copied(machine, chance)
        else:
            self.result.faults["older copy put back"] += 1
            machine.put_back(chance.choice(found))

    def is_cloned(self, machine: Machine, chance: Random) -> None:
        """The same caseload goes on living on two machines."""
        if len(self.machines) >= MACHINES:
            return
        self.result.faults["laptop cloned"] += 1
        folder = self._place("laptop")
        machine.copy(folder)
        clone = self._machine(folder, machine.me)
        clone.noted, clone.jumped = machine.noted, machine.jumped

    def hub_is_copied(self, machine: Machine, chance: Random) -> None:
        self.hub_copies.append(self.hub.backup() if self.cared_for else self.hub.copy())

    def older_hub(self, machine: Machine, chance: Random) -> None:
        """The hub is put back as it was, and given a new epoch as the manual says."""
        if not self.hub_copies:
            self.hub_is_copied(machine, chance)
            return
        self.result.faults["older hub put back"] += 1
        copy = chance.choice(self.hub_copies)
        self.hub.put_back(copy)
        if self.cared_for and copy == self.hub_copies[-1]:
            invariants.words_are_safe(self.hub, self.machines)
            self.result.looked["I1"] += 1
        held = {op for machine in self.machines for op in machine.could_repeat()}
        standing = {row.op for row in self.hub.ops()}
        for saved in self.history.saved.values():
            saved.lost = saved.lost or (saved.op not in held and saved.op not in standing)

    # the end

    def _heal(self) -> None:
        self._calm = True
        self.hub.restart()
        chance = Random(f"{self.seed}/end")
        for machine in self.machines:
            machine.restart()
        self._rest()
        went_back = self.result.faults["older hub put back"] > 0
        if went_back and any(machine.store.unsent(1) for machine in self.machines):
            # it lost a role, a whole case or somebody's first word with the rest, and waits for them only so long
            self.time.pass_by(PATIENCE)
            self._rest()
        for machine in self.machines:
            left = [row for row in machine.store.journal() if row[10] is None]
            if machine.store.unsent(1) or (left and not machine.store.refused_rows()):
                raise Broken("I8", f"laptop {machine.number} still has {len(left)} unsent changes on a good line")
            if machine.outcome is None or machine.outcome.error is not None:
                said = machine.outcome.error if machine.outcome else "nothing"
                raise Broken("I8", f"laptop {machine.number} cannot sync on a good line: {said!r}")
        for machine in self.machines:
            machine.check_every = timedelta(0) if self.cared_for else None
            machine.sync(chance, 0.0)
            invariants.checked(machine)
        if self.hub.failures:
            raise Broken("I8", f"the hub failed {len(self.hub.failures)} times: {self.hub.failures[0]}")
        self.result.looked.update(invariants.at_rest(self.hub, self.machines, self.history, went_back=went_back))

    def _rest(self) -> None:
        """Everybody syncs, and again."""
        for _ in range(ROUNDS):
            for machine in self.machines:
                self.syncs(machine, Random(f"{self.seed}/calm"))


_WHERE: tuple[Where, ...] = ("before", "inside", "after", "full")
_NAMES: dict[Where, str] = {
    "before": "ends before",
    "inside": "ends inside",
    "after": "ends after",
    "full": "disk full",
}
_HAPPENINGS: tuple[tuple[int, Callable[[World, Machine, Random], None]], ...] = (
    (30, World.works),
    (4, World.stumbles),
    (16, World.syncs),
    (20, World.syncs_badly),
    (6, World.syncs_and_ends),
    (1, World.hub_restarts),
    (1, World.laptop_restarts),
    (1, World.clock_jumps),
    (1, World.is_copied),
    (2, World.older_copy),
    (1, World.is_cloned),
    (1, World.hub_is_copied),
    (2, World.older_hub),
)
