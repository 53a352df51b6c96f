"""A store over a real keyed database, and a person in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker_tui.domain.views import Saved
from broker_tui.services.ports import Write
from broker_tui.storage.store import SqlStore
from sync.records import Record, case_scope, new_id, to_doc, type_of
from sync.records.types import Case, Citizen, Contact
from tests.fakes.keys import open_store

TODAY = date(2026, 3, 2)


def create(record: Record, scope: str, record_id: str | None = None) -> Write:
    """A write that makes a record."""
    return Write("create", type_of(record).name, record_id or new_id(), scope, to_doc(record))  # type: ignore[arg-type]  # a plain text scope


@dataclass
class Office:
    """A store, and short ways to put things into it."""

    store: SqlStore

    def person(self, name: str = "Åse Kjær", **fields: Any) -> str:
        """A citizen with an open case; returns the id."""
        citizen_id = new_id()
        case = Case(citizen_id=citizen_id, programme=fields.pop("programme", "fsm2"), known_from=TODAY)
        scope = case_scope(citizen_id)
        self.store.save([create(Citizen(name=name, **fields), scope, citizen_id), create(case, scope)])
        return citizen_id

    def contact(self, citizen_id: str, note: str = "En snak", **fields: Any) -> str:
        """A contact; returns its id."""
        values = {"occurred_on": TODAY, "kind": "phone", "outcome": "reached", **fields}
        record = Contact(citizen_id=citizen_id, note=note, **values)
        return self.store.save([create(record, case_scope(citizen_id))]).ids[0]

    def patch(self, citizen_id: str, **fields: Any) -> Saved:
        """Change a citizen."""
        return self.store.save([Write("patch", "citizen", citizen_id, case_scope(citizen_id), fields)])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """An empty store."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def office(store: SqlStore) -> Office:
    """The store with its short ways."""
    return Office(store)
