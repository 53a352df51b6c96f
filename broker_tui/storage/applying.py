"""One page of the hub's feed put into the vault, inside one transaction.

Most of a first pull is new to this laptop and touched by nobody here: those records go in together. Everything else
is taken one by one: the hub's word becomes the base, own operations it does not hold yet go on top.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

import msgspec

from broker_tui.storage import rows, search_index
from broker_tui.storage.emptying import empty
from broker_tui.storage.ground import Transaction
from broker_tui.storage.journal import settle
from broker_tui.storage.leaving import away, take_away
from broker_tui.storage.ops import COLUMNS, op_of, pending_of
from broker_tui.storage.projection import dumps, replaces
from broker_tui.storage.repeating import AGAIN
from broker_tui.storage.rows import Row
from sync.merge import rebase
from sync.ports import Applied
from sync.protocol import Change, Op
from sync.records import RECORD_TYPES, Doc, RecordError, check, upgraded

_RECEIVED = """INSERT OR IGNORE INTO op (op, tx, mine, type, record_id, scope, former_scope, kind, v, patch, at, staff,
    device, ack_status, ack_rev, ack_seq) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?)"""

_AS_THE_HUB = 'UPDATE "{}" SET rev = ?, base = NULL, base_scope = NULL, base_deleted = 0 WHERE id = ?'


class PageWork:
    """The applying of one page; with `anew` the hub's word counts whatever revision lies here."""

    def __init__(self, transaction: Transaction, at: str, device_id: str, *, anew: bool = False) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._at = at
        self._device_id = device_id
        self._anew = anew
        self._written = 0
        self._removed = 0
        self._conflicts = 0
        self._parked = 0
        self._log: list[tuple[Any, ...]] = []
        self.returned = False
        """Whether the feed has to be read again from its start: somebody came back, or an older copy was put back."""

    def apply(self, changes: Sequence[Change]) -> Applied:
        """Apply all changes, in order where it matters."""
        changes = self._of_those_here(changes)
        seen = Counter(change.id for change in changes)
        known = self._known(changes, seen)
        changes = self._of_those_held(changes)
        own = [change for change in changes if change.kind == "put" and change.doc is None and seen[change.id] == 1]
        settled = self._confirm_all(own)
        fresh: dict[str, list[Row]] = {}
        confirmed: dict[str, list[tuple[int, str]]] = {}
        for change in changes:
            if change.id in settled:
                continue
            if change.id not in known and change.kind == "put" and change.doc is not None:
                row = self._row_of(change, change.doc)
                if row is not None:
                    fresh.setdefault(change.type, []).append(row)
                    self._note(change, "create")
            elif change.kind != "put":
                self._leave(change)
            elif change.doc is not None:
                self._put(change, change.doc)
            else:
                self._confirm(change, confirmed)
        for type_name, batch in fresh.items():
            self._add_all(type_name, batch)
        for type_name, lines in confirmed.items():
            self._connection.executemany(_AS_THE_HUB.format(type_name), lines)
        self._connection.executemany(_RECEIVED, self._log)
        self._settle_again(change.id for change in changes if change.type == "conflict")
        search_index.tidy(self._connection)
        return Applied(self._written, self._removed, self._conflicts, self._parked)

    def apply_parked(self) -> None:
        """Apply what an older program could not read; what this one cannot either is parked again."""
        found = self._connection.execute("SELECT change FROM parked ORDER BY rowid").fetchall()
        self._connection.execute("DELETE FROM parked")
        self.apply([msgspec.json.decode(row[0], type=Change) for row in found])

    def _of_those_here(self, changes: Sequence[Change]) -> Sequence[Change]:
        """Without the changes of people who left; somebody whose case opens again comes back."""
        gone = away(self._connection, (change.scope for change in changes))
        if not gone:
            return changes
        for change in changes:
            opens = change.kind == "put" and change.type == "case" and change.doc is not None and not change.deleted
            if gone.get(change.scope) != "closed":
                continue
            if (opens and (change.doc or {}).get("status", "open") == "open") or (
                change.kind == "revoke" and change.type == "citizen"
            ):
                self._connection.execute("DELETE FROM departed WHERE scope = ?", (change.scope,))
                del gone[change.scope]
                self.returned = self.returned or opens
        return [change for change in changes if change.kind != "put" or change.scope not in gone]

    def _of_those_held(self, changes: Sequence[Change]) -> Sequence[Change]:
        """Without own changes that come back without a document though this journal does not hold them.

        The hub counts on what this laptop had before an older copy of the caseload was put back; read from its start
        the feed brings the documents.
        """
        named = {op for change in changes if change.kind == "put" and change.doc is None for op in change.ops}
        if not named:
            return changes
        held = self._connection.execute(
            "SELECT op FROM op WHERE op IN (SELECT value FROM json_each(?))", (json.dumps(sorted(named)),)
        )
        lost = named - {row[0] for row in held}
        if not lost:
            return changes
        self.returned = True
        return [change for change in changes if change.doc is not None or not lost & set(change.ops)]

    def _known(self, changes: Sequence[Change], times: Mapping[str, int]) -> set[str]:
        """Ids that are not simply new: here already, edited here, or named twice in the page."""
        twice = {record_id for record_id, count in times.items() if count > 1}
        everything = json.dumps(list(times))
        by_type: dict[str, list[str]] = {}
        for change in changes:
            if change.type in RECORD_TYPES:
                by_type.setdefault(change.type, []).append(change.id)
        for type_name, ids in by_type.items():
            twice.update(
                row[0]
                for row in self._connection.execute(
                    f'SELECT id FROM "{type_name}" WHERE id IN (SELECT value FROM json_each(?))',
                    (json.dumps(ids),),
                )
            )
        twice.update(
            row[0]
            for row in self._connection.execute(
                "SELECT record_id FROM op WHERE record_id IN (SELECT value FROM json_each(?)) AND mine = 1",
                (everything,),
            )
        )
        return twice

    def _row_of(self, change: Change, doc: Doc) -> Row | None:
        """The hub's record as a row; None (and parked) if this program cannot read it."""
        kind = RECORD_TYPES.get(change.type)
        try:
            if kind is None:
                raise RecordError(change.type, "", "unknown record type")
            if change.v < kind.version:
                doc = upgraded(change.type, change.v, doc)
            check(change.type, doc)
        except RecordError:
            self._parked += 1
            self._connection.execute(
                "INSERT OR REPLACE INTO parked VALUES (?, ?, ?)", (change.id, change.rev, dumps(change))
            )
            return None
        by = change.by.at if change.by and change.by.at else self._at
        return Row(
            *(change.type, change.id, change.scope, doc, max(change.v, kind.version), change.rev, change.deleted),
            entered_at=rows.entered(change.id, by),
        )

    def _add_all(self, type_name: str, batch: list[Row]) -> None:
        """Many new records of one type at once."""
        self._transaction.touched(type_name, *{row.scope for row in batch})
        outside = self._mark_replaced(type_name, batch) if replaces(type_name) else set()
        self._connection.executemany(rows.insert_sql(type_name), [rows.values(row) for row in batch])
        search_index.place_all(
            self._connection, type_name, [(row.id, row.doc, row.entered_at) for row in batch if row.stands]
        )
        for record_id in outside:
            rows.settle_replaced(self._connection, type_name, record_id)
        self._written += len(batch)
        if type_name == "conflict":
            self._conflicts += sum(row.doc.get("state", "open") == "open" and not row.deleted for row in batch)

    def _mark_replaced(self, type_name: str, batch: list[Row]) -> set[str]:
        """Set `replaced_by` inside the batch; returns records outside it that the batch replaces."""
        new = {row.id: row for row in batch}
        corrections = sorted(
            (row.entered_at, row.id, str(row.doc["replaces"]))
            for row in batch
            if row.doc.get("replaces") and not row.deleted
        )
        stored = self._connection.execute(
            f'SELECT entered_at, id, replaces FROM "{type_name}" WHERE deleted = 0 '
            "AND replaces IN (SELECT value FROM json_each(?))",
            (json.dumps(list(new)),),
        ).fetchall()
        for _, record_id, target in sorted([*corrections, *stored]):
            if target in new:
                new[target].replaced_by = record_id
        return {target for _, _, target in corrections if target not in new}

    def _put(self, change: Change, doc: Doc) -> None:
        word = self._row_of(change, doc)
        if word is None:
            return
        connection = self._connection
        before = rows.fetch(connection, change.type, change.id)
        if before is not None and before.rev > change.rev and not self._anew:
            return  # a page that was read again
        self._transaction.touched(change.type, change.scope)
        self._contained(change)
        pending = pending_of(connection, change.id, change.rev)
        after = copy(word) if before is None else copy(before)
        after.rev, after.v, after.doc, after.scope, after.deleted = word.rev, word.v, word.doc, word.scope, word.deleted
        after.base, after.base_scope, after.base_deleted = None, None, False
        if pending:
            after.keep_base()
            seen = rebase(RECORD_TYPES[change.type], word.doc, pending, word.deleted)
            after.doc, after.deleted = seen.doc, seen.deleted
            after.scope = next((op.scope for op in reversed(pending) if op.kind == "move"), word.scope)
        opened = change.type == "conflict" and word.doc.get("state", "open") == "open" and not word.deleted
        if before is None:
            rows.add(connection, after)
            kind = "create"
            self._conflicts += int(opened)
        else:
            rows.change(connection, before, after)
            self._transaction.touched(change.type, before.scope)
            kind = "delete" if word.deleted and not before.deleted else "patch"
        self._written += 1
        self._note(change, kind)
        if before is not None:
            self._note_merged(change, before.doc, after.doc)

    def _confirm_all(self, changes: Sequence[Change]) -> set[str]:
        """Own operations coming back, on records nobody here has edited since: a few statements for all of them.

        Returns the records that are settled with that; the others are for `_confirm`.
        """
        settled: set[str] = set()
        by_type: dict[str, dict[str, Change]] = {}
        for change in changes:
            if change.type in RECORD_TYPES:
                by_type.setdefault(change.type, {})[change.id] = change
        for type_name, own in by_type.items():
            standing = self._connection.execute(
                f'SELECT id, rev, scope, deleted FROM "{type_name}" WHERE id IN (SELECT value FROM json_each(?))',
                (json.dumps(list(own)),),
            ).fetchall()
            scopes = {
                record_id: scope
                for record_id, rev, scope, deleted in standing
                if rev <= own[record_id].rev and bool(deleted) == own[record_id].deleted
            }
            self._contained(*(own[record_id] for record_id in scopes))
            lines = [(own[record_id].rev, record_id) for record_id in scopes]
            edited = self._connection.execute(
                "SELECT DISTINCT op.record_id FROM json_each(?) AS line CROSS JOIN op "
                "ON op.record_id = line.value ->> 1 WHERE op.mine = 1 "
                "AND (op.ack_status IS NULL AND op.ack_rev IS NULL OR op.ack_rev > line.value ->> 0)",
                (json.dumps(lines),),
            ).fetchall()
            done = scopes.keys() - {record_id for (record_id,) in edited}
            if done:
                self._connection.executemany(_AS_THE_HUB.format(type_name), [line for line in lines if line[1] in done])
                self._transaction.touched(type_name, *{scopes[record_id] for record_id in done})
                settled |= done
        self._written += len(settled)
        return settled

    def _confirm(self, change: Change, confirmed: dict[str, list[tuple[int, str]]]) -> None:
        """A change that holds only own operations: what lies here is the hub's word now."""
        row = rows.fetch(self._connection, change.type, change.id) if change.type in RECORD_TYPES else None
        if row is None:
            self._parked += 1
            return
        if row.rev > change.rev:
            return
        self._contained(change)
        pending = pending_of(self._connection, change.id, change.rev)
        self._transaction.touched(change.type, row.scope)
        self._written += 1
        if not pending and row.deleted == change.deleted:
            confirmed.setdefault(change.type, []).append((change.rev, change.id))
            return
        # whether it stands is the hub's word too: what was sent late lies deleted until somebody takes it in
        after, kind = copy(row), RECORD_TYPES[change.type]
        after.rev, after.deleted = change.rev, change.deleted
        after.base, after.base_scope, after.base_deleted = None, None, False
        if pending:
            base, scope, _ = row.hub_word()
            word = rebase(kind, base, self._held(change, row.rev), change.deleted)
            after.base, after.base_scope, after.base_deleted = dumps(word.doc), change.scope or scope, change.deleted
            after.deleted = rebase(kind, word.doc, pending, change.deleted).deleted
        rows.change(self._connection, row, after)

    def _held(self, change: Change, rev: int) -> list[Op]:
        """Own operations a change holds and revision `rev` does not.

        The change names those since the cursor of its page. A record that moved on in its feed while the pages before
        were read holds earlier ones too; their answers said so.
        """
        found = self._connection.execute(
            f"SELECT {COLUMNS} FROM op WHERE record_id = ? AND (op IN (SELECT value FROM json_each(?)) "
            f"OR mine = 1 AND ack_status = 'applied' AND stable <> {AGAIN} AND ack_rev > ? AND ack_rev <= ?) "
            "ORDER BY seq",
            (change.id, json.dumps(change.ops), rev, change.rev),
        )
        return [op_of(row) for row in found]

    def _contained(self, *changes: Change) -> None:
        """Operations named in a change are in its revision, even if the answer to them was lost."""
        revs = {op: change.rev for change in changes for op in change.ops}
        if not revs:
            return
        unheard = self._connection.execute(
            "SELECT op FROM op WHERE op IN (SELECT value FROM json_each(?)) AND ack_rev IS NULL", (json.dumps([*revs]),)
        ).fetchall()
        self._connection.executemany("UPDATE op SET ack_rev = ? WHERE op = ?", [(revs[op], op) for (op,) in unheard])

    def _leave(self, change: Change) -> None:
        """A record this laptop may no longer hold, or that is erased."""
        connection = self._connection
        if change.kind == "purge" and change.type == "citizen":
            self._removed += take_away(self._transaction, change.id, "erased", self._at)
            return
        connection.execute("DELETE FROM parked WHERE id = ?", (change.id,))
        row = rows.fetch(connection, change.type, change.id) if change.type in RECORD_TYPES else None
        if row is not None and change.kind == "revoke" and row.rev > change.rev > 0:
            return  # it came back since
        if row is not None:
            rows.erase(connection, row)
            self._removed += 1
            self._transaction.touched(change.type, row.scope, change.scope)
        connection.execute("DELETE FROM draft WHERE about = ?1 OR instr(key, ?1)", (change.id,))
        connection.execute("DELETE FROM imported WHERE record_id = ?", (change.id,))
        if change.kind == "revoke":
            empty(connection, change.type, change.id, self._at)
            return
        connection.execute(
            "UPDATE op SET ack_status = coalesce(ack_status, 'discarded'), patch = '{}', before = '{}', "
            "problem = NULL, stable = 0 WHERE record_id = ?",
            (change.id,),
        )

    def _note(self, change: Change, kind: str) -> None:
        """A line of the history: who changed which fields, without the values."""
        by = change.by
        if by is None or (by.device == self._device_id and by.device):
            return
        op = by.op or f"{change.id}:{change.rev}"
        self._log.append(
            (
                *(op, op, change.type, change.id, change.scope, change.scope, kind, change.v),
                *(dumps(by.fields), by.at or self._at, by.staff, by.device, change.rev, change.seq),
            )
        )

    def _note_merged(self, change: Change, seen: Doc, doc: Doc) -> None:
        """The hub names only the newest hand on a record. Where that was ours, what others changed beneath it would
        come in without a line: which fields became different is known, who did it is not."""
        by = change.by
        if by is None or by.device != self._device_id or not by.device:
            return
        others = sorted(name for name in {*seen, *doc} if seen.get(name) != doc.get(name))
        if others:
            op = f"{change.id}:{change.rev}"
            self._log.append(
                (
                    *(op, op, change.type, change.id, change.scope, change.scope, "patch", change.v),
                    *(dumps(others), self._at, None, None, change.rev, change.seq),
                )
            )

    def _settle_again(self, ids: Iterable[str]) -> None:
        """Differences that an unsent resolve settles stay settled here."""
        wanted = set(ids)
        if not wanted:
            return
        for closes, staff, at in self._connection.execute(
            "SELECT closes, staff, at FROM op WHERE ack_status IS NULL AND closes IS NOT NULL"
        ).fetchall():
            for conflict_id in wanted & set(json.loads(closes)):
                settle(self._connection, conflict_id, staff, at)
