"""What belongs to this laptop alone and is never synced: drafts, settings, sync receipts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec

from broker_tui.domain.views import Draft, Receipt
from broker_tui.services.ports import Page
from broker_tui.storage.ground import Ground, moment
from broker_tui.storage.projection import dumps, loads
from sync.records import Doc


class DraftsPart(Ground):
    """Drafts, settings and receipts."""

    def save_draft(self, key: str, form: str, about: str | None, values: Mapping[str, Any]) -> None:
        """Keep a form as typed so far; on disk when this returns."""
        row = (key, form, about, dumps(dict(values)), self._now())
        with self._writing() as transaction:
            transaction.connection.execute("INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?)", row)

    def discard_draft(self, key: str) -> None:
        """Forget a draft."""
        with self._writing() as transaction:
            transaction.connection.execute("DELETE FROM draft WHERE key = ?", (key,))

    @contextmanager
    def ending_draft(self, key: str) -> Iterator[None]:
        """While the body runs, what this thread saves takes the draft away in the same transaction."""
        self._ending.key = key
        try:
            yield
        finally:
            self._ending.key = None

    def draft(self, key: str) -> Draft | None:
        """The draft of a form, if there is one."""
        row = self._row('SELECT key, form, about, "values", saved_at FROM draft WHERE key = ?', (key,))
        return None if row is None else _draft(row)

    def drafts(self) -> list[Draft]:
        """All drafts, newest first."""
        found = self._rows('SELECT key, form, about, "values", saved_at FROM draft ORDER BY saved_at DESC, key')
        return [_draft(row) for row in found]

    def set_setting(self, name: str, value: Any) -> None:
        """Keep a device-local setting; None forgets it."""
        with self._writing() as transaction:
            if value is None:
                transaction.connection.execute("DELETE FROM setting WHERE name = ?", (name,))
            else:
                transaction.connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, dumps(value)))

    def setting(self, name: str, default: Any = None) -> Any:
        """A device-local setting."""
        row = self._row("SELECT value FROM setting WHERE name = ?", (name,))
        return default if row is None else loads(row[0])

    def add_incident(self, ref: str, doc: Mapping[str, Any], most: int) -> None:
        """Keep the details of a crash."""
        with self._writing() as transaction:
            connection = transaction.connection
            connection.execute("INSERT OR REPLACE INTO incident VALUES (?, ?, ?)", (ref, self._now(), dumps(dict(doc))))
            connection.execute(
                "DELETE FROM incident WHERE ref NOT IN (SELECT ref FROM incident ORDER BY at DESC, ref LIMIT ?)",
                (most,),
            )

    def incidents(self) -> list[tuple[str, datetime, Doc]]:
        """Crashes, newest first."""
        rows = self._rows("SELECT ref, at, doc FROM incident ORDER BY at DESC, ref")
        return [(ref, moment(at), loads(doc)) for ref, at, doc in rows]

    def add_receipt(self, receipt: Receipt) -> None:
        """Keep the receipt of a sync."""
        row = (receipt.at.isoformat(), dumps(receipt))
        with self._writing() as transaction:
            transaction.connection.execute("INSERT INTO receipt (at, doc) VALUES (?, ?)", row)

    def receipts(self, page: Page) -> list[Receipt]:
        """Receipts, newest first."""
        found = self._rows("SELECT doc FROM receipt ORDER BY n DESC LIMIT ? OFFSET ?", (page.limit, page.offset))
        return [msgspec.json.decode(row[0], type=Receipt) for row in found]


def _draft(row: Any) -> Draft:
    key, form, about, values, saved_at = row
    return Draft(key, form, about, loads(values), moment(saved_at))
