"""The laptop's side of sync: what is unsent, what the hub answered, and the page it sends."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from broker_tui.storage.adopting import adopt
from broker_tui.storage.applying import PageWork
from broker_tui.storage.checking import CheckingPart
from broker_tui.storage.emptying import UNKNOWN, sweep
from broker_tui.storage.giving_back import give_back
from broker_tui.storage.ground import CHECKED, LACKS_OWN
from broker_tui.storage.ops import COLUMNS, op_of
from broker_tui.storage.projection import dumps
from broker_tui.storage.repeating import AGAIN
from sync.ports import Applied
from sync.protocol import Change, Cursor, Op, OpAnswer

_OPEN = "mine = 1 AND ack_status IS NULL"


class LocalSyncPart(CheckingPart):
    """`sync.ports.LocalStore` over the journal."""

    def unsent(self, limit: int) -> Sequence[Op]:
        """Oldest operations that may be sent; see the port."""
        blocked = _Blocked()
        for row in self._rows("SELECT record_id, tx, kind FROM op WHERE ack_status IS NULL AND problem IS NOT NULL"):
            blocked.add(*row)
        # by way of the index of pending rows: in save order everything ever acknowledged would be read first
        pending = "SELECT seq FROM op INDEXED BY op_pending WHERE ack_status IS NULL"
        if self._repeating():
            pending += f" UNION SELECT seq FROM op WHERE stable = {AGAIN}"
        if not blocked:
            pending += " ORDER BY seq LIMIT ?"
        found = self._rows(
            f"SELECT {COLUMNS}, tx FROM op WHERE seq IN ({pending}) AND problem IS NULL ORDER BY seq",
            () if blocked else (limit + 1,),
        )
        while blocked:
            held = [row for row in found if blocked.holds(row)]
            if not held:
                break
            for row in held:
                blocked.add(row[1], row[-1], row[4])
            found = [row for row in found if not blocked.holds(row)]
        end = min(limit, len(found))
        if end < len(found) and found[end][-1] == found[end - 1][-1]:
            start = next((i for i in range(end, 0, -1) if found[i - 1][-1] != found[end][-1]), 0)
            end = start or end
        return [op_of(row[:-1]) for row in found[:end]]

    def unsent_count(self) -> int:
        """Saved operations the hub has not named in an answer."""
        return int(self._row("SELECT count(*) FROM op WHERE ack_status IS NULL")[0])

    def outbox(self) -> list[Op]:
        """Everything the hub has not confirmed, in save order: also what it refused, and what it is to get again."""
        found = self._rows(
            f"SELECT {COLUMNS} FROM op WHERE mine = 1 AND (ack_status IS NULL OR stable = {AGAIN}) ORDER BY seq"
        )
        return [op_of(row) for row in found]

    def record_answers(self, answers: Sequence[OpAnswer], receipt: str, at: datetime) -> None:
        """Store the hub's word on each named operation; `waiting` ones stay unsent."""
        stamp = at.isoformat(timespec="milliseconds")
        done = [
            ("late" if a.late else a.status, a.rev, a.seq, stamp, receipt, a.op)
            for a in answers
            if a.status not in ("rejected", "waiting")
        ]
        refused = [(dumps(a.problem), a.op) for a in answers if a.status == "rejected"]
        repeating = self._repeating()
        open_ones = f"mine = 1 AND (ack_status IS NULL OR stable = {AGAIN})" if repeating else _OPEN
        with self._writing("sync") as transaction:
            connection = transaction.connection
            connection.executemany(
                "UPDATE op SET ack_status = ?, ack_rev = ?, ack_seq = ?, acked_at = ?, receipt = ?, problem = NULL, "
                f"stable = 0 WHERE op = ? AND {open_ones}",
                done,
            )
            connection.executemany(
                "UPDATE op SET problem = ?, ack_status = NULL, ack_rev = NULL, stable = 0 "
                f"WHERE op = ? AND {open_ones}",
                refused,
            )
            if repeating:
                self._repeated(transaction)
            named = json.dumps([a.op for a in answers])
            for type_name, scope in connection.execute(
                "SELECT DISTINCT type, scope FROM op WHERE op IN (SELECT value FROM json_each(?))", (named,)
            ).fetchall():
                transaction.touched(type_name, scope)

    def give_back(self, waiting: Sequence[str]) -> int:
        """Bring what the hub has lost; see the port."""
        if self.lacks_own():
            return 0
        with self._writing("sync") as transaction:
            return give_back(transaction, json.dumps(list(waiting)), self._me, self._now())

    def apply_page(
        self,
        changes: Sequence[Change],
        following: dict[str, Cursor],
        stable: dict[str, int],
        *,
        last: bool = False,
    ) -> Applied:
        """Apply one page with its cursors; see the port.

        Nothing is removed here but by an explicit `revoke` or `purge`: a brake against mass deletion has nothing
        to hold.
        """
        with self._writing("sync") as transaction:
            work = PageWork(transaction, self._now(), self._me.device_id)
            result = work.apply(changes)
            transaction.connection.executemany(
                "INSERT INTO feed (name, epoch, seq, chain, stable) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET "
                "epoch = excluded.epoch, seq = excluded.seq, chain = excluded.chain, stable = excluded.stable",
                [(name, c.epoch, c.seq, c.chain, stable.get(name, UNKNOWN)) for name, c in following.items()],
            )
            sweep(transaction.connection, self._now())
            if work.returned:
                self._read_again(transaction.connection)
            elif last and transaction.connection.execute("DELETE FROM laptop WHERE name = ?", (LACKS_OWN,)).rowcount:
                self._put_laptop(transaction.connection, CHECKED, "")  # see soon whether everything came
        if any(change.kind == "purge" for change in changes):
            self._fold_log()
        self._fold_aside(len(changes))
        return result

    def adopt_staff(self, former: str, staff_id: str) -> None:
        """After enrolment: what the local person saved becomes the hub's person's."""
        with self._writing() as transaction:
            adopt(transaction, former, staff_id)

    def _unpark(self) -> None:
        """Apply what an older program could not read."""
        if self._row("SELECT 1 FROM parked LIMIT 1") is not None:
            with self._writing("sync") as transaction:
                PageWork(transaction, self._now(), self._me.device_id).apply_parked()


class _Blocked:
    """Operations that wait for a refused one: of the same record, the same save, or on a record that never came."""

    def __init__(self) -> None:
        self.records: set[str] = set()
        self.saves: set[str] = set()
        self.missing: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.records)

    def add(self, record_id: str, tx: str, kind: str) -> None:
        """A refused or waiting operation."""
        self.records.add(record_id)
        self.saves.add(tx)
        if kind == "create":
            self.missing.add(record_id)

    def holds(self, row: Sequence[Any]) -> bool:
        """Whether an operation (columns `COLUMNS`, tx) must wait."""
        if row[1] in self.records or row[-1] in self.saves:
            return True
        return bool(self.missing) and (
            row[3].partition(":")[2] in self.missing or any(identity in row[7] for identity in self.missing)
        )
