"""A laptop's store in memory: the part of the `Store` port that sync needs, without SQL, search or pages.

It says the same as the real one, so the contract tests run against both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from broker_tui.domain.views import ChangeRow, Entry, LogRow, Me, NotFound, Receipt, RefusedRow, Saved
from broker_tui.services.ports import Operation, Page, Stored, Write
from sync.merge import former, rebase
from sync.ports import Applied
from sync.protocol import Change, Cursor, Op, OpAnswer, Problem
from sync.records import RECORD_TYPES, Doc, R, Scope, new_id, patched, type_of, view


@dataclass
class Rec:
    """What the hub last said about a record."""

    type: str
    scope: str
    base: Doc | None = None
    deleted: bool = False
    rev: int = 0


@dataclass
class Row:
    """One journal line."""

    op: Op
    tx: str
    former_scope: str
    answer: OpAnswer | None = None
    problem: Problem | None = None


def _is(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, tuple | list) else value == wanted


@dataclass
class MemoryStore:
    """One laptop."""

    now: str = "2026-11-21T10:00:00.000+01:00"
    records: dict[str, Rec] = field(default_factory=dict)
    journal: list[Row] = field(default_factory=list)
    feed: dict[str, Cursor] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    kept_receipts: list[Receipt] = field(default_factory=list)
    pages: int = 0
    person: Me = field(default_factory=lambda: Me(new_id(), "Local Person", "", "laptop", False))

    # saving and reading

    def save(self, writes: Sequence[Write], *, undoes: str | None = None) -> Saved:
        tx = ""
        for write in writes:
            rec = self.records.setdefault(write.id, Rec(write.type, write.scope))
            kind = RECORD_TYPES[write.type]
            before = self.get(write.type, write.id)
            pending = self._pending(write.id)
            name = new_id()
            tx = tx or name
            patch: Doc = msgspec.to_builtins(dict(write.patch))
            last = pending[-1] if pending else None
            op = Op(
                op=name, id=write.id, type=write.type, scope=write.scope, kind=write.kind, patch=patch, at=self.now,
                base=last.op.base if last else rec.rev, chain=last.op.chain if last else name,
                after=last.op.op if last else None,
                before=former(kind, before.doc, patch) if before else {}, closes=list(write.closes),
                tx=tx if len(writes) > 1 else None, staff=self.person.staff_id,
            )  # fmt: skip
            self.journal.append(Row(op, tx, before.scope if before else write.scope))
        return Saved(tx, tuple(write.id for write in writes))

    def get(self, type_name: str, record_id: str) -> Stored | None:
        rec = self.records.get(record_id)
        pending = self._pending(record_id)
        if rec is None or rec.type != type_name or (rec.base is None and not pending):
            return None
        seen = rebase(RECORD_TYPES[type_name], rec.base, [row.op for row in pending], rec.deleted)
        doc = seen.doc
        if type_name == "conflict" and any(record_id in row.op.closes for row in self.journal if not row.problem):
            doc = {**doc, "state": "settled"}
        moved = [row.op.scope for row in pending if row.op.kind == "move"]
        scope = Scope(moved[-1] if moved else rec.scope)
        unsent = any(row.answer is None for row in pending)
        return Stored(record_id, type_name, scope, doc, rec.rev, seen.deleted, unsent)

    def entries(
        self, struct: type[R], *, where: Mapping[str, Any], deleted: bool = False, replaced: bool = True
    ) -> list[Entry[R]]:
        kind = type_of(struct)
        found = [self.get(kind.name, record_id) for record_id in sorted(self.records)]
        rows = [Entry(row.id, view(row.doc, struct), unsent=row.unsent, deleted=row.deleted) for row in found if row]
        return [
            row
            for row in rows
            if (deleted or not row.deleted) and all(_is(getattr(row.record, k), v) for k, v in where.items())
        ]

    def names(self, struct: type[R], ids: Sequence[str]) -> dict[str, str]:
        rows = {record_id: self.get(type_of(struct).name, record_id) for record_id in ids}
        return {record_id: row.doc["name"] for record_id, row in rows.items() if row}

    def operations(self, tx: str) -> list[Operation]:
        return [
            Operation(
                row.op.op, row.tx, row.op.type, row.op.id, Scope(row.op.scope), Scope(row.former_scope), row.op.kind,
                row.op.patch, row.op.before, datetime.fromisoformat(row.op.at), None,
            )
            for row in self.journal if row.tx == tx
        ]  # fmt: skip

    # what sync asks

    def unsent(self, limit: int) -> Sequence[Op]:
        blocked: set[str] = {row.op.id for row in self.journal if row.problem}
        rows = [row for row in self.journal if row.answer is None and row.op.id not in blocked]
        end = limit
        while end < len(rows) and rows[end].op.tx is not None and rows[end].op.tx == rows[end - 1].op.tx:
            end -= 1
        return [row.op for row in rows[: end or limit]]

    def unsent_count(self) -> int:
        return sum(row.answer is None for row in self.journal)

    def record_answers(self, answers: Sequence[OpAnswer], receipt: str, at: datetime) -> None:
        named = {answer.op: answer for answer in answers}
        for row in self.journal:
            answer = named.get(row.op.op)
            if answer is None or row.answer is not None or answer.status == "waiting":
                continue
            if answer.status == "rejected":
                row.problem = answer.problem
            else:
                row.answer = answer

    def cursors(self) -> dict[str, Cursor]:
        return dict(self.feed)

    def give_back(self, waiting: Sequence[str]) -> int:
        """It keeps nothing of what others made and the hub lost."""
        return 0

    def lacks_own(self) -> bool:
        return False

    def apply_page(
        self,
        changes: Sequence[Change],
        following: dict[str, Cursor],
        stable: dict[str, int],
        *,
        last: bool = False,
    ) -> Applied:
        written = removed = conflicts = undecodable = 0
        self.pages += 1
        for change in changes:
            if change.type not in RECORD_TYPES:
                undecodable += 1
            elif change.kind == "put":
                conflicts += change.type == "conflict" and change.id not in self.records
                self._put(change)
                written += 1
            else:
                removed += self.records.pop(change.id, None) is not None
                self.journal = [row for row in self.journal if row.op.id != change.id]
        self.feed = dict(following)
        return Applied(written, removed, conflicts, undecodable)

    def meet(self, epoch: str) -> None: ...

    def reset_feed(self, feed: str) -> None:
        self.feed.pop(feed, None)

    # this laptop

    def me(self) -> Me:
        return self.person

    def set_me(self, me: Me) -> None:
        self.person = me

    def adopt_staff(self, former: str, staff_id: str) -> None:
        for row in self.journal:
            patch = {name: staff_id if value == former else value for name, value in row.op.patch.items()}
            row.op = msgspec.structs.replace(row.op, staff=staff_id, patch=patch)

    def setting(self, name: str, default: Any = None) -> Any:
        return self.settings.get(name, default)

    def set_setting(self, name: str, value: Any) -> None:
        self.settings[name] = value

    def add_receipt(self, receipt: Receipt) -> None:
        self.kept_receipts.insert(0, receipt)

    def receipts(self, page: Page) -> list[Receipt]:
        return self.kept_receipts[page.offset : page.offset + page.limit]

    def note_audit(self, action: str, entity: str, entity_id: str, detail: str = "") -> None: ...

    def unsent_rows(self, page: Page) -> list[ChangeRow]:
        rows = [_unsent(row) for row in reversed(self.journal) if row.answer is None]
        return rows[page.offset : page.offset + page.limit]

    def refused_rows(self) -> list[RefusedRow]:
        return [
            RefusedRow(_unsent(row), row.problem.code, row.problem.detail, row.problem.pointer)
            for row in self.journal
            if row.problem
        ]

    def news_count(self, after: int) -> int:
        return 0

    def newest_number(self) -> int:
        return len(self.journal)

    def discard_refused(self, op_id: str) -> None:
        kept = [row for row in self.journal if row.op.op != op_id or not row.problem]
        if len(kept) == len(self.journal):
            raise NotFound("operation")
        gone = next(row.op for row in self.journal if row.op.op == op_id)
        self.journal = kept
        for row in kept:
            if row.op.after == op_id:
                row.op = msgspec.structs.replace(row.op, after=gone.after)

    def retry_refused(self, op_id: str) -> None:
        for row in self.journal:
            if row.op.op == op_id and row.problem:
                row.op, row.problem = msgspec.structs.replace(row.op, op=new_id(), chain=""), None

    def log(self, **which: Any) -> list[LogRow]:
        return []

    def _pending(self, record_id: str) -> list[Row]:
        """Operations the hub's last word does not hold yet."""
        rec = self.records[record_id] if record_id in self.records else Rec("", "")
        rows = [row for row in self.journal if row.op.id == record_id]
        return [row for row in rows if row.answer is None or row.answer.rev > rec.rev]

    def _put(self, change: Change) -> None:
        rec = self.records.setdefault(change.id, Rec(change.type, change.scope))
        doc, deleted = change.doc, change.deleted
        if doc is None:
            own = [row.op for row in self._pending(change.id) if row.op.op in change.ops]
            doc = rebase(RECORD_TYPES[change.type], rec.base, own, rec.deleted).doc
        rec.base, rec.deleted, rec.rev, rec.scope = patched(doc, {}), deleted, change.rev, change.scope


def _unsent(row: Row) -> ChangeRow:
    at = datetime.fromisoformat(row.op.at)
    return ChangeRow(row.op.op, at, row.op.type, row.op.id, row.op.kind, None, row.op.type)
