"""Undo and history. Undo never rewrites the past: it adds the inverse operations, so it works after a send too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from broker_tui.domain.views import LogRow, NotFound, Saved
from broker_tui.services.base import Service
from broker_tui.services.ports import Operation, Page, Store, Stored, Write
from sync.records import RECORD_TYPES, Record, Scope, patched
from sync.records.types import CompanyContact, CompanyVisit, Contact, FollowUp, Placement, Promise

_AT_COMPANIES: tuple[type[Record], ...] = (CompanyContact, CompanyVisit, Contact, FollowUp, Placement, Promise)


class UndoFault(Enum):
    """Why something cannot be taken back."""

    SETTLED = "settled"
    CHANGED_SINCE = "changed_since"
    IN_USE = "in_use"
    TOLD = "told"


class UndoRefused(ValueError):
    """Nothing was changed: the change cannot be taken back; `fault` says why."""

    def __init__(self, fault: UndoFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Journal(Service):
    """What was done, and how to take it back."""

    def undo_last(self) -> Saved | None:
        """Take the newest own change back that is not taken back yet; None when there is none.

        Raises:
            UndoRefused: as `undo`.
        """
        row = self.store.last_undoable()
        return self.undo(row.tx) if row is not None else None

    def undo(self, tx: str) -> Saved:
        """Take one save back. Fields that were changed again since keep the newer value.

        Raises:
            NotFound: no such save on this laptop.
            UndoRefused: a settled difference, an offer or its answer, everything changed since, or others build on it.
        """
        operations = self.store.operations(tx)
        if not operations:
            raise NotFound("transaction")
        if any(op.kind == "resolve" for op in operations):
            raise UndoRefused(UndoFault.SETTLED)
        if any(op.type == "handover" for op in operations):
            raise UndoRefused(UndoFault.TOLD)
        self._refuse_if_in_use(tx, operations)
        inverse = _Inverse(self.store)
        for operation in reversed(operations):
            inverse.take_back(operation)
        if not inverse.writes:
            raise UndoRefused(UndoFault.CHANGED_SINCE)
        return self.store.save(inverse.writes, undoes=tx)

    def can_undo(self) -> LogRow | None:
        """The change that `undo_last` would take back."""
        return self.store.last_undoable()

    def history(self, record_id: str, offset: int = 0, limit: int = 100) -> list[LogRow]:
        """All changes of one record, newest first."""
        return self.store.log(scope=None, record_id=record_id, company_id=None, page=Page(offset, limit))

    def _refuse_if_in_use(self, tx: str, operations: list[Operation]) -> None:
        """A person whose file was written in since cannot be made never to have existed, nor a company in use."""
        created = {op.record_id for op in operations if op.kind == "create"}
        for op in operations:
            if op.kind != "create":
                continue
            if op.type == "citizen":
                others = {row.record_id for row in self._written_in(op.scope) if row.tx != tx and self._is_live(row)}
            elif op.type == "company":
                of_company = {"company_id": op.record_id}
                others = {e.id for kind in _AT_COMPANIES for e in self.store.entries(kind, where=of_company)}
            else:
                continue
            if others - created:
                raise UndoRefused(UndoFault.IN_USE)

    def _written_in(self, scope: Scope) -> list[LogRow]:
        return self.store.log(scope=scope, record_id=None, company_id=None, page=Page(0, 500))

    def _is_live(self, row: LogRow) -> bool:
        stored = self.store.get(row.record_type, row.record_id)
        return stored is not None and not stored.deleted


@dataclass
class _Inverse:
    """The writes that take operations back, newest operation first."""

    store: Store
    writes: list[Write] = field(default_factory=list)
    seen: dict[str, Stored] = field(default_factory=dict)

    def take_back(self, op: Operation) -> None:
        stored = self.seen.get(op.record_id) or self.store.get(op.type, op.record_id)
        if stored is None:
            return
        if op.kind in ("create", "restore") and not stored.deleted:
            self._write(stored, Write("delete", op.type, op.record_id, stored.scope), deleted=True)
        elif op.kind == "delete" and stored.deleted:
            self._write(stored, Write("restore", op.type, op.record_id, stored.scope), deleted=False)
        elif op.kind == "patch" and not stored.deleted:
            changes = _reverted(op, stored.doc)
            if changes:
                self._write(stored, Write("patch", op.type, op.record_id, stored.scope, changes))
        elif op.kind == "move" and stored.scope == op.scope:
            changes = _reverted(op, stored.doc)
            self._write(stored, Write("move", op.type, op.record_id, op.former_scope, changes))

    def _write(self, stored: Stored, write: Write, deleted: bool | None = None) -> None:
        self.writes.append(write)
        self.seen[stored.id] = Stored(
            id=stored.id,
            type=stored.type,
            scope=write.scope,
            doc=patched(stored.doc, write.patch),
            rev=stored.rev,
            deleted=stored.deleted if deleted is None else deleted,
            unsent=True,
        )


def _reverted(op: Operation, doc: Mapping[str, Any]) -> dict[str, Any]:
    """The former values of the fields that still hold what `op` wrote; a group goes back whole or not at all."""
    kind = RECORD_TYPES[op.type]
    still = {name for name, value in op.patch.items() if doc.get(name) == value}
    return {
        name: op.before.get(name)
        for name in op.patch
        if name in still and all(other in still for other in kind.group_of(name) if other in op.patch)
    }
