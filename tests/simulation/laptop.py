"""One laptop of a world: a real encrypted store whose process can end at any transaction, and a real sync engine."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

from broker_tui.domain.views import InvalidInput, Me, NotFound, StoreFull
from broker_tui.services.differences import Choice, Differences
from broker_tui.services.ports import Write
from broker_tui.storage.ground import Transaction
from broker_tui.storage.projection import loads
from broker_tui.storage.repeating import AGAIN
from broker_tui.storage.store import SqlStore
from broker_tui.vault import opening
from sync.engine import Outcome, SyncEngine
from sync.protocol import Cursor
from sync.records import RECORD_TYPES, Doc
from tests.simulation.chance import LaptopClock
from tests.simulation.history import History, Saved
from tests.simulation.hub import SimulatedHub
from tests.simulation.line import BASE, Line, Run, Unsigned

KEY = bytes(range(32))
Where = Literal["before", "inside", "after", "full"]


class Ended(BaseException):
    """The app's process ended: kill -9, a flat battery."""


class EndingStore(SqlStore):
    """A store whose process ends, or whose disk is full, at a chosen transaction from now."""

    countdown = 0
    where: Where = "before"

    @contextmanager
    def _writing(self, origin: Literal["local", "sync"] = "local") -> Iterator[Transaction]:
        self.countdown -= 1
        strikes = self.countdown == 0
        if strikes and self.where == "before":
            raise Ended
        with super()._writing(origin) as transaction:
            yield transaction
            if strikes and self.where == "inside":
                raise Ended
            if strikes and self.where == "full":
                raise StoreFull
        if strikes and self.where == "after":
            raise Ended

    def everything(self) -> dict[str, tuple[str, str, Doc, int, bool, bool]]:
        """Per record: type, scope, document, revision and deletion as the hub last said, and whether it ever spoke."""
        found = {}
        for name in RECORD_TYPES:
            for row in self._rows(
                f'SELECT id, scope, doc, rev, deleted, base, base_scope, base_deleted FROM "{name}" ORDER BY id'  # noqa: S608  # names of the contract
            ):
                record_id, scope, doc, rev, deleted, base, base_scope, base_deleted = row
                if base is not None:
                    scope, doc, deleted = base_scope or scope, base, base_deleted
                found[record_id] = (name, scope, loads(doc), rev, bool(deleted), rev > 0)
        return found

    def ids(self) -> set[str]:
        """Every record that lies here."""
        tables = [f'SELECT id FROM "{name}"' for name in RECORD_TYPES]  # noqa: S608  # names of the contract
        return {row[0] for row in self._rows(" UNION ALL ".join(tables))}

    def journal(self, after: int = 0) -> list[Any]:
        """Own operations; the hub's word on one that it is to hear again counts no more."""
        return self._rows(
            "SELECT seq, op, record_id, type, scope, kind, patch, closes, tx, together, "
            "iif(stable = ?, 'again', ack_status), problem FROM op WHERE mine = 1 AND seq > ? ORDER BY seq",
            (AGAIN, after),
        )


