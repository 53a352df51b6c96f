"""Differences: what two people changed without having seen each other, and how a broker settles it.

The hub keeps both values in a conflict record. Settling is one save: an ordinary change of the record that names the
conflict it closes. It disappears here at once; the hub's own word on it follows with the next sync.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from broker_tui.domain.views import Difference, Entry, FieldError, InvalidInput, Late, NotFound, Saved
from broker_tui.services.ports import Store, Stored, Write
from sync.merge import DELETED, SCOPE
from sync.records import RECORD_TYPES, Scope
from sync.records.types import Citizen, Company, Conflict, Side, Staff

Choice = Literal["mine", "theirs", "before", "both"]
_LONG = frozenset({"note", "agreed", "text", "promised", "tasks", "what"})
"""Text fields of more than one line; both values stand below each other with author and date."""


class Differences:
    """Reads and settles the open conflict records.

    Args:
        store: the open caseload.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def counts(self) -> tuple[int, int]:
        """How many nobody settled: differences, and what was sent after a hand-over. The store shows one as settled
        from the save on that closes it.
        """
        every = self._open()
        late = sum(entry.record.late for entry in every)
        return len(every) - late, late

    def all(self) -> list[Difference]:
        """The open differences, oldest first; what was sent after a hand-over is not among them."""
        return [self._difference(entry) for entry in self._open() if not entry.record.late]

    def late(self) -> list[Late]:
        """What colleagues sent after a case had gone on, oldest first."""
        return [self._late(entry) for entry in self._open() if entry.record.late]

    def settle(self, conflict_id: str, choice: Choice) -> Saved:
        """Give the record the chosen values and close the difference, in one save.

        `both` joins two texts; `before` takes both changes back.

        Raises:
            NotFound: no such open difference.
            InvalidInput: `both` for something that is not text.
        """
        entry = next((entry for entry in self._open() if entry.id == conflict_id), None)
        if entry is None:
            raise NotFound("difference")
        conflict = entry.record
        stored = self._store.get(conflict.record_type, conflict.record_id)
        if stored is None:
            raise NotFound(conflict.record_type)
        difference = self._difference(entry)
        values = self._both(difference) if choice == "both" else getattr(difference, choice)
        return self._store.save(_writes(stored, conflict, values, conflict_id))

    def _open(self) -> list[Entry[Conflict]]:
        return self._store.entries(Conflict, where={"state": "open"})

    def _difference(self, entry: Entry[Conflict]) -> Difference:
        conflict = entry.record
        me = self._store.me()
        sides = (conflict.kept, conflict.other)
        mine = next(
            (side for side in sides if side.device_id == me.device_id),
            next((side for side in sides if side.staff_id == me.staff_id), conflict.kept),
        )
        if conflict.late:  # whoever sent it, for whoever has the case now it is what came from outside
            mine = conflict.kept
        theirs = conflict.other if mine is conflict.kept else conflict.kept
        people = [side.staff_id for side in sides if side.staff_id]
        names = self._store.names(Staff, people) if people else {}
        kind = RECORD_TYPES.get(conflict.record_type)
        text = kind is not None and all(name in kind.text_fields for name in conflict.fields)
        citizen_id, company_id = self._about(conflict)
        return Difference(
            conflict_id=entry.id,
            record_type=conflict.record_type,
            record_id=conflict.record_id,
            who=self._who(citizen_id, company_id),
            fields=tuple(conflict.fields),
            mine=dict(mine.values),
            theirs=dict(theirs.values),
            before=dict(conflict.before.values),
            mine_by=_name(mine, names),
            theirs_by=_name(theirs, names),
            mine_at=mine.at,
            theirs_at=theirs.at,
            current_is_mine=mine is conflict.kept,
            text=text,
            citizen_id=citizen_id,
            company_id=company_id,
        )

    def _late(self, entry: Entry[Conflict]) -> Late:
        difference = self._difference(entry)
        stored = self._store.get(difference.record_type, difference.record_id)
        wanted = difference.theirs.get(DELETED)
        if difference.fields != (DELETED,):
            return Late(difference, "patch", stored.doc if stored else {})
        # before it was made there was nothing to withdraw or to bring back
        new = DELETED not in difference.before
        return Late(difference, "create" if new else "delete" if wanted else "restore", stored.doc if stored else {})

    def _about(self, conflict: Conflict) -> tuple[str | None, str | None]:
        stored = self._store.get(conflict.record_type, conflict.record_id)
        if stored is None:
            return None, None
        prefix, _, name = stored.scope.partition(":")
        citizen_id = name if prefix == "case" else None
        company_id = stored.id if stored.type == "company" else stored.doc.get("company_id")
        return citizen_id, company_id

    def _who(self, citizen_id: str | None, company_id: str | None) -> str | None:
        if citizen_id:
            return self._store.names(Citizen, [citizen_id]).get(citizen_id)
        return self._store.names(Company, [company_id]).get(company_id) if company_id else None

    def _both(self, difference: Difference) -> dict[str, Any]:
        if not difference.text:
            raise InvalidInput((FieldError("choice", "both_needs_text"),))
        sides = [
            (difference.mine_at, difference.mine_by, difference.mine),
            (difference.theirs_at, difference.theirs_by, difference.theirs),
        ]
        if sides[0][0] and sides[1][0]:
            sides.sort(key=lambda side: side[0].timestamp() if side[0] else 0.0)
        joined: dict[str, Any] = {}
        for name in difference.fields:
            texts = [(at, by, str(values[name])) for at, by, values in sides if values.get(name)]
            if name in _LONG:
                joined[name] = "\n\n".join(f"{_label(at, by)}{text}" for at, by, text in texts)
            else:
                joined[name] = " / ".join(dict.fromkeys(text for _, _, text in texts))
        return joined


def _writes(stored: Stored, conflict: Conflict, values: Mapping[str, Any], conflict_id: str) -> list[Write]:
    """The save that settles: what the fields become, and beside it a delete, restore or move if that was the matter."""
    fields = [name for name in conflict.fields if name not in (DELETED, SCOPE)]
    patch = {name: values.get(name) for name in fields}
    closing = (conflict_id,)
    if DELETED in conflict.fields:
        if values.get(DELETED):
            resolve = _write("resolve", stored, {}, closing)
            return [resolve] if stored.deleted else [resolve, _write("delete", stored)]
        facts = RECORD_TYPES[stored.type].append_only
        resolve = _write("resolve", stored, {} if facts else patch, closing)
        return [_write("restore", stored), resolve] if stored.deleted else [resolve]
    if SCOPE in conflict.fields:
        resolve = _write("resolve", stored, {}, closing)
        scope = Scope(str(values.get(SCOPE) or stored.scope))
        move = Write("move", stored.type, stored.id, scope, patch)
        return [resolve] if scope == stored.scope else [resolve, move]
    return [_write("resolve", stored, patch, closing)]


def _write(
    kind: Literal["resolve", "delete", "restore"],
    stored: Stored,
    patch: Mapping[str, Any] | None = None,
    closes: tuple[str, ...] = (),
) -> Write:
    return Write(kind, stored.type, stored.id, stored.scope, patch or {}, closes)


def _name(side: Side, names: Mapping[str, str]) -> str | None:
    return names.get(side.staff_id) if side.staff_id else None


def _label(at: datetime | None, by: str | None) -> str:
    """Who wrote a text and when, as it stands before it in the joined note."""
    parts = [part for part in (by, f"{at:%d-%m-%Y}" if at else None) if part]
    return f"{', '.join(parts)}: " if parts else ""
