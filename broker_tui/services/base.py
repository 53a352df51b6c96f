"""The hand every use case writes with: clean, check, collect, and save all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import msgspec

from broker_tui.domain import validation
from broker_tui.domain.clock import Clock
from broker_tui.domain.views import FieldError, InvalidInput, NotFound, Saved
from broker_tui.services.ports import Store, Stored, Write
from sync.records import (
    SHARED,
    R,
    Record,
    RecordError,
    Scope,
    broker_scope,
    case_scope,
    new_id,
    patched,
    to_doc,
    type_of,
    view,
)
from sync.records.types import Case, Citizen, Fact, Memo, Programme

__all__ = ["Batch", "Service", "builtins"]


def builtins(value: Any) -> Any:
    """Dates, times and the like as they stand in a raw object."""
    return msgspec.to_builtins(value)


@dataclass(frozen=True)
class Service:
    """Common base of the use cases.

    Attributes:
        store: the caseload.
        clock: the program's idea of now.
    """

    store: Store
    clock: Clock

    def batch(self) -> "Batch":
        """A new, empty save."""
        return Batch(self.store, self.clock.today())

    def require(self, struct: type[R], record_id: str) -> tuple[Stored, R]:
        """A record that must be there and not withdrawn.

        Raises:
            NotFound: it is not.
        """
        stored = self.store.get(type_of(struct).name, record_id)
        if stored is None or stored.deleted:
            raise NotFound(type_of(struct).name)
        return stored, view(stored.doc, struct)

    def now(self) -> datetime:
        """Local time with offset."""
        return self.clock.now()


@dataclass
class Batch:
    """The changes of one save. Errors are collected, so that a form hears of all of them at once."""

    store: Store
    today: date
    writes: list[Write] = field(default_factory=list)
    faults: list[FieldError] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)

    def fault(self, name: str, code: str, **args: Any) -> None:
        """Note a value that cannot stand."""
        self.faults.append(FieldError(name, code, args))

    def create(self, record: Record, *, record_id: str | None = None, prefix: str = "") -> str:
        """Add a new record; its scope follows from whom it is about. Returns its id."""
        identity = record_id or new_id()
        record = validation.cleaned(record)
        self._note(validation.errors(record, self.today), prefix)
        doc = to_doc(record)
        try:
            view(doc, type(record))
        except RecordError as error:
            self._note([FieldError(error.path.lstrip("/"), "not_allowed")], prefix)
        scope = self.scope_of(record, identity)
        self.writes.append(Write("create", type_of(record).name, identity, scope, doc))
        self.touched.append(identity)
        return identity

    def fact(
        self,
        kind: str,
        on: date,
        told: Mapping[str, Any],
        programme: Programme,
        *,
        about: tuple[str, Case] | None = None,
        team: str | None = None,
        until: date | None = None,
        replaces: str | None = None,
    ) -> str:
        """Add a fact of a programme (decision 0011): of the case it is `about`, else shared by the team or project.

        Args:
            told: its fields; those that are None are left out.
            about: id of the case, and the case.
            replaces: id of the fact it corrects.
        """
        case_id, case = about if about is not None else (None, None)
        return self.create(
            Fact(
                kind=kind,
                occurred_on=on,
                until=until,
                citizen_id=case.citizen_id if case is not None else None,
                case_id=case_id,
                programme=programme,
                team=team,
                staff_id=self.store.me().staff_id,
                values=builtins({name: value for name, value in told.items() if value is not None}),
                replaces=replaces,
            )
        )

    def patch(self, struct: type[R], record_id: str, changes: Mapping[str, Any], *, prefix: str = "") -> None:
        """Change fields of a record; None takes one away; fields that stay the same are left out.

        Raises:
            NotFound: no such record.
        """
        kind = type_of(struct)
        stored = self.store.get(kind.name, record_id)
        if stored is None or stored.deleted:
            raise NotFound(kind.name)
        unknown = [name for name in changes if name not in struct.__struct_fields__]
        if unknown:
            self._note([FieldError(name, "unknown_field") for name in unknown], prefix)
            return
        raw = {name: builtins(value) for name, value in changes.items()}
        try:
            record = view(patched(stored.doc, raw), struct)
        except RecordError as error:
            name = error.path.lstrip("/") or _missing(error.reason)
            code = "required" if raw.get(name) is None else "not_allowed"
            self._note([FieldError(name, code)], prefix)
            return
        record = validation.cleaned(record)
        known = validation.errors(validation.cleaned(view(stored.doc, struct)), self.today)
        self._note([fault for fault in validation.errors(record, self.today) if fault not in known], prefix)
        after = to_doc(record)
        patch = {name: after.get(name) for name in changes if after.get(name) != stored.doc.get(name)}
        self.touched.append(record_id)
        if patch:
            self.writes.append(Write("patch", kind.name, record_id, stored.scope, patch))

    def delete(self, stored: Stored) -> None:
        """Withdraw a record (undo brings it back)."""
        self.writes.append(Write("delete", stored.type, stored.id, stored.scope))
        self.touched.append(stored.id)

    def move(self, stored: Stored, scope: Scope, changes: Mapping[str, Any]) -> None:
        """Give a record another scope, and the fields that follow."""
        self.writes.append(Write("move", stored.type, stored.id, scope, dict(changes)))
        self.touched.append(stored.id)

    def scope_of(self, record: Record, record_id: str) -> Scope:
        """Where a record lives: with its citizen, else with the broker, else shared."""
        if isinstance(record, Citizen):
            return case_scope(record_id)
        kind = type_of(record)
        citizen_id = getattr(record, "citizen_id", None)
        if citizen_id and not isinstance(record, Memo):
            return case_scope(citizen_id)
        if kind.may_live_in("broker:"):
            return broker_scope(self.store.me().staff_id)
        return SHARED

    def save(self, *, undoes: str | None = None) -> Saved:
        """Write everything in one transaction; a batch without changes writes nothing.

        Raises:
            InvalidInput: at least one value cannot stand; nothing was changed.
        """
        if self.faults:
            raise InvalidInput(tuple(self.faults))
        if not self.writes:
            return Saved("", tuple(self.touched))
        return self.store.save(self.writes, undoes=undoes)

    def _note(self, faults: list[FieldError], prefix: str) -> None:
        self.faults += [replace(fault, field=prefix + fault.field) for fault in faults]


def _missing(reason: str) -> str:
    """The field name out of msgspec's "Object missing required field `name`"."""
    return reason.rpartition("field `")[2].rstrip("`")