class Machine:
    """A laptop somebody uses."""

    def __init__(
        self,
        number: int,
        folder: Path,
        me: Me,
        hub: SimulatedHub,
        clock: LaptopClock,
        history: History,
        faults: "Counter[str]",
    ) -> None:
        self.number, self.folder, self.me = number, folder, me
        self.hub, self.clock, self.history = hub, clock, history
        self.line = Line(hub, me.device_id, faults)
        self.way = Unsigned(BASE, None, clock, transport=self.line)
        self.page = 500
        self.batch = 500
        self.noted = 0
        self.jumped = False
        self.check_every: timedelta | None = None
        self.outcome: Outcome | None = None
        self.store = self._open()

    def _open(self) -> EndingStore:
        path = self.folder / "caseload.db"
        writer, reader = opening.open_writer(path, KEY), opening.open_reader(path, KEY)
        writer.execute("PRAGMA synchronous = OFF")  # as in the hub
        return EndingStore(writer, reader, self.clock, KEY)

    def joined(self) -> None:
        """Take over the identity the hub gave."""
        self.store.set_me(self.me)

    # life and death

    def close(self) -> None:
        self.store.close()

    def restart(self) -> None:
        """The process ended and comes again."""
        self.store.close()
        self.store = self._open()

    def ending(self, countdown: int, where: Where) -> None:
        """Arm the end: at which transaction from now, and at which side of its commit."""
        self.store.countdown, self.store.where = countdown, where

    def copy(self, target: Path) -> None:
        """A backup of the caseload."""
        self.store._fold_log()
        shutil.copytree(self.folder, target)

    def put_back(self, source: Path) -> None:
        """An older copy; what was saved since and not sent is gone with the disk."""
        self.store.close()
        shutil.rmtree(self.folder)
        shutil.copytree(source, self.folder)
        self.store = self._open()
        here = {row[1] for row in self.store.journal()}
        for saved in self.history.saved.values():
            if saved.machine == self.number and saved.op not in here:
                saved.lost = True
        self.noted = self.store.journal()[-1][0] if here else 0

    def could_repeat(self) -> set[str]:
        """Operations whose content still lies here; of people who left nothing can be sent again."""
        rows = self.store.journal()
        blank = {row[2] for row in rows if row[5] in ("create", "patch") and row[6] == "{}"}
        return {row[1] for row in rows if row[2] not in blank}

    # what the person does

    def save(self, writes: Sequence[Write]) -> bool:
        """Save as the screens do; whether it was confirmed."""
        seen = {write.id: self._shown(write) for write in writes}
        return self._confirmed(lambda: self.store.save(writes), seen, {})

    def settle(self, conflict_id: str, choice: Choice) -> bool:
        """Settle a difference."""
        differences = Differences(self.store)
        shown = next((d for d in differences.all() if d.conflict_id == conflict_id), None)
        if shown is None:
            return False
        stored = self.store.get(shown.record_type, shown.record_id)
        seen = {shown.record_id: dict(stored.doc) if stored else {}}
        offered = {conflict_id: [shown.mine, shown.theirs]}
        return self._confirmed(lambda: differences.settle(conflict_id, choice), seen, offered)

    def does(self, act: Callable[[], object]) -> bool:
        """Something a service saves; whether it was confirmed."""
        seen = {name: dict(word[2]) for name, word in self.store.everything().items() if word[0] == "handover"}
        return self._confirmed(act, seen, {})

    def _shown(self, write: Write) -> Doc:
        stored = self.store.get(write.type, write.id)
        return dict(stored.doc) if stored else {}

    def _confirmed(self, act: Callable[[], object], seen: Mapping[str, Doc], settles: Mapping[str, list[Doc]]) -> bool:
        done = False
        try:
            act()
            done = True
        except (StoreFull, NotFound, InvalidInput):  # the record a difference is about may have left with its case
            pass
        except Ended:
            self.restart()
        self.store.countdown = 0
        self._note(seen, settles, done)
        return done

    def _note(self, seen: Mapping[str, Doc], settles: Mapping[str, list[Doc]], done: bool) -> None:
        for row in self.store.journal(self.noted):
            seq, op, record, type_name, scope, kind, patch, closes, tx, together, *_ = row
            offered = {name: settles[name] for name in (loads(closes) if closes else []) if name in settles}
            self.history.add(
                Saved(
                    *(op, self.number, record, type_name, scope, kind, tx if together else "", loads(patch)),
                    *(seen.get(record, {}), offered, done),
                )
            )
            self.noted = seq

    # sync

    def sync(self, chance: Random, risk: float, *, countdown: int = 0, where: Where = "before") -> Run:
        """One run of the engine; it may be broken off by its own end."""
        run = self.line.run = Run(chance, risk)
        self.ending(countdown, where)
        engine = SyncEngine(
            *(self.store, self.way, self.clock),
            page_items=lambda: self.page,
            batch_items=self.batch,
            check_every=self.check_every,
        )
        self.outcome = None
        try:
            self.outcome = engine.run()
        except StoreFull:
            pass
        except Ended:
            self.restart()
        self.store.countdown = 0
        return run

    def cursors(self) -> dict[str, Cursor]:
        """Where it stands."""
        return self.store.cursors()
