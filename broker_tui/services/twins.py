"""One workplace that was entered twice: a person says that two records are the same company.

Nothing is moved: other people's placements and notes name either id, and both stay valid. The younger record names the
older one (`same_as`), never the other way round, so that no circle arises when two offices merge at the same time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from broker_tui.domain.text import fold
from broker_tui.domain.views import Entry, FieldError, InvalidInput, Saved
from broker_tui.services.base import Service
from broker_tui.services.ports import Page, Store
from sync.records.types import Company

_FORMS = frozenset(("a/s", "aps", "as", "i/s", "ivs", "k/s", "p/s", "amba", "a.m.b.a."))
"""What a Danish company may be by law; one office writes it behind the name, another does not."""
FIELDS = tuple(name for name in Company.__struct_fields__ if name != "same_as")


def kept(store: Store, company_id: str) -> str:
    """The record a workplace is shown as: the oldest of those that were declared the same."""
    while True:
        found = store.entry(Company, company_id)
        older = found.record.same_as if found is not None else None
        if older is None or older >= company_id or not _stands(store, older):
            return company_id
        company_id = older


def kin(store: Store, company_id: str) -> list[str]:
    """Every id of a workplace, the one it is shown as first."""
    ids = [kept(store, company_id)]
    for one in ids:  # grows while it is walked
        ids += [entry.id for entry in store.entries(Company, where={"same_as": one}) if entry.id > one]
    return ids


def likely(store: Store, company: Entry[Company], own: list[str]) -> list[Entry[Company]]:
    """Other records that look like the same workplace: the same P-number, or without one the CVR or name."""
    record = company.record
    spoken = _spoken(record.name)
    ids = [one for text in (record.p_number, record.cvr) if text for one in store.matching_ids("company", text)]
    ids += [hit.open_id for hit in store.find(spoken, types=["company"], page=Page(0, 20))]
    found = []
    for other in dict.fromkeys(kept(store, one) for one in ids):
        entry = store.entry(Company, other)
        if entry is None or entry.deleted or other in own:
            continue
        theirs = entry.record
        if record.p_number and theirs.p_number:
            alike = record.p_number == theirs.p_number
        else:
            alike = _spoken(theirs.name) == spoken or (theirs.cvr is not None and theirs.cvr == record.cvr)
        if alike:
            found.append(entry)
    return found


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one workplace side by side; the older is what stays in sight."""

    older: Entry[Company]
    younger: Entry[Company]

    def apart(self) -> list[str]:
        """Fields in which both say something, and not the same."""
        return [name for name in self.told() if self.value("older", name) and self.value("younger", name)]

    def told(self) -> list[str]:
        """Fields that are not the same in both."""
        return [name for name in FIELDS if self.value("older", name) != self.value("younger", name)]

    def value(self, side: str, name: str) -> Any:
        """What one side says, as it stands in a raw object; what was never told is empty."""
        record = getattr(self, side).record
        told = getattr(record, name)
        return None if told == _DEFAULTS.get(name) else msgspec.to_builtins(told)


@dataclass(frozen=True)
class Twins(Service):
    """Merging two records of one workplace, and parting them again."""

    def pair(self, one: str, other: str) -> Pair:
        """The two records, older first.

        Raises:
            NotFound: no such company.
            InvalidInput: they are one already.
        """
        for company_id in (one, other):
            self.require(Company, company_id)
        ids = sorted({kept(self.store, one), kept(self.store, other)})
        entries = [entry for company_id in ids if (entry := self.store.entry(Company, company_id)) is not None]
        if len(entries) < 2:
            raise InvalidInput((FieldError("company", "one_already"),))
        return Pair(*entries)

    def merge(self, one: str, other: str, sides: Mapping[str, str] | None = None) -> Saved:
        """Make two records one workplace. Undo, or `part`, makes them two again.

        Args:
            one: a company.
            other: the same company, entered again.
            sides: for fields in which they differ, whose value stays: `older` or `younger`. What is not named stays as
                the older has it, and is taken from the younger where the older says nothing.

        Raises:
            InvalidInput: they are one already, or `sides` names a field that a company has not.
        """
        if sides and not set(sides) <= set(FIELDS):
            raise InvalidInput((FieldError("keep", "not_allowed"),))
        pair = self.pair(one, other)
        wanted = {}
        for name in pair.told():
            side = (sides or {}).get(name) or ("younger" if pair.value("older", name) is None else "older")
            if side == "younger":
                wanted[name] = getattr(pair.younger.record, name)
        batch = self.batch()
        batch.patch(Company, pair.older.id, wanted)
        batch.patch(Company, pair.younger.id, {"same_as": pair.older.id})
        return batch.save()

    def part(self, company_id: str) -> Saved:
        """Let every record that was declared the same stand alone again; the values stay as they are.

        Raises:
            InvalidInput: there is only one record.
        """
        self.require(Company, company_id)
        batch = self.batch()
        for other in kin(self.store, company_id)[1:]:
            batch.patch(Company, other, {"same_as": None})
        if not batch.writes:
            raise InvalidInput((FieldError("company", "only_one"),))
        return batch.save()


_DEFAULTS = {
    field.name: field.default
    for field in msgspec.structs.fields(Company)
    if field.default is not msgspec.NODEFAULT and field.name != "stage"
}


def _spoken(name: str) -> str:
    """A name as it is said: folded, without the kind of company."""
    return " ".join(word for word in fold(name).split() if word not in _FORMS)


def _stands(store: Store, company_id: str) -> bool:
    entry = store.entry(Company, company_id)
    return entry is not None and not entry.deleted
