"""People leave this laptop: closed cases after a time, erased people at once, and nothing of them stays behind.

What goes: every record of the person's scope, own notes that name the person, what find knows of them, drafts, import
memories, unreadable changes, and the content of the journal. What stays is that something was there: ids, times and
kinds of operations, and the audit log, none of which says anything about a life.
"""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from broker_tui.domain.views import Departure, Ended
from broker_tui.services.ports import Page
from broker_tui.storage import rows
from broker_tui.storage.emptying import remember
from broker_tui.storage.ground import Ground, Transaction, local_moment
from sync.records import RECORD_TYPES, field_names

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

Why = Literal["closed", "erased"]

_ENDED = """SELECT c.citizen_id, max(json_extract(c.doc, '$.closed_on')) FROM "case" c
    WHERE c.deleted = 0 GROUP BY c.citizen_id
    HAVING min(json_extract(c.doc, '$.status') = 'closed') = 1 AND count(json_extract(c.doc, '$.closed_on')) = count(*)
    ORDER BY 2, 1"""
_HELD = """SELECT
    EXISTS (SELECT 1 FROM op WHERE scope = ?1 AND ack_status IS NULL)
    OR EXISTS (SELECT 1 FROM op WHERE former_scope = ?1 AND ack_status IS NULL),
    EXISTS (SELECT 1 FROM conflict WHERE scope = ?1 AND state = 'open' AND deleted = 0),
    EXISTS (SELECT 1 FROM draft WHERE instr(key, ?2) OR about = ?2),
    EXISTS (SELECT 1 FROM follow_up WHERE scope = ?1 AND state = 'open' AND deleted = 0)
    OR EXISTS (SELECT 1 FROM promise WHERE scope = ?1 AND state = 'open' AND deleted = 0)
    OR EXISTS (SELECT 1 FROM memo WHERE json_extract(doc, '$.citizen_id') = ?2
        AND state = 'open' AND deleted = 0)"""
_HOLDS = ("unsent", "difference", "draft", "task")


class LeavingPart(Ground):
    """Who may leave, who has left, and the leaving."""

    def ended(self) -> list[Ended]:
        """People all of whose cases are closed, longest ago first, with what keeps each of them here."""
        found = []
        for citizen_id, closed_on in self._rows(_ENDED):
            held = self._row(_HELD, (f"case:{citizen_id}", citizen_id))
            found.append(Ended(citizen_id, closed_on, tuple(n for n, yes in zip(_HOLDS, held, strict=True) if yes)))
        return found

    def let_go(self, citizen_id: str) -> int:
        """Take a person with closed cases off this laptop; the hub keeps everything. Returns the records removed.

        Nothing is removed when something appeared meanwhile that the hub has not got, or that somebody still has
        to do: that is looked at again inside the transaction.
        """
        with self._writing() as transaction:
            connection = transaction.connection
            if any(connection.execute(_HELD, (f"case:{citizen_id}", citizen_id)).fetchone()):
                return 0
            removed = take_away(transaction, citizen_id, "closed", self._now())
        self._fold_log()
        return removed

    def departures(self, page: Page) -> list[Departure]:
        """Who left, newest first; ids only."""
        found = self._rows(
            "SELECT scope, at, why FROM departed ORDER BY at DESC, scope LIMIT ? OFFSET ?", (page.limit, page.offset)
        )
        departures = []
        for scope, at, why in found:
            departures.append(Departure(scope.removeprefix("case:"), local_moment(at), why))
        return departures

    def call_back(self, citizen_id: str | None = None) -> int:
        """Let people who left after their cases closed come back with the next sync; returns how many.

        The feeds are read again from their start, since what is older than the cursor does not come by itself.
        """
        scope = None if citizen_id is None else f"case:{citizen_id}"
        with self._writing() as transaction:
            gone = transaction.connection.execute(
                "DELETE FROM departed WHERE why = 'closed' AND scope = coalesce(?, scope)", (scope,)
            ).rowcount
            if gone:
                self._read_again(transaction.connection)
        return int(gone)

    def erased_at(self) -> str | None:
        """When somebody was erased last; backups older than that still hold the person."""
        row = self._row("SELECT max(at) FROM departed WHERE why = 'erased'")
        return None if row is None else row[0]

    def _fold_log(self) -> None:
        """What was removed also stands in the write-ahead log until it is folded in and cut."""
        with self._turns.taken():
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def take_away(transaction: Transaction, citizen_id: str, why: Why, at: str) -> int:
    """Remove a person inside a transaction; returns the records removed."""
    connection, scope = transaction.connection, f"case:{citizen_id}"
    removed: list[str] = [citizen_id]
    left: list[tuple[str, str]] = []
    for type_name in RECORD_TYPES:
        for record_id in _ids(connection, type_name, scope, citizen_id if why == "erased" else None):
            row = rows.fetch(connection, type_name, record_id)
            if row is None:
                continue
            rows.erase(connection, row)
            removed.append(record_id)
            left.append((type_name, record_id))
            transaction.touched(type_name, row.scope, scope)
    kept = remember(connection, left, at) if why == "closed" else set()
    _forget(connection, scope, removed, kept, discard=why == "erased")
    if why == "erased":
        connection.execute("DELETE FROM incident")
    connection.execute("INSERT OR REPLACE INTO departed VALUES (?, ?, ?)", (scope, at, why))
    return len(removed) - 1


def away(connection: "Connection", scopes: Iterable[str]) -> dict[str, str]:
    """Why each of these scopes left; those that are here are not named."""
    found = connection.execute(
        "SELECT scope, why FROM departed WHERE scope IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(scopes))),),
    )
    return dict(found.fetchall())


def _ids(connection: "Connection", type_name: str, scope: str, named: str | None) -> list[str]:
    """Records of the scope, and those elsewhere that name the person (own notes of the broker)."""
    sql, values = f'SELECT id FROM "{type_name}" WHERE scope = ?', [scope]
    if named is not None and "citizen_id" in field_names(type_name):
        sql += " OR json_extract(doc, '$.citizen_id') = ?"
        values.append(named)
    return [row[0] for row in connection.execute(sql, values).fetchall()]


def _forget(connection: "Connection", scope: str, ids: Sequence[str], kept: set[str], *, discard: bool) -> None:
    """Drafts, imports, parked changes and the content of operations, but for what was done to those `kept`."""
    everything = json.dumps(ids)
    some = "IN (SELECT value FROM json_each(?1))"
    operations = f"(record_id {some} OR scope = ?2 OR former_scope = ?2)"
    if discard:  # the hub takes nothing more about this person: an unsent operation would wait for ever
        connection.execute(
            f"UPDATE op SET ack_status = 'discarded' WHERE ack_status IS NULL AND {operations}", (everything, scope)
        )
    connection.execute(
        f"UPDATE op SET patch = '{{}}', before = '{{}}', problem = NULL, stable = 0 WHERE {operations} "
        "AND record_id NOT IN (SELECT value FROM json_each(?3))",
        (everything, scope, json.dumps(sorted(kept))),
    )
    connection.execute(f"DELETE FROM imported WHERE record_id {some}", (everything,))
    connection.execute(f"DELETE FROM parked WHERE id {some} OR instr(change, ?2)", (everything, scope))
    connection.execute(
        "DELETE FROM draft WHERE EXISTS (SELECT 1 FROM json_each(?) AS gone WHERE draft.about = gone.value "
        'OR instr(draft.key, gone.value) OR instr(draft."values", gone.value))',
        (everything,),
    )
