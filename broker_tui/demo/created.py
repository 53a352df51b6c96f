"""An invented record as the write that makes it."""

from typing import Any

from broker_tui.services.ports import Write
from sync.records import Record, Scope, to_doc, type_of
from sync.records.base import new_id


def create(record: Record, scope: Scope, record_id: str | None = None) -> Write:
    """The write; a new id without `record_id`."""
    doc: dict[str, Any] = to_doc(record)
    return Write("create", type_of(record).name, record_id or new_id(), scope, doc)
